import { HISTORY_FORMATS, type HistoryFormatName } from '../report/historyFormats.ts'
import { withHistory } from './openHistory.ts'
import { readBook } from './readBook.ts'
import type { World } from './world.ts'

export type HistoryCall = {
  readonly book?: string
  readonly format: HistoryFormatName
  /** How far back, milliseconds. */
  readonly last: number
}

/** What was found by the passes that are stored, gaps as gaps. */
export async function history({ book, format, last }: HistoryCall, world: World): Promise<number> {
  const config = await readBook(book, world)
  return withHistory(config, world, async (store) => {
    const to = world.now()
    const lines = await store.history(config.book.name, { from: to - last, to })
    world.out(HISTORY_FORMATS[format](lines, { cadenceMs: config.watch.schedule.lookMs, now: to, since: to - last }))
    return 0
  })
}
