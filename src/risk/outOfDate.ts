import { ageOf } from './age.ts'
import type { Leg } from './leg.ts'

/** A clock that is set right may go back so far, milliseconds. */
const SLACK = 60_000

/**
 * What of a book no longer speaks for the present, one reason each; empty where all of it does.
 *
 * @param at - Our clock now, milliseconds since 1970: a saved snapshot was fresh when it was taken.
 */
export function outOfDate(legs: readonly Leg[], at: number): readonly string[] {
  const sources = legs.map(({ source }) => source)
  const reasons = sources.flatMap((source) => {
    if (at + SLACK < source.readAt) return [`${source.name}: it was read at a time that our clock has not reached yet`]
    const { stale, reason } = ageOf(source, sources, at)
    return stale ? [`${source.name}: ${reason}`] : []
  })
  return [...new Set(reasons)]
}
