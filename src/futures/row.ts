import { IncompleteAnswerError } from '../errors.ts'
import { type Decimal, dec, isDecimalText } from '../risk/decimal.ts'

/** One object of a venue's answer, with its place for the error that names it. */
export type Row = { readonly venue: string; readonly label: string; readonly fields: Readonly<Record<string, unknown>> }

/** The object in an answer. @throws IncompleteAnswerError where there is none */
export function rowOf(venue: string, label: string, value: unknown): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new IncompleteAnswerError(venue, label)
  return { venue, label, fields: value as Record<string, unknown> }
}

/** The list of objects in an answer. @throws IncompleteAnswerError where there is none */
export function rowsOf(venue: string, label: string, value: unknown): readonly Row[] {
  if (!Array.isArray(value)) throw new IncompleteAnswerError(venue, label)
  return value.map((one) => rowOf(venue, label, one))
}

/** The same row under a name of its own. */
export function named(row: Row, label: string): Row {
  return { ...row, label }
}

/** @throws IncompleteAnswerError unless the field is a text that is not empty */
export function textField(row: Row, field: string): string {
  const value = row.fields[field]
  if (typeof value === 'string' && value !== '') return value
  throw missing(row, field)
}

/** @throws IncompleteAnswerError unless the field is true or false */
export function flagField(row: Row, field: string): boolean {
  const value = row.fields[field]
  if (typeof value === 'boolean') return value
  throw missing(row, field)
}

/** @throws IncompleteAnswerError unless the field is a finite number, as text or as JSON number */
export function decimalField(row: Row, field: string): Decimal {
  const value = decimalOrNull(row, field)
  if (value === null) throw missing(row, field)
  return value
}

/** A number of a table a venue sends as JSON numbers: its shortest text is the text the venue wrote. Null: none, or garbled. */
export function decimalOrNull(row: Row, field: string): Decimal | null {
  const value = row.fields[field]
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && isDecimalText(text) ? dec(text) : null
}

/** @throws IncompleteAnswerError unless the field is a number above 0 */
export function positiveField(row: Row, field: string): Decimal {
  const value = decimalField(row, field)
  if (!value.gt(0)) throw missing(row, field)
  return value
}

export function missing({ venue, label }: Row, field: string): IncompleteAnswerError {
  return new IncompleteAnswerError(venue, `${field} of ${label}`)
}
