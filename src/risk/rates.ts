import { type Band, bandOf } from './band.ts'
import { type Decimal, dec, fromUnits, ONE, ZERO } from './decimal.ts'
import { earned, logOfGrowth } from './exponential.ts'
import type { Asset, FuturesPosition, LendingPosition, MarginAccount } from './leg.ts'

/** What a market pays and asks for one asset: yearly, compounded (0.065 is 6.5 %); null: not known. */
export type LoanRates = { readonly supply: Band | null; readonly borrow: Band | null }

/** What a symbol's funding costs. Above 0 longs pay shorts. */
export type Funding = {
  /** Share of notional, paid once an interval. */
  readonly rate: Decimal
  /** 8, 4 or 1: a fact of the symbol, not of the venue. */
  readonly intervalHours: Decimal
  /** Mean and largest rate of the last days, an interval each: they replace `rate`, which holds for hours only; null: not known. */
  readonly window: Band | null
}

/** Where the rates of a book come from; null from either: not known, so what depends on it is not known. */
export type CarryRates = {
  readonly loan: (leg: LendingPosition, asset: Asset) => LoanRates | null
  readonly funding: (leg: MarginAccount, position: FuturesPosition) => Funding | null
}

const SECONDS_A_YEAR = 31_536_000
const RAY_DIGITS = 27
const DAYS_A_YEAR = 365

/**
 * The yearly rate, compounded by the second, of an Aave rate.
 *
 * @param ray - Not compounded, 1e27 = 100 % a year.
 * @example apyOf(65n * 10n ** 24n) // 0.0671590...: 6.5 % compounded
 * @see RISK 4; Aave v3 `MathUtils.calculateCompoundedInterest`
 */
export function apyOf(ray: bigint): Decimal {
  return earned(logOfGrowth(perSecond(ray)).times(SECONDS_A_YEAR))
}

/** What 1 becomes at an Aave rate (ray, a year) after so many seconds, compounded each second. */
export function growthOver(ray: bigint, seconds: bigint): Decimal {
  return perSecond(ray).plus(ONE).pow(seconds.toString())
}

function perSecond(ray: bigint): Decimal {
  return fromUnits(ray, RAY_DIGITS).div(SECONDS_A_YEAR)
}

/** Logarithm of the growth in a day at a compounded yearly rate. */
export function dailyLog(apy: Decimal): Decimal {
  return logOfGrowth(apy).div(DAYS_A_YEAR)
}

/** Interest of a day on 1, at a compounded yearly rate. */
export function dailyInterest(apy: Decimal): Decimal {
  return earned(dailyLog(apy))
}

/**
 * The rates that a position itself carries, as they were read; null where its protocol's reading holds none.
 *
 * @see RISK 4
 */
export function ownRates(leg: LendingPosition, { key }: Asset): LoanRates | null {
  if (leg.protocol === 'aave-v3') {
    const reserve = leg.reserves.find(({ asset }) => asset.key === key)
    if (reserve === undefined) return null
    return { supply: bandOf(apyOf(reserve.supplyRate)), borrow: bandOf(apyOf(reserve.borrowRate)) }
  }
  // Collateral of a Compound III market earns nothing: a rule of the protocol, not a figure that is missing.
  if (leg.protocol === 'compound-v3' && leg.collateral.some(({ asset }) => asset.key === key)) {
    return { supply: bandOf(ZERO), borrow: null }
  }
  return null
}

/** Funding that a day costs (above 0) or brings a long position, share of its notional. */
export function dailyFunding({ rate, intervalHours, window }: Funding): Band {
  const times = dec(24).div(intervalHours)
  const { low, high } = window ?? bandOf(rate)
  return { low: low.times(times), high: high.times(times) }
}
