import { ConfigError } from '../errors.ts'
import { plain } from '../report/words.ts'
import { type Changes, changesBetween } from '../risk/changes.ts'
import type { Policy } from '../risk/grade.ts'
import type { Snapshot } from '../risk/leg.ts'
import { loadSnapshot } from '../snapshot.ts'

type Now = { readonly snapshot: Snapshot; readonly policy: Policy; readonly onBug: (error: unknown) => void }

/**
 * What changed since an earlier snapshot, and why the room did; undefined where none is named.
 *
 * @throws StoreError when the file is no snapshot; ConfigError when it is of another book, or of a later time.
 */
export async function changesSince(file: string | undefined, { snapshot, policy, onBug }: Now): Promise<Changes | undefined> {
  if (file === undefined) return undefined
  const before = await loadSnapshot(file)
  const refuse = (problem: string): never => {
    throw new ConfigError([{ place: 'command line', problem: `--since: ${problem}` }])
  }
  if (before.book !== snapshot.book)
    refuse(
      `${file} is of the book "${plain(before.book, 40)}", and this one is "${plain(snapshot.book, 40)}"; compare snapshots of one book`,
    )
  if (before.at > snapshot.at) refuse(`${file} is of ${new Date(before.at).toISOString()}, which is later; name an earlier one`)
  return changesBetween(before, snapshot, { policy, onBug })
}
