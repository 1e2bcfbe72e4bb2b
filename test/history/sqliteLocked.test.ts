import { describe, expect, test } from 'vitest'
import { StoreError } from '../../src/errors.ts'
import { MIGRATIONS } from '../../src/history/migrations.ts'
import type { SqliteWork, Statement } from '../../src/history/sqliteMessage.ts'
import { SQLITE_QUERIES } from '../../src/history/sqliteQueries.ts'
import { type SqliteThread, sqliteThread } from '../../src/history/sqliteThread.ts'
import { processesBeside } from './beside.ts'
import { historyFolder } from './folder.ts'
import { aCommit, aPass, NOON } from './records.ts'

const { path, open } = historyFolder()
const beside = processesBeside()

describe('a file that another program holds', () => {
  test('a commit waits, the event loop does not, and it is stored once the other lets go', async () => {
    const store = await open({ busyMs: 60_000, deadlineMs: 60_000 })
    const other = beside('lock', path())
    await other.heard('locked')
    let turns = 0
    let settled = false
    const count = (): void => {
      turns++
      // The lock is let go only once the loop has turned a thousand times while the commit waits: a blocked loop never gets there.
      if (turns === 1_000) {
        expect(settled).toBe(false)
        other.letGo()
      }
      if (!settled) setImmediate(count)
    }
    setImmediate(count)
    await store.commit('main', aCommit(aPass('a', NOON)))
    settled = true
    expect(turns).toBeGreaterThanOrEqual(1_000)
    expect((await store.lastPass('main'))?.id).toBe('a')
  })

  test('held longer than we wait: a StoreError that says so, for reading too, and later commits are stored', async () => {
    const store = await open({ busyMs: 50 })
    const other = beside('lock', path())
    await other.heard('locked')
    const locked = `The history ${path()} is locked by another program (SQLITE_BUSY).`
    await expect(store.commit('main', aCommit(aPass('a', NOON)))).rejects.toThrow(StoreError)
    await expect(store.commit('main', aCommit(aPass('a', NOON)))).rejects.toThrow(locked)
    await expect(store.memory('main')).rejects.toThrow(locked)
    await expect(open({ busyMs: 50 })).rejects.toThrow(locked)
    other.letGo()
    await other.gone
    await store.commit('main', aCommit(aPass('b', NOON)))
    expect((await store.lastPass('main'))?.id).toBe('b')
    expect(await store.history('main', { from: 0, to: NOON })).toHaveLength(1)
  })

  test('held beyond the deadline: refused in time, and not written when the other lets go', async () => {
    const store = await open({ busyMs: 60_000, deadlineMs: 300 })
    const other = beside('lock', path())
    await other.heard('locked')
    await expect(store.commit('main', aCommit(aPass('a', NOON), { memory: 'late' }))).rejects.toThrow(
      'did not answer within 0.3 s',
    )
    other.letGo()
    await other.gone
    const later = await open()
    await later.commit('main', aCommit(aPass('b', NOON)))
    expect((await later.history('main', { from: 0, to: NOON })).length).toBe(1)
    expect(await later.memory('main')).toBe('{}')
  })
})

describe('a thread that does not answer', () => {
  const statement = (sql: string): Statement => ({ sql, parameters: [] })
  /** Counting to three million: longer than the millisecond it is given here, on any machine. */
  const LONG = statement(
    'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000000) SELECT count(*) AS n FROM c',
  )
  const QUICK: SqliteWork = { kind: 'rows', statement: statement('SELECT count(*) AS n FROM memory') }

  async function withThread(work: (thread: SqliteThread) => Promise<void>): Promise<void> {
    const plans = MIGRATIONS.map((migration) =>
      migration(SQLITE_QUERIES.schema).map(({ sql, parameters }) => ({ sql, parameters })),
    )
    const thread = sqliteThread({ path: path(), busyMs: 100, migrations: plans }, { now: () => NOON, onNotice: () => undefined })
    await thread.ask({ kind: 'open' }, 60_000)
    try {
      await work(thread)
    } finally {
      await thread.end(60_000)
    }
  }

  /** The first answer after all those that were refused at once. */
  async function answered(thread: SqliteThread): Promise<unknown> {
    for (;;) {
      try {
        return await thread.ask(QUICK, 60_000)
      } catch (error) {
        expect((error as Error).message).toContain('still does not answer')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }

  test('the call misses its deadline, those in line and those after it fail at once, until it answers again', async () => {
    await withThread(async (thread) => {
      const long = thread.ask({ kind: 'rows', statement: LONG }, 1)
      const inLine = expect(thread.ask(QUICK, 60_000)).rejects.toThrow('does not answer')
      await expect(long).rejects.toThrow('did not answer within 0.001 s')
      await inLine
      await expect(thread.ask(QUICK, 60_000)).rejects.toThrow('still does not answer')
      expect(await answered(thread)).toEqual([{ n: 0 }])
    })
  })

  test('a write that was given up is undone at its end', async () => {
    await withThread(async (thread) => {
      const steps = [statement("INSERT INTO memory VALUES ('main', 'late')"), LONG].map((step) => ({ ...step, expect: null }))
      await expect(thread.ask({ kind: 'write', steps }, 1)).rejects.toThrow('in the worst case it still writes what it was given')
      expect(await answered(thread)).toEqual([{ n: 0 }])
    })
  })

  test('a call in line whose time is over is never begun', async () => {
    await withThread(async (thread) => {
      const long = thread.ask({ kind: 'rows', statement: LONG }, 60_000)
      const steps = [{ ...statement("INSERT INTO memory VALUES ('main', 'late')"), expect: null }]
      await expect(thread.ask({ kind: 'write', steps }, 1)).rejects.toThrow('did not answer within 0.001 s.')
      expect(await long).toEqual([{ n: 3_000_000 }])
      expect(await thread.ask(QUICK, 60_000)).toEqual([{ n: 0 }])
    })
  })
})
