import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Properties over random books notice almost everything and cost most, so they are tried last. */
const SLOW = /invariants|oracle|leastCash|snapshot|\/report\//

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slow = ({ moduleId }: TestSpecification): number => (SLOW.test(moduleId) ? 1 : 0)
    return files.toSorted((a, b) => slow(a) - slow(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

/** The tests of the pure parts alone, for mutants: no chain, no build. */
// biome-ignore lint/style/noDefaultExport: vitest asks for it
export default defineConfig({
  test: {
    include: ['test/risk/**/*.test.ts', 'test/report/**/*.test.ts', 'test/snapshot.test.ts'],
    sequence: { sequencer: QuickestFirst },
    // A wrong rule shows in the first few books, the same ones for every mutant; which is the smallest nobody asks.
    env: { FUZZ_RUNS: '12', FUZZ_SEED: '20261122', FUZZ_SHRINK: 'no' },
    isolate: false,
    testTimeout: 60_000,
  },
})
