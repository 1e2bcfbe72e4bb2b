import type { Gap, Leg } from './leg.ts'
import { type AmountChange, type LegSteps, legSteps, type TermChange } from './legSteps.ts'
import type { Side } from './roomChange.ts'

/** What became of a leg. */
export type LegChange = {
  readonly leg: string
  readonly venue: string
  readonly kind: Leg['kind']
  /** `unread`: it may still be there, for something was not read now; `read-again`: the same of before. */
  readonly what: 'opened' | 'closed' | 'changed' | 'unread' | 'read-again'
  readonly amounts: readonly AmountChange[]
  readonly terms: readonly TermChange[]
}

/** The legs that were read both times, by id. */
export function stepsBetween(before: Side, now: Side): ReadonlyMap<string, LegSteps> {
  return new Map(
    readLegs(before).flatMap((leg) => {
      const next = readLegs(now).find(({ id }) => id === leg.id)
      const steps = next === undefined ? null : legSteps(leg, next)
      return steps === null ? [] : [[leg.id, steps] as const]
    }),
  )
}

/** Legs that came, went, or are not as they were. */
export function legChanges(before: Side, now: Side, steps: ReadonlyMap<string, LegSteps>): readonly LegChange[] {
  const [was, is] = [readLegs(before), readLegs(now)]
  const told = (leg: Leg, what: LegChange['what']): LegChange => {
    const { amounts, terms } = steps.get(leg.id) ?? { amounts: [], terms: [] }
    return { leg: leg.id, venue: leg.venue, kind: leg.kind, what, amounts, terms }
  }
  const gone = was.filter(({ id }) => !steps.has(id))
  const come = is.filter(({ id }) => !steps.has(id))
  const twice = is.filter(({ id }) => {
    const found = steps.get(id)
    return found !== undefined && found.amounts.length + found.terms.length > 0
  })
  return [
    ...gone.map((leg) => told(leg, mayBeHidden(leg, now, is) ? 'unread' : 'closed')),
    ...come.map((leg) => told(leg, mayBeHidden(leg, before, was) ? 'read-again' : 'opened')),
    ...twice.map((leg) => told(leg, 'changed')),
  ]
}

/** The legs of a snapshot that could be weighed. */
export function readLegs({ snapshot, view }: Side): readonly Leg[] {
  return snapshot.legs.filter(({ id }) => view.legs.some((one) => one.id === id))
}

/** Whether a leg may be there and unread: a gap is about it, or about none of the legs that were read, so nobody can tell. */
function mayBeHidden(leg: Leg, { view }: Side, read: readonly Leg[]): boolean {
  return view.gaps.some((gap) => covers(gap, leg) || !read.some((one) => covers(gap, one)))
}

function covers({ leg: about }: Gap, { id, venue, source }: Leg): boolean {
  return about === id || id.startsWith(`${about}/`) || about === venue || about === source.name
}
