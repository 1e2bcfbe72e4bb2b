import { type Decimal, ONE, ZERO } from './decimal.ts'
import type { FuturesPosition, MarginAccount, MarginTier } from './marginAccount.ts'

/** A stretch of a profile: maintenance `rise x p + start x q`, USD, while `from < p / q` up to the next one's `from`. */
export type Piece = { readonly from: Decimal; readonly rise: Decimal; readonly start: Decimal }

/** Maintenance of all positions that depend on the same two multipliers p and q (axis 0 is 1 always). */
export type Profile = { readonly p: number; readonly q: number; readonly pieces: readonly Piece[] }

/** The maintenance of one position as a profile of its own. */
export type Bracket = Profile & { readonly jumps: boolean }

/**
 * A position's maintenance by the ratio to which its notional has grown, USD.
 *
 * Linear: with p the mark and q the settle coin, the USD notional is N p and the table reads N p / q in settle units, so a bracket
 * costs rate x N x p - deduction x q. Inverse: the notional is N USD (p = 1) and N / q in coins.
 *
 * @see RISK 0, theorem 1 (a perspective); 1.4
 */
export function piecesOf(position: FuturesPosition, { rules, settlePrice }: MarginAccount): readonly Piece[] {
  const at = rules.basis === 'entry' ? position.entry : position.mark
  const notional = position.contract === 'linear' ? position.size.times(at) : position.size.div(at)
  const make = rules.tiers === 'marginal' ? envelope : steps
  return make(position.tiers, notional).map(({ from, rise, start }) => ({
    from,
    rise: rise.times(settlePrice),
    start: start.times(settlePrice),
  }))
}

/** Whether a position's maintenance jumps where a bracket ends. */
export function jumpsIn({ tiers }: FuturesPosition, { rules }: MarginAccount): boolean {
  if (rules.tiers === 'marginal' || rules.basis === 'entry') return false
  return new Set(tiers.map(({ rate }) => rate.toFixed())).size > 1
}

/** The upper envelope of the brackets' lines and of 0, over the ratio by which the notional grows: slopes rise from left to right. */
function envelope(tiers: readonly MarginTier[], notional: Decimal): Piece[] {
  const lines = [
    { rise: ZERO, start: ZERO },
    ...tiers.map(({ rate, deduction }) => ({ rise: rate.times(notional), start: deduction.neg() })),
  ]
  lines.sort((a, b) => a.rise.comparedTo(b.rise) || a.start.comparedTo(b.start))
  const hull: Piece[] = []
  for (const line of lines) {
    let from = ZERO
    for (let last = hull.at(-1); last !== undefined; last = hull.at(-1)) {
      // Of two parallel lines the later is the higher; one that is met at or before its own beginning is never the largest.
      if (!last.rise.eq(line.rise)) {
        from = last.start.minus(line.start).div(line.rise.minus(last.rise))
        if (from.gt(last.from)) break
      }
      from = ZERO
      hull.pop()
    }
    hull.push({ from, ...line })
  }
  return hull
}

/** Whole-position brackets: the rate of the first one that holds the notional, on all of it; the last one has no end. */
function steps(tiers: readonly MarginTier[], notional: Decimal): Piece[] {
  const pieces: Piece[] = []
  let from: Decimal | null = ZERO
  for (const { cap, rate } of tiers) {
    const reached: Decimal | null = from
    if (reached === null) break
    const end = cap === null || notional.isZero() ? null : cap.div(notional)
    if (end?.lte(reached)) continue
    pieces.push({ from: reached, rise: rate.times(notional), start: ZERO })
    from = end
  }
  const last = tiers.at(-1)
  // Past the last cap the last rate holds on; where no bracket was open there, it begins at that cap.
  if (last !== undefined && from !== null) pieces.push({ from, rise: last.rate.times(notional), start: ZERO })
  return pieces.length === 0 ? [{ from: ZERO, rise: ZERO, start: ZERO }] : pieces
}

/**
 * Merges the positions that share both axes; what stands on one axis alone has the ratio 1 and goes into the form.
 *
 * @param required - Grows by what does not depend on a ratio.
 */
export function profileOf(
  brackets: readonly Bracket[],
  required: Decimal[],
): { readonly profiles: readonly Profile[]; readonly jumps: boolean } {
  const groups = new Map<string, Bracket[]>()
  let jumps = false
  for (const bracket of brackets) {
    const { p, q, pieces } = bracket
    if (p === q) {
      required[p] = (required[p] as Decimal).plus(nowOf(pieces))
      continue
    }
    jumps ||= bracket.jumps
    const key = `${p}/${q}`
    groups.set(key, [...(groups.get(key) ?? []), bracket])
  }
  return { profiles: [...groups.values()].map(merged), jumps }
}

/** Maintenance at a ratio of 1. */
export function nowOf(pieces: readonly Piece[]): Decimal {
  const { rise, start } = pieces.findLast(({ from }) => from.lt(ONE)) ?? (pieces[0] as Piece)
  return rise.plus(start)
}

/** The same positions move together along several paths: what they merge into is kept with the pieces of the first. */
const MERGED = new WeakMap<readonly Piece[], { readonly of: readonly (readonly Piece[])[]; readonly pieces: readonly Piece[] }>()

function merged(group: readonly Bracket[]): Profile {
  const { p, q, pieces: alone } = group[0] as Bracket
  if (group.length === 1) return { p, q, pieces: alone }
  const before = MERGED.get(alone)
  if (before?.of.length === group.length && before.of.every((pieces, i) => pieces === group[i]?.pieces))
    return { p, q, pieces: before.pieces }
  const changes = group.flatMap(({ pieces }) =>
    pieces.map((piece, k) => {
      const before = pieces[k - 1]
      return { from: piece.from, rise: piece.rise.minus(before?.rise ?? ZERO), start: piece.start.minus(before?.start ?? ZERO) }
    }),
  )
  changes.sort((a, b) => a.from.comparedTo(b.from))
  const pieces: Piece[] = []
  for (const { from, rise, start } of changes) {
    const last = pieces.at(-1)
    const next = { from, rise: (last?.rise ?? ZERO).plus(rise), start: (last?.start ?? ZERO).plus(start) }
    if (last?.from.eq(from)) pieces[pieces.length - 1] = next
    else pieces.push(next)
  }
  MERGED.set(alone, { of: group.map((bracket) => bracket.pieces), pieces })
  return { p, q, pieces }
}

/** The piece that holds at two multipliers: the last one that begins below their ratio. */
export function pieceAt({ pieces }: Profile, p: Decimal, q: Decimal): Piece {
  let [low, high] = [0, pieces.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const { from } = pieces[middle] as Piece
    if ((q === ONE ? from : from.times(q)).lt(p)) low = middle
    else high = middle - 1
  }
  return pieces[low] as Piece
}
