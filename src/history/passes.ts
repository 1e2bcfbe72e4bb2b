import { type CompiledQuery, sql } from 'kysely'
import { PACKING } from './packing.ts'
import type { Queries } from './schema.ts'
import type { Step } from './sqlDatabase.ts'
import type { HistoryLine, PassRecord } from './store.ts'

/** Where a page of a range begins: after this row, up to a time. */
export type Place = { readonly at: number; readonly number: number; readonly to: number }

/** Rows of one answer: enough to be quick, few enough that taking them in is not felt. */
export const PAGE = 1_000

const LINE = ['number', 'id', 'started_at', 'at', 'grade', 'complete', 'room', 'at_most', 'health', 'margin_ratio'] as const

/** A pass without its documents. */
export type PassRow = {
  readonly number: number
  readonly id: string
  readonly started_at: number
  readonly at: number
  readonly grade: string
  readonly complete: number
  readonly room: string | null
  readonly at_most: string | null
  readonly health: string | null
  readonly margin_ratio: string | null
}

/** A pass with its documents, packed. */
export type WholeRow = PassRow & { readonly kind: PassRecord['kind']; readonly packing: number; readonly packed: Uint8Array }

/** What stores a pass. Stored once more it changes nothing; another pass under its id undoes the write, at its first step. */
export function passSteps(queries: Queries, pass: PassRecord, packed: Uint8Array): readonly Step[] {
  const taken = queries
    .selectFrom('pass')
    .select('id')
    .where('id', '=', pass.id)
    .where((e) => e.or([e('book', '<>', pass.book), e('at', '<>', pass.at), e('started_at', '<>', pass.startedAt)]))
  const row = queries.insertInto('pass').values({
    id: pass.id,
    book: pass.book,
    number: nextNumber('pass', pass.book),
    started_at: pass.startedAt,
    at: pass.at,
    kind: pass.kind,
    grade: pass.grade,
    complete: pass.complete ? 1 : 0,
    room: pass.room,
    at_most: pass.atMost,
    health: pass.health,
    margin_ratio: pass.marginRatio,
  })
  const document = queries.insertInto('document').values({ pass: pass.id, packing: PACKING, packed })
  return [
    { query: taken.compile(), expect: 0 },
    { query: row.onConflict((c) => c.column('id').doNothing()).compile() },
    { query: document.onConflict((c) => c.column('pass').doNothing()).compile() },
  ]
}

/** The number of a book's next row. Numbers tell the order of writing, which times do not when a clock was set back. */
export function nextNumber(table: 'pass' | 'delivery', book: string): ReturnType<typeof sql<number>> {
  return sql<number>`(select coalesce(max(number), 0) + 1 from ${sql.table(table)} where book = ${book})`
}

/** The pass written last, of a kind or of any. */
export function lastPass(queries: Queries, book: string, kind: PassRecord['kind'] | null): CompiledQuery<WholeRow> {
  const all = queries.selectFrom('pass').innerJoin('document', 'document.pass', 'pass.id').where('book', '=', book)
  const wanted = kind === null ? all : all.where('kind', '=', kind)
  return wanted
    .select([...LINE, 'kind', 'packing', 'packed'])
    .orderBy('number', 'desc')
    .limit(1)
    .compile()
}

/** The next page of a range, oldest first. */
export function passPage(queries: Queries, book: string, place: Place): CompiledQuery<PassRow> {
  return queries
    .selectFrom('pass')
    .select(LINE)
    .where('book', '=', book)
    .where('at', '>=', place.at)
    .where('at', '<=', place.to)
    .where((e) => e.or([e('at', '>', place.at), e('number', '>', place.number)]))
    .orderBy('at')
    .orderBy('number')
    .limit(PAGE)
    .compile()
}

/** A pass as a line of history. */
export function lineOf(row: PassRow): HistoryLine {
  return {
    from: row.started_at,
    to: row.at,
    passes: 1,
    grade: row.grade,
    complete: row.complete === 1,
    room: row.room,
    atMost: row.at_most,
    health: row.health,
    marginRatio: row.margin_ratio,
  }
}
