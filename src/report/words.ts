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
 * The price of a liquidation, rounded towards today's price: up for a fall, down for a rise. Two decimals, more for small prices.
 */
export function deathPriceWords(price: Decimal, side: Direction): string {
  const digits = price.gte(1) ? 2 : price.isZero() ? 2 : Math.min(12, 3 - price.e)
  return grouped(price.toFixed(digits, side === 'down' ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR))
}

/** Age of a source, rounded up: "8 s", "3 min". */
export function ageWords(seconds: number | null): string {
  if (seconds === null) return 'age unknown'
  const up = Math.ceil(seconds)
  return up < 120 ? `${up} s` : `${Math.ceil(up / 60)} min`
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

/** One mark for each ten percent of room, at least one: a glance, the figure stands beside it. */
export function roomBar(move: Decimal): string {
  const fall = move.lt(0) ? move.abs() : ONE.minus(ONE.div(ONE.plus(move)))
  return '#'.repeat(Math.max(1, Number(fall.times(10).toFixed(0))))
}

// Controls, escapes, bidi overrides, zero-width and unassigned characters: a token's name may hold any of them.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Foreign text made harmless for a line of output: one line, no invisible characters, bounded length. */
export function plain(text: string, limit = 120): string {
  const clean = text.replace(/\s+/g, ' ').replace(UNPRINTABLE, '').trim()
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean
}
