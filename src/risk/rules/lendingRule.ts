import type { Asset } from '../asset.ts'
import { type Decimal, ONE } from '../decimal.ts'
import type { LendingPosition } from '../lendingPosition.ts'
import type { Path, PriceRef } from '../path.ts'
import type { Direction, SlackLine } from '../slackLine.ts'
import { unitOf, wholeOf, wordsOf } from '../whole.ts'
import type { PriceTrigger } from './priceTrigger.ts'

/** How a loan stands. USD of the affine model, but for the fields that say otherwise. @see RISK 1.2, 1.3 */
export type LoanAccount = {
  /** What is enabled as collateral and covers debt, unweighted. */
  readonly collateralUsd: Decimal
  /** Collateral times its liquidation thresholds: what covers the debt. */
  readonly weightedUsd: Decimal
  /** Collateral times the factors that limit borrowing. */
  readonly borrowableUsd: Decimal
  readonly debtUsd: Decimal
  /** Cover less debt in the contract's own integers, USD; null without debt. */
  readonly exactSlackUsd: Decimal | null
  /** The contract's own health; null without debt. */
  readonly health: Decimal | null
  /** The same in the contract's integers: 1e18 is 1. */
  readonly healthRaw: bigint | null
  /** Whether the contract liquidates it at these prices. */
  readonly tripped: boolean
}

/** One balance of a loan, USD: above 0 what is supplied, below 0 what is owed. */
export type Holding = { readonly asset: Asset; readonly usd: Decimal }

/** One oracle price that a loan can be walked along by itself. */
export type OraclePrice = {
  readonly asset: Asset
  readonly price: bigint
  /** USD of one unit of the price: 1e-8 in USD markets. */
  readonly unitUsd: Decimal
  readonly trigger: (direction: Direction) => PriceTrigger
}

/** A figure of ours and the contract's own, which must be equal to the last digit. */
export type ContractFigure = {
  readonly figure: string
  readonly ours: bigint | null
  readonly venue: bigint | null
  /** Units of 1. */
  readonly scale: Decimal
}

/** What the risk view asks of a lending protocol: one object of this shape for each. */
export type LendingRule<P extends LendingPosition> = {
  /** @throws IncompleteAnswerError for a missing price; UnsupportedError for rules nobody taught us. */
  readonly accountOf: (position: P) => LoanAccount
  /** Every balance, also what is no collateral. @throws IncompleteAnswerError for a balance without a price. */
  readonly holdings: (position: P) => readonly Holding[]
  /** The affine model: weighted collateral less debt, USD. Null when nothing is owed: such a loan never dies. */
  readonly slackLine: (position: P, path: Path) => SlackLine | null
  /** Where the contract's coarse rounding kills along a path; null where its rounding is below the model's notice. */
  readonly roundedDeath: (position: P, path: Path, direction: Direction) => Decimal | null
  /** Every price the position depends on. */
  readonly prices: (position: P) => readonly PriceRef[]
  readonly oraclePrices: (position: P) => readonly OraclePrice[]
  /** The position at other prices: each multiplied, rounded half up to the oracle's own unit. */
  readonly shocked: (position: P, multiplier: (asset: Asset) => Decimal) => P
  /** What the contract itself says: its health (null: it tells none), and whether it calls the loan liquidatable. */
  readonly reported: (position: P) => { readonly health: Decimal | null; readonly tripped: boolean }
  /** Our figures beside the contract's, where it has them. */
  readonly figures: (position: P) => readonly ContractFigure[]
  /** What a reader must know besides the numbers. */
  readonly notes: (position: P) => readonly string[]
}

/** A price times a multiplier, rounded half up to a whole unit of the oracle. */
export function movedPrice(price: bigint | null, multiplier: Decimal): bigint | null {
  if (price === null || multiplier === ONE) return price
  const words = wordsOf(multiplier)
  const unit = unitOf(words)
  return (2n * price * wholeOf(multiplier, words) + unit) / (2n * unit)
}
