import { Decimal, dec } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { AaveV3Position, CompoundV3Position, LendingPosition } from './lendingPosition.ts'
import { liquidationsOf } from './liquidations.ts'
import { growthOver, rayOfSecond } from './rates.ts'
import { owedBy } from './rules/compoundV3.ts'
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
 * Health and liquidation prices of a loan at a later time, from its own rates as they were read: debts grow, compounded each second
 * and rounded up; collateral does not grow, so the loan is never shown better than it will be. Nothing but this is advanced: every
 * other figure is of the block that was read.
 *
 * @param seconds - After the block it was read at; below 0 counts as 0.
 * @returns null for a futures leg, which owes no interest, and for a loan whose rates were not read.
 * @throws IncompleteAnswerError when a price the leg needs is missing.
 * @see RISK 6 "Accrual"
 */
export function projection(leg: Leg, seconds: bigint): Projection | null {
  const ahead = seconds > 0n ? seconds : 0n
  const later = laterLoan(leg, ahead)
  if (later === null) return null
  const { required, health, tripped } = solvency(later)
  return { seconds: ahead, debt: required, health, tripped, liquidation: required.gt(0) ? liquidationsOf(later, []) : [] }
}

/**
 * A loan so many seconds after it was read, its debts grown as in {@link projection}.
 *
 * @param seconds - Not below 0.
 * @returns null for a futures leg, and for a loan whose rates were not read.
 */
export function laterLoan(leg: Leg, seconds: bigint): LendingPosition | null {
  if (leg.kind === 'futures' || leg.protocol === 'aave-v4') return null
  return leg.protocol === 'aave-v3' ? aaveLater(leg, seconds) : cometLater(leg, seconds)
}

function aaveLater(loan: AaveV3Position, seconds: bigint): AaveV3Position {
  const reserves = loan.reserves.map((reserve) => {
    if (reserve.debt === 0n) return reserve
    return { ...reserve, debt: roundedUp(dec(reserve.debt).times(growthOver(reserve.borrowRate, seconds))) }
  })
  return { ...loan, reserves }
}

/**
 * What is owed is a principal times an index of 15 digits, both cut: so it may be up to a unit more than was read, the index up to its
 * last digit. Simple interest between two uses of the market, compounded where it is used each second.
 *
 * @see Comet `borrowBalanceOf`, `accruedInterestIndices`
 */
function cometLater(loan: CompoundV3Position, seconds: bigint): CompoundV3Position | null {
  const owed = owedBy(loan)
  if (owed === 0n || seconds === 0n) return loan
  if (loan.rates === null) return null
  const most = dec(owed + 1n).times(ONE_INDEX_DIGIT)
  return { ...loan, baseBalance: -roundedUp(most.times(growthOver(rayOfSecond(loan.rates.borrow), seconds))) }
}

const ONE_INDEX_DIGIT = dec('1.000000000000001')

const roundedUp = (amount: Decimal): bigint => BigInt(amount.toFixed(0, Decimal.ROUND_UP))
