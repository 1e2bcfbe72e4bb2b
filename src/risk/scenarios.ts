import { pricesOf } from './deaths.ts'
import { factorKind } from './factors.ts'
import type { Cash, Leg } from './leg.ts'
import type { FuturesPosition } from './marginAccount.ts'
import { ALL_MARKET } from './path.ts'
import type { Shock } from './shock.ts'

/**
 * One moment of a scenario. Multipliers are of today's prices, not of the stage before, and above 0; `ALL` stands for every
 * market factor that is not named itself.
 */
export type Stage = {
  /** What the oracles of the loans see. */
  readonly oracle: Shock
  /** What the exchanges' marks show. */
  readonly exchange: Shock
  /** The one exchange that shows it, by the name of its source, while the others see what the oracles see; null: all of them. */
  readonly only: string | null
  /** Basis points by which every liquidation threshold is cut. */
  readonly thresholdCut: bigint
  /** The side whose positions the exchanges close where they are in profit (auto-deleveraging); null for neither. */
  readonly deleverages: FuturesPosition['side'] | null
}

/** A course of prices, and what it stands for. */
export type Scenario = {
  readonly name: string
  readonly kind: 'replay' | 'gap' | 'rise' | 'peg' | 'venue' | 'parameters' | 'custom'
  /** How long the real one took; null for an invented one. */
  readonly hours: number | null
  /** In their order; what is dead today is liquidated before the first. */
  readonly stages: readonly Stage[]
  /** The market factors it has figures for; null: all, those that are not named stand still. */
  readonly covers: ReadonlySet<string> | null
}

/** A stage that everybody sees alike, but for what is said otherwise. */
export function stageOf(shock: Shock, over: Partial<Stage> = {}): Stage {
  return { oracle: shock, exchange: shock, only: null, thresholdCut: 0n, deleverages: null, ...over }
}

/**
 * A scenario of the user's own: one shock.
 *
 * @param shock - Multipliers above 0 of market factors, pegs (`USD:USDC`), bases (`wstETH/ETH`), or `ALL`.
 * @see RISK 5
 */
export function customScenario(name: string, shock: Shock): Scenario {
  return { name, kind: 'custom', hours: null, stages: [stageOf(shock)], covers: null }
}

/** The names of a shock that move nothing: neither a leg nor cash depends on them. */
export function unknownNames(shock: Shock, legs: readonly Leg[], cash: readonly Cash[]): readonly string[] {
  const held = namesOf(legs, cash)
  const markets = [...held].some((name) => factorKind(name) === 'market')
  return [...shock.keys()].filter((name) => (name === ALL_MARKET.name ? !markets : !held.has(name)))
}

/** Every factor and basis that a price of the book depends on. */
export function namesOf(legs: readonly Leg[], cash: readonly Cash[]): ReadonlySet<string> {
  const prices = [...legs.flatMap(pricesOf), ...cash.map(({ asset }) => asset)]
  return new Set(prices.flatMap(({ factor, basis }) => (basis === null ? [factor] : [factor, basis])))
}
