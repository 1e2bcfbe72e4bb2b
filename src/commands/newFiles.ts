import { linkSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../errors.ts'

/** A file by its name in the folder, and its text. */
export type NewFile = { readonly name: string; readonly text: string }

/** Files that are written but not yet there: they stand in a folder of their own, which only their owner may open. */
export type Draft = {
  /** Where they stand, under their names. */
  readonly folder: string
  /** Puts all of them in their places, or none. @throws StoreError, also where one of the places is taken by now. */
  readonly publish: () => void
  /** Takes the drafts away; what was published stays. */
  readonly discard: () => void
}

/**
 * Writes new files beside the places where they shall stand, for their owner alone.
 *
 * @throws StoreError where the folder takes nothing; then nothing is left there.
 */
export function draftFiles(folder: string, files: readonly NewFile[]): Draft {
  let drafts: string | null = null
  const discard = (): void => {
    if (drafts !== null) rmSync(drafts, { recursive: true, force: true })
  }
  try {
    drafts = mkdtempSync(join(folder, '.hullmark-init-'))
    for (const { name, text } of files) writeFileSync(join(drafts, name), text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    discard()
    throw new StoreError(
      `The folder takes no files (${codeOf(error)}): nothing was written.`,
      'Check that it can be written, and that its disk has room.',
    )
  }
  const from = drafts
  return { folder: from, discard, publish: () => publish(from, folder, files) }
}

function publish(from: string, to: string, files: readonly NewFile[]): void {
  const done: string[] = []
  for (const { name } of files) {
    try {
      // Unlike a rename, a link never takes the place of what is there.
      linkSync(join(from, name), join(to, name))
      done.push(name)
    } catch (error) {
      for (const one of done) rmSync(join(to, one), { force: true })
      throw unwritten(name, error)
    }
  }
}

/** Whether something has that name, be it a link that leads nowhere. */
export function isTaken(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function unwritten(name: string, error: unknown): StoreError {
  const code = codeOf(error)
  return code === 'EEXIST'
    ? new StoreError(
        `${name} exists by now; nothing was written.`,
        'Look into it, or move it away and run "hullmark init" again.',
      )
    : new StoreError(
        `${name} can not be written (${code}); nothing was written.`,
        'Check that the folder can be written, and that its file system knows links.',
      )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unexpected error'
}
