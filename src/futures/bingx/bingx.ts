import { TrackerError } from '../../errors.ts'
import { type Decimal, dec } from '../../risk/decimal.ts'
import type { MarginTier } from '../../risk/marginAccount.ts'
import { type Reader, type VenueTraits, withReader } from '../ccxtReader.ts'
import type { AccountReading, Examination, Exchange, ExchangeAccount, ExchangeTools, ForcedClose } from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { decimalField, rowOf } from '../row.ts'
import { BINGX, dataOf, ONCE, timeIn } from './answers.ts'
import { NOT_ASKED, readCircumstances } from './circumstances.ts'
import { type Elsewhere, readElsewhere } from './elsewhere.ts'
import { readForced } from './income.ts'
import { type Markets, readMarkets, readTiers } from './markets.ts'
import { readMarks } from './marks.ts'
import { hedgeMode, holdsApart, refuseSharedAssets } from './modes.ts'
import { type AccountView, readPools } from './pools.ts'
import { isRefusal, judgeBingx } from './refusal.ts'
import { readRights } from './rights.ts'
import { disagreements, type Ledger, ledgerOf } from './rows.ts'

const HOST = 'open-api.bingx.com'
const get = (path: string) => ({ host: HOST, method: 'GET', path: `/openApi${path}`, weight: 1 }) as const

const TRAITS: VenueTraits = {
  name: 'bingx',
  title: BINGX,
  ccxtClass: 'bingx',
  reads: [
    get('/swap/v2/server/time'),
    get('/swap/v2/quote/contracts'),
    get('/swap/v2/quote/premiumIndex'),
    get('/swap/v2/user/positions'),
    get('/swap/v3/user/balance'),
    get('/swap/v1/maintMarginRatio'),
    get('/swap/v1/trade/assetMode'),
    get('/swap/v1/positionSide/dual'),
    get('/swap/v2/user/commissionRate'),
    get('/swap/v2/user/income'),
    get('/swap/v2/trade/openOrders'),
    get('/swap/v2/trade/forceOrders'),
    get('/cswap/v1/user/positions'),
    get('/cswap/v1/user/balance'),
    get('/contract/v1/allPosition'),
    get('/contract/v1/balance'),
    get('/spot/v1/account/balance'),
    get('/account/v1/allAccountBalance'),
    get('/v1/account/apiPermissions'),
    get('/v1/account/apiRestrictions'),
  ],
  // 2,000 in ten seconds for an account, of which one endpoint may take 300: the smaller is kept for all.
  budgets: [{ hosts: [HOST], weight: 300, windowMs: 10_000, usedHeader: null }],
  hosts: { demo: { [HOST]: 'open-api-vst.bingx.com' } },
  isRefusal,
  clock: {
    call: 'swapV2PublicGetServerTime',
    time: (answer) => timeIn(rowOf(BINGX, 'server time', dataOf('server time', answer)).fields.serverTime),
  },
  judge: judgeBingx,
}

/** BingX USDⓈ-M perpetual futures. */
export const bingx: Exchange = {
  name: 'bingx',
  title: 'BingX perpetual futures',
  supports:
    'USDT and USDC margined, cross and isolated, one-way and hedge; coin margined, standard futures and multi-assets mode are unknown',
  opens: 'key',
  environments: ['demo'],
  reads: TRAITS.reads,
  liquidation: "computed from balances, positions and maintenance tables, and held against BingX's own risk; its price beside it",
  rightsProvable: true,
  readAccount,
  forcedCloses,
  examine,
}

function readAccount(account: ExchangeAccount, tools: ExchangeTools): Promise<AccountReading> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const markets = readMarkets(reader, false)
    const [rights, legs, other] = await Promise.allSettled([
      readRights(reader, account),
      readLegs(reader, account, markets),
      // Whether its place to practise has the other products is not told; nothing there is money.
      account.environment === 'live' ? readElsewhere(reader, account.name, markets) : NOTHING,
    ])
    // A key that can do too much is said before anything else.
    if (rights.status === 'rejected') throw rights.reason
    if (legs.status === 'rejected') throw legs.reason
    if (other.status === 'rejected') throw other.reason
    const said = [...(rights.value.note === null ? [] : [rights.value.note]), ...other.value.notes]
    return {
      accounts: legs.value.accounts,
      cash: [...legs.value.cash, ...other.value.cash],
      gaps: [...legs.value.gaps, ...other.value.gaps],
      notes: [...legs.value.notes, ...said.map((note) => `${BINGX} ${account.name}: ${note}`)],
    }
  })
}

const NOTHING: Elsewhere = { cash: [], gaps: [], notes: [] }

async function readLegs(reader: Reader, account: ExchangeAccount, listed: Promise<Markets>): Promise<AccountReading> {
  const [first, firstMarkets, hedge] = await Promise.all([
    readLedger(reader),
    listed,
    hedgeMode(reader),
    refuseSharedAssets(reader),
  ])
  // A trade between the two answers looks like a missing position: both are asked once more before that is believed.
  const ledger = disagreements(first).size === 0 ? first : await readLedger(reader)
  const source = reader.source()
  const symbols = [...new Set(ledger.positions.map(({ label }) => label))]
  if (symbols.length === 0) {
    const view = { ...nothingAsked(hedge), name: account.name, ledger, markets: firstMarkets, source }
    const reading = readPools(view)
    return { ...reading, notes: [...reading.notes, ...source.notes] }
  }
  const unlisted = symbols.some((symbol) => firstMarkets[symbol] === undefined)
  const hedged = hedge === true || holdsApart(ledger)
  const [markets, marks, tiers, fee, circumstancesOf] = await Promise.all([
    unlisted ? readMarkets(reader, true) : firstMarkets,
    readMarks(reader),
    tablesOf(reader, symbols),
    orFault(readFee(reader)),
    readCircumstances(reader, hedged),
  ])
  const feeOf: AccountView['fee'] = (symbol) =>
    fee instanceof TrackerError ? { rate: dec(markets[symbol]?.takerFee ?? '1'), own: false } : { rate: fee, own: true }
  const view = { name: account.name, ledger, hedgeMode: hedged, markets, tiers, marks, fee: feeOf, circumstancesOf, source }
  return readPools(view)
}

function nothingAsked(hedge: boolean | null) {
  const fee: AccountView['fee'] = () => ({ rate: dec(1), own: false })
  return { hedgeMode: hedge === true, tiers: new Map(), marks: new Map(), fee, circumstancesOf: NOT_ASKED }
}

async function readLedger(reader: Reader): Promise<Ledger> {
  const [positions, balance] = await Promise.all([
    reader.ask('swapV2PrivateGetUserPositions'),
    reader.ask('swapV3PrivateGetUserBalance'),
  ])
  return ledgerOf(positions, balance)
}

/** One table a market; one that cannot be read costs the pools of its own positions. */
async function tablesOf(
  reader: Reader,
  symbols: readonly string[],
): Promise<ReadonlyMap<string, readonly MarginTier[] | TrackerError>> {
  return new Map(await Promise.all(symbols.map(async (symbol) => [symbol, await orFault(readTiers(reader, symbol))] as const)))
}

/** What closing costs this account. @see https://bingx-api.github.io/docs-v3/ "Query Trading Commission Rate" */
async function readFee(reader: Reader): Promise<Decimal> {
  const data = rowOf(
    BINGX,
    'commissionRate',
    dataOf('commissionRate', await reader.ask('swapV2PrivateGetUserCommissionRate', {}, ONCE)),
  )
  return decimalField(rowOf(BINGX, 'commissionRate', data.fields.commission), 'takerCommissionRate')
}

function forcedCloses(account: ExchangeAccount, tools: ExchangeTools, since: number): Promise<readonly ForcedClose[]> {
  return withReader(TRAITS, { account, tools }, (reader) => readForced(reader, since - reader.offsetMs()))
}

function examine(account: ExchangeAccount, tools: ExchangeTools): Promise<Examination> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    await reader.measureClock()
    const [{ rights, note }, hedge, ledger] = await Promise.all([
      readRights(reader, account, true),
      hedgeMode(reader),
      readLedger(reader),
      refuseSharedAssets(reader),
    ])
    const facts = [`single-asset mode, ${hedge === true || holdsApart(ledger) ? 'hedge' : 'one-way'} positions`]
    if (note !== null) facts.push(note)
    if (rights.ipRestricted === false) {
      facts.push('the key is not bound to IP addresses: one that may trade is deleted after 14 days without use')
    }
    return { rights, clockOffsetMs: reader.offsetMs(), facts }
  })
}
