import { StoreError } from '../errors.ts'

/** What SQLite or the file system calls an error: `SQLITE_BUSY`, `ENOSPC`; empty where it has no name. */
export function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** Whether another connection holds the file for now. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))
}

/** Whether the file itself is broken. */
export function isCorrupt(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error))
}

const SPACE = 'Make room on the disk, or name another place for the history. Alerts go out all the same.'
const RIGHTS = 'Check who owns the file and its folder, and whether the disk is mounted for writing. Alerts go out all the same.'
const DISK = 'Look at the disk. Alerts go out all the same, and later passes are stored again once it answers.'

/** From the beginning of a code to what it means; the first that fits counts. */
const FAULTS: readonly (readonly [code: RegExp, what: string, hint: string])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    'is locked by another program',
    'See what else has it open: a copy, a backup, another hullmark. Alerts go out all the same.',
  ],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)/, 'has no room left on its disk', SPACE],
  [/^(SQLITE_READONLY|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS)/, 'cannot be written', RIGHTS],
  [/^(SQLITE_IOERR|EIO)/, 'could not be read or written: the disk failed', DISK],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, 'is damaged', 'It could not be set aside: move it away, and a new one is begun.'],
  [
    /^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EISDIR|ELOOP|ENAMETOOLONG)/,
    'cannot be opened',
    'Check the path and that its folder can be made.',
  ],
  [/^SQLITE_CONSTRAINT/, 'refused a row', 'This is a bug: please report it.'],
]

/** An error of SQLite or the file system in our words; the error itself is not kept. */
export function sqliteFault(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const code = codeOf(error) || openingCode(error)
  const found = FAULTS.find(([pattern]) => pattern.test(code))
  if (found !== undefined) return new StoreError(`The history ${path} ${found[1]} (${code}).`, found[2])
  const what = code || (error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'no reason given')
  return new StoreError(`The history ${path} failed (${what}).`, 'If it stays so, please report it.')
}

/** Opening fails with SQLite's number in the text alone. */
function openingCode(error: unknown): string {
  const number = error instanceof Error ? /^ConnectionFailed\(.*: (\d+)"\)$/.exec(error.message)?.[1] : undefined
  if (number === undefined) return ''
  return number === '26' ? 'SQLITE_NOTADB' : 'SQLITE_CANTOPEN'
}
