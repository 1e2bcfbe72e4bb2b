import { pathsOf } from './corridor.ts'
import { distance } from './deaths.ts'
import { Decimal, ONE } from './decimal.ts'
import { pooledDeath } from './pooledReach.ts'
import { type RescuePlan, rescuePlan } from './rescue.ts'
import type { RescueBook } from './rescueDesk.ts'

/**
 * How far the first liquidation is under three assumptions; 1 is now, null is no trigger at all. Each is at least the one before.
 *
 * @see RISK 2.3
 */
export type Ladder = {
  /** Hands off. */
  readonly safetyFactor: Decimal | null
  /** The free cash is placed now as the rescue plan says. */
  readonly withCash: Decimal | null
  /** Money moves freely between all legs at every price; `known` false: not computed, by the reason given. */
  readonly pooled: { readonly known: true; readonly factor: Decimal | null } | { readonly known: false; readonly reason: string }
}

/**
 * The ladder of safety factors: the gap between its rungs is what only a watchful owner has.
 *
 * @param initialMarginRate - Share of notional below which an exchange lets no margin go; null: not known, so the last rung is not.
 * @param plan - The plan of the same book, where it was made already.
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 2.3
 */
export function ladderOf(book: RescueBook, initialMarginRate: Decimal | null, plan: RescuePlan = rescuePlan(book)): Ladder {
  return {
    safetyFactor: plan.before?.distance ?? null,
    withCash: plan.after?.distance ?? null,
    pooled: atLeast(plan.after?.distance ?? null, pooledOf(book, initialMarginRate)),
  }
}

/** Whoever can move money at every price can also place the cash now, in a coin that rises with what it has to cover. */
function atLeast(withCash: Decimal | null, pooled: Ladder['pooled']): Ladder['pooled'] {
  if (!pooled.known || pooled.factor === null) return pooled
  return { known: true, factor: withCash === null ? null : Decimal.max(withCash, pooled.factor) }
}

function pooledOf({ legs, cash, sides = ['down', 'up'] }: RescueBook, initialMarginRate: Decimal | null): Ladder['pooled'] {
  const positions = legs.some((leg) => leg.kind === 'futures' && leg.positions.length > 0)
  if (initialMarginRate === null && positions) return { known: false, reason: 'the initial margin is not known' }
  let factor: Decimal | null = null
  for (const path of pathsOf(legs).filter(({ kind }) => kind !== 'peg')) {
    for (const side of sides) {
      const death = pooledDeath({ legs, cash, initialMarginRate: initialMarginRate ?? ONE }, path, side)
      if (death === null) return { known: false, reason: `a mark and its coin move apart along ${path.name}` }
      if (death.at !== null) factor = factor === null ? distance(death.at) : Decimal.min(factor, distance(death.at))
    }
  }
  return { known: true, factor }
}
