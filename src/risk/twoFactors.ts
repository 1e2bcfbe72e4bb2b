import { type AffineLeg, type AxisOf, affineLeg, type NotAffine } from './affineLeg.ts'
import type { Leg } from './leg.ts'
import type { Path } from './path.ts'

/** Two shocks at once: a factor, a peg, or all market factors together on each axis. */
export type TwoFactors = { readonly x: Path; readonly y: Path }

const X = 1
const Y = 2

function axisOf({ x, y }: TwoFactors): AxisOf {
  return (ref) => {
    const [inX, inY] = [x.moves(ref), y.moves(ref)]
    return inX && inY ? null : inX ? X : inY ? Y : 0
  }
}

/**
 * Every leg as a function of two multipliers; the first that cannot be written so is the reason for all.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 2.2
 */
export function twoFactorLegs(legs: readonly Leg[], axes: TwoFactors): readonly AffineLeg[] | NotAffine {
  const found: AffineLeg[] = []
  for (const leg of legs) {
    const affine = affineLeg(leg, axisOf(axes), 2)
    if ('reason' in affine) return affine
    found.push(affine)
  }
  return found
}
