import { TrackerError } from '../../errors.ts'
import { type Reader, type VenueTraits, withReader } from '../ccxtReader.ts'
import type {
  AccountReading,
  DeclaredRead,
  Examination,
  Exchange,
  ExchangeAccount,
  ExchangeTools,
  ForcedClose,
} from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { missing, rowOf, rowsOf, textField } from '../row.ts'
import { idleCash, readFundingWallet } from './cash.ts'
import { readCircumstances, transactions } from './circumstances.ts'
import { readRatios } from './collateral.ts'
import { readTakerFees } from './fees.ts'
import { readFunding } from './funding.ts'
import { disagreements, type Ledger, readLedger } from './ledger.ts'
import { type Category, type Markets, readMarkets, settlesOf } from './markets.ts'
import { BYBIT, resultOf } from './pages.ts'
import { readPools } from './pools.ts'
import { settleOf } from './poolView.ts'
import { readProducts } from './products.ts'
import { isBybitRefusal, judgeBybit } from './refusal.ts'
import { readRights } from './rights.ts'
import { readTiers } from './tiers.ts'

const DAY = 86_400_000
/** The longest span that the transaction log is asked for at once. */
const SPAN = 7 * DAY
const HOST = 'api.bybit.com'

const get = (path: string): DeclaredRead => ({ host: HOST, method: 'GET', path, weight: 1 })

const TRAITS: VenueTraits = {
  name: 'bybit',
  title: BYBIT,
  ccxtClass: 'bybit',
  // Each counts one: 600 in five seconds for an IP address, and 5 to 50 a second for an account.
  reads: [
    get('/v5/market/time'),
    get('/v5/market/instruments-info'),
    get('/v5/market/risk-limit'),
    get('/v5/market/tickers'),
    get('/v5/spot-margin-trade/collateral'),
    get('/v5/account/info'),
    get('/v5/account/wallet-balance'),
    get('/v5/account/fee-rate'),
    get('/v5/account/transaction-log'),
    get('/v5/position/list'),
    get('/v5/order/realtime'),
    get('/v5/asset/asset-overview'),
    get('/v5/asset/transfer/query-account-coins-balance'),
    get('/v5/user/query-api'),
    get('/v5/user/query-sub-members'),
  ],
  budgets: [{ hosts: [HOST], weight: 600, windowMs: 5000, usedHeader: null }],
  hosts: { demo: { [HOST]: 'api-demo.bybit.com' }, testnet: { [HOST]: 'api-testnet.bybit.com' } },
  isRefusal: isBybitRefusal,
  clock: {
    call: 'publicGetV5MarketTime',
    time: (answer) => {
      const { time } = rowOf(BYBIT, 'market/time', answer).fields
      // As text where another number of the answer is beyond a float.
      const told = typeof time === 'string' && /^\d{13}$/.test(time) ? Number(time) : time
      return typeof told === 'number' && Number.isSafeInteger(told) && told > 0 ? told : null
    },
  },
  judge: judgeBybit,
}

/** Bybit unified trading accounts. */
export const bybit: Exchange = {
  name: 'bybit',
  title: 'Bybit derivatives',
  supports:
    'unified trading accounts 2.0, isolated, and cross in one settle coin; portfolio margin, options, debts, much of other coins as collateral, long and short of one market in cross, older accounts, bots, copy trading, TradFi and loans are unknown',
  opens: 'key',
  environments: ['demo', 'testnet'],
  reads: TRAITS.reads,
  liquidation: "computed from wallet, positions, risk limits and the fee of closing; Bybit's own price beside it",
  rightsProvable: true,
  readAccount,
  forcedCloses,
  examine,
}

function readAccount(account: ExchangeAccount, tools: ExchangeTools): Promise<AccountReading> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const [rights, legs] = await Promise.allSettled([readRights(reader, account), readLegs(reader, account)])
    // A key that can do too much is said before anything else.
    if (rights.status === 'rejected') throw rights.reason
    if (legs.status === 'rejected') throw legs.reason
    const { note } = rights.value
    return { ...legs.value, notes: [...legs.value.notes, ...(note === null ? [] : [`${BYBIT} ${account.name}: ${note}`])] }
  })
}

async function readLegs(reader: Reader, account: ExchangeAccount): Promise<AccountReading> {
  const [known, wallet, products] = await Promise.all([
    readMarkets(reader),
    readFundingWallet(reader, account),
    readProducts(reader, account),
  ])
  const first = await readLedger(reader, settlesOf(known))
  const markets = lacks(known, first) ? await readMarkets(reader, true) : known
  const doubtsOf = (of: Ledger) => disagreements(of, (one) => settleOf(one, { markets }))
  // A trade between the two answers looks like a missing position: both are asked once more before that is believed.
  const ledger = doubtsOf(first).size === 0 ? first : await readLedger(reader, settlesOf(markets))
  const doubts = doubtsOf(ledger)
  const source = reader.source()
  const name = `bybit/${account.name}`
  const terms = await readTerms(reader, account, { ledger, markets })
  const { accounts, gaps } = readPools({ ...terms, account: name, ledger, doubts, source })
  const settles = [...new Set(ledger.positions.flatMap(({ settle }) => (settle === null ? [] : [settle])))]
  const around = ledger.positions.length === 0 ? null : await readCircumstances(reader, ledger, settles)
  const cash = doubts.size === 0 ? idleCash(name, ledger) : []
  return {
    accounts: around === null ? accounts : accounts.map((one) => ({ ...one, circumstances: around.of(one) })),
    gaps: [...gaps, ...products.gaps],
    cash: [...cash, ...wallet.cash],
    notes: [...wallet.notes, ...products.notes, ...(around?.notes ?? []), ...(accounts.length === 0 ? source.notes : [])],
  }
}

/** Whether a position is in a market that the table was made before. */
function lacks(markets: Markets, { positions }: Ledger): boolean {
  return positions.some(({ row }) => markets[row.label] === undefined)
}

type Needed = { readonly ledger: Ledger; readonly markets: Markets }

/** What the positions that are held are read with. Nothing is asked for what is not held. */
async function readTerms(reader: Reader, { environment }: ExchangeAccount, { ledger, markets }: Needed) {
  const { mode, positions } = ledger
  const categories: ReadonlySet<Category> = new Set(positions.map(({ category }) => category))
  const symbols = new Map(positions.map(({ row, category }) => [row.label, category] as const))
  const [tiersOf, feeOf, fundingOf, ratios] = await Promise.all([
    readTiers(reader, symbols),
    // Of a demo account no fees are told.
    readTakerFees(reader, environment === 'demo' ? new Set() : categories),
    readFunding(reader, categories),
    mode === 'cross' && positions.length > 0 ? orFault(readRatios(reader)) : null,
  ])
  return { mode, markets, tiersOf, feeOf, fundingOf, ratios }
}

/** @see https://bybit-exchange.github.io/docs/v5/enum, `type(uta-translog)`: LIQUIDATION, ADL */
function forcedCloses(account: ExchangeAccount, tools: ExchangeTools, since: number): Promise<readonly ForcedClose[]> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const to = tools.now() - reader.offsetMs()
    const from = since - reader.offsetMs()
    const spans = Array.from({ length: Math.max(1, Math.ceil((to - from) / SPAN)) }, (_, i): readonly [number, number] => [
      // Both ends count: none may be told twice.
      from + i * SPAN + (i === 0 ? 0 : 1),
      Math.min(to, from + (i + 1) * SPAN),
    ])
    const kinds = [
      ['LIQUIDATION', 'liquidation'],
      ['ADL', 'deleveraging'],
    ] as const
    const closes: ForcedClose[] = []
    for (const span of spans) {
      for (const [type, kind] of kinds) {
        for (const row of await transactions(reader, type, span)) {
          const at = Number(textField(row, 'transactionTime'))
          if (!Number.isSafeInteger(at) || at <= 0) throw missing(row, 'transactionTime')
          closes.push({ symbol: textField(row, 'symbol'), at, kind })
        }
      }
    }
    return closes.sort((a, b) => a.at - b.at)
  })
}

function examine(account: ExchangeAccount, tools: ExchangeTools): Promise<Examination> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    await reader.measureClock()
    const [{ rights, note }, ledger, subs] = await Promise.all([
      readRights(reader, account, true),
      readMarkets(reader).then((markets) => readLedger(reader, settlesOf(markets))),
      account.environment === 'demo' ? null : orFault(subAccounts(reader)),
    ])
    const facts = [`unified trading account 2.0, ${ledger.mode} margin`]
    if (note !== null) facts.push(note)
    if (rights.ipRestricted === false) facts.push('the key is not bound to IP addresses')
    if (subs !== null && !(subs instanceof TrackerError) && subs > 0) {
      facts.push(`${subs} sub-account${subs === 1 ? ' is' : 's are'} not read with this key: each needs a key of its own`)
    }
    return { rights, clockOffsetMs: reader.offsetMs(), facts }
  })
}

async function subAccounts(reader: Reader): Promise<number> {
  const result = resultOf('query-sub-members', await reader.ask('privateGetV5UserQuerySubMembers', {}, 1))
  return rowsOf(BYBIT, 'query-sub-members', result.fields.subMembers).length
}
