import { TrackerError } from '../errors.ts'
import { type AfterDeath, afterDeath, type Range } from './afterDeath.ts'
import type { Decimal } from './decimal.ts'
import { deleveraged } from './deleveraged.ts'
import type { Leg } from './leg.ts'
import type { AaveV3Position, AaveV3Reserve, AaveV4Position, AaveV4Reserve, CompoundV3Position } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'
import type { Stage } from './scenarios.ts'
import { shocked } from './shock.ts'
import { solvency } from './solvency.ts'
import { withThresholdCut } from './thresholdCut.ts'

/** What one stage does to a leg. */
export type Stop = {
  /** The leg before the stage, at today's prices and thresholds. */
  readonly home: Leg
  /** The leg at the stage's prices; where it dies, just before. */
  readonly at: Leg
  /** null: it lives, or nothing is left of it that could be taken. */
  readonly death: AfterDeath | null
  /** At the end of the stage, USD. */
  readonly equity: Decimal
}

/** A leg's stops, stage by stage, by the course of liquidations that costs least and by the one that costs most. */
export type Journey = { readonly [course in keyof Range]: readonly Stop[] }

/**
 * One leg on its way through the stages. At each it is valued at the stage's prices, and where its venue's rule trips it is
 * liquidated. Legs share no cash, so each goes alone. Between the stages it is kept at today's prices with the balances that are
 * left, so that no rounding of one stage reaches the next.
 *
 * @returns the reason in words where a stage cannot be computed: a price that rounds to nothing, rules nobody taught us.
 * @see RISK 2.5: the gap rule
 */
export function journeyOf(leg: Leg, stages: readonly Stage[]): Journey | string {
  try {
    const worst = stopsOf(leg, stages, 'worst')
    // The courses part at the first death.
    return { worst, best: worst.some(({ death }) => death !== null) ? stopsOf(leg, stages, 'best') : worst }
  } catch (error) {
    if (error instanceof TrackerError) return error.message
    throw error
  }
}

function stopsOf(leg: Leg, stages: readonly Stage[], course: keyof Range): readonly Stop[] {
  const stops: Stop[] = []
  let home = leg
  let dead = false
  for (const stage of stages) {
    const at = legAt(home, stage)
    const state = solvency(at)
    const death = state.tripped ? afterDeath(at) : null
    if (death === null) {
      const { deleverages: side } = stage
      stops.push({ home, at: side === null ? at : deleveraged(at, side, at), death, equity: state.equity })
      if (side !== null) home = deleveraged(home, side, at)
      continue
    }
    // A debt without collateral trips for ever, and nothing more can be taken. Only a market with single steps leaves one.
    const again = dead && death.steps.worst.length === 0
    stops.push({ home, at, death: again ? null : death, equity: death.equityAfter[course] })
    home = broughtHome(home, course === 'worst' ? death.leg : death.bestLeg)
    dead = true
  }
  return stops
}

/** A leg as its venue sees it at a stage. Its own prices and thresholds are today's. */
export function legAt(home: Leg, { oracle, exchange, only, thresholdCut }: Stage): Leg {
  const sees = home.kind === 'futures' && (only === null || only === home.source.name) ? exchange : oracle
  const there = sees.size === 0 ? home : shocked(home, sees)
  return there.kind === 'lending' ? withThresholdCut(there, thresholdCut) : there
}

/**
 * The balances that a liquidation left, at the prices and thresholds of before the stage. A liquidation keeps the protocol of a
 * loan, and the order of its reserves.
 */
function broughtHome(home: Leg, left: Leg): Leg {
  if (home.kind === 'futures') return closedAt(home, left as MarginAccount)
  if (home.protocol === 'compound-v3') {
    const { baseBalance, collateral } = left as CompoundV3Position
    return { ...home, baseBalance, collateral }
  }
  if (home.protocol === 'aave-v3') {
    const after = (left as AaveV3Position).reserves
    const reserves = home.reserves.map((own, i) => {
      const { supplied, collateral, debt } = after[i] as AaveV3Reserve
      return { ...own, supplied, collateral, debt }
    })
    return { ...home, reserves }
  }
  const after = (left as AaveV4Position).reserves
  const reserves = home.reserves.map((own, i) => {
    const { supplied, collateral, debtRay } = after[i] as AaveV4Reserve
    return { ...own, supplied, collateral, debtRay }
  })
  return { ...home, reserves }
}

/** What is left of a pool stands in its settle coin alone. */
function closedAt({ settlePrice }: MarginAccount, left: MarginAccount): MarginAccount {
  return { ...left, settlePrice, wallet: left.wallet.map((held) => ({ ...held, price: settlePrice })) }
}
