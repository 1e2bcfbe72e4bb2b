import type { Gap } from './leg.ts'
import type { Outcome } from './stress.ts'

/**
 * The outcome of a scenario for a book of which something was not read: what is known may die, but that all survive is not known,
 * nor what is left.
 *
 * @see RISK 6: "safe" is never said from a bound
 */
export function withUnread(outcome: Outcome, gaps: readonly Gap[]): Outcome {
  if (gaps.length === 0) return outcome
  return {
    ...outcome,
    survived: outcome.survived === false ? false : null,
    unknown: [...outcome.unknown, ...gaps.map(({ leg, reason }) => ({ leg, why: reason }))],
    stages: outcome.stages.map((stage) => ({ ...stage, equity: null })),
    equity: null,
  }
}
