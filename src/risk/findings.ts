import { assess } from './assess.ts'
import type { Snapshot } from './leg.ts'
import { type Assumptions, type Outlook, outlookOf } from './outlook.ts'
import type { RiskView } from './view.ts'

/** Everything that a report tells: how the book stands, and what could come of it. */
export type Findings = { readonly view: RiskView; readonly outlook: Outlook }

/** Both parts of a report on a snapshot. Pure. */
export function findingsOf(snapshot: Snapshot, assumptions: Assumptions): Findings {
  const view = assess(snapshot, assumptions.policy, assumptions.onBug)
  return { view, outlook: outlookOf(snapshot, view, assumptions) }
}
