import type { HistoryLine } from '../history/store.ts'

/** A time in which no pass was stored. */
export type HistoryGap = { readonly from: number; readonly to: number }

/** How often a pass is due, and until when one could have been. */
export type Rhythm = {
  /** Milliseconds between two passes as they are planned. */
  readonly cadenceMs: number
  /** Our clock; absent: what comes after the last line is not looked at. */
  readonly now?: number | undefined
}

/**
 * The time before a line without any pass, where it is longer than two cadences: one late pass is none.
 *
 * @param lines - Newest last.
 * @param i - The line; the number of lines for the time since the last one.
 * @returns null where there is none, or nothing comes before it.
 */
export function gapBefore(lines: readonly HistoryLine[], i: number, { cadenceMs, now }: Rhythm): HistoryGap | null {
  const from = lines[i - 1]?.to
  const to = i < lines.length ? lines[i]?.from : now
  if (from === undefined || to === undefined || to - from <= 2 * cadenceMs) return null
  return { from, to }
}
