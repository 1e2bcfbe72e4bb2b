import { type Rare, type Reader, type VenueTraits, withReader } from '../ccxtReader.ts'
import type { AccountReading, Examination, Exchange, ExchangeAccount, ExchangeTools, ForcedClose } from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { rowOf, rowsOf } from '../row.ts'
import { choiceField, dataOf, MEXC, ONCE, timeIn } from './answers.ts'
import { readSpot } from './cash.ts'
import { NOT_ASKED, readCircumstances } from './circumstances.ts'
import { readForced } from './forced.ts'
import { marksOf, readFunding, readTickers } from './funding.ts'
import { acceptMarkets, type Markets, slimMarkets } from './markets.ts'
import { readPools } from './pools.ts'
import { isRefusal, judgeMexc } from './refusal.ts'
import { readRights } from './rights.ts'
import { emptyButMargined, isLive, type Ledger, ledgerOf, type Place, placesOf, sharesAssets } from './rows.ts'

const DAY = 86_400_000
/** The most that one page lists. */
const MOST_SUBS = 200

const get = (path: string) => ({ host: 'api.mexc.com', method: 'GET', path, weight: 1 }) as const

const TRAITS: VenueTraits = {
  name: 'mexc',
  title: MEXC,
  ccxtClass: 'mexc',
  // Each endpoint has a budget of its own: 20 requests in two seconds, contract/detail and contract/ticker 10.
  reads: [
    get('/api/v1/contract/ping'),
    get('/api/v1/contract/detail'),
    get('/api/v1/contract/ticker'),
    get('/api/v1/contract/funding_rate/history'),
    get('/api/v1/private/position/open_positions'),
    get('/api/v1/private/position/position_mode'),
    get('/api/v1/private/position/funding_records'),
    get('/api/v1/private/account/assets'),
    get('/api/v1/private/stoporder/open_orders'),
    get('/api/v1/private/planorder/list/orders'),
    get('/api/v1/private/trackorder/list/orders'),
    get('/api/v1/private/order/list/history_orders'),
    get('/api/v3/apiKeyInfo'),
    get('/api/v3/account'),
    get('/api/v3/sub-account/list'),
  ],
  // Together: an endpoint alone may be asked as often.
  budgets: [{ hosts: ['api.mexc.com'], weight: 20, windowMs: 2000, usedHeader: null }],
  // Its demo trading is on the website alone.
  hosts: {},
  isRefusal,
  clock: { call: 'contractPublicGetPing', time: (answer) => timeIn(dataOf('contract/ping', answer)) },
  judge: judgeMexc,
}

/** MEXC futures: USDT, USDC and coin margined in one. */
export const mexc: Exchange = {
  name: 'mexc',
  title: 'MEXC futures',
  supports:
    'USDT, USDC and coin margined, cross and isolated, one-way and hedge; multi-asset mode and markets with limits by value are unknown',
  opens: 'key',
  environments: [],
  reads: TRAITS.reads,
  liquidation: "computed from balances, positions and the markets' risk limits; MEXC's own price beside it",
  rightsProvable: true,
  readAccount,
  forcedCloses,
  examine,
}

function readAccount(account: ExchangeAccount, tools: ExchangeTools): Promise<AccountReading> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const markets = readMarkets(reader, false)
    const [rights, legs, spot] = await Promise.allSettled([
      readRights(reader, account),
      readLegs(reader, account, markets),
      readSpot(reader, account.name, markets),
    ])
    // A key that can do too much is said before anything else.
    if (rights.status === 'rejected') throw rights.reason
    if (legs.status === 'rejected') throw legs.reason
    if (spot.status === 'rejected') throw spot.reason
    const said = [...(rights.value.note === null ? [] : [rights.value.note]), ...spot.value.notes]
    return {
      ...legs.value,
      cash: [...legs.value.cash, ...spot.value.cash],
      notes: [...legs.value.notes, ...said.map((note) => `${MEXC} ${account.name}: ${note}`)],
    }
  })
}

async function readLegs(reader: Reader, account: ExchangeAccount, listed: Promise<Markets>): Promise<AccountReading> {
  const [first, firstMarkets, hedge] = await Promise.all([readLedger(reader), listed, hedgeMode(reader)])
  // A trade between the two answers looks like a missing position: both are asked once more before that is believed.
  const ledger = emptyButMargined(first, firstMarkets).length === 0 ? first : await readLedger(reader)
  const source = reader.source()
  const markets = lacks(firstMarkets, ledger) ? await readMarkets(reader, true) : firstMarkets
  const live = ledger.positions.length > 0 || ledger.assets.some(isLive)
  const tickers = live ? await readTickers(reader) : new Map()
  const places = placesOf(ledger.positions)
  const [fundingOf, circumstancesOf] = await Promise.all([
    readFunding(reader, tickers, new Set(places.map(({ symbol }) => symbol))),
    places.length === 0 ? NOT_ASKED : readCircumstances(reader, { places, markets, hedgeMode: hedge }),
  ])
  const hedged = hedge || holdsPair(places)
  const view = {
    name: account.name,
    ledger,
    markets,
    marks: marksOf(tickers),
    fundingOf,
    hedgeMode: hedged,
    circumstancesOf,
    source,
  }
  const reading = readPools(view)
  const legless = reading.accounts.length === 0 ? source.notes : []
  return { ...reading, notes: [...reading.notes, ...legless] }
}

async function readLedger(reader: Reader): Promise<Ledger> {
  const [positions, assets] = await Promise.all([
    reader.ask('contractPrivateGetPositionOpenPositions'),
    reader.ask('contractPrivateGetAccountAssets'),
  ])
  return ledgerOf(positions, assets)
}

function readMarkets(reader: Reader, renew: boolean): Promise<Markets> {
  const rare: Rare<Markets> = {
    key: reader.key('markets', 'venue'),
    maxAgeMs: DAY,
    read: async () => slimMarkets(await reader.ask('contractPublicGetDetail')),
    accept: acceptMarkets,
  }
  return reader.rare(rare, renew)
}

/** Whether a position is in a market that the table does not have, or not whole. */
function lacks(markets: Markets, { positions }: Ledger): boolean {
  return positions.some(({ label }) => (markets[label]?.terms ?? 'garbled') === 'garbled')
}

/** Whether longs and shorts of one market are held apart. @see ccxt mexc.js fetchPositionMode: 1 hedge, 2 one-way */
async function hedgeMode(reader: Reader): Promise<boolean> {
  const answer = rowOf(MEXC, 'position_mode', await reader.ask('contractPrivateGetPositionPositionMode'))
  return choiceField(answer, 'data', [1, 2]) === 1
}

/** The mode was asked a moment apart from the positions. */
function holdsPair(places: readonly Place[]): boolean {
  return places.some(({ symbol, side }) => places.some((other) => other.symbol === symbol && other.side !== side))
}

function forcedCloses(account: ExchangeAccount, tools: ExchangeTools, since: number): Promise<readonly ForcedClose[]> {
  return withReader(TRAITS, { account, tools }, (reader) => readForced(reader, since - reader.offsetMs()))
}

function examine(account: ExchangeAccount, tools: ExchangeTools): Promise<Examination> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    await reader.measureClock()
    const [{ rights, note }, hedge, ledger, subs] = await Promise.all([
      readRights(reader, account, true),
      hedgeMode(reader),
      readLedger(reader),
      orFault(countSubs(reader)),
    ])
    const positions = `${hedge ? 'hedge' : 'one-way'} positions`
    const facts = [sharesAssets(ledger) ? `multi-asset mode, which is not read, ${positions}` : positions]
    if (note !== null) facts.push(note)
    if (rights.ipRestricted === false) facts.push('the key is not bound to IP addresses')
    // Of a sub-account's own key it is refused: that says nothing.
    if (typeof subs === 'number' && subs > 0) {
      facts.push(
        `the account has sub-accounts (${subs}${subs === MOST_SUBS ? ' or more' : ''}): each is read with a key of its own`,
      )
    }
    return { rights, clockOffsetMs: reader.offsetMs(), facts }
  })
}

/** @see https://www.mexc.com/api-docs/spot-v3/subaccount-endpoints "Query Sub-account List" */
async function countSubs(reader: Reader): Promise<number> {
  const answer = await reader.ask('spotPrivateGetSubAccountList', { page: 1, limit: MOST_SUBS }, ONCE)
  return rowsOf(MEXC, 'sub-account/list', rowOf(MEXC, 'sub-account/list', answer).fields.subAccount).length
}
