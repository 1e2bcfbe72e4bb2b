import { Decimal, ONE, ZERO } from '../src/risk/decimal.ts'
import type { AaveV3Position } from '../src/risk/lendingPosition.ts'
import type { MarginAccount } from '../src/risk/marginAccount.ts'

/**
 * The two plain ways to weigh a book at shocked prices, as one would write them: with decimals, and with whole numbers. Both
 * walk every balance and position of every cell. The second rounds nothing at all, so it is also what the signs are held against.
 */

/** Multipliers of two factors; all others stand still. */
export type Shock<T> = { readonly ETH: T; readonly BTC: T }
/** Which of the two legs is dead: bit 0 the loan, bit 1 the pool. Dead is to have no slack left. */
export type Weigh<T> = (shock: Shock<T>) => number

type Book = { readonly loan: AaveV3Position; readonly pool: MarginAccount }

const pick = <T>(shock: Shock<T>, factor: string, still: T): T =>
  factor === 'ETH' ? shock.ETH : factor === 'BTC' ? shock.BTC : still

export function withDecimals({ loan, pool }: Book): Weigh<Decimal> {
  const reserves = loan.reserves.map((r) => ({
    factor: r.asset.factor,
    price: new Decimal(String(r.price)).div('1e8'),
    supplied: new Decimal(String(r.supplied)).div('1e18'),
    debt: new Decimal(String(r.debt)).div('1e18'),
    threshold: new Decimal(String(r.liquidationThreshold)).div('1e4'),
  }))
  const balance = pool.wallet[0]?.amount ?? ZERO
  return (shock) => {
    let cover = ZERO
    let debt = ZERO
    for (const r of reserves) {
      const price = r.price.times(pick(shock, r.factor, ONE))
      if (r.supplied.gt(0)) cover = cover.plus(r.supplied.times(price).times(r.threshold))
      if (r.debt.gt(0)) debt = debt.plus(r.debt.times(price))
    }
    let equity = balance
    let maintenance = ZERO
    for (const p of pool.positions) {
      const mark = p.mark.times(pick(shock, p.factor, ONE))
      const notional = p.size.times(mark)
      const profit = mark.minus(p.entry).times(p.size)
      equity = p.side === 'long' ? equity.plus(profit) : equity.minus(profit)
      const tier = p.tiers.find(({ cap }) => cap === null || notional.lte(cap))
      if (tier !== undefined) maintenance = maintenance.plus(notional.times(tier.rate)).minus(tier.deduction)
    }
    return (cover.lte(debt) ? 1 : 0) | (equity.lte(maintenance) ? 2 : 0)
  }
}

/** @param digits - Decimals of the multipliers, which are whole numbers of 10^-digits. */
export function withWholeNumbers({ loan, pool }: Book, digits: number): Weigh<bigint> {
  const one = 10n ** BigInt(digits)
  // USD in units of 1e-30: amounts have 18 decimals and prices 8, thresholds and rates 4.
  const whole = (value: Decimal, decimals: number): bigint => BigInt(value.times(new Decimal(10).pow(decimals)).toFixed(0))
  const reserves = loan.reserves.map((r) => ({
    factor: r.asset.factor,
    cover: r.supplied * (r.price ?? 0n) * r.liquidationThreshold,
    debt: r.debt * (r.price ?? 0n) * 10_000n,
  }))
  const positions = pool.positions.map((p) => ({
    factor: p.factor,
    notional: whole(p.size.times(p.mark), 26),
    atEntry: whole(p.size.times(p.entry), 26),
    long: p.side === 'long',
    tiers: p.tiers.map(({ cap, rate, deduction }) => ({
      cap: cap === null ? null : whole(cap, 26) * one,
      rate: whole(rate, 4),
      deduction: whole(deduction, 30) * one,
    })),
  }))
  const balance = whole(pool.wallet[0]?.amount ?? ZERO, 30) * one
  return (shock) => {
    let slack = 0n
    for (const r of reserves) slack += (r.cover - r.debt) * pick(shock, r.factor, one)
    let equity = balance
    let maintenance = 0n
    for (const p of positions) {
      const notional = p.notional * pick(shock, p.factor, one)
      const profit = (notional - p.atEntry * one) * 10_000n
      equity += p.long ? profit : -profit
      for (const tier of p.tiers) {
        if (tier.cap !== null && notional > tier.cap) continue
        maintenance += notional * tier.rate - tier.deduction
        break
      }
    }
    return (slack <= 0n ? 1 : 0) | (equity <= maintenance ? 2 : 0)
  }
}
