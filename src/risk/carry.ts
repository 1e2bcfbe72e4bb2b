import type { Asset } from './asset.ts'
import { type Band, eachEnd, NOTHING, scaled, sumOfBands } from './band.ts'
import { type DaysLeft, daysUntilPaid, NEVER, sooner } from './daysLeft.ts'
import { type Decimal, ONE, sum, ZERO } from './decimal.ts'
import { earned } from './exponential.ts'
import type { Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import { type DailyLogs, type LoanSide, loanDays, NO_LOGS } from './loanDays.ts'
import type { MarginAccount } from './marginAccount.ts'
import { type CarryRates, dailyFunding, dailyLog } from './rates.ts'
import { lendingRule } from './rules/lending.ts'
import { asRead, notionalAt } from './rules/margin.ts'
import type { Solvency } from './solvency.ts'
import type { Totals } from './totals.ts'
import { divided } from './whole.ts'

/** USD a day: above 0 it is earned, below 0 paid. Null: a rate is not known. What a leg does not have costs it nothing. */
export type Flows = {
  readonly supply: Band | null
  readonly borrow: Band | null
  readonly funding: Band | null
  readonly net: Band | null
}

/** What a loan's market pays or asks for one asset of it: yearly, compounded (0.065 is 6.5 %), without rewards; null: not known. */
export type AssetRate = { readonly asset: Asset; readonly side: 'supply' | 'borrow'; readonly apy: Band | null }

export type LegCarry = Flows & {
  readonly leg: string
  /** Of a loan; none for a pool, whose funding is paid by position. */
  readonly rates: readonly AssetRate[]
  /** Prices still. Null: a rate it depends on is not known. */
  readonly days: DaysLeft | null
}

/** What holding a book costs. */
export type Carry = Flows & {
  readonly legs: readonly LegCarry[]
  /** Net a day as a share of equity; null where it is not known or nothing is left. */
  readonly ofEquity: Band | null
  /** The first liquidation by carry alone, over the legs whose rates are known: the true one is not later. */
  readonly days: DaysLeft
  /** Whether that is of all legs. */
  readonly complete: boolean
  /** The share by which all market prices must move a day to pay for it; null where that pays nothing or is not known. */
  readonly breakEvenDrift: Band | null
  /** The share of the notional that the futures must earn a day to pay the interest on what was borrowed; null without either. */
  readonly breakEvenReturn: Band | null
}

/** A leg with how it stands: its slack and health. */
export type WeighedLeg = { readonly leg: Leg; readonly state: Pick<Solvency, 'slack' | 'health' | 'required' | 'tripped'> }

/**
 * Daily interest and funding by leg and in all, the days until they alone liquidate something, and what has to be earned to pay
 * for them. Rates vary: where a window of them is known each figure is a band over it.
 *
 * @param totals - Of the same legs. Where they are null a leg is unknown, and so are the sums here.
 * @throws IncompleteAnswerError when a price a leg needs is missing.
 * @see RISK 4
 */
export function carryOf(known: readonly WeighedLeg[], rates: CarryRates, { equity, netDelta }: Totals): Carry {
  const legs = known.map((one) => legCarry(one, rates))
  const whole = equity !== null
  const total = (flow: keyof Flows): Band | null => (whole ? sumOfBands(legs.map((leg) => leg[flow])) : null)
  const flows = { supply: total('supply'), borrow: total('borrow'), funding: total('funding'), net: total('net') }
  const delta = netDelta === null ? ZERO : sum(netDelta.values())
  const notional = sum(known.flatMap(({ leg }) => (leg.kind === 'futures' ? [asRead(leg).notional.times(leg.settlePrice)] : [])))
  const days = legs.flatMap((leg) => (leg.days === null ? [] : [leg.days]))
  return {
    ...flows,
    legs,
    ofEquity: flows.net === null || !equity?.gt(0) ? null : scaled(flows.net, divided(ONE, equity)),
    days: {
      soonest: days.reduce<Decimal | null>((least, { soonest }) => sooner(least, soonest), null),
      latest: days.reduce<Decimal | null>((least, { latest }) => sooner(least, latest), null),
    },
    complete: whole && days.length === legs.length,
    breakEvenDrift: flows.net === null || delta.isZero() ? null : scaled(flows.net, divided(ONE.neg(), delta)),
    breakEvenReturn: flows.borrow === null || !notional.gt(0) ? null : scaled(flows.borrow, divided(ONE.neg(), notional)),
  }
}

function legCarry({ leg, state }: WeighedLeg, rates: CarryRates): LegCarry {
  if (leg.kind === 'lending') return loanCarry(leg, state, rates)
  const funding = fundingOf(leg, rates)
  const days = poolDays(state, funding)
  return { leg: leg.id, rates: [], supply: NOTHING, borrow: NOTHING, funding, net: funding, days }
}

function loanCarry(leg: LendingPosition, state: WeighedLeg['state'], rates: CarryRates): LegCarry {
  const holdings = lendingRule(leg)
    .holdings(leg)
    .filter(({ usd }) => !usd.isZero())
  const logs = new Map<string, DailyLogs>()
  const each: AssetRate[] = []
  for (const { asset, usd } of holdings) {
    const side = sideOf(usd)
    const apy = rates.loan(leg, asset)?.[side] ?? null
    each.push({ asset, side, apy })
    logs.set(asset.key, { ...(logs.get(asset.key) ?? NO_LOGS), [side]: apy ? eachEnd(apy, dailyLog) : null })
  }
  const flow = (side: LoanSide): Band | null =>
    sumOfBands(
      holdings
        .filter(({ usd }) => sideOf(usd) === side)
        .map(({ asset, usd }) => {
          const log = logs.get(asset.key)?.[side]
          return log ? scaled(eachEnd(log, earned), usd) : null
        }),
    )
  const [supply, borrow] = [flow('supply'), flow('borrow')]
  return {
    leg: leg.id,
    rates: each,
    supply,
    borrow,
    funding: NOTHING,
    net: sumOfBands([supply, borrow]),
    days: loanDays(leg, state, ({ key }) => logs.get(key) ?? NO_LOGS),
  }
}

const sideOf = (usd: Decimal): LoanSide => (usd.gt(0) ? 'supply' : 'borrow')

function fundingOf(leg: MarginAccount, rates: CarryRates): Band | null {
  const settled = sumOfBands(
    leg.positions.map((position) => {
      const funding = rates.funding(leg, position)
      if (funding === null) return null
      const notional = notionalAt(position, position.mark)
      return scaled(dailyFunding(funding), position.side === 'long' ? notional.neg() : notional)
    }),
  )
  return settled && scaled(settled, leg.settlePrice)
}

/** A haircut on the settle coin only makes it later: what is paid counted for less than it was worth. */
function poolDays({ slack, required, tripped }: WeighedLeg['state'], funding: Band | null): DaysLeft | null {
  if (required.isZero()) return NEVER
  if (tripped) return { soonest: ZERO, latest: ZERO }
  if (funding === null) return null
  return { soonest: daysUntilPaid(slack, funding.low.neg()), latest: daysUntilPaid(slack, funding.high.neg()) }
}
