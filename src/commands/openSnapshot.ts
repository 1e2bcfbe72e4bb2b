import { collect } from '../collect.ts'
import { DEFAULT_POLICY, type Policy } from '../risk/grade.ts'
import type { Snapshot } from '../risk/leg.ts'
import { DEFAULT_MEANS, type Means } from '../risk/means.ts'
import { loadSnapshot } from '../snapshot.ts'
import { withProgress } from './progress.ts'
import { banners, passTools, readBook, readingOf } from './readBook.ts'
import type { World } from './world.ts'

/** A snapshot with what its book states. */
export type Opened = {
  readonly snapshot: Snapshot
  readonly policy: Policy
  readonly means: Means
  /** What the reader must know before the numbers. */
  readonly banners: readonly string[]
  readonly onBug: (error: unknown) => void
}

export type SnapshotCall = { readonly file?: string | undefined; readonly book?: string }

/** The saved snapshot of a file, or without one the book as it is now. With a file nothing is read but that, and a book if named. */
export async function openSnapshot({ file, book }: SnapshotCall, world: World): Promise<Opened> {
  const onBug = (error: unknown): void =>
    world.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (file === undefined) {
    const config = await readBook(book, world)
    const snapshot = await withProgress(readingOf(config), () => collect(config.book, passTools(config, world)), world)
    return { snapshot, policy: config.book.policy, means: config.book.means, banners: banners(config), onBug }
  }
  const named = book === undefined ? null : (await readBook(book, world)).book
  const snapshot = await loadSnapshot(file)
  return {
    snapshot,
    policy: named?.policy ?? DEFAULT_POLICY,
    means: named?.means ?? DEFAULT_MEANS,
    banners: [`SNAPSHOT of ${new Date(snapshot.at).toISOString()}, not the present.`],
    onBug,
  }
}
