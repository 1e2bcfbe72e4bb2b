import { IncompleteAnswerError } from '../errors.ts'
import { type Decimal, dec, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import { accountOf, trips as loanTrips } from './rules/aaveV3.ts'
import { loanState, reserveUsd } from './rules/aaveV3Slack.ts'
import { marginState, trips as poolTrips, profit } from './rules/margin.ts'

/** How a leg stands now. USD, but for the two ratios. */
export type Solvency = {
  /** What counts for the leg: threshold-weighted collateral, or the pool's equity after haircuts. */
  readonly cover: Decimal
  /** What it must have: the debt, or the maintenance margin. */
  readonly required: Decimal
  readonly slack: Decimal
  /** cover / required; for a loan the contract's own health factor. Null when nothing is required. */
  readonly health: Decimal | null
  /** required / cover, futures only. Null for loans, and when nothing is left to cover. */
  readonly marginRatio: Decimal | null
  /** What would be left after paying everything, no haircut. */
  readonly equity: Decimal
  /** Slack of the affine model less slack of the venue's own integer rule. */
  readonly modelGap: Decimal
  /** Whether the venue's rule liquidates the leg at these figures. */
  readonly tripped: boolean
}

/**
 * Weighs a leg against its venue's liquidation rule, as it was read.
 *
 * @throws IncompleteAnswerError when a price the leg needs is missing; UnsupportedError for an unknown pool revision.
 * @see Aave v3 `GenericLogic.calculateUserAccountData`; RISK 1.2, 1.4
 */
export function solvency(leg: Leg): Solvency {
  if (leg.kind === 'lending') {
    // Also for a balance that is no collateral: without its price the loan's equity would be a guess.
    const unpriced = leg.reserves.find(({ price, supplied, debt }) => price === null && (supplied > 0n || debt > 0n))
    if (unpriced !== undefined) throw new IncompleteAnswerError(leg.venue, `oracle price of ${unpriced.asset.symbol}`)
    const account = accountOf(leg)
    const { cover, required } = loanState(leg)
    const health = account.healthFactor === null ? null : dec(account.healthFactor).div('1e18')
    const equity = leg.reserves.reduce(
      (total, r) =>
        r.supplied === r.debt ? total : total.plus(reserveUsd(leg, r, r.supplied)).minus(reserveUsd(leg, r, r.debt)),
      ZERO,
    )
    const slack = cover.minus(required)
    const exact = health === null ? slack : dec(account.totalDebt).div(dec(leg.baseUnit)).times(health.minus(1))
    return { cover, required, slack, health, marginRatio: null, equity, modelGap: slack.minus(exact), tripped: loanTrips(leg) }
  }
  const state = marginState(leg)
  const wallet = leg.wallet.reduce((total, held) => total.plus(held.amount.times(held.price)), ZERO)
  const unrealized = leg.positions.reduce((total, p) => total.plus(profit(p, p.mark).times(leg.settlePrice)), ZERO)
  const { equity: cover, maintenance: required } = state
  return {
    cover,
    required,
    slack: cover.minus(required),
    health: required.isZero() ? null : cover.div(required),
    marginRatio: cover.gt(0) ? required.div(cover) : null,
    equity: wallet.plus(unrealized),
    modelGap: ZERO,
    tripped: poolTrips(leg, state),
  }
}
