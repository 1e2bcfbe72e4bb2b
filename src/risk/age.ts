import type { Source } from './source.ts'

/** Seconds after which a source no longer speaks for the present. @see RISK 6 */
const LIFETIME_SECONDS = { block: 120, exchange: 30 } as const

/** Clocks further apart than this do not confirm each other. */
const AGREE_SECONDS = 60

/** How old an answer is: never negative, and null where no two clocks agree on it. */
export type Age = { readonly seconds: number | null; readonly stale: boolean; readonly reason: string | null }

/**
 * The age of a source at the time of the snapshot, told by two clocks out of three: ours, the venue's, the block's.
 *
 * @param all - All sources of the snapshot: where our own clock stands alone, two others that agree outvote it.
 * @param at - Our clock at the snapshot, milliseconds.
 */
export function ageOf(source: Source, all: readonly Source[], at: number): Age {
  const waited = (at - source.readAt) / 1000
  const ahead = ourClockAhead(source, all)
  if (ahead === null) {
    const seen = clockOf(source) === null ? '' : ` (they differ by ${Math.abs(Math.round(offset(source)))} s)`
    return { seconds: null, stale: true, reason: `our clock and ${source.name}'s time disagree, so the age is unknown${seen}` }
  }
  const behind = source.block === null ? 0 : offset(source) - ahead
  const seconds = Math.max(0, waited + behind)
  const lifetime = source.block === null ? LIFETIME_SECONDS.exchange : LIFETIME_SECONDS.block
  if (seconds <= lifetime) return { seconds, stale: false, reason: null }
  const what = source.block === null ? 'the answer' : `block ${source.block.number}`
  return { seconds, stale: true, reason: `${what} is ${spell(seconds)} old` }
}

function clockOf(source: Source): number | null {
  return source.block === null ? source.venueTime : Number(source.block.timestamp) * 1000
}

/** Our clock less the source's, seconds. */
function offset(source: Source): number {
  return (source.readAt - (clockOf(source) ?? source.readAt)) / 1000
}

/** How far our clock is ahead of the time that two clocks agree on, seconds; null where no two do. */
function ourClockAhead(source: Source, all: readonly Source[]): number | null {
  const clocks = [source, ...all].filter((one) => clockOf(one) !== null)
  // A venue that tells no time cannot contradict ours.
  if (clocks.length === 0) return 0
  if (clocks.some((one) => Math.abs(offset(one)) <= AGREE_SECONDS)) return 0
  // Two answers of one venue, or of one chain, are one clock: only another name confirms it.
  const agreed = clocks.filter((one) =>
    clocks.some((other) => other.name !== one.name && Math.abs(offset(one) - offset(other)) <= AGREE_SECONDS),
  )
  // An answer comes late, never early: the smallest difference has the least waiting in it.
  return agreed.length === 0 ? null : Math.min(...agreed.map(offset))
}

function spell(seconds: number): string {
  return seconds < 120 ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / 60)} min`
}
