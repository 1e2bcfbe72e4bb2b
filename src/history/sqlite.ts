import { resolve } from 'node:path'
import type { CompiledQuery } from 'kysely'
import { MIGRATIONS, type Migration } from './migrations.ts'
import type { SqlDatabase, Written } from './sqlDatabase.ts'
import type { Statement } from './sqliteMessage.ts'
import { SQLITE_QUERIES } from './sqliteQueries.ts'
import { type SqliteThread, sqliteThread } from './sqliteThread.ts'
import { sqlStore } from './sqlStore.ts'
import type { Store, StoreTools } from './store.ts'

/** Reading all of a large file, and migrating it, takes longer than a commit. */
const OPENING_MS = 60_000

/**
 * The history in one SQLite file, for the owner alone. A damaged file is set aside, one that was deleted is begun anew; both are said.
 *
 * @param path - Made, with its folder, when it is missing.
 * @param migrations - Another list of schema versions, for tests of migrating.
 * @throws StoreError in one sentence: not ours, open to others, newer than this version, locked, or no place to write.
 * @example
 * const store = await openSqlite('/var/lib/hullmark/history.db', { now: Date.now, onNotice: (sentence) => log.warn(sentence) })
 */
export async function openSqlite(path: string, tools: StoreTools, migrations: readonly Migration[] = MIGRATIONS): Promise<Store> {
  const { now, onNotice, deadlineMs = 10_000, busyMs = 5_000 } = tools
  const plans = migrations.map((migration) => migration(SQLITE_QUERIES.schema).map(statementOf))
  const thread = sqliteThread({ path: resolve(path), busyMs, migrations: plans }, { now, onNotice })
  try {
    await thread.ask({ kind: 'open' }, Math.max(OPENING_MS, deadlineMs))
  } catch (error) {
    await thread.end(deadlineMs)
    throw error
  }
  return sqlStore(databaseOf(thread, deadlineMs), SQLITE_QUERIES, now)
}

function databaseOf(thread: SqliteThread, ms: number): SqlDatabase {
  return {
    rows: async <Row>(query: CompiledQuery<Row>) =>
      (await thread.ask({ kind: 'rows', statement: statementOf(query) }, ms)) as readonly Row[],
    write: async (steps) => {
      const plain = steps.map(({ query, expect }) => ({ ...statementOf(query), expect: expect ?? null }))
      return (await thread.ask({ kind: 'write', steps: plain }, ms)) as Written
    },
    close: () => thread.end(ms),
  }
}

function statementOf({ sql, parameters }: CompiledQuery): Statement {
  return { sql, parameters }
}
