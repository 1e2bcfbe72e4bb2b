import type { Range } from './afterDeath.ts'
import { Decimal, sum, ZERO } from './decimal.ts'
import type { Cash, Leg } from './leg.ts'
import type { Scenario } from './scenarios.ts'
import { type TripStage, type TripStop, tripOf, type Unknown } from './trip.ts'

/** A liquidation on the way, USD. */
export type Casualty = {
  readonly leg: string
  /** What the venue took beyond the price move. */
  readonly bill: Range
  /** What the venue bears itself. */
  readonly writtenOff: Range
}

/** How the book stands after one stage. */
export type StageOutcome = {
  /** From 0; null: today, before the first, where something is dead already. */
  readonly stage: number | null
  /** In the order in which they die. A leg that is liquidated in part may be there again at a later stage. */
  readonly dead: readonly Casualty[]
  readonly bill: Range
  readonly writtenOff: Range
  /** Worth of all legs and the cash at the stage's prices, USD; null where a leg or the cash is unknown. */
  readonly equity: Range | null
}

/** How a book comes through a scenario. */
export type Outcome = {
  readonly name: string
  readonly kind: Scenario['kind']
  readonly hours: number | null
  /** false: something died; null: nothing of what is known died, and of something nothing is known. */
  readonly survived: boolean | null
  readonly unknown: readonly Unknown[]
  readonly stages: readonly StageOutcome[]
  /** What the venues take in all, USD. */
  readonly bill: Range
  readonly writtenOff: Range
  /** Worth of all legs and the cash, USD: today, and at the end at its prices; null where a leg or the cash is unknown. */
  readonly equity: { readonly before: Decimal; readonly after: Range } | null
}

/**
 * Plays a scenario: at each stage every leg is valued at the stage's prices, what has died is liquidated by its venue's own
 * rule, and the rest goes on. Legs share no cash, so none saves another. Cash is worth what the oracles say; money without a
 * price is not counted.
 *
 * @param legs - What is known today: a leg that cannot be computed is unknown here.
 * @see RISK 2.5, 5
 */
export function play(legs: readonly Leg[], cash: readonly Cash[], scenario: Scenario): Outcome {
  const { name, kind, hours } = scenario
  const { today, ahead, unknown, cashKnown } = tripOf(legs, cash, scenario)
  const all = [today, ...ahead]
  const known = unknown.length === 0 && cashKnown
  const stages = (today.dying.length === 0 ? ahead : all).map((stage) => stageOutcome(stage, known))
  return {
    ...{ name, kind, hours, unknown, stages },
    survived: stages.some(({ dead }) => dead.length > 0) ? false : unknown.length === 0 ? true : null,
    bill: inAll(all, 'bill'),
    writtenOff: inAll(all, 'writtenOff'),
    equity: known ? { before: equityNow(today), after: equityAt(all.at(-1) ?? today) } : null,
  }
}

/** How many of several scenarios a book survives; what is unknown counts as neither. @see RISK 5 */
export function survivalOf(outcomes: readonly Pick<Outcome, 'survived'>[]): {
  readonly survived: number
  readonly unknown: number
  readonly of: number
} {
  const count = (wanted: boolean | null): number => outcomes.filter(({ survived }) => survived === wanted).length
  return { survived: count(true), unknown: count(null), of: outcomes.length }
}

type Cost = 'bill' | 'writtenOff'

function stageOutcome(stage: TripStage, known: boolean): StageOutcome {
  const dead = stage.dying.map((stop) => ({
    leg: stop.leg.id,
    bill: cost(costOf(stop, 'bill')),
    writtenOff: cost(costOf(stop, 'writtenOff')),
  }))
  return {
    stage: stage.stage,
    dead,
    bill: total(dead.map(({ bill }) => bill)),
    writtenOff: total(dead.map(({ writtenOff }) => writtenOff)),
    equity: known ? equityAt(stage) : null,
  }
}

/** Leg by leg over all stages: one course may cost more at one stage and less at the next. */
function inAll(stages: readonly TripStage[], what: Cost): Range {
  const legs = stages[0]?.stops ?? []
  return total(legs.map((_, i) => cost(total(stages.flatMap(({ stops }) => stops[i] ?? []).map((stop) => costOf(stop, what))))))
}

const costOf = ({ best, worst }: Pick<TripStop, 'best' | 'worst'>, what: Cost): Range => ({
  best: best.death?.[what].best ?? ZERO,
  worst: worst.death?.[what].worst ?? ZERO,
})

/** A cost by two courses: the smaller one is the best. */
const cost = ({ best, worst }: Range): Range => ({ best: Decimal.min(best, worst), worst: Decimal.max(best, worst) })

const total = (ranges: readonly Range[]): Range => ({
  best: sum(ranges.map(({ best }) => best)),
  worst: sum(ranges.map(({ worst }) => worst)),
})

/** At the end of a stage. */
function equityAt({ stops, cash }: TripStage): Range {
  const legs = stops.map(({ best, worst }) => ({
    best: Decimal.max(best.equity, worst.equity),
    worst: Decimal.min(best.equity, worst.equity),
  }))
  return total([...legs, ...cash.map(worth).map((usd) => ({ best: usd, worst: usd }))])
}

/** Before anything is liquidated. */
function equityNow({ stops, cash }: TripStage): Decimal {
  return sum([...stops.map(({ worst }) => worst.death?.equityBefore ?? worst.equity), ...cash.map(worth)])
}

function worth({ amount, price }: Cash): Decimal {
  return price === null ? ZERO : amount.times(price)
}
