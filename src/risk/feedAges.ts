import type { Asset } from './asset.ts'
import type { LendingPosition } from './lendingPosition.ts'

/** The slowest feeds write once a day, whatever the price does: no feed tells on chain how often it means to write. Seconds. */
export const SLOWEST_FEED_SECONDS = 25 * 3600

/** How long ago a price that a loan counts with was last written, seconds before its block. */
export type FeedAge = { readonly asset: Asset; readonly seconds: number }

/** The prices of what is owed and of what covers it, as far as their feeds tell when they were written. */
export function feedAges(loan: LendingPosition): readonly FeedAge[] {
  const now = loan.source.block?.timestamp
  if (now === undefined) return []
  return counting(loan).flatMap(({ asset, priceUpdatedAt }) =>
    priceUpdatedAt === null ? [] : [{ asset, seconds: Number(now - priceUpdatedAt) }],
  )
}

type Priced = { readonly asset: Asset; readonly priceUpdatedAt: bigint | null }

function counting(loan: LendingPosition): readonly Priced[] {
  if (loan.protocol === 'aave-v3')
    return loan.reserves.filter(({ debt, collateral, supplied }) => debt > 0n || (collateral && supplied > 0n))
  if (loan.protocol === 'aave-v4') return []
  return loan.baseBalance < 0n ? [loan.base, ...loan.collateral] : []
}
