import { IncompleteAnswerError } from '../../errors.ts'
import type { Asset } from '../asset.ts'
import { type Decimal, fromUnits, sum, ZERO } from '../decimal.ts'
import type { Path } from '../path.ts'
import type { SlackLine } from '../slackLine.ts'
import type { Holding, LoanAccount } from './lendingRule.ts'

/** One balance of a loan as the affine model weighs it. */
export type Balance = Holding & {
  /** Share that covers debt; 0 for what is no collateral. Of no meaning for a debt, which counts in full. */
  readonly cover: Decimal
  /** Share that can be borrowed against. */
  readonly borrow: Decimal
}

/** What a balance is worth: `price` units of `unitUsd` USD for each whole token. */
export type Priced = {
  readonly asset: Asset
  readonly decimals: number
  readonly price: bigint | null
  readonly unitUsd: Decimal
}

/** USD of a balance. @throws IncompleteAnswerError when it has no price: nothing is worth 0 by default. */
export function usdOf(raw: bigint, { asset, decimals, price, unitUsd }: Priced, venue: string): Decimal {
  if (raw === 0n) return ZERO
  if (price === null) throw new IncompleteAnswerError(venue, `oracle price of ${asset.symbol}`)
  return fromUnits(raw * price, decimals).times(unitUsd)
}

/** The sums of an account that no contract rounds. @see RISK 1.2, 1.3 */
export function sumsOf(
  balances: readonly Balance[],
): Pick<LoanAccount, 'collateralUsd' | 'weightedUsd' | 'borrowableUsd' | 'debtUsd'> {
  const owned = balances.filter(({ usd }) => usd.gt(0))
  const owed = balances.filter(({ usd }) => usd.lt(0))
  return {
    collateralUsd: sum(owned.filter(({ cover }) => cover.gt(0)).map(({ usd }) => usd)),
    weightedUsd: sum(owned.map(({ usd, cover }) => usd.times(cover))),
    borrowableUsd: sum(owned.map(({ usd, borrow }) => usd.times(borrow))),
    debtUsd: sum(owed.map(({ usd }) => usd)).neg(),
  }
}

/** Weighted collateral less debt along a path, USD; null when nothing is owed: such a loan never dies. */
export function lineOf(balances: readonly Balance[], path: Path): SlackLine | null {
  if (!balances.some(({ usd }) => usd.lt(0))) return null
  const slack = (group: readonly Balance[]): Decimal => sum(group.map(({ usd, cover }) => (usd.lt(0) ? usd : usd.times(cover))))
  const still = slack(balances.filter(({ asset }) => !path.moves(asset)))
  const moving = slack(balances.filter(({ asset }) => path.moves(asset)))
  return { at: (s) => still.plus(moving.times(s)), edges: [] }
}
