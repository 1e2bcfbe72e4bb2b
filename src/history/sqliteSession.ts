import type { Database } from 'libsql'
import { StoreError } from '../errors.ts'
import { type Identity, identityOf, isSame } from './ownerOnly.ts'
import { setAside } from './setAside.ts'
import type { Written } from './sqlDatabase.ts'
import { codeOf, isBusy, isCorrupt, sqliteFault } from './sqliteFault.ts'
import { type BrokenFile, close, openFile, type SqliteFile } from './sqliteFile.ts'
import type { SqliteSettings, Statement, StatementStep } from './sqliteMessage.ts'

/** What a session needs to know of the call that it works for. */
export type SqliteTurn = {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Whether nobody waits for the answer any more. */
  readonly abandoned: () => boolean
}

/** Work on one file, however often it has to be opened. All of it blocks the thread. */
export type SqliteSession = {
  readonly open: (turn: SqliteTurn) => void
  readonly rows: (turn: SqliteTurn, statement: Statement) => readonly unknown[]
  readonly write: (turn: SqliteTurn, steps: readonly StatementStep[]) => Written
  readonly close: () => void
}

/** Short enough that a lock held for moments costs moments, random so that two who wait do not meet for ever. */
const PAUSE_MS = { least: 5, most: 30 } as const

/** How often the file may be moved away in the moment of being opened. */
const MOST_TRIES = 10

/** @param tell - Told one sentence whenever the file was lost, set aside or changed. */
export function sqliteSession(settings: SqliteSettings, tell: (sentence: string) => void): SqliteSession {
  const { path, busyMs } = settings
  let file: SqliteFile | null = null
  let suspect = true

  const drop = (): void => {
    close(file?.database ?? null)
    file = null
  }

  const replace = (broken: Identity, now: number): void => {
    const aside = setAside(path, broken, now)
    if (aside !== null) tell(`The history ${path} was damaged: it is set aside as ${aside}, and a new one is begun.`)
  }

  /** The open file; a broken one is set aside, and one that is not at its path any more is left. */
  const opened = (now: number): Database => {
    if (file !== null && isSame(identityOf(path), file.identity)) return file.database
    if (file !== null) {
      drop()
      tell(
        `The history ${path} was deleted or replaced while it was open: what stands there now is used, and what was deleted is lost.`,
      )
    }
    const found = standing(settings, suspect)
    if ('broken' in found) {
      replace(found.broken, now)
      const next = standing(settings, true)
      if ('broken' in next) throw new StoreError(`The history ${path} is damaged as soon as it is made.`, 'Look at the disk.')
      file = next
    } else file = found
    suspect = false
    for (const notice of file.notices) tell(notice)
    return file.database
  }

  /** Does a work with the open file; once more where the file was broken, again and again while it is locked. */
  const done = <T>({ now, abandoned }: SqliteTurn, work: (database: Database) => T): T => {
    const until = performance.now() + busyMs
    for (let broken = 0; ; ) {
      try {
        return work(opened(now))
      } catch (error) {
        if (isBusy(error) && performance.now() < until && !abandoned()) pause()
        else if (isCorrupt(error) && broken < 2) {
          // A check of the whole comes first; what that does not find, an index that contradicts its table, is found by the work.
          if (++broken === 2 && file !== null) replace(file.identity, now)
          suspect = true
          drop()
        } else {
          // After a failure of the disk the connection may be in any state; a new one begins from what the file says.
          if (!isBusy(error) && !/^SQLITE_CONSTRAINT/.test(codeOf(error))) drop()
          throw sqliteFault(path, error)
        }
      }
    }
  }

  return {
    open: (turn) => done(turn, () => undefined),
    rows: (turn, { sql, parameters }) => done(turn, (database) => all(database, { sql, parameters })),
    write: (turn, steps) => done(turn, (database) => written(database, steps, turn)),
    close: drop,
  }
}

/** The file that stands at the path, also while others put another one there. */
function standing(settings: SqliteSettings, check: boolean): SqliteFile | BrokenFile {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = openFile(settings, check)
    if (found !== null) return found
  }
  throw new StoreError(`The history ${settings.path} is moved away again and again.`, 'Does another program clear that folder?')
}

function written(database: Database, steps: readonly StatementStep[], { abandoned }: SqliteTurn): Written {
  database.exec('BEGIN IMMEDIATE')
  try {
    const counts: number[] = []
    for (const step of steps) {
      const count = countOf(database, step)
      counts.push(count)
      if (step.expect !== null && count !== step.expect) {
        database.exec('ROLLBACK')
        return { undone: counts.length - 1, counts }
      }
    }
    if (abandoned()) throw new StoreError('The write was given up.', 'It is tried again with the next pass.')
    database.exec('COMMIT')
    return { undone: null, counts }
  } catch (error) {
    undo(database)
    throw error
  }
}

/** The first error is the one that is told. */
function undo(database: Database): void {
  try {
    if (database.inTransaction) database.exec('ROLLBACK')
  } catch (error) {
    if (codeOf(error) === '') throw error
  }
}

function countOf(database: Database, { sql, parameters }: Statement): number {
  const statement = database.prepare(sql)
  return statement.reader ? statement.all([...parameters]).length : statement.run([...parameters]).changes
}

/** Never `get`, which adds columns of its own. Bytes as such: the library gives a bare buffer. */
function all(database: Database, { sql, parameters }: Statement): readonly unknown[] {
  const rows = database.prepare(sql).all([...parameters]) as readonly Readonly<Record<string, unknown>>[]
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value instanceof ArrayBuffer ? new Uint8Array(value) : value]),
    ),
  )
}

const BELL = new Int32Array(new SharedArrayBuffer(4))

function pause(): void {
  Atomics.wait(BELL, 0, 0, PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least))
}
