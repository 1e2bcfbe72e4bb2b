import type { Range } from '../../src/risk/afterDeath.ts'
import { builtInScenarios } from '../../src/risk/builtInScenarios.ts'
import { dec, ONE } from '../../src/risk/decimal.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { customScenario, type Scenario, type Stage, stageOf } from '../../src/risk/scenarios.ts'
import type { Shock } from '../../src/risk/shock.ts'
import type { Outcome } from '../../src/risk/stress.ts'
import { aLoan, aPool, USDC } from './books.ts'

/** REPORT's book and ways to send it through scenarios. */

export const CASH: readonly Cash[] = [{ id: 'wallet', place: 'wallet', asset: USDC, amount: dec(10_000), price: ONE }]
export const LOAN = aLoan().id
export const POOL = aPool().id

/** REPORT's loan, or one that owes more; every collateral pays a liquidator 5 %. */
export function theLoan(debt = 22_000n, over: Partial<AaveV3Position> = {}): AaveV3Position {
  const loan = aLoan()
  const reserves = loan.reserves.map((one) => ({
    ...one,
    liquidationBonus: 10_500n,
    debt: one.debt > 0n ? debt * 10n ** 6n : 0n,
  }))
  return { ...loan, reserves, ...over }
}

export function shockOf(moves: Readonly<Record<string, string>>): Shock {
  return new Map(Object.entries(moves).map(([name, at]) => [name, dec(at)]))
}

export function course(stages: readonly Stage[]): Scenario {
  return { ...customScenario('a course', new Map()), stages }
}

/** Stages that everybody sees alike. */
export function falls(...stages: readonly Readonly<Record<string, string>>[]): Scenario {
  return course(stages.map((one) => stageOf(shockOf(one))))
}

/** The built-in scenario of a book with so much in its name. */
export function builtIn(legs: readonly Leg[], part: string): Scenario {
  const found = builtInScenarios(legs).find(({ name }) => name.includes(part))
  if (found === undefined) throw new RangeError(`no scenario ${part}`)
  return found
}

export const texts = (range: Range | null | undefined) => [range?.best.toFixed(2), range?.worst.toFixed(2)]

/** Which leg died at which stage. */
export const dead = ({ stages }: Outcome) => stages.flatMap(({ stage, dead: legs }) => legs.map(({ leg }) => [stage, leg]))
