import { findingsOf } from '../risk/findings.ts'
import { exitCode } from './exitCodes.ts'
import { openSnapshot } from './openSnapshot.ts'
import { printReport, type ReportOptions } from './printReport.ts'
import type { World } from './world.ts'

export type AssessCall = ReportOptions & { readonly file: string; readonly book?: string }

/** The report of a saved snapshot, as of the time it was taken. Reads nothing but the file (and the settings of a book, if named). */
export async function assess({ format, failOn, ...call }: AssessCall, world: World): Promise<number> {
  const { snapshot, banners, ...assumptions } = await openSnapshot(call, world)
  const findings = findingsOf(snapshot, assumptions)
  printReport(findings, { format, banners }, world)
  return exitCode({ view: findings.view, notStored: false, failOn })
}
