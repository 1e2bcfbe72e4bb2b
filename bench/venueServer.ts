import { openBinance } from '../test/sandbox/binance.ts'
import { presentBrackets } from '../test/sandbox/venue/brackets.ts'
import { type Contract, contracts } from '../test/sandbox/venue/contracts.ts'

/** Binance's double in a process of its own, so that its work is nobody else's. Told by messages; answers with what it counted. */

export type VenueOrder =
  | { readonly kind: 'reset' }
  | { readonly kind: 'counts' }
  | { readonly kind: 'limit'; readonly perMinute: number }
export type VenueCounts = { readonly requests: number; readonly bytes: number; readonly weight: number; readonly refused: number }
export type VenueOpened = {
  readonly url: string
  readonly apiKey: string
  readonly apiSecret: string
  readonly moreKeys: readonly string[]
}

/** As many as Binance lists, roughly. */
const MORE_MARKETS = 640
const UNLIMITED = 1_000_000_000

const [like] = contracts as [Contract]
const extra = Array.from({ length: MORE_MARKETS }, (_, i) => ({ ...like, symbol: `M${i}USDT`, pair: `M${i}USDT`, base: `M${i}` }))
const venue = await openBinance({
  contracts: [...contracts, ...extra],
  brackets: Object.fromEntries(extra.map(({ symbol }) => [symbol, presentBrackets.SOLUSDT ?? []])),
  moreKeys: 479,
  emptyLists: ['api.binance.com/sapi/v1/capital/config/getall', 'api.binance.com/sapi/v1/margin/allPairs'],
})
venue.limits.fapi.perMinute = UNLIMITED
venue.limits.sapi.perMinute = UNLIMITED
venue.limits.spot.perMinute = UNLIMITED
venue.account({
  ...{ mode: 'single', hedge: false, wallets: { USDT: '40000' } },
  positions: [
    { symbol: 'ETHUSDT', side: 'BOTH', amount: '10', entryPrice: '3000' },
    { symbol: 'BTCUSDT', side: 'BOTH', amount: '-0.2', entryPrice: '90000' },
    { symbol: 'SOLUSDT', side: 'BOTH', amount: '100', entryPrice: '150' },
  ],
})

process.on('message', (order: VenueOrder) => {
  const { requests, limits } = venue
  if (order.kind === 'limit') {
    limits.fapi.reset()
    limits.fapi.perMinute = order.perMinute
    limits.spot.reset()
    limits.spot.perMinute = 6_000
  }
  if (order.kind === 'reset') requests.reset()
  const refused = requests.all.filter(({ status }) => status === 429 || status === 418).length
  const counts: VenueCounts = {
    requests: requests.total,
    bytes: requests.bytes,
    weight: limits.fapi.total,
    refused,
  }
  process.send?.(counts)
})
const { url, apiKey, apiSecret, moreKeys } = venue
const opened: VenueOpened = { url, apiKey, apiSecret, moreKeys }
process.send?.(opened)
