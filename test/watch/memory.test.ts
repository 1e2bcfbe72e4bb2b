import { expect, test } from 'vitest'
import { memoryAfter } from './memoryAfter.ts'

const MB = 1024 * 1024

/** The whole of it, 10,000 passes against 1,000, is `npm run bench -- memory`. */
test('what a watch holds after 1,200 passes with faults is what it held after 600', { timeout: 600_000 }, async () => {
  const [early, late] = await memoryAfter([600, 1_200])
  expect([early?.bugs, late?.bugs]).toEqual([0, 0])
  // One pass in twenty met a fault, of every kind, or nothing was proven.
  expect(late?.faults).toBeGreaterThan(40)
  expect(Math.min(late?.gaps ?? 0, late?.failures ?? 0, late?.refused ?? 0, late?.endless ?? 0)).toBeGreaterThan(2)
  expect(((late?.heapUsed ?? Number.NaN) - (early?.heapUsed ?? Number.NaN)) / MB).toBeLessThan(0.75)
})
