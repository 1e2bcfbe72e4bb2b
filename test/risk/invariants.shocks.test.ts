import { describe, expect } from 'vitest'
import { pathsOf } from '../../src/risk/corridor.ts'
import { deathsOf } from '../../src/risk/deaths.ts'
import { Decimal, dec, ONE, sum } from '../../src/risk/decimal.ts'
import { factorKind } from '../../src/risk/factors.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { Path } from '../../src/risk/path.ts'
import { lendingRule } from '../../src/risk/rules/lending.ts'
import { marginSlack, notionalAt } from '../../src/risk/rules/margin.ts'
import { type Shock, shocked } from '../../src/risk/shock.ts'
import type { SlackLine } from '../../src/risk/slackLine.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { atRevisions, expectSameReach, type Given, invariant, reach } from '../support/invariant.ts'

/** The invariants of RISK section 7 that speak of shocks, numbered as there. */

const lineOf = (leg: Leg, path: Path): SlackLine | null =>
  leg.kind === 'futures' ? marginSlack(leg, path) : lendingRule(leg).slackLine(leg, path)

/** USD of everything that is added or taken away in the slack. */
function grossOf(leg: Leg): Decimal {
  if (leg.kind === 'lending') {
    return sum(
      lendingRule(leg)
        .holdings(leg)
        .map(({ usd }) => usd.abs()),
    )
  }
  const coins = leg.wallet.map(({ amount, price }) => amount.times(price).abs())
  const sizes = leg.positions.map((p) => notionalAt(p, p.mark).plus(notionalAt(p, p.entry)).times(leg.settlePrice))
  return sum([...coins, ...sizes])
}

/** Market factors and stablecoins, each at a multiplier of its own between 0.5 and 1.5. Bases would make prices products. */
function aShock({ legs }: Given, die: number): Shock {
  const names = pathsOf(legs)
    .map(({ name }) => name)
    .filter((name) => name !== 'ALL' && !name.includes('/'))
  return new Map(names.map((name, i) => [name, dec(500 + ((die * (2 * i + 3) * 37) % 1001)).div(1000)]))
}

describe('shocks', () => {
  invariant('2 at a death the slack is nothing', {}, ({ legs, path }) => {
    let died = false
    for (const leg of legs) {
      const line = lineOf(leg, path)
      const deaths = deathsOf(leg, path)
      // A flat bracket begins below the slack that the one before it left.
      const jumps = leg.kind === 'futures' && leg.rules.tiers === 'flat' && leg.rules.basis === 'mark'
      for (const s of [deaths.down, deaths.up]) {
        if (line === null || s === null || s.eq(1) || jumps) continue
        const gross = grossOf(leg).times(Decimal.max(ONE, s.times(s)))
        expect(line.at(s).abs().div(gross).lte('1e-40'), `slack ${line.at(s)} at ${s}`).toBe(true)
        died = true
      }
    }
    return died
  })

  invariant('7 between two places where it lives, a leg lives', { wish: { jumps: false }, least: 0.5 }, (given) => {
    const [a, b] = [aShock(given, given.amount), aShock(given, given.oneOf([...Array(997).keys()]) + 1)]
    const middle: Shock = new Map([...a].map(([name, s]) => [name, s.plus(b.get(name) as Decimal).div(2)]))
    let lived = false
    for (const leg of given.legs) {
      const [here, there, between] = [a, b, middle].map((shock) => solvency(shocked(leg, shock)).slack) as [
        Decimal,
        Decimal,
        Decimal,
      ]
      // Concave, not only convex where it lives.
      const least = here.plus(there).div(2).minus(grossOf(leg).times('1e-40'))
      expect(between.gte(least), `${leg.id}: ${between} between ${here} and ${there}`).toBe(true)
      lived ||= here.gt(0) && there.gt(0)
    }
    return lived
  })

  invariant('10 twice of everything, brackets too, dies at the same prices', { least: 1 }, ({ legs, path, amount }) => {
    const all = atRevisions(legs, amount)
    const larger = all.map((leg) => times(leg, amount))
    expectSameReach(reach(larger, path), reach(all, path))
    larger.forEach((leg, i) => {
      const [after, before] = [solvency(leg), solvency(all[i] as Leg)]
      expect(after.cover.minus(before.cover.times(amount)).abs().lte(grossOf(leg).times('1e-40'))).toBe(true)
      expect(after.required.minus(before.required.times(amount)).abs().lte(grossOf(leg).times('1e-40'))).toBe(true)
    })
    return true
  })

  invariant('12 after a move that it survives, the book dies at the same prices', { least: 0.1 }, ({ legs, path, amount }) => {
    const q = dec(500 + amount).div(1000)
    const { low, high } = reach(legs, path)
    if (low.gte(q) || high.lte(q) || q.eq(1)) return false
    const names =
      path.kind === 'all'
        ? pathsOf(legs)
            .map(({ name }) => name)
            .filter((name) => name !== 'ALL' && factorKind(name) === 'market')
        : [path.name]
    const moved = legs.map((leg) => shocked(leg, new Map(names.map((name) => [name, q]))))
    const after = reach(moved, path)
    // Beyond a million-fold rise nothing is reported, and that is counted from today.
    const end = (s: Decimal): Decimal => (s.gt(100_000) ? dec(0) : s)
    expectSameReach({ low: after.low.times(q), high: end(after.high).times(q) }, { low, high: end(high) })
    return low.gt(0) || high.lt(100_000)
  })
})

/** The leg k times as large. */
function times(leg: Leg, k: number): Leg {
  const by = BigInt(k)
  if (leg.kind === 'lending') {
    if (leg.protocol === 'compound-v3') {
      const collateral = leg.collateral.map((held) => ({ ...held, balance: held.balance * by }))
      return { ...leg, baseBalance: leg.baseBalance * by, collateral }
    }
    return leg.protocol === 'aave-v3'
      ? { ...leg, reserves: leg.reserves.map((r) => ({ ...r, supplied: r.supplied * by, debt: r.debt * by })) }
      : { ...leg, reserves: leg.reserves.map((r) => ({ ...r, supplied: r.supplied * by, debtRay: r.debtRay * by })) }
  }
  return {
    ...leg,
    orderMargin: leg.orderMargin.times(k),
    wallet: leg.wallet.map((held) => ({ ...held, amount: held.amount.times(k) })),
    positions: leg.positions.map((p) => ({
      ...p,
      size: p.size.times(k),
      tiers: p.tiers.map((tier) => ({
        ...tier,
        floor: tier.floor.times(k),
        cap: tier.cap?.times(k) ?? null,
        deduction: tier.deduction.times(k),
      })),
    })),
  }
}
