import type { Range } from './afterDeath.ts'
import { type BookAfter, bookAfter } from './bookAfter.ts'
import { Decimal } from './decimal.ts'
import type { Cash, Leg } from './leg.ts'
import type { Scenario } from './scenarios.ts'
import { type TripStage, tripOf } from './trip.ts'

/** What the deaths of one stage do to the rest of the book, at the stage's prices. USD. */
export type Aftermath = Pick<BookAfter, 'debt' | 'stable' | 'orphanDebt' | 'netDelta' | 'safetyFactor'> & {
  /** From 0; null: today, before the first. */
  readonly stage: number | null
}

/**
 * For each stage of a scenario at which something dies: the debt that no stablecoin is left for, and delta and safety factor
 * before and after. Dearer than `play`, for each safety factor asks every leg about every path.
 *
 * @returns null where a leg or the cash is unknown: a part would look like the whole.
 * @see RISK 2.5, 5
 */
export function aftermathsOf(legs: readonly Leg[], cash: readonly Cash[], scenario: Scenario): readonly Aftermath[] | null {
  const { today, ahead, unknown, cashKnown } = tripOf(legs, cash, scenario)
  if (unknown.length > 0 || !cashKnown) return null
  return [today, ...ahead].filter(({ dying }) => dying.length > 0).map(aftermathOf)
}

function aftermathOf(stage: TripStage): Aftermath {
  const { debt, stable, orphanDebt, netDelta, safetyFactor } = bookBy('worst', stage)
  // The courses are the same until the first death.
  const parted = stage.stops.some(({ best, worst }) => best.at !== worst.at)
  const least = parted ? bookBy('best', stage) : { debt, stable, orphanDebt }
  const cost = (best: Range, worst: Range): Range => ({
    best: Decimal.min(best.best, worst.worst),
    worst: Decimal.max(best.best, worst.worst),
  })
  return {
    stage: stage.stage,
    debt: cost(least.debt, debt),
    stable: { best: Decimal.max(least.stable.best, stable.worst), worst: Decimal.min(least.stable.best, stable.worst) },
    orphanDebt: cost(least.orphanDebt, orphanDebt),
    netDelta,
    safetyFactor,
  }
}

/** The book by one course, the legs that die there liquidated. */
function bookBy(course: keyof Range, { stops, cash }: TripStage): BookAfter {
  const dead = stops.filter((stop) => stop[course].death !== null).map(({ leg }) => leg.id)
  return bookAfter(
    stops.map((stop) => stop[course].at),
    cash,
    dead,
  )
}
