import { Decimal, ZERO } from '../decimal.ts'
import type { LendingPosition } from '../lendingPosition.ts'
import { AAVE_V3 } from './aaveV3Lending.ts'
import { AAVE_V4 } from './aaveV4Lending.ts'
import { COMPOUND_V3 } from './compoundV3Lending.ts'
import type { LendingRule, LoanAccount } from './lendingRule.ts'

const RULES: { readonly [P in LendingPosition as P['protocol']]: LendingRule<P> } = {
  'aave-v3': AAVE_V3,
  'compound-v3': COMPOUND_V3,
  'aave-v4': AAVE_V4,
}

/** The rules of a position's own protocol. They are asked about that position: `lendingRule(leg).accountOf(leg)`. */
export function lendingRule({ protocol }: LendingPosition): LendingRule<LendingPosition> {
  // The key is the position's own; the compiler cannot see that it picks the rule of the same protocol.
  return RULES[protocol] as LendingRule<LendingPosition>
}

/** What a loan account can still borrow. */
export type Borrowing = {
  /** Debt over collateral; null without collateral. */
  readonly ltv: Decimal | null
  /** The most it may be for new borrowing; null without collateral. */
  readonly maxLtv: Decimal | null
  /** USD that can still be borrowed by the account's own limits; caps, pauses and empty reserves may leave less. */
  readonly headroomUsd: Decimal
  /** USD to repay before anything can be borrowed again. */
  readonly repayToMaxLtvUsd: Decimal
  /** Borrowable over debt: below 1 nothing can be borrowed or withdrawn. Null without debt. */
  readonly health: Decimal | null
}

/** Loan-to-value, its limit, and what is left of it. @see RISK 1.2, 1.3 */
export function borrowingOf({ collateralUsd, borrowableUsd, debtUsd }: LoanAccount): Borrowing {
  const backed = collateralUsd.gt(0)
  return {
    ltv: backed ? debtUsd.div(collateralUsd) : null,
    maxLtv: backed ? borrowableUsd.div(collateralUsd) : null,
    headroomUsd: Decimal.max(ZERO, borrowableUsd.minus(debtUsd)),
    repayToMaxLtvUsd: Decimal.max(ZERO, debtUsd.minus(borrowableUsd)),
    health: debtUsd.gt(0) ? borrowableUsd.div(debtUsd) : null,
  }
}
