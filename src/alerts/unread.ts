import type { Gap } from '../risk/leg.ts'

/** A leg as a gap may name it: by its id, its account, its venue or its source. */
export type Place = { readonly id: string; readonly venue: string; readonly source: string }

/** Whether a gap is about a leg: the leg itself, or what holds it. */
export function covers(gap: Pick<Gap, 'leg'>, { id, venue, source }: Place): boolean {
  return gap.leg === id || id.startsWith(`${gap.leg}/`) || gap.leg === venue || gap.leg === source
}

/**
 * Whether a leg of the past may be there and unread: a gap is about it, or about something that is none of the known legs, so that
 * nobody can tell what it hides.
 */
export function mayBeUnread(leg: Place, gaps: readonly Pick<Gap, 'leg'>[], known: readonly Place[]): boolean {
  return gaps.some((gap) => covers(gap, leg) || !known.some((one) => covers(gap, one)))
}
