import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { deadline } from '../deadline.ts'
import { IncompleteAnswerError, outOfTime, TrackerError, UnsupportedError } from '../errors.ts'
import type { Source } from '../risk/source.ts'
import { openBanMemory } from './ban.ts'
import type { BudgetTerms } from './budget.ts'
import { type CcxtClass, openCcxtClient, type Params } from './ccxtClient.ts'
import type { DeclaredRead, Environment, ExchangeAccount, ExchangeTools } from './exchange.ts'
import { oneFlight } from './oneFlight.ts'
import { guardReads } from './readGuard.ts'
import { openTill, type Purse } from './till.ts'
import { type Refusal, venueFetch } from './venueFetch.ts'

/** What may help after a refusal: nothing, the same again, a measured clock, a wait, or silence until a time of the venue's clock. */
export type Remedy = 'none' | 'again' | 'clock' | { readonly waitMs: number } | { readonly bannedUntil: number }

/** A refusal understood: the user's sentence, and what may help. */
export type Judgement = { readonly error: TrackerError; readonly remedy: Remedy }

/** What sets one venue apart from the next. */
export type VenueTraits = {
  /** `binance`. */
  readonly name: string
  /** `Binance`. */
  readonly title: string
  readonly ccxtClass: CcxtClass
  readonly reads: readonly DeclaredRead[]
  /** What one address may ask. Left out: nothing is known of it. */
  readonly budgets?: readonly BudgetTerms[]
  /** The hosts of its places to practise, by the live ones. A live host without one there is not asked. */
  readonly hosts: Readonly<Partial<Record<Exclude<Environment, 'live'>, Readonly<Record<string, string>>>>>
  /** Whether an answer with a status of success is a refusal all the same. Left out: no such thing there. */
  readonly isRefusal?: (answer: unknown) => boolean
  /** The implicit method that tells the venue's time, and how its answer is read (milliseconds; null: not told). */
  readonly clock: { readonly call: string; readonly params?: Params; readonly time: (answer: unknown) => number | null }
  /** @param venueNow - The venue's clock as far as we know it, milliseconds. */
  readonly judge: (refusal: Refusal, venueNow: number) => Judgement
}

/** Something a venue rarely changes: kept for a while, in the slim form that `read` makes of the answer. */
export type Rare<T> = {
  readonly key: string
  readonly maxAgeMs: number
  readonly read: () => Promise<T>
  /** The cached value if it has the right shape, else null: a cache file is foreign text too. */
  readonly accept: (cached: unknown) => T | null
}

/** One account of one venue, open for reading. */
export type Reader = {
  /**
   * Calls an implicit method of the exchange and gives the raw answer.
   *
   * @param params - By the venue's names. Default: none.
   * @param tries - How often in all a passing fault is tried. Default: 3.
   */
  readonly ask: (call: string, params?: Params, tries?: number) => Promise<unknown>
  /** What is remembered of a rarely changing value; null: nothing, or it is too old. */
  readonly kept: <T>(what: Pick<Rare<T>, 'key' | 'maxAgeMs' | 'accept'>) => Promise<T | null>
  /** Remembers a value under a {@link Reader.key}. */
  readonly keep: (key: string, value: unknown) => Promise<void>
  /** A rarely changing value, from the cache if young enough and `renew` is not set. */
  readonly rare: <T>(what: Rare<T>, renew?: boolean) => Promise<T>
  /** Asks once for all readers of this process that ask the same at the same moment. @param name - A {@link Reader.key}. */
  readonly together: <T>(name: string, ask: () => Promise<T>) => Promise<T>
  /** A cache key for what belongs to this venue; with `own`, to this API key (by its fingerprint). */
  readonly key: (what: string, belongs: 'venue' | 'own') => string
  /** Measures the clock now, whatever the cache says. */
  readonly measureClock: () => Promise<void>
  /** Our clock less the venue's, milliseconds. */
  readonly offsetMs: () => number
  /** The source of an answer that has just arrived. */
  readonly source: () => Source
}

const HOUR_MS = 3_600_000
/** A clock further off than this is told: without the correction a venue would refuse our requests. */
const NOTABLE_OFFSET_MS = 1000

/** Whose account is read, and with what. */
export type ReaderSettings = { readonly account: ExchangeAccount; readonly tools: ExchangeTools }

/**
 * Reads an account: declared reads only, signed with the venue's time, every wait bounded, and no request at all while the venue
 * has banned this address. When `use` is done or has failed, nothing of it goes on.
 *
 * @throws AccessError, UnreachableError, IncompleteAnswerError, and what `use` throws
 */
export async function withReader<T>(
  traits: VenueTraits,
  { account, tools }: ReaderSettings,
  use: (reader: Reader) => Promise<T>,
): Promise<T> {
  const end = new AbortController()
  try {
    return await use(await openReader(traits, account, { ...tools, signal: deadline(null, tools.signal, end.signal) }))
  } finally {
    end.abort()
  }
}

async function openReader(traits: VenueTraits, account: ExchangeAccount, tools: ExchangeTools): Promise<Reader> {
  const { name, title, clock } = traits
  const { cache, now, signal, requestMs } = tools
  const key = keysOf(name, account)
  const ban = openBanMemory({ venue: title, cache, key: key('ban', 'venue'), now })
  await ban.refuse()
  // Null: not known yet. The time itself is asked for unsigned.
  let offset: number | null = null
  const offsetMs = (): number => offset ?? 0
  const venueNow = (): number => now() - offsetMs()

  const remedies = new WeakMap<TrackerError, Remedy>()
  const withRemedy = ({ error, remedy }: Judgement): TrackerError => {
    remedies.set(error, remedy)
    return error
  }
  const send = venueFetch(tools.fetch, {
    ...{ venue: title, signal, requestMs, isRefusal: traits.isRefusal ?? (() => false) },
    refused: (refusal) => withRemedy(traits.judge(refusal, venueNow())),
    failed: (error) => withRemedy({ error, remedy: error.retryable ? 'again' : 'none' }),
  })
  const { environment, endpoint } = account
  const hosts = environment === 'live' ? null : traits.hosts[environment]
  if (hosts === undefined) throw new UnsupportedError(title, `has no ${environment} accounts that hullmark reads`)
  const till = openTill(send, {
    ...{ venue: title, terms: traits.budgets ?? [], budgets: tools.budgets, nameOf: (hosts) => key(hosts, 'venue') },
    ...{ signal, patienceMs: requestMs },
    restOf: (error) => {
      const remedy = error instanceof TrackerError ? remedies.get(error) : undefined
      return typeof remedy === 'object' && 'waitMs' in remedy ? remedy.waitMs : null
    },
  })
  const fetch = guardReads(traits.reads, till.send, { endpoint, hosts })
  const client = await openCcxtClient({ venue: title, ccxtClass: traits.ccxtClass, fetch, venueNow }, account)

  /** Does what may help after a failure; false: nothing more may. */
  const remedied = async (error: TrackerError, used: Used, offsetBefore: number | null): Promise<boolean> => {
    const remedy = remedies.get(error) ?? 'none'
    if (remedy === 'again' && used.tries > 1) {
      used.tries--
      await pause(200 * 2 ** used.retries++ * (1 + Math.random()), tools, title)
      return true
    }
    if (remedy === 'clock' && !used.measured) {
      used.measured = true
      // Another request may have measured it meanwhile.
      if (offset === offsetBefore) await measureClock()
      return true
    }
    if (typeof remedy !== 'object') return false
    if ('bannedUntil' in remedy) await ban.remember(remedy.bannedUntil, offsetMs())
    if (!('waitMs' in remedy) || used.waited || remedy.waitMs > requestMs) return false
    used.waited = true
    await pause(remedy.waitMs, tools, title)
    return true
  }
  const attempt = async <T>(once: (purse: Purse) => Promise<T>, tries = 3): Promise<T> => {
    const used: Used = { tries, retries: 0, waited: false, measured: false }
    for (;;) {
      await ban.refuse()
      const offsetBefore = offset
      try {
        return await till.within(once)
      } catch (error) {
        if (!(error instanceof TrackerError) || !(await remedied(error, used, offsetBefore))) throw error
      }
    }
  }
  const measure = async (): Promise<void> => {
    const { answer, middle } = await attempt(async (purse) => {
      const sent = now()
      const answer = await client.call(clock.call, clock.params, purse)
      // The venue read its clock about half a round trip ago: near enough for windows of seconds.
      return { answer, middle: (sent + now()) / 2 }
    })
    const time = clock.time(answer)
    if (time === null) throw new IncompleteAnswerError(title, 'server time')
    offset = Math.round(middle - time)
    await cache.set(key('clock', 'venue'), { offset })
  }
  let measuring: Promise<void> | null = null
  const measureClock = (): Promise<void> => {
    measuring ??= measure().finally(() => {
      measuring = null
    })
    return measuring
  }

  offset = offsetIn(await cache.get(key('clock', 'venue'), HOUR_MS))
  if (offset === null) {
    await oneFlight(key('clock', 'venue'), signal, measureClock)
    offset ??= offsetIn(await cache.get(key('clock', 'venue'), HOUR_MS))
    if (offset === null) await measureClock()
  }
  const kept: Reader['kept'] = async ({ key: name, maxAgeMs, accept }) => accept(await cache.get(name, maxAgeMs))
  return {
    ...{ key, measureClock, offsetMs },
    ask: (call, params, tries) => attempt((purse) => client.call(call, params, purse), tries),
    kept,
    keep: cache.set,
    rare: (what, renew = false) =>
      oneFlight(renew ? `${what.key} anew` : what.key, signal, async () => {
        const known = renew ? null : await kept(what)
        if (known !== null) return known
        const value = await what.read()
        await cache.set(what.key, value)
        return value
      }),
    together: (name, ask) => oneFlight(name, signal, ask),
    source: () => {
      const readAt = now()
      // The venue has just taken a signature with this time, so it is the venue's to within its window.
      const venueTime = readAt - offsetMs()
      return {
        name: title,
        readAt,
        venueTime,
        block: null,
        operators: [],
        confirmed: false,
        notes: clockNotes(title, offsetMs()),
      }
    },
  }
}

type Used = { tries: number; retries: number; waited: boolean; measured: boolean }

async function pause(ms: number, { signal }: ExchangeTools, venue: string): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch {
    throw outOfTime(venue)
  }
}

function offsetIn(cached: unknown): number | null {
  const { offset } = (cached ?? {}) as { offset?: unknown }
  return typeof offset === 'number' && Number.isSafeInteger(offset) ? offset : null
}

function clockNotes(venue: string, offset: number): readonly string[] {
  if (Math.abs(offset) <= NOTABLE_OFFSET_MS) return []
  const seconds = (Math.abs(offset) / 1000).toFixed(1)
  return [`our clock is ${seconds} s ${offset < 0 ? 'behind' : 'ahead of'} ${venue}'s`]
}

/** Keys are told apart by fingerprint; answers of a stand-in, or of a place to practise, are never taken for the venue's. */
function keysOf(name: string, { endpoint, environment, credential }: ExchangeAccount): Reader['key'] {
  const place = [environment, endpoint].filter((one) => one !== null && one !== 'live')
  const lock = credential.kind === 'key' ? credential.apiKey.reveal() : credential.address.toLowerCase()
  const own = createHash('sha256').update(lock).digest('hex').slice(0, 16)
  return (what, belongs) => [what, name, ...place, ...(belongs === 'own' ? [own] : [])].join(':')
}
