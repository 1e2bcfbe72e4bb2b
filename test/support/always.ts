import fc, { type Arbitrary } from 'fast-check'
import { test } from 'vitest'
import { runs } from './runs.ts'

const TRIES = runs(200)

/** A property over made-up values as a test, at least 200 runs of it; `npm run fuzz` says how many more. */
export function always<T>(name: string, of: Arbitrary<T>, check: (value: T) => void): void {
  test(name, { timeout: 30_000 + TRIES.numRuns * 1000 }, () => {
    const property = fc.property(of, (value) => {
      check(value)
    })
    fc.assert(property, TRIES)
  })
}
