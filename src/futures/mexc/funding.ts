import { IncompleteAnswerError, TrackerError } from '../../errors.ts'
import { type Decimal, dec, isDecimalText, ONE } from '../../risk/decimal.ts'
import type { Funding } from '../../risk/marginAccount.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, named, type Row, rowOf, rowsOf, textField } from '../row.ts'
import { dataOf, listOf, MEXC, ONCE, timeIn } from './answers.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** The endpoint takes 20 requests in two seconds, and tells one symbol each: the rest is asked in later passes. */
const MOST_ASKED = 15

/** The funding of a symbol, or why it is not known. */
export type FundingSight = { readonly funding: Funding; readonly note: null } | { readonly funding: null; readonly note: string }
export type FundingOf = (symbol: string) => FundingSight

/** Rows of contract/ticker by symbol. @throws IncompleteAnswerError where it lists none */
export async function readTickers(reader: Reader): Promise<ReadonlyMap<string, Row>> {
  const rows = listOf('contract/ticker', await reader.ask('contractPublicGetTicker'))
  if (rows.length === 0) throw new IncompleteAnswerError(MEXC, 'contract/ticker')
  return new Map(rows.map((row) => [textField(row, 'symbol'), named(row, `ticker of ${row.fields.symbol}`)]))
}

/** Fair prices by symbol: profit, margin and liquidations are reckoned by them. One that cannot be used is left out. */
export function marksOf(tickers: ReadonlyMap<string, Row>): ReadonlyMap<string, Decimal> {
  const told = [...tickers].map(([symbol, row]) => [symbol, decimalOrNull(row, 'fairPrice')] as const)
  return new Map(told.flatMap(([symbol, mark]) => (mark?.gt(0) ? [[symbol, mark] as const] : [])))
}

/**
 * The funding of held symbols: the rate of the coming payment from the tickers, and the hours between payments from each symbol's
 * history, kept for a day. Whatever goes wrong costs no leg: the funding is then null, with a note.
 *
 * @see https://www.mexc.com/api-docs/futures/market-endpoints "Get ticker", "Get contract funding rate history" (`collectCycle`)
 */
export async function readFunding(
  reader: Reader,
  tickers: ReadonlyMap<string, Row>,
  symbols: ReadonlySet<string>,
): Promise<FundingOf> {
  let asked = 0
  const hours = new Map(
    await Promise.all(
      [...symbols].map(async (symbol) => [symbol, await orFault(readHours(reader, symbol, () => asked++ < MOST_ASKED))] as const),
    ),
  )
  const venueTime = reader.source().venueTime
  return (symbol) => fundingIn({ ticker: tickers.get(symbol), hours: hours.get(symbol), venueTime }, symbol)
}

function readHours(reader: Reader, symbol: string, mayAsk: () => boolean): Promise<string> {
  const rare: Rare<string> = {
    key: reader.key(`funding-${symbol}`, 'venue'),
    maxAgeMs: DAY_MS,
    read: async () => {
      const label = `funding_rate/history of ${symbol}`
      if (!mayAsk())
        throw new IncompleteAnswerError(MEXC, label, { what: 'tells it of one symbol each, and was asked often enough' })
      const answer = await reader.ask('contractPublicGetFundingRateHistory', { symbol, page_num: 1, page_size: 1 }, ONCE)
      const [latest] = rowsOf(MEXC, label, rowOf(MEXC, label, dataOf(label, answer)).fields.resultList)
      const hours = latest === undefined ? null : decimalOrNull(latest, 'collectCycle')
      if (latest?.fields.symbol !== symbol || !isHours(hours)) throw new IncompleteAnswerError(MEXC, `collectCycle of ${symbol}`)
      return hours.toFixed()
    },
    accept: (cached) => (typeof cached === 'string' && isDecimalText(cached) && isHours(dec(cached)) ? cached : null),
  }
  return reader.rare(rare)
}

const isHours = (hours: Decimal | null): hours is Decimal => hours?.gt(0) === true && hours.lte(24)

type Told = {
  readonly ticker: Row | undefined
  readonly hours: string | TrackerError | undefined
  readonly venueTime: number | null
}

function fundingIn({ ticker, hours, venueTime }: Told, symbol: string): FundingSight {
  const unknown = (why: string): FundingSight => ({ funding: null, note: `funding of ${symbol} is not known: ${why}` })
  const rate = ticker === undefined ? null : decimalOrNull(ticker, 'fundingRate')
  if (rate === null || rate.abs().gte(ONE)) return unknown('MEXC gives no usable rate')
  const time = timeIn(ticker?.fields.timestamp)
  if (time === null || venueTime === null || Math.abs(venueTime - time) > HOUR_MS)
    return unknown('the rate that MEXC gives is old')
  if (hours === undefined) return unknown('MEXC was not asked for its interval')
  if (hours instanceof TrackerError) return unknown(hours.message)
  return { funding: { rate, intervalHours: dec(hours), window: null }, note: null }
}
