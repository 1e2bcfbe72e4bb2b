import { type Decimal, ONE } from '../../risk/decimal.ts'
import type { Grade, Limits } from '../../risk/grade.ts'
import type { Level } from '../rule.ts'
import { LEVELS, rankOf } from '../rule.ts'

/** A level by the limits, and by limits a margin wider, which hold an alert up. */
export type Graded = { readonly level: Level | null; readonly holds?: Level }

/** The level of a grade; null for what needs no alert. */
export function levelOf(grade: Grade): Level | null {
  return (LEVELS as readonly string[]).includes(grade) ? (grade as Level) : null
}

/** Grades a figure by limits and by wider ones. @returns null: neither finds anything. */
export function graded(limits: Limits, margin: Decimal, gradeBy: (limits: Limits) => Grade): Graded | null {
  return levels(levelOf(gradeBy(limits)), levelOf(gradeBy(widened(limits, margin))))
}

/** Puts two levels together. @returns null: neither is one. */
export function levels(level: Level | null, holds: Level | null): Graded | null {
  if (holds === null || rankOf(holds) <= rankOf(level)) return level === null ? null : { level }
  return { level, holds }
}

function widened({ notice, warning, critical }: Limits, margin: Decimal): Limits {
  const by = ONE.plus(margin)
  return { notice: notice.times(by), warning: warning.times(by), critical: critical.times(by) }
}
