import { AccessError, IncompleteAnswerError, TrackerError } from '../errors.ts'
import type { ExchangeAccount } from './exchange.ts'
import type { GuardedFetch } from './readGuard.ts'

/** The classes of ccxt that hullmark opens. */
export type CcxtClass = 'binanceusdm'

type Instance = Record<string, unknown>

/** Signs and sends; everything else of ccxt is left alone. */
export type CcxtClient = {
  /** Calls an implicit method and gives the answer as the venue wrote it. */
  readonly call: (method: string) => Promise<unknown>
}

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
export async function openCcxtClient(opening: Opening, account: ExchangeAccount): Promise<CcxtClient> {
  const { venue, ccxtClass, fetch, venueNow } = opening
  const apiKey = account.apiKey.reveal()
  // A header cannot carry anything else, and the error for it would quote the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new AccessError(
      venue,
      'has no such API key: it holds characters that no key has',
      'Copy the key again, without blanks.',
    )
  }
  // Loaded only when an exchange is read: ccxt is most of a cold start. Not ccxt.pro: its sockets pass no guard.
  const { default: ccxt } = await import('ccxt')
  const exchange = new ccxt[ccxtClass]({ apiKey, secret: account.apiSecret.reveal(), number: String, enableRateLimit: false })
  exchange.has.fetchCurrencies = false
  exchange.fetchImplementation = fetch
  exchange.nonce = venueNow
  const methods = exchange as unknown as Instance
  return { call: (method) => callRaw(methods, method, venue) }
}

async function callRaw(exchange: Instance, name: string, venue: string): Promise<unknown> {
  const method = exchange[name]
  if (typeof method !== 'function') throw new TypeError(`ccxt has no method ${name}`)
  try {
    return await method.call(exchange, {})
  } catch (error) {
    if (error instanceof TrackerError) throw error
    // Faults of transport and refusals are told apart before ccxt sees them: what is left is an answer it cannot read.
    throw new IncompleteAnswerError(venue, `answer to ${name}`)
  }
}
