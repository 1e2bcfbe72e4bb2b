import { Decimal, dec, ONE, ZERO } from './decimal.ts'

/** A figure over the distance h (1 = now, 1.25 = a fall to 0.8 or a rise to 1.25): `fixed + fall / h + rise x h`, USD. */
export type ReachForm = { readonly fixed: Decimal; readonly fall: Decimal; readonly rise: Decimal }

/** A figure at one distance, and the form that holds around it. */
export type Reached = { readonly usd: Decimal; readonly form: ReachForm }

/** Beyond a million-fold move nothing is reported: there a fall ends at 0, a rise at a million. */
export const FARTHEST = dec(1_000_000)

export const NOTHING: ReachForm = { fixed: ZERO, fall: ZERO, rise: ZERO }

/** The multiplier of a fall to distance h. */
export function fallTo(h: Decimal): Decimal {
  return h.gte(FARTHEST) ? ZERO : ONE.div(h)
}

export function formAt({ fixed, fall, rise }: ReachForm, h: Decimal): Decimal {
  return fixed.plus(fall.isZero() ? ZERO : fall.times(fallTo(h))).plus(rise.isZero() ? ZERO : rise.times(h))
}

/** `a + factor x b`, term by term. */
export function addForm(a: ReachForm, b: ReachForm, factor: Decimal): ReachForm {
  return {
    fixed: a.fixed.plus(b.fixed.times(factor)),
    fall: a.fall.plus(b.fall.times(factor)),
    rise: a.rise.plus(b.rise.times(factor)),
  }
}

/** Where a rounding error of 60 digits ends and a figure begins, as a share of what was added up. */
const ROUNDING = dec('1e-42')
const BISECTIONS = 60
const NEWTON_STEPS = 400

/** The answer of {@link lastReach}: the distance, and whether it is a closed form (else it is bisected). */
type Reach = { readonly h: Decimal; readonly exact: boolean }

/**
 * The largest distance at which a nondecreasing figure is not above 0.
 *
 * Walks in from a distance that is too far, each time to the root of the form that holds there. While the figure is convex in
 * 1/h, as needs of concave slacks are, no step goes past the answer and it ends on the exact root; where a step does (bent legs), the rest is bisected.
 *
 * @param from - A distance at which the figure is above 0.
 * @returns null when it is above 0 already at 1.
 * @see RISK 3 A1
 */
export function lastReach(figure: (h: Decimal) => Reached & { readonly size: Decimal }, from: Decimal): Reach | null {
  let far = from
  for (let i = 0; i < NEWTON_STEPS; i++) {
    const root = rootBelow(figure(far).form, far)
    if (root === null || root.lt(ONE)) break
    const { usd, size } = figure(root)
    if (usd.abs().lte(size.times(ROUNDING))) return { h: root, exact: true }
    if (usd.lt(0)) return { h: bisected(figure, root, far), exact: false }
    far = root
  }
  const now = figure(ONE)
  if (now.usd.gt(now.size.times(ROUNDING))) return null
  return { h: bisected(figure, ONE, far), exact: false }
}

function bisected(figure: (h: Decimal) => Reached, inside: Decimal, outside: Decimal): Decimal {
  let [near, far] = [inside, outside]
  for (let i = 0; i < BISECTIONS; i++) {
    const mid = near.times(far).sqrt()
    if (figure(mid).usd.gt(0)) far = mid
    else near = mid
  }
  return near
}

/** The largest root of a form below h. */
function rootBelow({ fixed, fall, rise }: ReachForm, h: Decimal): Decimal | null {
  if (rise.isZero()) return fixed.isZero() ? null : below([fall.div(fixed).neg()], h)
  const half = fixed.div(rise).div(2)
  const square = half.times(half).minus(fall.div(rise))
  if (square.lt(0)) return null
  const outer = half.gte(0) ? half.neg().minus(square.sqrt()) : half.neg().plus(square.sqrt())
  // The second root by the product of both: the difference would lose digits.
  return below(outer.isZero() ? [outer] : [outer, fall.div(rise).div(outer)], h)
}

function below(roots: readonly Decimal[], h: Decimal): Decimal | null {
  const inside = roots.filter((root) => root.gt(0) && root.lt(h))
  return inside.length === 0 ? null : Decimal.max(...inside)
}
