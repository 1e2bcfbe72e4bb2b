import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { simulate } from '../../src/risk/bootstrap.ts'
import { seriesOf } from '../../src/risk/candles.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import { type Barriers, oddsOf } from '../../src/risk/odds.ts'
import { randomStream } from '../../src/risk/randomStream.ts'
import { touchProbability } from '../../src/risk/touch.ts'
import { type Volatility, volatilityOf } from '../../src/risk/volatility.ts'
import { always } from '../support/always.ts'
import { invariant, reach } from '../support/invariant.ts'
import { syntheticCandles } from '../support/syntheticCandles.ts'

/** The invariants of RISK section 7 that speak of odds, numbered as there. */

const size = fc.double({ min: 1e-3, max: 2, noNaN: true })
const spread = fc.double({ min: 1e-3, max: 1.5, noNaN: true })
const more = fc.double({ min: 1, max: 3, noNaN: true })
const barriers = fc.oneof(
  fc.record({ down: size.map((a) => -a), up: fc.constant(null) }),
  fc.record({ down: fc.constant(null), up: size }),
  fc.record({ down: size.map((a) => -a), up: size }),
)
const touches = fc.tuple(barriers, spread, more)
const ROUNDING = 1e-14

describe('28 the probability of a touch', () => {
  always('28 lies between 0 and 1', touches, ([at, sd]) => {
    const p = touchProbability(at, sd)
    expect(p).toBeGreaterThanOrEqual(0)
    expect(p).toBeLessThanOrEqual(1)
  })

  always('28 rises with volatility and with time: both are the spread', touches, ([at, sd, times]) => {
    expect(touchProbability(at, sd * times)).toBeGreaterThanOrEqual(touchProbability(at, sd) * (1 - ROUNDING) - 1e-16)
  })

  always('28 falls with the distance', touches, ([at, sd, times]) => {
    const farther = { down: at.down === null ? null : at.down * times, up: at.up === null ? null : at.up * times }
    expect(touchProbability(farther, sd)).toBeLessThanOrEqual(touchProbability(at, sd) * (1 + ROUNDING) + 1e-16)
  })

  always('28 of two sides is at most their sum and at least the larger', touches, ([at, sd]) => {
    const [down, up] = [touchProbability({ ...at, up: null }, sd), touchProbability({ ...at, down: null }, sd)]
    expect(touchProbability(at, sd)).toBeLessThanOrEqual(down + up)
    expect(touchProbability(at, sd)).toBeGreaterThanOrEqual(Math.max(down, up))
  })

  invariant(
    '28 of a book: a range within 0 and 1 that rises with time and volatility and falls with the distance',
    {},
    (given) => {
      const walls = wallsOf(reach(given.legs, given.path))
      if (walls.down === null && walls.up === null) return false
      const sigma = dec(given.amount).div(500)
      const odds = (at: Barriers, yearly: Decimal) => {
        return oddsOf(at, { sigma: yearly, candles: null, seed: 1 }, [24, 168]).map((one) => {
          expect(one?.low.gte(0) && one.low.lte(one.high) && one.high.lte(1)).toBe(true)
          return { low: one?.low as Decimal, high: one?.high as Decimal }
        }) as [Range, Range]
      }
      const [day, week] = odds(walls, sigma)
      expectNoLess(week, day)
      expectNoLess(odds(walls, sigma.times('1.5'))[0], day)
      const further = { down: walls.down?.times('0.9') ?? null, up: walls.up?.times('1.1') ?? null }
      expectNoLess(day, odds(further, sigma)[0])
      const [fall, rise] = [
        { ...walls, up: null },
        { ...walls, down: null },
      ].map((one) => (one.down === null && one.up === null ? NOTHING : odds(one, sigma)[0])) as [Range, Range]
      for (const side of ['low', 'high'] as const) {
        expect(day[side].lte(fall[side].plus(rise[side]).times('1.00000000001'))).toBe(true)
        for (const one of [fall, rise]) expect(day[side].gte(one[side].times('0.99999999999'))).toBe(true)
      }
      return true
    },
  )
})

describe('30 chance by a seed', () => {
  const volatilities = (['normal', 'garch-t'] as const).map(
    (law) => volatilityOf(seriesOf(syntheticCandles(law, 2300, 7)) as NonNullable<ReturnType<typeof seriesOf>>) as Volatility,
  )
  const seeds = fc.nat({ max: 2 ** 32 - 1 })
  always('30 the same seed gives the same paths, another seed others', fc.tuple(fc.constantFrom(0, 1), seeds), ([law, seed]) => {
    const paths = (of: number) =>
      simulate(volatilities[law] as Volatility, { blockBars: 24, horizons: [24, 168], paths: 12 }, randomStream(of))
    expect(paths(seed)).toEqual(paths(seed))
    expect(paths(seed)).not.toEqual(paths((seed + 1) % 2 ** 32))
  })
})

type Range = { readonly low: Decimal; readonly high: Decimal }

const NOTHING: Range = { low: dec(0), high: dec(0) }

/** Twelve digits are reported. */
function expectNoLess(more: Range, less: Range): void {
  for (const side of ['low', 'high'] as const) {
    expect(more[side].gte(less[side].times('0.99999999999')), `${side}: ${more[side]} and ${less[side]}`).toBe(true)
  }
}

function wallsOf({ low, high }: { low: Decimal; high: Decimal }): Barriers {
  // A leg that is dead now has both its walls at 1.
  const alive = low.lt(ONE) && high.gt(ONE)
  return { down: low.gt(0) && alive ? low : null, up: high.lt(10_000_000) && alive ? high : null }
}
