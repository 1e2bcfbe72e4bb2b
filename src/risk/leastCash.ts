import { needOf, supplyAt } from './allocate.ts'
import { placed } from './coins.ts'
import { type Decimal, ONE, sum } from './decimal.ts'
import type { Asset, Leg } from './leg.ts'
import type { Reference } from './need.ts'
import { openDesk, patientOf, type RescueBook } from './rescueDesk.ts'
import { type Move, movesOf } from './rescueMove.ts'
import { inRounds } from './rescueRounds.ts'

/** What a wanted room takes. */
export type LeastCash = {
  /** 1/s and s of the wanted room. */
  readonly distance: Decimal
  /** USD, in the coins that the legs take. */
  readonly totalUsd: Decimal
  readonly perLeg: readonly { readonly leg: string; readonly usd: Decimal; readonly accepts: Asset }[]
  /** What of it the cash of the book can do. */
  readonly moves: readonly Move[]
  /** What is missing after those, USD; 0 when the target is within reach. */
  readonly shortUsd: Decimal
  readonly limits: readonly string[]
}

/**
 * The least cash with which every leg survives a move of a wanted size, on both sides: `fall` 0.3 means x0.70 and x1/0.70.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 3 A2; 2.3 for the limits on the rise
 */
export function leastCash(book: RescueBook, fall: Decimal): LeastCash {
  const desk = openDesk(book)
  const distance = ONE.div(ONE.minus(fall))
  const perLeg = book.legs.flatMap((leg) => needsOf(leg, desk.reference, distance))
  const { deliveries, last } = inRounds(desk, (ward) => supplyAt(ward, distance))
  return {
    distance,
    totalUsd: sum(perLeg.map(({ usd }) => usd)),
    perLeg,
    moves: movesOf(desk, deliveries),
    shortUsd: sum(last.missing.values()),
    limits: desk.limits,
  }
}

/** What a leg wants of its coins; where that is more than it owes of them, the rest of its debts comes next. */
function needsOf(leg: Leg, reference: Reference, distance: Decimal): LeastCash['perLeg'] {
  const [patient] = patientOf(leg, reference)
  const [coin] = patient?.coins ?? []
  if (patient === undefined || coin === undefined) return []
  const need = needOf(patient, distance)
  if (need.isZero()) return []
  const limits = patient.coins.map(({ cap }) => cap)
  const limit = limits.some((cap) => cap === null) ? null : sum(limits.filter((cap) => cap !== null))
  if (limit === null || need.lte(limit)) return [{ leg: leg.id, usd: need.div(coin.counts), accepts: coin.asset }]
  const freed = patient.coins.reduce(
    (now, { asset, cap, price }) => (cap === null ? now : placed(now, asset, cap.div(price))),
    leg,
  )
  return [{ leg: leg.id, usd: limit, accepts: coin.asset }, ...needsOf(freed, reference, distance)]
}
