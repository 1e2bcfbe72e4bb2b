import { IncompleteAnswerError } from '../../errors.ts'
import type { Decimal } from '../../risk/decimal.ts'
import type { Funding } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { decimalOrNull, named, positiveField, type Row, textField } from '../row.ts'
import { BINGX, listOf } from './answers.ts'
import type { Market } from './markets.ts'

/** Marks and funding of all linear markets, one row a symbol. */
export type Marks = ReadonlyMap<string, Row>

/** @see https://bingx-api.github.io/docs-v3/ "Mark Price and Funding Rate" */
export function readMarks(reader: Reader): Promise<Marks> {
  return reader.together(reader.key('marks', 'venue'), async () => {
    const rows = listOf('premiumIndex', await reader.ask('swapV2PublicGetQuotePremiumIndex'))
    return new Map(rows.map((row) => [textField(row, 'symbol'), named(row, `premiumIndex of ${textField(row, 'symbol')}`)]))
  })
}

/** Markets that can only be closed have no mark in the list: their positions tell one. */
const CLOSING_ONLY = '25'

/** @throws IncompleteAnswerError where the market has no mark */
export function markOf(row: Row, market: Market, marks: Marks): Decimal {
  const told = marks.get(row.label)
  if (told !== undefined) return positiveField(told, 'markPrice')
  if (market.status === CLOSING_ONLY) return positiveField(row, 'markPrice')
  throw new IncompleteAnswerError(BINGX, `premiumIndex of ${row.label}`)
}

/** The funding of a market; null: not told, with a note. */
export function fundingIn(symbol: string, marks: Marks): { readonly funding: Funding | null; readonly note: string | null } {
  const row = marks.get(symbol)
  const rate = row === undefined ? null : decimalOrNull(row, 'lastFundingRate')
  const hours = row === undefined ? null : decimalOrNull(row, 'fundingIntervalHours')
  if (rate === null || !hours?.gt(0)) return { funding: null, note: `the funding of ${symbol} is not told` }
  return { funding: { rate, intervalHours: hours, window: null }, note: null }
}
