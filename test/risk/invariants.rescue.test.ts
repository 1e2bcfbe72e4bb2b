import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { pathsOf } from '../../src/risk/corridor.ts'
import { distance } from '../../src/risk/deaths.ts'
import { Decimal, dec, ONE, sum, toUnits, ZERO } from '../../src/risk/decimal.ts'
import { ladderOf } from '../../src/risk/ladder.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { pooledDeath } from '../../src/risk/pooledReach.ts'
import { rescuePlan } from '../../src/risk/rescue.ts'
import type { Move } from '../../src/risk/rescueMove.ts'
import { always } from '../support/always.ts'
import { USDC } from '../support/books.ts'
import { between, PRICES, someLegs } from '../support/rescueBook.ts'
import { atMost, cashOf, distanceOf, withinEnd } from '../support/rescued.ts'

/** The invariants of RISK section 7 that speak of free cash, numbered as there; the least cash stands in a file of its own. */

const cash = between(0, 60_000)
const cost = fc.constantFrom(ZERO, dec('0.001'), dec('0.02'))
const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 })

describe('the best split', () => {
  always('8 it beats every random split, and all of the cash is used', fc.tuple(someLegs, cash, cost, weights), (given) => {
    const [book, amount, conversionCost, shares] = given
    const plan = rescuePlan({ legs: book, cash: [cashOf(amount)], conversionCost })
    const total = shares.slice(0, book.length).reduce((a, b) => a + b, 0)
    const parts = shares.map((share) => (total === 0 ? ZERO : amount.times(share).div(total)))
    const split = book.map((leg, i) => helped(leg, parts[i] as Decimal, conversionCost))
    expect(atMost(distanceOf(split), withinEnd(plan.distance))).toBe(true)

    const spent = sum(plan.moves.map(({ usd }) => usd))
    expect(spent.plus(plan.unspent).minus(amount).abs().lt('1e-30')).toBe(true)
    expect(plan.unspent.gte('-1e-30')).toBe(true)
    // What is left over could not help: nothing can die any more.
    if (plan.distance !== null) expect(plan.unspent.lt('1e-20')).toBe(true)
  })

  always('9 it is no worse than doing nothing, and what it says of both is so', fc.tuple(someLegs, cash, cost), (given) => {
    const [book, amount, conversionCost] = given
    const plan = rescuePlan({ legs: book, cash: [cashOf(amount)], conversionCost })
    const [before, after, model] = [plan.before?.distance, plan.after?.distance, plan.distance].map((one) =>
      withinEnd(one ?? null),
    ) as [Decimal | null, Decimal | null, Decimal | null]
    expectSame(before, distanceOf(book))
    const made = book.map((leg) => plan.moves.filter(({ to }) => to === leg.id).reduce(carriedOut, leg))
    expectSame(after, distanceOf(made))
    expect(atMost(before, after)).toBe(true)
    expect(atMost(after, model)).toBe(true)
  })

  always('6 more cash never leaves less room', fc.tuple(someLegs, cash, cash), ([book, one, two]) => {
    const [less, more] = [Decimal.min(one, two), Decimal.max(one, two)].map((amount) =>
      rescuePlan({ legs: book, cash: [cashOf(amount)] }),
    )
    expect(atMost(withinEnd(less?.distance ?? null), withinEnd(more?.distance ?? null))).toBe(true)
  })

  always('23 hands off <= cash placed now <= money that moves freely', fc.tuple(someLegs, cash, cost), (given) => {
    const [book, amount, conversionCost] = given
    const money = [cashOf(amount)]
    const plan = rescuePlan({ legs: book, cash: money, conversionCost })
    const { safetyFactor: hands, withCash, pooled } = ladderOf({ legs: book, cash: money, conversionCost }, dec('0.1'), plan)
    expect(atMost(hands, withCash)).toBe(true)
    expect(pooled.known && atMost(withCash, pooled.factor)).toBe(true)
    // A coin bought now may gain more than the dollars that bought it; where dollars help, the pool alone is enough.
    if (plan.moves.some(({ accepts }) => accepts.factor in PRICES)) return
    const pool = { legs: book, cash: money, initialMarginRate: dec('0.1') }
    for (const path of pathsOf(book).filter(({ kind }) => kind !== 'peg')) {
      for (const side of ['down', 'up'] as const) {
        const death = pooledDeath(pool, path, side)?.at ?? null
        if (death !== null) expect(atMost(withCash, distance(death)), `${path.name} ${side}`).toBe(true)
      }
    }
  })
})

function expectSame(ours: Decimal | null, theirs: Decimal | null): void {
  if (ours === null || theirs === null) expect(ours?.toFixed()).toBe(theirs?.toFixed())
  else expect(ours.div(theirs).minus(1).abs().lt('1e-30'), `${ours.toFixed(12)} is not ${theirs.toFixed(12)}`).toBe(true)
}

/** A leg with so much USD more, in the coin that it takes: what is owed most, or the settle coin. */
function helped(leg: Leg, usd: Decimal, conversionCost: Decimal): Leg {
  if (leg.kind === 'futures') {
    const amount = usd.times(ONE.minus(conversionCost)).div(leg.settlePrice)
    return { ...leg, wallet: leg.wallet.map((held) => ({ ...held, amount: held.amount.plus(amount) })) }
  }
  if (leg.protocol !== 'aave-v3') throw new RangeError('only Aave v3 here')
  const reserves = leg.reserves.map((reserve) => {
    if (reserve.asset.factor === 'ETH' || reserve.debt === 0n) return reserve
    const lands = reserve.asset === USDC ? usd : usd.times(ONE.minus(conversionCost))
    const repaid = toUnits(lands.toDecimalPlaces(20), 6, 'down')
    return { ...reserve, debt: repaid > reserve.debt ? 0n : reserve.debt - repaid }
  })
  return { ...leg, reserves }
}

function carriedOut(leg: Leg, { accepts, arrives }: Move): Leg {
  if (leg.kind === 'futures')
    return { ...leg, wallet: leg.wallet.map((held) => ({ ...held, amount: held.amount.plus(arrives) })) }
  if (leg.protocol !== 'aave-v3') throw new RangeError('only Aave v3 here')
  const reserves = leg.reserves.map((reserve) => {
    if (reserve.asset.key !== accepts.key) return reserve
    const repaid = toUnits(arrives.toDecimalPlaces(reserve.decimals + 10), reserve.decimals, 'down')
    return { ...reserve, debt: repaid > reserve.debt ? 0n : reserve.debt - repaid }
  })
  return { ...leg, reserves }
}
