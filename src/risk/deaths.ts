import { type Decimal, ONE } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { Path, PriceRef } from './path.ts'
import { floorsAverageThreshold } from './rules/aaveV3.ts'
import { flooredDeath, loanSlack } from './rules/aaveV3Slack.ts'
import { marginSlack } from './rules/margin.ts'
import { type Direction, firstDeath } from './slackLine.ts'

/** The multipliers of a path at which a leg is liquidated on the way down and on the way up; null for none. */
export type Deaths = { readonly down: Decimal | null; readonly up: Decimal | null }

/** Every price a leg depends on. */
export function pricesOf(leg: Leg): readonly PriceRef[] {
  if (leg.kind === 'lending') return leg.reserves.map(({ asset }) => asset)
  const marks = leg.positions.map(({ factor, basis, symbol }) => ({ factor, basis, key: symbol }))
  return [...marks, leg.settle, ...leg.wallet.map(({ asset }) => asset)]
}

/**
 * Where a leg dies along a path: by the affine model or by the venue's own rounding, whichever is nearer.
 * A leg that is dead now is dead at 1 on every path.
 *
 * @see RISK 0: two layers, never mixed; the verdict uses whichever dies first
 */
export function deathsOf(leg: Leg, path: Path): Deaths {
  return { down: death(leg, path, 'down'), up: death(leg, path, 'up') }
}

function death(leg: Leg, path: Path, direction: Direction): Decimal | null {
  if (leg.kind === 'futures') return leg.positions.length === 0 ? null : firstDeath(marginSlack(leg, path), direction)
  const line = loanSlack(leg, path)
  if (line === null) return null
  const model = firstDeath(line, direction)
  return floorsAverageThreshold(leg.revision) ? nearer(model, flooredDeath(leg, path, direction)) : model
}

/** The multiplier that is closer to 1 in logarithm; null counts as never. */
export function nearer(a: Decimal | null, b: Decimal | null): Decimal | null {
  if (a === null || b === null) return a ?? b
  return distance(a).lte(distance(b)) ? a : b
}

/** How far a multiplier is from 1, alike for falls and rises: 1/s or s, at least 1. `ln` of it is the log-distance. */
export function distance(s: Decimal): Decimal {
  return s.lt(ONE) ? ONE.div(s) : s
}
