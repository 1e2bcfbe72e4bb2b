import { type AfterDeath, afterDeath, type LoanStep, type Range } from '../../src/risk/afterDeath.ts'
import { type Decimal, dec, ONE, sum, ZERO } from '../../src/risk/decimal.ts'
import type { Leg, LendingPosition, Snapshot } from '../../src/risk/leg.ts'
import { type Shock, shocked } from '../../src/risk/shock.ts'
import { solvency } from '../../src/risk/solvency.ts'

/** The entries of `extra` that speak of what is left after a death: `aaveLiquidation` and `gapScenario`. */

/** The first Aave v3 loan of a book, liquidated at its present prices by the worst course. */
export function aaveLiquidation({ legs }: Snapshot): unknown {
  const leg = legs.find((one) => one.kind === 'lending' && one.protocol === 'aave-v3')
  if (leg?.kind !== 'lending') return undefined
  const { steps, loss, hfAfter, equityBefore, equityAfter, badDebtBurned } = loanEvent(leg, afterDeath(leg), 'worst')
  return { steps, loss, hfAfter, equityBefore, equityAfter, badDebtBurned }
}

type Stages = { readonly path: readonly Readonly<Record<string, string>>[] }

/** At each stage every leg is valued at the stage's prices, what is dead is liquidated, and the rest goes on. */
export function gapScenario(snapshot: Snapshot, { path }: Stages): unknown {
  return { path, worst: playedBy('worst', snapshot, path), best: playedBy('best', snapshot, path) }
}

function playedBy(side: keyof Range, { legs, cash }: Snapshot, path: Stages['path']): unknown {
  const events: unknown[] = []
  let now = legs
  let seen: Shock = new Map()
  for (const stage of path) {
    const step = stepTo(seen, stage)
    seen = new Map(Object.entries(stage).map(([name, text]) => [name, dec(text)]))
    now = now.map((leg) => {
      const there = shocked(leg, step)
      if (!solvency(there).tripped) return there
      const death = afterDeath(there)
      events.push(there.kind === 'futures' ? poolEvent(there, death, side) : loanEvent(there, death, side))
      return side === 'worst' ? death.leg : death.bestLeg
    })
  }
  const money = cash.map(({ amount, price, asset }) => amount.times(price ?? ZERO).times(seen.get(asset.factor) ?? ONE))
  return { events, totalEquityAfter: sum([...now.map((leg) => solvency(leg).equity), ...money]) }
}

/** Stages are told in today's prices, so what was seen already is taken out. */
function stepTo(seen: Shock, stage: Readonly<Record<string, string>>): Shock {
  const names = [...new Set([...seen.keys(), ...Object.keys(stage)])]
  return new Map(names.map((name): [string, Decimal] => [name, dec(stage[name] ?? '1').div(seen.get(name) ?? ONE)]))
}

function poolEvent(leg: Leg, { equityBefore, equityAfter, writtenOff }: AfterDeath, side: keyof Range) {
  const figures = { equityAtTrigger: equityBefore, residual: equityAfter[side], shortfallNotOwed: writtenOff[side] }
  return { leg: leg.id, event: 'futures-liquidated', ...figures }
}

function loanEvent(leg: LendingPosition, death: AfterDeath, side: keyof Range) {
  const after = side === 'worst' ? death.leg : death.bestLeg
  return {
    leg: leg.id,
    event: 'loan-liquidated',
    steps: death.steps[side].map((step) => stepFigures(leg, step)),
    loss: death.bill[side],
    hfAfter: solvency(after).health,
    equityBefore: death.equityBefore,
    equityAfter: death.equityAfter[side],
    badDebtBurned: death.writtenOff[side],
  }
}

function stepFigures(leg: LendingPosition, { healthBefore, collateral, debt, repaidUsd, seizedUsd, lossUsd }: LoanStep) {
  const nameOf = (id: number): string | undefined =>
    leg.protocol === 'compound-v3' ? undefined : leg.reserves.find((reserve) => reserve.id === id)?.asset.symbol
  const names = { collateral: nameOf(collateral), debt: nameOf(debt) }
  return { hfBefore: healthBefore, ...names, repaid: repaidUsd, seized: seizedUsd, loss: lossUsd }
}
