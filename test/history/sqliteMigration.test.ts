import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CompiledQuery, SchemaModule } from 'kysely'
import Database from 'libsql'
import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../../src/history/migrations.ts'
import { openSqlite } from '../../src/history/sqlite.ts'
import type { Store } from '../../src/history/store.ts'
import { historyFolder } from './folder.ts'
import { aCommit, aPass, NOON } from './records.ts'

const { path, open, notices } = historyFolder()
const NEWEST = MIGRATIONS.length
const [NEXT, BACKUP] = [NEWEST + 1, (): string => `${path()}.before-${NEWEST + 1}.bak`]

/** What a later version might add. */
const later = (schema: SchemaModule): readonly CompiledQuery[] => [
  schema.alterTable('pass').addColumn('mood', 'text').compile(),
  schema.createTable('mood').addColumn('name', 'text').compile(),
]
const failing = (schema: SchemaModule): readonly CompiledQuery[] => [
  ...later(schema),
  schema.dropTable('no_such_table').compile(),
]

const openLater = (migration: typeof later): Promise<Store> =>
  openSqlite(path(), { now: () => NOON, onNotice: (sentence) => notices.push(sentence) }, [...MIGRATIONS, migration])

async function aHistory(): Promise<void> {
  const store = await open()
  await store.commit('main', aCommit(aPass('a', NOON), { memory: 'kept' }))
  await store.close()
}

function asked(file: string, query: string): unknown {
  const database = new Database(file)
  try {
    return database.prepare(query).all()
  } finally {
    database.close()
  }
}

describe('the schema', () => {
  test('its version stands in a table and in the head of the file', async () => {
    await aHistory()
    expect(asked(path(), 'SELECT version FROM schema_version')).toEqual([{ version: NEWEST }])
    expect(asked(path(), 'PRAGMA user_version')).toEqual([{ user_version: NEWEST }])
    expect(asked(path(), 'PRAGMA application_id')).toEqual([{ application_id: 0x68756c6c }])
  })

  test('an older file is copied first, then brought up to date with all it holds', async () => {
    await aHistory()
    const store = await openLater(later)
    expect((await store.lastPass('main'))?.id).toBe('a')
    expect(await store.memory('main')).toBe('kept')
    await store.commit('main', aCommit(aPass('b', NOON)))
    await store.close()
    expect(notices).toEqual([`The history ${path()} was brought to schema ${NEXT}; as it was before it is kept in ${BACKUP()}.`])
    expect(asked(path(), 'SELECT version FROM schema_version')).toEqual([{ version: NEXT }])
    expect(asked(path(), 'PRAGMA user_version')).toEqual([{ user_version: NEXT }])
    expect((statSync(BACKUP()).mode & 0o777).toString(8)).toBe('600')
    // The copy is a whole history of the old schema.
    expect(asked(BACKUP(), 'SELECT version FROM schema_version')).toEqual([{ version: NEWEST }])
    expect(asked(BACKUP(), 'SELECT id FROM pass')).toEqual([{ id: 'a' }])
  })

  test('opened by three at once it is brought up to date once', async () => {
    await aHistory()
    const stores = await Promise.all([openLater(later), openLater(later), openLater(later)])
    for (const [i, store] of stores.entries()) await store.commit('main', aCommit(aPass(`${i}`, NOON)))
    for (const store of stores) await store.close()
    expect(asked(path(), 'SELECT count(*) AS n FROM pass')).toEqual([{ n: 4 }])
    expect(notices).toHaveLength(1)
    expect(asked(BACKUP(), 'SELECT version FROM schema_version')).toEqual([{ version: NEWEST }])
    expect(readdirSync(dirname(path())).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('a migration that fails leaves the file as it was', async () => {
    await aHistory()
    await expect(openLater(failing)).rejects.toThrow(`The history ${path()} failed`)
    expect(asked(path(), 'SELECT version FROM schema_version')).toEqual([{ version: NEWEST }])
    const store = await open()
    expect(await store.memory('main')).toBe('kept')
    expect(asked(path(), "SELECT name FROM sqlite_master WHERE name = 'mood'")).toEqual([])
  })

  test('one that a newer hullmark wrote is refused, with what to do, and nothing is changed', async () => {
    await aHistory()
    await (await openLater(later)).close()
    const before = readdirSync(dirname(path())).sort()
    const refusal = await open().catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      name: 'StoreError',
      message: `${path()} was written by a newer hullmark (schema ${NEXT}, this one knows ${NEWEST}).`,
      hint: 'Update hullmark.',
    })
    expect(readdirSync(dirname(path())).sort()).toEqual(before)
    expect(existsSync(`${path()}.before-${NEWEST}.bak`)).toBe(false)
  })
})
