import { assess } from '../risk/assess.ts'
import { DEFAULT_POLICY } from '../risk/grade.ts'
import { parseSnapshot } from '../snapshot.ts'
import { DEMO_SNAPSHOT } from './demoSnapshot.ts'
import { exitCode } from './exitCodes.ts'
import { printReport, type ReportOptions } from './printReport.ts'
import type { World } from './world.ts'

/** The book of the documentation, from a snapshot that the sandbox recorded: no key, no network. */
export async function demo({ format, failOn }: ReportOptions, world: World): Promise<number> {
  const snapshot = parseSnapshot(DEMO_SNAPSHOT, 'the demo snapshot')
  const view = assess(snapshot, DEFAULT_POLICY)
  const banner =
    "DEMO: recorded from a sandbox with real Aave contracts and a stand-in exchange; nobody's money, and not the present."
  printReport(view, { format, banners: [banner] }, world)
  return exitCode({ view, notStored: false, failOn })
}
