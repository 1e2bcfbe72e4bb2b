import type { Gap } from '../risk/leg.ts'

/** A leg as a gap may name it: by its id, its account, its venue or its source. */
export type Place = { readonly id: string; readonly venue: string; readonly source: string }

/** Whether a gap is about a leg: the leg itself, or what holds it. */
export function covers(gap: Pick<Gap, 'leg'>, { id, venue, source }: Place): boolean {
  return gap.leg === id || id.startsWith(`${gap.leg}/`) || gap.leg === venue || gap.leg === source
}

/** What is known of where legs may be. */
export type Places = {
  /** The legs of now and of the past. */
  readonly legs: readonly Place[]
  /** What else the book reads, by the names that gaps have: the chains. */
  readonly chains: readonly string[]
}

/**
 * Whether a leg of the past may be there and unread: a gap is about it, or about something that nobody knows, so that nobody can tell
 * what it hides. A gap with a slash is about one account or leg; one of the book's chains hides what lies there, even if nothing ever did.
 */
export function mayBeUnread(leg: Place, gaps: readonly Pick<Gap, 'leg'>[], { legs, chains }: Places): boolean {
  const placed = (gap: Pick<Gap, 'leg'>): boolean =>
    gap.leg.includes('/') || chains.includes(gap.leg) || legs.some((one) => covers(gap, one))
  return gaps.some((gap) => covers(gap, leg) || !placed(gap))
}
