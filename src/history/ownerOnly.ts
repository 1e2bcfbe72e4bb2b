import { closeSync, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs'
import { platform } from 'node:os'
import { dirname } from 'node:path'
import { StoreError } from '../errors.ts'
import { codeOf } from './sqliteFault.ts'

/** Which file stands at a path: told by device and inode. */
export type Identity = { readonly dev: bigint; readonly ino: bigint }

/** What SQLite may put beside its file. */
export const COMPANIONS = ['-journal', '-wal', '-shm'] as const

/**
 * Sees to it that a file is there, is a file, and is closed to everybody else, before anything is written to it.
 *
 * An existing file is looked at without opening it: closing it again would take this process's own locks on it away.
 *
 * @returns How many bytes it had before; null: it was made now.
 * @throws StoreError in one sentence.
 */
export function ownerOnly(path: string): number | null {
  const folder = dirname(path)
  makeFolder(folder)
  const others = closedToOthers() ? lstatSync(realFolder(folder)).mode & 0o002 : 0
  if (others !== 0)
    throw new StoreError(
      `Everybody may write to ${folder}, where the history is kept.`,
      `Close it to others: chmod o-w "${folder}".`,
    )
  for (const companion of COMPANIONS) refuseOpen(`${path}${companion}`)
  const known = refuseOpen(path)
  if (known !== null) return known.size
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return null
  } catch (error) {
    // Another process was quicker.
    if (codeOf(error) !== 'EEXIST') throw error
    return refuseOpen(path)?.size ?? null
  }
}

/** Which file stands at a path; null: none. */
export function identityOf(path: string): Identity | null {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : { dev: found.dev, ino: found.ino }
}

/** Whether both are the same file. */
export function isSame(a: Identity | null, b: Identity | null): boolean {
  return a !== null && b !== null && a.dev === b.dev && a.ino === b.ino
}

/** Step by step: Node's own `recursive` tries for ever where a folder cannot be made and the system calls it missing, as under /proc. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    makeFolder(dirname(folder))
    mkdirSync(folder, { mode: 0o700 })
  }
}

/** A trailing slash makes lstat follow a folder that is a link: whose folder it is counts. */
function realFolder(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`
}

function refuseOpen(path: string): Stats | null {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return null
  if (found.isSymbolicLink())
    throw new StoreError(`${path} is a link: the history is kept in a file of its own.`, 'Name the file itself.')
  if (!found.isFile()) throw new StoreError(`${path} is not a file.`, 'Name another place for the history.')
  if (closedToOthers() && (found.mode & 0o077) !== 0)
    throw new StoreError(
      `${path} can be read by others on this machine.`,
      `It tells what you own. Close it to others: chmod 600 "${path}".`,
    )
  return found
}

/** Windows keeps a file's rights elsewhere. */
function closedToOthers(): boolean {
  return platform() !== 'win32'
}
