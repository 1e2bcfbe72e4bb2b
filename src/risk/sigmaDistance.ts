import { type AffineLeg, type AxisOf, affineLeg, type Form } from './affineLeg.ts'
import type { Spread } from './covariance.ts'
import { type Decimal, ONE, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import { type FlatPiece, nearestPiece } from './nearestPiece.ts'
import { pieceAt } from './tierProfile.ts'
import { isDead, weighLeg } from './weighLeg.ts'

/** How many standard deviations away the nearest death is. Null: no move of these factors kills the leg, or `reason` says why. */
export type SigmaDistance = { readonly z: Decimal | null; readonly reason: string | null }

/**
 * Distance from now to the leg's nearest death, in standard deviations of the factors' joint return (Hasofer and Lind):
 * the smallest slack / sqrt(g' S g) over all affine pieces of the slack, g being a piece's gradient and S the covariance.
 *
 * Factors that the spread does not name stand still. A leg that is dead now is at 0.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 2.3
 */
export function sigmaDistance(leg: Leg, spread: Spread): SigmaDistance {
  const affine = affineLeg(leg, axisOf(spread), spread.factors.length)
  if ('reason' in affine) return { z: null, reason: affine.reason }
  if (!affine.requires) return { z: null, reason: null }
  if (affine.bent !== null) return { z: null, reason: affine.bent }
  const now = [ONE, ...spread.factors.map(() => ONE)]
  if (isDead(weighLeg(affine, now))) return { z: ZERO, reason: null }
  let nearest: Decimal | null = null
  for (const share of affine.settled === null ? [ONE] : [ONE, affine.settled.ownedShare]) {
    const piece = nearestPiece(currentPiece(affine, share), choicesOf(affine), spread)
    if (piece === null) return { z: null, reason: `${leg.venue}: too many brackets to search them all.` }
    const variance = quadratic(piece.gradient, spread)
    if (variance.lt(0)) return { z: null, reason: 'The correlations contradict each other.' }
    if (variance.isZero()) continue
    const z = piece.slack.div(variance.sqrt())
    if (nearest === null || z.lt(nearest)) nearest = z
  }
  return { z: nearest, reason: null }
}

function axisOf({ factors }: Spread): AxisOf {
  return ({ factor, basis }) => {
    const own = factors.indexOf(factor) + 1
    const ratio = basis === null ? 0 : factors.indexOf(basis) + 1
    return own > 0 && ratio > 0 ? null : own + ratio
  }
}

/** The piece that holds now, with the settle coin's amount weighed by a share. */
function currentPiece(leg: AffineLeg, share: Decimal): FlatPiece {
  const gradient: Decimal[] = leg.cover.map((usd, axis) => {
    const settled = leg.settled?.usd[axis]
    const cover = settled === undefined ? usd : usd.plus(settled.times(share))
    return cover.minus(leg.required[axis] as Decimal)
  })
  for (const profile of leg.profiles) {
    const { rise, start } = pieceAt(profile, ONE, ONE)
    gradient[profile.p] = (gradient[profile.p] as Decimal).minus(rise)
    gradient[profile.q] = (gradient[profile.q] as Decimal).minus(start)
  }
  return { slack: total(gradient), gradient }
}

/** For each profile, what every other piece of it changes in slack and gradient. The one that holds now changes nothing. */
function choicesOf(leg: AffineLeg): readonly (readonly FlatPiece[])[] {
  return leg.profiles.map((profile) => {
    const now = pieceAt(profile, ONE, ONE)
    return profile.pieces.map(({ rise, start }) => {
      const gradient = leg.cover.map(() => ZERO)
      gradient[profile.p] = now.rise.minus(rise)
      gradient[profile.q] = now.start.minus(start)
      return { slack: total(gradient), gradient }
    })
  })
}

/** All prices at 1: a piece is the sum of its own coefficients. */
function total(form: Form): Decimal {
  return form.reduce((sum, usd) => sum.plus(usd), ZERO)
}

/** g' S g; what stands still (entry 0) has no spread. */
function quadratic(gradient: Form, { covariance }: Spread): Decimal {
  let found = ZERO
  covariance.forEach((row, i) => {
    row.forEach((value, j) => {
      found = found.plus((gradient[i + 1] as Decimal).times(gradient[j + 1] as Decimal).times(value))
    })
  })
  return found
}
