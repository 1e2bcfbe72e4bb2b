import { type Decimal, sum, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import { lendingRule } from './rules/lending.ts'
import { asRead, marginState, trips } from './rules/margin.ts'
import { divided } from './whole.ts'

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
 * @see RISK 1.2, 1.3, 1.4
 */
export function solvency(leg: Leg): Solvency {
  if (leg.kind === 'lending') {
    const rule = lendingRule(leg)
    const { weightedUsd: cover, debtUsd: required, health, exactSlackUsd, tripped } = rule.accountOf(leg)
    const slack = cover.minus(required)
    const equity = sum(rule.holdings(leg).map(({ usd }) => usd))
    return { cover, required, slack, health, marginRatio: null, equity, modelGap: slack.minus(exactSlackUsd ?? slack), tripped }
  }
  const state = marginState(leg)
  const wallet = leg.wallet.reduce((total, held) => total.plus(held.amount.times(held.price)), ZERO)
  const unrealized = asRead(leg).unrealized.times(leg.settlePrice)
  const { equity: cover, maintenance: required } = state
  return {
    cover,
    required,
    slack: cover.minus(required),
    health: required.isZero() ? null : divided(cover, required),
    marginRatio: cover.gt(0) ? divided(required, cover) : null,
    equity: wallet.plus(unrealized),
    modelGap: ZERO,
    tripped: trips(leg, state),
  }
}
