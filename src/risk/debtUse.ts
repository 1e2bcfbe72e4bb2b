import type { Asset } from './asset.ts'
import { bandOf, eachEnd } from './band.ts'
import type { DaysLeft } from './daysLeft.ts'
import { Decimal, fromUnits } from './decimal.ts'
import { earned } from './exponential.ts'
import type { BorrowCurve, LendingPosition } from './lendingPosition.ts'
import { type DailyLogs, loanDays } from './loanDays.ts'
import { apyOf, dailyLog, ownRates, rayOfSecond } from './rates.ts'
import { lendingRule } from './rules/lending.ts'
import type { Solvency } from './solvency.ts'

/** A debt, how much of its asset is borrowed by everybody, and what it would cost if all of it were. Rates: yearly, compounded. */
export type DebtUse = {
  readonly asset: Asset
  /** What it asks now; null: not known. */
  readonly apy: Decimal | null
  /** Share of what can be borrowed that is, as the market itself counts it; null: not known. */
  readonly used: Decimal | null
  /** null: not known, or the rate does not follow use. */
  readonly climb: Climb | null
}

/** How a borrow rate climbs with use. */
export type Climb = {
  /** The share from which on it climbs steeply. */
  readonly kink: Decimal
  readonly apyAtKink: Decimal
  readonly apyAtFull: Decimal
  /** USD a day that this debt costs more at 100 % of use than now; 0 where it costs no more. null: its rate now is not known. */
  readonly morePerDay: Decimal | null
  /** Of the loan at that rate, prices and all other rates still; what is supplied of the same asset would earn more, which does not count. */
  readonly days: DaysLeft | null
}

type State = Pick<Solvency, 'health' | 'required' | 'tripped'>

/**
 * What a loan owes, and what becomes of its cost when the market is used up: a scenario, which grades nothing.
 *
 * @param state - How the loan stands.
 * @throws IncompleteAnswerError when a price it needs is missing.
 * @see Aave v3 `DefaultReserveInterestRateStrategyV2`, Comet `getBorrowRate`
 */
export function debtUses(leg: LendingPosition, state: State): readonly DebtUse[] {
  const owed = lendingRule(leg)
    .holdings(leg)
    .filter(({ usd }) => usd.lt(0))
  return owed.map(({ asset, usd }) => {
    const apy = ownRates(leg, asset)?.borrow?.low ?? null
    const { used, curve } = useOf(leg, asset)
    if (curve === null) return { asset, apy, used, climb: null }
    // A market may be used by more than there is; then it asks for more already.
    const atFull = apy === null ? curve.apyAtFull : Decimal.max(apy, curve.apyAtFull)
    const morePerDay = apy === null ? null : usd.neg().times(aDay(atFull).minus(aDay(apy)))
    return { asset, apy, used, climb: { ...curve, morePerDay, days: daysAt(leg, state, { asset, apy: atFull }) } }
  })
}

const aDay = (apy: Decimal): Decimal => earned(dailyLog(apy))

function daysAt(leg: LendingPosition, state: State, climbed: { readonly asset: Asset; readonly apy: Decimal }): DaysLeft | null {
  return loanDays(leg, state, (asset): DailyLogs => {
    const rates = ownRates(leg, asset)
    const [supply, borrow] = [rates?.supply, asset.key === climbed.asset.key ? bandOf(climbed.apy) : rates?.borrow].map((apy) =>
      apy ? eachEnd(apy, dailyLog) : null,
    ) as [DailyLogs['supply'], DailyLogs['borrow']]
    return { supply, borrow }
  })
}

type Use = { readonly used: Decimal | null; readonly curve: Pick<Climb, 'kink' | 'apyAtKink' | 'apyAtFull'> | null }

const UNKNOWN: Use = { used: null, curve: null }

function useOf(leg: LendingPosition, { key }: Asset): Use {
  if (leg.protocol === 'aave-v3') {
    const reserve = leg.reserves.find(({ asset }) => asset.key === key)
    if (reserve === undefined) return UNKNOWN
    const { utilization, curve } = reserve
    return { used: shareOf(utilization, 27), curve: curve && bent(curve, { digits: 27, ray: (rate) => rate }) }
  }
  if (leg.protocol === 'aave-v4' || leg.rates === null) return UNKNOWN
  const { utilization, curve } = leg.rates
  return { used: shareOf(utilization, 18), curve: curve && bent(curve, { digits: 18, ray: rayOfSecond }) }
}

const shareOf = (share: bigint | null, digits: number): Decimal | null => (share === null ? null : fromUnits(share, digits))

/** The units of a protocol: digits of 100 %, and its rate as one of Aave. */
type Units = { readonly digits: number; readonly ray: (rate: bigint) => bigint }

function bent({ kink, rateAtKink, rateAtFull }: BorrowCurve, { digits, ray }: Units): NonNullable<Use['curve']> {
  return { kink: fromUnits(kink, digits), apyAtKink: apyOf(ray(rateAtKink)), apyAtFull: apyOf(ray(rateAtFull)) }
}
