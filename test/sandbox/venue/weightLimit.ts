import { type Answer, refusal } from './gate.ts'

/** Request budget of an address, as the venue keeps it. */
export type WeightLimit = {
  /** Weight allowed a minute; a test may lower it. */
  perMinute: number
  /** How many 429 answers the venue gives before it bans. */
  patience: number
  /** How long a ban lasts, milliseconds. */
  banMs: number
  /** Milliseconds since 1970 by the venue's clock; a test may ban by setting it. 0: not banned. */
  bannedUntil: number
  /** Weight used in the running minute. */
  readonly used: number
  /** Weight charged in all minutes together. */
  readonly total: number
  /** Charges a request; the refusal where the budget is spent, else null. */
  readonly charge: (weight: number, serverTime: number) => Answer | null
  readonly reset: () => void
}

/**
 * Counts weight by the minute of the venue's clock: over the limit 429 with Retry-After, then, for a caller who goes on,
 * 418 until the ban is over.
 *
 * @see developers.binance.com usds-margined-futures/general-info "IP Limits"; the sentence of the ban as quoted in
 * ccxt issues 1267 and 14639
 */
export function weightLimit(perMinute: number): WeightLimit {
  let used = 0
  let total = 0
  let minute = 0
  let warnings = 0
  const limit = {
    ...{ perMinute, patience: 3, banMs: 120_000, bannedUntil: 0 },
    get used() {
      return used
    },
    get total() {
      return total
    },
    charge: (weight: number, serverTime: number): Answer | null => {
      if (Math.floor(serverTime / 60_000) !== minute) {
        minute = Math.floor(serverTime / 60_000)
        used = 0
        warnings = 0
      }
      if (serverTime < limit.bannedUntil) return banned(limit.bannedUntil, serverTime)
      used += weight
      total += weight
      if (used <= limit.perMinute) return null
      warnings += 1
      if (warnings > limit.patience) {
        limit.bannedUntil = serverTime + limit.banMs
        return banned(limit.bannedUntil, serverTime)
      }
      const until = (minute + 1) * 60_000
      const msg = `Too many requests; current limit of IP(127.0.0.1) is ${limit.perMinute} requests per minute. Please use the websocket for live updates to avoid polling the API.`
      return refusal(429, -1003, msg, { 'Retry-After': seconds(until - serverTime) })
    },
    reset: () => {
      used = 0
      total = 0
      warnings = 0
      limit.bannedUntil = 0
    },
  }
  return limit
}

function banned(until: number, serverTime: number): Answer {
  const msg = `Way too many requests; IP(127.0.0.1) banned until ${until}. Please use the websocket for live updates to avoid bans.`
  return refusal(418, -1003, msg, { 'Retry-After': seconds(until - serverTime) })
}

const seconds = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1000)))
