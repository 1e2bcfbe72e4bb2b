import Database from 'libsql'
import { StoreError } from '../errors.ts'
import { migrate } from './migrate.ts'
import { type Identity, identityOf, isSame, ownerOnly } from './ownerOnly.ts'
import { isCorrupt } from './sqliteFault.ts'
import type { SqliteSettings } from './sqliteMessage.ts'

/** An open file, ready for work. */
export type SqliteFile = {
  readonly database: Database.Database
  readonly identity: Identity
  /** What its owner should know: begun anew, migrated. */
  readonly notices: readonly string[]
}

/** A file that is no history any more. */
export type BrokenFile = { readonly broken: Identity }

/**
 * Opens a file for the owner alone, as SQLite must be opened to lose nothing: no WAL, whose reset may lose a commit in this SQLite,
 * and every commit on the disk before it is told.
 *
 * @param check - Whether to read all of it first, as at the start and whenever it is suspect.
 * @returns null: it was moved away while it was opened.
 * @throws StoreError, or an error of SQLite or the file system.
 * @see STACK "history"
 */
export function openFile(settings: SqliteSettings, check: boolean): SqliteFile | BrokenFile | null {
  const { path } = settings
  const size = ownerOnly(path)
  const identity = identityOf(path)
  if (identity === null) return null
  let database: Database.Database | null = null
  try {
    database = new Database(path)
    // Set aside by another process in this very moment: what was opened is one file, what was looked at the other.
    if (!isSame(identityOf(path), identity)) {
      close(database)
      return null
    }
    const [mode] = database.prepare('PRAGMA journal_mode = TRUNCATE').all() as readonly { journal_mode: string }[]
    if (mode?.journal_mode !== 'truncate')
      throw new StoreError(`${path} cannot be kept safely here.`, 'Name another place for the history.')
    for (const pragma of ['synchronous = FULL', 'foreign_keys = ON', 'trusted_schema = OFF'])
      database.prepare(`PRAGMA ${pragma}`).all()
    if (check && !isWhole(database)) return broken(database, identity)
    const migrated = migrate(database, settings)
    const notices: string[] = []
    if (migrated?.from === 0 && size === 0) notices.push(`The history ${path} was empty: it is begun anew.`)
    if (migrated !== null && migrated.from > 0)
      notices.push(
        `The history ${path} was brought to schema ${migrated.to}; as it was before it is kept in ${path}.before-${migrated.to}.bak.`,
      )
    return { database, identity, notices }
  } catch (error) {
    if (isCorrupt(error)) return broken(database, identity)
    close(database)
    throw error
  }
}

/** Closes a connection that may be beyond closing. */
export function close(database: Database.Database | null): void {
  try {
    database?.close()
  } catch {
    // It is given up either way; what failed before was told.
  }
}

function broken(database: Database.Database | null, identity: Identity): BrokenFile {
  close(database)
  return { broken: identity }
}

function isWhole(database: Database.Database): boolean {
  const answers = database.prepare('PRAGMA quick_check(1)').all() as readonly { quick_check: string }[]
  return answers.length === 1 && answers[0]?.quick_check === 'ok'
}
