import { IncompleteAnswerError, TrackerError } from '../../errors.ts'
import { type Decimal, dec, isDecimalText, ONE, ZERO } from '../../risk/decimal.ts'
import type { Funding } from '../../risk/marginAccount.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, named, type Row, rowsOf, textField } from '../row.ts'

const BINANCE = 'Binance'
const HOUR_MS = 3_600_000
/** A second try could cost the pass its time, and without funding a leg is still told. */
const TRIES = 1
/** `BTCUSDT_301227`: a contract with a delivery date. */
const DELIVERY = /_\d{6}$/

/** Hours between two payments, as text, of the symbols whose funding was adjusted; null: garbled. */
type Intervals = Readonly<Record<string, string | null>>

/** The funding of a symbol, or why it is not known. */
export type FundingSight = { readonly funding: Funding; readonly note: null } | { readonly funding: null; readonly note: string }

/** `markAgeMs`: since when the venue has not set the mark of the symbol; null: it does not tell. */
export type FundingOf = (symbol: string) => FundingSight & { readonly markAgeMs: number | null }

/** Where a product tells its funding. */
export type FundingCalls = {
  /** Rows of premiumIndex by symbol. */
  readonly rates: (reader: Reader) => Promise<ReadonlyMap<string, Row>>
  readonly intervals: string
  /** What the intervals are kept under. */
  readonly key: string
}

const USDM: FundingCalls = {
  rates: (reader) =>
    reader.together(reader.key('rates', 'venue'), async () =>
      premiumRows(await reader.ask('fapiPublicGetPremiumIndex', {}, TRIES)),
    ),
  intervals: 'fapiPublicGetFundingInfo',
  key: 'funding',
}

/**
 * Reads the funding of all symbols: one live request for the rates, and hourly one for the intervals. Whatever goes wrong costs no
 * leg: the funding is then null, with a note.
 *
 * The rate is `lastFundingRate` of premiumIndex, "the latest funding rate" (share of notional): despite its name not the one paid
 * last but the estimate of the coming payment, which moves until `nextFundingTime`. fundingInfo lists only symbols whose cap, floor
 * or interval was adjusted; every other one pays each 8 hours. Binance shortens intervals within the day, to one hour where a rate
 * meets its cap, and lengthens them again: hence hourly, not daily.
 *
 * @see Binance "Mark Price", "Get Funding Rate Info" of USDⓈ-M and of COIN-M futures;
 * https://www.binance.com/en/support/faq/360033525031 (8 hours by default, adjustments)
 */
export async function readFunding(reader: Reader, calls = USDM): Promise<FundingOf> {
  const [rates, intervals] = await Promise.all([orFault(calls.rates(reader)), orFault(readIntervals(reader, calls))])
  if (rates instanceof TrackerError) return failed(rates)
  if (intervals instanceof TrackerError) return failed(intervals)
  // The venue's time is told late: a signed request beside this one may have found that ours was off.
  return (symbol) => {
    const told = { rates, intervals, venueTime: reader.source().venueTime }
    return { ...fundingIn(told, symbol), markAgeMs: markAgeIn(told, symbol) }
  }
}

/** What both answers told. */
type Told = {
  readonly rates: ReadonlyMap<string, Row>
  readonly intervals: Intervals
  readonly venueTime: number | null
}

const failed =
  ({ message }: TrackerError): FundingOf =>
  () => ({ ...unknown(`funding is not known: ${message}`), markAgeMs: null })

const unknown = (note: string): FundingSight => ({ funding: null, note })

/** Rows of premiumIndex by symbol. */
export function premiumRows(answer: unknown): ReadonlyMap<string, Row> {
  const rows = rowsOf(BINANCE, 'premiumIndex', answer).map((row) => named(row, textField(row, 'symbol')))
  return new Map(rows.map((row) => [row.label, row]))
}

/** Whether a row of premiumIndex is of this hour. */
export function isFresh(row: Row, venueTime: number | null): boolean {
  const time = decimalOrNull(row, 'time')
  return time !== null && venueTime !== null && time.minus(venueTime).abs().lte(HOUR_MS)
}

function readIntervals(reader: Reader, { intervals, key }: FundingCalls): Promise<Intervals> {
  const rare: Rare<Intervals> = {
    key: reader.key(key, 'venue'),
    maxAgeMs: HOUR_MS,
    read: async () => slimIntervals(await reader.ask(intervals, {}, TRIES)),
    accept: acceptIntervals,
  }
  return reader.rare(rare)
}

/** A row without a name could be anybody's: then no symbol is known to have the default. */
function slimIntervals(answer: unknown): Intervals {
  const intervals: Record<string, string | null> = Object.create(null)
  for (const row of rowsOf(BINANCE, 'fundingInfo', answer)) {
    intervals[textField(row, 'symbol')] = hoursIn(decimalOrNull(row, 'fundingIntervalHours'))?.toFixed() ?? null
  }
  // Binance has adjusted hundreds: an empty list would turn 1 hour into 8.
  if (Object.keys(intervals).length === 0) throw new IncompleteAnswerError(BINANCE, 'fundingInfo')
  return intervals
}

function acceptIntervals(cached: unknown): Intervals | null {
  if (typeof cached !== 'object' || cached === null || Array.isArray(cached)) return null
  const all: readonly unknown[] = Object.values(cached)
  const isHours = (hours: unknown): boolean =>
    hours === null || (typeof hours === 'string' && isDecimalText(hours) && hoursIn(dec(hours)) !== null)
  return all.length > 0 && all.every(isHours) ? Object.assign(Object.create(null), cached) : null
}

function hoursIn(hours: Decimal | null): Decimal | null {
  return hours?.gt(0) && hours.lte(24) ? hours : null
}

/** Milliseconds of a time long before the venue began: what is smaller is no time. */
const BEFORE_ANY = 1e12

/** premiumIndex bears the time at which its row was made. */
function markAgeIn({ rates, venueTime }: Told, symbol: string): number | null {
  const row = rates.get(symbol)
  const time = row === undefined ? null : decimalOrNull(row, 'time')
  return !time?.gt(BEFORE_ANY) || venueTime === null ? null : Math.max(0, venueTime - time.toNumber())
}

function fundingIn({ rates, intervals, venueTime }: Told, symbol: string): FundingSight {
  const row = rates.get(symbol)
  if (row === undefined) return unknown(`funding of ${symbol} is not known: Binance lists no rate of it`)
  if (DELIVERY.test(symbol) && row.fields.lastFundingRate === '') {
    // A contract that is delivered pays none, whatever the interval.
    return { funding: { rate: ZERO, intervalHours: dec(8), window: null }, note: null }
  }
  const rate = decimalOrNull(row, 'lastFundingRate')
  if (rate === null || rate.abs().gte(ONE)) return unknown(`funding of ${symbol} is not known: Binance gives no usable rate`)
  if (!isFresh(row, venueTime)) return unknown(`funding of ${symbol} is not known: the rate that Binance gives is old`)
  const hours = intervals[symbol] === undefined ? '8' : intervals[symbol]
  if (hours === null) return unknown(`funding of ${symbol} is not known: Binance gives no usable interval`)
  return { funding: { rate, intervalHours: dec(hours), window: null }, note: null }
}
