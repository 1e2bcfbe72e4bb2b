import { needOf, type Patient, supplyAt } from './allocate.ts'
import type { Asset } from './asset.ts'
import { placed } from './coins.ts'
import { Decimal, dec, ONE, sum } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { Reference } from './need.ts'
import type { Need } from './needProbe.ts'
import { openDesk, patientOf, type RescueBook } from './rescueDesk.ts'
import { type Move, movesOf } from './rescueMove.ts'
import { inRounds } from './rescueRounds.ts'

/** Of one base unit, where 60 digits end. */
const ROUNDING = dec('1e-20')
/** What an exchange books at least, of any coin. */
const BOOKED = dec('1e-8')
/** A distance a hair nearer, and two needs that are the same. */
const NEARER = ONE.minus('1e-12')
const ALIKE = ONE.minus('1e-30')

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
  const { deliveries, last } = inRounds(desk, (ward) => supplyAt({ ...ward, patients: ward.patients.map(payable) }, distance))
  return {
    distance,
    totalUsd: sum(perLeg.map(({ usd }) => usd)),
    perLeg,
    moves: movesOf(desk, deliveries),
    shortUsd: sum(last.missing.values()),
    limits: desk.limits,
  }
}

/**
 * The same with needs that are enough when they are paid: rounded up to base units, since a loan is repaid in those only. Several
 * coins may each be cut, so there a unit of each is added. Never more than is owed.
 *
 * A leg whose slack is 0 is dead. At the wanted distance that is the death that was asked for; where as much is missing nearer
 * already (a slack that stands still, or that is lowest on the way), a unit more has to arrive.
 *
 * @see RISK 0, 6: need is rounded up
 */
function payable(patient: Patient): Patient {
  const open = patient.coins.filter(({ closed }) => closed === null)
  const [main] = open
  if (main === undefined) return patient
  const units = open.map(({ unit, price }) => unit ?? price.times(BOOKED))
  const owed = open.some(({ cap }) => cap === null) ? null : sum(open.flatMap(({ cap }) => cap ?? []))
  const at = (h: Decimal): Need => {
    const need = patient.curve.at(h)
    if (!need.usd.gt(0) || (owed !== null && need.usd.gte(owed))) return need
    const before = patient.curve.at(Decimal.max(ONE, h.times(NEARER))).usd.gte(need.usd.times(ALIKE))
    const [unit] = units as [Decimal]
    const usd = ((): Decimal => {
      if (main.unit === null) return before ? need.usd.plus(unit.times(main.counts)) : need.usd
      if (units.length > 1) return need.usd.plus(sum(units))
      // A whole number of units may come out of the division a last digit above it.
      const whole = need.usd.div(unit).minus(ROUNDING).ceil()
      return (before ? whole.plus(1) : whole).times(unit)
    })()
    return { ...need, usd: owed === null ? usd : Decimal.min(owed, usd) }
  }
  return { ...patient, curve: { ...patient.curve, at } }
}

/** What a leg wants of its coins; where that is more than it owes of them, the rest of its debts comes next. */
function needsOf(leg: Leg, reference: Reference, distance: Decimal): LeastCash['perLeg'] {
  const [patient] = patientOf(leg, reference)
  const [coin] = patient?.coins ?? []
  if (patient === undefined || coin === undefined) return []
  const need = needOf(payable(patient), distance)
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
