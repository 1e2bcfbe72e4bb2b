import { UnreachableError } from '../errors.ts'
import type { Cache } from './exchange.ts'

/** Binance's longest ban, and a bound against an end that is a mistake or a lie. */
const LONGEST_BAN_MS = 3 * 86_400_000

/** The end of a ban by our clock, which decides, and by the venue's, which is told. */
type Ban = { readonly until: number; readonly venueUntil: number }

/** What a venue's ban of our address is remembered with: by every process that shares the cache. */
export type BanMemory = {
  /** @throws UnreachableError while a ban lasts */
  readonly refuse: () => Promise<void>
  /** @param offset - Our clock less the venue's, milliseconds. */
  readonly remember: (venueUntil: number, offset: number) => Promise<void>
}

type Place = { readonly venue: string; readonly cache: Cache; readonly key: string; readonly now: () => number }

/** Opens the memory of a venue's bans. */
export function openBanMemory({ venue, cache, key, now }: Place): BanMemory {
  return {
    refuse: async () => {
      const ban = await cache.get(key, LONGEST_BAN_MS)
      if (isBan(ban) && now() < ban.until) throw banned(venue, ban.venueUntil)
    },
    remember: (venueUntil, offset) => {
      const ban: Ban = { until: Math.min(venueUntil + offset, now() + LONGEST_BAN_MS), venueUntil }
      return cache.set(key, ban)
    },
  }
}

function isBan(value: unknown): value is Ban {
  const { until, venueUntil } = (value ?? {}) as Partial<Ban>
  return Number.isSafeInteger(until) && Number.isSafeInteger(venueUntil)
}

/** The error for a ban, now and for every request until it ends. @param venueUntil - Milliseconds since 1970, the venue's clock. */
export function banned(venue: string, venueUntil: number): UnreachableError {
  const [day, time] = new Date(Math.min(venueUntil, 8.64e15)).toISOString().split(/[T.]/)
  return new UnreachableError(venue, `has banned this IP address until ${time} UTC on ${day}`, {
    hint: 'Nothing is sent to it before that: asking on lengthens a ban. Look for a program on this network that asks too often.',
  })
}
