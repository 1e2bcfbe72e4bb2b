import { randomUUID } from 'node:crypto'
import type { PassRecord } from '../history/store.ts'
import { toJson } from '../report/json.ts'
import { verdictLine } from '../report/sentence.ts'
import type { Decimal } from '../risk/decimal.ts'
import type { Findings } from '../risk/findings.ts'
import type { Snapshot } from '../risk/leg.ts'
import type { RiskView } from '../risk/view.ts'
import { snapshotText } from '../snapshot.ts'

/** What a pass found. `findings` stands only where a report was made of it. */
export type Found = { readonly snapshot: Snapshot; readonly view: RiskView; readonly findings: Findings | null }

/** A pass as the history keeps it: of a look the verdict, of a report all of it. */
export function passRecord(
  { snapshot, view, findings }: Found,
  { kind, startedAt }: Pick<PassRecord, 'kind' | 'startedAt'>,
): PassRecord {
  const { grade, complete, room, atMost } = view.verdict
  const text = (figure: Decimal | null): string | null => figure?.toFixed() ?? null
  const health = view.legs.flatMap((leg) => (leg.kind === 'lending' && leg.health !== null ? [leg.health] : []))
  // A margin ratio is the inverse of a pool's health.
  const pools = view.legs.flatMap((leg) => (leg.kind === 'futures' && leg.cover.gt(0) ? [leg.required.div(leg.cover)] : []))
  return {
    ...{ id: randomUUID(), book: view.book, startedAt, at: view.at, grade, complete, kind },
    ...{ room: text(room), atMost: text(atMost) },
    health: text(health.reduce<Decimal | null>((least, one) => (least === null || one.lt(least) ? one : least), null)),
    marginRatio: text(pools.reduce<Decimal | null>((most, one) => (most === null || one.gt(most) ? one : most), null)),
    snapshot: snapshotText(snapshot),
    view: JSON.stringify(findings === null ? { grade, sentence: verdictLine(view) } : toJson(findings)),
  }
}
