import { type Findings, findingsOf } from '../../src/risk/findings.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'

/** What a report tells of a snapshot when its book states nothing. */
export function findings(snapshot: Snapshot): Findings {
  return findingsOf(snapshot, { policy: DEFAULT_POLICY, means: DEFAULT_MEANS })
}
