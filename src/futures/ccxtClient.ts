import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { AccessError, IncompleteAnswerError, TrackerError } from '../errors.ts'
import type { Credential, ExchangeAccount } from './exchange.ts'
import type { GuardedFetch } from './readGuard.ts'

/** The classes of ccxt that hullmark opens. */
export type CcxtClass = 'binanceusdm' | 'binancecoinm' | 'bingx' | 'bybit' | 'hyperliquid' | 'mexc' | 'weex'

type Instance = Record<string, unknown>

/** Signs and sends; everything else of ccxt is left alone. */
export type CcxtClient = {
  /** Calls an implicit method and gives the answer as the venue wrote it. @param tag - Handed to the fetch. Default: none. */
  readonly call: (method: string, params?: Params, tag?: unknown) => Promise<unknown>
}

/** What is asked with a call, by the venue's names. */
export type Params = Readonly<Record<string, string | number>>

type Opening = {
  readonly venue: string
  readonly ccxtClass: CcxtClass
  readonly fetch: GuardedFetch
  /** The venue's clock, milliseconds, for signing. */
  readonly venueNow: () => number
}

/**
 * Opens a ccxt instance for implicit calls through one guarded fetch. The instance holds the key in clear text, and its errors the
 * signed address: neither leaves this file.
 *
 * @throws AccessError for a key that cannot be one
 */
export async function openCcxtClient(opening: Opening, { credential }: ExchangeAccount): Promise<CcxtClient> {
  const { venue, ccxtClass } = opening
  const desk = await deskOf(ccxtClass, credential, venue)
  return {
    call: async (method, params = {}, tag) => {
      const before = desk.line
      let leave = (): void => undefined
      desk.line = new Promise((resolve) => {
        leave = resolve
      })
      await before
      desk.turn = { opening, tag, leave }
      try {
        return await callRaw(desk.exchange, { name: method, params }, venue)
      } finally {
        // One that fails before it sends anything must not hold up the others.
        leave()
      }
    },
  }
}

/** Whose call is being signed: it sends through its own guard, and ends with its own pass. */
type Turn = { readonly opening: Opening; readonly tag: unknown; readonly leave: () => void }

/** An instance, which readings of one credential share, and those who wait until the call before theirs has been signed. */
type Desk = { readonly exchange: Opened; line: Promise<void>; turn: Turn | null }

/** An instance takes longer to make than a request to answer: each credential has one, for as long as the credential is held. */
const DESKS = new WeakMap<Credential, Map<CcxtClass, Promise<Desk>>>()

function deskOf(ccxtClass: CcxtClass, credential: Credential, venue: string): Promise<Desk> {
  const own = DESKS.get(credential) ?? new Map<CcxtClass, Promise<Desk>>()
  DESKS.set(credential, own)
  const desk = own.get(ccxtClass) ?? openDesk(ccxtClass, keysOf(credential, venue))
  own.set(ccxtClass, desk)
  return desk
}

async function openDesk(ccxtClass: CcxtClass, keys: Readonly<Record<string, string>>): Promise<Desk> {
  const Class = await classOf(ccxtClass)
  // Answers are handed over, not kept: a list of all markets is a megabyte.
  const forgets = { enableLastHttpResponse: false, enableLastJsonResponse: false, enableLastResponseHeaders: false }
  const exchange = new Class({ ...keys, ...forgets, number: String, enableRateLimit: false })
  const desk: Desk = { exchange, line: Promise.resolve(), turn: null }
  const turn = (): Turn => {
    if (desk.turn === null) throw new TypeError('ccxt sent something that nobody called for')
    return desk.turn
  }
  exchange.has.fetchCurrencies = false
  exchange.nonce = () => turn().opening.venueNow()
  exchange.fetchImplementation = (url: string, init?: RequestInit) => {
    const { opening, tag, leave } = turn()
    desk.turn = null
    leave()
    return opening.fetch(url, init, tag)
  }
  return desk
}

type Opened = Instance & { readonly has: Record<string, unknown>; fetchImplementation: unknown; nonce: unknown }
type ExchangeClass = new (settings: Readonly<Record<string, unknown>>) => Opened

/**
 * One class of ccxt, loaded when an exchange is read. The package as a whole is a hundred exchanges: 60 MB and most of a cold start. Its
 * own list of exports names only the whole, so the file is found beside it. Not ccxt.pro: its sockets pass no guard.
 */
async function classOf(ccxtClass: CcxtClass): Promise<ExchangeClass> {
  const whole = pathToFileURL(createRequire(import.meta.url).resolve('ccxt'))
  const { default: Class } = (await import(new URL(`../js/src/${ccxtClass}.js`, whole).href)) as { default: ExchangeClass }
  return Class
}

function keysOf(credential: Credential, venue: string): Readonly<Record<string, string>> {
  if (credential.kind === 'address') return {}
  const [apiKey, password] = [credential.apiKey.reveal(), credential.passphrase?.reveal()]
  for (const [name, word] of [
    ['API key', apiKey],
    ['passphrase', password],
  ] as const) {
    // A header cannot carry anything else, and the error for it would quote the key.
    if (word === undefined || /^[\x21-\x7e]+$/.test(word)) continue
    const hint = `Copy the ${name} again, without blanks.`
    throw new AccessError(venue, `has no such ${name}: it holds characters that none has`, hint)
  }
  return { apiKey, secret: credential.apiSecret.reveal(), ...(password === undefined ? {} : { password }) }
}

type Call = { readonly name: string; readonly params: Params }

async function callRaw(exchange: Instance, { name, params }: Call, venue: string): Promise<unknown> {
  const method = exchange[name]
  if (typeof method !== 'function') throw new TypeError(`ccxt has no method ${name}`)
  try {
    const answer: unknown = await method.call(exchange, { ...params })
    // ccxt reads objects and lists, and hands over anything else as it was written: `null`, or a word in its quotes.
    return typeof answer === 'string' ? JSON.parse(answer) : answer
  } catch (error) {
    if (error instanceof TrackerError) throw error
    // Faults of transport and refusals are told apart before ccxt sees them: what is left is an answer it cannot read.
    throw new IncompleteAnswerError(venue, `answer to ${name}`)
  }
}
