import { TrackerError } from '../../errors.ts'
import { dec, ONE, ZERO } from '../../risk/decimal.ts'
import type { Funding } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, type Row, rowsOf, textField } from '../row.ts'
import type { Category, Market } from './markets.ts'
import { BYBIT, resultOf } from './pages.ts'

/** The funding of a market, or why it is not known. */
export type FundingSight = { readonly funding: Funding; readonly note: null } | { readonly funding: null; readonly note: string }

export type FundingOf = (symbol: string, market: Market) => FundingSight

/**
 * Reads the funding of all markets of some categories: `fundingRate` is what is paid next, share of notional, each
 * `fundingIntervalHour`. Whatever goes wrong costs no leg: the funding is then null, with a note.
 *
 * @see https://bybit-exchange.github.io/docs/v5/market/tickers
 */
export async function readFunding(reader: Reader, categories: ReadonlySet<Category>): Promise<FundingOf> {
  const told = new Map(
    await Promise.all([...categories].map(async (category) => [category, await orFault(tickers(reader, category))] as const)),
  )
  return (symbol, { category, delivers }) => {
    if (delivers) return { funding: { rate: ZERO, intervalHours: dec(8), window: null }, note: null }
    const rows = told.get(category)
    const unknown = (why: string): FundingSight => ({ funding: null, note: `funding of ${symbol} is not known: ${why}` })
    if (rows instanceof TrackerError) return unknown(rows.message)
    const row = rows?.get(symbol)
    if (row === undefined) return unknown('Bybit lists no rate of it')
    const [rate, hours] = [decimalOrNull(row, 'fundingRate'), decimalOrNull(row, 'fundingIntervalHour')]
    if (rate === null || rate.abs().gte(ONE)) return unknown('Bybit gives no usable rate')
    if (!hours?.gt(0) || hours.gt(24)) return unknown('Bybit gives no usable interval')
    return { funding: { rate, intervalHours: hours, window: null }, note: null }
  }
}

async function tickers(reader: Reader, category: Category): Promise<ReadonlyMap<string, Row>> {
  const label = `tickers ${category}`
  const result = resultOf(label, await reader.ask('publicGetV5MarketTickers', { category }, 1))
  return new Map(rowsOf(BYBIT, label, result.fields.list).map((row) => [textField(row, 'symbol'), row]))
}
