import { type Decimal, dec, ONE, ZERO } from './decimal.ts'
import { AT_ONE, quotientOf, type Ratio } from './whole.ts'

/**
 * The slack of a leg along a path, in USD (or scaled by a positive factor): affine in s between its edges.
 * At an edge the slope or, with flat tiers, the value may jump.
 */
export type SlackLine = {
  readonly at: (s: Decimal) => Decimal
  /** Where the piece changes; any order, duplicates allowed. */
  readonly edges: readonly Decimal[]
  /** Where the slack is concave: the affine piece that holds at s, which is then nowhere below the slack. */
  readonly pieceAt?: (s: Decimal) => { readonly value: Decimal; readonly slope: Decimal }
  /** The same in whole numbers, where it has them: then nothing else of the line is asked for. */
  readonly whole?: WholeLine
}

/** An affine piece `base + slope x s` in whole numbers of one unit, whichever it is. */
export type WholePiece = { readonly base: bigint; readonly slope: bigint }

/** A concave slack in whole numbers. */
export type WholeLine = {
  /** Whether it is above 0 at 1. */
  readonly alive: boolean
  /** A piece that holds at s. */
  readonly at: (s: Ratio) => WholePiece
}

export type Direction = 'down' | 'up'

/** Beyond a million-fold rise nothing is reported. */
const HIGHEST = dec(1_000_000)

/** The root may not come out a digit short of the bound, hence one step beyond it. */
const BEYOND = HIGHEST.times(2)

/** A root below it is 0 with the last digit of the working precision on it: at a price of 0 nothing is reported. */
const LOWEST = dec('1e-40')

/**
 * The first multiplier, walking from 1, at which the slack is 0 or below; 1 when it is so now; null when there is none.
 * Exact roots of the affine pieces, no iteration; a piece that begins at or below 0 is a death at its boundary.
 *
 * @param from - Where to begin: the leg is known to live between 1 and there.
 * @see RISK 2.1
 */
export function firstDeath(line: SlackLine, direction: Direction, from: Decimal = ONE): Decimal | null {
  if (line.whole !== undefined && from === ONE) {
    const death = wholeDeath(line.whole, direction)
    return death === AT_ONE ? ONE : death && quotientOf(death)
  }
  if (line.at(from).lte(0)) return from
  if (line.pieceAt !== undefined) return within(rootFrom(direction === 'down' ? ZERO : BEYOND, line.pieceAt))
  const stops = direction === 'down' ? stopsBelow(line.edges, from) : stopsAbove(line.edges, from)
  let near = from
  for (const far of stops) {
    const death = deathWithin(line, near, far)
    if (death !== null) return within(death)
    near = far
  }
  return null
}

/** At a price of 0, and beyond a million-fold rise, nothing is reported. */
function within(death: Decimal | null): Decimal | null {
  return death?.gt(LOWEST) && death.lte(HIGHEST) ? death : null
}

/**
 * The root of a concave slack that is above 0 at the other end, walking in from outside: the piece that holds there meets 0 no
 * nearer than the slack does, so that no root is passed over; each step leaves a piece behind, so it ends at the root itself.
 *
 * @returns null where the slack is above 0 outside too: then it is so all the way.
 */
function rootFrom(outside: Decimal, pieceAt: NonNullable<SlackLine['pieceAt']>): Decimal | null {
  let piece = pieceAt(outside)
  if (piece.value.gt(0)) return null
  for (let at = outside; ; ) {
    if (piece.value.isZero()) return at
    at = at.minus(piece.value.div(piece.slope))
    const next = pieceAt(at)
    // The piece whose root this is, or one that meets it there: what is left of the slack is the last digit.
    if (next.slope.eq(piece.slope) || next.value.gte(0)) return at
    piece = next
  }
}

const HIGHEST_WHOLE = 1_000_000n
const OUTSIDE: { readonly [D in Direction]: Ratio } = {
  down: { over: 0n, under: 1n },
  up: { over: 2n * HIGHEST_WHOLE, under: 1n },
}
/** 1 / LOWEST. */
const SMALLEST_UNDER = 10n ** 40n

/**
 * The same as {@link firstDeath} in whole numbers, walked inwards alike; nothing is rounded on the way.
 *
 * @returns AT_ONE itself where the slack is 0 or below now.
 */
export function wholeDeath(line: WholeLine, direction: Direction): Ratio | null {
  if (!line.alive) return AT_ONE
  const known = DEATHS.get(line) ?? {}
  DEATHS.set(line, known)
  const before = known[direction]
  if (before !== undefined) return before
  const found = walkIn(line, direction)
  known[direction] = found
  return found
}

/** One line may serve several paths. */
const DEATHS = new WeakMap<WholeLine, { [D in Direction]?: Ratio | null }>()

function walkIn(line: WholeLine, direction: Direction): Ratio | null {
  let at = OUTSIDE[direction]
  let piece = line.at(at)
  let left = signAt(piece, at)
  // Above 0 outside too: there is no root, and what is outside is not reported.
  while (left < 0n) {
    at = piece.slope > 0n ? { over: -piece.base, under: piece.slope } : { over: piece.base, under: -piece.slope }
    piece = line.at(at)
    left = signAt(piece, at)
  }
  return at.over * SMALLEST_UNDER > at.under && at.over <= HIGHEST_WHOLE * at.under ? at : null
}

/** The sign of a piece at a multiplier, as any number of that sign. */
export function signAt({ base, slope }: WholePiece, { over, under }: Ratio): bigint {
  return base * under + slope * over
}

function stopsBelow(edges: readonly Decimal[], from: Decimal): Decimal[] {
  const inside = edges.filter((edge) => edge.lt(from) && edge.gt(0))
  return [...inside.sort((a, b) => b.comparedTo(a)), ZERO]
}

function stopsAbove(edges: readonly Decimal[], from: Decimal): Decimal[] {
  const inside = edges.filter((edge) => edge.gt(from) && edge.lt(HIGHEST))
  return [...inside.sort((a, b) => a.comparedTo(b)), BEYOND]
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
