import { Decimal, dec, sum, ZERO } from './decimal.ts'
import { grown, logOfGrowth } from './exponential.ts'
import type { Grade, Limits } from './grade.ts'

/** Days until carry alone liquidates: at the worse and at the better end of the rates; null at an end: never. */
export type DaysLeft = { readonly soonest: Decimal | null; readonly latest: Decimal | null }

export const NEVER: DaysLeft = { soonest: null, latest: null }

/** A value and the logarithm of its growth in a day. */
export type Growing = { readonly usd: Decimal; readonly log: Decimal }

/** Beyond a million days nothing is reported. */
const HORIZON = dec(1_000_000)
/** How far to look at first where debt does not gain on its cover today. */
const FIRST_LEAP = dec(365)
/** A logarithm that is nothing but the last digits of the growths. */
const MET = '1e-18'
const MOST_STEPS = 200

/**
 * Days until what is owed has grown to what covers it, each part at its own rate; 0 when it has; null when it never does.
 *
 * With one rate a side that is ln(cover / owed) / (log of owed - log of cover), found in one step. With several, sums of
 * exponentials gain on each other and lose again, so this walks and never passes the first meeting: the growth of a sum only ever
 * rises, hence until t + h what is owed grows no faster than it does at t + h, and the cover no slower than it does at t.
 *
 * @see RISK 4
 */
export function daysUntilMet(cover: readonly Growing[], owed: readonly Growing[]): Decimal | null {
  const fastest = owed.reduce((most, { log }) => Decimal.max(most, log), ZERO)
  let t = ZERO
  for (let step = 0; step < MOST_STEPS; step++) {
    const [has, owes] = [at(cover, t), at(owed, t)]
    if (has.usd.lte(owes.usd)) return t
    const gap = logOfGrowth(has.usd.minus(owes.usd).div(owes.usd))
    if (gap.lte(MET)) return t
    if (has.log.gte(fastest)) return null
    const guess = owes.log.gt(has.log) ? gap.div(owes.log.minus(has.log)) : Decimal.max(FIRST_LEAP, t)
    const gain = at(owed, t.plus(guess)).log.minus(has.log)
    t = t.plus(gain.gt(0) ? Decimal.min(guess, gap.div(gain)) : guess)
    if (t.gt(HORIZON)) return null
  }
  // Proven safe so far, which is the worse of what it may be.
  return t
}

/** A sum after so many days, and the logarithm of its growth there. */
function at(parts: readonly Growing[], days: Decimal): Growing {
  const one = parts.length === 1 ? parts[0] : undefined
  const now = parts.map(({ usd, log }) => ({ usd: days.isZero() || log.isZero() ? usd : usd.times(grown(log.times(days))), log }))
  const usd = sum(now.map((part) => part.usd))
  // By itself, so that no division takes its last digit.
  if (one !== undefined || usd.isZero()) return { usd, log: one?.log ?? ZERO }
  return { usd, log: sum(now.map((part) => part.usd.times(part.log))).div(usd) }
}

/** Days until a cost of so many USD a day (0 or below: it is no cost) has taken a slack. */
export function daysUntilPaid(slack: Decimal, cost: Decimal): Decimal | null {
  if (slack.lte(0)) return ZERO
  return cost.gt(0) ? slack.div(cost) : null
}

/** The shorter of two times; null counts as never. */
export function sooner(a: Decimal | null, b: Decimal | null): Decimal | null {
  if (a === null || b === null) return a ?? b
  return Decimal.min(a, b)
}

/**
 * The grade of the days until carry alone liquidates, prices still; null: it never does.
 *
 * @param limits - Days; below one is its grade.
 * @see REPORT "Grades" (c)
 */
export function gradeOfDays(days: Decimal | null, limits: Limits): Grade {
  if (days === null) return 'no-trigger'
  if (days.lt(limits.critical)) return 'critical'
  if (days.lt(limits.warning)) return 'warning'
  return days.lt(limits.notice) ? 'notice' : 'ok'
}
