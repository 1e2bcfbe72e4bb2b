import type { AffineLeg, Form } from './affineLeg.ts'
import { type Decimal, ONE, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import { type TwoFactors, twoFactorLegs } from './twoFactors.ts'
import { dot, isDead, weighLeg } from './weighLeg.ts'

type Point = { readonly x: Decimal; readonly y: Decimal }

/** A corner of the polygon, and the legs that die along the edge to the next corner; none on the edge of the box. */
export type Vertex = Point & { readonly legs: readonly string[] }

/**
 * Where in two multipliers no leg dies: a convex polygon, counter-clockwise. It begins with the first corner that is met when
 * walking round the box from (0, 0); where it does not touch the box, with its leftmost one.
 */
export type Frontier = {
  /** Names of the two shocks: `ETH`, `USD:USDC`, `ALL`. */
  readonly x: string
  readonly y: string
  /** Both multipliers run from 0 to here. */
  readonly box: Decimal
  /** Null where there is no convex answer; `reason` says why. */
  readonly vertices: readonly Vertex[] | null
  readonly reason: string | null
}

// Points are roots rounded to 60 digits: closer together, or closer to a wall, than this share they are the same.
const ROUNDING = '1e-45'

/**
 * The exact two-factor frontier.
 *
 * Cutting planes: the affine piece that holds at a dead corner is nowhere below the leg's slack, so all of its dead side is dead
 * and is cut away. No piece is used twice, hence it ends; when every corner lives, convexity makes all between them live.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 2.2, corollary (a) of theorem 1
 */
export function frontier(legs: readonly Leg[], axes: TwoFactors, box: Decimal): Frontier {
  const frame = { x: axes.x.name, y: axes.y.name, box }
  const refused = (reason: string): Frontier => ({ ...frame, vertices: null, reason })
  const affine = twoFactorLegs(legs, axes)
  if ('reason' in affine) return refused(affine.reason)
  const mortal = affine.filter(({ requires }) => requires)
  for (const leg of mortal) {
    if (leg.bent !== null) return refused(leg.bent)
    if (isDead(weighLeg(leg, [ONE, ONE, ONE]))) return refused(`${leg.id} can be liquidated now.`)
  }
  let polygon: Point[] = [
    { x: ZERO, y: ZERO },
    { x: box, y: ZERO },
    { x: box, y: box },
    { x: ZERO, y: box },
  ]
  for (const leg of mortal) polygon = cutBy(leg, polygon)
  return { ...frame, vertices: labelled(fromCorner(polygon, box), mortal), reason: null }
}

/** Cuts away all of the polygon in which the leg is dead. */
function cutBy(leg: AffineLeg, polygon: Point[]): Point[] {
  let rest = polygon
  for (;;) {
    const cut = deepestCut(leg, rest)
    if (cut === null) return rest
    rest = clip(rest, cut)
  }
}

/** The piece that holds at the corner where the leg lacks most; null when it lives at all of them. */
function deepestCut(leg: AffineLeg, polygon: readonly Point[]): Form | null {
  let deepest: { readonly slack: Decimal; readonly gradient: Form } | null = null
  for (const { x, y } of polygon) {
    const { slack, size, gradient } = weighLeg(leg, [ONE, x, y])
    if (slack.gte(size.times(ROUNDING).neg())) continue
    if (deepest === null || slack.lt(deepest.slack)) deepest = { slack, gradient }
  }
  return deepest?.gradient ?? null
}

/** The part of a convex polygon on which a line is at or above 0 (Sutherland and Hodgman). */
function clip(polygon: readonly Point[], line: Form): Point[] {
  const values = polygon.map(({ x, y }) => dot(line, [ONE, x, y]))
  const kept: Point[] = []
  polygon.forEach((point, i) => {
    const j = (i + 1) % polygon.length
    const next = polygon[j] as Point
    const [here, there] = [values[i] as Decimal, values[j] as Decimal]
    if (here.gte(0)) kept.push(point)
    if (here.times(there).lt(0)) {
      const share = here.div(here.minus(there))
      kept.push({ x: between(point.x, next.x, share), y: between(point.y, next.y, share) })
    }
  })
  return kept.filter((point, i) => !same(point, kept[(i + 1) % kept.length] as Point))
}

/** On the edge of the box the coordinate stays the box's own, without a last digit lost. */
function between(a: Decimal, b: Decimal, share: Decimal): Decimal {
  return a.eq(b) ? a : a.plus(b.minus(a).times(share))
}

function same(a: Point, b: Point): boolean {
  return a.x.minus(b.x).abs().lte(ROUNDING) && a.y.minus(b.y).abs().lte(ROUNDING)
}

/** Turns the polygon so that it begins at its canonical corner. */
function fromCorner(polygon: readonly Point[], box: Decimal): readonly Point[] {
  const rank = ({ x, y }: Point): Decimal => {
    if (y.isZero()) return x
    if (x.eq(box)) return box.plus(y)
    if (y.eq(box)) return box.times(3).minus(x)
    return x.isZero() ? box.times(4).minus(y) : box.times(4).plus(x)
  }
  const first = polygon.reduce((best, point, i) => (rank(point).lt(rank(polygon[best] as Point)) ? i : best), 0)
  return [...polygon.slice(first), ...polygon.slice(0, first)]
}

function labelled(polygon: readonly Point[], legs: readonly AffineLeg[]): Vertex[] {
  return polygon.map((point, i) => {
    const next = polygon[(i + 1) % polygon.length] as Point
    const middle = [ONE, point.x.plus(next.x).div(2), point.y.plus(next.y).div(2)]
    const dying = legs.filter((leg) => {
      const { slack, size } = weighLeg(leg, middle)
      return slack.abs().lte(size.times('1e-40'))
    })
    return { ...point, legs: dying.map(({ id }) => id) }
  })
}
