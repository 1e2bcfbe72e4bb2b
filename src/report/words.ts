import { Decimal, ONE } from '../risk/decimal.ts'
import type { Direction } from '../risk/slackLine.ts'

/**
 * Numbers to words: the only place that rounds, always to the worse side, so that what is shown never looks safer than
 * what was computed.
 */

/** Digits grouped by comma: 12345.6 -> "12,345.6". */
function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const withCommas = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`
}

/** A health factor, floored: 1.76989 -> "1.7698"; never "1.0000" for 0.99999. */
export function healthWords(health: Decimal | null): string {
  if (health === null) return 'no debt'
  if (health.gt(9999)) return 'over 9999'
  return health.toFixed(4, Decimal.ROUND_FLOOR)
}

/** A move to a death, towards 0: -0.1967 -> "-19.6 %", 0.2549 -> "+25.4 %". */
export function moveWords(move: Decimal): string {
  const percent = move.times(100)
  const digits = percent.abs().lt(1) ? 2 : 1
  const shown = percent.abs().toFixed(digits, Decimal.ROUND_DOWN)
  if (percent.abs().gt(1000)) return `${percent.lt(0) ? '-' : '+'}${grouped(percent.abs().toFixed(0, Decimal.ROUND_DOWN))} %`
  return `${move.lt(0) ? '-' : '+'}${shown} %`
}

/** A share of something owed, rounded up: 0.0207 -> "2.1 %". */
export function shareWords(share: Decimal): string {
  return `${share.times(100).toFixed(1, Decimal.ROUND_CEIL)} %`
}

/**
 * A share of a market that is borrowed, one decimal where it has any: 0.8199 up -> "82 %".
 *
 * @param side - `up` for what is borrowed, `down` for where it begins to cost more.
 */
export function useWords(share: Decimal, side: 'up' | 'down'): string {
  const mode = side === 'up' ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR
  return `${grouped(share.times(100).toDecimalPlaces(1, mode).toFixed())} %`
}

/**
 * The price of a liquidation, rounded towards today's price: up for a fall, down for a rise. Two decimals, more for small prices.
 */
export function deathPriceWords(price: Decimal, side: Direction): string {
  const digits = price.gte(1) ? 2 : price.isZero() ? 2 : Math.min(12, 3 - price.e)
  return grouped(price.toFixed(digits, side === 'down' ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR))
}

/** Days left, rounded down: "0.6 days", "12 days", "542 days". */
export function daysWords(days: Decimal | null): string {
  if (days === null) return 'never'
  return `${grouped(days.toFixed(days.lt(10) ? 1 : 0, Decimal.ROUND_DOWN))} days`
}

/** USD that something costs or takes, rounded up to whole ones; less than half a cent over is the noise of a model. */
export function costWords(usd: Decimal): string {
  return grouped(usd.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toFixed(0, Decimal.ROUND_CEIL))
}

/** USD that something takes at least, rounded up to whole ones: what is shown is always enough. */
export function needWords(usd: Decimal): string {
  return grouped(usd.toDecimalPlaces(NOISE, Decimal.ROUND_HALF_UP).toFixed(0, Decimal.ROUND_CEIL))
}

/** Beyond these decimals there is nothing but the noise of a model. */
const NOISE = 6

/**
 * Units of a coin: whole ones from a thousand on, about five digits below, so that 0.8 WETH never reads "0".
 *
 * @param side - `up` for what is needed, `down` for what there is.
 */
export function amountWords(amount: Decimal, side: 'up' | 'down'): string {
  const mode = side === 'up' ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR
  if (amount.isZero()) return '0'
  const digits = amount.gte(1000) ? 0 : amount.gte(1) ? 2 : Math.min(18, 4 - amount.e)
  return grouped(
    amount
      .toDecimalPlaces(digits + NOISE, Decimal.ROUND_HALF_UP)
      .toDecimalPlaces(digits, mode)
      .toFixed(),
  )
}

/** Units of a coin, every digit of them: what a transaction says. */
export function exactWords(amount: Decimal): string {
  return grouped(amount.toFixed())
}

/** A move that somebody chose, every digit of it: -0.2005 -> "-20.05 %". */
export function chosenWords(move: Decimal): string {
  return `${move.lt(0) ? '-' : '+'}${grouped(move.abs().times(100).toFixed())} %`
}

/** USD that something brings or leaves, rounded down to whole ones; less than half a cent under is the noise of a model. */
export function gainWords(usd: Decimal): string {
  return grouped(usd.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toFixed(0, Decimal.ROUND_FLOOR))
}

/** A flow of USD with its sign, rounded to the worse side: "-19.56", "+1.57". */
export function flowWords(usd: Decimal): string {
  const shown = usd.toFixed(2, Decimal.ROUND_FLOOR)
  return usd.gte(0) ? `+${grouped(shown)}` : grouped(shown)
}

/** A probability, rounded up: "0.13 %", "22 %"; never "0 %". */
export function chanceWords(chance: Decimal): string {
  const percent = chance.times(100)
  if (percent.lt('0.01')) return 'under 0.01 %'
  return `${percent.toFixed(percent.lt(1) ? 2 : percent.lt(10) ? 1 : 0, Decimal.ROUND_CEIL)} %`
}

/** Age of a source, rounded up: "8 s", "3 min". */
export function ageWords(seconds: number | null): string {
  if (seconds === null) return 'age unknown'
  const up = Math.ceil(seconds)
  return up < 120 ? `${up} s` : `${Math.ceil(up / 60)} min`
}

/** A change of the room in points of a hundred, rounded down, so that a loss is never shown smaller: "-1.3", "+0.42", "0". */
export function pointsWords(change: Decimal): string {
  if (change.isZero()) return '0'
  const points = change.times(100)
  const shown = points.toFixed(points.abs().lt(1) ? 2 : 1, Decimal.ROUND_FLOOR)
  return points.isNegative() ? shown : `+${shown}`
}

/** A price as it was read, about five digits, to the nearest: nobody can say which side of it is the worse. */
export function priceWords(price: Decimal): string {
  if (price.isZero()) return '0'
  return grouped(price.toFixed(price.gte(100) ? 2 : Math.min(18, 4 - price.e)))
}

/** How far a price has moved, away from 0: what happened is never shown smaller. */
export function movedWords(move: Decimal): string {
  const percent = move.times(100)
  const shown = percent.abs().toFixed(percent.abs().lt(1) ? 2 : 1, Decimal.ROUND_UP)
  return `${percent.isNegative() ? '-' : '+'}${grouped(shown)} %`
}

/** A share that a venue sets, every digit of it: 0.825 -> "82.5 %". */
export function setShareWords(share: Decimal): string {
  return `${grouped(share.times(100).toFixed())} %`
}

/** A span of time, rounded up: "45 s", "3 h 10 min", "2 d 5 h". */
export function spanWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const up = Math.ceil(minutes / 60)
  return up % 24 === 0 ? `${up / 24} d` : `${Math.floor(up / 24)} d ${up % 24} h`
}

/** "22 Nov 2026 13:40 UTC". */
export function timeWords(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\d\d:\d\d)/.exec(new Date(at).toUTCString()) ?? []
  return `${Number(day)} ${month} ${year} ${time} UTC`
}

/** How a relative difference of two figures reads: "0.02 %", rounded up. */
export function driftWords(drift: Decimal): string {
  return `${drift.times(100).toSignificantDigits(2, Decimal.ROUND_UP).toFixed()} %`
}

/** As wide as the column. */
const MOST_MARKS = 6

/** One mark for each ten percent of room, at least one, and a plus for more than fit: a glance, the figure stands beside it. */
export function roomBar(move: Decimal): string {
  const fall = move.lt(0) ? move.abs() : ONE.minus(ONE.div(ONE.plus(move)))
  const marks = Math.max(1, Number(fall.times(10).toFixed(0)))
  return marks > MOST_MARKS ? `${'#'.repeat(MOST_MARKS - 1)}+` : '#'.repeat(marks)
}

// Controls, escapes, bidi overrides, zero-width and unassigned characters: a token's name may hold any of them.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Foreign text made harmless for a line of output: one line, no invisible characters, bounded length. */
export function plain(text: string, limit = 120): string {
  const clean = text.replace(/\s+/g, ' ').replace(UNPRINTABLE, '').trim()
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean
}
