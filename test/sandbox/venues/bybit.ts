import type { Json } from '../venue/answers.ts'
import type { Answer } from '../venue/gate.ts'
import { num, ZERO } from '../venue/num.ts'
import { type FullAsk, openVenueServer, type VenueServer } from '../venueServer.ts'
import { closing, positionRow, TAKER, type WalletExtra, walletAnswer } from './bybitAnswers.ts'
import { type BybitKey, checkSigned, envelope, issueBybitKey, openBybitLimit, refusal } from './bybitGate.ts'
import { BYBIT_MARKETS, type Listing, listing } from './bybitMarkets.ts'
import { type AccountInput, type DeathRule, deadAt, hold, openState, type VenueMarket, type VenueState } from './held.ts'

/** "Liquidation will be triggered when the account's MMR reaches 100%"; an isolated position's fee stands on both sides. */
const RULE: DeathRule = {
  ...{ atEquality: true, fee: ZERO },
  feeOf: (held) => (held.isolated === null ? closing(held).times(TAKER) : ZERO),
}

/** A running double of Bybit on loopback. */
export type Bybit = VenueServer & {
  readonly key: BybitKey
  readonly limits: Record<string, number>
  /** What the answers say besides positions; may be changed while it runs. */
  readonly state: {
    unifiedMarginStatus: number
    /** Null: isolated where a position is. */
    marginMode: string | null
    /** Fields of coins in the wallet, beside or in place of those that follow from the account. */
    wallet: WalletExtra
    options: readonly Json[]
    orders: readonly Record<string, Json>[]
    transactions: readonly Record<string, Json>[]
    funding: readonly Json[]
    ratios: Record<string, readonly (readonly [from: string, to: string, ratio: string])[]>
    /** Rates as percentages, as in the documentation's sample. */
    percent: boolean
    subs: readonly Json[]
    /** Accounts of other products. */
    products: readonly Json[]
  }
  readonly clock: { offsetMs: number }
  /** Replaces the account whole. In isolated mode each position is isolated. */
  readonly account: (input: AccountInput) => void
  readonly setMark: (symbol: string, mark: string) => void
  readonly deadAt: (symbol: string, mark: string) => readonly string[]
  readonly tickOf: (symbol: string) => string
}

export type BybitOptions = { readonly now?: () => number; readonly more?: number }

export async function openBybit({ now = Date.now, more = 0 }: BybitOptions = {}): Promise<Bybit> {
  const many = Array.from({ length: more }, (_, i) => listing(`M${i}`, { base: `M${i}`, mark: '10', tick: '0.001' }))
  const held = openState([...BYBIT_MARKETS, ...many])
  const key = issueBybitKey()
  const clock = { offsetMs: 0 }
  const limit = openBybitLimit()
  const state: Bybit['state'] = {
    ...{
      unifiedMarginStatus: 6,
      marginMode: null,
      wallet: {},
      options: [],
      orders: [],
      transactions: [],
      funding: [],
      percent: false,
      ...{ subs: [], products: [] },
    },
    ratios: { USDT: [['0', '', '1']], USDC: [['0', '', '1']], ETH: [['0', '', '1']], BTC: [['0', '', '0.95']] },
  }
  const inside: Inside = { held, key, state, limit, time: () => now() + clock.offsetMs }
  const server = await openVenueServer({
    answer: (asked, note) => {
      const known = asked.method === 'GET' && HOSTS.has(asked.host) && PATHS[asked.path] !== undefined
      if (!known) note.violate('not a served path')
      return known ? answerTo(asked, inside) : { status: 404, body: null }
    },
  })
  return {
    ...server,
    ...{ key, state, clock, limits: limit.limits },
    account: (input) => {
      const alone = input.positions.filter(({ isolated }) => isolated !== undefined).length
      if (alone > 0 && alone < input.positions.length) throw new Error('Bybit margins all positions of an account alike')
      hold(held, input)
    },
    setMark: (symbol, mark) => {
      held.marks.set(symbol, num(mark))
    },
    deadAt: (symbol, mark) => deadAt(held, RULE, { symbol, mark }),
    tickOf: (symbol) => held.markets.find((one) => one.symbol === symbol)?.tick ?? '0',
  }
}

const HOSTS = new Set(['api.bybit.com', 'api-demo.bybit.com', 'api-testnet.bybit.com'])

type Inside = {
  readonly held: VenueState
  readonly key: BybitKey
  readonly state: Bybit['state']
  readonly limit: ReturnType<typeof openBybitLimit>
  readonly time: () => number
}

type Path = { readonly signed: boolean; readonly answer: (query: URLSearchParams, inside: Inside) => Json }

function answerTo(asked: FullAsk, inside: Inside): Answer {
  const time = inside.time()
  const path = PATHS[asked.path] as Path
  if (path.signed) {
    const refused = checkSigned(inside.key, asked, time) ?? inside.limit.refuse(asked.path, time)
    if (refused !== null) return refused
  }
  if (asked.host === 'api-demo.bybit.com' && NO_DEMO.has(asked.path))
    return refusal(10032, 'Demo trading are not supported.', time)
  const result = path.answer(new URLSearchParams(asked.query), inside)
  return result === null ? refusal(10001, 'Request parameter error', time) : envelope(result, time)
}

/** @see https://bybit-exchange.github.io/docs/v5/demo, "Available API List" */
const NO_DEMO = new Set([
  '/v5/account/fee-rate',
  '/v5/user/query-api',
  '/v5/user/query-sub-members',
  '/v5/asset/asset-overview',
  '/v5/asset/transfer/query-account-coins-balance',
])

/** A page of a list: its cursor is written with per cent signs, as the venue's. */
function paged(all: readonly Json[], query: URLSearchParams, { byDefault, most }: { byDefault: number; most: number }): Json {
  const limit = Number(query.get('limit') ?? byDefault)
  if (!(limit >= 1 && limit <= most)) return null
  const from = Number((query.get('cursor') ?? '0:0').split(':')[0])
  const next = from + limit
  return { list: all.slice(from, next), nextPageCursor: next < all.length ? `${next}%3A1` : '' }
}

const isInverse = ({ inverse }: VenueMarket): boolean => inverse !== undefined
const ofCategory = ({ held }: Inside, query: URLSearchParams): readonly Listing[] =>
  (held.markets as readonly Listing[]).filter((one) => isInverse(one) === (query.get('category') === 'inverse'))

/** One answer a path. @see https://bybit-exchange.github.io/docs/v5, the response example of each */
const PATHS: Readonly<Record<string, Path>> = {
  '/v5/market/time': {
    signed: false,
    answer: (_query, { time }) => ({ timeSecond: String(Math.floor(time() / 1000)), timeNano: `${time()}423213` }),
  },
  '/v5/market/instruments-info': {
    signed: false,
    answer: (query, inside) => {
      const all = query.get('status') === 'PreLaunch' ? [] : ofCategory(inside, query)
      const list = all.map(({ symbol, base, settle, contractType, tick }) => ({
        ...{ symbol, contractType, status: 'Trading', baseCoin: base, quoteCoin: settle, settleCoin: settle, deliveryTime: '0' },
        ...{
          leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
          fundingInterval: 480,
          symbolType: '',
        },
        priceFilter: { minPrice: tick, maxPrice: '1999999.80', tickSize: tick },
      }))
      return paged(list, query, { byDefault: 500, most: 1000 })
    },
  },
  '/v5/market/risk-limit': {
    signed: false,
    answer: (query, inside) => {
      const symbol = query.get('symbol')
      const all = ofCategory(inside, query).filter((one) => symbol === null || one.symbol === symbol)
      const from = Number((query.get('cursor') ?? '0').split(':')[0])
      const unit = inside.state.percent ? 100 : 1
      const list = all.slice(from, from + 15).flatMap((one) =>
        one.brackets.map(({ cap, rate, cum, leverage }, i) => ({
          ...{ id: i + 1, symbol: one.symbol, riskLimitValue: cap.toFixed(), maintenanceMargin: rate.times(unit).toFixed() },
          ...{ initialMargin: num(unit).div(leverage).toDecimalPlaces(6).toFixed(), isLowestRisk: i === 0 ? 1 : 0 },
          ...{ maxLeverage: leverage.toFixed(2), mmDeduction: i === 0 ? '' : cum.toFixed() },
        })),
      )
      return { category: query.get('category'), list, nextPageCursor: from + 15 < all.length ? `${from + 15}%3A1` : '' }
    },
  },
  '/v5/market/tickers': {
    signed: false,
    answer: (query, inside) => ({
      category: query.get('category'),
      list: ofCategory(inside, query).map(({ symbol, funding }) => ({
        ...{ symbol, markPrice: inside.held.marks.get(symbol)?.toFixed() ?? '', fundingRate: funding, fundingIntervalHour: '8' },
        ...{ nextFundingTime: '1760371200000', deliveryTime: '0' },
      })),
    }),
  },
  '/v5/spot-margin-trade/collateral': {
    signed: false,
    answer: (_query, { state }) => ({
      list: Object.entries(state.ratios).map(([currency, steps]) => ({
        currency,
        collateralRatioList: steps.map(([minQty, maxQty, collateralRatio]) => ({ minQty, maxQty, collateralRatio })),
      })),
    }),
  },
  '/v5/account/info': {
    signed: true,
    answer: (_query, { state, held }) => {
      const mode = held.positions.some(({ isolated }) => isolated !== null) ? 'ISOLATED_MARGIN' : 'REGULAR_MARGIN'
      const { unifiedMarginStatus } = state
      const rest = { dcpStatus: 'OFF', timeWindow: 0, smpGroup: 0, isMasterTrader: false, spotHedgingStatus: 'OFF' }
      return { marginMode: state.marginMode ?? mode, updatedTime: '1697078946000', unifiedMarginStatus, ...rest }
    },
  },
  '/v5/account/wallet-balance': {
    signed: true,
    answer: (query, { held, state }) =>
      query.get('accountType') === 'UNIFIED' ? walletAnswer(held, 'USDT', state.wallet) : null,
  },
  '/v5/account/fee-rate': {
    signed: true,
    answer: (query, inside) => ({
      list: ofCategory(inside, query).map(({ symbol }) => ({ symbol, takerFeeRate: TAKER.toFixed(), makerFeeRate: '0.0002' })),
    }),
  },
  '/v5/account/transaction-log': {
    signed: true,
    answer: (query, { state }) => {
      const [from, to] = [Number(query.get('startTime')), Number(query.get('endTime'))]
      if (!(to - from <= 7 * 86_400_000)) return null
      const within = ({ type, transactionTime }: Record<string, Json>): boolean =>
        type === query.get('type') && Number(transactionTime) >= from && Number(transactionTime) <= to
      return paged(state.transactions.filter(within), query, { byDefault: 20, most: 50 })
    },
  },
  '/v5/position/list': {
    signed: true,
    answer: (query, { held, state }) => {
      const [category, settle] = [query.get('category'), query.get('settleCoin')]
      if (category === 'option') return paged(state.options, query, { byDefault: 20, most: 200 })
      if (category === 'linear' && settle === null) return null
      const markets = new Map((held.markets as readonly Listing[]).map((one) => [one.symbol, one]))
      const rows = held.positions
        .filter(({ inverse }) => (inverse !== null) === (category === 'inverse'))
        .filter(({ symbol }) => settle === null || markets.get(symbol)?.settle === settle)
      return paged(
        rows.map((one) => positionRow(one, held)),
        query,
        { byDefault: 20, most: 200 },
      )
    },
  },
  '/v5/order/realtime': {
    signed: true,
    answer: (query, { state }) => {
      const [category, settle] = [query.get('category'), query.get('settleCoin')]
      if (category === 'linear' && settle === null) return null
      const own = state.orders.filter(({ symbol }) =>
        String(symbol).endsWith(settle === null ? 'USD' : settle === 'USDC' ? 'PERP' : settle),
      )
      return paged(own, query, { byDefault: 20, most: 50 })
    },
  },
  '/v5/asset/transfer/query-account-coins-balance': {
    signed: true,
    answer: (query, { state }) => ({ memberId: 'XXXX', accountType: query.get('accountType'), balance: state.funding }),
  },
  '/v5/user/query-api': {
    signed: true,
    answer: (_query, { key: { readOnly, permissions, ips, expiredAt } }) => ({
      ...{
        id: '2208369',
        note: 'hullmark',
        apiKey: 'XXXXXXXX',
        readOnly,
        secret: '',
        permissions,
        ips,
        type: 1,
        deadlineDay: -2,
        expiredAt,
      },
      ...{ createdAt: '2025-10-13T03:20:45Z', unified: 0, uta: 1, userID: 1448939, isMaster: true, parentUid: '0' },
    }),
  },
  '/v5/asset/asset-overview': { signed: true, answer: (_query, { state }) => ({ totalEquity: '7457023', list: state.products }) },
  '/v5/user/query-sub-members': { signed: true, answer: (_query, { state }) => ({ subMembers: state.subs }) },
}
