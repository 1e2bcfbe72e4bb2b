import { feedAges, SLOWEST_FEED_SECONDS } from './feedAges.ts'
import type { Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import { lendingRule } from './rules/lending.ts'
import { unmetBrackets } from './rules/tierTable.ts'

/** What a reader must know of a leg besides its numbers: facts that are no figures. */
export function legNotes(leg: Leg): readonly string[] {
  const { notes } = leg.source
  if (leg.kind === 'lending') return [...notes, ...lendingRule(leg).notes(leg), ...oldFeeds(leg)]
  const unmet = [...new Set(unmetBrackets(leg).map(({ symbol }) => symbol))]
  const tables = unmet.map(
    (symbol) => `${symbol}: the brackets of its maintenance table do not meet; the larger maintenance is used`,
  )
  const par = leg.settlePriceFrom === 'par' ? [`${leg.settle.symbol} counted at 1.00 USD`] : []
  return [...new Set([...notes, ...tables, ...par])]
}

/** The pool goes on counting with such a price, and so do the figures here: the market may be elsewhere. */
function oldFeeds(loan: LendingPosition): readonly string[] {
  return feedAges(loan).flatMap(({ asset, seconds }) =>
    seconds > SLOWEST_FEED_SECONDS ? [`${asset.symbol}: its price was last written ${Math.floor(seconds / 3600)} h ago`] : [],
  )
}
