import type { Store } from '../history/store.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]
/** Further back than this nobody looks: a book that is looked at less often than each five days is not watched. */
const RANGES = [HOUR, 3 * DAY, 20 * DAY]
/** So many passes tell the rhythm: one that came late, or was asked for by hand, is not the middle of them. */
const ENOUGH = 6

/**
 * How often a book is looked at, milliseconds: the middle of the times between its last passes. The kind of the last one says nothing: a
 * watch that dies right after its report should have looked again in a minute, and one that is run by cron each five minutes not.
 *
 * @param atLeast - The time between two looks by the book file.
 * @returns null where there are not two passes to tell from.
 */
export async function cadenceOf(
  store: Store,
  book: string,
  { now, atLeast }: { now: number; atLeast: number },
): Promise<number | null> {
  for (const range of RANGES) {
    const lines = (await store.history(book, { from: now - range, to: now })).slice(-ENOUGH)
    const times = lines.slice(1).map(({ from }, i) => from - (lines[i]?.from ?? from))
    const last = range === RANGES.at(-1)
    if (lines.length < ENOUGH && !last) continue
    const middle = times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)]
    return middle === undefined ? null : Math.max(atLeast, middle)
  }
  return null
}
