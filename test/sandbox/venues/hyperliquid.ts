import type { Json } from '../venue/answers.ts'
import { type Bracket, bracketTable } from '../venue/brackets.ts'
import type { Answer } from '../venue/gate.ts'
import { Num, num, sum, ZERO } from '../venue/num.ts'
import { type FullAsk, openVenueServer, type VenueServer } from '../venueServer.ts'
import {
  type AccountInput,
  type DeathRule,
  deadAt,
  equityOf,
  type Held,
  hold,
  maintenanceOf,
  markOf,
  notionalOf,
  openState,
  poolsOf,
  profitOf,
  type VenueMarket,
  type VenueState,
} from './held.ts'

/** Highest leverage of each tier, from a notional on. @see Hyperliquid docs, "Margin tiers" */
type Steps = readonly (readonly [from: string, leverage: number])[]
type Listing = VenueMarket & { readonly tableId: number; readonly sizeDecimals: number; readonly maxLeverage: number }

/**
 * Tables of the documentation: 40x from 0, 20x from 150 million (BTC); 25x, 15x from 100 million (ETH); 20x, 10x from 70 million (SOL).
 * A number up to 50 is a table of one tier with that leverage.
 */
const TABLES: Readonly<Record<number, Steps>> = {
  56: [
    ['0.0', 40],
    ['150000000.0', 20],
  ],
  55: [
    ['0.0', 25],
    ['100000000.0', 15],
  ],
  54: [
    ['0.0', 20],
    ['70000000.0', 10],
  ],
  20: [['0.0', 20]],
}

/** Half of the first margin at the highest leverage. */
function bracketsOf(steps: Steps): readonly Bracket[] {
  return bracketTable(
    steps.map(([, leverage], i) => [
      steps[i + 1]?.[0] ?? '1e30',
      num(1)
        .div(leverage * 2)
        .toFixed(),
      leverage,
    ]),
  )
}

function listing(symbol: string, more: { tableId: number; sizeDecimals: number; mark: string }): Listing {
  const steps = TABLES[more.tableId] ?? [['0.0', more.tableId]]
  const tick = num(10)
    .pow(more.sizeDecimals - 6)
    .toFixed()
  return { symbol, tick, funding: '0.0000125', brackets: bracketsOf(steps), maxLeverage: steps[0]?.[1] ?? 1, ...more }
}

const MARKETS: Readonly<Record<string, readonly Listing[]>> = {
  '': [
    listing('BTC', { tableId: 56, sizeDecimals: 5, mark: '90000.0' }),
    listing('ETH', { tableId: 55, sizeDecimals: 4, mark: '3000.0' }),
    listing('SOL', { tableId: 54, sizeDecimals: 2, mark: '150.0' }),
    listing('kPEPE', { tableId: 10, sizeDecimals: 0, mark: '0.0095' }),
  ],
  xyz: [listing('xyz:XYZ100', { tableId: 20, sizeDecimals: 4, mark: '25000.0' })],
}

/** "Equity below maintenance": strictly. @see Hyperliquid docs, "Liquidations" */
const RULE: DeathRule = { atEquality: false, fee: ZERO }

export const HYPERLIQUID_USER = `0x${'a1'.repeat(20)}`
export const HYPERLIQUID_SUB = `0x${'b2'.repeat(20)}`

export type HyperliquidAccount = AccountInput & {
  /** Spot balance of USDC. */
  readonly spot?: string
}

/** A running double of Hyperliquid's info endpoint on loopback. */
export type Hyperliquid = VenueServer & {
  readonly address: string
  /** What the answers say besides positions; may be changed while it runs. */
  readonly state: {
    role: string
    abstraction: string
    /** Milliseconds by which a state is older than the venue's clock. */
    stateAgeMs: number
    /** Accounts under the main one, by address. */
    subs: Map<string, HyperliquidAccount>
    /** Orders that stand, as the venue lists them; of all users, on its own dex. */
    orders: readonly Json[]
    /** Payments of funding, the oldest first. */
    funding: readonly { readonly coin: string; readonly usdc: string; readonly time: number }[]
    /** Fills, the oldest first. */
    fills: readonly (Readonly<Record<string, Json>> & { readonly time: number })[]
  }
  readonly clock: { offsetMs: number }
  /** Replaces the account on a dex; the empty name is Hyperliquid's own. */
  readonly account: (input: HyperliquidAccount, dex?: string) => void
  readonly setMark: (symbol: string, mark: string) => void
  /** Pools of the own dex that die where one mark stands elsewhere. */
  readonly deadAt: (symbol: string, mark: string) => readonly string[]
  readonly tickOf: (symbol: string) => string
}

export type HyperliquidOptions = {
  readonly now?: () => number
  /** So many more markets of the own dex: `M0`, `M1`, ... Default: 0. */
  readonly more?: number
}

export async function openHyperliquid({ now = Date.now, more = 0 }: HyperliquidOptions = {}): Promise<Hyperliquid> {
  const many = Array.from({ length: more }, (_, i) => listing(`M${i}`, { tableId: 3, sizeDecimals: 1, mark: '10.0' }))
  const dexes = new Map(
    Object.entries(MARKETS).map(([name, markets]) => [name, openState(name === '' ? [...markets, ...many] : markets)]),
  )
  const clock = { offsetMs: 0 }
  const state: Hyperliquid['state'] = {
    role: 'user',
    abstraction: 'default',
    stateAgeMs: 0,
    subs: new Map(),
    orders: [],
    funding: [],
    fills: [],
  }
  const spot = { usdc: '0.0' }
  const dexOf = (name: string): VenueState => {
    const dex = dexes.get(name)
    if (dex === undefined) throw new Error(`the sandbox has no dex ${name}`)
    return dex
  }
  const own = dexOf('')
  const behind: Inside = { dexes, state, spot, time: () => now() + clock.offsetMs }
  const server = await openVenueServer({
    nameOf: ({ body }) => typeIn(body) ?? '/info',
    answer: (asked, note) => {
      const known = asked.method === 'POST' && asked.path === '/info' && HOSTS.has(asked.host)
      if (!known) note.violate('not a served path')
      return known ? answerTo(asked, behind) : { status: 404, body: null }
    },
  })
  return {
    ...server,
    ...{ address: HYPERLIQUID_USER, state, clock },
    account: (input, dex = '') => {
      hold(dexOf(dex), input)
      if (input.spot !== undefined) spot.usdc = input.spot
    },
    setMark: (symbol, mark) => {
      dexOf(symbol.includes(':') ? (symbol.split(':')[0] ?? '') : '').marks.set(symbol, num(mark))
    },
    deadAt: (symbol, mark) => deadAt(own, RULE, { symbol, mark }),
    tickOf: (symbol) => own.markets.find((one) => one.symbol === symbol)?.tick ?? '0',
  }
}

const HOSTS = new Set(['api.hyperliquid.xyz', 'api.hyperliquid-testnet.xyz'])

type Inside = {
  readonly dexes: ReadonlyMap<string, VenueState>
  readonly state: Hyperliquid['state']
  readonly spot: { readonly usdc: string }
  readonly time: () => number
}

function typeIn(body: string): string | null {
  try {
    const { type } = JSON.parse(body) as { type?: unknown }
    return typeof type === 'string' ? type : null
  } catch {
    return null
  }
}

/** What the venue answers. A question it does not understand is 422, without a word. */
function answerTo({ body }: FullAsk, inside: Inside): Answer {
  const { type, user, dex = '', startTime = 0 } = JSON.parse(body || '{}') as Partial<Question> & { readonly type?: string }
  const needsUser = [
    ...['clearinghouseState', 'spotClearinghouseState', 'subAccounts', 'userAbstraction', 'userRole'],
    ...['frontendOpenOrders', 'userFunding', 'userFillsByTime'],
  ]
  const wrong = { status: 422, body: 'Failed to deserialize the JSON body into the target type' }
  if (type === undefined || (needsUser.includes(type) && !/^0x[0-9a-f]{40}$/.test(user ?? ''))) return wrong
  const told = ANSWERS[type]
  return told === undefined ? wrong : { status: 200, body: told({ user: user ?? '', dex, startTime }, inside) }
}

type Question = { readonly user: string; readonly dex: string; readonly startTime: number }

/** One answer a type. @see Hyperliquid docs, "Info endpoint" and "Perpetuals"; ccxt hyperliquid.js, samples of fetchPositions, fetchHip3Markets */
const ANSWERS: Readonly<Record<string, (question: Question, inside: Inside) => Json>> = {
  exchangeStatus: (_question, { time }) => ({ specialStatuses: null, time: time() }),
  userRole: (_question, { state }) =>
    state.role === 'agent' ? { role: 'agent', data: { user: HYPERLIQUID_SUB } } : { role: state.role },
  userAbstraction: (_question, { state }) => state.abstraction,
  perpDexs: (_question, { dexes }) =>
    [...dexes.keys()].map((name) => (name === '' ? null : { name, fullName: name.toUpperCase(), deployer: HYPERLIQUID_SUB })),
  subAccounts: (_question, { state }) =>
    state.subs.size === 0
      ? null
      : [...state.subs.keys()].map((address, i) => ({ name: `sub ${i}`, subAccountUser: address, master: HYPERLIQUID_USER })),
  spotMeta: () => ({ tokens: [{ name: 'USDC', index: 0 }], universe: [] }),
  spotClearinghouseState: ({ user }, { spot, state }) => {
    const total = user === HYPERLIQUID_USER ? spot.usdc : (state.subs.get(user)?.spot ?? '0.0')
    return { balances: [{ coin: 'USDC', token: 0, total, hold: '0.0', entryNtl: '0.0' }] }
  },
  metaAndAssetCtxs: ({ dex }, { dexes }) => markets(dexes.get(dex), dex),
  clearinghouseState: ({ user, dex }, inside) => clearinghouse(stateFor({ user, dex }, inside), inside),
  frontendOpenOrders: ({ user, dex }, { state }) => (user === HYPERLIQUID_USER && dex === '' ? state.orders : []),
  // 500 rows an answer, 2,000 fills; the next page begins where one ended.
  userFunding: ({ user, startTime }, { state }) =>
    (user === HYPERLIQUID_USER ? state.funding : [])
      .filter(({ time }) => time >= startTime)
      .slice(0, 500)
      .map(({ coin, usdc, time }) => ({
        ...{ time, hash: `0x${'ab'.repeat(32)}` },
        delta: { type: 'funding', coin, usdc, szi: '1.0', fundingRate: '0.0000125', nSamples: null },
      })),
  userFillsByTime: ({ user, startTime }, { state }) =>
    (user === HYPERLIQUID_USER ? state.fills : []).filter(({ time }) => time >= startTime).slice(0, 2000),
}

function stateFor({ user, dex }: Pick<Question, 'user' | 'dex'>, { dexes, state }: Inside): VenueState | null {
  const found = dexes.get(dex)
  if (found === undefined) return null
  if (user === HYPERLIQUID_USER) return found
  const sub = { ...found, wallet: ZERO, positions: [] as readonly Held[] }
  const input = state.subs.get(user)
  if (dex === '' && input !== undefined) hold(sub, input)
  return sub
}

function markets(state: VenueState | undefined, dex: string): Json {
  if (state === undefined) return null
  const listed = state.markets as readonly Listing[]
  const ids = [...new Set(listed.map(({ tableId }) => tableId))].filter((id) => id > 50)
  const meta = {
    universe: listed.map(({ symbol: name, sizeDecimals: szDecimals, maxLeverage, tableId: marginTableId }) => ({
      ...{ name, szDecimals, maxLeverage, marginTableId },
    })),
    marginTables: ids.map((id) => [
      id,
      { description: '', marginTiers: (TABLES[id] ?? []).map(([lowerBound, maxLeverage]) => ({ lowerBound, maxLeverage })) },
    ]),
    ...(dex === '' ? {} : { collateralToken: 0 }),
  }
  const contexts = listed.map(({ symbol, funding }) => {
    const markPx = markOf(state.marks, symbol).toFixed()
    return {
      funding,
      openInterest: '1000.0',
      prevDayPx: markPx,
      dayNtlVlm: '1.0',
      premium: '0.0',
      oraclePx: markPx,
      markPx,
      midPx: markPx,
    }
  })
  return [meta, contexts]
}

/** Six decimals, as the venue cuts its dollars. */
const usd = (value: Num): string => value.toDecimalPlaces(6, Num.ROUND_DOWN).toFixed()

function clearinghouse(state: VenueState | null, { state: { stateAgeMs }, time }: Inside): Json {
  if (state === null) return null
  const { marks, positions } = state
  const pools = poolsOf(state)
  const cross = positions.filter(({ isolated }) => isolated === null)
  const crossPool = pools.find(({ name }) => name === 'cross') ?? {
    name: 'cross',
    wallet: state.wallet,
    orderMargin: ZERO,
    positions: [],
  }
  const summary = (equity: Num, all: readonly Held[]) => ({
    accountValue: usd(equity),
    totalNtlPos: usd(sum(all.map((one) => notionalOf(one, marks).abs()))),
    totalRawUsd: usd(equity.minus(sum(all.map((one) => notionalOf(one, marks))))),
    totalMarginUsed: usd(sum(all.map((one) => marginUsed(one, state)))),
  })
  const crossEquity = equityOf(crossPool, marks)
  const isolatedEquity = sum(pools.filter(({ name }) => name !== 'cross').map((pool) => equityOf(pool, marks)))
  const free = crossEquity.minus(sum(cross.map((one) => marginUsed(one, state))))
  return {
    marginSummary: summary(crossEquity.plus(isolatedEquity), positions),
    crossMarginSummary: summary(crossEquity, cross),
    crossMaintenanceMarginUsed: usd(sum(cross.map((one) => maintenanceOf(one, marks)))),
    withdrawable: usd(Num.max(free, ZERO)),
    assetPositions: positions.map((one) => ({ type: 'oneWay', position: positionOf(one, state) })),
    time: time() - stateAgeMs,
  }
}

/** Of an isolated position its whole equity, else the first margin at its own leverage. */
function marginUsed(held: Held, { marks }: VenueState): Num {
  return held.isolated === null ? notionalOf(held, marks).abs().div(held.leverage) : held.isolated.plus(profitOf(held, marks))
}

function positionOf(held: Held, state: VenueState): Json {
  const { symbol, amount, entry, leverage, isolated } = held
  const { marks } = state
  const price = liquidationPx(held, state)
  return {
    ...{ coin: symbol, szi: amount.toFixed(), entryPx: entry.toFixed(), positionValue: usd(notionalOf(held, marks).abs()) },
    leverage:
      isolated === null
        ? { type: 'cross', value: leverage }
        : { type: 'isolated', value: leverage, rawUsd: usd(isolated.minus(amount.times(entry))) },
    ...{ unrealizedPnl: usd(profitOf(held, marks)), returnOnEquity: '0.0', marginUsed: usd(marginUsed(held, state)) },
    liquidationPx: price === null ? null : price.toDecimalPlaces(10, Num.ROUND_HALF_UP).toFixed(),
    maxLeverage: (state.markets.find((one) => one.symbol === symbol) as Listing).maxLeverage,
    cumFunding: { allTime: '0.0', sinceOpen: '0.0', sinceChange: '0.0' },
  }
}

/**
 * `liq_price = price - side x margin_available / size / (1 - l x side)`, with l and what the tier deducts of the tier that the notional
 * stands in AT that price, so every tier is tried; null where no price above 0 does.
 *
 * @see Hyperliquid docs, "Liquidations"
 */
function liquidationPx(held: Held, state: VenueState): Num | null {
  const pool = poolsOf(state).find(({ positions }) => positions.includes(held))
  if (pool === undefined) return null
  const { marks } = state
  const mark = markOf(marks, held.symbol)
  const others = sum(pool.positions.filter((one) => one !== held).map((one) => maintenanceOf(one, marks)))
  const base = equityOf(pool, marks).minus(profitOf(held, marks)).minus(others)
  for (const { floor, cap, rate, cum } of held.brackets) {
    // base + amount x (P - entry) = |amount| x P x rate - cum
    const fall = held.amount.abs().times(rate).minus(held.amount)
    if (fall.isZero()) continue
    const price = base.minus(held.amount.times(held.entry)).plus(cum).div(fall)
    const notional = price.times(held.amount.abs())
    const nearer = held.amount.gt(0) ? price.lte(mark) : price.gte(mark)
    if (price.gt(0) && nearer && notional.gte(floor) && notional.lte(cap)) return price
  }
  return null
}
