import { deafChannels } from '../alerts/standing.ts'
import type { Config } from '../config.ts'
import { verdictLine } from '../report/sentence.ts'
import { plain, timeWords } from '../report/words.ts'
import { assess } from '../risk/assess.ts'
import type { RiskView } from '../risk/view.ts'
import { run } from '../run.ts'
import { nextReport } from '../schedule.ts'
import { parseSnapshot } from '../snapshot.ts'
import { parseRecollection } from '../watch/recollection.ts'
import { cadenceOf } from './cadence.ts'
import { deliveredTurn } from './deliveredTurn.ts'
import { checkExitCode } from './exitCodes.ts'
import { withHistory } from './openHistory.ts'
import { withProgress } from './progress.ts'
import { passTools, readBook, readingOf } from './readBook.ts'
import type { World } from './world.ts'

export type CheckCall = {
  readonly book?: string
  /** Whether the last stored pass is told instead of a new one. */
  readonly stored?: boolean
  /** Whether this look is stored, and what it finds is told on the channels. */
  readonly deliver?: boolean
}

/** One line for a monitoring system, in the form of its plugins: text, then figures after the bar. */
export async function check({ book, stored = false, deliver = false }: CheckCall, world: World): Promise<number> {
  const config = await readBook(book, world)
  if (stored) return lastStored(config, world)
  if (deliver) return delivered(config, world)
  const { view } = await withProgress(readingOf(config), () => run(config.book, passTools(config, world)), world)
  print(view, '', world)
  return checkExitCode(view)
}

function print(view: RiskView, note: string, world: World): void {
  const { grade, room, atMost } = view.verdict
  const figure = room ?? atMost
  const figures = figure === null ? '' : ` | ${room === null ? 'at_most' : 'room'}=${figure.toDecimalPlaces(6).toFixed()}`
  world.out(`${grade.toUpperCase()} ${verdictLine(view)}${note}${figures}\n`)
}

/** A look that is stored, and told where there is something to tell. */
async function delivered(config: Config, world: World): Promise<number> {
  const { how, view, notStored, untold } = await deliveredTurn('look', config, world)
  if (view === null) {
    const why =
      how === 'left' ? 'another process has not let go of this book: ask it with "hullmark check --stored"' : 'a bug of ours'
    world.out(`UNKNOWN ${why}\n`)
    return 3
  }
  const notes = [...(notStored === null ? [] : ['not stored']), ...(untold === 0 ? [] : [`${untold} not delivered`])]
  print(view, notes.map((note) => `; ${note}`).join(''), world)
  return notes.length > 0 ? Math.max(checkExitCode(view), 1) : checkExitCode(view)
}

/** The last pass that was stored; unknown once two more should have come since. */
function lastStored(config: Config, world: World): Promise<number> {
  return withHistory(config, world, async (store) => {
    const { name, policy } = config.book
    const [pass, text] = [await store.lastPass(name), await store.memory(name)]
    if (pass === null) {
      world.out('UNKNOWN no pass was stored yet\n')
      return 3
    }
    const { lookMs } = config.watch.schedule
    const cadence = await cadenceOf(store, name, { now: pass.at, atLeast: lookMs })
    // A first report alone: the next ones are due at their times.
    const due = cadence === null && pass.kind === 'report' ? secondReport(config, pass.at) : pass.at + 2 * (cadence ?? lookMs)
    if (due !== null && world.now() > due) {
      world.out(`UNKNOWN the last stored pass is of ${timeWords(pass.at)}: the watch has stopped, or cannot store\n`)
      return 3
    }
    const view = assess(parseSnapshot(pass.snapshot, 'The last pass'), policy)
    const { memory } = text === null ? { memory: null } : parseRecollection(text)
    const { alerts: alertPolicy, channels } = config.watch
    const around = { now: world.now(), policy: alertPolicy, hushes: [], channels: channels.map((channel) => channel.name) }
    const deaf = memory === null ? [] : deafChannels(memory, around, 600_000)
    print(view, deaf.length === 0 ? '' : `; not heard on ${deaf.map((channel) => plain(channel)).join(', ')}`, world)
    return deaf.length === 0 ? checkExitCode(view) : Math.max(checkExitCode(view), 1)
  })
}

/** When the second report after a moment is due. */
function secondReport({ watch: { schedule } }: Config, at: number): number | null {
  const first = nextReport(schedule, at)
  return first === null ? null : nextReport(schedule, first)
}
