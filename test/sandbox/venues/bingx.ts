import type { Json } from '../venue/answers.ts'
import type { Answer } from '../venue/gate.ts'
import { num } from '../venue/num.ts'
import { type FullAsk, openVenueServer, type VenueServer } from '../venueServer.ts'
import { balanceRows, type Fields, markRow, positionRow } from './bingxAnswers.ts'
import { type BingxKey, type BingxLimits, issueBingxKey, openLimits, refusalOf, refuseSigned } from './bingxGate.ts'
import { contractOf, type Listing, marketsOf, RULE, TAKER, tierRows } from './bingxMarkets.ts'
import { type AccountInput, deadAt, hold, openState, type VenueState } from './held.ts'

/** What the answers say besides positions and balances; may be changed while it runs. */
export type BingxState = {
  /** Fields of position rows in place of the usual ones, by symbol. */
  positions: Readonly<Record<string, Fields>>
  /** Further position rows, as they are. */
  others: readonly Fields[]
  balance: Fields
  /** Markets that can only be closed: they are missing among the marks. */
  closing: readonly string[]
  assetMode: string
  orders: readonly Fields[]
  income: readonly Fields[]
  forced: readonly Fields[]
  coinPositions: readonly Fields[]
  coinBalances: readonly Fields[]
  standardPositions: readonly Fields[]
  standardBalances: readonly Fields[]
  spot: Readonly<Record<string, string>>
  sums: Readonly<Record<string, string>>
}

/** A running double of BingX's API on loopback. */
export type Bingx = VenueServer & {
  readonly key: BingxKey
  readonly state: BingxState
  readonly clock: { offsetMs: number }
  readonly limits: BingxLimits
  /** Replaces the account whole. */
  readonly account: (input: AccountInput) => void
  readonly setMark: (symbol: string, mark: string) => void
  /** Pools that die where one mark stands elsewhere. */
  readonly deadAt: (symbol: string, mark: string) => readonly string[]
  readonly tickOf: (symbol: string) => string
}

export type BingxOptions = {
  /** So many more markets, `M0-USDT`, `M1-USDT`, ... */
  readonly more?: number
  readonly now?: () => number
  readonly port?: number
}

const LIVE = 'open-api.bingx.com'
/** Its place to practise. @see github BingX-API/api-ai-skills references/base-urls.md */
const DEMO = 'open-api-vst.bingx.com'

/** Opens the double on 127.0.0.1. Whoever opens it stops it. */
export async function openBingx({ more = 0, now = Date.now, port }: BingxOptions = {}): Promise<Bingx> {
  const listed = marketsOf(more)
  const held = openState(listed)
  const clock = { offsetMs: 0 }
  const key = issueBingxKey()
  const lists = { others: [], orders: [], income: [], forced: [], closing: [] }
  const elsewhere = { coinPositions: [], coinBalances: [], standardPositions: [], standardBalances: [], spot: {}, sums: {} }
  const state: BingxState = { positions: {}, balance: {}, assetMode: 'singleAssetMode', ...lists, ...elsewhere }
  const time = (): number => now() + clock.offsetMs
  const limits = openLimits(now)
  const inside: Inside = { held, listed, state, key, time }
  const server = await openVenueServer({
    port,
    answer: (asked, note) => {
      const { method, host, path } = asked
      const known = method === 'GET' && (host === LIVE || host === DEMO) && path in ANSWERS
      if (!known) note.violate(method === 'GET' ? 'not a served path' : 'not a GET')
      return known ? (limits.refuse(path, time()) ?? answerTo(asked, inside)) : { status: 404, body: null }
    },
  })
  return {
    ...server,
    ...{ key, state, clock, limits },
    account: (input) => hold(held, input),
    setMark: (symbol, mark) => {
      held.marks.set(symbol, num(mark))
    },
    deadAt: (symbol, mark) => deadAt(held, RULE, { symbol, mark }),
    tickOf: (symbol) => listed.find((one) => one.symbol === symbol)?.tick ?? '0',
  }
}

type Inside = {
  readonly held: VenueState
  readonly listed: readonly Listing[]
  readonly state: BingxState
  readonly key: BingxKey
  readonly time: () => number
}

function answerTo(asked: FullAsk, inside: Inside): Answer {
  const { path, query } = asked
  const time = inside.time()
  const refused = OPEN.has(path) ? null : refuseSigned(asked, inside.key, time)
  if (refused !== null) return refused
  const told = (ANSWERS[path] as Told)(new URLSearchParams(query), inside)
  if (told === null) return refusalOf(109425, 'symbol not exist', time)
  return { status: 200, body: BARE.has(path) ? told : { code: 0, msg: '', data: told } }
}

/** Null: there is no such market. */
type Told = (params: URLSearchParams, inside: Inside) => Json

const PREFIX = '/openApi'
const OPEN = new Set(
  ['/swap/v2/server/time', '/swap/v2/quote/contracts', '/swap/v2/quote/premiumIndex'].map((path) => PREFIX + path),
)
/** Answers whose fields stand beside the code, or without one. @see docs-v3 "Query API KEY permissions"; recording of 2026-09 */
const BARE = new Set(['/v1/account/apiPermissions', '/v1/account/apiRestrictions'].map((path) => PREFIX + path))

const within = (params: URLSearchParams, rows: readonly Fields[]): readonly Fields[] =>
  rows.filter(({ time }) => Number(time) >= Number(params.get('startTime')) && Number(time) <= Number(params.get('endTime')))

/**
 * One answer a path.
 *
 * @see https://bingx-api.github.io/docs-v3/ (paths, fields and samples); samples in ccxt bingx.js for standard futures and spot;
 * github JKorf/BingX.Net for the row of a coin that was never held
 */
const ANSWERS: Readonly<Record<string, Told>> = Object.fromEntries(
  Object.entries<Told>({
    '/swap/v2/server/time': (_params, { time }) => ({ serverTime: time() }),
    '/swap/v2/quote/contracts': (_params, { listed, state }) =>
      listed.map((one) => contractOf({ ...one, status: state.closing.includes(one.symbol) ? 25 : one.status })),
    '/swap/v2/quote/premiumIndex': (_params, { listed, held, state }) =>
      listed.filter(({ symbol }) => !state.closing.includes(symbol)).map((one) => markRow(one, held)),
    '/swap/v2/user/positions': (_params, { held, state }) => [
      ...held.positions.map((one) => positionRow(one, held, state.positions[one.symbol] ?? {})),
      ...state.others,
    ],
    '/swap/v3/user/balance': (_params, { held, state }) => balanceRows(held, state.balance),
    '/swap/v1/maintMarginRatio': (params, { listed }) => {
      const market = listed.find(({ symbol }) => symbol === params.get('symbol'))
      return market === undefined ? null : tierRows(market)
    },
    '/swap/v1/trade/assetMode': (_params, { state }) => ({ assetMode: state.assetMode }),
    '/swap/v1/positionSide/dual': (_params, { held }) => ({ dualSidePosition: held.hedge }),
    '/swap/v2/user/commissionRate': () => ({
      commission: { takerCommissionRate: Number(TAKER), makerCommissionRate: 0.0002 },
    }),
    '/swap/v2/user/income': (params, { state }) =>
      within(params, state.income)
        .filter(({ incomeType }) => incomeType === params.get('incomeType'))
        .slice(0, Number(params.get('limit'))),
    '/swap/v2/trade/openOrders': (_params, { state }) => ({ orders: state.orders }),
    '/swap/v2/trade/forceOrders': (params, { state }) => ({
      orders: within(params, state.forced)
        .filter(({ autoCloseType }) => autoCloseType === params.get('autoCloseType'))
        .slice(0, Number(params.get('limit'))),
    }),
    '/cswap/v1/user/positions': (_params, { state }) => state.coinPositions,
    '/cswap/v1/user/balance': (_params, { state }) => state.coinBalances,
    '/contract/v1/allPosition': (_params, { state }) => state.standardPositions,
    '/contract/v1/balance': (_params, { state }) => state.standardBalances,
    '/spot/v1/account/balance': (_params, { state }) => ({
      balances: Object.entries(state.spot).map(([asset, free]) => ({ asset, free, locked: '0' })),
    }),
    '/account/v1/allAccountBalance': (_params, { state }) => ({
      result: Object.entries(state.sums).map(([accountType, usdtBalance]) => ({ accountType, usdtBalance })),
      ...{ pageId: 1, total: 1 },
    }),
    '/v1/account/apiPermissions': (_params, { key }) => ({
      ...{ apiKey: '', permissions: key.permissions, ipAddresses: key.ipAddresses, note: 'demo' },
    }),
    '/v1/account/apiRestrictions': (_params, { key }) => ({
      ...{
        code: 0,
        msg: '',
        ipRestrict: key.ipAddresses.some((address) => address !== ''),
        createTime: 1789058346655,
        permitsUniversalTransfer: false,
      },
      ...{
        enableReading: true,
        enableFutures: key.permissions.includes(3),
        enableSpotAndMarginTrading: key.permissions.includes(1),
      },
    }),
  }).map(([path, told]) => [PREFIX + path, told]),
)
