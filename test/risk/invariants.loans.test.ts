import { describe, expect } from 'vitest'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { type Decimal, dec, fromUnits, ONE } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve, LendingPosition } from '../../src/risk/lendingPosition.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { safetyFactor } from '../../src/risk/verdict.ts'
import {
  atRevisions,
  expectClose,
  expectNoNarrower,
  expectSameReach,
  type Given,
  invariant,
  loansOf,
  reach,
} from '../support/invariant.ts'

/** The invariants of RISK section 7 that speak of loans, numbered as there. */

const counts = ({ collateral, supplied, liquidationThreshold }: AaveV3Reserve): boolean =>
  collateral && supplied > 0n && liquidationThreshold > 0n

const withReserve = (loan: AaveV3Position, old: AaveV3Reserve, to: Partial<AaveV3Reserve>): AaveV3Position => ({
  ...loan,
  reserves: loan.reserves.map((reserve) => (reserve === old ? { ...reserve, ...to } : reserve)),
})

const usdOf = ({ supplied, decimals, price }: AaveV3Reserve): Decimal =>
  fromUnits(supplied, decimals).times(dec(price as bigint).div('1e8'))

describe('loans', () => {
  // Not for pools that cut the average threshold: a little of a weaker collateral can cost a whole basis point of all of it.
  invariant('4 more collateral never shrinks the interval', {}, ({ legs, path, amount, oneOf }) => {
    const more = (held: bigint): bigint => held + (held * BigInt(amount)) / 100n + 1n
    let backed = false
    for (const leg of legs) {
      const fuller = leg.kind === 'lending' ? withMore(leg, oneOf, more) : null
      if (fuller === null) continue
      expectNoNarrower(reach([fuller], path), reach([leg], path))
      backed = true
    }
    return backed
  })

  invariant('5 repaying never shrinks the interval', {}, ({ legs, path, amount }) => {
    let owed = false
    for (const leg of atRevisions(legs, amount)) {
      if (leg.kind === 'futures') continue
      const repaid = (debt: bigint): bigint => debt - (debt * BigInt(amount)) / 1000n
      const after = ((): Leg => {
        if (leg.protocol === 'compound-v3')
          return { ...leg, baseBalance: leg.baseBalance < 0n ? -repaid(-leg.baseBalance) : leg.baseBalance }
        return leg.protocol === 'aave-v3'
          ? { ...leg, reserves: leg.reserves.map((r) => ({ ...r, debt: repaid(r.debt) })) }
          : { ...leg, reserves: leg.reserves.map((r) => ({ ...r, debtRay: repaid(r.debtRay) })) }
      })()
      expectNoNarrower(reach([after], path), reach([leg], path))
      owed ||= solvency(leg).required.gt(0)
    }
    return owed
  })

  invariant('15 the same value in 6 or 18 decimals is the same loan', {}, ({ legs, path, amount }) => {
    const loans = atRevisions(legs, amount).filter((leg) => leg.kind === 'lending')
    for (const loan of loans) {
      const other = inSixDecimals(loan)
      expect(solvency(other)).toEqual(solvency(loan))
      expect(reach([other], path)).toEqual(reach([loan], path))
    }
    return loans.length > 0
  })

  invariant('17 collateral switched off is as good as absent, but still owned', {}, ({ legs, path, amount, oneOf }) => {
    const loan = loansOf(atRevisions(legs, amount))[0]
    const backing = loan?.reserves.filter(counts) ?? []
    if (loan === undefined || backing.length === 0) return false
    const one = oneOf(backing)
    const [off, absent] = [withReserve(loan, one, { collateral: false }), withReserve(loan, one, { supplied: 0n })]
    expect(solvency(off).slack).toEqual(solvency(absent).slack)
    expect(solvency(off).health).toEqual(solvency(absent).health)
    expect(reach([off], path)).toEqual(reach([absent], path))
    expectClose(solvency(off).equity.minus(solvency(absent).equity).plus(1), usdOf(one).plus(1), 'equity')
    return true
  })

  invariant(
    '18 a category with a higher threshold never shrinks the interval, and adds nothing for what is outside',
    {},
    (given) => {
      const { legs, path, oneOf } = given
      const loan = loansOf(legs)[0]
      const backing = loan?.reserves.filter(counts) ?? []
      if (loan === undefined || backing.length === 0) return false
      const inside = oneOf(backing)
      const after = withReserve(loan, inside, { inEMode: true, liquidationThreshold: 9900n })
      expectNoNarrower(reach([after], path), reach([loan], path))
      const gain = usdOf(inside)
        .times(dec(9900n - inside.liquidationThreshold))
        .div(10_000)
      expectClose(solvency(after).slack.plus(gain.neg()).plus(1), solvency(loan).slack.plus(1), 'slack')
      return true
    },
  )

  invariant('26 one market factor against stablecoins: the safety factor is the health factor', {}, ({ legs }) => {
    const loan = loansOf(legs)[0]
    if (loan === undefined) return false
    const reserves = loan.reserves.map((r): AaveV3Reserve => {
      return r.supplied > 0n
        ? { ...r, debt: 0n, asset: { ...r.asset, factor: 'ETH', basis: null } }
        : { ...r, asset: { ...r.asset, factor: `USD:${r.asset.key}`, basis: null } }
    })
    const plain = { ...loan, reserves }
    const { cover, required } = solvency(plain)
    if (required.isZero()) return false
    const health = cover.div(required)
    const factor = safetyFactor(pathsOf([plain]).map((path) => corridor([plain], path)))
    expectClose(factor, health.lt(1) ? ONE : health, 'safety factor')
    return true
  })

  invariant('a loan never dies by a price it does not depend on', {}, ({ legs, amount }) => {
    const loans = loansOf(atRevisions(legs, amount)).filter((loan) => solvency(loan).slack.gt(0) && !solvency(loan).tripped)
    for (const loan of loans) {
      const still = { name: 'ELSE', kind: 'market', moves: () => false } as const
      expectSameReach(reach([loan], still), { low: dec(0) as Decimal, high: dec(10_000_000) })
    }
    return loans.length > 0
  })
})

/** The position with more of one collateral that counts; null where none does. */
function withMore(leg: LendingPosition, oneOf: Given['oneOf'], more: (held: bigint) => bigint): LendingPosition | null {
  if (leg.protocol === 'compound-v3') {
    const backing = leg.collateral.filter(({ balance, liquidateFactor }) => balance > 0n && liquidateFactor > 0n)
    if (backing.length === 0) return null
    const chosen = oneOf(backing)
    const collateral = leg.collateral.map((held) => (held === chosen ? { ...held, balance: more(held.balance) } : held))
    return { ...leg, collateral }
  }
  if (leg.protocol === 'aave-v4') {
    const backing = leg.reserves.filter(
      ({ collateral, supplied, collateralFactor }) => collateral && supplied > 0n && collateralFactor > 0n,
    )
    if (backing.length === 0) return null
    const chosen = oneOf(backing)
    return { ...leg, reserves: leg.reserves.map((r) => (r === chosen ? { ...r, supplied: more(r.supplied) } : r)) }
  }
  const backing = leg.reserves.filter(counts)
  if (backing.length === 0) return null
  const chosen = oneOf(backing)
  return withReserve(leg, chosen, { supplied: more(chosen.supplied) })
}

/** The random books hold millionths of a token at most, so nothing is cut. */
function inSixDecimals(loan: LendingPosition): LendingPosition {
  const six = (raw: bigint): bigint => raw / 10n ** 12n
  if (loan.protocol === 'compound-v3') {
    const collateral = loan.collateral.map((held) => ({ ...held, decimals: 6, balance: six(held.balance) }))
    return { ...loan, base: { ...loan.base, decimals: 6 }, baseBalance: six(loan.baseBalance), collateral }
  }
  return loan.protocol === 'aave-v3'
    ? { ...loan, reserves: loan.reserves.map((r) => ({ ...r, decimals: 6, supplied: six(r.supplied), debt: six(r.debt) })) }
    : { ...loan, reserves: loan.reserves.map((r) => ({ ...r, decimals: 6, supplied: six(r.supplied), debtRay: six(r.debtRay) })) }
}
