import { type Row, rowOf, rowsOf } from '../row.ts'

export const BINGX = 'BingX'

/** A second try could cost the pass its time, and what is asked once costs no leg. */
export const ONCE = 1

/** What an answer says, taken out of `{code, msg, data}`. */
export function dataOf(label: string, answer: unknown): unknown {
  return rowOf(BINGX, label, answer).fields.data
}

/** A list in an answer. @throws IncompleteAnswerError where there is none */
export function listOf(label: string, answer: unknown): readonly Row[] {
  return rowsOf(BINGX, label, dataOf(label, answer))
}

/** A list that stands under a name in an answer's data. @throws IncompleteAnswerError where there is none */
export function listIn(label: string, answer: unknown, field: string): readonly Row[] {
  return rowsOf(BINGX, label, rowOf(BINGX, label, dataOf(label, answer)).fields[field])
}

/** A time of the venue, milliseconds; null: none. */
export function timeIn(value: unknown): number | null {
  const time = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isSafeInteger(time) && time > 0 ? time : null
}
