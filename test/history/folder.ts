import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { openSqlite } from '../../src/history/sqlite.ts'
import type { Store, StoreTools } from '../../src/history/store.ts'
import { NOON } from './records.ts'

/** A place for a history, and whatever was opened in it; gone after each test. */
export function historyFolder(): {
  /** A file in a folder that is not made yet. */
  readonly path: () => string
  readonly open: (tools?: Partial<StoreTools>) => Promise<Store>
  /** What the stores said. */
  readonly notices: string[]
} {
  let folder: string | null = null
  const stores: Store[] = []
  const notices: string[] = []
  const path = (): string => {
    folder ??= mkdtempSync(join(tmpdir(), 'hullmark-history-'))
    return join(folder, 'kept', 'history.db')
  }
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    notices.splice(0)
    if (folder !== null) rmSync(folder, { recursive: true })
    folder = null
  })
  const open = async (tools: Partial<StoreTools> = {}): Promise<Store> => {
    const store = await openSqlite(path(), { now: () => NOON, onNotice: (sentence) => notices.push(sentence), ...tools })
    stores.push(store)
    return store
  }
  return { path, open, notices }
}
