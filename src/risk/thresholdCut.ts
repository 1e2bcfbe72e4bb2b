import type { LendingPosition } from './lendingPosition.ts'

/** 1 basis point in 1e18. */
const BPS_IN_WAD = 100_000_000_000_000n

const less = (value: bigint, by: bigint): bigint => (value > by ? value - by : 0n)

/**
 * A loan whose every liquidation threshold is lower by so many basis points, as after a vote; never below 0. An Aave v4 account
 * keeps the factors it holds until a risk configuration is changed in place: that is what is meant there.
 *
 * @see RISK 6: a cut of thresholds is a shock
 */
export function withThresholdCut(position: LendingPosition, bps: bigint): LendingPosition {
  if (bps === 0n) return position
  switch (position.protocol) {
    case 'aave-v3':
      return {
        ...position,
        reserves: position.reserves.map((r) => ({ ...r, liquidationThreshold: less(r.liquidationThreshold, bps) })),
      }
    case 'aave-v4':
      return {
        ...position,
        reserves: position.reserves.map((r) => ({
          ...r,
          collateralFactor: less(r.collateralFactor, bps),
          latestCollateralFactor: less(r.latestCollateralFactor, bps),
        })),
      }
    case 'compound-v3':
      return {
        ...position,
        collateral: position.collateral.map((c) => ({ ...c, liquidateFactor: less(c.liquidateFactor, bps * BPS_IN_WAD) })),
      }
  }
}
