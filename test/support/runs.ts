/** How often a property is tried, and by which seed. */
type Tries = { readonly numRuns: number; readonly seed?: number; readonly endOnFailure?: boolean }

/**
 * As many times as FUZZ_RUNS says, or as the test itself. Without it the seed is fixed, so that what passes today passes tomorrow.
 * A failure of the many runs is told at once; FUZZ_SEED, which fast-check prints, repeats it and looks for the smallest book, unless
 * FUZZ_SHRINK says no.
 */
export function runs(usual: number): Tries {
  const { FUZZ_RUNS, FUZZ_SEED, FUZZ_SHRINK } = process.env
  const numRuns = FUZZ_RUNS === undefined ? usual : Number(FUZZ_RUNS)
  if (FUZZ_SEED !== undefined) return { numRuns, seed: Number(FUZZ_SEED), endOnFailure: FUZZ_SHRINK === 'no' }
  return FUZZ_RUNS === undefined ? { numRuns, seed: 20_261_122 } : { numRuns, endOnFailure: true }
}
