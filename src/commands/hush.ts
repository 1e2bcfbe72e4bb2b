import { randomUUID } from 'node:crypto'
import { ConfigError } from '../errors.ts'
import type { Hush } from '../history/store.ts'
import { plain, timeWords } from '../report/words.ts'
import { parseRecollection } from '../watch/recollection.ts'
import { withHistory } from './openHistory.ts'
import { readBook } from './readBook.ts'
import type { World } from './world.ts'

export type HushCall = {
  readonly book?: string
  readonly kind: Hush['kind']
  /** An alert's name, or `all`. */
  readonly alert: string
  /** Milliseconds. */
  readonly for: number
  readonly note?: string
}

/** Acknowledges an alert, or silences it, for a time: what stands then is told again. */
export async function hush({ book, kind, alert, for: ms, note = '' }: HushCall, world: World): Promise<number> {
  const config = await readBook(book, world)
  return withHistory(config, world, async (store) => {
    const { name } = config.book
    const text = await store.memory(name)
    const standing = text === null ? [] : Object.keys(parseRecollection(text).memory.alerts)
    // To silence what does not exist would be to believe that something is silent.
    if (alert !== 'all' && !standing.includes(alert))
      throw new ConfigError([{ place: 'command line', problem: unknown(alert, standing) }])
    const at = world.now()
    const until = at + ms
    await store.hush({ id: randomUUID(), book: name, kind, alert: alert === 'all' ? '*' : alert, at, until, note: plain(note) })
    const what = alert === 'all' ? 'Everything' : plain(alert)
    const how = kind === 'ack' ? 'is acknowledged: told again only when it gets worse' : 'is silent'
    const but = kind === 'ack' ? '' : ' What can be liquidated now is told in any case.'
    world.out(`${what} ${how}, until ${timeWords(until)}.${but}\n`)
    return 0
  })
}

function unknown(alert: string, standing: readonly string[]): string {
  const known = standing.map((key) => plain(key, 100))
  const list = known.length === 0 ? 'none stands at the moment' : `standing are ${known.join(', ')}`
  return `there is no alert ${JSON.stringify(plain(alert, 100))}; ${list}, or write "all"`
}
