import type { Corridor } from './corridor.ts'
import type { Decimal } from './decimal.ts'
import { type Odds, oddsOf } from './odds.ts'

/** The odds that one market factor alone reaches a wall of its corridor. */
export type FactorOdds = { readonly factor: string; readonly odds: readonly Odds[] }

/** A day and a week. */
const HORIZONS = [24, 168]
/** Printed with the odds, so that the same book gives the same figures. */
const SEED = 20_251_010

/**
 * Odds for every market factor of which the book file states a volatility; without one nothing is said.
 *
 * @see RISK 2.4
 */
export function statedOdds(corridors: readonly Corridor[], volatility: ReadonlyMap<string, Decimal>): readonly FactorOdds[] {
  return corridors.flatMap(({ factor, kind, floor, ceiling }) => {
    const sigma = kind === 'market' ? volatility.get(factor) : undefined
    if (sigma === undefined) return []
    const barriers = { down: floor?.at ?? null, up: ceiling?.at ?? null }
    const odds = oddsOf(barriers, { sigma, candles: null, seed: SEED }, HORIZONS).filter((one) => one !== null)
    return odds.length === 0 ? [] : [{ factor, odds }]
  })
}
