import { dec, ZERO } from '../risk/decimal.ts'
import { findingsOf } from '../risk/findings.ts'
import { DEFAULT_POLICY } from '../risk/grade.ts'
import { DEFAULT_MEANS, type Means } from '../risk/means.ts'
import { parseSnapshot } from '../snapshot.ts'
import { DEMO_SNAPSHOT } from './demoSnapshot.ts'
import { exitCode } from './exitCodes.ts'
import { printReport, type ReportOptions } from './printReport.ts'
import type { World } from './world.ts'

/** What the owner of the demo's book states. */
const MEANS: Means = {
  ...DEFAULT_MEANS,
  minutes: { topUp: dec(5), repay: dec(1), withdraw: dec(20) },
  swapCost: ZERO,
}

/** The book of the documentation, from a snapshot that the sandbox recorded: no key, no network. */
export async function demo({ format, failOn }: ReportOptions, world: World): Promise<number> {
  const snapshot = parseSnapshot(DEMO_SNAPSHOT, 'the demo snapshot')
  const findings = findingsOf(snapshot, { policy: DEFAULT_POLICY, means: MEANS })
  const banner =
    "DEMO: recorded from a sandbox with real Aave contracts and a stand-in exchange; nobody's money, and not the present."
  printReport(findings, { format, banners: [banner] }, world)
  return exitCode({ view: findings.view, notStored: false, failOn })
}
