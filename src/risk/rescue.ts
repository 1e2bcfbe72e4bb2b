import { allocate, type Delivery, type Patient, supplyAt, type Ward } from './allocate.ts'
import { type Decimal, dec, ONE, sum, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { NeedCurve } from './need.ts'
import { openDesk, type RescueBook, type RescueDesk } from './rescueDesk.ts'
import { type Move, movesOf } from './rescueMove.ts'
import { inRounds, withDeliveries } from './rescueRounds.ts'
import { curveRoom, firstOf, loanRoom, type Room } from './room.ts'

/** The best use of the free cash now. */
export type RescuePlan = {
  /** The first liquidation by market factors, hands off; null where there is none. */
  readonly before: Room | null
  /** The same after the moves. */
  readonly after: Room | null
  /**
   * The distance that every leg that can be helped is lifted to, by the model and before coins are cut to whole units; null: none
   * can die any more, up to a millionfold move.
   */
  readonly distance: Decimal | null
  /** By how long they take, then by size. */
  readonly moves: readonly Move[]
  /** USD of cash that cannot help. */
  readonly unspent: Decimal
  /** What the usual guesses would bring; null where the book has no such leg. */
  readonly naive: { readonly allToLoan: Naive; readonly allToMargin: Naive; readonly half: Naive }
  /** False where a leg's slack is not concave and the optimum was bisected. */
  readonly exact: boolean
  /** What stands in the way, in the user's words. */
  readonly limits: readonly string[]
}

/** The room after a guess; `room` null: no trigger is left. */
export type Naive = { readonly room: Room | null } | null

/**
 * The split of free cash, and of margin that may be moved, that makes the first liquidation as far away as it can be.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 3 A1, A3, A5
 */
export function rescuePlan(book: RescueBook): RescuePlan {
  const desk = openDesk(book)
  const { deliveries, last } = inRounds(desk, allocate)
  const { missing, exact, h } = last
  const spent = sum(deliveries.filter(({ purse }) => purse.spares === null).map(({ usd }) => usd))
  const cash = sum(desk.ward.purses.filter(({ spares }) => spares === null).map(({ amount }) => amount))
  return {
    before: roomAfter(desk, []),
    after: roomAfter(desk, deliveries),
    distance: h,
    moves: movesOf(desk, deliveries),
    unspent: cash.minus(spent),
    naive: {
      allToLoan: guess(desk, [['lending', ONE]]),
      allToMargin: guess(desk, [['futures', ONE]]),
      half: guess(desk, [
        ['lending', dec('0.5')],
        ['futures', dec('0.5')],
      ]),
    },
    exact,
    limits: [...desk.limits, ...[...missing.keys()].map((leg) => `${leg} is at its trigger now, and the cash does not lift it`)],
  }
}

/** The first death with the deliveries made: loans by their own rule, pools by their need. */
function roomAfter({ book, ward, reference }: RescueDesk, deliveries: readonly Delivery[]): Room | null {
  const rooms = ward.patients.map(({ curve }) => {
    const leg = book.legs.find(({ id }) => id === curve.leg) as Leg
    if (leg.kind === 'lending') return loanRoom(withDeliveries(leg, deliveries), reference)
    const arriving = deliveries.filter((one) => one.leg === leg.id).map(({ lands, coin }) => lands.times(coin.counts))
    const leaving = deliveries.filter(({ purse }) => purse.id === leg.id).map(({ usd }) => usd)
    return curveRoom(curve, sum(arriving).minus(sum(leaving)))
  })
  return firstOf(rooms)
}

/** The room when the cash goes, share by share, to the leg of each kind that dies first. */
function guess(desk: RescueDesk, shares: readonly (readonly [Leg['kind'], Decimal])[]): Naive {
  const deliveries: Delivery[] = []
  for (const [kind, share] of shares) {
    const patient = firstToDie(desk, kind)
    if (patient === null) return null
    const purses = desk.ward.purses
      .filter(({ spares }) => spares === null)
      .map((purse) => ({ ...purse, amount: purse.amount.times(share) }))
    deliveries.push(...allFor(patient, { ...desk.ward, purses }))
  }
  return { room: roomAfter(desk, deliveries) }
}

function firstToDie({ book, ward }: RescueDesk, kind: Leg['kind']): Patient | null {
  const ofKind = ward.patients.filter(({ curve }) => book.legs.find(({ id }) => id === curve.leg)?.kind === kind)
  const first = firstOf(ofKind.map(({ curve }) => curveRoom(curve, ZERO)))
  return ofKind.find(({ curve }) => first === null || first.legs.includes(curve.leg)) ?? null
}

/** As much as can reach one leg. */
function allFor(patient: Patient, ward: Ward): readonly Delivery[] {
  const all = sum(ward.purses.map(({ amount }) => amount))
  const insatiable: NeedCurve = { ...patient.curve, at: () => ({ ...patient.curve.at(ONE), usd: all }) }
  return supplyAt({ ...ward, patients: [{ ...patient, curve: insatiable }] }, ONE).deliveries
}
