import type { Json } from '../venue/answers.ts'
import { bracketTable } from '../venue/brackets.ts'
import type { Answer } from '../venue/gate.ts'
import { num } from '../venue/num.ts'
import { type FullAsk, openVenueServer, type VenueServer } from '../venueServer.ts'
import { type AccountInput, type DeathRule, deadAt, hold, openState, type VenueMarket, type VenueState } from './held.ts'
import { balanceRow, type Fields, positionRow, premiumRow, symbolRow, type WeexMeanings } from './weexAnswers.ts'
import { issueWeexKey, openWeexLimits, refuseWeex, type WeexKey, type WeexLimits } from './weexGate.ts'

/** What the answers say besides the account; may be changed while it runs. */
export type WeexState = WeexMeanings & {
  /** Fields of position rows in place of the usual ones, by symbol. */
  positions: Readonly<Record<string, Fields>>
  /** Fields of the USDT balance in place of the usual ones. */
  balance: Fields
  /** Balances of other coins. */
  balances: readonly Fields[]
  /** Coins that count as margin besides USDT. */
  backing: readonly string[]
  /** Fields of market rows in place of the usual ones, by symbol. */
  markets: Readonly<Record<string, Fields>>
  /** Fields of premiumIndex rows in place of the usual ones, by symbol. */
  prices: Readonly<Record<string, Fields>>
  orders: readonly Fields[]
  algos: readonly Fields[]
  bills: readonly Fields[]
  spot: Readonly<Record<string, string>>
}

/** A running double of WEEX's futures and spot API on loopback. */
export type Weex = VenueServer & {
  readonly key: WeexKey
  readonly state: WeexState
  readonly limits: WeexLimits
  readonly clock: { offsetMs: number }
  /** Replaces the account whole. */
  readonly account: (input: AccountInput) => void
  readonly setMark: (symbol: string, mark: string) => void
  /** Pools that die where one mark stands elsewhere. */
  readonly deadAt: (symbol: string, mark: string) => readonly string[]
  readonly tickOf: (symbol: string) => string
}

export type WeexOptions = {
  /** So many more markets, `M0USDT`, `M1USDT`, ... */
  readonly more?: number
  readonly now?: () => number
}

/**
 * WEEX publishes no table: one rate a market stands for the tier that a position is in. That the rate holds for all of the notional is
 * how its announcements read (https://stg-www.weex.tech/de/help/articles/55660452220953: rate columns, no deduction).
 */
function market(symbol: string, tick: string, mark: string, rate: string): VenueMarket {
  return { symbol, tick, mark, brackets: bracketTable([['1e30', rate, 400]]), funding: '0.00010000' }
}

const MARKETS = [
  market('BTCUSDT', '0.1', '90000', '0.004'),
  market('ETHUSDT', '0.01', '3000', '0.005'),
  market('SOLUSDT', '0.001', '150', '0.01'),
]

/** Opens the double on 127.0.0.1. Whoever opens it stops it. */
export async function openWeex({ more = 0, now = Date.now }: WeexOptions = {}): Promise<Weex> {
  const listed = [...MARKETS, ...Array.from({ length: more }, (_, i) => market(`M${i}USDT`, '0.01', '10', '0.02'))]
  const held = openState(listed)
  const clock = { offsetMs: 0 }
  const key = issueWeexKey()
  const limits = openWeexLimits(now)
  const state: WeexState = {
    ...{ profitInBalance: false, isolatedInBalance: false, profitInIsolated: false, rounding: 'dead', fee: '0' },
    ...{ holdsOrderMargin: false, positions: {}, balance: {}, balances: [], backing: [], markets: {}, prices: {} },
    ...{ orders: [], algos: [], bills: [], spot: {} },
  }
  const inside: Inside = { held, state, key, limits, time: () => now() + clock.offsetMs }
  const server = await openVenueServer({
    answer: (asked, note) => {
      const known = SERVED[`${asked.method} ${asked.host}${asked.path}`]
      if (known === undefined) note.violate(asked.method === 'GET' ? 'not a served path' : 'not a GET')
      return known === undefined ? { status: 404, body: null } : answerTo(asked, known, inside)
    },
  })
  return {
    ...server,
    ...{ key, state, limits, clock },
    account: (input) => hold(held, input),
    setMark: (symbol, mark) => {
      held.marks.set(symbol, num(mark))
    },
    deadAt: (symbol, mark) => {
      // Two pages say "at or below", two say "below": the harsher.
      const rule: DeathRule = { atEquality: true, fee: num(state.fee), holdsOrderMargin: state.holdsOrderMargin }
      return deadAt(held, rule, { symbol, mark })
    },
    tickOf: (symbol) => listed.find((one) => one.symbol === symbol)?.tick ?? '0',
  }
}

type Inside = {
  readonly held: VenueState
  readonly state: WeexState
  readonly key: WeexKey
  readonly limits: WeexLimits
  readonly time: () => number
}

type Served = {
  /** The larger of what it costs an IP address and an account. */
  readonly weight: number
  readonly open?: true
  readonly told: (asked: FullAsk, inside: Inside) => Json
}

function answerTo(asked: FullAsk, served: Served, inside: Inside): Answer {
  if (inside.limits.exceeded(served.weight)) return { status: 429, body: { code: 429, msg: 'Too many requests' } }
  const refused = served.open ? null : refuseWeex(asked, inside.key, inside.time())
  return refused ?? { status: 200, body: served.told(asked, inside) }
}

/** One page of a list, whose pages count from 0 or from 1. */
function page({ query }: FullAsk, rows: readonly Json[], first: 0 | 1): Json {
  const params = new URLSearchParams(query)
  const limit = Math.min(Number(params.get('limit') ?? 100), 100)
  const at = Math.max(Number(params.get('page') ?? first) - first, 0)
  return rows.slice(at * limit, (at + 1) * limit)
}

/** Bills of one kind, the newest first, 20 unless more are asked for. @see ccxt weex.js, sample of fetchLedger, and its remark on the pair of times */
function income({ body }: FullAsk, { state }: Inside): Json {
  const { incomeType, startTime, endTime, limit = 20 } = JSON.parse(body) as Readonly<Record<string, number>>
  const from = startTime ?? Number.NaN
  const to = endTime ?? Number.NaN
  if (!(to - from <= 100 * 86_400_000)) return { code: -1170, msg: 'Time range cannot exceed 100 days.' }
  const own = state.bills.filter((one) => one.incomeType === incomeType && Number(one.time) >= from && Number(one.time) <= to)
  const hasNextPage = own.length > Math.min(limit, 100)
  return { hasNextPage, nextKey: hasNextPage ? { nextKeyId: '793622764958253481' } : null, items: own.slice(0, limit) }
}

const FUTURES = 'api-contract.weex.com'
/**
 * One answer a path.
 *
 * @see github weex-labs/weex-agent-skills, skills/weex-trader-skill/references/contract-api-definitions.md (paths, parameters, weights);
 * samples where each answer is rendered; orders and spot after ccxt weex.js, samples of fetchOpenOrders and fetchBalance
 */
const SERVED: Readonly<Record<string, Served>> = {
  [`GET ${FUTURES}/capi/v3/market/time`]: { weight: 1, open: true, told: (_asked, { time }) => ({ serverTime: time() }) },
  [`GET ${FUTURES}/capi/v3/market/exchangeInfo`]: {
    ...{ weight: 1, open: true },
    told: (_asked, { held, state }) => ({
      assets: ['BTC', 'USDC', 'USDT'].map((asset) => ({
        asset,
        marginAvailable: asset === 'USDT' || state.backing.includes(asset),
      })),
      symbols: held.markets.map((one) => ({ ...(symbolRow(one) as Fields), ...state.markets[one.symbol] })),
    }),
  },
  [`GET ${FUTURES}/capi/v3/market/premiumIndex`]: {
    ...{ weight: 1, open: true },
    told: (_asked, { held, state, time }) =>
      held.markets.map((one) => ({ ...(premiumRow(one, held, time()) as Fields), ...state.prices[one.symbol] })),
  },
  [`GET ${FUTURES}/capi/v3/account/position/allPosition`]: {
    weight: 15,
    told: (_asked, { held, state }) =>
      held.positions.map((one) => positionRow(one, held, state, state.positions[one.symbol] ?? {})),
  },
  [`GET ${FUTURES}/capi/v3/account/balance`]: {
    weight: 10,
    told: (_asked, { held, state }) => [balanceRow(held, state, state.balance), ...state.balances],
  },
  [`GET ${FUTURES}/capi/v3/account/accountConfig`]: {
    weight: 10,
    told: (_asked, { held }) => ({
      ...{ canTrade: true, canDeposit: true, canWithdraw: true, dualSidePosition: held.hedge, updateTime: 1713339011237 },
    }),
  },
  [`GET ${FUTURES}/capi/v3/openOrders`]: { weight: 5, told: (asked, { state }) => page(asked, state.orders, 0) },
  [`GET ${FUTURES}/capi/v3/openAlgoOrders`]: { weight: 3, told: (asked, { state }) => page(asked, state.algos, 1) },
  [`POST ${FUTURES}/capi/v3/account/income`]: { weight: 5, told: income },
  'GET api-spot.weex.com/api/v3/account/': {
    weight: 5,
    told: (_asked, { state }) => ({
      ...{ canTrade: true, canWithdraw: true, canDeposit: true, accountType: 'SPOT', permissions: ['SPOT'], uid: 8886281669 },
      balances: Object.entries(state.spot).map(([asset, free]) => ({ asset, free, locked: '0' })),
    }),
  },
}
