import { describe, expect } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { distance } from '../../src/risk/deaths.ts'
import { type Decimal, dec, sum } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY, GRADES } from '../../src/risk/grade.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type { AaveV3Position, LendingPosition } from '../../src/risk/lendingPosition.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { totalsOf } from '../../src/risk/totals.ts'
import type { LegView, RiskView } from '../../src/risk/view.ts'
import {
  atRevisions,
  expectClose,
  expectNoNarrower,
  expectSameReach,
  type Given,
  invariant,
  reach,
} from '../support/invariant.ts'

/**
 * The invariants of RISK section 7 that speak of whole books; each test is numbered as there. The others stand beside this file:
 * loans (4, 5, 15, 17, 18, 26), pools (6, 11, 13, 19, 20, 25, 27, 32, 33), shocks (2, 7, 10, 12), rescue (6, 8, 9, 23),
 * leastCash (24), odds (28, 30), liquidation (29), roundTrip (30), words (31), missing (22). `invariants.list.test.ts` sees to it that none is absent.
 */

const view = (snapshot: Snapshot): RiskView => assess(snapshot, DEFAULT_POLICY)

describe('books', () => {
  invariant('1 the order of legs, positions, reserves and coins changes nothing', { least: 1 }, ({ snapshot, amount }) => {
    const legs = atRevisions(snapshot.legs, amount)
    const before = view({ ...snapshot, legs })
    const after = view({ ...snapshot, legs: turned(legs, amount).map((leg) => within(leg, amount)) })
    expect(after.verdict.grade).toBe(before.verdict.grade)
    expect(after.verdict.reason).toBe(before.verdict.reason)
    expectClose(after.safetyFactor, before.safetyFactor, 'safety factor')
    const first = (one: RiskView): unknown => {
      const liquidation = one.verdict.firstLiquidation
      return liquidation && [liquidation.factor, liquidation.direction, [...liquidation.legs].sort()]
    }
    expect(first(after)).toEqual(first(before))
    for (const leg of before.legs) {
      const same = after.legs.find(({ id }) => id === leg.id)
      expect(same?.grade).toBe(leg.grade)
      expectClose(same?.slack ?? null, leg.slack, `${leg.id} slack`)
      expect(same?.liquidation.length).toBe(leg.liquidation.length)
    }
    expectClose(after.totals.grossLeverage, before.totals.grossLeverage, 'gross leverage')
    return true
  })

  invariant('3 the book lives where every leg lives', { least: 1 }, ({ legs, path, amount }) => {
    const all = atRevisions(legs, amount)
    const each = all.map((leg) => reach([leg], path))
    const low = each.map((one) => one.low).reduce((a, b) => (a.gt(b) ? a : b))
    const high = each.map((one) => one.high).reduce((a, b) => (a.lt(b) ? a : b))
    const book = reach(all, path)
    expect(book).toEqual({ low, high })
    return true
  })

  invariant('14 another unit of account moves nothing', { least: 1 }, ({ legs, path, amount }) => {
    const all = atRevisions(legs, amount)
    expectSameReach(
      reach(
        all.map((leg) => inUnits(leg, amount)),
        path,
      ),
      reach(all, path),
    )
    return true
  })

  invariant('16 one more leg never widens the interval, raises the safety factor or betters the grade', {}, (given) => {
    const { snapshot, path, oneOf, amount } = given
    const legs = atRevisions(snapshot.legs, amount)
    const gone = oneOf(legs)
    const rest = legs.filter((leg) => leg !== gone)
    if (rest.length === 0) return false
    expectNoNarrower(reach(rest, path), reach(legs, path))
    const [all, fewer] = [view({ ...snapshot, legs }), view({ ...snapshot, legs: rest })]
    // Where the legs' own prices differ they are measured against their median, which a leg more or less moves.
    if (fewer.anchoring.length === 0)
      expect(GRADES.indexOf(all.verdict.grade)).toBeLessThanOrEqual(GRADES.indexOf(fewer.verdict.grade))
    if (fewer.safetyFactor !== null) expect(all.safetyFactor?.lte(fewer.safetyFactor)).toBe(true)
    return true
  })

  invariant('21 nothing owed and nothing open: no health, no risk', { least: 1 }, ({ snapshot }) => {
    const { legs, verdict, safetyFactor } = view({ ...snapshot, legs: snapshot.legs.map(withoutDebt) })
    expect(legs.map(({ health }) => health)).toEqual(legs.map(() => null))
    expect(legs.map(({ grade }) => grade)).toEqual(legs.map(() => 'no-risk'))
    expect(legs.flatMap(({ liquidation }) => liquidation)).toEqual([])
    expect(verdict.firstLiquidation).toBeNull()
    expect(safetyFactor).toBeNull()
    return true
  })

  invariant('22 a leg that is not known: never calm, and the bound is no tighter than the truth', { least: 1 }, (given) => {
    const { snapshot, oneOf } = given
    const lost = oneOf(snapshot.legs)
    const truth = view(snapshot)
    for (const known of withoutOne(snapshot, lost, oneOf)) {
      const told = view(known)
      expect(told.gaps.map(({ leg }) => leg)).toContain(lost.id)
      expect(['liquidatable', 'critical', 'warning', 'unknown']).toContain(told.verdict.grade)
      expect(told.verdict).toMatchObject({ complete: false, room: null })
      expect(told.safetyFactor).toBeNull()
      expect(told.totals).toMatchObject({ equity: null, netDelta: null, grossLeverage: null })
      const { atMost } = told.verdict
      const real = truth.verdict.firstLiquidation
      if (atMost !== null && truth.verdict.reason !== 'tripped')
        expect(real && distance(real.move.plus(1)).lte(distance(atMost.plus(1)).times('1.00000001'))).toBe(true)
    }
    return true
  })

  invariant('totals: equity is the sum of its parts, and leverage is never below the netted one', { least: 1 }, (given) => {
    const { legs, cash } = given.snapshot
    const states = legs.map((leg) => solvency(leg))
    const totals = totalsOf(legs, states as unknown as LegView[], cash)
    const free = cash.map(({ amount, price }) => amount.times(price as Decimal))
    expectClose(totals.equity, sum([...states.map(({ equity }) => equity), ...free]), 'equity')
    if (totals.equity === null || totals.grossLeverage === null) return true
    const net = sum([...(totals.netDelta?.values() ?? [])].map((usd) => usd.abs()))
    expect(totals.grossLeverage.times('1.0000000001').gte(net.div(totals.equity))).toBe(true)
    return true
  })
})

function turned<T>(all: readonly T[], by: number): readonly T[] {
  const from = by % Math.max(1, all.length)
  return [...all.slice(from), ...all.slice(0, from)].reverse()
}

function within(leg: Leg, by: number): Leg {
  if (leg.kind === 'futures') return { ...leg, positions: turned(leg.positions, by), wallet: turned(leg.wallet, by) }
  if (leg.protocol === 'compound-v3') return { ...leg, collateral: turned(leg.collateral, by) }
  return leg.protocol === 'aave-v3'
    ? { ...leg, reserves: turned(leg.reserves, by) }
    : { ...leg, reserves: turned(leg.reserves, by) }
}

/** Every price times k; marks in settle units stay, and an inverse contract is quoted, and its face counted, in the new unit. */
function inUnits(leg: Leg, k: number): Leg {
  if (leg.kind === 'futures') return poolInUnits(leg, dec(k))
  const by = BigInt(k)
  const priced = <T extends { readonly price: bigint | null }>(one: T): T => ({ ...one, price: (one.price as bigint) * by })
  if (leg.protocol === 'compound-v3') return { ...leg, base: priced(leg.base), collateral: leg.collateral.map(priced) }
  return leg.protocol === 'aave-v3'
    ? { ...leg, reserves: leg.reserves.map(priced) }
    : { ...leg, reserves: leg.reserves.map(priced) }
}

function poolInUnits(pool: MarginAccount, k: Decimal): MarginAccount {
  const positions = pool.positions.map((p) => {
    return p.contract === 'linear' ? p : { ...p, size: p.size.times(k), entry: p.entry.times(k), mark: p.mark.times(k) }
  })
  const wallet = pool.wallet.map((held) => ({ ...held, price: held.price.times(k) }))
  return { ...pool, settlePrice: pool.settlePrice.times(k), wallet, positions }
}

function withoutDebt(leg: Leg): Leg {
  if (leg.kind === 'futures') return { ...leg, positions: [] }
  if (leg.protocol === 'compound-v3') return { ...leg, baseBalance: leg.baseBalance < 0n ? -leg.baseBalance : leg.baseBalance }
  return leg.protocol === 'aave-v3'
    ? { ...leg, reserves: leg.reserves.map((reserve) => ({ ...reserve, debt: 0n })) }
    : { ...leg, reserves: leg.reserves.map((reserve) => ({ ...reserve, debtRay: 0n })) }
}

/** The book with that leg unread, and with the leg but for one price that it needs. */
function withoutOne(snapshot: Snapshot, lost: Leg, oneOf: Given['oneOf']): readonly Snapshot[] {
  const gap = { leg: lost.id, code: 'unreachable', reason: 'not read', hint: '', retryable: true }
  const unread = { ...snapshot, legs: snapshot.legs.filter((leg) => leg !== lost), gaps: [gap] }
  const other = (leg: Leg): Snapshot => ({ ...snapshot, legs: snapshot.legs.map((one) => (one === lost ? leg : one)) })
  const unpriced = lost.kind === 'futures' ? [] : withoutPrices(lost)
  return unpriced.length === 0 ? [unread] : [unread, other(oneOf(unpriced))]
}

function withoutPrices(leg: LendingPosition): readonly LendingPosition[] {
  if (leg.protocol === 'compound-v3') return leg.baseBalance < 0n ? [{ ...leg, base: { ...leg.base, price: null } }] : []
  if (leg.protocol === 'aave-v4') {
    return leg.reserves
      .filter(({ supplied, debtRay }) => supplied > 0n || debtRay > 0n)
      .map((lost) => ({ ...leg, reserves: leg.reserves.map((one) => (one === lost ? { ...one, price: null } : one)) }))
  }
  const used = leg.reserves.filter(({ supplied, debt }) => supplied > 0n || debt > 0n)
  return used.map((lost): AaveV3Position => {
    return { ...leg, reserves: leg.reserves.map((one) => (one === lost ? { ...one, price: null } : one)) }
  })
}
