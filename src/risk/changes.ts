import { assess } from './assess.ts'
import { type CashChange, cashChange } from './cashChange.ts'
import type { Grade } from './grade.ts'
import type { Gap, Snapshot } from './leg.ts'
import { type LegChange, legChanges, readLegs, stepsBetween } from './legChanges.ts'
import type { Assumptions } from './outlook.ts'
import { type PriceChange, priceChanges } from './priceChanges.ts'
import { type RoomChange, roomChange, type Side } from './roomChange.ts'
import type { Reason } from './view.ts'

/** What is different from an earlier snapshot of the same book, and why its room changed. */
export type Changes = {
  /** Milliseconds since 1970. */
  readonly before: number
  readonly now: number
  readonly grade: { readonly before: Graded; readonly now: Graded }
  readonly room: RoomChange
  readonly legs: readonly LegChange[]
  readonly prices: readonly PriceChange[]
  readonly cash: CashChange
  /** By leg and kind of failure: what is not read any more, and what is read again. */
  readonly gaps: { readonly came: readonly Gap[]; readonly went: readonly Gap[] }
}

export type Graded = { readonly grade: Grade; readonly reason: Reason }

/**
 * What changed between two snapshots of a book, both weighed by the policy of now. Pure.
 *
 * The change of the room is split into price, interest, position and parameters, in this order: see {@link roomChange}. What cannot
 * be told is null, never 0.
 *
 * @param before - The earlier one, as it was read then.
 * @example changesBetween(lastReport, snapshot, { policy: DEFAULT_POLICY }).room.parts?.price // -0.0142...: prices took 1.4 points
 */
export function changesBetween(
  before: Snapshot,
  now: Snapshot,
  { policy, onBug }: Pick<Assumptions, 'policy' | 'onBug'>,
): Changes {
  const was: Side = { snapshot: before, view: assess(before, policy, onBug) }
  const is: Side = { snapshot: now, view: assess(now, policy, onBug) }
  const steps = stepsBetween(was, is)
  return {
    before: before.at,
    now: now.at,
    grade: { before: gradedBy(was), now: gradedBy(is) },
    room: roomChange({ before: was, now: is, steps }, policy),
    legs: legChanges(was, is, steps),
    prices: priceChanges(readLegs(was), readLegs(is)),
    cash: cashChange(was.view, is.view),
    gaps: { came: without(is.view.gaps, was.view.gaps), went: without(was.view.gaps, is.view.gaps) },
  }
}

const gradedBy = ({ view: { verdict } }: Side): Graded => ({ grade: verdict.grade, reason: verdict.reason })

function without(gaps: readonly Gap[], known: readonly Gap[]): readonly Gap[] {
  return gaps.filter(({ leg, code }) => !known.some((one) => one.leg === leg && one.code === code))
}
