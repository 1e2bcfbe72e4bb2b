import type { Json } from '../venue/answers.ts'
import type { Answer } from '../venue/gate.ts'
import { num } from '../venue/num.ts'
import { type FullAsk, openVenueServer, type VenueServer } from '../venueServer.ts'
import { type AccountInput, deadAt, hold, openState, type VenueState } from './held.ts'
import { assetRow, positionRow, tickerRow } from './mexcAnswers.ts'
import { issueMexcKey, type MexcKey, openLimits, refuseContract, refuseSpot } from './mexcGate.ts'
import { detailOf, type Listing, marketsOf, ruleOf } from './mexcMarkets.ts'

type Fields = { readonly [field: string]: Json }

/** What the answers say besides positions and balances; may be changed while it runs. */
export type MexcState = {
  /** Fields of position rows in place of the usual ones, by symbol. */
  positions: Readonly<Record<string, Fields>>
  /** Fields of asset rows in place of the usual ones, by coin. */
  assets: Readonly<Record<string, Fields>>
  /** Fields of market rows in place of the usual ones, by symbol. */
  markets: Readonly<Record<string, Fields>>
  /** Open TP/SL orders, trigger orders and trailing orders. */
  stops: readonly Fields[]
  plans: readonly Fields[]
  trails: readonly Fields[]
  /** Funding records, newest first. */
  funding: readonly Fields[]
  /** Historical orders, newest first. */
  orders: readonly Fields[]
  /** Free coins of the spot wallet. */
  spot: Readonly<Record<string, string>>
  /** Names of the sub-accounts under this one. */
  subs: readonly string[]
  /** Hours between two payments. */
  cycle: number
}

/** A running double of MEXC's futures and spot API on loopback. */
export type Mexc = VenueServer & {
  readonly key: MexcKey
  readonly state: MexcState
  readonly clock: { offsetMs: number }
  /** Replaces the account whole. */
  readonly account: (input: AccountInput) => void
  readonly setMark: (symbol: string, mark: string) => void
  /** Pools that die where one mark stands elsewhere. */
  readonly deadAt: (symbol: string, mark: string) => readonly string[]
  readonly tickOf: (symbol: string) => string
}

export type MexcOptions = {
  /** So many more markets, `M0_USDT`, `M1_USDT`, ... */
  readonly more?: number
  readonly now?: () => number
  readonly port?: number
}

const HOST = 'api.mexc.com'

/** Opens the double on 127.0.0.1. Whoever opens it stops it. */
export async function openMexc({ more = 0, now = Date.now, port }: MexcOptions = {}): Promise<Mexc> {
  const listed = marketsOf(more)
  const held = openState(listed)
  const rule = ruleOf(listed)
  const clock = { offsetMs: 0 }
  const key = issueMexcKey()
  const lists = { stops: [], plans: [], trails: [], funding: [], orders: [] }
  const state: MexcState = { positions: {}, assets: {}, markets: {}, ...lists, spot: {}, subs: [], cycle: 8 }
  const time = (): number => now() + clock.offsetMs
  const inside: Inside = { held, listed, state, key, time }
  const limited = openLimits(now)
  const server = await openVenueServer({
    port,
    answer: (asked, note) => {
      const known = asked.method === 'GET' && asked.host === HOST && asked.path in ANSWERS
      if (!known) note.violate(asked.method === 'GET' ? 'not a served path' : 'not a GET')
      return known ? (limited(asked.path) ?? answerTo(asked, inside)) : { status: 404, body: null }
    },
  })
  return {
    ...server,
    ...{ key, state, clock },
    account: (input) => hold(held, input),
    setMark: (symbol, mark) => {
      held.marks.set(symbol, num(mark))
    },
    deadAt: (symbol, mark) => deadAt(held, rule, { symbol, mark }),
    tickOf: (symbol) => listed.find((one) => one.symbol === symbol)?.tick ?? '0',
  }
}

type Inside = {
  readonly held: VenueState
  readonly listed: readonly Listing[]
  readonly state: MexcState
  readonly key: MexcKey
  readonly time: () => number
}

function answerTo(asked: FullAsk, inside: Inside): Answer {
  const { path, query } = asked
  const time = inside.time()
  const spot = path.startsWith('/api/v3/')
  const refused = spot
    ? refuseSpot(asked, inside.key, time)
    : path.startsWith('/api/v1/private/')
      ? refuseContract(asked, inside.key, time)
      : null
  if (refused !== null) return refused
  const body = (ANSWERS[path] as Told)(new URLSearchParams(query), inside)
  return { status: 200, body: spot ? body : { success: true, code: 0, data: body } }
}

type Told = (params: URLSearchParams, inside: Inside) => Json

/** One page, as it stands among totals. @see acc, "Get position funding rate details" */
function page(params: URLSearchParams, rows: readonly Json[]): Json {
  const [pageSize, currentPage] = [Number(params.get('page_size')), Number(params.get('page_num'))]
  const totalPage = Math.ceil(rows.length / pageSize)
  return { pageSize, totalCount: rows.length, totalPage, currentPage, resultList: cut(params, rows) }
}

/** One page, as a bare list. Trailing orders count pages by other names. */
function cut(params: URLSearchParams, rows: readonly Json[]): readonly Json[] {
  const size = Math.min(Number(params.get('page_size') ?? params.get('pageSize') ?? 20), 100)
  const at = Number(params.get('page_num') ?? params.get('pageIndex') ?? 1)
  return rows.slice((at - 1) * size, at * size)
}

/**
 * One answer a path.
 *
 * @see https://www.mexc.com/api-docs/futures/account-and-trading-endpoints, .../market-endpoints (paths, fields and samples);
 * position_mode and funding_records after ccxt mexc.js (samples of fetchPositionMode, fetchFundingHistory): the documentation shows
 * those of other endpoints there; apiKeyInfo after the real answer in GoCryptoTrader's tests
 */
const ANSWERS: Readonly<Record<string, Told>> = {
  '/api/v1/contract/ping': (_params, { time }) => time(),
  '/api/v1/contract/detail': (_params, { listed, state }) =>
    listed.map((one) => ({ ...(detailOf(one) as Fields), ...state.markets[one.symbol] })),
  '/api/v1/contract/ticker': (_params, { listed, held, time }) => listed.map((one) => tickerRow(one, held, time())),
  '/api/v1/contract/funding_rate/history': (params, { state }) => {
    const row = { symbol: params.get('symbol'), fundingRate: 0.000021, settleTime: 1761868800000, collectCycle: state.cycle }
    return page(params, [row, { ...row, settleTime: 1761840000000 }])
  },
  '/api/v1/private/position/open_positions': (_params, { held, state }) =>
    held.positions.map((one) => positionRow(one, held, state.positions[one.symbol] ?? {})),
  '/api/v1/private/position/position_mode': (_params, { held }) => (held.hedge ? 1 : 2),
  '/api/v1/private/account/assets': (_params, { held, listed, state }) =>
    [...new Set(listed.map(({ settle }) => settle))].map((coin) => assetRow(coin, held, state.assets[coin] ?? {})),
  '/api/v1/private/stoporder/open_orders': (_params, { state }) => state.stops,
  '/api/v1/private/planorder/list/orders': (params, { state }) => cut(params, state.plans),
  '/api/v1/private/trackorder/list/orders': (params, { state }) => cut(params, state.trails),
  '/api/v1/private/position/funding_records': (params, { state }) => {
    const from = Number(params.get('start_time'))
    const own = state.funding.filter(
      ({ positionType, settleTime }) => String(positionType) === params.get('position_type') && Number(settleTime) >= from,
    )
    return page(params, own)
  },
  '/api/v1/private/order/list/history_orders': (params, { state }) =>
    cut(
      params,
      state.orders.filter(({ category }) => String(category) === params.get('category')),
    ),
  '/api/v3/apiKeyInfo': (params, { key }) => ({
    ...{ note: 'note2', accessKey: params.get('accessKey'), createTime: '2026-09-14T18:53:36.000+00:00' },
    ...{ permissions: key.permissions.join(','), ipWhiteList: key.ipWhiteList, status: 'VALID' },
    ...(key.remainingValidity === null ? {} : { remainingValidity: key.remainingValidity }),
  }),
  '/api/v3/sub-account/list': (_params, { state }) => ({
    subAccount: state.subs.map((subAccount) => ({ subAccount, isFreeze: false, createTime: 1544433328000 })),
  }),
  '/api/v3/account': (_params, { state }) => ({
    ...{ canTrade: true, canWithdraw: true, canDeposit: true, updateTime: null, accountType: 'SPOT', permissions: ['SPOT'] },
    balances: Object.entries(state.spot).map(([asset, free]) => ({ asset, free, locked: '0' })),
  }),
}
