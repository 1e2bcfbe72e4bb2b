import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decimal, dec, ONE, sum } from '../../src/risk/decimal.ts'
import { factorKind } from '../../src/risk/factors.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { customScenario, namesOf } from '../../src/risk/scenarios.ts'
import { type Shock, shocked } from '../../src/risk/shock.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { play } from '../../src/risk/stress.ts'
import { aLoan, aPool, aPosition } from '../support/books.ts'
import { type Given, invariant } from '../support/invariant.ts'
import { runs } from '../support/runs.ts'
import { dead, falls } from '../support/stressBook.ts'

/** What must hold of every book that goes through a scenario. */

/** Each name at a multiplier of its own between 0.4 and 1.6. */
function aShock({ snapshot }: Given, die: number): Shock {
  const names = [...namesOf(snapshot.legs, snapshot.cash)]
  return new Map(names.map((name, i) => [name, dec(400 + ((die * (2 * i + 3) * 37) % 1201)).div(1000)]))
}

const alive = (legs: readonly Leg[]): boolean => legs.every((leg) => !solvency(leg).tripped)

/** 60 digits less what a few sums lose. */
const EXACT = '1e-40'
/** Of Aave v4 and Compound III what is left is cut to base units, what was taken is not. */
const UNITS = '1e-12'

const expectEqual = (a: Decimal | undefined, b: Decimal, tolerance = EXACT): void =>
  expect(a?.minus(b).abs().lte(b.abs().plus(1).times(tolerance)), `${a} and ${b}`).toBe(true)

describe('a scenario', () => {
  invariant('in which nothing moves changes nothing', { least: 0.5 }, ({ legs, snapshot: { cash } }) => {
    const still = new Map([...namesOf(legs, cash)].map((name) => [name, ONE]))
    const { survived, equity, bill } = play(legs, cash, customScenario('still', still))
    if (!alive(legs)) return false
    expect([survived, bill.worst.toFixed()]).toEqual([true, '0'])
    expect(equity?.after.best.eq(equity.before) && equity.after.worst.eq(equity.before)).toBe(true)
    return true
  })

  invariant('takes the price move and the bill, and gives what the venue bears', { least: 0.15 }, (given) => {
    const { legs, amount } = given
    const shock = aShock(given, amount)
    let died = false
    for (const leg of legs.filter((one) => alive([one]))) {
      const { equity, bill, writtenOff, survived } = play([leg], [], customScenario('a shock', shock))
      const moved = solvency(shocked(leg, shock)).equity
      const parted = !bill.best.eq(bill.worst) || !writtenOff.best.eq(writtenOff.worst)
      const whole = leg.kind === 'futures' || leg.protocol === 'aave-v3'
      if (!parted) expectEqual(equity?.after.worst, moved.minus(bill.worst).plus(writtenOff.worst), whole ? EXACT : UNITS)
      expect(equity?.after.best.gte(equity.after.worst) && bill.best.lte(bill.worst)).toBe(true)
      expect(writtenOff.best.lte(writtenOff.worst)).toBe(true)
      if (survived) expectEqual(equity?.after.best, moved)
      died ||= survived === false
    }
    return died
  })

  invariant('kills each leg as if it were alone', { least: 0.3 }, (given) => {
    const { legs, amount, snapshot } = given
    const two = [aShock(given, amount), aShock(given, amount + 7)]
    const scenario = { ...customScenario('two', new Map()), stages: two.flatMap((shock) => customScenario('', shock).stages) }
    const whole = play(legs, snapshot.cash, scenario)
    const alone = legs.map((leg) => play([leg], [], scenario))
    const names = (of: readonly (readonly unknown[])[]) => of.map((one) => one.join(' ')).toSorted()
    expect(names(dead(whole))).toEqual(names(alone.flatMap(dead)))
    expectEqual(whole.bill.worst, sum(alone.map(({ bill }) => bill.worst)))
    return dead(whole).length > 0
  })

  invariant('of ALL is one of each market by its name', { least: 0.5 }, (given) => {
    const { legs, amount, snapshot } = given
    const s = dec(300 + amount).div(1000)
    const markets = [...namesOf(legs, snapshot.cash)].filter((name) => factorKind(name) === 'market')
    const figures = (shock: Shock) => {
      const { equity, bill, survived } = play(legs, snapshot.cash, customScenario('', shock))
      return [survived, equity?.after.worst.toFixed(), bill.best.toFixed()]
    }
    expect(figures(new Map([['ALL', s]]))).toEqual(figures(new Map(markets.map((name) => [name, s]))))
    return markets.length > 0
  })
})

test('a milder course never kills more: one market, longs alone', () => {
  const leg = fc.oneof(
    // 10 WETH at 83 % against 10,000 to 24,000 USDC
    fc.integer({ min: 10_000, max: 24_000 }).map((debt): Leg => {
      const reserves = aLoan().reserves.filter(({ id }) => id !== 1)
      return aLoan({ reserves: reserves.map((one) => (one.debt > 0n ? { ...one, debt: BigInt(debt) * 10n ** 6n } : one)) })
    }),
    // 1 to 40 ETH long on 12,000 USDT
    fc.integer({ min: 10, max: 400 }).map((size): Leg => aPool({ positions: [aPosition({ size: dec(size).div(10) })] })),
  )
  const stage = fc.tuple(fc.integer({ min: 200, max: 1400 }), fc.integer({ min: 0, max: 300 }))
  let more = 0
  const book = fc.array(leg, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(book, fc.array(stage, { minLength: 1, maxLength: 3 }), (some, stages) => {
      const legs = some.map((one, i) => ({ ...one, id: `leg${i}` }))
      const deaths = (course: readonly number[]) =>
        new Set(dead(play(legs, [], falls(...course.map((s) => ({ ETH: dec(s).div(1000).toFixed() }))))).map(([, id]) => id))
      const harsh = deaths(stages.map(([s]) => s))
      const mild = deaths(stages.map(([s, less]) => s + less))
      for (const id of mild) expect(harsh.has(id), `${id} dies of the milder one alone`).toBe(true)
      if (harsh.size > mild.size) more += 1
    }),
    runs(300),
  )
  expect(more).toBeGreaterThan(0)
})
