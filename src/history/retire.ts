import type { CompiledQuery } from 'kysely'
import { StoreError } from '../errors.ts'
import { dayAt, daySteps, lineOfDay } from './days.ts'
import { lineOf, type PassRow } from './passes.ts'
import { dayOf, rolledUp } from './rollUp.ts'
import type { Queries } from './schema.ts'
import type { SqlDatabase } from './sqlDatabase.ts'

/** Rows of one transaction: a few milliseconds of the right to write. */
const BATCH = 200
/** How often another process may get in between before it is left to that one. */
const TRIES = 5

type Old = { readonly book: string; readonly before: number }

/**
 * Turns the passes of whole UTC days into one row a day and takes old deliveries and hushes out, batch by batch; killed in between it
 * goes on where it was. The newest pass of each kind stays however old it is: the next one is compared with it.
 *
 * @param old - `before`: the first millisecond of the oldest day that is kept.
 * @throws StoreError
 */
export async function retire(database: SqlDatabase, queries: Queries, old: Old): Promise<void> {
  let refused = 0
  for (;;) {
    const batch = await database.rows(oldestPasses(queries, old))
    if (batch.length === 0) break
    refused = (await rollUpFirstDay(database, queries, { book: old.book, batch })) ? 0 : refused + 1
    if (refused === TRIES)
      throw new StoreError('The history is being tidied by another process.', 'Nothing is lost; it is tried again later.')
  }
  await takeOut(database, oldDeliveries(queries, old))
  await takeOut(database, oldHushes(queries, old))
}

/** @returns False: another process had changed the same rows, and nothing was written. */
async function rollUpFirstDay(
  database: SqlDatabase,
  queries: Queries,
  { book, batch }: { readonly book: string; readonly batch: readonly PassRow[] },
): Promise<boolean> {
  const day = dayOf((batch[0] as PassRow).at)
  const passes = batch.filter(({ at }) => dayOf(at) === day)
  const [known] = await database.rows(dayAt(queries, book, day))
  const lines = [...(known === undefined ? [] : [lineOfDay(known)]), ...passes.map(lineOf)]
  const ids = passes.map(({ id }) => id)
  const taken = queries.deleteFrom('pass').where('book', '=', book).where('id', 'in', ids).compile()
  const { undone } = await database.write([
    ...daySteps(queries, { book, day }, { line: lines.reduce(rolledUp), seen: known?.passes ?? null }),
    { query: taken, expect: ids.length },
  ])
  return undone === null
}

function oldestPasses(queries: Queries, { book, before }: Old): CompiledQuery<PassRow> {
  const newest = queries
    .selectFrom('pass as newest')
    .select((e) => e.fn.max('newest.number').as('number'))
    .where('newest.book', '=', book)
    .groupBy('newest.kind')
  return queries
    .selectFrom('pass')
    .select(['number', 'id', 'started_at', 'at', 'grade', 'complete', 'room', 'at_most', 'health', 'margin_ratio'])
    .where('book', '=', book)
    .where('at', '<', before)
    .where('number', 'not in', newest)
    .orderBy('at')
    .orderBy('number')
    .limit(BATCH)
    .compile()
}

function oldDeliveries(queries: Queries, { book, before }: Old): CompiledQuery {
  const some = queries
    .selectFrom('delivery')
    .select('number')
    .where('book', '=', book)
    .where('at', '<', before)
    .orderBy('at')
    .limit(BATCH)
  return queries.deleteFrom('delivery').where('book', '=', book).where('number', 'in', some).compile()
}

function oldHushes(queries: Queries, { book, before }: Old): CompiledQuery {
  const some = queries.selectFrom('hush').select('id').where('book', '=', book).where('until', '<', before).limit(BATCH)
  return queries.deleteFrom('hush').where('id', 'in', some).compile()
}

async function takeOut(database: SqlDatabase, query: CompiledQuery): Promise<void> {
  for (;;) {
    const { counts } = await database.write([{ query }])
    if (counts[0] === undefined || counts[0] < BATCH) return
  }
}
