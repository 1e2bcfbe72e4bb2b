import { type Decimal, dec, isDecimalText, ONE } from '../risk/decimal.ts'
import { GRADES } from '../risk/grade.ts'
import type { HistoryLine } from './store.ts'

const DAY_MS = 86_400_000

/** The first millisecond of the UTC day of a time. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS
}

/**
 * Two lines as one: the worst grade, the least room, the lowest health, the highest margin ratio of both, and complete only if both
 * are. A figure that is no decimal text is left out, and then the line is not complete.
 */
export function rolledUp(a: HistoryLine, b: HistoryLine): HistoryLine {
  return {
    from: Math.min(a.from, b.from),
    to: Math.max(a.to, b.to),
    passes: a.passes + b.passes,
    grade: rank(a.grade) <= rank(b.grade) ? a.grade : b.grade,
    complete: a.complete && b.complete && FIGURES.every((name) => readable(a[name]) && readable(b[name])),
    room: least(a.room, b.room, far),
    atMost: least(a.atMost, b.atMost, far),
    health: least(a.health, b.health, (value) => value),
    marginRatio: least(a.marginRatio, b.marginRatio, (value) => value.neg()),
    // A day in which nobody looked for hours may not read like one that was watched.
    longestGapMs: Math.max(a.longestGapMs ?? 0, b.longestGapMs ?? 0, Math.max(a.from, b.from) - Math.min(a.to, b.to)),
  }
}

const FIGURES = ['room', 'atMost', 'health', 'marginRatio'] as const

/** From worst on; a grade that is not known is not taken for a good one. */
function rank(grade: string): number {
  return (GRADES as readonly string[]).indexOf(grade)
}

function readable(text: string | null): boolean {
  return text === null || isDecimalText(text)
}

/** How far a move is from none, alike for falls and rises: 1/(1 - 0.2) for -20 % as for +25 %. A fall to nothing is the farthest. */
function far(move: Decimal): Decimal {
  const factor = move.plus(ONE)
  if (factor.gte(ONE)) return factor
  return factor.gt(0) ? ONE.div(factor) : dec('1e99')
}

function least(a: string | null, b: string | null, measure: (value: Decimal) => Decimal): string | null {
  if (a === null || !isDecimalText(a)) return b !== null && isDecimalText(b) ? b : null
  if (b === null || !isDecimalText(b)) return a
  return measure(dec(a)).lte(measure(dec(b))) ? a : b
}
