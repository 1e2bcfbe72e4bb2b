import type { Exchange } from '../exchange.ts'
import { accountInformation, balances } from './accountInformation.ts'
import { accountConfig, assetIndexes, exchangeInfo, fundingInfo, type Json, leverageBrackets, premiumIndexes } from './answers.ts'
import { type Beside, forceOrders, income, openAlgoOrders } from './circumstances.ts'
import { coinAccount, coinBrackets, coinExchangeInfo, coinFundingInfo, coinPositionRisk, coinPremiums } from './coinAnswers.ts'
import type { CoinMargined } from './coinMargined.ts'
import { type Answer, checkSigned, type Key, refusal } from './gate.ts'
import { positionRisk } from './positionRisk.ts'
import type { Asked, Note } from './requests.ts'
import type { WeightLimit } from './weightLimit.ts'

/** What a request is answered from. */
export type Venue = {
  readonly exchange: Exchange
  /** What the account holds on COIN-M. */
  readonly coin: CoinMargined
  readonly key: Key
  /** More keys to the same account. */
  readonly keys: ReadonlyMap<string, Key>
  /** Host and path of what else is answered, with an empty list. */
  readonly emptyLists: ReadonlySet<string>
  /** What the account is told of its portfolio; null: it is an ordinary one. */
  readonly portfolio: { account: Json }
  /** Orders and payments. */
  readonly beside: Beside
  /** COIN-M draws on the budget of USDⓈ-M. */
  readonly limits: { readonly fapi: WeightLimit; readonly sapi: WeightLimit; readonly spot: WeightLimit }
  readonly serverTime: () => number
}

type Endpoint = {
  readonly signed: boolean
  /** Weight without and with a symbol. */
  readonly weight: readonly [all: number, one: number]
  /** A refusal that is the venue's answer to what it was asked. */
  readonly refuses?: (venue: Venue) => Answer | null
  readonly answer: (venue: Venue, query: URLSearchParams) => Json
  /** What a `symbol` parameter makes of a list: its one row as an object, or the rows of that symbol as a list. */
  readonly bySymbol?: 'object' | 'list'
}

/** Weights from developers.binance.com, usds-margined-futures and wallet. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  'fapi.binance.com/fapi/v1/time': { signed: false, weight: [1, 1], answer: (v) => ({ serverTime: v.serverTime() }) },
  'fapi.binance.com/fapi/v1/exchangeInfo': {
    ...{ signed: false, weight: [1, 1] },
    answer: (v) => exchangeInfo(v.exchange.state, v.serverTime()),
  },
  'fapi.binance.com/fapi/v1/premiumIndex': {
    ...{ signed: false, weight: [10, 1], bySymbol: 'object' },
    answer: (v) => premiumIndexes(v.exchange.state, v.serverTime()),
  },
  'fapi.binance.com/fapi/v1/fundingInfo': { signed: false, weight: [0, 0], answer: (v) => fundingInfo(v.exchange.state) },
  'fapi.binance.com/fapi/v1/assetIndex': {
    ...{ signed: false, weight: [10, 1], bySymbol: 'object' },
    answer: (v) => assetIndexes(v.exchange.state, v.serverTime()),
  },
  'fapi.binance.com/fapi/v1/leverageBracket': {
    ...{ signed: true, weight: [1, 1], bySymbol: 'object' },
    answer: (v) => leverageBrackets(v.exchange.state),
  },
  'fapi.binance.com/fapi/v3/positionRisk': {
    ...{ signed: true, weight: [5, 5], bySymbol: 'list' },
    answer: (v) => positionRisk(v.exchange),
  },
  'fapi.binance.com/fapi/v3/account': { signed: true, weight: [5, 5], answer: (v) => accountInformation(v.exchange) },
  'fapi.binance.com/fapi/v1/accountConfig': { signed: true, weight: [5, 5], answer: (v) => accountConfig(v.exchange) },
  'fapi.binance.com/fapi/v1/openAlgoOrders': {
    ...{ signed: true, weight: [40, 1], bySymbol: 'list' },
    answer: (v) => openAlgoOrders(v.beside, v.serverTime()),
  },
  'fapi.binance.com/fapi/v1/income': {
    ...{ signed: true, weight: [30, 30] },
    answer: (v, query) => income(v.beside, query, v.serverTime()),
  },
  'fapi.binance.com/fapi/v1/forceOrders': {
    ...{ signed: true, weight: [50, 20] },
    answer: (v, query) => forceOrders(v.exchange.liquidations, query, v.serverTime()),
  },
  'fapi.binance.com/fapi/v3/balance': { signed: true, weight: [5, 5], answer: (v) => balances(v.exchange) },
  'dapi.binance.com/dapi/v1/account': { signed: true, weight: [5, 5], answer: (v) => coinAccount(v.coin) },
  'dapi.binance.com/dapi/v1/positionRisk': { signed: true, weight: [1, 1], answer: (v) => coinPositionRisk(v.coin) },
  'dapi.binance.com/dapi/v2/leverageBracket': { signed: true, weight: [2, 1], answer: (v) => coinBrackets(v.coin) },
  'dapi.binance.com/dapi/v1/exchangeInfo': {
    ...{ signed: false, weight: [1, 1] },
    answer: (v) => coinExchangeInfo(v.coin, v.serverTime()),
  },
  'dapi.binance.com/dapi/v1/premiumIndex': {
    ...{ signed: false, weight: [10, 10] },
    answer: (v) => coinPremiums(v.coin, v.serverTime()),
  },
  'dapi.binance.com/dapi/v1/fundingInfo': { signed: false, weight: [1, 1], answer: coinFundingInfo },
  // Spot. @see developers.binance.com "Account information"
  'api.binance.com/api/v3/account': {
    ...{ signed: true, weight: [20, 20] },
    answer: (v) => ({
      ...{ makerCommission: 15, takerCommission: 15, canTrade: true, canWithdraw: true, canDeposit: true, accountType: 'SPOT' },
      balances: Object.entries(v.beside.spot).map(([asset, free]) => ({ asset, free, locked: '0.00000000' })),
    }),
  },
  'api.binance.com/sapi/v1/portfolio/account': {
    ...{ signed: true, weight: [5, 5] },
    refuses: (v) => (v.portfolio.account === null ? refusal(400, -21001, 'Request ID is not a Portfolio Margin Account') : null),
    answer: (v) => v.portfolio.account,
  },
  'api.binance.com/sapi/v1/account/apiRestrictions': { signed: true, weight: [1, 1], answer: (v) => ({ ...v.key.flags }) },
}

const EMPTY_LIST: Endpoint = { signed: true, weight: [1, 1], answer: () => [] }

const FUTURES = new Set(['fapi.binance.com', 'dapi.binance.com'])

/** Answers a request as Binance would: budget first, then the path, the key, the signature, the clock, the parameters. */
export function route(venue: Venue, asked: Asked, note: Note): Answer {
  const host = asked.host.replace(/^demo-([fd]api)\b/, '$1')
  const endpoint = endpoints[host + asked.path] ?? (venue.emptyLists.has(host + asked.path) ? EMPTY_LIST : undefined)
  const symbol = new URLSearchParams(asked.query).get('symbol')
  const fapi = FUTURES.has(host)
  const wallet = asked.path.startsWith('/sapi/')
  const limit = fapi ? venue.limits.fapi : wallet ? venue.limits.sapi : venue.limits.spot
  if (asked.method !== 'GET') note.violate('not a GET')
  else if (endpoint === undefined) note.violate('not a served path')
  const refused = limit.charge(endpoint?.weight[symbol === null ? 0 : 1] ?? 1, venue.serverTime())
  const answer = refused ?? answerFrom(venue, asked, { endpoint, symbol })
  const used = { [wallet ? 'X-SAPI-USED-IP-WEIGHT-1M' : 'X-MBX-USED-WEIGHT-1M']: String(limit.used) }
  return { ...answer, headers: { ...used, ...answer.headers } }
}

type Chosen = { readonly endpoint: Endpoint | undefined; readonly symbol: string | null }

function answerFrom(venue: Venue, asked: Asked, { endpoint, symbol }: Chosen): Answer {
  if (asked.method !== 'GET') {
    // The venue tells a key that may only read nothing else, whatever it tried to place, change or cancel.
    return refusal(401, -2015, 'Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1')
  }
  if (endpoint === undefined) return notFound(asked)
  if (endpoint.signed) {
    const refused = checkSigned(venue.keys.get(asked.apiKey ?? '') ?? venue.key, {
      apiKey: asked.apiKey,
      query: asked.query,
      serverTime: venue.serverTime(),
    })
    if (refused !== null) return refused
  }
  const refusedAnyway = endpoint.refuses?.(venue) ?? null
  if (refusedAnyway !== null) return refusedAnyway
  const body = endpoint.answer(venue, new URLSearchParams(asked.query))
  if (symbol === null || endpoint.bySymbol === undefined || !Array.isArray(body)) return { status: 200, body }
  const listed = endpoint.bySymbol === 'object' ? body : venue.exchange.state.contracts
  if (!listed.some((row) => row.symbol === symbol)) return refusal(400, -1121, 'Invalid symbol.')
  const rows = body.filter((row) => row.symbol === symbol)
  return { status: 200, body: endpoint.bySymbol === 'object' ? (rows[0] ?? null) : rows }
}

/** The futures hosts name the path they do not know; the spot host answers a page. */
function notFound({ host, path }: Asked): Answer {
  if (FUTURES.has(host)) return refusal(404, -5000, `Path ${path}, Method GET is invalid`)
  return {
    status: 404,
    body: '<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>',
  }
}
