import type { Leg } from './leg.ts'
import { lendingRule } from './rules/lending.ts'

/** What a reader must know of a leg besides its numbers: facts that are no figures. */
export function legNotes(leg: Leg): readonly string[] {
  const { notes } = leg.source
  if (leg.kind === 'lending') return [...notes, ...lendingRule(leg).notes(leg)]
  return leg.settlePriceFrom === 'par' ? [...notes, `${leg.settle.symbol} counted at 1.00 USD`] : notes
}
