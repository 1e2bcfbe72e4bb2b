import { normalCdf } from './normal.ts'

/** Logarithms of the multipliers that are not to be touched: below 0 and above 0; null: none on that side. */
export type LogBarriers = { readonly down: number | null; readonly up: number | null }

/** Beyond so many widths of the corridor a path that stays in it has a probability below 1e-40. */
const SURELY_OUT = 5
/** A term that adds nothing any more. */
const NOTHING = 1e-18

/**
 * The probability that a random walk without drift in the logarithm touches a barrier.
 *
 * One barrier: 2 Phi(-|b| / sd). Two: paths that touch a, then b, then a ... are counted in turn, each by reflection; the same as
 * 1 - P_stay of the image series, without the digits that 1 - P loses where P is small.
 *
 * @param spread - Standard deviation of the logarithm over the horizon: sigma times the root of the years.
 * @returns Between 0 and 1; at least the larger of the two sides alone, at most their sum.
 * @see RISK 2.4
 */
export function touchProbability({ down, up }: LogBarriers, spread: number): number {
  const below = down === null ? 0 : reach(-down, spread)
  const above = up === null ? 0 : reach(up, spread)
  if (down === null || up === null) return Math.max(below, above)
  const width = up - down
  if (spread >= SURELY_OUT * width) return 1
  let total = 0
  for (let n = 0, sign = 1; ; n++, sign = -sign) {
    const term = reach(-down + n * width, spread) + reach(up + n * width, spread)
    total += sign * term
    if (term <= NOTHING * total) break
  }
  return Math.min(1, below + above, Math.max(below, above, total))
}

/** To be anywhere so far on one side at any time is twice as likely as to end there. */
function reach(distance: number, spread: number): number {
  if (distance <= 0) return 1
  return 2 * normalCdf(-distance / spread)
}
