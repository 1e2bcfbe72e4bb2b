import type { Config } from '../config.ts'
import { ConfigError, StoreError } from '../errors.ts'
import { outlookOf } from '../risk/outlook.ts'
import { run } from '../run.ts'
import { nextReport } from '../schedule.ts'
import { saveSnapshot } from '../snapshot.ts'
import { changesSince } from './changesSince.ts'
import { deliveredTurn } from './deliveredTurn.ts'
import { EXIT, exitCode } from './exitCodes.ts'
import { printReport, type ReportOptions } from './printReport.ts'
import { withProgress } from './progress.ts'
import { banners, passTools, readBook, readingOf } from './readBook.ts'
import type { World } from './world.ts'

export type ReportCall = ReportOptions & {
  readonly book?: string
  readonly saveSnapshot?: string
  readonly since?: string
  /** Whether it is stored and sent as well. */
  readonly deliver?: boolean
}

/** One pass over the book, printed. */
export async function report(options: ReportCall, world: World): Promise<number> {
  const config = await readBook(options.book, world)
  if (options.deliver === true) return delivered(options, config, world)
  const tools = passTools(config, world)
  const { snapshot, view } = await withProgress(readingOf(config), () => run(config.book, tools), world)
  const next = config.watch.scheduled ? nextReport(config.watch.schedule, view.at) : null
  const outlook = outlookOf(snapshot, view, { ...config.book, nextReport: next, onBug: tools.onBug })
  const changes = await changesSince(options.since, { snapshot, policy: config.book.policy, onBug: tools.onBug })
  printReport({ view, outlook }, { format: options.format, banners: banners(config), changes }, world)
  const notStored = options.saveSnapshot !== undefined && !(await saved(options.saveSnapshot))
  return exitCode({ view, notStored, failOn: options.failOn })

  async function saved(path: string): Promise<boolean> {
    try {
      await saveSnapshot(path, snapshot, world.scrub)
      return true
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      world.err(`${error.message} ${error.hint}\n`)
      return false
    }
  }
}

/** The same, stored in the history and sent to the channels; what changed is told since the report before it. */
async function delivered(
  { format, failOn, since, saveSnapshot: path }: ReportCall,
  config: Config,
  world: World,
): Promise<number> {
  if (since !== undefined || path !== undefined) {
    const problem =
      '--deliver keeps every snapshot in the history and compares with the report before: leave out --since and --save-snapshot'
    throw new ConfigError([{ place: 'command line', problem }])
  }
  const { how, view, findings, changes, notStored, untold } = await deliveredTurn('report', config, world)
  if (view === null || findings === null) return how === 'left' ? EXIT.notStored : EXIT.bug
  printReport(findings, { format, banners: banners(config), changes }, world)
  return exitCode({ view, notStored: notStored !== null || untold > 0, failOn })
}
