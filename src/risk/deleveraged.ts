import { placed } from './coins.ts'
import { sum } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { FuturesPosition, MarginAccount } from './marginAccount.ts'
import { profit } from './rules/margin.ts'

/**
 * A pool after its exchange has closed every position of one side that is in profit: the profit is realised, and what the
 * positions hedged is open. A loan stays as it is.
 *
 * @param at - The same pool at the prices at which they are closed.
 * @see RISK 5, auto-deleveraging
 */
export function deleveraged(leg: Leg, side: FuturesPosition['side'], at: Leg): Leg {
  if (leg.kind === 'lending' || at.kind === 'lending') return leg
  const closes = at.positions.map((position) => position.side === side && profit(position, position.mark).gt(0))
  const gained = sum(at.positions.filter((_, i) => closes[i]).map((position) => profit(position, position.mark)))
  const account: MarginAccount = { ...leg, positions: leg.positions.filter((_, i) => !closes[i]) }
  return gained.isZero() ? leg : placed(account, leg.settle, gained)
}
