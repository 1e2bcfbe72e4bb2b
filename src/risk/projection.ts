import { Decimal, dec } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { AaveV3Position } from './lendingPosition.ts'
import { liquidationsOf } from './liquidations.ts'
import { growthOver } from './rates.ts'
import { solvency } from './solvency.ts'
import type { Liquidation } from './view.ts'

/** A loan some time after it was read, prices as read. */
export type Projection = {
  /** After the block it was read at. */
  readonly seconds: bigint
  /** USD. */
  readonly debt: Decimal
  /** By the contract's own rounding; null without debt. */
  readonly health: Decimal | null
  /** Whether the contract liquidates it by then. */
  readonly tripped: boolean
  /** Each price alone, by the contract's own rounding. */
  readonly liquidation: readonly Liquidation[]
}

/**
 * Health and liquidation prices of a loan at a later block, from the reserves' own rates as they were read: debts grow, compounded
 * each second and rounded up; collateral does not grow, so the loan is never shown better than it will be. Nothing but this is
 * advanced: every other figure is of the block that was read.
 *
 * @param seconds - After the block it was read at; below 0 counts as 0.
 * @returns null for a futures leg, which owes no interest, and for a protocol whose reading holds no rates.
 * @throws IncompleteAnswerError when a price the leg needs is missing.
 * @see RISK 6 "Accrual"
 */
export function projection(leg: Leg, seconds: bigint): Projection | null {
  if (leg.kind !== 'lending' || leg.protocol !== 'aave-v3') return null
  const ahead = seconds > 0n ? seconds : 0n
  const later = advanced(leg, ahead)
  const { required, health, tripped } = solvency(later)
  return { seconds: ahead, debt: required, health, tripped, liquidation: required.gt(0) ? liquidationsOf(later, []) : [] }
}

function advanced(loan: AaveV3Position, seconds: bigint): AaveV3Position {
  const reserves = loan.reserves.map((reserve) => {
    if (reserve.debt === 0n) return reserve
    const grown = dec(reserve.debt).times(growthOver(reserve.borrowRate, seconds))
    return { ...reserve, debt: BigInt(grown.toFixed(0, Decimal.ROUND_UP)) }
  })
  return { ...loan, reserves }
}
