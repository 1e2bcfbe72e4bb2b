import { assess as assessSnapshot } from '../risk/assess.ts'
import { DEFAULT_POLICY } from '../risk/grade.ts'
import { loadSnapshot } from '../snapshot.ts'
import { exitCode } from './exitCodes.ts'
import { printReport, type ReportOptions } from './printReport.ts'
import { readBook } from './readBook.ts'
import type { World } from './world.ts'

export type AssessCall = ReportOptions & { readonly file: string; readonly book?: string }

/** The risk view of a saved snapshot, as of the time it was taken. Reads nothing but the file (and the policy of a book, if named). */
export async function assess({ file, book, format, failOn }: AssessCall, world: World): Promise<number> {
  const policy = book === undefined ? DEFAULT_POLICY : (await readBook(book, world)).book.policy
  const snapshot = await loadSnapshot(file)
  const view = assessSnapshot(snapshot, policy, (error) => world.err(`${error instanceof Error ? error.stack : error}\n`))
  printReport(view, { format, banners: [`SNAPSHOT of ${new Date(snapshot.at).toISOString()}, not the present.`] }, world)
  return exitCode({ view, notStored: false, failOn })
}
