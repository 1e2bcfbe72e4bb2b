import { IncompleteAnswerError } from '../../errors.ts'
import type { Asset } from '../../risk/asset.ts'
import { type Decimal, isDecimalText } from '../../risk/decimal.ts'
import { decimalField, decimalOrNull, positiveField, type Row, rowOf, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'

const BINANCE = 'Binance'

/** What is kept of a market: the rest of a megabyte of exchangeInfo is never asked for. */
export type Market = { readonly base: string; readonly quote: string; readonly margin: string; readonly tick: string }
export type Markets = Readonly<Record<string, Market>>

/** The slim form of exchangeInfo. A market that lacks a field is left out: it is missed only where a position needs it. */
export function slimMarkets(answer: unknown): Markets {
  return slimTable(answer, (market) => market)
}

/** The same with what else a product tells of its markets; null leaves one out. */
export function slimTable<T extends Market>(
  answer: unknown,
  whole: (market: Market, row: Row) => T | null,
): Readonly<Record<string, T>> {
  const markets: Record<string, T> = Object.create(null)
  for (const row of rowsOf(BINANCE, 'exchangeInfo', rowOf(BINANCE, 'exchangeInfo', answer).fields.symbols)) {
    const tick = tickOf(row)
    const [symbol, base, quote, margin] = ['symbol', 'baseAsset', 'quoteAsset', 'marginAsset'].map((field) => row.fields[field])
    if (typeof symbol !== 'string' || typeof base !== 'string' || typeof quote !== 'string' || typeof margin !== 'string')
      continue
    const market = tick === null ? null : whole({ base, quote, margin, tick }, row)
    if (market !== null) markets[symbol] = market
  }
  return markets
}

function tickOf(row: Row): string | null {
  const filters = row.fields.filters
  if (!Array.isArray(filters)) return null
  const filter = filters.find((one: unknown) => (one as { filterType?: unknown } | null)?.filterType === 'PRICE_FILTER')
  if (filter === undefined) return null
  const tick = decimalOrNull(rowOf(BINANCE, 'PRICE_FILTER', filter), 'tickSize')
  return tick?.gt(0) ? tick.toFixed() : null
}

const isText = (value: unknown): boolean => typeof value === 'string'
/** Whether a cached value is a number as text. */
export const isNumberText = (value: unknown): boolean => typeof value === 'string' && isDecimalText(value)

/** Cached markets, if every one of them is whole. */
export function acceptMarkets(cached: unknown): Markets | null {
  return acceptTable<Market>(cached, isMarket)
}

export function isMarket({ base, quote, margin, tick }: Partial<Market>): boolean {
  return isText(base) && isText(quote) && isText(margin) && isNumberText(tick)
}

/** A cached table, if every entry is whole. Without a prototype: a symbol may be called `constructor`. */
export function acceptTable<T>(cached: unknown, whole: (entry: Partial<T>) => boolean): Readonly<Record<string, T>> | null {
  if (typeof cached !== 'object' || cached === null || Array.isArray(cached)) return null
  const entries = Object.values(cached).every((entry) => typeof entry === 'object' && entry !== null && whole(entry))
  return entries ? Object.assign(Object.create(null), cached) : null
}

/** Staked coins that Binance marks by its own book: the coin, times a ratio that broke there on 10 October 2025. */
const STAKED: Readonly<Record<string, string>> = { WBETH: 'ETH', BETH: 'ETH', BNSOL: 'SOL' }

/** What moves the price of a coin that Binance names. */
export function factorOf(symbol: string, markets: Markets): { readonly factor: string; readonly basis: string | null } {
  if (isStable(symbol)) return { factor: `USD:${symbol}`, basis: null }
  const staked = STAKED[symbol]
  if (staked !== undefined) return { factor: staked, basis: `${symbol}/${staked}@binance` }
  const traded = Object.values(markets).some(({ base }) => base === symbol)
  return { factor: traded ? symbol : `OWN:binance/${symbol}`, basis: null }
}

export function assetOf(symbol: string, markets: Markets): Asset {
  return { key: `binance/${symbol}`, symbol, ...factorOf(symbol, markets) }
}

/** USD rates of a margin asset in multi-assets mode. */
export type Index = { readonly index: Decimal; readonly bid: Decimal; readonly ask: Decimal }

/**
 * The asset index by asset. An asset that the venue does not list is no collateral; one whose rates are garbled is an error where
 * it is used, hence the functions.
 */
export function indexOf(answer: unknown): ReadonlyMap<string, () => Index> {
  const rates = new Map<string, () => Index>()
  for (const row of rowsOf(BINANCE, 'assetIndex', answer)) {
    const symbol = textField(row, 'symbol')
    if (!symbol.endsWith('USD')) continue
    const labelled = { ...row, label: `assetIndex ${symbol}` }
    rates.set(symbol.slice(0, -3), () => ratesOf(labelled))
  }
  return rates
}

function ratesOf(row: Row): Index {
  const rates = { index: positiveField(row, 'index'), bid: positiveField(row, 'bidRate'), ask: decimalField(row, 'askRate') }
  if (rates.bid.gt(rates.index)) throw new IncompleteAnswerError(BINANCE, `bidRate of ${row.label}`)
  if (rates.ask.lt(rates.index)) throw new IncompleteAnswerError(BINANCE, `askRate of ${row.label}`)
  return rates
}
