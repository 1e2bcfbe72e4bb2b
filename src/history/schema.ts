import type { Kysely } from 'kysely'
import type { DeliveryRecord, Hush, PassRecord } from './store.ts'

/**
 * The tables, as every dialect has them. Times are milliseconds since 1970, figures decimal text (a REAL or a NUMERIC would round
 * them), `complete` is 0 or 1, and `number` counts a book's rows in the order in which they were written: clocks step, it does not.
 */
export type Schema = {
  pass: PassTable
  document: DocumentTable
  day: DayTable
  memory: { book: string; memory: string }
  delivery: DeliveryTable
  hush: { id: string; book: string; kind: Hush['kind']; alert: string; at: number; until: number; note: string }
  lease: { book: string; holder: string; token: string; until: number }
}

/** Queries of one dialect. They are compiled here and run by a `SqlDatabase`. */
export type Queries = Kysely<Schema>

type PassTable = {
  id: string
  book: string
  number: number
  started_at: number
  at: number
  kind: PassRecord['kind']
  grade: string
  complete: number
  room: string | null
  at_most: string | null
  health: string | null
  margin_ratio: string | null
}

/** Apart from `pass`, so that a range of history is read without them. */
type DocumentTable = { pass: string; packing: number; packed: Uint8Array }

type DayTable = {
  book: string
  /** Its first millisecond, UTC. */
  day: number
  first_at: number
  last_at: number
  passes: number
  longest_gap: number
  grade: string
  complete: number
  room: string | null
  at_most: string | null
  health: string | null
  margin_ratio: string | null
}

type DeliveryTable = {
  book: string
  number: number
  message: string
  channel: string
  about: string
  at: number
  outcome: DeliveryRecord['outcome']
  reason: string | null
}
