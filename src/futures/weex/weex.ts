import { type Rare, type Reader, type VenueTraits, withReader } from '../ccxtReader.ts'
import type { AccountReading, Examination, Exchange, ExchangeAccount, ExchangeTools, ForcedClose } from '../exchange.ts'
import { UNTOLD_RIGHTS } from '../keyRights.ts'
import { flagField, rowOf } from '../row.ts'
import { timeIn, WEEX } from './answers.ts'
import { readSpot } from './cash.ts'
import { type CircumstancesOf, readCircumstances } from './circumstances.ts'
import { type Prices, readPrices } from './funding.ts'
import { readForced } from './income.ts'
import { readTables, type Tables } from './markets.ts'
import { readPools } from './pools.ts'
import { isRefusal, judgeWeex } from './refusal.ts'
import { disagreements, type Ledger, ledgerOf, sideOf } from './rows.ts'

const DAY_MS = 86_400_000
const FUTURES = 'api-contract.weex.com'
const UNTOLD = 'WEEX does not tell what a key may do: make it of the kind "Readonly", bound to IP addresses'

const get = (path: string, weight: number) => ({ host: FUTURES, method: 'GET', path, weight }) as const
const bills = (type: string) =>
  ({ host: FUTURES, method: 'POST', path: '/capi/v3/account/income', field: 'incomeType', type, weight: 5 }) as const

const TRAITS: VenueTraits = {
  name: 'weex',
  title: WEEX,
  ccxtClass: 'weex',
  // 500 in ten seconds for an IP address, and as much for an account: the larger of both costs.
  reads: [
    get('/capi/v3/market/time', 1),
    get('/capi/v3/market/exchangeInfo', 1),
    get('/capi/v3/market/premiumIndex', 1),
    get('/capi/v3/account/position/allPosition', 15),
    get('/capi/v3/account/balance', 10),
    get('/capi/v3/account/accountConfig', 10),
    get('/capi/v3/openOrders', 5),
    get('/capi/v3/openAlgoOrders', 3),
    bills('position_funding'),
    bills('start_liquidate'),
    bills('finish_liquidate'),
    { host: 'api-spot.weex.com', method: 'GET', path: '/api/v3/account/', weight: 5 },
  ],
  budgets: [{ hosts: [FUTURES, 'api-spot.weex.com'], weight: 500, windowMs: 10_000, usedHeader: null }],
  // Its demo is other paths of the same host, and lists no orders.
  hosts: {},
  isRefusal,
  clock: {
    call: 'contractGetCapiV3MarketTime',
    time: (answer) => timeIn(rowOf(WEEX, 'time', answer).fields.serverTime),
  },
  judge: judgeWeex,
}

/** WEEX USDT futures. */
export const weex: Exchange = {
  name: 'weex',
  title: 'WEEX futures',
  supports:
    'USDT margined, isolated positions, and a cross pool that holds one position; several in one pool, self-topping margin and copy trading are unknown',
  opens: 'key-and-passphrase',
  environments: [],
  reads: TRAITS.reads,
  liquidation: "taken from WEEX's own price where it fits the balance, and not checked: WEEX publishes no maintenance table",
  rightsProvable: false,
  readAccount,
  forcedCloses,
  examine,
}

function readAccount(account: ExchangeAccount, tools: ExchangeTools): Promise<AccountReading> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const tables = readTables(reader, false)
    const [legs, spot] = await Promise.allSettled([readLegs(reader, account, tables), readSpot(reader, account.name, tables)])
    if (legs.status === 'rejected') throw legs.reason
    if (spot.status === 'rejected') throw spot.reason
    const said = ['rights not provable: WEEX does not tell what a key may do', ...spot.value.notes]
    return {
      ...legs.value,
      cash: [...legs.value.cash, ...spot.value.cash],
      notes: [...legs.value.notes, ...said.map((note) => `${WEEX} ${account.name}: ${note}`)],
    }
  })
}

async function readLegs(reader: Reader, account: ExchangeAccount, listed: Promise<Tables>): Promise<AccountReading> {
  const [first, firstTables, hedge] = await Promise.all([readLedger(reader), listed, hedgeMode(reader, false)])
  // A trade between the two answers looks like a missing position: both are asked once more before that is believed.
  const ledger = disagreements(first).size === 0 ? first : await readLedger(reader)
  const source = reader.source()
  const { positions } = ledger
  const unlisted = positions.some(({ label }) => firstTables.markets[label] === undefined)
  const held = positions.length > 0
  const [tables, prices, circumstancesOf] = await Promise.all([
    unlisted ? readTables(reader, true) : firstTables,
    held ? readPrices(reader) : NO_PRICES,
    held ? readCircumstances(reader) : NOTHING_HELD,
  ])
  const view = { name: account.name, ledger, tables, prices, circumstancesOf, source }
  const reading = readPools({ ...view, hedgeMode: hedge || holdsPair(ledger) })
  return { ...reading, notes: [...reading.notes, ...(reading.accounts.length === 0 ? source.notes : [])] }
}

const NO_PRICES: Prices = new Map()
const NOTHING_HELD: CircumstancesOf = () => ({ circumstances: { stops: [], fundingPaid: [], adl: null }, notes: [] })

async function readLedger(reader: Reader): Promise<Ledger> {
  const [positions, balance] = await Promise.all([
    reader.ask('contractPrivateGetCapiV3AccountPositionAllPosition'),
    reader.ask('contractPrivateGetCapiV3AccountBalance'),
  ])
  return ledgerOf(positions, balance)
}

/** Whether longs and shorts of one market are held apart: not `separatedMode`, which is about orders of the same side. */
function hedgeMode(reader: Reader, renew: boolean): Promise<boolean> {
  const rare: Rare<boolean> = {
    key: reader.key('mode', 'own'),
    maxAgeMs: DAY_MS,
    read: async () =>
      flagField(
        rowOf(WEEX, 'accountConfig', await reader.ask('contractPrivateGetCapiV3AccountAccountConfig')),
        'dualSidePosition',
      ),
    accept: (cached) => (typeof cached === 'boolean' ? cached : null),
  }
  return reader.rare(rare, renew)
}

/** The mode may have changed since it was asked. */
function holdsPair({ positions }: Ledger): boolean {
  return positions.some((row) => positions.some((other) => other.label === row.label && sideOf(other) !== sideOf(row)))
}

function forcedCloses(account: ExchangeAccount, tools: ExchangeTools, since: number): Promise<readonly ForcedClose[]> {
  return withReader(TRAITS, { account, tools }, (reader) => readForced(reader, since - reader.offsetMs()))
}

function examine(account: ExchangeAccount, tools: ExchangeTools): Promise<Examination> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    await reader.measureClock()
    const [hedge] = await Promise.all([hedgeMode(reader, true), readLedger(reader)])
    const facts = [
      `${hedge ? 'hedge' : 'one-way'} positions`,
      UNTOLD,
      'accounts for copy trading are not seen, and trial funds count as money: WEEX does not tell them apart',
    ]
    // A signed answer has come.
    return { rights: { ...UNTOLD_RIGHTS, read: true }, clockOffsetMs: reader.offsetMs(), facts }
  })
}
