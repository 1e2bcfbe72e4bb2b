import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstDeadTick, type MovingBook } from '../../../src/risk/rules/aaveV3Walk.ts'

const WAD = 10n ** 18n
const BPS = 10_000n

/** The contract's own health at one price: averages cut and the percentage rounded half up, or the exact weighted sum. */
function deadAt({ rounding, still, supplied, threshold, owed, unit }: MovingBook, price: bigint): boolean {
  const value = (supplied * price) / unit
  const debt = still.totalDebt + (owed * price + (rounding.debt === 'up' ? unit - 1n : 0n)) / unit
  if (debt === 0n) return false
  const [total, weighted] = [still.totalCollateral + value, still.weighted + threshold * value]
  const wadDiv = (cover: bigint): bigint => (cover * WAD + debt / 2n) / debt
  if (!rounding.floorsAverageThreshold) return wadDiv(weighted) / BPS < WAD
  const average = total === 0n ? 0n : weighted / total
  return wadDiv((total * average + BPS / 2n) / BPS) < WAD
}

function walked(book: MovingBook, from: bigint, to: bigint): bigint | null {
  const step = from < to ? 1n : -1n
  for (let tick = from; tick !== to + step; tick += step) if (deadAt(book, tick)) return tick
  return null
}

/** Mostly so small that one basis point more or less is a good part of it. */
const share = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 4, arbitrary: fc.integer({ min: 10, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 8000, max: 9900 }) },
)
const some = (max: number, often: number) =>
  fc.oneof({ weight: often, arbitrary: fc.integer({ min: 0, max }) }, { weight: 1, arbitrary: fc.constant(0) })

type Sketch = {
  readonly floors: boolean
  readonly up: boolean
  readonly unit: number
  readonly supplied: number
  readonly owed: number
  readonly threshold: number
  readonly rest: number
  readonly restThreshold: number
  /** Base units of slack at the first tick. */
  readonly slack: number
  readonly from: number
  readonly far: number
}

/** Books so small that one base unit, one basis point and one tick are of a size. */
const sketches = (floors: boolean, rises: boolean): fc.Arbitrary<Sketch> =>
  fc.record({
    floors: fc.constant(floors),
    up: fc.boolean(),
    unit: fc.constantFrom(1, 10, 10, 60),
    supplied: some(4000, rises ? 1 : 4),
    owed: some(3000, rises ? 4 : 1),
    threshold: share,
    rest: fc.oneof(some(rises ? 100_000 : 3000, 3), fc.integer({ min: 1000, max: 60_000 })),
    restThreshold: share,
    slack: fc.integer({ min: 0, max: 6 }),
    from: fc.integer({ min: 1, max: 40 }),
    far: fc.integer({ min: 0, max: 39 }),
  })

function bookOf(sketch: Sketch): MovingBook {
  const [unit, supplied, owed, threshold] = [sketch.unit, sketch.supplied, sketch.owed, sketch.threshold].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const rest = BigInt(sketch.rest)
  const still = { totalCollateral: rest, weighted: rest * BigInt(sketch.restThreshold), totalDebt: 0n }
  const rounding = { floorsAverageThreshold: sketch.floors, debt: sketch.up ? 'up' : 'down' } as const
  const book = { rounding, still, supplied, threshold, owed, unit }
  // As much other debt as the cover at the first tick bears, less the slack.
  const price = BigInt(sketch.from)
  const room = (still.weighted + (threshold * supplied * price) / unit) / BPS - (owed * price) / unit - BigInt(sketch.slack)
  return { ...book, still: { ...still, totalDebt: room > 0n ? room : 0n } }
}

describe('firstDeadTick', () => {
  it.each([
    ['down', true],
    ['down', false],
    ['up', true],
    ['up', false],
  ] as const)('equals the walk tick by tick on small books, going %s, average cut: %s', (direction, floors) => {
    const seen = { dead: 0, none: 0 }
    const equal = fc.property(sketches(floors, direction === 'up'), (sketch) => {
      const book = bookOf(sketch)
      const from = BigInt(sketch.from)
      if (deadAt(book, from)) return
      const to = direction === 'up' ? from + BigInt(sketch.far) : from - BigInt(Math.min(sketch.far, sketch.from - 1))
      const truth = walked(book, from, to)
      seen[truth === null ? 'none' : 'dead'] += 1
      expect(firstDeadTick(book, from, to)).toEqual(truth === null ? null : { tick: truth, exact: true })
    })
    fc.assert(equal, { numRuns: 300, seed: 20_261_123 })
    // Nothing was compared unless both ends came up.
    expect(seen.dead).toBeGreaterThan(25)
    expect(seen.none).toBeGreaterThan(25)
  })

  // 1 of 60 base units at 5 is worth nothing, and nothing is owed: there is no average to walk along.
  it('ends where neither collateral nor debt is worth a base unit', () => {
    for (const threshold of [1n, 8000n]) {
      const still = { totalCollateral: 0n, weighted: 0n, totalDebt: 0n }
      const dust = {
        rounding: { floorsAverageThreshold: true, debt: 'down' },
        still,
        supplied: 1n,
        threshold,
        owed: 0n,
        unit: 60n,
      }
      expect(firstDeadTick(dust as MovingBook, 5n, 1n)).toBeNull()
    }
  })

  describe('cutting the average, one tick a base unit', () => {
    const cut = (over: Partial<MovingBook> & Pick<MovingBook, 'still'>): MovingBook => ({
      rounding: { floorsAverageThreshold: true, debt: 'down' },
      ...{ supplied: 1n, threshold: 100n, owed: 0n, unit: 1n },
      ...over,
    })

    // 10,000 at 0 and 10,000 at 100 basis points: 50 on 20,000 are 100.5 with the half. One less is 49: 19,999 x 49 = 98.5.
    it('dies one tick below an average that just holds', () => {
      const book = cut({ still: { totalCollateral: 10_000n, weighted: 0n, totalDebt: 100n } })
      expect(deadAt(book, 10_000n)).toBe(false)
      expect(firstDeadTick(book, 10_000n, 9000n)).toEqual({ tick: 9999n, exact: true })
    })

    // Rising, 98 are owed up to 9,999 and 99 from 10,000 on, where the average is 50 and bears 100.
    it('lives where the average rises in the same tick as the debt', () => {
      const still = { totalCollateral: 10_000n, weighted: 0n, totalDebt: 98n }
      const book = cut({ still, supplied: 10_000n, owed: 1n, unit: 10_000n })
      // By the average of before, 20,000 x 49 = 98.5 with the half, it would die there.
      expect(firstDeadTick(book, 9999n, 10_001n)).toBeNull()
    })

    // 100 at 0 and 5,000 at 50: 49 and never 50. 5,100 x 49 = 25.49 with the half bear 25, and more as it rises.
    it('never reaches the threshold of the moving asset where something else is held', () => {
      const book = cut({ still: { totalCollateral: 100n, weighted: 0n, totalDebt: 25n }, threshold: 50n })
      expect(firstDeadTick(book, 5000n, 6000n)).toBeNull()
    })

    // 5,000 at 5001 and 1 at 4000: 5000 on 5,001 are 2,501 with the half. Without the 1: 5001 on 5,000 are 2,501 too.
    it('has the average of the rest where the moving asset is worth nothing', () => {
      const still = { totalCollateral: 5000n, weighted: 5000n * 5001n, totalDebt: 2501n }
      const book = cut({ still, threshold: 4000n, unit: 10n })
      expect([10n, 9n].map((price) => deadAt(book, price))).toEqual([false, false])
      expect(firstDeadTick(book, 10n, 1n)).toBeNull()
    })
  })
})
