import type { Asset } from './asset.ts'
import type { Decimal } from './decimal.ts'
import type { LendingPosition } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'

/** The smallest thing a venue liquidates as a whole. */
export type Leg = LendingPosition | MarginAccount

/** Free money outside every leg. */
export type Cash = {
  readonly id: string
  /** `wallet 0xab..cd on Ethereum`. */
  readonly place: string
  readonly asset: Asset
  /** Whole units. */
  readonly amount: Decimal
  /** USD of one whole unit; null: not known, so it is not counted. */
  readonly price: Decimal | null
}

/** Something that could not be read, with the reason. A view with a gap is never `ok`. */
export type Gap = {
  /** The leg, or the venue when not even its legs could be listed. */
  readonly leg: string
  readonly code: string
  /** One sentence for the user. */
  readonly reason: string
  readonly hint: string
  readonly retryable: boolean
}

/** Everything that one pass read, and nothing derived: saved, replayed, and the whole input of the risk view. */
export type Snapshot = {
  readonly book: string
  /** Our clock when the last answer had arrived, milliseconds since 1970. */
  readonly at: number
  readonly legs: readonly Leg[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
  /** Facts about the reading that belong to no leg: `no position found in Aave v3 Ethereum for 0x..`. */
  readonly notes: readonly string[]
}
