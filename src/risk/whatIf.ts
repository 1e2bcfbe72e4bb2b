import { type Aftermath, aftermathsOf } from './aftermath.ts'
import type { Decimal } from './decimal.ts'
import { factorKind } from './factors.ts'
import type { Cash, Leg } from './leg.ts'
import { ALL_MARKET } from './path.ts'
import { customScenario, namesOf } from './scenarios.ts'
import { type Shock, shocked } from './shock.ts'
import { type Solvency, solvency } from './solvency.ts'
import { type Outcome, play } from './stress.ts'

/** A book after a shock of the user's own. */
export type WhatIf = {
  readonly shock: Shock
  /** Each leg at the shocked prices, before anything is liquidated. */
  readonly legs: readonly { readonly leg: string; readonly now: Solvency; readonly after: Solvency }[]
  readonly outcome: Outcome
  /** What the deaths do to the rest of the book; null where nothing dies, or a leg is unknown. */
  readonly aftermath: Aftermath | null
}

/**
 * Plays one shock.
 *
 * @param legs - Those that are known.
 * @param shock - Multipliers by factor, `ALL` for all market factors together.
 * @throws IncompleteAnswerError when a price a leg needs is missing.
 * @see RISK 5
 */
export function whatIf(legs: readonly Leg[], cash: readonly Cash[], shock: ReadonlyMap<string, Decimal>): WhatIf {
  const spelled = everyMarket(shock, namesOf(legs, cash))
  const scenario = customScenario('what if', spelled)
  return {
    shock,
    legs: legs.map((leg) => ({ leg: leg.id, now: solvency(leg), after: solvency(shocked(leg, spelled)) })),
    outcome: play(legs, cash, scenario),
    aftermath: aftermathsOf(legs, cash, scenario)?.at(-1) ?? null,
  }
}

/** With every market factor of the book named beside `ALL`; what is named itself goes its own way. */
function everyMarket(shock: Shock, held: ReadonlySet<string>): Shock {
  const all = shock.get(ALL_MARKET.name)
  if (all === undefined) return shock
  const markets = [...held].filter((name) => factorKind(name) === 'market')
  return new Map([...markets.map((name): [string, Decimal] => [name, all]), ...shock])
}
