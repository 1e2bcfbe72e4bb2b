import { verdictLine } from '../report/sentence.ts'
import { run } from '../run.ts'
import { checkExitCode } from './exitCodes.ts'
import { withProgress } from './progress.ts'
import { passTools, readBook, readingOf } from './readBook.ts'
import type { World } from './world.ts'

/** One line for a monitoring system, in the form of its plugins: text, then figures after the bar. */
export async function check({ book }: { readonly book?: string }, world: World): Promise<number> {
  const config = await readBook(book, world)
  const { view } = await withProgress(readingOf(config), () => run(config.book, passTools(config, world)), world)
  const { grade, room, atMost } = view.verdict
  const figure = room ?? atMost
  const figures = figure === null ? '' : ` | ${room === null ? 'at_most' : 'room'}=${figure.toDecimalPlaces(6).toFixed()}`
  world.out(`${grade.toUpperCase()} ${verdictLine(view)}${figures}\n`)
  return checkExitCode(view)
}
