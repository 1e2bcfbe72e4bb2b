import { CLOCK } from '../clock.ts'
import type { Config } from '../config.ts'
import type { TurnOutcome } from '../watch/station.ts'
import { logLine } from './logLine.ts'
import { withProgress } from './progress.ts'
import { readingOf } from './readBook.ts'
import { stationOf, turnMsOf } from './stationOf.ts'
import type { World } from './world.ts'

/** How often a book that another process holds is asked for again. */
const ASK_MS = 1_000

/**
 * One turn alone, as the watch makes them: stored, and told where there is something to tell. What did not work stands on stderr.
 * While another process has its turn with this book, it waits as long as a turn may take.
 */
export async function deliveredTurn(turn: 'report' | 'look', config: Config, world: World): Promise<TurnOutcome> {
  const { station, close } = stationOf(config, world, { log: (line) => world.err(logLine(line, world.now())) })
  const until = CLOCK.steady() + turnMsOf(config)
  await withProgress(readingOf(config), taken, world)
  await close()
  return station.last()

  async function taken(): Promise<void> {
    for (;;) {
      await station.turn(turn, world.signal)
      if (station.last().how !== 'left' || CLOCK.steady() >= until) return
      await CLOCK.sleep(ASK_MS, world.signal)
    }
  }
}
