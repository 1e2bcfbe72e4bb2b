import type { HistoryLine } from '../history/store.ts'
import { isDecimalText } from '../risk/decimal.ts'
import { gapBefore, gapWithin, type Rhythm } from './historyGap.ts'
import { plain } from './words.ts'

const HEAD = [
  'from',
  'to',
  'passes',
  'grade',
  'complete',
  'room',
  'at_most',
  'health',
  'margin_ratio',
  'gap_before_seconds',
  'longest_gap_seconds',
] as const

/**
 * The passes of a book as CSV, newest last, one row each. Figures are plain decimal text, and empty where there is none.
 * `gap_before_seconds` says how long no pass was stored before a row, where that is longer than two cadences, `longest_gap_seconds` the same
 * within a day; a last row without passes says it of the time since.
 *
 * @see RFC 4180
 */
export function historyCsv(lines: readonly HistoryLine[], rhythm: Rhythm): string {
  const rows = lines.map((line, i) => {
    const gap = gapBefore(lines, i, rhythm)
    const { from, to, passes, grade, complete, room, atMost, health, marginRatio } = line
    return [
      ...[iso(from), iso(to), String(passes), cell(grade), String(complete)],
      ...[room, atMost, health, marginRatio].map((value) => (value === null ? '' : cell(value))),
      secondsOf(gap === null ? null : gap.to - gap.from),
      secondsOf(gapWithin(line, rhythm)),
    ]
  })
  const since = gapBefore(lines, lines.length, rhythm)
  if (since !== null)
    rows.push([iso(since.from), iso(since.to), '0', '', 'false', '', '', '', '', secondsOf(since.to - since.from), ''])
  return [HEAD, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

const secondsOf = (ms: number | null): string => (ms === null ? '' : String(Math.ceil(ms / 1000)))

const iso = (at: number): string => new Date(at).toISOString()

/** What a spreadsheet takes for a formula, the wide forms of these signs too. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/

/** A number as it is; any other text in quotes where it needs them, and never the beginning of a formula. */
function cell(value: string): string {
  if (isDecimalText(value)) return value
  const text = plain(value)
  const inert = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n;\t ]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
