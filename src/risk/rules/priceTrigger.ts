import type { Direction } from '../slackLine.ts'

/**
 * Where a walk of one oracle price ends.
 *
 * `price` is the last safe tick: every tick from today's price up to and including it is not liquidatable. With `exact` the
 * next one is; without, no proof was found beyond it, and the true last safe tick may be further away, never nearer.
 */
export type PriceTrigger =
  | { readonly kind: 'price'; readonly price: bigint; readonly exact: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'liquidatable' }

/** How far a rising price is followed, as a multiple of today's. */
export const HIGHEST_MULTIPLE = 1_000_000n

/**
 * The end of a walk whose last safe tick is known from a closed form.
 *
 * @param lastSafe - It lies on the far side of today's price or at it. The walk itself ends at 1, for a feed never gives 0, and
 * at a million times today's price: a tick that is safe there has no end.
 */
export function walkTo(lastSafe: bigint, today: bigint, direction: Direction): PriceTrigger {
  const found = direction === 'down' ? lastSafe > 1n : lastSafe < today * HIGHEST_MULTIPLE
  return found ? { kind: 'price', price: lastSafe, exact: true } : { kind: 'none' }
}
