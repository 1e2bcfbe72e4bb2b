import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { StoreError } from '../errors.ts'
import type { Store } from '../history/store.ts'
import { STORES } from '../history/stores.ts'
import { scrubbedStore } from '../watch/scrubbedStore.ts'
import type { World } from './world.ts'

/** Opens the history of a book; it is begun where there is none. @throws StoreError */
export async function openHistory({ watch }: Config, world: World): Promise<Store> {
  const store = await STORES.sqlite(watch.historyFile, { now: world.now, onNotice: (sentence) => world.err(`${sentence}\n`) })
  return scrubbedStore(store, world.scrub)
}

/** Works on a history that must be there already, and closes it. @throws StoreError */
export async function withHistory<T>(config: Config, world: World, work: (store: Store) => Promise<T>): Promise<T> {
  if (!existsSync(config.watch.historyFile)) {
    throw new StoreError(
      `There is no history of the book "${config.book.name}" yet (${config.watch.historyFile}).`,
      'It begins with "hullmark watch" or "hullmark report --deliver".',
    )
  }
  const store = await openHistory(config, world)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
