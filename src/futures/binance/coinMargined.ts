import { AccessError, TrackerError } from '../../errors.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Gap } from '../../risk/leg.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import type { AccountReading, DeclaredRead, ExchangeAccount } from '../exchange.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull } from '../row.ts'
import { acceptBrackets, type Brackets, slimBrackets } from './brackets.ts'
import { acceptCoinMarkets, COIN_BRACKETS, type CoinMarkets, type PriceOf, pricesIn, slimCoinMarkets } from './coinMarkets.ts'
import { idleCoins, readCoinPools } from './coinPools.ts'
import { type CoinTables, completed, contradicts, keepsSides, lacksCoin } from './coinRows.ts'
import { emptyButMargined, isLive } from './drafts.ts'
import { premiumRows, readFunding } from './funding.ts'
import { type Ledger, ledgerOf } from './rows.ts'

/** All that is asked of COIN-M. Its weights are taken from the budget of USDⓈ-M. */
export const COIN_READS: readonly DeclaredRead[] = [
  { host: 'dapi.binance.com', method: 'GET', path: '/dapi/v1/account', weight: 5 },
  { host: 'dapi.binance.com', method: 'GET', path: '/dapi/v1/positionRisk', weight: 1 },
  { host: 'dapi.binance.com', method: 'GET', path: '/dapi/v2/leverageBracket', weight: 2 },
  { host: 'dapi.binance.com', method: 'GET', path: '/dapi/v1/exchangeInfo', weight: 1 },
  { host: 'dapi.binance.com', method: 'GET', path: '/dapi/v1/premiumIndex', weight: 10 },
  { host: 'dapi.binance.com', method: 'GET', path: '/dapi/v1/fundingInfo', weight: 1 },
]

const DAY = 86_400_000
/** Once again and no more: where its host never answers, what the other host told must not be late for the pass. */
const TRIES = 2
const NOTHING: AccountReading = { accounts: [], cash: [], gaps: [], notes: [] }

/**
 * Reads what an account holds on COIN-M: inverse contracts, which settle in their coin. Whatever goes wrong there costs no leg of
 * USDⓈ-M: what cannot be told is one gap. Of an account that holds nothing there, one request is asked.
 *
 * @see Binance "Account Information", "Position Information" of COIN-M futures
 */
export async function readCoinMargined(reader: Reader, { name }: ExchangeAccount): Promise<AccountReading> {
  const reading = await orFault(readCoins(reader, name))
  return reading instanceof TrackerError ? { ...NOTHING, gaps: [gapFor(name, reading)] } : reading
}

/** Two readings of one account as one. */
export function joined(a: AccountReading, b: AccountReading): AccountReading {
  return {
    accounts: [...a.accounts, ...b.accounts],
    cash: [...a.cash, ...b.cash],
    gaps: [...a.gaps, ...b.gaps],
    notes: [...a.notes, ...b.notes],
  }
}

const REFUSED_HINT =
  'USDⓈ-M was read with the same key, and what is told of it holds. Binance may refuse so where COIN-M was never opened, or is under maintenance: see whether its COIN-M page opens for this account.'

function gapFor(name: string, error: TrackerError): Gap {
  const gap = gapOf(`binance/${name}/coin-m`, error)
  const reason = `Binance COIN-M was not read, so what is held there is not known: ${error.message}`
  // The same key was good for the other half of the account.
  return { ...gap, reason, hint: error instanceof AccessError ? REFUSED_HINT : error.hint }
}

async function readCoins(reader: Reader, name: string): Promise<AccountReading> {
  const ask = (call: string): Promise<unknown> => reader.ask(call, {}, TRIES)
  const account = await ask('dapiPrivateGetAccount')
  // What account tells of itself: positions are not known yet.
  const alone = ledgerOf([], account)
  if (alone.held.size === 0 && alone.assets.every((row) => !isLive(row) && emptyButMargined(row, new Set()) === null)) {
    return readIdle(reader, name, alone)
  }
  const premiums = ask('dapiPublicGetPremiumIndex').then(premiumRows)
  const funding = { rates: () => premiums, intervals: 'dapiPublicGetFundingInfo', key: 'coin-funding' }
  const [risk, firstTables, rates, fundingOf] = await Promise.all([
    ask('dapiPrivateGetPositionRisk'),
    readTables(reader, false),
    premiums,
    readFunding(reader, funding),
  ])
  const first = ledgerOf(risk, account)
  // A trade between the two answers looks like a missing position: both are asked once more before that is believed.
  const ledger = contradicts(first) ? await readLedger(ask) : first
  const source = reader.source()
  const tables = lacksCoin(firstTables, ledger) ? await readTables(reader, true) : firstTables
  return readCoinPools({
    ...{ name, ...tables, fundingOf, source, venueTime: source.venueTime },
    ledger: completed(ledger, tables.markets),
    hedgeMode: keepsSides(ledger),
    priceOf: pricesIn(rates, source.venueTime),
  })
}

async function readLedger(ask: (call: string) => Promise<unknown>): Promise<Ledger> {
  const [risk, account] = await Promise.all([ask('dapiPrivateGetPositionRisk'), ask('dapiPrivateGetAccount')])
  return ledgerOf(risk, account)
}

/** Coins that back nothing. Without their prices there is nothing unsafe about them: that is a note. */
async function readIdle(reader: Reader, name: string, { assets }: Ledger): Promise<AccountReading> {
  const own = assets.filter((row) => decimalOrNull(row, 'maxWithdrawAmount')?.gt(0))
  if (own.length === 0) return NOTHING
  const known = await orFault(readWorth(reader))
  if (!(known instanceof TrackerError)) return { ...NOTHING, cash: idleCoins(name, own, known) }
  return { ...NOTHING, notes: [`Binance ${name}: coins in the COIN-M wallet are not counted: ${known.message}`] }
}

async function readWorth(reader: Reader): Promise<{ readonly markets: CoinMarkets; readonly priceOf: PriceOf }> {
  const [markets, answer] = await Promise.all([readMarkets(reader, false), reader.ask('dapiPublicGetPremiumIndex', {}, TRIES)])
  return { markets, priceOf: pricesIn(premiumRows(answer), reader.source().venueTime) }
}

async function readTables(reader: Reader, renew: boolean): Promise<CoinTables> {
  // Brackets can be an account's own, so they are kept by key.
  const rare: Rare<Brackets> = {
    key: reader.key('coin-brackets', 'own'),
    maxAgeMs: DAY,
    read: async () => slimBrackets(await reader.ask('dapiPrivateV2GetLeverageBracket', {}, TRIES), COIN_BRACKETS),
    accept: acceptBrackets,
  }
  const [markets, brackets] = await Promise.all([readMarkets(reader, renew), reader.rare(rare, renew)])
  return { markets, brackets }
}

function readMarkets(reader: Reader, renew: boolean): Promise<CoinMarkets> {
  const rare: Rare<CoinMarkets> = {
    key: reader.key('coin-markets', 'venue'),
    maxAgeMs: DAY,
    read: async () => slimCoinMarkets(await reader.ask('dapiPublicGetExchangeInfo', {}, TRIES)),
    accept: acceptCoinMarkets,
  }
  return reader.rare(rare, renew)
}
