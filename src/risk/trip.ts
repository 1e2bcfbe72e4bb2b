import { inOrderOfDeath } from './deathOrder.ts'
import { pricesOf } from './deaths.ts'
import { factorKind } from './factors.ts'
import { type Journey, journeyOf, type Stop } from './journey.ts'
import type { Cash, Leg } from './leg.ts'
import { ALL_MARKET } from './path.ts'
import { namesOf, type Scenario, type Stage, stageOf } from './scenarios.ts'
import { multiplierOf, type Shock } from './shock.ts'

/** A leg of which nothing is said, and why. */
export type Unknown = { readonly leg: string; readonly why: string }

/** A leg at a stage, by the course of liquidations that costs least and by the one that costs most. */
export type TripStop = { readonly leg: Leg; readonly best: Stop; readonly worst: Stop }

/** All that happens to a book at one stage. */
export type TripStage = {
  /** From 0; null: today, before the first. */
  readonly stage: number | null
  /** One for each known leg, as they stand in the book. */
  readonly stops: readonly TripStop[]
  /** In the order of their deaths. */
  readonly dying: readonly TripStop[]
  /** At the prices of the stage. */
  readonly cash: readonly Cash[]
}

/** A book on its way through a scenario. */
export type Trip = {
  /** Today, before the first stage: what is dead is liquidated. */
  readonly today: TripStage
  readonly ahead: readonly TripStage[]
  readonly unknown: readonly Unknown[]
  /** Whether the scenario has a figure for all the cash. */
  readonly cashKnown: boolean
}

/**
 * Sends each leg through a scenario, today's prices first: what is dead today is liquidated there.
 *
 * @see RISK 2.5, 5
 */
export function tripOf(legs: readonly Leg[], cash: readonly Cash[], scenario: Scenario): Trip {
  const markets = [...namesOf(legs, cash)].filter((name) => factorKind(name) === 'market')
  const now = stageOf(new Map())
  const stages = scenario.stages.map((stage) => spelled(stage, markets))
  const unknown: Unknown[] = []
  const known: { leg: Leg; journey: Journey }[] = []
  for (const leg of legs) {
    const way = missing(heldBy(leg), scenario) ?? journeyOf(leg, [now, ...stages])
    if (typeof way === 'string') unknown.push({ leg: leg.id, why: way })
    else known.push({ leg, journey: way })
  }
  const stopsAt = (i: number): readonly TripStop[] =>
    known.map(({ leg, journey: { best, worst } }) => ({ leg, best: best[i] as Stop, worst: worst[i] as Stop }))
  const today = stopsAt(0)
  const counted = cash.filter(({ amount, price }) => price !== null && !amount.isZero()).map(({ asset }) => asset.factor)
  return {
    today: { stage: null, stops: today, dying: today.filter(dies), cash },
    ahead: stages.map((to, stage): TripStage => {
      const stops = stopsAt(stage + 1)
      const dying = inOrderOfDeath(stops.filter(dies), { from: stages[stage - 1] ?? now, to })
      return { stage, stops, dying, cash: cash.map((one) => shockedCash(one, to)) }
    }),
    unknown,
    cashKnown: missing(counted, scenario) === null,
  }
}

const dies = ({ best, worst }: TripStop): boolean => best.death !== null || worst.death !== null

/** The stage with every market factor of the book named in place of `ALL`. */
function spelled(stage: Stage, markets: readonly string[]): Stage {
  const { name } = ALL_MARKET
  const spell = (shock: Shock): Shock => {
    const all = shock.get(name)
    if (all === undefined) return shock
    return new Map([...markets.map((market) => [market, all] as const), ...shock])
  }
  return { ...stage, oracle: spell(stage.oracle), exchange: spell(stage.exchange) }
}

/** The factors on which the leg's prices depend; a balance of nothing depends on none. */
function heldBy(leg: Leg): readonly string[] {
  const held = leg.kind === 'lending' ? leg : { ...leg, wallet: leg.wallet.filter(({ amount }) => !amount.isZero()) }
  return pricesOf(held).map(({ factor }) => factor)
}

/** What is missing for a scenario to say anything of these factors; pegs stand still where it names none. */
function missing(factors: readonly string[], { covers }: Scenario): string | null {
  const without = factors.filter((factor) => covers !== null && factorKind(factor) === 'market' && !covers.has(factor))
  return without.length === 0 ? null : `no figure for ${[...new Set(without)].join(', ')}`
}

function shockedCash(cash: Cash, { oracle }: Stage): Cash {
  return cash.price === null ? cash : { ...cash, price: cash.price.times(multiplierOf(cash.asset, oracle)) }
}
