import { distance } from './deaths.ts'
import { Decimal, dec, ZERO } from './decimal.ts'
import { exchangeOf } from './exchangeOf.ts'
import { idleSupplies } from './idleSupplies.ts'
import { lackingGas } from './lackingGas.ts'
import type { Cash, Leg } from './leg.ts'
import type { Means } from './means.ts'
import type { RescueBook } from './rescueDesk.ts'
import { closeLateRoutes, type Route } from './routes.ts'
import type { RiskView } from './view.ts'

/** Standard deviations that must lie between now and a death when money arrives, at twice the volatility of quiet days. */
const [DEVIATIONS, STRESS] = [dec(3), dec(2)]

/**
 * What can be done with the money of a book, by what its owner said of time and cost: the cash, what lies
 * idle in the markets, and what exchanges would let go.
 *
 * @param legs - Those of the view.
 * @see RISK 3 A3, A5
 */
export function rescueBook(legs: readonly Leg[], own: readonly Cash[], { view, means }: Known): RescueBook {
  const { supplies, limits } = idleSupplies(legs)
  const cash = [...own, ...supplies]
  const donors = legs.flatMap((leg) =>
    leg.kind === 'futures' && leg.reported.withdrawable?.gt(0) === true
      ? [{ leg: leg.id, withdrawable: leg.reported.withdrawable.times(leg.settlePrice) }]
      : [],
  )
  const routes = [
    ...cash.flatMap((one) => legs.map((leg) => routeTo(leg, one.id, minutesFrom(one, leg, means)))),
    ...donors.flatMap(({ leg: id }) =>
      legs.flatMap((leg) => {
        const from = legs.find((one) => one.id === id)
        return from === undefined || leg.id === id ? [] : [routeTo(leg, id, minutesFrom(from, leg, means))]
      }),
    ),
  ]
  return {
    ...{ legs, cash, limits, donors, routes: timely(routes, view, means), conversionCost: means.swapCost },
    lacksGas: lackingGas({ legs, cash: own, supplies }),
  }
}

type Known = { readonly view: RiskView; readonly means: Means }

function routeTo({ id: to }: Leg, from: string, minutes: Decimal | null): Route {
  return { from, to, minutes, cap: null, closed: null }
}

/** From the wallet it arrives in one step, from an exchange it is withdrawn first; within an exchange it takes no time. */
function minutesFrom(place: Leg | Cash, to: Leg, { minutes }: Means): Decimal | null {
  const arrival = to.kind === 'lending' ? minutes.repay : minutes.topUp
  const exchange = exchangeOf(place)
  if (exchange === null) return arrival
  if (exchange === exchangeOf(to) && sameAccount(place, to)) return ZERO
  return minutes.withdraw === null || arrival === null ? null : minutes.withdraw.plus(arrival)
}

/** Ids on an exchange begin with the account: `binance/main/USDT-cross`, `binance/main futures USDC`. */
function sameAccount(place: Leg | Cash, to: Leg): boolean {
  const account = to.id.split('/').slice(0, 2).join('/')
  return place.id.startsWith(`${account}/`) || place.id.startsWith(`${account} `)
}

/** Judged by time is only what dies along a market factor whose volatility is stated; `ALL` where that of every one is. */
function timely(routes: readonly Route[], { corridors }: RiskView, { volatility }: Means): readonly Route[] {
  const markets = corridors.filter(({ kind }) => kind === 'market').map(({ factor }) => factor)
  const stated = markets.filter((factor) => volatility.has(factor))
  if (stated.length === 0) return routes
  const judged = corridors.filter(
    ({ factor, kind }) => stated.includes(factor) || (kind === 'all' && stated.length === markets.length),
  )
  const distances = new Map<string, Decimal>()
  for (const { legs } of judged) {
    for (const [leg, { down, up }] of legs) {
      // What is dead now can be saved by no haste, and the owner who is quick may still be the first: its routes stay open.
      for (const s of [down, up])
        if (s !== null && !s.eq(1)) distances.set(leg, Decimal.min(distances.get(leg) ?? distance(s), distance(s)))
    }
  }
  const wildest = stated.reduce((most, factor) => Decimal.max(most, volatility.get(factor) as Decimal), ZERO)
  return closeLateRoutes(routes, { distances, sigma: wildest.times(STRESS), deviations: DEVIATIONS })
}
