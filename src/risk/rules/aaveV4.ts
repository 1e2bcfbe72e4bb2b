import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import type { AaveV4Position, AaveV4Reserve } from '../lendingPosition.ts'
import type { Direction } from '../slackLine.ts'
import { ceilDiv } from './ceilDiv.ts'
import { type PriceTrigger, walkTo } from './priceTrigger.ts'

const WAD = 10n ** 18n
const RAY = 10n ** 27n
/** Basis points to WAD. */
const BPS_TO_WAD = 10n ** 14n
/** Health is at least 1 exactly while `weighted` times this reaches the debt in ray. */
const COVER = (BPS_TO_WAD * RAY) / WAD

/** What `getUserAccountData` computes, in the spoke's own integers. */
export type AaveV4Account = {
  /** 1e26 = 1 USD: what is collateral and has a factor above 0. */
  readonly totalCollateralValue: bigint
  /** Sum of collateral x factor: the same unit x basis points. */
  readonly weighted: bigint
  /** 1e53 = 1 USD. */
  readonly totalDebtValueRay: bigint
  /** 1e18 is 1, rounded down; null without debt. */
  readonly healthFactor: bigint | null
}

/**
 * Totals and health of an account in one spoke, digit for digit as the spoke computes them.
 *
 * @throws IncompleteAnswerError for a needed price that is missing or not above 0.
 * @throws UnsupportedError for a token of more than 18 decimals: no hub lists one.
 * @see Aave v4 `Spoke._processUserAccountData`
 */
export function accountOf(position: AaveV4Position): AaveV4Account {
  let totalCollateralValue = 0n
  let weighted = 0n
  let totalDebtValueRay = 0n
  for (const reserve of position.reserves) {
    const backs = backing(reserve)
    if (backs === 0n && reserve.debtRay === 0n) continue
    const perUnit = valueOfUnit(position, reserve)
    totalCollateralValue += backs * perUnit
    weighted += backs * perUnit * reserve.collateralFactor
    totalDebtValueRay += reserve.debtRay * perUnit
  }
  const healthFactor = totalDebtValueRay === 0n ? null : (weighted * BPS_TO_WAD * RAY) / totalDebtValueRay
  return { totalCollateralValue, weighted, totalDebtValueRay, healthFactor }
}

/** What of a reserve's balance covers debt, base units of the token. */
export function backing({ collateral, collateralFactor, supplied }: AaveV4Reserve): bigint {
  return collateral && collateralFactor > 0n ? supplied : 0n
}

/** Value of one base unit of the token, 1e26 = 1 USD: exact, for nothing is divided. */
function valueOfUnit(position: AaveV4Position, reserve: AaveV4Reserve): bigint {
  return priceOf(position, reserve) * decimalsToValue(position, reserve)
}

function priceOf(position: AaveV4Position, { asset, price }: AaveV4Reserve): bigint {
  if (price === null || price <= 0n) throw new IncompleteAnswerError(position.venue, `oracle price of ${asset.symbol}`)
  return price
}

function decimalsToValue({ venue }: AaveV4Position, { asset, decimals }: AaveV4Reserve): bigint {
  if (decimals > 18) throw new UnsupportedError(venue, `lists ${asset.symbol} with ${decimals} decimals`)
  return 10n ** BigInt(18 - decimals)
}

/**
 * Whether the account can be liquidated: health strictly below 1.
 *
 * @throws IncompleteAnswerError for a needed price that is missing or not above 0.
 * @see Aave v4 `LiquidationLogic._validateLiquidationCall`
 */
export function trips(position: AaveV4Position): boolean {
  const { healthFactor } = accountOf(position)
  return healthFactor !== null && healthFactor < WAD
}

/**
 * The account as the next borrow, withdrawal or switched-off collateral leaves it: all its risk terms are then the latest.
 *
 * @see Aave v4 `Spoke._refreshAndValidateUserAccountData`
 */
export function refreshed(position: AaveV4Position): AaveV4Position {
  const reserves = position.reserves.map((reserve) => ({ ...reserve, collateralFactor: reserve.latestCollateralFactor }))
  return { ...position, reserves }
}

/**
 * The last safe oracle price of one reserve, 1e8 = 1 USD, all other prices still, walking from today's price to 1 or to a
 * million times today's. No rounding stands between price and health, so one straight line decides.
 *
 * @returns `liquidatable` if the account is so today; `none` if no price in that direction liquidates it.
 * @throws IncompleteAnswerError for a reserve that is not in the position, or a needed price that is missing or not above 0.
 */
export function trigger(position: AaveV4Position, reserveId: number, direction: Direction): PriceTrigger {
  const moving = position.reserves.find(({ id }) => id === reserveId)
  if (moving === undefined) throw new IncompleteAnswerError(position.venue, `reserve ${reserveId}`)
  if (trips(position)) return { kind: 'liquidatable' }
  const others = accountOf({ ...position, reserves: position.reserves.filter((reserve) => reserve !== moving) })
  // Alive while slope x price >= open
  const slope = (backing(moving) * moving.collateralFactor * COVER - moving.debtRay) * decimalsToValue(position, moving)
  const open = others.totalDebtValueRay - others.weighted * COVER
  if (slope === 0n || slope > 0n !== (direction === 'down')) return { kind: 'none' }
  const lastSafe = slope > 0n ? ceilDiv(open, slope) : -open / -slope
  return walkTo(lastSafe, priceOf(position, moving), direction)
}
