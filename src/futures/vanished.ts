import { createHash } from 'node:crypto'
import { TrackerError } from '../errors.ts'
import type { AccountReading, Exchange, ExchangeAccount, ExchangeTools, ForcedClose } from './exchange.ts'
import { orFault } from './orFault.ts'

const DAY = 86_400_000
/** A position that vanished is asked for from a little before it was last seen: clocks differ, and answers take their time. */
const EARLIER_MS = 300_000

type Held = { readonly symbol: string; readonly side: 'long' | 'short' }
/** What was held when the account was last read whole, and what was found out of positions that were gone by then. */
type Memory = { readonly at: number; readonly held: readonly Held[]; readonly told: readonly { at: number; text: string }[] }

/**
 * What became of positions that were there when the account was last read whole, and are not any more: whether the venue itself closed
 * them. Each is told for a day. Remembered in the cache: where that was lost, nothing is said.
 *
 * Never throws: that it could not be found out is told, too.
 */
export async function vanishedNotes(
  { title, forcedCloses }: Pick<Exchange, 'title' | 'forcedCloses'>,
  account: ExchangeAccount,
  { reading, tools }: { readonly reading: AccountReading; readonly tools: ExchangeTools },
): Promise<readonly string[]> {
  const { cache, now } = tools
  const key = keyOf(account)
  const before = memoryIn(await cache.get(key, 30 * DAY))
  const recent = (before?.told ?? []).filter(({ at }) => now() - at < DAY)
  // With a gap nobody knows whether a position is gone.
  if (reading.gaps.length > 0) return recent.map(({ text }) => text)
  const held = reading.accounts.flatMap(({ positions }) => positions.map(({ symbol, side }) => ({ symbol, side })))
  const gone = (before?.held ?? []).filter((one) => !held.some(({ symbol, side }) => symbol === one.symbol && side === one.side))
  const found = before === null || gone.length === 0 ? [] : await fates(gone, before.at)
  const told = [...recent, ...found.map((text) => ({ at: now(), text }))]
  const memory: Memory = { at: now(), held, told }
  await cache.set(key, memory)
  return told.map(({ text }) => text)

  async function fates(of: readonly Held[], seen: number): Promise<readonly string[]> {
    const where = `${title} ${account.name}`
    const last = `last seen at ${timeOf(seen)}`
    if (forcedCloses === null) {
      return of.map(
        ({ symbol, side }) => `${where}: ${symbol} ${side}, ${last}, is gone; this venue does not tell whether it was liquidated`,
      )
    }
    const closes = await orFault(forcedCloses(account, tools, seen - EARLIER_MS))
    return of.map(({ symbol, side }) => {
      const position = `${where}: ${symbol} ${side}, ${last}, is gone`
      if (closes instanceof TrackerError) return `${position}; whether it was liquidated could not be read: ${closes.message}`
      const forced = closes.find((one) => one.symbol === symbol)
      return forced === undefined ? `${position}; the venue lists no liquidation of it` : `${position}: ${closeWords(forced)}`
    })
  }
}

function closeWords({ kind, at }: ForcedClose): string {
  const what = kind === 'liquidation' ? 'the venue liquidated it' : 'the venue closed it against a bankrupt position'
  return `${what} at ${timeOf(at)}`
}

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Of an account and what opens it, by fingerprint: another key may be another account. */
function keyOf({ exchange, name, credential, environment, endpoint }: ExchangeAccount): string {
  const lock = credential.kind === 'key' ? credential.apiKey.reveal() : credential.address.toLowerCase()
  const own = createHash('sha256').update(`${lock} ${name}`).digest('hex').slice(0, 16)
  return ['held', exchange, environment, endpoint ?? '', own].join(':')
}

function memoryIn(cached: unknown): Memory | null {
  const { at, held, told } = (cached ?? {}) as Partial<Memory>
  const isHeld = (one: unknown): boolean => {
    const { symbol, side } = (one ?? {}) as Partial<Held>
    return typeof symbol === 'string' && (side === 'long' || side === 'short')
  }
  const isTold = (one: unknown): boolean => {
    const { at: when, text } = (one ?? {}) as Partial<Memory['told'][number]>
    return Number.isSafeInteger(when) && typeof text === 'string' && text.length < 1000
  }
  const whole = Number.isSafeInteger(at) && Array.isArray(held) && held.every(isHeld) && Array.isArray(told) && told.every(isTold)
  return whole ? { at: at as number, held: held as Held[], told: told as Memory['told'] } : null
}
