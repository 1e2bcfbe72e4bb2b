import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import type { Database } from 'libsql'
import { StoreError } from '../errors.ts'
import type { SqliteSettings } from './sqliteMessage.ts'

/** Marks a file as ours: "hull" in ASCII. */
const APPLICATION = 0x68756c6c

/** What became of a file's schema: the versions before and after. */
export type Migrated = { readonly from: number; readonly to: number }

/**
 * Brings a file to the newest schema in one transaction; one that holds passes is copied beside itself first.
 *
 * @returns null: it was there already.
 * @throws StoreError when a newer hullmark wrote it, or it is another program's.
 */
export function migrate(database: Database, { path, migrations }: Pick<SqliteSettings, 'path' | 'migrations'>): Migrated | null {
  const newest = migrations.length
  const seen = versionOf(database, path)
  refuseNewer(path, seen, newest)
  if (seen === newest) return null
  const copy = seen > 0 ? copyOf(database, path) : null
  try {
    database.exec('BEGIN IMMEDIATE')
    // Another process may have been quicker; a copy of what it made is no copy of what was before.
    const from = versionOf(database, path)
    refuseNewer(path, from, newest)
    if (copy !== null && from === seen) renameSync(copy, `${path}.before-${newest}.bak`)
    step(database, migrations, from)
    database.exec('COMMIT')
    return from === newest ? null : { from, to: newest }
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  } finally {
    if (copy !== null) rmSync(copy, { force: true })
  }
}

/** The steps from a version on, within a transaction that is open. */
function step(database: Database, migrations: SqliteSettings['migrations'], from: number): void {
  for (const { sql, parameters } of migrations.slice(from).flat()) database.prepare(sql).run([...parameters])
  if (from === 0) {
    database.exec(`PRAGMA application_id = ${APPLICATION}`)
    database.exec('CREATE TABLE schema_version (version integer NOT NULL)')
    database.exec('INSERT INTO schema_version VALUES (0)')
  }
  database.prepare('UPDATE schema_version SET version = ?').run([migrations.length])
  database.exec(`PRAGMA user_version = ${migrations.length}`)
}

/** The schema's version; 0: an empty file. */
function versionOf(database: Database, path: string): number {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as readonly { name: string }[]
  if (tables.length === 0) return 0
  const [owner] = database.prepare('PRAGMA application_id').all() as readonly { application_id: number }[]
  if (owner?.application_id !== APPLICATION)
    throw new StoreError(`${path} is another program's database.`, 'Name another file for the history.')
  const [row] = database.prepare('SELECT version FROM schema_version').all() as readonly { version: number }[]
  if (row === undefined)
    throw new StoreError(`${path} does not tell its schema's version.`, 'Move it away, and a new one is begun.')
  return row.version
}

function refuseNewer(path: string, seen: number, newest: number): void {
  if (seen > newest)
    throw new StoreError(
      `${path} was written by a newer hullmark (schema ${seen}, this one knows ${newest}).`,
      'Update hullmark.',
    )
}

/** A copy under a name of its own, by SQLite itself, which reads one consistent state. */
function copyOf(database: Database, path: string): string {
  const copy = `${path}.${randomUUID()}.tmp`
  const made = openSync(copy, 'wx', 0o600)
  try {
    database.prepare('VACUUM INTO ?').run([copy])
    fsyncSync(made)
    return copy
  } catch (error) {
    rmSync(copy, { force: true })
    throw error
  } finally {
    closeSync(made)
  }
}
