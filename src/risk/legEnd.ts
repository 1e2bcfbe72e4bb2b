import { afterDeath, type LoanStep, type Range } from './afterDeath.ts'
import type { Decimal } from './decimal.ts'
import type { Leg } from './leg.ts'
import { shockAlong } from './shock.ts'
import { solvency } from './solvency.ts'
import type { Liquidation } from './view.ts'

/** How a leg ends: what its venue does to it at its nearest death. USD. */
export type LegEnd = {
  readonly leg: string
  /** The coin of a pool that is counted at 1 USD; null: in USD. */
  readonly coin: string | null
  /** What the venue and its liquidators take beyond the price move. */
  readonly bill: Range
  /** Of the equity that the leg has now, what is gone then: the price move and the bill. */
  readonly lost: Range
  /** What the venue bears. */
  readonly writtenOff: Range
  /** Of a loan that ends in one liquidation: the bonus it pays, and the share of the debt that is repaid by force. Null else. */
  readonly call: { readonly bonus: Decimal; readonly ofDebt: Decimal } | null
}

/**
 * What a death costs where it is nearest.
 *
 * @param equity - Of the leg now, USD.
 * @returns null where the venue's rule takes nothing at that point.
 * @throws IncompleteAnswerError when a price the leg needs is missing; UnsupportedError for an unknown pool revision.
 * @see RISK 2.5
 */
export function legEnd(leg: Leg, { factor, move }: Pick<Liquidation, 'factor' | 'move'>, equity: Decimal): LegEnd | null {
  const there = factor === null ? leg : shockAlong(leg, factor, move.plus(1))
  const death = afterDeath(there)
  if (death.leg === there) return null
  const { bill, writtenOff, equityAfter, steps } = death
  const [step, ...more] = steps.worst
  return {
    ...{ leg: leg.id, bill, writtenOff },
    coin: leg.kind === 'futures' && leg.settlePrice.eq(1) ? leg.settle.symbol : null,
    lost: { best: equity.minus(equityAfter.best), worst: equity.minus(equityAfter.worst) },
    call: step === undefined || more.length > 0 ? null : callOf(step, solvency(there).required),
  }
}

function callOf({ lossUsd, repaidUsd }: LoanStep, debt: Decimal): LegEnd['call'] {
  return repaidUsd.isZero() || debt.isZero() ? null : { bonus: lossUsd.div(repaidUsd), ofDebt: repaidUsd.div(debt) }
}
