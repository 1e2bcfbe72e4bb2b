import type { Rates } from './assetIndex.ts'
import { type Bracket, maintenance } from './brackets.ts'
import { Num, sum, ZERO } from './num.ts'

export type PositionSide = 'BOTH' | 'LONG' | 'SHORT'

/** An open position. */
export type Position = {
  readonly symbol: string
  readonly side: PositionSide
  /** Signed: a short is negative in every mode. */
  readonly amount: Num
  readonly entry: Num
  readonly leverage: number
  /** Margin set aside for this position alone; null: it shares its cross pool. */
  readonly isolatedWallet: Num | null
  readonly marginAsset: string
  readonly brackets: readonly Bracket[]
  readonly updateTime: number
}

/** What is liquidated together: positions, the balances that stand for them, and what these are worth. */
export type Pool = {
  readonly name: string
  readonly positions: readonly Position[]
  readonly wallets: ReadonlyMap<string, Num>
  readonly rates: ReadonlyMap<string, Rates>
}

export type Marks = ReadonlyMap<string, Num>

export function markOf(marks: Marks, symbol: string): Num {
  const mark = marks.get(symbol)
  if (mark === undefined) throw new Error(`the sandbox has no mark for ${symbol}`)
  return mark
}

export function ratesFor(pool: Pool, asset: string): Rates {
  const rates = pool.rates.get(asset)
  if (rates === undefined) throw new Error(`the sandbox has no asset index for ${asset}`)
  return rates
}

/** Signed value at the mark. */
export const notionalOf = (position: Position, marks: Marks): Num => position.amount.times(markOf(marks, position.symbol))

export const profitOf = (position: Position, marks: Marks): Num =>
  position.amount.times(markOf(marks, position.symbol).minus(position.entry))

export const maintenanceOf = (position: Position, marks: Marks): Num =>
  maintenance(position.brackets, notionalOf(position, marks).abs())

/** What a balance counts for: an asset that is owned at the bid, one that is owed at the ask. */
export const worth = (amount: Num, rates: Rates): Num => Num.min(amount.times(rates.bid), amount.times(rates.ask))

/** Balance of one asset with the profit of the positions that settle in it. */
export function assetEquity(pool: Pool, asset: string, marks: Marks): Num {
  const settled = pool.positions.filter((position) => position.marginAsset === asset)
  return (pool.wallets.get(asset) ?? ZERO).plus(sum(settled.map((position) => profitOf(position, marks))))
}

/**
 * Margin balance of a pool: `sum of min(equity x bid, equity x ask)` over its assets.
 *
 * @see Binance FAQ c983a9268cfa4e70a4916c276bb3b7bc: 200 USDT at 0.9801 and 220 USDC at 1 make 416.02
 */
export function equity(pool: Pool, marks: Marks): Num {
  const assets = new Set([...pool.wallets.keys(), ...pool.positions.map((position) => position.marginAsset)])
  return sum([...assets].map((asset) => worth(assetEquity(pool, asset, marks), ratesFor(pool, asset))))
}

/**
 * Maintenance margin of a pool, each position's at its asset's ask rate.
 *
 * @see the same FAQ: 10 000 USDT at 0.8 % and 12 000 USDC at 1 % require 80 x 0.99495 + 120 = 199.596
 */
export function required(pool: Pool, marks: Marks): Num {
  return sum(pool.positions.map((position) => maintenanceOf(position, marks).times(ratesFor(pool, position.marginAsset).ask)))
}

/**
 * The venue's trigger: margin balance below maintenance margin, strictly.
 *
 * @see Binance FAQ 360033525271 "Liquidation Protocols": "collateral < maintenance margin"
 */
export function isDead(pool: Pool, marks: Marks): boolean {
  return pool.positions.length > 0 && equity(pool, marks).lt(required(pool, marks))
}
