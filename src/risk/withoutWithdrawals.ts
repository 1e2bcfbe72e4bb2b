import { exchangeOf } from './exchangeOf.ts'
import type { RescueBook } from './rescueDesk.ts'
import { openRoutes, type Route } from './routes.ts'

/**
 * The same book while no exchange lets anything out: the ways that lead from an exchange to anywhere else are closed, so that a
 * plan made of it, and the ladder's second rung, do without. What lies on an exchange still reaches the pools of that exchange.
 * No prices move: this is a matter of the plan, not a scenario.
 *
 * @see RISK 3 A5, 5: withdrawals blocked
 */
export function withoutWithdrawals(book: RescueBook): RescueBook {
  const donors = book.donors?.map(({ leg }) => ({ id: leg })) ?? []
  const routes = book.routes ?? openRoutes([...book.cash, ...donors], book.legs)
  const legs = new Map(book.legs.map((leg) => [leg.id, exchangeOf(leg)]))
  const places = new Map([...book.cash.map((cash) => [cash.id, exchangeOf(cash)] as const), ...legs])
  const leaves = ({ from, to }: Route): boolean => typeof places.get(from) === 'string' && places.get(from) !== places.get(to)
  const closed = 'the exchange lets nothing out'
  return { ...book, routes: routes.map((route) => (route.closed === null && leaves(route) ? { ...route, closed } : route)) }
}
