import { Decimal, ZERO } from './decimal.ts'
import { cut, earnedWhole, logWhole } from './exponential.ts'
import type { Grade, Limits } from './grade.ts'
import type { Growing } from './growing.ts'
import { FIRST_LEAP, HORIZON, surelyBefore } from './surelyBefore.ts'
import { decimalOf, divided, unitOf } from './whole.ts'

/** Days until carry alone liquidates: at the worse and at the better end of the rates; null at an end: never. */
export type DaysLeft = { readonly soonest: Decimal | null; readonly latest: Decimal | null }

export const NEVER: DaysLeft = { soonest: null, latest: null }

const MOST_STEPS = 200

/**
 * Days until what is owed has grown to what covers it, each part at its own rate; 0 when it has; null when it never does.
 *
 * With one rate a side that is ln(cover / owed) / (log of owed - log of cover), found in one step. With several, sums of
 * exponentials gain on each other and lose again, so this walks and never passes the first meeting: the growth of a sum only ever
 * rises, hence until t + h what is owed grows no faster than it does at t + h, and the cover no slower than it does at t.
 *
 * Most of the way is walked in float64; the last steps, and every doubt, in whole numbers.
 *
 * @see RISK 4
 */
export function daysUntilMet(cover: readonly Growing[], owed: readonly Growing[]): Decimal | null {
  return metFrom(surelyBefore(cover, owed), cover.map(inWhole), owed.map(inWhole))
}

/** Words behind the point of amounts, logarithms and days. */
const WORDS = 5
const UNIT = unitOf(WORDS)
/** A logarithm that is nothing but the last digits of the growths. */
const MET = UNIT / 10n ** 18n
const [END, LEAP] = [BigInt(HORIZON) * UNIT, BigInt(FIRST_LEAP) * UNIT]

/** The same walk from a day before which the two surely do not meet. */
function metFrom(days: number, has: readonly Whole[], owes: readonly Whole[]): Decimal | null {
  const fastest = most(owes.map(({ log }) => log))
  const span = spanOf([...has, ...owes])
  let t = BigInt(Math.floor(days * 1e6)) * (UNIT / 1_000_000n)
  for (let step = 0; step < MOST_STEPS && t <= END; step++) {
    const [covers, asks] = [wholeAt(has, t, span), wholeAt(owes, t, span)]
    if (covers.usd <= asks.usd) break
    if (covers.log >= fastest || asks.usd === 0n) return null
    const gap = logWhole(((covers.usd - asks.usd) * UNIT) / asks.usd, UNIT)
    if (gap <= MET) break
    const guess = asks.log > covers.log ? (gap * UNIT) / (asks.log - covers.log) : most([LEAP, t])
    const gain = wholeAt(owes, t + guess, span).log - covers.log
    const step = gain > 0n ? (gap * UNIT) / gain : guess
    t += step < guess ? step : guess
  }
  // Met, or after so many steps proven safe so far, which is the worse of what it may be.
  return t > END ? null : decimalOf(t, WORDS)
}

/** Whole numbers of 10^(-7 x WORDS). */
type Whole = { readonly usd: bigint; readonly log: bigint }

function inWhole({ usd, log }: Growing): Whole {
  return { usd: cut(usd, WORDS), log: cut(log, WORDS) }
}

type Span = { readonly base: bigint; readonly width: bigint }

function spanOf(parts: readonly Whole[]): Span {
  const logs = parts.map(({ log }) => log)
  const base = most(logs)
  return { base, width: base + most(logs.map((log) => -log)) }
}

/** e^16 is nearly a word of 7 digits. */
const LOG_OF_WORD = 16n
/** What is smaller by 420 digits than the fastest part is nothing. */
const MOST_SPARE = 60

/** A sum at a time, with the growth at `base` taken out lest it grow out of hand, and so many more digits for what lags behind. */
function wholeAt(parts: readonly Whole[], t: bigint, { base, width }: Span): Whole {
  const lag = (width * t) / (UNIT * UNIT * LOG_OF_WORD)
  const spare = unitOf(Math.min(MOST_SPARE, Number(lag)))
  let [total, weighted] = [0n, 0n]
  for (const { usd, log } of parts) {
    const grown = usd * (UNIT * spare + earnedWhole(((log - base) * t * spare) / UNIT, UNIT * spare))
    total += grown
    weighted += grown * log
  }
  return { usd: total, log: total === 0n ? 0n : weighted / total }
}

function most(values: readonly bigint[]): bigint {
  let found = values[0] as bigint
  for (const value of values) if (value > found) found = value
  return found
}

/** Days until a cost of so many USD a day (0 or below: it is no cost) has taken a slack. */
export function daysUntilPaid(slack: Decimal, cost: Decimal): Decimal | null {
  if (slack.lte(0)) return ZERO
  return cost.gt(0) ? divided(slack, cost) : null
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
