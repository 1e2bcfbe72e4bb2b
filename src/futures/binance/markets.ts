import { IncompleteAnswerError } from '../../errors.ts'
import type { Asset } from '../../risk/asset.ts'
import { type Decimal, dec, isDecimalText, ONE } from '../../risk/decimal.ts'
import type { MarginTier } from '../../risk/marginAccount.ts'
import { decimalField, decimalOrNull, positiveField, type Row, rowOf, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'

const BINANCE = 'Binance'

/** What is kept of a market: the rest of a megabyte of exchangeInfo is never asked for. */
export type Market = { readonly base: string; readonly quote: string; readonly margin: string; readonly tick: string }
export type Markets = Readonly<Record<string, Market>>

/** A bracket as text: floor, cap, rate, cum. */
export type Bracket = readonly [string, string, string, string]
export type Brackets = Readonly<Record<string, { readonly multiplier: string | null; readonly rows: readonly Bracket[] }>>

/** The slim form of exchangeInfo. A market that lacks a field is left out: it is missed only where a position needs it. */
export function slimMarkets(answer: unknown): Markets {
  const markets: Record<string, Market> = Object.create(null)
  for (const row of rowsOf(BINANCE, 'exchangeInfo', rowOf(BINANCE, 'exchangeInfo', answer).fields.symbols)) {
    const tick = tickOf(row)
    const [symbol, base, quote, margin] = ['symbol', 'baseAsset', 'quoteAsset', 'marginAsset'].map((field) => row.fields[field])
    if (typeof symbol !== 'string' || typeof base !== 'string' || typeof quote !== 'string' || typeof margin !== 'string')
      continue
    if (tick !== null) markets[symbol] = { base, quote, margin, tick }
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

/** The slim form of leverageBracket. A symbol whose table is garbled is left out. */
export function slimBrackets(answer: unknown): Brackets {
  const brackets: Record<string, Brackets[string]> = Object.create(null)
  for (const row of rowsOf(BINANCE, 'leverageBracket', answer)) {
    const table = row.fields.brackets
    if (typeof row.fields.symbol !== 'string' || !Array.isArray(table)) continue
    const rows = table.map((one: unknown) => slimBracket(one))
    if (rows.some((one) => one === null)) continue
    brackets[textField(row, 'symbol')] = {
      multiplier: decimalOrNull(row, 'notionalCoef')?.toFixed() ?? null,
      rows: rows.filter((one) => one !== null),
    }
  }
  return brackets
}

function slimBracket(value: unknown): Bracket | null {
  if (typeof value !== 'object' || value === null) return null
  const row = rowOf(BINANCE, 'bracket', value)
  const [floor, cap, rate, cum] = ['notionalFloor', 'notionalCap', 'maintMarginRatio', 'cum'].map((field) =>
    decimalOrNull(row, field),
  )
  return floor && cap && rate && cum ? [floor.toFixed(), cap.toFixed(), rate.toFixed(), cum.toFixed()] : null
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumberText = (value: unknown): boolean => typeof value === 'string' && isDecimalText(value)

/** Cached markets, if every one of them is whole. */
export function acceptMarkets(cached: unknown): Markets | null {
  return acceptTable<Market>(
    cached,
    ({ base, quote, margin, tick }) => isText(base) && isText(quote) && isText(margin) && isNumberText(tick),
  )
}

/** Cached brackets, if every one of them is whole. */
export function acceptBrackets(cached: unknown): Brackets | null {
  return acceptTable<Brackets[string]>(cached, ({ multiplier, rows }) => {
    const whole = Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.length === 4 && row.every(isNumberText))
    return whole && (multiplier === null || isNumberText(multiplier))
  })
}

/** Without a prototype: a symbol may be called `constructor`. */
function acceptTable<T>(cached: unknown, whole: (entry: Partial<T>) => boolean): Readonly<Record<string, T>> | null {
  if (typeof cached !== 'object' || cached === null || Array.isArray(cached)) return null
  const entries = Object.values(cached).every((entry) => typeof entry === 'object' && entry !== null && whole(entry))
  return entries ? Object.assign(Object.create(null), cached) : null
}

/** The maintenance table of a symbol, and what the reader of its figures must know of it. */
export type Tiers = { readonly tiers: readonly MarginTier[]; readonly notes: readonly string[] }

/**
 * Checks and orders a maintenance table. A hole makes it unusable; brackets that overlap or do not meet are noted.
 *
 * @throws IncompleteAnswerError for a table that is missing, garbled, or has a hole
 * @see Binance "Notional and Leverage Brackets"; RISK 1.4
 */
export function tiersOf(symbol: string, brackets: Brackets): Tiers {
  const table = brackets[symbol]
  const broken = (what: string): IncompleteAnswerError =>
    new IncompleteAnswerError(BINANCE, `leverageBracket of ${symbol}${what}`)
  if (table === undefined || table.rows.length === 0) throw broken('')
  const tiers = table.rows.map(readTier(broken)).sort((a, b) => a.floor.cmp(b.floor))
  const notes: string[] = []
  if (table.multiplier !== null && table.multiplier !== '1') {
    notes.push(`${symbol}: Binance names a bracket multiplier of ${table.multiplier}; the table is used as it was sent`)
  }
  let reached: Decimal = dec(0)
  let meets = true
  tiers.forEach((tier, k) => {
    if (tier.floor.gt(reached)) throw broken(` between ${reached.toFixed()} and ${tier.floor.toFixed()}`)
    const before = tiers[k - 1]
    if (before !== undefined && !joined(before, tier)) meets = false
    if (tier.cap?.gt(reached)) reached = tier.cap
  })
  if (!meets) notes.push(`${symbol}: the brackets of its maintenance table do not meet; the larger maintenance is used`)
  return { tiers, notes }
}

function readTier(broken: (what: string) => IncompleteAnswerError): (row: Bracket) => MarginTier {
  return ([floor, cap, rate, cum]) => {
    const tier = { floor: dec(floor), cap: dec(cap), rate: dec(rate), deduction: dec(cum) }
    if (!tier.rate.gt(0) || tier.rate.gt(ONE) || tier.floor.lt(0) || tier.cap.lte(tier.floor) || tier.deduction.lt(0))
      throw broken('')
    return tier
  }
}

/** Whether two brackets ask the same maintenance where one ends and the next begins, to the cent. */
function joined(before: MarginTier, tier: MarginTier): boolean {
  if (before.cap === null || !before.cap.eq(tier.floor) || tier.rate.lt(before.rate)) return false
  const ends = tier.floor.times(before.rate).minus(before.deduction)
  const begins = tier.floor.times(tier.rate).minus(tier.deduction)
  return ends.minus(begins).abs().lte('0.01')
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
