import type { HistoryLine } from '../history/store.ts'

/** A time in which no pass was stored. */
export type HistoryGap = { readonly from: number; readonly to: number }

/** How often a pass is due, and until when one could have been. */
export type Rhythm = {
  /** Milliseconds between two passes as they are planned. */
  readonly cadenceMs: number
  /** Our clock; absent: what comes after the last line is not looked at. */
  readonly now?: number | undefined
  /** When what is asked for begins; absent: what comes before the first line is not looked at. */
  readonly since?: number | undefined
}

/**
 * The time before a line without any pass, where it is longer than two cadences: one late pass is none.
 *
 * @param lines - Newest last.
 * @param i - The line; the number of lines for the time since the last one.
 * @returns null where there is none, or nothing comes before it.
 */
export function gapBefore(lines: readonly HistoryLine[], i: number, { cadenceMs, now, since }: Rhythm): HistoryGap | null {
  const from = i === 0 ? since : lines[i - 1]?.to
  const to = i < lines.length ? lines[i]?.from : now
  if (from === undefined || to === undefined || to - from <= 2 * cadenceMs) return null
  return { from, to }
}

/** The longest time without a pass within a line of several, milliseconds, where it is longer than two cadences; else null. */
export function gapWithin({ longestGapMs = 0 }: HistoryLine, { cadenceMs }: Rhythm): number | null {
  return longestGapMs > 2 * cadenceMs ? longestGapMs : null
}
