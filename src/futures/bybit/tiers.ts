import { IncompleteAnswerError, TrackerError } from '../../errors.ts'
import { type Decimal, dec, isDecimalText, ONE, ZERO } from '../../risk/decimal.ts'
import type { MarginTier } from '../../risk/marginAccount.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, missing, named, positiveField, type Row, textField } from '../row.ts'
import type { Category } from './markets.ts'
import { allRows, BYBIT } from './pages.ts'

const DAY = 86_400_000
/** So many symbols stand on one page of the whole table: for fewer each is asked for alone. */
const A_PAGE = 15

/** A tier as text: where it ends, rate, deduction. */
type Slim = readonly [cap: string, rate: string, deduction: string]
type Table = readonly Slim[]

/** The maintenance table of a symbol. @throws TrackerError where it could not be read */
export type TiersOf = (symbol: string) => readonly MarginTier[]

/**
 * Reads the maintenance tables of symbols.
 *
 * @see https://bybit-exchange.github.io/docs/v5/market/risk-limit
 */
export async function readTiers(reader: Reader, symbols: ReadonlyMap<string, Category>): Promise<TiersOf> {
  const tables = new Map<string, Table | TrackerError>()
  for (const category of ['linear', 'inverse'] as const) {
    const wanted = [...symbols].flatMap(([symbol, its]) => (its === category ? [symbol] : []))
    const found = wanted.length > A_PAGE ? await orFault(wholeTable(reader, category)) : {}
    if (found instanceof TrackerError) {
      for (const symbol of wanted) tables.set(symbol, found)
      continue
    }
    const alone = wanted.filter((symbol) => found[symbol] === undefined)
    const read = await Promise.all(alone.map((symbol) => orFault(tableOf(reader, category, symbol))))
    for (const symbol of wanted) tables.set(symbol, found[symbol] ?? (read[alone.indexOf(symbol)] as Table | TrackerError))
  }
  return (symbol) => {
    const table = tables.get(symbol)
    if (table === undefined) throw new IncompleteAnswerError(BYBIT, `risk-limit of ${symbol}`)
    if (table instanceof TrackerError) throw table
    return table.map(([cap, rate, deduction], i) => ({
      floor: dec(table[i - 1]?.[0] ?? '0'),
      cap: dec(cap),
      rate: dec(rate),
      deduction: dec(deduction),
    }))
  }
}

type Tables = Readonly<Record<string, Table>>

async function wholeTable(reader: Reader, category: Category): Promise<Tables> {
  const rare: Rare<Tables> = {
    key: reader.key(`tiers-${category}`, 'venue'),
    maxAgeMs: DAY,
    read: async () => {
      const rows = await ask(reader, { category })
      const tables: Record<string, Table> = Object.create(null)
      for (const [symbol, own] of bySymbol(rows)) {
        try {
          tables[symbol] = slim(own, symbol)
        } catch (error) {
          // Missed where a position needs it: it is then asked for alone.
          if (!(error instanceof TrackerError)) throw error
        }
      }
      return tables
    },
    accept: (cached) =>
      typeof cached === 'object' && cached !== null && Object.values(cached).every(isTable)
        ? Object.assign(Object.create(null), cached)
        : null,
  }
  return reader.rare(rare)
}

function bySymbol(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const symbol = String(row.fields.symbol)
    const own = found.get(symbol)
    if (own === undefined) found.set(symbol, [row])
    else own.push(row)
  }
  return found
}

function tableOf(reader: Reader, category: Category, symbol: string): Promise<Table> {
  return reader.rare({
    key: reader.key(`tiers-${symbol}`, 'venue'),
    maxAgeMs: DAY,
    read: async () =>
      slim(
        (await ask(reader, { category, symbol })).filter((row) => row.fields.symbol === symbol),
        symbol,
      ),
    accept: (cached) => (isTable(cached) ? cached : null),
  })
}

function ask(reader: Reader, params: Readonly<Record<string, string>>): Promise<readonly Row[]> {
  return allRows(reader, { call: 'publicGetV5MarketRiskLimit', params, label: `risk-limit ${params.symbol ?? params.category}` })
}

function isTable(value: unknown): value is Table {
  const isTier = (tier: unknown): boolean =>
    Array.isArray(tier) && tier.length === 3 && tier.every((one) => typeof one === 'string' && isDecimalText(one))
  return Array.isArray(value) && value.length > 0 && value.every(isTier)
}

/** @throws IncompleteAnswerError for a table that is empty, garbled, or does not rise */
function slim(rows: readonly Row[], symbol: string): Table {
  const sorted = rows
    .map((row) => named(row, `risk-limit of ${symbol}`))
    .map((row) => ({ row, cap: positiveField(row, 'riskLimitValue'), rate: rateOf(row) }))
    .sort((a, b) => a.cap.cmp(b.cap))
  if (sorted.length === 0) throw new IncompleteAnswerError(BYBIT, `risk-limit of ${symbol}`)
  const table: Slim[] = []
  let before = { cap: ZERO, rate: sorted[0]?.rate ?? ZERO, deduction: ZERO }
  for (const { row, cap, rate } of sorted) {
    if (cap.lte(before.cap) || rate.lt(before.rate)) throw missing(row, 'riskLimitValue')
    // "Risk Limit on Tier (n-1) x (Difference between Maintenance Margin Rate on Tier n and Tier (n-1)) + Deduction on Tier (n-1)"
    const reckoned = before.deduction.plus(before.cap.times(rate.minus(before.rate)))
    const deduction = deductionOf(row, reckoned)
    table.push([cap.toFixed(), rate.toFixed(), deduction.toFixed()])
    before = { cap, rate, deduction }
  }
  return table
}

/** The rate as a share. It has been sent as a percentage, too: the first margin and the highest leverage tell which it is. */
function rateOf(row: Row): Decimal {
  const leverage = positiveField(row, 'maxLeverage')
  const unit = positiveField(row, 'initialMargin').times(leverage)
  const near = (whole: number): boolean => unit.div(whole).minus(ONE).abs().lte('0.05')
  if (!near(1) && !near(100)) throw missing(row, 'initialMargin')
  const rate = positiveField(row, 'maintenanceMargin').div(near(1) ? 1 : 100)
  if (rate.gt(ONE)) throw missing(row, 'maintenanceMargin')
  return rate
}

/** What the venue deducts; the lowest tier leaves it empty. @throws IncompleteAnswerError where its tiers do not meet */
function deductionOf(row: Row, reckoned: Decimal): Decimal {
  if (row.fields.mmDeduction === '' || row.fields.mmDeduction === undefined) return reckoned
  const told = decimalOrNull(row, 'mmDeduction')
  if (told === null || told.minus(reckoned).abs().gt(reckoned.times('0.001').plus('0.0001'))) throw missing(row, 'mmDeduction')
  return told
}

/** The name of a table's symbol is checked before it is sent. @throws IncompleteAnswerError */
export function symbolIn(row: Row): string {
  const symbol = textField(row, 'symbol')
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(symbol)) throw missing(row, 'symbol')
  return symbol
}
