import { assess } from './assess.ts'
import { Decimal, ONE, ZERO } from './decimal.ts'
import type { Policy } from './grade.ts'
import type { Leg, Snapshot } from './leg.ts'
import { bareLeg, type LegSteps } from './legSteps.ts'
import type { Source } from './source.ts'
import type { RiskView } from './view.ts'

/** How far the first liquidation is on one side of a comparison. */
export type RoomSide = {
  /** False: something was not read or is disputed, so the room is not known. */
  readonly known: boolean
  /** -0.2 is a fall of 20 %; null: not known, or no move of the markets liquidates anything. */
  readonly move: Decimal | null
  /** What the known legs prove where the room is not known. */
  readonly atMost: Decimal | null
}

/**
 * What each cause did to the room. Every figure is a change of the fall that is survived, as a share of 1 (a rise counts as the fall
 * that is as far: +25 % as -20 %; without any trigger it is 1): below 0 is room lost.
 */
export type RoomParts = {
  readonly price: Decimal
  /** Null where rates were not read, or a clock went back: then it is in `unsplit`, together with `position`. */
  readonly interest: Decimal | null
  readonly position: Decimal | null
  /** Interest and position together, where they cannot be told apart; else null. */
  readonly unsplit: Decimal | null
  readonly parameters: Decimal
}

/** Why the parts are not known. */
export type Unexplained = 'before' | 'now' | 'both' | 'venue' | 'between'

/** How the room changed, and why. */
export type RoomChange = {
  readonly before: RoomSide
  readonly now: RoomSide
  /** The sum of the parts; null where the room of a side is not known. */
  readonly whole: Decimal | null
  readonly parts: RoomParts | null
  /**
   * Null where the parts are known. `before`, `now`, `both`: the room is not known there; `venue`: a venue's own figure and not ours
   * decides it; `between`: a price needed on the way is missing.
   */
  readonly unexplained: Unexplained | null
}

/** One snapshot with what is made of it. */
export type Side = { readonly snapshot: Snapshot; readonly view: RiskView }

export type RoomSides = {
  readonly before: Side
  readonly now: Side
  /** Of the legs that were read both times, by id. */
  readonly steps: ReadonlyMap<string, LegSteps>
}

/**
 * Splits the change of the room. What was read is replaced step by step, and the room of each state is worked out anew: first the
 * prices, then the amounts by as much as the rates explain, then the rest of the position (amounts, entries, legs that came or went),
 * last the venue's terms. So the parts sum to the whole exactly; what two causes do only together counts for the later one.
 */
export function roomChange({ before, now, steps }: RoomSides, policy: Policy): RoomChange {
  const sides = { before: sideOf(before.view), now: sideOf(now.view) }
  const unknown = unknownSide(sides.before, sides.now)
  if (unknown !== null) return { ...sides, whole: null, parts: null, unexplained: unknown }
  const whole = fallOf(sides.now.move).minus(fallOf(sides.before.move))
  const states = statesOf({ before, now, steps })
  const rooms = states.map((legs) => roomOf({ ...now.snapshot, legs, gaps: [] }, policy))
  const [start, priced, grown, moved, end] = rooms
  if (!start || !priced || !grown || !moved || !end) return { ...sides, whole, parts: null, unexplained: 'between' }
  if (!start.eq(fallOf(sides.before.move)) || !end.eq(fallOf(sides.now.move))) {
    return { ...sides, whole, parts: null, unexplained: 'venue' }
  }
  const split = [...steps.values()].every((one) => one.split)
  const parts = {
    price: priced.minus(start),
    interest: split ? grown.minus(priced) : null,
    position: split ? moved.minus(grown) : null,
    unsplit: split ? null : moved.minus(priced),
    parameters: end.minus(moved),
  }
  return { ...sides, whole, parts, unexplained: null }
}

/** The legs as they were, at new prices, grown, moved, and as they are. */
function statesOf({ before, now, steps }: RoomSides): Leg[][] {
  const elapsed = now.snapshot.at - before.snapshot.at
  const gone = before.snapshot.legs.filter(({ id }) => !steps.has(id)).map((leg) => later(bareLeg(leg), elapsed))
  const come = now.snapshot.legs.filter(({ id }) => !steps.has(id)).map(bareLeg)
  const kept = (stage: 'before' | 'priced' | 'grown' | 'moved' | 'now'): Leg[] => [...steps.values()].map((one) => one[stage])
  return [
    [...kept('before'), ...gone],
    [...kept('priced'), ...gone],
    [...kept('grown'), ...gone],
    [...kept('moved'), ...come],
    [...kept('now'), ...come],
  ]
}

/** A leg as fresh as it was when it was read. */
function later(leg: Leg, elapsed: number): Leg {
  const { readAt, venueTime, block, ...rest } = leg.source
  const source: Source = {
    ...rest,
    readAt: readAt + elapsed,
    venueTime: venueTime === null ? null : venueTime + elapsed,
    block: block === null ? null : { ...block, timestamp: block.timestamp + BigInt(Math.round(elapsed / 1000)) },
  }
  return { ...leg, source }
}

function sideOf({ verdict: { complete, room, atMost } }: RiskView): RoomSide {
  return { known: complete, move: room, atMost }
}

function unknownSide(before: RoomSide, now: RoomSide): Unexplained | null {
  if (!before.known && !now.known) return 'both'
  if (!before.known) return 'before'
  return now.known ? null : 'now'
}

/** The fall that is as far as a move, to 40 decimals, so that sums of them are exact. */
export function fallOf(move: Decimal | null): Decimal {
  if (move === null) return ONE
  const fall = move.isNegative() ? move.neg() : move.div(move.plus(ONE))
  return Decimal.max(ZERO, fall).toDecimalPlaces(40)
}

/** By our own figures alone; null where a leg cannot be weighed. */
function roomOf(snapshot: Snapshot, policy: Policy): Decimal | null {
  const { verdict, gaps } = assess(snapshot, policy)
  return gaps.length > 0 ? null : fallOf(verdict.firstLiquidation?.move ?? null)
}
