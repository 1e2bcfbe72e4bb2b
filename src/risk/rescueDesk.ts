import type { Patient, Purse, Ward } from './allocate.ts'
import { type Coin, coinsOf } from './coins.ts'
import { pathsOf } from './corridor.ts'
import { Decimal, dec } from './decimal.ts'
import type { Cash, Leg } from './leg.ts'
import { needCurve, type Reference } from './need.ts'
import { openRoutes, type Route } from './routes.ts'
import type { Direction } from './slackLine.ts'

/** What a swap into the coin that a leg takes costs, as a share: fee and spread of a stablecoin swap. */
export const DEFAULT_CONVERSION_COST = dec('0.001')

/** What can be done with the money of a book. */
export type RescueBook = {
  readonly legs: readonly Leg[]
  /** What lies idle in a market and can be withdrawn stands here, too. */
  readonly cash: readonly Cash[]
  /** What keeps some of the money from being used, in the user's words, beside what the routes say. */
  readonly limits?: readonly string[]
  /** Whether the wallet that has to send a move's transaction holds nothing to pay for it; null, or left out: not known. */
  readonly lacksGas?: (from: string, to: string) => boolean | null
  /** The ways from cash to legs; a pair that is not listed has none. Null: every cash reaches every leg. */
  readonly routes?: readonly Route[] | null
  /** Share lost where a leg does not take the coin. */
  readonly conversionCost?: Decimal
  /** Which moves have to be survived; both sides when left out. */
  readonly sides?: readonly Direction[]
  /** Legs from which money may be moved, and how much of it the venue lets go now, USD of the settle coin. */
  readonly donors?: readonly { readonly leg: string; readonly withdrawable: Decimal }[]
}

/** A book laid out for moving money: who needs, who has, by which ways. */
export type RescueDesk = {
  readonly book: RescueBook
  readonly ward: Ward
  readonly reference: Reference
  readonly limits: readonly string[]
}

/**
 * @throws IncompleteAnswerError when a price that counts is missing.
 */
export function openDesk(book: RescueBook): RescueDesk {
  const { legs, cash, conversionCost = DEFAULT_CONVERSION_COST, sides = ['down', 'up'], donors = [] } = book
  const reference = { paths: pathsOf(legs).filter(({ kind }) => kind !== 'peg'), sides }
  const patients = legs.flatMap((leg) => patientOf(leg, reference))
  const priced = cash.flatMap(({ id, asset, amount, price }) =>
    price === null || !amount.gt(0) ? [] : [{ id, asset, price, amount: amount.times(price), spares: null }],
  )
  const spared = donors.flatMap(({ leg, withdrawable }) => donorOf(leg, { legs, patients, withdrawable }))
  const purses: readonly Purse[] = [...priced, ...spared]
  const routes = book.routes ?? openRoutes(purses, legs)
  return { book, ward: { patients, purses, routes, conversionCost }, reference, limits: limitsOf(book, { patients, routes }) }
}

/** A leg with what it needs and the coins that help it; none for a leg that nothing can help. */
export function patientOf(leg: Leg, reference: Reference): readonly Patient[] {
  const coins = coinsOf(leg, reference.paths)
  const [main] = coins
  const curve = main === undefined ? null : needCurve(leg, reference, main.asset)
  return curve === null ? [] : [{ curve, coins }]
}

/** Margin of a pool that can be moved; a pool without positions gives all that it may. */
function donorOf(
  id: string,
  { legs, patients, withdrawable }: { legs: readonly Leg[]; patients: readonly Patient[]; withdrawable: Decimal },
): readonly Purse[] {
  const leg = legs.find((one) => one.id === id)
  if (leg === undefined || !withdrawable.gt(0)) return []
  const patient = patients.find(({ curve }) => curve.leg === id)
  if (patient !== undefined) {
    const { asset, price } = patient.coins[0] as Coin
    return [{ id, asset, price, amount: withdrawable, spares: patient.curve }]
  }
  return leg.kind === 'futures' ? [{ id, asset: leg.settle, price: leg.settlePrice, amount: withdrawable, spares: null }] : []
}

function limitsOf(
  { cash, legs, limits = [] }: RescueBook,
  { patients, routes }: { readonly patients: readonly Patient[]; readonly routes: readonly Route[] },
): readonly string[] {
  const name = (id: string): string => legs.find((leg) => leg.id === id)?.venue ?? id
  const found = cash
    .filter(({ price }) => price === null)
    .map(({ asset, place }) => `${asset.symbol} in ${place} has no price, so it is not used`)
  found.push(...limits)
  for (const { from, to, cap, closed } of routes) {
    if (closed !== null) found.push(`${from} to ${name(to)}: ${closed}`)
    else if (cap !== null) found.push(`${from} to ${name(to)}: at most ${cap.toFixed(0, Decimal.ROUND_DOWN)} USD`)
  }
  for (const { curve, coins } of patients)
    for (const { closed } of coins) if (closed !== null) found.push(`${name(curve.leg)}: ${closed}`)
  return found
}
