import { type AfterDeath, afterDeath, type LoanStep, type Range } from '../../src/risk/afterDeath.ts'
import { type Decimal, fromUnits, ONE, sum, toUnits, ZERO } from '../../src/risk/decimal.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type { AaveV3Position, LendingPosition } from '../../src/risk/lendingPosition.ts'
import { liquidate as liquidateV4 } from '../../src/risk/rules/aaveV4Liquidate.ts'
import { absorb } from '../../src/risk/rules/compoundV3Absorb.ts'
import { multiplierOf, type Shock, shocked } from '../../src/risk/shock.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { type Entry, EntryError, figure, given, group } from './entry.ts'
import { shockOf } from './shockOf.ts'

/** The entries of `extra` that speak of what is left after a death. */

/** `aaveLiquidation`: the first Aave v3 loan that is dead (else the first of all), by the worst course at its present prices. */
export function aaveLiquidation({ legs }: Snapshot): unknown {
  const loans = legs.filter((leg): leg is AaveV3Position => leg.kind === 'lending' && leg.protocol === 'aave-v3')
  const leg = loans.find((loan) => solvency(loan).tripped) ?? loans[0]
  if (leg === undefined) throw new EntryError('the book has no Aave v3 loan')
  const { leg: _, event: __, ...figures } = loanEvent(leg, afterDeath(leg))
  return figures
}

/**
 * `gapScenario`: at each stage every leg is valued at the stage's prices, what is dead is liquidated, and the rest goes on. Best
 * and worst tell what an exchange leaves over; a loan is liquidated by the pair that costs most in both.
 *
 * @see RISK 2.5
 */
export function gapScenario(snapshot: Snapshot, entry: Entry): unknown {
  if (!Array.isArray(entry.path)) throw new EntryError('its input path is not a list of stages')
  const stages = entry.path.map((stage: Entry) => shockOf(stage, snapshot.legs))
  return { path: entry.path, worst: playedBy('worst', snapshot, stages), best: playedBy('best', snapshot, stages) }
}

function playedBy(side: keyof Range, { legs, cash }: Snapshot, stages: readonly Shock[]): unknown {
  const events: unknown[] = []
  let now = legs
  let seen: Shock = new Map()
  for (const stage of stages) {
    const step = stepTo(seen, stage)
    seen = stage
    now = now.map((leg) => {
      const there = shocked(leg, step)
      if (!solvency(there).tripped) return there
      const death = afterDeath(there)
      events.push(there.kind === 'futures' ? poolEvent(there, death, side) : loanEvent(there, death))
      return there.kind === 'futures' && side === 'best' ? death.bestLeg : death.leg
    })
  }
  const money = cash.map(({ amount, price, asset }) => amount.times(price ?? ZERO).times(multiplierOf(asset, seen)))
  return { events, totalEquityAfter: sum([...now.map((leg) => solvency(leg).equity), ...money]) }
}

/** Stages are told in today's prices, so what was seen already is taken out. */
function stepTo(seen: Shock, stage: Shock): Shock {
  const names = [...new Set([...seen.keys(), ...stage.keys()])]
  return new Map(names.map((name): [string, Decimal] => [name, (stage.get(name) ?? ONE).div(seen.get(name) ?? ONE)]))
}

function poolEvent(leg: Leg, { equityBefore, equityAfter, writtenOff }: AfterDeath, side: keyof Range) {
  const figures = { equityAtTrigger: equityBefore, residual: equityAfter[side], shortfallNotOwed: writtenOff[side] }
  return { leg: leg.id, event: 'futures-liquidated', ...figures }
}

function loanEvent(leg: LendingPosition, death: AfterDeath) {
  return {
    leg: leg.id,
    event: 'loan-liquidated',
    steps: death.steps.worst.map((step) => stepFigures(leg, step)),
    loss: death.bill.worst,
    hfAfter: solvency(death.leg).health,
    equityBefore: death.equityBefore,
    equityAfter: death.equityAfter.worst,
    badDebtBurned: death.writtenOff.worst,
  }
}

function stepFigures(leg: LendingPosition, { healthBefore, collateral, debt, repaidUsd, seizedUsd, lossUsd }: LoanStep) {
  const nameOf = (id: number): string | undefined =>
    leg.protocol === 'compound-v3' ? undefined : leg.reserves.find((reserve) => reserve.id === id)?.asset.symbol
  const names = { collateral: nameOf(collateral), debt: nameOf(debt) }
  return { hfBefore: healthBefore, ...names, repaid: repaidUsd, seized: seizedUsd, loss: lossUsd }
}

/** `absorbAt`: the first Compound III loan at shocked prices, absorbed. */
export function absorbAt({ legs }: Snapshot, entry: Entry): unknown {
  const shock = shockOf(group(entry, 'shock'), legs)
  const leg = legs.map((one) => shocked(one, shock)).find((one) => one.kind === 'lending' && one.protocol === 'compound-v3')
  if (leg?.kind !== 'lending' || leg.protocol !== 'compound-v3') throw new EntryError('the book has no Compound III loan')
  const done = absorb(leg)
  if (done === null) return { ...given(entry, ['shock']), liquidatable: false }
  return {
    ...given(entry, ['shock']),
    liquidatable: true,
    newBase: fromUnits(done.after.baseBalance, leg.base.decimals),
    equityBefore: done.equityBeforeUsd,
    equityAfter: done.equityAfterUsd,
    loss: done.lossUsd,
  }
}

/** `v4`: the first Aave v4 loan, liquidated under the terms that the entry gives. */
export function v4({ legs }: Snapshot, entry: Entry): unknown {
  const config = group(entry, 'config')
  const leg = legs.find((one) => one.kind === 'lending' && one.protocol === 'aave-v4')
  if (leg?.kind !== 'lending' || leg.protocol !== 'aave-v4') throw new EntryError('the book has no Aave v4 loan')
  const units = (name: string, decimals: number): bigint => toUnits(figure(config, name), decimals, 'down')
  const done = liquidateV4({
    ...leg,
    reserves:
      config.maxBonus === undefined
        ? leg.reserves
        : leg.reserves.map((reserve) => ({ ...reserve, maxLiquidationBonus: units('maxBonus', 4) })),
    liquidation: {
      targetHealthFactor: units('targetHealthFactor', 18),
      healthFactorForMaxBonus: units('healthFactorForMaxBonus', 18),
      liquidationBonusFactor: units('liquidationBonusFactor', 4),
      dust: units('dust', 26),
    },
  })
  if (done === null) throw new EntryError('its loan cannot be liquidated')
  return {
    ...given(entry, ['config']),
    bonus: done.bonus,
    debtLiquidated: done.repaidUsd,
    collateralSeized: done.seizedUsd,
    loss: done.penaltyUsd,
    hfAfter: done.healthAfter,
  }
}
