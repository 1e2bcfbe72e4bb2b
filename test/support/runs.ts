/**
 * How often a property is tried: as many times as FUZZ_RUNS says, or as the test itself. Without it the seed is fixed, so that what
 * passes today passes tomorrow; FUZZ_SEED repeats a failure, whose seed fast-check prints.
 */
export function runs(usual: number): { readonly numRuns: number; readonly seed?: number } {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env
  const numRuns = FUZZ_RUNS === undefined ? usual : Number(FUZZ_RUNS)
  if (FUZZ_SEED !== undefined) return { numRuns, seed: Number(FUZZ_SEED) }
  return FUZZ_RUNS === undefined ? { numRuns, seed: 20_261_122 } : { numRuns }
}
