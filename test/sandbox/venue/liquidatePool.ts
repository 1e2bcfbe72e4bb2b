import type { AccountState } from './account.ts'
import { Num, num, sum, wire, ZERO } from './num.ts'
import { markOf, notionalOf, type Pool, type PositionSide, profitOf, ratesFor } from './pool.ts'

/** One position that the venue closed. Figures are text, in the margin asset. */
export type Liquidation = {
  readonly at: number
  /** `cross:USDT`, `cross` (multi-assets mode), `isolated:ETHUSDT:BOTH`. */
  readonly pool: string
  readonly symbol: string
  readonly side: PositionSide
  readonly amount: string
  readonly mark: string
  readonly profit: string
  readonly fee: string
  /** Wallet balance of the margin asset after the whole pool was closed. */
  readonly walletAfter: string
}

/**
 * Closes all positions of a pool at their marks: its wallets take profit and fee and end at 0 at worst (the insurance fund
 * carries the rest), the open orders of its symbols are gone. Binance closes in steps where it can; the sandbox closes whole.
 *
 * @see Binance FAQ 360033525271 "Liquidation Protocols"
 */
export function liquidatePool(
  state: AccountState,
  pool: Pool,
  { fee, at }: { readonly fee: Num; readonly at: number },
): readonly Liquidation[] {
  const { marks } = state
  const closed = pool.positions.map((position) => ({
    position,
    profit: profitOf(position, marks),
    fee: notionalOf(position, marks).abs().times(fee),
  }))
  const assets = new Set([...pool.wallets.keys(), ...pool.positions.map(({ marginAsset }) => marginAsset)])
  const left = new Map<string, Num>()
  for (const asset of assets) {
    const own = closed.filter(({ position }) => position.marginAsset === asset)
    left.set(asset, (pool.wallets.get(asset) ?? ZERO).plus(sum(own.map((one) => one.profit.minus(one.fee)))))
  }
  cover(left, pool)
  for (const asset of assets) {
    const taken = (pool.wallets.get(asset) ?? ZERO).minus(left.get(asset) ?? ZERO)
    state.wallets.set(asset, (state.wallets.get(asset) ?? ZERO).minus(taken))
  }
  state.positions = state.positions.filter((position) => !pool.positions.includes(position))
  state.updateTime = at
  for (const { symbol } of pool.positions) state.openOrderMargin.delete(symbol)
  return closed.map(({ position, profit, fee: charged }) => ({
    ...{ at, pool: pool.name, symbol: position.symbol, side: position.side },
    amount: position.amount.toFixed(),
    mark: wire(markOf(marks, position.symbol)),
    profit: wire(profit),
    fee: wire(charged),
    walletAfter: wire(state.wallets.get(position.marginAsset) ?? ZERO),
  }))
}

/**
 * Pays what one asset owes out of the others, each giving its share ("auto-exchange" of multi-assets mode), and forgives the
 * rest: in single-asset mode there are no others.
 */
function cover(left: Map<string, Num>, pool: Pool): void {
  const entries = [...left]
  const owed = sum(entries.filter(([, x]) => x.lt(0)).map(([asset, x]) => x.negated().times(ratesFor(pool, asset).ask)))
  const owned = sum(entries.filter(([, x]) => x.gt(0)).map(([asset, x]) => x.times(ratesFor(pool, asset).bid)))
  if (owed.isZero()) return
  const kept = owned.gt(owed) ? num(1).minus(owed.div(owned)) : ZERO
  for (const [asset, amount] of entries) {
    left.set(asset, amount.lt(0) ? ZERO : amount.times(kept).toDecimalPlaces(8, Num.ROUND_DOWN))
  }
}
