import { distance } from './deaths.ts'
import { type Decimal, dec, ONE } from './decimal.ts'
import type { Policy } from './grade.ts'
import { type LeastCash, leastCash } from './leastCash.ts'
import { type Reduction, reductionsOf } from './reduction.ts'
import type { RescueBook } from './rescueDesk.ts'
import type { RiskView } from './view.ts'

/** What it takes to survive a move. */
export type Target = {
  /** 0.2: survive a fall to 0.8 and a rise to 1/0.8. */
  readonly fall: Decimal
  readonly least: LeastCash
  /** Without any cash; each is enough by itself for its leg. */
  readonly reductions: readonly Reduction[]
}

/** Share of what is closed or sold that trading takes. */
const TRADE_FEE = dec('0.0005')

/**
 * What it takes to survive a fall of this share, and the rise that mirrors it.
 *
 * @param fall - Above 0, below 1.
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 3 A2, A4
 */
export function targetFor(book: RescueBook, fall: Decimal): Target {
  const { legs, sides = ['down', 'up'] } = book
  return { fall, least: leastCash(book, fall), reductions: reductionsOf(legs, { fall, sides, feeRate: TRADE_FEE }) }
}

/** The nearest limit of room that a book has crossed; null where it has crossed none. */
export function crossedLimit({ verdict }: Pick<RiskView, 'verdict'>, { room }: Policy): Decimal | null {
  const move = verdict.firstLiquidation?.move
  if (move === undefined) return null
  const far = distance(move.plus(ONE))
  return [room.critical, room.warning, room.notice].find((limit) => far.lt(ONE.div(ONE.minus(limit)))) ?? null
}
