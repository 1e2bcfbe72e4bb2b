import { Decimal, dec, fromUnits, ONE, toUnits, ZERO } from '../decimal.ts'
import type { AaveV4Position, AaveV4Reserve } from '../lendingPosition.ts'
import { accountOf, backing } from './aaveV4.ts'

/** What one liquidation of a pair of reserves does to an account, USD at the position's prices. */
export type AaveV4Liquidation = {
  /** Reserve ids. */
  readonly collateral: number
  readonly debt: number
  /** Seized over repaid: 1.03 takes 3 % more than it repays. */
  readonly bonus: Decimal
  readonly repaidUsd: Decimal
  readonly seizedUsd: Decimal
  /** Seized less repaid. The protocol's fee is a part of it. */
  readonly penaltyUsd: Decimal
  /** Debt that is written off because no collateral is left: the hub bears it. */
  readonly forgivenUsd: Decimal
  /** What the account's equity falls by: the penalty less what is forgiven; below 0 where it owed more than it had. */
  readonly lossUsd: Decimal
  /** Null when no debt is left. */
  readonly healthAfter: Decimal | null
  readonly after: AaveV4Position
}

/**
 * The liquidation that costs the account most, of all pairs of a collateral and a debt: it repays what restores the target
 * health, or all where less than the dust limit would be left of either side.
 *
 * Unrounded. The spoke cuts the bonus to whole basis points, so it takes up to one of them less than is said here.
 *
 * @returns null when health is not below 1. A paused reserve is not looked at: a pause can be lifted.
 * @throws IncompleteAnswerError for a needed price that is missing or not above 0.
 * @see Aave v4 `LiquidationLogic._calculateLiquidationAmounts`; RISK 2.5
 */
export function liquidate(position: AaveV4Position): AaveV4Liquidation | null {
  const scene = sceneOf(position)
  if (scene === null) return null
  let worst: AaveV4Liquidation | null = null
  for (const collateral of position.reserves.filter((reserve) => backing(reserve) > 0n)) {
    for (const debt of position.reserves.filter(({ debtRay }) => debtRay > 0n)) {
      const found = liquidatePair(scene, collateral, debt)
      if (worst === null || found.penaltyUsd.gt(worst.penaltyUsd)) worst = found
    }
  }
  return worst
}

type Scene = {
  readonly position: AaveV4Position
  /** Collateral times its factors, and debt, USD. */
  readonly weighted: Decimal
  readonly debt: Decimal
  readonly health: Decimal
  readonly dust: Decimal
}

/** Null when nothing can be liquidated. */
function sceneOf(position: AaveV4Position): Scene | null {
  const account = accountOf(position)
  if (account.healthFactor === null || account.healthFactor >= 10n ** 18n) return null
  const weighted = fromUnits(account.weighted, 30)
  const debt = fromUnits(account.totalDebtValueRay, 53)
  return { position, weighted, debt, health: weighted.div(debt), dust: fromUnits(position.liquidation.dust, 26) }
}

function liquidatePair(scene: Scene, collateral: AaveV4Reserve, debt: AaveV4Reserve): AaveV4Liquidation {
  const bonus = bonusOf(scene, collateral)
  const owed = usdOfRay(debt)
  const held = fromUnits(collateral.supplied, collateral.decimals).times(priceOf(collateral))
  let repaidUsd = Decimal.min(owed, debtToTarget(scene, collateral, bonus))
  if (leavesDust(owed.minus(repaidUsd), scene)) repaidUsd = owed
  let seizedUsd = repaidUsd.times(bonus)
  if (seizedUsd.gt(held) || (repaidUsd.lt(owed) && leavesDust(held.minus(seizedUsd), scene))) {
    seizedUsd = held
    repaidUsd = Decimal.min(owed, held.div(bonus))
  }
  const taken = takenFrom(scene.position.reserves, { collateral, debt, seizedUsd, repaidUsd, whole: seizedUsd.eq(held) })
  const left = scene.debt.minus(repaidUsd)
  const forgiven = left.gt(0) && !taken.some((reserve) => backing(reserve) > 0n)
  const penaltyUsd = seizedUsd.minus(repaidUsd)
  const forgivenUsd = forgiven ? left : ZERO
  const weightedAfter = scene.weighted.minus(seizedUsd.times(factorOf(collateral)))
  return {
    collateral: collateral.id,
    debt: debt.id,
    bonus,
    repaidUsd,
    seizedUsd,
    penaltyUsd,
    forgivenUsd,
    lossUsd: penaltyUsd.minus(forgivenUsd),
    healthAfter: forgiven || left.isZero() ? null : weightedAfter.div(left),
    after: withReserves(scene.position, forgiven ? taken.map((reserve) => ({ ...reserve, debtRay: 0n })) : taken),
  }
}

/** The account with other balances, and what the spoke would say of it. */
function withReserves(position: AaveV4Position, reserves: readonly AaveV4Reserve[]): AaveV4Position {
  const after = { ...position, reserves }
  const { totalCollateralValue, totalDebtValueRay, healthFactor } = accountOf(after)
  return { ...after, reported: { totalCollateralValue, totalDebtValueRay, healthFactor } }
}

/** From the smallest bonus at a health of 1 in a straight line to the largest. @see Aave v4 `calculateLiquidationBonus` */
function bonusOf({ position, health }: Scene, { maxLiquidationBonus }: AaveV4Reserve): Decimal {
  const { healthFactorForMaxBonus, liquidationBonusFactor } = position.liquidation
  const most = fromUnits(maxLiquidationBonus, 4)
  const until = fromUnits(healthFactorForMaxBonus, 18)
  if (health.lte(until)) return most
  const least = ONE.plus(most.minus(1).times(fromUnits(liquidationBonusFactor, 4)))
  return least.plus(most.minus(least).times(ONE.minus(health)).div(ONE.minus(until)))
}

/** USD of debt whose liquidation brings health to the target. @see Aave v4 `_calculateDebtToTargetHealthFactor` */
function debtToTarget({ position, debt, health }: Scene, collateral: AaveV4Reserve, bonus: Decimal): Decimal {
  const target = fromUnits(position.liquidation.targetHealthFactor, 18)
  const gain = target.minus(bonus.times(factorOf(collateral)))
  // No spoke accepts terms under which a liquidation lowers health; with such, no amount of it reaches the target.
  return gain.gt(0) ? debt.times(target.minus(health)).div(gain) : debt
}

function leavesDust(left: Decimal, { dust }: Scene): boolean {
  return left.gt(0) && left.lt(dust)
}

type Taken = {
  readonly collateral: AaveV4Reserve
  readonly debt: AaveV4Reserve
  readonly seizedUsd: Decimal
  readonly repaidUsd: Decimal
  /** Whether all of the collateral is taken. */
  readonly whole: boolean
}

/** Rounded against the account: collateral is taken up to a whole unit, debt is repaid down to one. */
function takenFrom(reserves: readonly AaveV4Reserve[], taken: Taken): readonly AaveV4Reserve[] {
  const { collateral, debt, seizedUsd, repaidUsd, whole } = taken
  const seized = toUnits(seizedUsd.div(priceOf(collateral)), collateral.decimals, 'up')
  const repaid = repaidUsd.eq(usdOfRay(debt)) ? debt.debtRay : toUnits(repaidUsd.div(priceOf(debt)), debt.decimals + 27, 'down')
  return reserves.map((reserve) => ({
    ...reserve,
    supplied: reserve.id !== collateral.id ? reserve.supplied : whole ? 0n : reserve.supplied - seized,
    debtRay: reserve.id === debt.id ? reserve.debtRay - repaid : reserve.debtRay,
  }))
}

const factorOf = ({ collateralFactor }: AaveV4Reserve): Decimal => fromUnits(collateralFactor, 4)

/** USD of one token; that it is known was made sure when health was taken. */
const priceOf = ({ price }: AaveV4Reserve): Decimal => dec(price as bigint).div('1e8')

const usdOfRay = (reserve: AaveV4Reserve): Decimal => fromUnits(reserve.debtRay, reserve.decimals + 27).times(priceOf(reserve))
