import type { Form } from './affineLeg.ts'
import type { Spread } from './covariance.ts'
import type { Decimal } from './decimal.ts'

/** An affine piece of a leg's slack: its value now and its gradient (entry 0 stands still), USD. */
export type FlatPiece = { readonly slack: Decimal; readonly gradient: Form }

type Choice = { readonly piece: FlatPiece; readonly slack: number; readonly gradient: Float64Array; readonly sigma: number }

/** Branches looked at before the search gives up. */
const MOST_STEPS = 200_000

/**
 * The affine piece with the smallest slack / sigma, over one choice of each group: exact, by branch and bound.
 *
 * At a known distance t a branch may hold a nearer piece only if slack - t sigma can fall below 0 in it; since sigma is a norm, a
 * group adds no less than min(slack_k - t sigma_k) of its own. Float64 only ranks: the caller computes with the piece's decimals.
 *
 * @param base - The piece that holds now.
 * @param groups - What each choice of a group changes in it; the slack changes are not below 0.
 * @returns null when the search was given up; a piece without spread (sigma 0) when no piece has any.
 * @see RISK 2.3
 */
export function nearestPiece(base: FlatPiece, groups: readonly (readonly FlatPiece[])[], spread: Spread): FlatPiece | null {
  const sigmaOf = normOf(spread)
  const start = chosen(base, sigmaOf)
  const choices = groups
    .map((group) => group.map((piece) => chosen(piece, sigmaOf)).sort((a, b) => a.slack - b.slack))
    .filter((group) => group.length > 1)
  let best = ratio(start)
  let found: readonly Choice[] = []
  let steps = 0
  const picked: Choice[] = []
  const search = (depth: number, slack: number, gradient: Float64Array): void => {
    if (steps++ > MOST_STEPS) return
    const sigma = sigmaOf(gradient)
    const z = ratio({ slack, sigma })
    if (z < best) {
      best = z
      found = [...picked]
    }
    // What is not chosen yet stays as it is now, so every branch is a whole piece itself.
    if (depth === choices.length || slack - best * sigma + least(choices, depth, best) >= 0) return
    for (const choice of choices[depth] as readonly Choice[]) {
      picked.push(choice)
      search(
        depth + 1,
        slack + choice.slack,
        gradient.map((value, i) => value + (choice.gradient[i] as number)),
      )
      picked.pop()
    }
  }
  search(0, start.slack, start.gradient)
  if (steps > MOST_STEPS) return null
  return {
    slack: found.reduce((total, { piece }) => total.plus(piece.slack), base.slack),
    gradient: base.gradient.map((usd, axis) =>
      found.reduce((total, { piece }) => total.plus(piece.gradient[axis] as Decimal), usd),
    ),
  }
}

/** What the groups from `depth` on can take at most from slack - t sigma. Without any spread there is nothing to take. */
function least(choices: readonly (readonly Choice[])[], depth: number, t: number): number {
  let total = 0
  for (const group of choices.slice(depth)) {
    total += Math.min(...group.map(({ slack, sigma }) => (sigma === 0 ? slack : slack - t * sigma)))
  }
  return total
}

function ratio({ slack, sigma }: { readonly slack: number; readonly sigma: number }): number {
  return sigma > 0 ? slack / sigma : Number.POSITIVE_INFINITY
}

function chosen(piece: FlatPiece, sigmaOf: (gradient: Float64Array) => number): Choice {
  const gradient = Float64Array.from(piece.gradient.slice(1), (usd) => usd.toNumber())
  return { piece, slack: piece.slack.toNumber(), gradient, sigma: sigmaOf(gradient) }
}

function normOf({ covariance }: Spread): (gradient: Float64Array) => number {
  const matrix = covariance.map((row) => Float64Array.from(row, (value) => value.toNumber()))
  return (gradient) => {
    let squared = 0
    matrix.forEach((row, i) => {
      for (let j = 0; j < row.length; j++) squared += (gradient[i] as number) * (gradient[j] as number) * (row[j] as number)
    })
    return Math.sqrt(Math.max(0, squared))
  }
}
