import { IncompleteAnswerError } from '../../errors.ts'
import type { Decimal } from '../../risk/decimal.ts'
import { dec, ONE } from '../../risk/decimal.ts'
import type { Funding } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { decimalOrNull, named, positiveField, type Row, rowsOf, textField } from '../row.ts'
import { timeIn, WEEX } from './answers.ts'

const HOUR_MS = 3_600_000

/** What markets stand at: rows of premiumIndex by symbol. */
export type Prices = ReadonlyMap<string, Row>

/** @see ccxt weex.js, sample of fetchFundingRates */
export async function readPrices(reader: Reader): Promise<Prices> {
  const rows = rowsOf(WEEX, 'premiumIndex', await reader.ask('contractGetCapiV3MarketPremiumIndex'))
  return new Map(rows.map((row) => [textField(row, 'symbol'), named(row, `premiumIndex of ${row.fields.symbol}`)]))
}

/** @throws IncompleteAnswerError where a market has none */
export function markIn(prices: Prices, symbol: string): Decimal {
  const row = prices.get(symbol)
  if (row === undefined) throw new IncompleteAnswerError(WEEX, `premiumIndex of ${symbol}`)
  return positiveField(row, 'markPrice')
}

/** The funding of a symbol, or why it is not known. */
export type FundingSight = { readonly funding: Funding; readonly note: null } | { readonly funding: null; readonly note: string }

/**
 * The rate of the coming payment is `forecastFundingRate`; `lastFundingRate` is the one paid last. `collectCycle` is in minutes.
 *
 * @param venueTime - The venue's clock, milliseconds.
 */
export function fundingIn(prices: Prices, symbol: string, venueTime: number): FundingSight {
  const unknown = (why: string): FundingSight => ({ funding: null, note: `funding of ${symbol} is not known: WEEX gives ${why}` })
  const row = prices.get(symbol)
  const rate = row === undefined ? null : decimalOrNull(row, 'forecastFundingRate')
  if (row === undefined || !rate?.abs().lt(ONE)) return unknown('no usable rate')
  const hours = decimalOrNull(row, 'collectCycle')?.div(60)
  if (!hours?.gt(0) || hours.gt(24)) return unknown('no usable interval')
  const time = timeIn(row.fields.time)
  if (time === null || Math.abs(venueTime - time) > HOUR_MS) return unknown('a rate that is old')
  return { funding: { rate, intervalHours: dec(hours.toFixed()), window: null }, note: null }
}
