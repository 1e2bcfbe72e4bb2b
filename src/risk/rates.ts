import type { Asset } from './asset.ts'
import { type Band, bandOf, scaled } from './band.ts'
import { type Decimal, dec, fromUnits, ONE, ZERO } from './decimal.ts'
import { earnedWhole, logOfGrowth, logWhole } from './exponential.ts'
import type { CompoundV3Position, LendingPosition } from './lendingPosition.ts'
import type { Funding, FuturesPosition, MarginAccount } from './marginAccount.ts'
import { decimalOf, divided, unitOf } from './whole.ts'

/** What a market pays and asks for one asset: yearly, compounded (0.065 is 6.5 %); null: not known. */
export type LoanRates = { readonly supply: Band | null; readonly borrow: Band | null }

/** Where the rates of a book come from; null from either: not known, so what depends on it is not known. */
export type CarryRates = {
  readonly loan: (leg: LendingPosition, asset: Asset) => LoanRates | null
  readonly funding: (leg: MarginAccount, position: FuturesPosition) => Funding | null
}

const SECONDS_A_YEAR = 31_536_000
const RAY_DIGITS = 27
const HOURS_A_DAY = dec(24)
const DAYS_A_YEAR = dec(365)

/**
 * The yearly rate, compounded by the second, of an Aave rate.
 *
 * @param ray - Not compounded, 1e27 = 100 % a year.
 * @example apyOf(65n * 10n ** 24n) // 0.0671590...: 6.5 % compounded
 * @see RISK 4; Aave v3 `MathUtils.calculateCompoundedInterest`
 */
export function apyOf(ray: bigint): Decimal {
  if (ray === 0n) return ZERO
  if (ray > HIGHEST_RAY) return growthOver(ray, BigInt(SECONDS_A_YEAR)).minus(ONE)
  const log = logWhole((ray * UNIT) / (RAY * BigInt(SECONDS_A_YEAR)), UNIT) * BigInt(SECONDS_A_YEAR)
  return decimalOf(earnedWhole(log, UNIT), WORDS)
}

/** Words behind the point: 14 digits of the smallest rate, 30 and more of a usual one. */
const WORDS = 7
const UNIT = unitOf(WORDS)
const RAY = 10n ** 27n
/** 10,000 times a year: a growth beyond it is longer than it is worth in whole numbers. */
const HIGHEST_RAY = 10_000n * RAY

/** A rate of Compound III (a second, 1e18 = 100 %) as one of Aave: a year, in ray. Exact. */
export function rayOfSecond(rate: bigint): bigint {
  return rate * 10n ** 9n * BigInt(SECONDS_A_YEAR)
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
  return divided(logOfGrowth(apy), DAYS_A_YEAR)
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
    // Most reserves are used on one side only.
    return {
      get supply() {
        return bandOf(apyOf(reserve.supplyRate))
      },
      get borrow() {
        return bandOf(apyOf(reserve.borrowRate))
      },
    }
  }
  if (leg.protocol === 'compound-v3' && leg.base.asset.key === key) return baseRates(leg)
  // Collateral of a Compound III market earns nothing: a rule of the protocol, not a figure that is missing.
  if (leg.protocol === 'compound-v3' && leg.collateral.some(({ asset }) => asset.key === key)) {
    return { supply: bandOf(ZERO), borrow: null }
  }
  return null
}

/**
 * Linear between two uses of the market; compounded by the second is what it is at most.
 *
 * @see Comet `accruedInterestIndices`
 */
function baseRates({ rates }: CompoundV3Position): LoanRates | null {
  if (rates === null) return null
  return {
    get supply() {
      return bandOf(apyOf(rayOfSecond(rates.supply)))
    },
    get borrow() {
      return bandOf(apyOf(rayOfSecond(rates.borrow)))
    },
  }
}

/** Funding that a day costs (above 0) or brings a long position, share of its notional. */
export function dailyFunding({ rate, intervalHours, window }: Funding): Band {
  return scaled(window ?? bandOf(rate), divided(HOURS_A_DAY, intervalHours))
}
