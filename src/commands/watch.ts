import { CLOCK } from '../clock.ts'
import { timeWords } from '../report/words.ts'
import { nextReport } from '../schedule.ts'
import { keepWatch } from '../watch/keepWatch.ts'
import { watchdog } from '../watch/watchdog.ts'
import { logLine } from './logLine.ts'
import { readBook } from './readBook.ts'
import { stationOf, turnMsOf } from './stationOf.ts'
import type { World } from './world.ts'

/** How long a history that does not close may hold up the end. */
const CLOSING_MS = 800

/** Watches the book until it is stopped: looks each minute, reports at their times, warns. Nothing is printed but the log, on stderr. */
export async function watch({ book }: { readonly book?: string }, world: World): Promise<number> {
  const config = await readBook(book, world)
  const { schedule, channels } = config.watch
  const log = (line: string): void => world.err(logLine(line, world.now()))
  if (channels.length === 0) log('no channel is named in the book file: nobody is told of anything but the history')
  const next = nextReport(schedule, world.now())
  log(`watching ${config.book.name}${next === null ? '' : `, next report ${timeWords(next)}`}`)
  const callOff = watchdog(log)
  const { station, close } = stationOf(config, world, { log, scheduled: true })
  await keepWatch(schedule, station, { clock: CLOCK, signal: world.signal, turnMs: turnMsOf(config) })
  await Promise.race([close(), CLOCK.sleep(CLOSING_MS, new AbortController().signal)])
  await callOff()
  log('stopped')
  return 0
}
