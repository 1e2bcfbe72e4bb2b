import { IncompleteAnswerError } from '../../errors.ts'
import { type Decimal, dec } from '../../risk/decimal.ts'
import { decimalOrNull, positiveField, type Row } from '../row.ts'
import type { BracketForm } from './brackets.ts'
import { isFresh } from './funding.ts'
import { acceptTable, isMarket, isNumberText, type Market, slimTable } from './markets.ts'

const BINANCE = 'Binance'

/** What is kept of a COIN-M market besides. */
export type CoinMarket = Market & {
  /** USD of face value of one contract: 100 for BTC, 10 for the others. */
  readonly contractSize: string
  readonly status: string
  /** When it is delivered, or delisted, milliseconds since 1970: in the year 2100 for a perpetual. */
  readonly delivery: string
}
export type CoinMarkets = Readonly<Record<string, CoinMarket>>

/** Maintenance tables in coin, to its last digit. The documentation spells the floor differently from the wire. */
export const COIN_BRACKETS: BracketForm = { floor: ['qtyFloor', 'qtylFloor'], cap: 'qtyCap', digit: dec('1e-8') }

/** The slim form of dapi's exchangeInfo. A market that lacks a field is left out: it is missed only where a position needs it. */
export function slimCoinMarkets(answer: unknown): CoinMarkets {
  return slimTable(answer, (market, row) => {
    const { contractStatus: status } = row.fields
    const [size, delivery] = [decimalOrNull(row, 'contractSize'), decimalOrNull(row, 'deliveryDate')]
    if (typeof status !== 'string' || !size?.gt(0) || !delivery?.gt(0)) return null
    return { ...market, status, contractSize: size.toFixed(), delivery: delivery.toFixed() }
  })
}

/** Cached markets, if every one of them is whole. */
export function acceptCoinMarkets(cached: unknown): CoinMarkets | null {
  return acceptTable<CoinMarket>(
    cached,
    ({ contractSize, status, delivery, ...market }) =>
      isMarket(market) && isNumberText(contractSize) && typeof status === 'string' && isNumberText(delivery),
  )
}

/** USD of one coin. @throws IncompleteAnswerError where Binance tells none, or an old one */
export type PriceOf = (coin: string) => Decimal

/**
 * The index price of a coin: of its pair, and not the mark of a dated contract, which carries a premium.
 *
 * @param premiums - Rows of dapi's premiumIndex by symbol.
 * @see Binance "Index Price and Mark Price" of COIN-M futures
 */
export function pricesIn(premiums: ReadonlyMap<string, Row>, venueTime: number | null): PriceOf {
  return (coin) => {
    const pair = [...premiums.values()].filter(({ fields }) => fields.pair === `${coin}USD`)
    const row = pair.find(({ label }) => label === `${coin}USD_PERP`) ?? pair[0]
    if (row === undefined) throw new IncompleteAnswerError(BINANCE, `indexPrice of ${coin}USD`)
    if (!isFresh(row, venueTime)) {
      throw new IncompleteAnswerError(BINANCE, `time of ${row.label}`, { what: `gives an index price of ${coin}USD that is old` })
    }
    return positiveField(row, 'indexPrice')
  }
}
