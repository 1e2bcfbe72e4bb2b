import type { AffineLeg, Form } from './affineLeg.ts'
import { Decimal, ONE, ZERO } from './decimal.ts'
import { pieceAt } from './tierProfile.ts'

/** A leg at some multipliers, USD, exact to the working precision. */
export type Weighed = {
  readonly cover: Decimal
  readonly required: Decimal
  readonly slack: Decimal
  /** Sum of the sizes of what was added up: what a rounding error is measured against. */
  readonly size: Decimal
  /** The affine piece that holds there: where the slack is concave it is nowhere below the slack. */
  readonly gradient: Form
}

/**
 * Weighs a leg at multipliers.
 *
 * @param at - Entry 0 is 1; one entry an axis.
 * @see RISK 0
 */
export function weighLeg(leg: AffineLeg, at: readonly Decimal[]): Weighed {
  const gradient = leg.cover.map((usd, axis) => usd.minus(leg.required[axis] as Decimal))
  let cover = dot(leg.cover, at)
  let required = dot(leg.required, at)
  let size = sizeOf(leg.cover, at).plus(sizeOf(leg.required, at))
  if (leg.settled !== null) {
    const { usd, ownedShare } = leg.settled
    const settled = dot(usd, at)
    const share = settled.gt(0) ? ownedShare : ONE
    cover = cover.plus(settled.times(share))
    size = size.plus(sizeOf(usd, at))
    for (let axis = 0; axis < at.length; axis++) grow(gradient, axis, (usd[axis] as Decimal).times(share))
  }
  for (const profile of leg.profiles) {
    const [p, q] = [at[profile.p] as Decimal, at[profile.q] as Decimal]
    const { rise, start } = pieceAt(profile, p, q)
    required = required.plus(rise.times(p)).plus(start.times(q))
    size = size.plus(rise.times(p).abs()).plus(start.times(q).abs())
    grow(gradient, profile.p, rise.neg())
    grow(gradient, profile.q, start.neg())
  }
  return { cover, required, slack: cover.minus(required), size, gradient }
}

/** Whether the affine model calls the leg dead: it requires something, and nothing of its slack is left. */
export function isDead({ required, slack }: Pick<Weighed, 'required' | 'slack'>): boolean {
  return required.gt(0) && slack.lte(0)
}

export function dot(form: Form, at: readonly Decimal[]): Decimal {
  let total = ZERO
  for (let axis = 0; axis < at.length; axis++) total = total.plus((form[axis] as Decimal).times(at[axis] as Decimal))
  return total
}

function sizeOf(form: Form, at: readonly Decimal[]): Decimal {
  let total = ZERO
  for (let axis = 0; axis < at.length; axis++) total = total.plus(Decimal.abs((form[axis] as Decimal).times(at[axis] as Decimal)))
  return total
}

function grow(form: Decimal[], axis: number, usd: Decimal): void {
  form[axis] = (form[axis] as Decimal).plus(usd)
}
