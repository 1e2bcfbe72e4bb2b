import { Decimal } from './decimal.ts'
import type { LendingPosition } from './lendingPosition.ts'
import { lendingRule } from './rules/lending.ts'

/**
 * A loan's health by our arithmetic or its contract's own word, whichever is less; null: nothing is owed. Where a price is missing the
 * contract's word alone.
 */
export function loanHealth(position: LendingPosition): Decimal | null {
  const rule = lendingRule(position)
  const reported = rule.reported(position).health
  try {
    const { health } = rule.accountOf(position)
    return health === null || reported === null ? (health ?? reported) : Decimal.min(health, reported)
  } catch {
    return reported
  }
}
