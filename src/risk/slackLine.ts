import { type Decimal, dec, ONE, ZERO } from './decimal.ts'

/**
 * The slack of a leg along a path, in USD (or scaled by a positive factor): affine in s between its edges.
 * At an edge the slope or, with flat tiers, the value may jump.
 */
export type SlackLine = {
  readonly at: (s: Decimal) => Decimal
  /** Where the piece changes; any order, duplicates allowed. */
  readonly edges: readonly Decimal[]
}

export type Direction = 'down' | 'up'

/** Beyond a million-fold rise nothing is reported. */
const HIGHEST = dec(1_000_000)

/**
 * The first multiplier, walking from 1, at which the slack is 0 or below; 1 when it is so now; null when there is none.
 * Exact roots of the affine pieces, no iteration; a piece that begins at or below 0 is a death at its boundary.
 *
 * @param from - Where to begin: the leg is known to live between 1 and there.
 * @see RISK 2.1
 */
export function firstDeath(line: SlackLine, direction: Direction, from: Decimal = ONE): Decimal | null {
  if (line.at(from).lte(0)) return from
  const stops = direction === 'down' ? stopsBelow(line.edges, from) : stopsAbove(line.edges, from)
  let near = from
  for (const far of stops) {
    const death = deathWithin(line, near, far)
    if (death !== null) return death.gt(0) && death.lte(HIGHEST) ? death : null
    near = far
  }
  return null
}

function stopsBelow(edges: readonly Decimal[], from: Decimal): Decimal[] {
  const inside = edges.filter((edge) => edge.lt(from) && edge.gt(0))
  return [...inside.sort((a, b) => b.comparedTo(a)), ZERO]
}

function stopsAbove(edges: readonly Decimal[], from: Decimal): Decimal[] {
  const inside = edges.filter((edge) => edge.gt(from) && edge.lt(HIGHEST))
  // The root may not come out a digit short of the bound, hence one step beyond it.
  return [...inside.sort((a, b) => a.comparedTo(b)), HIGHEST.times(2)]
}

/** Takes two points inside, so that a jump at either end cannot disturb the piece. */
function deathWithin(line: SlackLine, near: Decimal, far: Decimal): Decimal | null {
  const third = far.minus(near).div(3)
  if (third.isZero()) return null
  const first = line.at(near.plus(third))
  const step = line.at(near.plus(third.times(2))).minus(first)
  const atNear = first.minus(step)
  if (atNear.lte(0)) return near
  const atFar = first.plus(step.times(2))
  if (atFar.gt(0)) return null
  return near.plus(far.minus(near).times(atNear).div(atNear.minus(atFar)))
}
