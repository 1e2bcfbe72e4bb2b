import { IncompleteAnswerError } from '../../errors.ts'
import type { Params } from '../ccxtClient.ts'
import type { Reader } from '../ccxtReader.ts'
import { type Row, rowOf, rowsOf } from '../row.ts'

export const BYBIT = 'Bybit'
/** A list longer than this many pages is no list of an account. */
const MOST_PAGES = 200

/** A list that the venue gives in pages. */
export type Listing = {
  /** The implicit method. */
  readonly call: string
  readonly params: Params
  /** What it lists, for errors: `position/list linear USDT`. */
  readonly label: string
  /** How often in all a passing fault of one page is tried. Default: 3. */
  readonly tries?: number
}

/** The object that every answer wraps. @throws IncompleteAnswerError where there is none */
export function resultOf(label: string, answer: unknown): Row {
  return rowOf(BYBIT, label, rowOf(BYBIT, label, answer).fields.result)
}

/**
 * All rows of a list, page after page: a page is followed by the cursor that it names, and the last one names none.
 *
 * @throws IncompleteAnswerError for a page without a list, or a cursor that leads nowhere
 */
export async function allRows(reader: Reader, { call, params, label, tries }: Listing): Promise<readonly Row[]> {
  const rows: Row[] = []
  const seen = new Set<string>()
  let cursor = ''
  for (let page = 0; page < MOST_PAGES; page++) {
    const result = resultOf(label, await reader.ask(call, cursor === '' ? params : { ...params, cursor }, tries))
    rows.push(...rowsOf(BYBIT, label, result.fields.list))
    const { nextPageCursor: next = '' } = result.fields
    if (next === '') return rows
    if (typeof next !== 'string' || seen.has(next)) break
    seen.add(next)
    cursor = next
  }
  throw new IncompleteAnswerError(BYBIT, `nextPageCursor of ${label}`)
}
