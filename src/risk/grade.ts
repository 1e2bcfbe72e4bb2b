import { type Decimal, dec, ONE } from './decimal.ts'
import { divided } from './whole.ts'

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
  /** Days until interest and funding alone liquidate something, prices still. */
  readonly days: Limits
  /** A loan below this health is at least `warning`, whatever moves it. */
  readonly lowHealth: Decimal
  /** How far a loan's oracle may stand from the market before it is written again, as a share (`policy.oracleDeviation`). */
  readonly oracleDeviation: Decimal
}

export const DEFAULT_POLICY: Policy = {
  room: { notice: dec('0.35'), warning: dec('0.20'), critical: dec('0.10') },
  peg: { notice: dec('0.10'), warning: dec('0.05'), critical: dec('0.02') },
  days: { notice: dec(30), warning: dec(7), critical: dec(1) },
  lowHealth: dec('1.05'),
  oracleDeviation: dec('0.005'),
}

/**
 * The grade of a multiplier at which something dies. At distance 0 that is critical: whether the venue liquidates there is for
 * its own rule to say.
 */
export function gradeOfDeath(at: Decimal, limits: Limits): Grade {
  const within = (fall: Decimal): boolean => (at.lt(ONE) ? at.gt(ONE.minus(fall)) : at.lt(riseOf(fall)))
  if (within(limits.critical)) return 'critical'
  if (within(limits.warning)) return 'warning'
  return within(limits.notice) ? 'notice' : 'ok'
}

/** Limits never change, and every death along every path is held against the same three. */
const RISES = new WeakMap<Decimal, Decimal>()

/** The rise that is as far as a fall: 0.2 -> 1.25. */
function riseOf(fall: Decimal): Decimal {
  const known = RISES.get(fall)
  if (known !== undefined) return known
  const rise = divided(ONE, ONE.minus(fall))
  RISES.set(fall, rise)
  return rise
}

/** The grade of a loan's health whatever moves it; null: nothing is owed. */
export function gradeOfHealth(health: Decimal | null, { lowHealth }: Policy): Grade {
  if (health === null) return 'no-risk'
  if (health.lt(ONE)) return 'liquidatable'
  return health.lt(lowHealth) ? 'warning' : 'no-trigger'
}
