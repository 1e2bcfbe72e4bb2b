import type { Snapshot } from '../risk/leg.ts'
import type { RiskView } from '../risk/view.ts'
import { changes, newLeg, vanishedLeg } from './conditions/changes.ts'
import { distances } from './conditions/distances.ts'
import { endurance } from './conditions/endurance.ts'
import { changedTerms } from './conditions/terms.ts'
import { trust } from './conditions/trust.ts'
import { unproven } from './conditions/unproven.ts'
import type { Weights } from './policy.ts'
import type { AlertKey, Condition, RuleName } from './rule.ts'
import { type Stands, standOf } from './stand.ts'
import { covers, mayBeUnread, type Place, type Places } from './unread.ts'

/** What a pass read, and how it stands. */
export type Pass = {
  readonly snapshot: Snapshot
  readonly view: RiskView
  /** The names of the chains that the book reads. Left out: not known. */
  readonly chains?: readonly string[]
}

/** What a pass finds for the alerts. */
export type Found = {
  readonly conditions: readonly Condition[]
  /** Whether a pass could not look at what an alert is about: then it neither improves nor is over. */
  readonly unseen: (key: AlertKey) => boolean
  /** What each leg held when it was last read: legs that could not be read now keep what they had. */
  readonly stands: Stands
}

/**
 * Looks at a pass.
 *
 * @param before - What `stands` said last time; null: nothing is remembered, so that nothing has changed.
 */
export function lookAt(pass: Pass, before: Stands | null, weights: Weights): Found {
  const places = placesOf(pass, before)
  return {
    conditions: conditionsOf(pass, before, weights),
    unseen: unseenIn(pass, { before, places }, weights),
    stands: standsAfter(pass, before, places),
  }
}

/** Everything in a pass that somebody may want to be told of. One condition a key. */
export function conditionsOf(pass: Pass, before: Stands | null, weights: Weights): readonly Condition[] {
  const all = [
    ...distances(pass.view, weights),
    ...endurance(pass.view, weights),
    ...trust(pass, weights),
    ...(before === null ? [] : events(pass, before)),
  ]
  return all.filter(({ rule }) => !weights.off.includes(rule) && !(SAID_BY_ROOM.includes(rule) && isOverdue(pass.view, weights)))
}

/** Rules that find nothing of their own once something can be liquidated as it is: every move, and no time at all, would do. */
const SAID_BY_ROOM: readonly RuleName[] = ['factor', 'peg', 'days']

/** Whether `room` says that something can be liquidated now. */
function isOverdue({ legs }: RiskView, { off }: Weights): boolean {
  return legs.some(({ tripped }) => tripped) && !off.includes('room')
}

function events(pass: Pass, before: Stands): readonly Condition[] {
  const places = placesOf(pass, before)
  const read = readLegs(pass)
  const now = new Map(read.map((leg) => [leg.id, standOf(leg)]))
  return [
    ...[...now].flatMap(([id, stand]) => {
      const was = before.legs[id]
      if (was === undefined) return neverRead({ id, ...stand }, before) ? [] : newLeg(id, stand)
      return [...changes(id, was, stand), ...changedTerms(id, was, stand)]
    }),
    ...Object.entries(before.legs).flatMap(([id, was]) =>
      now.has(id) || mayBeUnread({ id, ...was }, pass.view.gaps, places) ? [] : vanishedLeg(id, was),
    ),
  ]
}

/** The legs whose figures count: read in this pass, and not old. */
function readLegs({ snapshot, view }: Pass): Snapshot['legs'] {
  return snapshot.legs.filter(({ id }) => view.legs.some((leg) => leg.id === id))
}

function placesOf({ snapshot, chains = [] }: Pass, before: Stands | null): Places {
  const legs = [
    ...snapshot.legs.map(({ id, venue, source }) => ({ id, venue, source: source.name })),
    ...Object.entries(before?.legs ?? {}).map(([id, { venue, source }]) => ({ id, venue, source })),
  ]
  return { legs, chains }
}

function standsAfter(pass: Pass, before: Stands | null, places: Places): Stands {
  const read = readLegs(pass)
  const unread = Object.entries(before?.legs ?? {}).filter(([id, was]) => mayBeUnread({ id, ...was }, pass.view.gaps, places))
  return {
    legs: Object.fromEntries([...unread, ...read.map((leg) => [leg.id, standOf(leg)] as const)]),
    unread: [...new Set(pass.view.gaps.map(({ leg }) => leg))],
  }
}

/** Whether the last pass could not read a leg's place, and no pass before it ever did. */
function neverRead(leg: Place, { legs, unread }: Stands): boolean {
  const known = Object.entries(legs).map(([id, was]) => ({ id, ...was }))
  return unread.some((gap) => covers({ leg: gap }, leg) && !known.some((one) => covers({ leg: gap }, one)))
}

/** Rules about the book as a whole: one leg that is not known may hide what they would find. */
const OF_THE_BOOK: readonly RuleName[] = ['room', 'factor', 'peg', 'days', 'divergence']

type Earlier = { readonly before: Stands | null; readonly places: Places }

function unseenIn(pass: Pass, { before, places }: Earlier, weights: Weights): Found['unseen'] {
  const { view } = pass
  const doubt = unproven(pass, before, weights)
  const overdue = isOverdue(view, weights)
  const { gaps, verdict, carry } = view
  const known = new Set(view.legs.map(({ id }) => id))
  const hidden = (id: string): boolean => {
    const found = places.legs.find((one) => one.id === id || id.startsWith(`${one.id}/`))
    const place = found ?? { id, venue: id, source: id }
    return doubt.leg(place.id, found?.source ?? null) || (!known.has(place.id) && mayBeUnread(place, gaps, places))
  }
  return (key) => {
    const [rule, subject] = split(key)
    if (overdue && SAID_BY_ROOM.includes(rule)) return true
    if (OF_THE_BOOK.includes(rule))
      return gaps.length > 0 || doubt.any || !verdict.complete || (rule === 'days' && !carry.complete)
    if (rule === 'watch') return false
    // Something else of the same place that was not read does not make it read.
    if (rule === 'gap') return gaps.some((gap) => gap.leg !== subject && covers(gap, placeOf(subject, places.legs)))
    return hidden(subject)
  }
}

function placeOf(name: string, places: readonly Place[]): Place {
  return places.find((place) => covers({ leg: name }, place)) ?? { id: name, venue: name, source: name }
}

function split(key: AlertKey): readonly [RuleName, string] {
  const at = key.indexOf('/')
  return (at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + 1)]) as [RuleName, string]
}
