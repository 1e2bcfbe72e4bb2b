import { type Decimal, dec } from './decimal.ts'
import type { Cash, Leg } from './leg.ts'

/** A way from free cash to a leg. A pair without one cannot be used. */
export type Route = {
  /** The id of the cash, or of the leg whose margin is moved. */
  readonly from: string
  readonly to: string
  /** How long it takes; null: not known, so it is not judged by time. */
  readonly minutes: Decimal | null
  /** The most it carries, USD (supply cap, reserve liquidity, withdrawal limit); null: no limit. */
  readonly cap: Decimal | null
  /** Why it cannot be used now, in the user's words: withdrawals suspended, no gas coin, too slow. Null where it can. */
  readonly closed: string | null
}

/** Every cash to every leg, without limit: what holds where nobody said otherwise. */
export function openRoutes(cash: readonly Pick<Cash, 'id'>[], legs: readonly Pick<Leg, 'id'>[]): readonly Route[] {
  return cash.flatMap(({ id: from }) => legs.map(({ id: to }) => ({ from, to, minutes: null, cap: null, closed: null })))
}

/** What decides whether a route is quick enough. */
export type Haste = {
  /** How far each leg is from its death now (1/s or s, at least 1); a leg without an entry never dies. */
  readonly distances: ReadonlyMap<string, Decimal>
  /** Volatility of a year, stressed, as a share of 1. */
  readonly sigma: Decimal
  /** How many standard deviations must lie between now and the death when the cash arrives. */
  readonly deviations: Decimal
}

const MINUTES_A_YEAR = dec(525_600)

/**
 * Closes the routes whose leg may be dead before the cash arrives: a route is used while
 * ln(distance) >= deviations x sigma x sqrt(time).
 *
 * @see RISK 3 A5
 */
export function closeLateRoutes(routes: readonly Route[], { distances, sigma, deviations }: Haste): readonly Route[] {
  return routes.map((route) => {
    const distance = distances.get(route.to)
    if (route.closed !== null || route.minutes === null || distance === undefined) return route
    const swing = deviations.times(sigma).times(route.minutes.div(MINUTES_A_YEAR).sqrt())
    if (distance.ln().gte(swing)) return route
    return {
      ...route,
      closed: `${route.minutes.toFixed()} minutes are too long: ${route.to} may be liquidated before it arrives`,
    }
  })
}
