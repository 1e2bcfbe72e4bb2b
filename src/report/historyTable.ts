import type { HistoryLine } from '../history/store.ts'
import { dec, isDecimalText } from '../risk/decimal.ts'
import { fallOf } from '../risk/roomChange.ts'
import { gapBefore, gapWithin, type Rhythm } from './historyGap.ts'
import { healthWords, moveWords, plain, shareWords, spanWords, timeWords } from './words.ts'

const WIDTHS = [22, 6, 15, 17, 10] as const

/** The passes of a book for a terminal, at most 80 columns, newest last; where passes are missing a line says so. */
export function historyTable(lines: readonly HistoryLine[], rhythm: Rhythm): string {
  if (lines.length === 0) return 'no pass is stored of that time\n'
  const page = [
    row(['TIME', 'RUNS', 'GRADE', 'ROOM', 'HEALTH', 'MARGIN']),
    ...lines.flatMap((line, i) => [...gapLine(lines, i, rhythm), row(cells(line)), ...innerGapLine(line, rhythm)]),
    ...gapLine(lines, lines.length, rhythm),
  ]
  return `${page.join('\n')}\n`
}

function row(texts: readonly string[]): string {
  return texts
    .map((text, i) => {
      const width = WIDTHS[i]
      return width === undefined ? plain(text, 10) : plain(text, width - 1).padEnd(width)
    })
    .join('')
    .trimEnd()
}

function gapLine(lines: readonly HistoryLine[], i: number, rhythm: Rhythm): string[] {
  const gap = gapBefore(lines, i, rhythm)
  return gap === null ? [] : [`-- no pass for ${spanWords(gap.to - gap.from)} --`]
}

function innerGapLine(line: HistoryLine, rhythm: Rhythm): string[] {
  const ms = gapWithin(line, rhythm)
  return ms === null ? [] : [`-- on that day no pass for up to ${spanWords(ms)} --`]
}

function cells(line: HistoryLine): string[] {
  const { to, passes, grade, complete, health, marginRatio } = line
  return [
    passes === 1 ? timeWords(to) : timeWords(to).replace(/ \d\d:\d\d UTC$/, ''),
    String(passes),
    `${grade}${complete ? '' : ' *'}`,
    roomWords(line),
    figure(health, healthWords),
    figure(marginRatio, (ratio) => (ratio.gt(1) ? 'over 100 %' : shareWords(ratio))),
  ]
}

/** The least that was found. Where something was not read it is a bound: a day has a room of some passes and a bound of others. */
function roomWords({ complete, room, atMost }: HistoryLine): string {
  if (complete) return room === null ? 'no trigger' : figure(room, moveWords)
  const found = [room, atMost].filter((value) => value !== null)
  const readable = found.filter(isDecimalText).map((value) => dec(value))
  if (readable.length < found.length) return 'unreadable'
  const least = readable.toSorted((a, b) => fallOf(a).comparedTo(fallOf(b)))[0]
  return least === undefined ? 'not known' : `at most ${moveWords(least)}`
}

/** A figure that is none is shown as missing. */
function figure(value: string | null, words: (value: ReturnType<typeof dec>) => string): string {
  if (value === null) return '-'
  return isDecimalText(value) ? words(dec(value)) : 'unreadable'
}
