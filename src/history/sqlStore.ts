import { randomUUID } from 'node:crypto'
import { StoreError } from '../errors.ts'
import { type DayRow, daysIn, lineOfDay } from './days.ts'
import { deliveryPage, deliverySteps, recordOf } from './deliveries.ts'
import { leases } from './lease.ts'
import { pack, unpack } from './packing.ts'
import { lastPass, lineOf, PAGE, type PassRow, type Place, passPage, passSteps } from './passes.ts'
import { retire } from './retire.ts'
import { dayOf } from './rollUp.ts'
import type { Queries } from './schema.ts'
import type { SqlDatabase, Step } from './sqlDatabase.ts'
import type { Commit, HistoryLine, PassRecord, Store } from './store.ts'

type Range = { readonly from: number; readonly to: number }

/** A store over any SQL database. @param now - Our clock, for the renewal of leases. */
export function sqlStore(database: SqlDatabase, queries: Queries, now: () => number): Store {
  const held = leases({ database, queries, token: randomUUID(), now })

  const commit = async (book: string, { pass, memory, deliveries }: Commit): Promise<void> => {
    if (pass !== null && pass.book !== book)
      throw new StoreError(`A pass of the book ${pass.book} was to be stored under ${book}.`, 'This is a bug: please report it.')
    const fence = held.fence(book)
    const steps: readonly Step[] = [
      ...fence,
      ...(pass === null ? [] : passSteps(queries, pass, await pack(pass))),
      ...(memory === null ? [] : [remembering(queries, book, memory)]),
      ...deliverySteps(queries, book, deliveries),
    ]
    const { undone } = await database.write(steps)
    if (undone !== null) throw undone < fence.length ? takenOver(book) : sameId()
  }

  const lastOf = async (book: string, kind: PassRecord['kind'] | null): Promise<PassRecord | null> => {
    const [row] = await database.rows(lastPass(queries, book, kind))
    if (row === undefined) return null
    const { from, to, passes, ...figures } = lineOf(row)
    const documents = await unpack(row.packed, row.packing)
    return { id: row.id, book, startedAt: from, at: to, ...figures, ...documents, kind: row.kind }
  }

  const history = async (book: string, range: Range): Promise<readonly HistoryLine[]> => {
    const days = (): Promise<readonly DayRow[]> => database.rows(daysIn(queries, book, range))
    let before = await days()
    for (;;) {
      const passes: readonly PassRow[] = await paged(range, (place) => database.rows(passPage(queries, book, place)))
      const after = await days()
      // Rolled up while it was read, a pass would be there twice or not at all.
      if (passesIn(before) === passesIn(after))
        return [...after.map(lineOfDay), ...passes.map(lineOf)].sort((a, b) => a.to - b.to)
      before = after
    }
  }

  return {
    memory: async (book) => {
      const [row] = await database.rows(queries.selectFrom('memory').select('memory').where('book', '=', book).compile())
      return row?.memory ?? null
    },
    lastPass: (book, kind) => lastOf(book, kind ?? null),
    commit,
    history,
    deliveries: async (book, range) =>
      (await paged(range, (place) => database.rows(deliveryPage(queries, book, place)))).map(recordOf),
    hushes: (book, time) =>
      database.rows(
        queries
          .selectFrom('hush')
          .selectAll()
          .where('book', '=', book)
          .where('until', '>', time)
          .orderBy('at')
          .orderBy('id')
          .compile(),
      ),
    hush: async ({ id, book, kind, alert, at, until, note }) => {
      const hush = { book, kind, alert, at, until, note }
      const said = queries.insertInto('hush').values({ id, ...hush })
      await database.write([{ query: said.onConflict((c) => c.column('id').doUpdateSet(hush)).compile(), expect: 1 }])
    },
    lease: held.take,
    retire: (book, times) => retire(database, queries, { book, before: dayOf(times.now - times.keepMs) }),
    close: database.close,
  }
}

function remembering(queries: Queries, book: string, memory: string): Step {
  const remembered = queries.insertInto('memory').values({ book, memory })
  return { query: remembered.onConflict((c) => c.column('book').doUpdateSet({ memory })).compile(), expect: 1 }
}

/** All rows of a range, page by page: no answer is so large that taking it in blocks the loop. */
async function paged<Row extends { readonly at: number; readonly number: number }>(
  { from, to }: Range,
  page: (place: Place) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  let place: Place = { at: from, number: 0, to }
  for (;;) {
    const next = await page(place)
    for (const row of next) rows.push(row)
    const last = next.at(-1)
    if (last === undefined || next.length < PAGE) return rows
    place = { at: last.at, number: last.number, to }
  }
}

function passesIn(days: readonly DayRow[]): number {
  return days.reduce((sum, { passes }) => sum + passes, 0)
}

function takenOver(book: string): StoreError {
  return new StoreError(
    `Another process has taken over the book ${book}: nothing was stored.`,
    'Two "hullmark watch" run on one book, or this one stood still for long. Only one of them may go on.',
  )
}

function sameId(): StoreError {
  return new StoreError('Another pass is stored under the same id: nothing was stored.', 'This is a bug: please report it.')
}
