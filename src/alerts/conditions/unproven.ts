import type { Snapshot } from '../../risk/leg.ts'
import type { RiskView } from '../../risk/view.ts'
import type { Weights } from '../policy.ts'
import { type Stands, standOf } from '../stand.ts'
import { changes } from './changes.ts'
import { changedTerms } from './terms.ts'

/** What one operator alone told, so that it may worsen an alert and not improve it. */
export type Unproven = {
  /** Whether anything is. */
  readonly any: boolean
  /** Whether a leg is, by its id; `source` null: it is not there any more, and nobody knows where it was. */
  readonly leg: (id: string, source: string | null) => boolean
}

/**
 * Which loans may not improve anything in this pass. Where a second operator was to confirm them and did not, all of that chain. Where
 * there is no second one, those that do not go on from what was read before: what they hold or their terms have changed, they are gone, or
 * their prices are not those of the exchanges. The next pass may go on from this one.
 *
 * @see RELIABILITY rule 1: better needs two; with one source a grade improves only when two passes and continuity agree
 */
export function unproven(
  { snapshot, view }: { readonly snapshot: Snapshot; readonly view: RiskView },
  before: Stands | null,
  { divergence }: Pick<Weights, 'divergence'>,
): Unproven {
  const alone = new Set(snapshot.oneSource.map(({ name }) => name))
  const missed = new Set(snapshot.oneSource.flatMap((one) => (one.missed ? [one.name] : [])))
  const legs = new Map(snapshot.legs.map((leg) => [leg.id, leg]))
  const broken = Object.entries(before?.legs ?? {}).filter(([id, was]) => {
    if (!alone.has(was.source)) return false
    const leg = legs.get(id)
    if (leg === undefined) return true
    const now = standOf(leg)
    return changes(id, was, now).length > 0 || changedTerms(id, was, now).length > 0
  })
  const apart = view.anchoring.some((one) => one.divergence.gte(divergence))
  const elsewhere = apart ? snapshot.legs.filter(({ kind, source }) => kind === 'lending' && alone.has(source.name)) : []
  const doubted = new Set([...broken.map(([id]) => id), ...elsewhere.map(({ id }) => id)])
  return {
    any: missed.size > 0 || doubted.size > 0,
    leg: (id, source) => doubted.has(id) || (source === null ? missed.size > 0 : missed.has(source)),
  }
}
