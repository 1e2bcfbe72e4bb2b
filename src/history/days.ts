import type { CompiledQuery } from 'kysely'
import type { Queries } from './schema.ts'
import type { Step } from './sqlDatabase.ts'
import type { HistoryLine } from './store.ts'

/** A day that was rolled up, as its row has it. */
export type DayRow = {
  readonly first_at: number
  readonly last_at: number
  readonly passes: number
  /** Milliseconds. */
  readonly longest_gap: number
  readonly grade: string
  readonly complete: number
  readonly room: string | null
  readonly at_most: string | null
  readonly health: string | null
  readonly margin_ratio: string | null
}

const COLUMNS = [
  'first_at',
  'last_at',
  'passes',
  'longest_gap',
  'grade',
  'complete',
  'room',
  'at_most',
  'health',
  'margin_ratio',
] as const

/** The days that reach into a range, oldest first. */
export function daysIn(queries: Queries, book: string, { from, to }: { from: number; to: number }): CompiledQuery<DayRow> {
  return queries
    .selectFrom('day')
    .select(COLUMNS)
    .where('book', '=', book)
    .where('last_at', '>=', from)
    .where('first_at', '<=', to)
    .orderBy('day')
    .compile()
}

/** The row of one day. */
export function dayAt(queries: Queries, book: string, day: number): CompiledQuery<DayRow> {
  return queries.selectFrom('day').select(COLUMNS).where('book', '=', book).where('day', '=', day).compile()
}

/** Puts a line in the place of a day's row, if that still holds as many passes as were seen; null: there was none. */
export function daySteps(
  queries: Queries,
  key: { book: string; day: number },
  next: { line: HistoryLine; seen: number | null },
): Step[] {
  const { line, seen } = next
  const row = queries.selectFrom('day').select('day').where('book', '=', key.book).where('day', '=', key.day)
  const still = seen === null ? row : row.where('passes', '=', seen)
  const figures = {
    first_at: line.from,
    last_at: line.to,
    passes: line.passes,
    longest_gap: line.longestGapMs ?? 0,
    grade: line.grade,
    complete: line.complete ? 1 : 0,
    room: line.room,
    at_most: line.atMost,
    health: line.health,
    margin_ratio: line.marginRatio,
  }
  return [
    { query: still.compile(), expect: seen === null ? 0 : 1 },
    {
      query: queries
        .insertInto('day')
        .values({ ...key, ...figures })
        .onConflict((c) => c.columns(['book', 'day']).doUpdateSet(figures))
        .compile(),
      expect: 1,
    },
  ]
}

/** A day as a line of history. */
export function lineOfDay(row: DayRow): HistoryLine {
  return {
    from: row.first_at,
    to: row.last_at,
    passes: row.passes,
    grade: row.grade,
    complete: row.complete === 1,
    room: row.room,
    atMost: row.at_most,
    health: row.health,
    marginRatio: row.margin_ratio,
    longestGapMs: row.longest_gap,
  }
}
