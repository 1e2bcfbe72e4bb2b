import type { AccountState } from './account.ts'
import { ONE, ratesOf } from './assetIndex.ts'
import { type Num, sum, ZERO } from './num.ts'
import type { Pool } from './pool.ts'

/** The pools of an account: every isolated position alone; the rest by margin asset, or all together in multi-assets mode. */
export function poolsOf(state: AccountState): readonly Pool[] {
  const isolated = state.positions.flatMap((position): readonly Pool[] => {
    if (position.isolatedWallet === null) return []
    const { marginAsset, symbol, side } = position
    const wallets = new Map([[marginAsset, position.isolatedWallet]])
    return [{ name: `isolated:${symbol}:${side}`, positions: [position], wallets, rates: new Map([[marginAsset, ONE]]) }]
  })
  const cross = state.positions.filter(({ isolatedWallet }) => isolatedWallet === null)
  const wallets = crossWallets(state)
  if (state.mode === 'multi') {
    const rates = new Map([...state.indexes].map(([pair, index]) => [pair.slice(0, -'USD'.length), ratesOf(index)]))
    return [...isolated, { name: 'cross', positions: cross, wallets, rates }]
  }
  const shared = [...wallets].map(([asset, wallet]): Pool => {
    const positions = cross.filter(({ marginAsset }) => marginAsset === asset)
    return { name: `cross:${asset}`, positions, wallets: new Map([[asset, wallet]]), rates: new Map([[asset, ONE]]) }
  })
  return [...isolated, ...shared]
}

/** What of each wallet is not set aside for an isolated position. */
export function crossWallets(state: AccountState): Map<string, Num> {
  const setAside = (asset: string) =>
    sum(state.positions.filter((p) => p.marginAsset === asset).map((p) => p.isolatedWallet ?? ZERO))
  const assets = new Set([...state.wallets.keys(), ...state.positions.map(({ marginAsset }) => marginAsset)])
  return new Map([...assets].map((asset) => [asset, (state.wallets.get(asset) ?? ZERO).minus(setAside(asset))]))
}
