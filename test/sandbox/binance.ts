import { createExchange, type Exchange, type ExchangeOptions } from './exchange.ts'
import { type CoinMargined, openCoinMargined } from './venue/coinMargined.ts'
import { issueKey, type Key } from './venue/gate.ts'
import { route, type Venue } from './venue/routes.ts'
import { type WeightLimit, weightLimit } from './venue/weightLimit.ts'
import { openVenueServer, type VenueServer } from './venueServer.ts'

export type BinanceOptions = ExchangeOptions & {
  /** Default: a free one. */
  readonly port?: number
  readonly apiKey?: string
  readonly apiSecret?: string
  /** So many more keys that open the same account, with the same secret. Default: 0. */
  readonly moreKeys?: number
  /** Host and path of what another client asks besides: it gets an empty list. Default: none. */
  readonly emptyLists?: readonly string[]
}

/** A running double of Binance USDⓈ-M and COIN-M on loopback. */
export type Binance = VenueServer & {
  readonly apiKey: string
  readonly apiSecret: string
  /** The account, its marks and its liquidation rule. */
  readonly exchange: Exchange
  readonly account: Exchange['account']
  readonly setMark: Exchange['setMark']
  readonly wouldLiquidate: Exchange['wouldLiquidate']
  readonly liquidations: Exchange['liquidations']
  readonly marks: Exchange['marks']
  /** The other keys. */
  readonly moreKeys: readonly string[]
  /** What the account holds on COIN-M, and its marks there. */
  readonly coin: CoinMargined
  /** What the key may do; may be changed while the server runs. */
  readonly key: Key
  /** Puts the account into Portfolio Margin Pro. */
  readonly portfolio: Venue['portfolio']
  /** Orders and payments beside the account. */
  readonly beside: Venue['beside']
  /** The venue's clock less ours, milliseconds; may be changed. */
  readonly clock: { offsetMs: number }
  /** Request budgets of the futures hosts and of the other; limits and bans may be set. */
  readonly limits: { readonly fapi: WeightLimit; readonly sapi: WeightLimit; readonly spot: WeightLimit }
}

// Keys of Binance have 64 letters and digits. These open nothing but the sandbox.
const API_KEY = 'sandboxKeyOpensNothing'.padEnd(64, '0')
const API_SECRET = 'sandboxSecretGuardsNothing'.padEnd(64, '0')

/** Opens the double on 127.0.0.1. Whoever opens it stops it. */
export async function openBinance(options: BinanceOptions = {}): Promise<Binance> {
  const clock = { offsetMs: 0 }
  const ourTime = options.now ?? Date.now
  const serverTime = () => ourTime() + clock.offsetMs
  const exchange = createExchange({ ...options, now: serverTime })
  const coin = openCoinMargined(exchange)
  const key = issueKey(options.apiKey ?? API_KEY, options.apiSecret ?? API_SECRET)
  const more = Array.from({ length: options.moreKeys ?? 0 }, (_, i) => `${key.apiKey.slice(0, -6)}${String(i).padStart(6, '0')}`)
  const keys = new Map(more.map((apiKey) => [apiKey, issueKey(apiKey, key.apiSecret)]))
  const limits = { fapi: weightLimit(2400), sapi: weightLimit(12000), spot: weightLimit(6000) }
  const portfolio: Venue['portfolio'] = { account: null }
  const beside: Venue['beside'] = { stops: [], payments: [], spot: {} }
  const emptyLists = new Set(options.emptyLists ?? [])
  const venue: Venue = { exchange, coin, key, keys, emptyLists, portfolio, beside, limits, serverTime }
  const server = await openVenueServer({ port: options.port, answer: (asked, note) => route(venue, asked, note) })
  return {
    ...server,
    ...{
      moreKeys: more,
      apiKey: key.apiKey,
      apiSecret: key.apiSecret,
      exchange,
      coin,
      key,
      portfolio,
      beside,
      clock,
      limits,
      liquidations: exchange.liquidations,
    },
    ...{ account: exchange.account, setMark: exchange.setMark, wouldLiquidate: exchange.wouldLiquidate },
    get marks() {
      return exchange.marks
    },
  }
}
