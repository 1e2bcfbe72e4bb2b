import { createReadStream } from 'node:fs'
import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { StoreError } from './errors.ts'
import { plain } from './report/words.ts'
import type { Snapshot } from './risk/leg.ts'
import { SNAPSHOT_VERSION, snapshotSchema } from './snapshotForm.ts'

/** A snapshot file: what one pass read, as JSON with every figure as text. Read back it gives the same report. */

const MAX_BYTES = 10 * 1024 * 1024

/** A snapshot as the text of its file. */
export function snapshotText(snapshot: Snapshot): string {
  const plainly = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
  return `${JSON.stringify({ hullmark: 'snapshot', version: SNAPSHOT_VERSION, ...snapshot }, plainly, 1)}\n`
}

/**
 * Reads the text of a snapshot file, of any version. Nothing is filled in: a field that is missing or garbled refuses the whole file,
 * and what an older version has no place for is not known.
 *
 * @throws StoreError naming the path of every field that is wrong (the first ten).
 */
export function parseSnapshot(text: string, name: string): Snapshot {
  const hint = 'Save one with "hullmark report --save-snapshot FILE".'
  if (text.length > MAX_BYTES) throw new StoreError(`${name} is larger than 10 MB: not a hullmark snapshot.`, hint)
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new StoreError(`${name} is not JSON, so it is not a hullmark snapshot.`, hint)
  }
  const parsed = snapshotSchema.safeParse(raw)
  if (!parsed.success) {
    // The names in it are foreign text, too.
    const problems = parsed.error.issues
      .slice(0, 10)
      .map(({ path, message }) => `  ${plain(path.join('.')) || '(file)'}: ${plain(message, 200)}`)
    throw new StoreError(`${name} is not a snapshot that can be trusted:\n${problems.join('\n')}`, hint)
  }
  const { hullmark, version, ...snapshot } = parsed.data
  return snapshot
}

/** @throws StoreError when the file cannot be read or is no snapshot. */
export async function loadSnapshot(path: string): Promise<Snapshot> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // What is read is counted, not what the file says of its size: a device or a pipe says 0.
    for await (const chunk of createReadStream(path)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_BYTES) break
    }
  } catch (error) {
    throw new StoreError(`${path} cannot be read (${reasonOf(error)}).`, 'Check the path and its permissions.')
  }
  return parseSnapshot(Buffer.concat(chunks).toString('utf8'), path)
}

/**
 * Writes a snapshot whole or not at all, readable by its owner alone.
 *
 * @param scrub - Takes secrets out of the text: a name that the user chose may hold one. Default: it is written as it is.
 * @throws StoreError
 */
export async function saveSnapshot(path: string, snapshot: Snapshot, scrub = (text: string): string => text): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, scrub(snapshotText(snapshot)), { mode: 0o600 })
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new StoreError(
      `The snapshot could not be saved to ${path} (${reasonOf(error)}).`,
      'Check that the folder exists and can be written.',
    )
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unexpected error'
}
