import { UnsupportedError } from '../../errors.ts'
import { type Rare, type Reader, type VenueTraits, withReader } from '../ccxtReader.ts'
import type { AccountReading, Examination, Exchange, ExchangeAccount, ExchangeTools } from '../exchange.ts'
import { decimalOrNull, flagField, rowOf, rowsOf, textField } from '../row.ts'
import { acceptBrackets, type Brackets, slimBrackets, USDM_BRACKETS } from './brackets.ts'
import { readSpot } from './cash.ts'
import { readCircumstances } from './circumstances.ts'
import { COIN_READS, joined, readCoinMargined } from './coinMargined.ts'
import { readForcedCloses } from './forcedCloses.ts'
import { readFunding } from './funding.ts'
import { acceptMarkets, indexOf, type Markets, slimMarkets } from './markets.ts'
import { readPools } from './pools.ts'
import { refusePortfolio } from './portfolio.ts'
import { judgeBinance } from './refusal.ts'
import { readRights } from './rights.ts'
import { disagreements, type Ledger, ledgerOf, symbolsOf, type Tables } from './rows.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const TRAITS: VenueTraits = {
  name: 'binance',
  title: 'Binance',
  ccxtClass: 'binanceusdm',
  reads: [
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v3/positionRisk', weight: 5 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v3/account', weight: 5 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/leverageBracket', weight: 1 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/exchangeInfo', weight: 1 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/accountConfig', weight: 5 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/assetIndex', weight: 10 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/premiumIndex', weight: 10 },
    // Its own budget: 500 in five minutes.
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/fundingInfo', weight: 0 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/openAlgoOrders', weight: 40, weightOfOne: 1 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/income', weight: 30 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/forceOrders', weight: 50, weightOfOne: 20 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v1/time', weight: 1 },
    { host: 'fapi.binance.com', method: 'GET', path: '/fapi/v3/balance', weight: 5 },
    ...COIN_READS,
    { host: 'api.binance.com', method: 'GET', path: '/api/v3/account', weight: 20 },
    { host: 'api.binance.com', method: 'GET', path: '/sapi/v1/account/apiRestrictions', weight: 1 },
    { host: 'api.binance.com', method: 'GET', path: '/sapi/v1/portfolio/account', weight: 5 },
  ],
  // "IP Limits" of USDⓈ-M (COIN-M shares it since 2026-06-30) and of the spot endpoints: 6,000. The wallet's own ones, /sapi, have 12,000
  // beside that; they are asked so rarely that they are counted in here.
  budgets: [
    { hosts: ['fapi.binance.com', 'dapi.binance.com'], weight: 2400, windowMs: 60_000, usedHeader: 'x-mbx-used-weight-1m' },
    { hosts: ['api.binance.com'], weight: 6_000, windowMs: 60_000, usedHeader: 'x-mbx-used-weight-1m' },
  ],
  // The key's rights are told by a host that has no demo: there they are not provable.
  hosts: { demo: { 'fapi.binance.com': 'demo-fapi.binance.com', 'dapi.binance.com': 'demo-dapi.binance.com' } },
  clock: {
    call: 'fapiPublicGetTime',
    time: (answer) => {
      const { serverTime } = rowOf('Binance', 'time', answer).fields
      return typeof serverTime === 'number' && Number.isSafeInteger(serverTime) && serverTime > 0 ? serverTime : null
    },
  },
  judge: judgeBinance,
}

/** Binance USDⓈ-M and COIN-M futures. */
export const binance: Exchange = {
  name: 'binance',
  title: 'Binance USDⓈ-M and COIN-M',
  supports:
    'cross and isolated, one-way and hedge, single- and multi-assets; Portfolio Margin and Portfolio Margin Pro are unknown',
  opens: 'key',
  environments: ['demo'],
  reads: TRAITS.reads,
  liquidation: "computed from wallet, positions and maintenance brackets; Binance's own price beside it",
  rightsProvable: true,
  readAccount,
  forcedCloses: (account, tools, since) =>
    withReader(TRAITS, { account, tools }, (reader) => readForcedCloses(reader, since - reader.offsetMs())),
  examine,
}

/** Single-asset or multi-assets, one-way or hedge. */
type Mode = { readonly multi: boolean; readonly hedge: boolean }

function readAccount(account: ExchangeAccount, tools: ExchangeTools): Promise<AccountReading> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    const [rights, portfolio, legs, coins, spot] = await Promise.allSettled([
      readRights(reader, account),
      refusePortfolio(reader, account),
      readLegs(reader, account),
      readCoinMargined(reader, account),
      readSpot(reader, account, readMarkets(reader)),
    ])
    // A key that can do too much is said before anything else, and prices of an account that they do not hold for are not said at all.
    if (rights.status === 'rejected') throw rights.reason
    if (portfolio.status === 'rejected') throw portfolio.reason
    if (legs.status === 'rejected') throw legs.reason
    if (coins.status === 'rejected') throw coins.reason
    if (spot.status === 'rejected') throw spot.reason
    const said = [rights.value.note, portfolio.value, ...spot.value.notes].filter((note) => note !== null)
    const both = joined(legs.value, coins.value)
    return {
      ...both,
      cash: [...both.cash, ...spot.value.cash],
      notes: [...both.notes, ...said.map((note) => `Binance ${account.name}: ${note}`)],
    }
  })
}

async function readLegs(reader: Reader, account: ExchangeAccount): Promise<AccountReading> {
  const knownMode = accountMode(reader)
  const [first, firstTables, known, index, fundingOf] = await Promise.all([
    readLedger(reader),
    readTables(reader),
    knownMode,
    knownMode.then(({ multi }) => (multi ? reader.ask('fapiPublicGetAssetIndex') : null)),
    readFunding(reader),
  ])
  // A trade between the two answers looks like a missing position: both are asked once more before that is believed.
  const ledger = disagreements(first).length === 0 ? first : await readLedger(reader)
  const source = reader.source()
  const mode = doubtsMode(ledger, known) ? await accountMode(reader, true) : known
  const rates = mode.multi ? (index ?? (await reader.ask('fapiPublicGetAssetIndex'))) : null
  const backing = mode.multi ? await readBacking(reader) : null
  const tables = await fillTables(reader, firstTables, ledger)
  const circumstances = await readCircumstances(reader, [...ledger.risks.values()])
  const view = { name: account.name, circumstances, ledger, hedgeMode: mode.hedge || ledger.sides, source, fundingOf, ...tables }
  const reading = readPools({ ...view, index: rates === null ? null : indexOf(rates), backing })
  const legless = reading.accounts.length === 0 ? source.notes : []
  return {
    ...reading,
    notes: [...reading.notes, ...circumstances.notes.map((note) => `Binance ${account.name}: ${note}`), ...legless],
  }
}

async function readLedger(reader: Reader): Promise<Ledger> {
  const [positionRisk, account] = await Promise.all([
    reader.ask('fapiPrivateV3GetPositionRisk'),
    reader.ask('fapiPrivateV3GetAccount'),
  ])
  return ledgerOf(positionRisk, account)
}

/** Markets of all, and the brackets that are remembered, or, where none are, those of all symbols. */
async function readTables(reader: Reader): Promise<Tables> {
  const [markets, kept] = await Promise.all([readMarkets(reader), reader.kept(bracketsIn(reader))])
  return { markets, brackets: kept ?? (await askBrackets(reader)) }
}

function readMarkets(reader: Reader, renew = false): Promise<Markets> {
  const rare: Rare<Markets> = {
    key: reader.key('markets', 'venue'),
    maxAgeMs: DAY,
    read: async () => slimMarkets(await reader.ask('fapiPublicGetExchangeInfo')),
    accept: acceptMarkets,
  }
  return reader.rare(rare, renew)
}

/** Brackets can be an account's own, so they are kept by key; of the symbols it holds, for all of them are a third of a megabyte. */
const bracketsIn = (reader: Reader) => ({ key: reader.key('brackets', 'own'), maxAgeMs: DAY, accept: acceptBrackets })

const askBrackets = async (reader: Reader): Promise<Brackets> =>
  slimBrackets(await reader.ask('fapiPrivateGetLeverageBracket'), USDM_BRACKETS)

/** What is lacking of the tables, where a position is in a market, or has brackets, that they were made before. */
async function fillTables(reader: Reader, { markets, brackets }: Tables, ledger: Ledger): Promise<Tables> {
  const symbols = [...symbolsOf(ledger)]
  const lacks = (table: Markets | Brackets): boolean => symbols.some((symbol) => table[symbol] === undefined)
  const [allMarkets, allBrackets] = await Promise.all([
    lacks(markets) ? readMarkets(reader, true) : markets,
    lacks(brackets) ? askBrackets(reader) : brackets,
  ])
  const held = Object.fromEntries(symbols.flatMap((symbol) => (allBrackets[symbol] ? [[symbol, allBrackets[symbol]]] : [])))
  const isKept = allBrackets === brackets && Object.keys(brackets).length <= symbols.length
  if (!isKept) await reader.keep(bracketsIn(reader).key, held)
  return { markets: allMarkets, brackets: allBrackets }
}

/** The assets that count as margin in multi-assets mode. The index lists others, too: the coins that COIN-M settles in. */
async function readBacking(reader: Reader): Promise<ReadonlySet<string>> {
  const rare: Rare<readonly string[]> = {
    key: reader.key('backing', 'own'),
    maxAgeMs: HOUR,
    read: async () =>
      rowsOf('Binance', 'balance', await reader.ask('fapiPrivateV3GetBalance'))
        .filter((row) => row.fields.marginAvailable === true)
        .map((row) => textField(row, 'asset')),
    accept: (cached) => (Array.isArray(cached) && cached.every((one) => typeof one === 'string') ? cached : null),
  }
  return new Set(await reader.rare(rare))
}

function accountMode(reader: Reader, renew = false): Promise<Mode> {
  const rare: Rare<Mode> = {
    key: reader.key('mode', 'own'),
    maxAgeMs: DAY,
    read: async () => {
      const row = rowOf('Binance', 'accountConfig', await reader.ask('fapiPrivateGetAccountConfig'))
      if (typeof row.fields.multiAssetsMargin !== 'boolean') {
        throw new UnsupportedError('Binance', 'does not say whether the account is in single-asset or multi-assets mode')
      }
      return { multi: row.fields.multiAssetsMargin, hedge: flagField(row, 'dualSidePosition') }
    },
    accept: (cached) => {
      const { multi, hedge } = (cached ?? {}) as Partial<Mode>
      return typeof multi === 'boolean' && typeof hedge === 'boolean' ? { multi, hedge } : null
    },
  }
  return reader.rare(rare, renew)
}

/**
 * Whether the totals contradict the mode we remember: in single-asset mode they are those of the USDT wallet alone, in
 * multi-assets mode they are in USD, less haircuts.
 */
function doubtsMode({ totals, assets }: Ledger, { multi }: Mode): boolean {
  const usdt = assets.find(({ label }) => label === 'USDT')
  const pairs = [
    ['totalWalletBalance', 'walletBalance'],
    ['totalMarginBalance', 'marginBalance'],
    ['totalMaintMargin', 'maintMargin'],
  ] as const
  const told = pairs.map(
    ([total, own]) => [decimalOrNull(totals, total), usdt === undefined ? null : decimalOrNull(usdt, own)] as const,
  )
  const nothing = told.every(([total, own]) => (total === null || total.isZero()) && (own === null || own.isZero()))
  const same = told.every(([total, own]) => total !== null && (own === null ? total.isZero() : total.eq(own)))
  return nothing ? false : multi === same
}

function examine(account: ExchangeAccount, tools: ExchangeTools): Promise<Examination> {
  return withReader(TRAITS, { account, tools }, async (reader) => {
    await reader.measureClock()
    const [{ rights, note }, mode] = await Promise.all([readRights(reader, account, true), accountMode(reader, true)])
    const facts = [`${mode.multi ? 'multi-assets' : 'single-asset'} mode, ${mode.hedge ? 'hedge' : 'one-way'} positions`]
    if (note !== null) facts.push(note)
    if (rights.ipRestricted === false) facts.push('the key is not bound to IP addresses')
    return { rights, clockOffsetMs: reader.offsetMs(), facts }
  })
}
