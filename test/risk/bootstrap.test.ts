import { expect, test } from 'vitest'
import { countTouches, simulate } from '../../src/risk/bootstrap.ts'
import { randomStream } from '../../src/risk/randomStream.ts'
import type { Volatility } from '../../src/risk/volatility.ts'

/** One past bar, again and again: it closes half a deviation higher, after one down and two up. */
const fixed = (kept: number): Volatility => ({
  ...{ now: 0.1, annual: 1, parkinson: 1, kept },
  shocks: { close: Float64Array.of(0.5), low: Float64Array.of(-1), high: Float64Array.of(2) },
})
const rounded = (values: Float64Array) => [...values].map((value) => Math.round(value * 1e9) / 1e9)

test('the extremes of the bars, each from where the one before closed', () => {
  // Sigma 0.1: -0.1 and 0.2, closes at 0.05; then -0.05 and 0.25, at 0.1; then 0 and 0.3.
  const found = simulate(fixed(1), { blockBars: 1, horizons: [1, 2, 3], paths: 2 }, randomStream(1))
  expect(found.map(({ low, high }) => [rounded(low), rounded(high)])).toEqual([
    [
      [-0.1, -0.1],
      [0.2, 0.2],
    ],
    [
      [-0.1, -0.1],
      [0.25, 0.25],
    ],
    [
      [-0.1, -0.1],
      [0.3, 0.3],
    ],
  ])
})

test('the volatility follows what has moved', () => {
  // 0.5 x 0.01 + 0.5 x 0.05^2 = 0.00625: 0.079057; from 0.05 up to 0.05 + 0.158114
  const [, last] = simulate(fixed(0.5), { blockBars: 1, horizons: [1, 2], paths: 1 }, randomStream(1))
  expect([last?.low[0], last?.high[0]?.toFixed(6)]).toEqual([-0.1, '0.208114'])
})

test('a barrier is touched where it is met', () => {
  const extremes = { low: Float64Array.of(-0.1, -0.2, 0), high: Float64Array.of(0.3, 0, 0.2) }
  const touches = (down: number | null, up: number | null) => countTouches(extremes, { down, up })
  expect([touches(-0.1, null), touches(-0.2, null), touches(-0.21, null), touches(null, 0.2), touches(null, 0.3)]).toEqual([
    2, 1, 0, 2, 1,
  ])
  expect([touches(-0.2, 0.3), touches(-0.1, 0.2), touches(null, null), touches(null, 0.31)]).toEqual([2, 3, 0, 0])
})
