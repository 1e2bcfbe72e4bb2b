import { IncompleteAnswerError } from '../../errors.ts'
import type { Decimal } from '../../risk/decimal.ts'
import type { Params } from '../ccxtClient.ts'
import type { Reader } from '../ccxtReader.ts'
import { decimalOrNull, missing, type Row, rowOf, rowsOf } from '../row.ts'

export const MEXC = 'MEXC'

/** A second try could cost the pass its time, and what is asked once costs no leg. */
export const ONCE = 1
const PAGE_SIZE = 100
/** Far beyond what a week holds: a list that does not end is no answer. */
const MOST_PAGES = 50

/** What an answer of the contract API says, taken out of `{success, code, data}`. */
export function dataOf(label: string, answer: unknown): unknown {
  return rowOf(MEXC, label, answer).fields.data
}

/** A list of the contract API. @throws IncompleteAnswerError where there is none */
export function listOf(label: string, answer: unknown): readonly Row[] {
  return rowsOf(MEXC, label, dataOf(label, answer))
}

/** What a list is asked with, and the names by which its endpoint counts pages. */
export type Paged = { readonly call: string; readonly params: Params; readonly page: string; readonly size: string }

/**
 * All pages of a list, each asked once. Some endpoints answer with a bare list and some with one among totals, and the documentation
 * shows both for the same endpoint: both are understood.
 *
 * @throws IncompleteAnswerError where a page is no list, or the list does not end
 */
export async function pagesOf(reader: Reader, label: string, { call, params, page, size }: Paged): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let at = 1; at <= MOST_PAGES; at++) {
    const data = dataOf(label, await reader.ask(call, { ...params, [page]: at, [size]: PAGE_SIZE }, ONCE))
    const totals = Array.isArray(data) ? null : rowOf(MEXC, label, data)
    const found = rowsOf(MEXC, label, totals === null ? data : totals.fields.resultList)
    rows.push(...found)
    const pages = totals === null ? null : decimalOrNull(totals, 'totalPage')
    if (pages === null ? found.length < PAGE_SIZE : pages.lte(at)) return rows
  }
  throw new IncompleteAnswerError(MEXC, label, { what: `lists more than ${MOST_PAGES} pages of ${label}` })
}

/** @throws IncompleteAnswerError unless the field is one of these numbers */
export function choiceField<T extends number>(row: Row, field: string, choices: readonly T[]): T {
  const value = decimalOrNull(row, field)
  const found = choices.find((one) => value?.eq(one) === true)
  if (found === undefined) throw missing(row, field)
  return found
}

/** A time of the venue, milliseconds; null: none. */
export function timeIn(value: unknown): number | null {
  const time = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : null
}

/** Ids are told as number here and as text there. */
export function idIn(row: Row, field: string): string {
  const value = row.fields[field]
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  throw missing(row, field)
}

/** A figure of which 0 and nothing both mean "none". */
export function aboveZero(row: Row, field: string): Decimal | null {
  const price = decimalOrNull(row, field)
  return price?.gt(0) ? price : null
}
