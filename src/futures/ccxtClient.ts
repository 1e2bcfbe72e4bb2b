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
  /** Calls an implicit method and gives the answer as the venue wrote it. */
  readonly call: (method: string, params?: Params) => Promise<unknown>
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
  const { venue, ccxtClass, fetch, venueNow } = opening
  const keys = keysOf(credential, venue)
  const Class = await classOf(ccxtClass)
  const exchange = new Class({ ...keys, number: String, enableRateLimit: false })
  exchange.has.fetchCurrencies = false
  exchange.fetchImplementation = fetch
  exchange.nonce = venueNow
  return { call: (method, params = {}) => callRaw(exchange, { name: method, params }, venue) }
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
  const apiKey = credential.apiKey.reveal()
  // A header cannot carry anything else, and the error for it would quote the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new AccessError(
      venue,
      'has no such API key: it holds characters that no key has',
      'Copy the key again, without blanks.',
    )
  }
  const password = credential.passphrase === null ? {} : { password: credential.passphrase.reveal() }
  return { apiKey, secret: credential.apiSecret.reveal(), ...password }
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
