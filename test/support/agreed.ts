import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import { lendingRule } from '../../src/risk/rules/lending.ts'

/** The same legs with venues whose own figures are ours to the last digit: nothing is disputed. */
export function agreed(snapshot: Snapshot): Snapshot {
  return { ...snapshot, legs: snapshot.legs.map(agreedLeg) }
}

export function agreedLeg(leg: Leg): Leg {
  if (leg.kind === 'futures') return leg
  const ours = new Map(
    lendingRule(leg)
      .figures(leg)
      .map((one) => [one.figure, one.ours]),
  )
  const figure = (name: string): bigint => ours.get(name) ?? 0n
  const healthFactor = ours.get('health') ?? null
  if (leg.protocol === 'aave-v3') {
    return { ...leg, reported: { totalCollateral: figure('collateral'), totalDebt: figure('debt'), healthFactor } }
  }
  if (leg.protocol === 'aave-v4') {
    return { ...leg, reported: { totalCollateralValue: figure('collateral'), totalDebtValueRay: figure('debt'), healthFactor } }
  }
  return { ...leg, reported: { liquidatable: lendingRule(leg).accountOf(leg).tripped } }
}
