import { type Decimal, ONE } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'
import type { Path, PriceRef } from './path.ts'
import { lendingRule } from './rules/lending.ts'
import { marginSlack } from './rules/margin.ts'
import { type Direction, firstDeath } from './slackLine.ts'
import { divided } from './whole.ts'

/** The multipliers of a path at which a leg is liquidated on the way down and on the way up; null for none. */
export type Deaths = { readonly down: Decimal | null; readonly up: Decimal | null }

/** Every price a leg depends on. */
export function pricesOf(leg: Leg): readonly PriceRef[] {
  if (leg.kind === 'lending') return lendingRule(leg).prices(leg)
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
  const along = KNOWN.get(path) ?? new WeakMap<Leg, Deaths>()
  KNOWN.set(path, along)
  const known = along.get(leg)
  if (known !== undefined) return known
  const found = leg.kind === 'futures' ? poolDeaths(leg, path) : loanDeaths(leg, path)
  along.set(leg, found)
  return found
}

/** Legs and paths never change, and each is asked for several times: by the grade, the table of liquidations, the corridor. */
const KNOWN = new WeakMap<Path, WeakMap<Leg, Deaths>>()

const NEVER: Deaths = { down: null, up: null }

function poolDeaths(account: MarginAccount, path: Path): Deaths {
  if (account.positions.length === 0) return NEVER
  const line = marginSlack(account, path)
  return { down: firstDeath(line, 'down'), up: firstDeath(line, 'up') }
}

function loanDeaths(position: LendingPosition, path: Path): Deaths {
  const rule = lendingRule(position)
  const line = rule.slackLine(position, path)
  if (line === null) return NEVER
  const death = (direction: Direction): Decimal | null =>
    nearer(firstDeath(line, direction), rule.roundedDeath(position, path, direction))
  return { down: death('down'), up: death('up') }
}

/** The multiplier that is closer to 1 in logarithm; null counts as never. */
export function nearer(a: Decimal | null, b: Decimal | null): Decimal | null {
  if (a === null || b === null) return a ?? b
  const [fallsToA, fallsToB] = [a.lt(ONE), b.lt(ONE)]
  // 1/a <= 1/b, a <= b, or a fall beside a rise: compared by their product, so that nothing is divided.
  if (fallsToA && fallsToB) return a.gte(b) ? a : b
  if (fallsToA === fallsToB) return a.lte(b) ? a : b
  const product = a.times(b)
  return (fallsToA ? product.gte(ONE) : product.lte(ONE)) ? a : b
}

/** How far a multiplier is from 1, alike for falls and rises: 1/s or s, at least 1. `ln` of it is the log-distance. */
export function distance(s: Decimal): Decimal {
  return s.lt(ONE) ? divided(ONE, s) : s
}
