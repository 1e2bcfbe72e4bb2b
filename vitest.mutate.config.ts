import { defineConfig } from 'vitest/config'

/** The tests of the pure parts alone, for mutants: no chain, no build. */
// biome-ignore lint/style/noDefaultExport: vitest asks for it
export default defineConfig({
  test: {
    include: ['test/risk/**/*.test.ts', 'test/report/**/*.test.ts', 'test/snapshot.test.ts'],
    // A wrong rule shows in the first few books; the same ones for every mutant.
    env: { FUZZ_RUNS: '40', FUZZ_SEED: '20261122' },
    testTimeout: 60_000,
  },
})
