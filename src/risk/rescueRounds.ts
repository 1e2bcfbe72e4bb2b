import type { Delivery, Supply, Ward } from './allocate.ts'
import { coinsOf, placed } from './coins.ts'
import { type Decimal, sum } from './decimal.ts'
import type { Leg } from './leg.ts'
import { openDesk, type RescueDesk } from './rescueDesk.ts'

/** A rounding that is left of a purse is no money. */
const CRUMB = '1e-20'

/**
 * Solves a book again for as long as a loan that was freed of all the debt in its first coins still owes others, which move
 * differently: those are then what is repaid with the rest of the money.
 */
export function inRounds<T extends Supply>(
  desk: RescueDesk,
  solve: (ward: Ward) => T,
): { readonly deliveries: readonly Delivery[]; readonly last: T } {
  const deliveries: Delivery[] = []
  let current = desk
  for (;;) {
    const last = solve(current.ward)
    deliveries.push(...last.deliveries)
    const next = nextRound(current, last.deliveries)
    if (next === null) return { deliveries, last }
    current = next
  }
}

/** A leg with what arrives there and what is taken from it. */
export function withDeliveries(leg: Leg, deliveries: readonly Delivery[]): Leg {
  let now = leg
  for (const { leg: to, coin, lands, purse, usd } of deliveries) {
    if (to === leg.id) now = placed(now, coin.asset, lands.div(coin.price))
    if (purse.id === leg.id) now = placed(now, purse.asset, usd.div(purse.price).neg())
  }
  return now
}

function nextRound({ book, reference }: RescueDesk, deliveries: readonly Delivery[]): RescueDesk | null {
  const legs = book.legs.map((leg) => withDeliveries(leg, deliveries))
  const freed = legs.some((leg, i) => {
    const before = coinsOf(book.legs[i] as Leg, reference.paths)
    const after = coinsOf(leg, reference.paths)
    return after.length > 0 && !after.some(({ asset }) => before.some((coin) => coin.asset.key === asset.key))
  })
  const taken = (from: string, to?: string): Decimal =>
    sum(deliveries.filter(({ purse, leg }) => purse.id === from && (to === undefined || leg === to)).map(({ usd }) => usd))
  const cash = book.cash.map((one) =>
    one.price === null ? one : { ...one, amount: one.amount.minus(taken(one.id).div(one.price)) },
  )
  const donors = book.donors?.map((one) => ({ ...one, withdrawable: one.withdrawable.minus(taken(one.leg)) })) ?? []
  const left = [...cash.map(({ amount }) => amount), ...donors.map(({ withdrawable }) => withdrawable)].some((rest) =>
    rest.gt(CRUMB),
  )
  if (!freed || !left) return null
  const routes =
    book.routes?.map((one) => (one.cap === null ? one : { ...one, cap: one.cap.minus(taken(one.from, one.to)) })) ?? null
  return openDesk({ ...book, legs, cash, donors, routes })
}
