import { IncompleteAnswerError } from '../../errors.ts'
import type { AaveV3Position, AaveV3Reserve } from '../lendingPosition.ts'
import { type AaveV3Rounding, roundingOf } from './aaveV3Revisions.ts'
import { firstDeadTick } from './aaveV3Walk.ts'
import { HIGHEST_MULTIPLE, type PriceTrigger } from './priceTrigger.ts'

/**
 * Whether a revision cuts the average threshold to whole basis points before it takes health. There, health is not monotone
 * in a price: an account can be alive again further down.
 *
 * @throws UnsupportedError for an unknown revision.
 */
export function floorsAverageThreshold(revision: number): boolean {
  return roundingOf(revision).floorsAverageThreshold
}

const WAD = 10n ** 18n
const BPS = 10_000n

/** What `getUserAccountData` computes, in the contract's own integers. */
export type AaveV3Account = {
  /** Base currency units. */
  readonly totalCollateral: bigint
  /** Base currency units. */
  readonly totalDebt: bigint
  /** The average, basis points, cut to a whole number. */
  readonly liquidationThreshold: bigint
  /** Sum of collateral x threshold: base currency units x basis points. */
  readonly weighted: bigint
  /** 1e18 is 1; null without debt. */
  readonly healthFactor: bigint | null
}

/** Oracle prices by reserve id, base currency units, in place of those that were read. */
export type PriceOverrides = ReadonlyMap<number, bigint>

/**
 * Totals, threshold and health of an account, digit for digit as its pool computes them.
 *
 * A reserve that neither backs nor owes is not priced, as on chain: its dead feed takes nothing from the figures. Up to v3.5 a
 * reserve whose own threshold is 0 backs nothing, also in an e-mode: the position has to carry 0 there.
 *
 * @param prices - Oracle prices that replace those of the position.
 * @throws UnsupportedError for an unknown pool revision.
 * @throws IncompleteAnswerError for a needed price that is missing or not above 0.
 * @see Aave v3 `GenericLogic.calculateUserAccountData`, at the revision of the pool
 */
export function accountOf(position: AaveV3Position, prices?: PriceOverrides): AaveV3Account {
  if (prices !== undefined) return account(position, prices)
  const known = ACCOUNTS.get(position)
  if (known !== undefined) return known
  const found = account(position)
  ACCOUNTS.set(position, found)
  return found
}

/** Snapshots never change, and at the prices that were read every price walk begins with the same account. */
const ACCOUNTS = new WeakMap<AaveV3Position, AaveV3Account>()

function account(position: AaveV3Position, prices?: PriceOverrides): AaveV3Account {
  const rounding = roundingOf(position.revision, position.venue)
  let totalCollateral = 0n
  let totalDebt = 0n
  let weighted = 0n
  for (const reserve of position.reserves) {
    const backs = backing(reserve, rounding)
    if (backs === 0n && reserve.debt === 0n) continue
    const price = priceOf(position, reserve, prices)
    const unit = 10n ** BigInt(reserve.decimals)
    const value = (backs * price) / unit
    totalCollateral += value
    weighted += value * reserve.liquidationThreshold
    totalDebt += (reserve.debt * price + (rounding.debt === 'up' ? unit - 1n : 0n)) / unit
  }
  const liquidationThreshold = totalCollateral === 0n ? 0n : weighted / totalCollateral
  const totals = { totalCollateral, totalDebt, liquidationThreshold, weighted }
  return { ...totals, healthFactor: totalDebt === 0n ? null : health(totals, rounding) }
}

function health(totals: Omit<AaveV3Account, 'healthFactor'>, { floorsAverageThreshold }: AaveV3Rounding): bigint {
  const { totalCollateral, liquidationThreshold, weighted, totalDebt } = totals
  const wadDiv = (value: bigint): bigint => (value * WAD + totalDebt / 2n) / totalDebt
  return floorsAverageThreshold
    ? wadDiv((totalCollateral * liquidationThreshold + BPS / 2n) / BPS) // percentMul, half up
    : wadDiv(weighted) / BPS
}

/** What of a reserve's balance is in the collateral total, base units of the token. */
function backing(reserve: AaveV3Reserve, rounding: AaveV3Rounding): bigint {
  const counts = reserve.collateral && (reserve.liquidationThreshold > 0n || rounding.countsZeroThreshold)
  return counts ? reserve.supplied : 0n
}

function priceOf(position: AaveV3Position, reserve: AaveV3Reserve, prices?: PriceOverrides): bigint {
  const price = prices?.get(reserve.id) ?? reserve.price
  if (price === null || price <= 0n) throw new IncompleteAnswerError(position.venue, `oracle price of ${reserve.asset.symbol}`)
  return price
}

/**
 * Whether the account can be liquidated: health strictly below 1.
 *
 * @throws UnsupportedError for an unknown pool revision.
 * @throws IncompleteAnswerError for a needed price that is missing or not above 0.
 * @see Aave v3 `ValidationLogic.validateLiquidationCall`
 */
export function trips(position: AaveV3Position, prices?: PriceOverrides): boolean {
  const { healthFactor } = accountOf(position, prices)
  return healthFactor !== null && healthFactor < WAD
}

/**
 * The last safe oracle price of one reserve, all other prices still, walking from today's price to 1 or to a million times
 * today's. Exact in the pool's own integers, also where health is not monotone in the price.
 *
 * @returns `liquidatable` if the account is so today; `none` if no price in that direction liquidates it.
 * @throws UnsupportedError for an unknown pool revision.
 * @throws IncompleteAnswerError for a reserve that is not in the position, or a needed price that is missing or not above 0.
 * @example trigger(position, 0, 'down') // { kind: 'price', price: 95931268030n, exact: true }: 959.31268030 USD
 */
export function trigger(position: AaveV3Position, reserveId: number, direction: 'down' | 'up'): PriceTrigger {
  const rounding = roundingOf(position.revision, position.venue)
  const moving = position.reserves.find(({ id }) => id === reserveId)
  if (moving === undefined) throw new IncompleteAnswerError(position.venue, `reserve ${reserveId}`)
  if (trips(position)) return { kind: 'liquidatable' }
  const supplied = backing(moving, rounding)
  if (supplied === 0n && moving.debt === 0n) return { kind: 'none' }
  const price = priceOf(position, moving)
  const step = direction === 'down' ? -1n : 1n
  const end = direction === 'down' ? 1n : price * HIGHEST_MULTIPLE
  // Every reserve is rounded by itself, so what the others come to is all less this one.
  const [all, own] = [accountOf(position), account({ ...position, reserves: [moving] })]
  const book = {
    rounding,
    still: {
      totalCollateral: all.totalCollateral - own.totalCollateral,
      weighted: all.weighted - own.weighted,
      totalDebt: all.totalDebt - own.totalDebt,
    },
    supplied,
    threshold: moving.liquidationThreshold,
    owed: moving.debt,
    unit: 10n ** BigInt(moving.decimals),
  }
  const dead = firstDeadTick(book, price, end)
  return dead === null ? { kind: 'none' } : { kind: 'price', price: dead.tick - step, exact: dead.exact }
}

/** What makes a liquidation revert although health is below 1. */
export type AaveV3Obstacles = {
  /** Reserves of the loan that are paused or not active: no liquidation can name them. */
  readonly paused: readonly number[]
  /** true: every pair of collateral and debt names such a reserve, so nothing can be liquidated until that is lifted. */
  readonly everyPairPaused: boolean
  /** Up to and including this time no pair can be liquidated, seconds since 1970; null where no grace period runs. */
  readonly graceUntil: bigint | null
}

/**
 * The pauses and grace periods that stand in the way of a liquidation. Facts to show beside health, which they do not change:
 * a pause can be lifted at any time.
 *
 * @throws UnsupportedError for an unknown pool revision.
 * @see Aave v3 `ValidationLogic.validateLiquidationCall`
 */
export function blockedUntil(position: AaveV3Position): AaveV3Obstacles {
  const rounding = roundingOf(position.revision, position.venue)
  const backs = position.reserves.filter((reserve) => backing(reserve, rounding) > 0n)
  const owes = position.reserves.filter(({ debt }) => debt > 0n)
  const used = position.reserves.filter((reserve) => backs.includes(reserve) || owes.includes(reserve))
  const sides = [backs, owes].filter((side) => side.length > 0)
  // A liquidation names one reserve of each side: the side that is free last decides.
  const ends = sides.map((side) => inOrder(side.filter(isOpen).map(({ graceUntil }) => graceUntil)).at(0))
  const last = inOrder(ends.filter((end) => end !== undefined)).at(-1)
  const block = position.source.block
  const runs = last !== undefined && last !== 0n && (block === null || last >= block.timestamp)
  return {
    paused: used.filter((reserve) => !isOpen(reserve)).map(({ id }) => id),
    everyPairPaused: sides.some((side) => !side.some(isOpen)),
    graceUntil: runs ? last : null,
  }
}

const isOpen = ({ active, paused }: AaveV3Reserve): boolean => active && !paused

const inOrder = (times: readonly bigint[]): readonly bigint[] => times.toSorted((a, b) => (a < b ? -1 : 1))
