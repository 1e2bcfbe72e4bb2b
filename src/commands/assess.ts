import { findingsOf } from '../risk/findings.ts'
import { changesSince } from './changesSince.ts'
import { exitCode } from './exitCodes.ts'
import { openSnapshot } from './openSnapshot.ts'
import { printReport, type ReportOptions } from './printReport.ts'
import type { World } from './world.ts'

export type AssessCall = ReportOptions & { readonly file: string; readonly book?: string; readonly since?: string }

/** The report of a saved snapshot, as of the time it was taken. Reads nothing but the file (and the settings of a book, if named). */
export async function assess({ format, failOn, since, ...call }: AssessCall, world: World): Promise<number> {
  const { snapshot, banners, ...assumptions } = await openSnapshot(call, world)
  const changes = await changesSince(since, { snapshot, ...assumptions })
  const findings = findingsOf(snapshot, assumptions)
  printReport(findings, { format, banners, changes }, world)
  return exitCode({ view: findings.view, notStored: false, failOn })
}
