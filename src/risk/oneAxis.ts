import { type AffineLeg, affineLeg, type NotAffine } from './affineLeg.ts'
import { type Decimal, ONE } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { Path } from './path.ts'
import type { Profile } from './tierProfile.ts'

/** `still + moving x s`, USD. */
export type Line = { readonly still: Decimal; readonly moving: Decimal }

/** A leg along one path: its cover and what it requires are lines between the edges. */
export type OneAxis = {
  /** False for a leg that never dies. */
  readonly requires: boolean
  /** False where the slack is not concave. */
  readonly concave: boolean
  /** The lines that hold at a multiplier. */
  readonly at: (s: Decimal) => { readonly cover: Line; readonly required: Line }
  /** Where they change. */
  readonly edges: readonly Decimal[]
}

export function lineAt({ still, moving }: Line, s: Decimal): Decimal {
  return still.plus(moving.times(s))
}

export function plusLine(a: Line, b: Line, factor: Decimal = ONE): Line {
  return { still: a.still.plus(b.still.times(factor)), moving: a.moving.plus(b.moving.times(factor)) }
}

/**
 * The affine model of a leg along a path.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 0, theorem 1
 */
export function oneAxis(leg: Leg, path: Path): OneAxis | NotAffine {
  const affine = affineLeg(leg, (ref) => (path.moves(ref) ? 1 : 0), 1)
  if ('reason' in affine) return affine
  const [cover, required] = [lineOf(affine.cover), lineOf(affine.required)]
  const settled = affine.settled === null ? null : { line: lineOf(affine.settled.usd), share: affine.settled.ownedShare }
  return {
    requires: affine.requires,
    concave: affine.bent === null,
    at: (s) => {
      const owned = settled !== null && lineAt(settled.line, s).gt(0)
      return {
        cover: settled === null ? cover : plusLine(cover, settled.line, owned ? settled.share : ONE),
        required: affine.profiles.reduce((total, profile) => plusLine(total, pieceOf(profile, s)), required),
      }
    },
    edges: [
      ...affine.profiles.flatMap(edgesOf),
      ...(settled === null || settled.line.moving.isZero() ? [] : [settled.line.still.div(settled.line.moving).neg()]),
    ],
  }
}

function lineOf(form: AffineLeg['cover']): Line {
  return { still: form[0] as Decimal, moving: form[1] as Decimal }
}

/** Along one path a profile depends on s, where the mark moves, or on 1/s, where its coin does. */
function edgesOf({ pieces, p }: Profile): readonly Decimal[] {
  return pieces.filter(({ from }) => from.gt(0)).map(({ from }) => (p === 1 ? from : ONE.div(from)))
}

/** The last piece that begins below the ratio, by halving. */
function pieceOf({ pieces, p }: Profile, s: Decimal): Line {
  const ratio = p === 1 ? s : s.isZero() ? null : ONE.div(s)
  let [low, high] = [0, pieces.length - 1]
  while (low < high) {
    const mid = Math.ceil((low + high) / 2)
    if (ratio === null || pieces[mid]?.from.lt(ratio)) low = mid
    else high = mid - 1
  }
  const { rise, start } = pieces[low] as Profile['pieces'][number]
  return p === 1 ? { still: start, moving: rise } : { still: rise, moving: start }
}
