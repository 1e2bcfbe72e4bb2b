import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { dec } from '../../risk/decimal.ts'
import { missing, type Row, rowsOf } from '../row.ts'
import type { Brackets } from './brackets.ts'
import { COIN_BRACKETS, type CoinMarket, type CoinMarkets } from './coinMarkets.ts'
import type { FundingOf } from './funding.ts'
import { disagreements, type Held, heldOf, type Ledger } from './rows.ts'

const BINANCE = 'Binance'
/** `BTCUSD_PERP`, `BTCUSD_301227`: Binance writes every COIN-M market so, and margins it in the coin. */
const NAME = /^([\p{L}\p{N}]{1,20})USD_/u
/** Until it is delivered the mark of a contract is what liquidates it. */
const LIVE = new Set(['TRADING', 'PRE_DELIVERING'])

/** What COIN-M positions are read with. */
export type CoinTables = { readonly markets: CoinMarkets; readonly brackets: Brackets }
export type CoinTerms = CoinTables & { readonly fundingOf: FundingOf; readonly venueTime: number | null }

/** Whether the two answers contradict each other. They are a moment apart: a trade between them is no fault. */
export function contradicts(ledger: Ledger): boolean {
  return disagreements(ledger).length > 0 || otherMode(ledger) !== undefined
}

/** A position that one answer calls cross and the other isolated. */
function otherMode({ held, risks }: Ledger): Row | undefined {
  return [...risks].find(([key, risk]) => {
    const [told, own] = [risk.fields.marginType, modeOf(held.get(key))]
    return own !== undefined && told !== own
  })?.[1]
}

/** The margin mode of a row of account. */
function modeOf(row: Row | undefined): 'isolated' | 'cross' | undefined {
  const isolated = row?.fields.isolated
  return typeof isolated === 'boolean' ? (isolated ? 'isolated' : 'cross') : undefined
}

/**
 * COIN-M tells in two answers what USDⓈ-M tells in one: prices in positionRisk, margins in account, and the asset that a position is
 * margined in in neither. Put together they read as USDⓈ-M's rows do.
 *
 * @throws IncompleteAnswerError where the pool of a position cannot be told: then no pool is known to be whole
 */
export function completed(ledger: Ledger, markets: CoinMarkets): Ledger {
  const torn = otherMode(ledger)
  if (torn !== undefined) {
    throw new IncompleteAnswerError(BINANCE, `marginType of ${torn.label}`, {
      what: `gave two answers that differ in the margin mode of ${torn.label}, twice`,
    })
  }
  const whole = (rows: ReadonlyMap<string, Row>, others: ReadonlyMap<string, Row>): Map<string, Row> =>
    new Map([...rows].map(([key, row]) => [key, { ...row, fields: fieldsOf(row, others.get(key), markets) }]))
  return { ...ledger, held: whole(ledger.held, new Map()), risks: whole(ledger.risks, ledger.held) }
}

function fieldsOf(row: Row, other: Row | undefined, markets: CoinMarkets): Row['fields'] {
  // A market that is not listed makes its position a gap; its name says of which pool.
  const marginAsset = markets[row.label]?.margin ?? NAME.exec(row.label)?.[1]
  if (marginAsset === undefined) throw missing(row, 'marginAsset')
  const marginType = row.fields.marginType ?? modeOf(row)
  return { ...other?.fields, ...row.fields, marginAsset, ...(marginType === undefined ? {} : { marginType }) }
}

/** Whether longs and shorts are held apart: then account names sides only. Flat rows of positionRisk name sides in any mode. */
export function keepsSides({ totals, risks }: Ledger): boolean {
  const rows = [...rowsOf(BINANCE, 'positions of account', totals.fields.positions), ...risks.values()]
  return rows.some(({ fields }) => fields.positionSide === 'LONG' || fields.positionSide === 'SHORT')
}

/** Whether a position is in a market, or has brackets, that the tables were made before. */
export function lacksCoin({ markets, brackets }: CoinTables, { held, risks }: Ledger): boolean {
  return [...held.values(), ...risks.values()].some(({ label }) => {
    const market = markets[label]
    return market === undefined || !LIVE.has(market.status) || brackets[label] === undefined
  })
}

/**
 * A completed row of positionRisk as a position.
 *
 * @throws IncompleteAnswerError, UnsupportedError
 * @see Binance "Position Information" of COIN-M futures: `positionAmt` counts contracts, margins and profit are coins
 */
export function coinPositionOf(row: Row, terms: CoinTerms): Held {
  const market = terms.markets[row.label]
  if (market === undefined) throw new IncompleteAnswerError(BINANCE, `exchangeInfo of ${row.label}`)
  refuseOther(row.label, market, terms.venueTime)
  if (row.fields.marginType !== 'cross' && row.fields.marginType !== 'isolated') throw missing(row, 'marginType')
  return heldOf(row, terms, { market, contract: 'inverse', unit: dec(market.contractSize), form: COIN_BRACKETS })
}

function refuseOther(symbol: string, { base, quote, margin, status, delivery }: CoinMarket, venueTime: number | null): void {
  if (margin !== base || quote !== 'USD') {
    throw new UnsupportedError(BINANCE, `margins ${symbol} in something else than the coin whose price in USD it follows`)
  }
  if (!LIVE.has(status) || venueTime === null || dec(delivery).lte(venueTime)) {
    throw new UnsupportedError(BINANCE, `no longer trades ${symbol}, so that its mark need not be what liquidates it`)
  }
}
