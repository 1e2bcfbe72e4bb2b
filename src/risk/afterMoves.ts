import { placed } from './coins.ts'
import { type Decimal, sum } from './decimal.ts'
import { supplyOf, withdrawn } from './idleSupplies.ts'
import type { Cash, Leg } from './leg.ts'
import type { Move } from './rescueMove.ts'

/**
 * The legs after the moves of a rescue plan: what is repaid lowers a debt, what is posted raises a wallet, and what is taken from
 * a leg leaves it. Rounded to the worse side.
 *
 * @see RISK 3
 */
export function legsAfterMoves(legs: readonly Leg[], moves: readonly Move[]): readonly Leg[] {
  return legs.map((leg) =>
    moves.reduce((now, { from, to, asset, amount, accepts, arrives }) => {
      const helped = to === leg.id ? placed(now, accepts, arrives) : now
      if (helped.kind === 'lending' && from === supplyOf(helped, asset.key)) return withdrawn(helped, asset, amount)
      return from === leg.id ? placed(helped, asset, amount.neg()) : helped
    }, leg),
  )
}

/** The cash that the moves of a rescue plan leave. */
export function cashAfterMoves(cash: readonly Cash[], moves: readonly Move[]): readonly Cash[] {
  const taken = (id: string): Decimal => sum(moves.filter(({ from }) => from === id).map(({ amount }) => amount))
  return cash.map((one) => ({ ...one, amount: one.amount.minus(taken(one.id)) }))
}
