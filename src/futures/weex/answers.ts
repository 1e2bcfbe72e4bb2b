import { IncompleteAnswerError } from '../../errors.ts'
import type { Params } from '../ccxtClient.ts'
import type { Reader } from '../ccxtReader.ts'
import { type Row, rowsOf } from '../row.ts'

export const WEEX = 'WEEX'

/** A second try could cost the pass its time, and what is asked once costs no leg. */
export const ONCE = 1
const PAGE_SIZE = 100
/** Far beyond what one account may have open: a list that does not end is no answer. */
const MOST_PAGES = 20

/** A time of the venue, milliseconds; null: none. */
export function timeIn(value: unknown): number | null {
  const time = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : null
}

/** A list in pages: its call, and the number of its first page, for WEEX counts some from 0 and some from 1. */
export type Paged = { readonly call: string; readonly firstPage: 0 | 1; readonly params?: Params }

/** All rows of a list in pages of 100, each asked once. @throws IncompleteAnswerError where a page is no list, or the list does not end */
export async function pagesOf(reader: Reader, label: string, { call, firstPage, params = {} }: Paged): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let page = firstPage as number; page < firstPage + MOST_PAGES; page++) {
    const found = rowsOf(WEEX, label, await reader.ask(call, { ...params, limit: PAGE_SIZE, page }, ONCE))
    rows.push(...found)
    if (found.length < PAGE_SIZE) return rows
  }
  throw new IncompleteAnswerError(WEEX, label, { what: `lists more than ${MOST_PAGES} pages of ${label}` })
}
