import { distance } from './deaths.ts'
import { type Decimal, dec, ONE } from './decimal.ts'

/** From worst to best. @see REPORT "Grades" */
export const GRADES = ['liquidatable', 'critical', 'warning', 'unknown', 'notice', 'ok', 'no-trigger', 'no-risk'] as const
export type Grade = (typeof GRADES)[number]

/** The worse of two grades. */
export function worse(a: Grade, b: Grade): Grade {
  return GRADES.indexOf(a) <= GRADES.indexOf(b) ? a : b
}

/** Three limits of one measure; crossing one gives its grade. */
export type Limits = { readonly notice: Decimal; readonly warning: Decimal; readonly critical: Decimal }

/** When a figure becomes a grade. The book file may change all of it. */
export type Policy = {
  /** Room to the first liquidation by market factors, as a fall (0.2 = -20 %, met by +25 % on the rise). */
  readonly room: Limits
  /** Room of a peg or basis. */
  readonly peg: Limits
  /** A loan below this health is at least `warning`, whatever moves it. */
  readonly lowHealth: Decimal
}

export const DEFAULT_POLICY: Policy = {
  room: { notice: dec('0.35'), warning: dec('0.20'), critical: dec('0.10') },
  peg: { notice: dec('0.10'), warning: dec('0.05'), critical: dec('0.02') },
  lowHealth: dec('1.05'),
}

/**
 * The grade of a multiplier at which something dies. At distance 0 that is critical: whether the venue liquidates there is for
 * its own rule to say.
 */
export function gradeOfDeath(at: Decimal, limits: Limits): Grade {
  const far = distance(at)
  const within = (fall: Decimal): boolean => far.lt(ONE.div(ONE.minus(fall)))
  if (within(limits.critical)) return 'critical'
  if (within(limits.warning)) return 'warning'
  return within(limits.notice) ? 'notice' : 'ok'
}

/** The grade of a loan's health whatever moves it; null: nothing is owed. */
export function gradeOfHealth(health: Decimal | null, { lowHealth }: Policy): Grade {
  if (health === null) return 'no-risk'
  if (health.lt(ONE)) return 'liquidatable'
  return health.lt(lowHealth) ? 'warning' : 'no-trigger'
}
