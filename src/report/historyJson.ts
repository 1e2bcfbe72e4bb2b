import type { HistoryLine } from '../history/store.ts'
import { isDecimalText } from '../risk/decimal.ts'
import { gapBefore, gapWithin, type HistoryGap, type Rhythm } from './historyGap.ts'
import { plain } from './words.ts'

/** The passes of a book as JSON, newest last, and the times in which none was stored. Figures are decimal text. */
export function historyJson(lines: readonly HistoryLine[], rhythm: Rhythm): string {
  const places = [...lines.keys(), lines.length]
  const gaps = places.map((i) => gapBefore(lines, i, rhythm)).filter((gap) => gap !== null)
  const seconds = Math.ceil(rhythm.cadenceMs / 1000)
  const data = {
    schemaVersion: 1,

    cadenceSeconds: seconds,
    passes: lines.map((line) => ({ ...lineJson(line), longestGapSeconds: secondsOf(gapWithin(line, rhythm)) })),
    gaps: gaps.map(gapJson),
  }
  return `${JSON.stringify(data, null, 2)}\n`
}

const iso = (at: number): string => new Date(at).toISOString()

/** A text that is no number is no figure: it is left out, and the line is not complete. */
const figure = (value: string | null): string | null => (value !== null && isDecimalText(value) ? value : null)

function lineJson({ from, to, passes, grade, complete, ...figures }: HistoryLine): Readonly<Record<string, unknown>> {
  const { room, atMost, health, marginRatio } = figures
  const readable = [room, atMost, health, marginRatio].every((value) => value === null || isDecimalText(value))
  return {
    ...{ from: iso(from), to: iso(to), passes, grade: plain(grade), complete: complete && readable },
    ...{ room: figure(room), atMost: figure(atMost), health: figure(health), marginRatio: figure(marginRatio) },
  }
}

const secondsOf = (ms: number | null): number | null => (ms === null ? null : Math.ceil(ms / 1000))

function gapJson({ from, to }: HistoryGap): Readonly<Record<string, unknown>> {
  return { from: iso(from), to: iso(to), seconds: Math.ceil((to - from) / 1000) }
}
