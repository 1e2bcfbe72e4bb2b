import { Decimal, dec, isDecimalText } from '../../src/risk/decimal.ts'
import { isExact, rational } from './comparison.ts'

/** One entry of a book's `extra`: inputs and the results to compare, side by side. */
export type Entry = Readonly<Record<string, unknown>>

/** An entry that cannot be computed from what it gives; the message stands in the line of its book. */
export class EntryError extends RangeError {
  override readonly name = 'EntryError'
}

/** A number that an entry gives as input: text, a JSON number or an exact one. @throws EntryError when it is none of them. */
export function figure(entry: Entry, name: string, otherwise?: string): Decimal {
  const value = entry[name] ?? otherwise
  if (isExact(value)) return rational(value.exact)
  if (typeof value === 'string' && isDecimalText(value)) return dec(value)
  if (typeof value === 'number' && Number.isFinite(value)) return new Decimal(value)
  throw new EntryError(`its input ${name} is ${value === undefined ? 'missing' : 'not a number'}`)
}

/** An input of named parts. @throws EntryError when it is none. */
export function group(entry: Entry, name: string): Entry {
  const value = entry[name]
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Entry
  throw new EntryError(`its input ${name} is ${value === undefined ? 'missing' : 'not a group of figures'}`)
}

/** A list of texts. @throws EntryError when it is none. */
export function texts(entry: Entry, name: string): readonly string[] {
  const value = entry[name]
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw new EntryError(`its input ${name} is ${value === undefined ? 'missing' : 'not a list of names'}`)
}

/** Inputs stand in the entry itself: they are given back as they are. */
export function given(entry: Entry, names: readonly string[]): Entry {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(entry, name)).map((name) => [name, entry[name]]))
}
