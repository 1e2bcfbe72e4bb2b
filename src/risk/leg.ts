import type { Asset } from './asset.ts'
import type { Decimal } from './decimal.ts'
import type { Dispute, LendingPosition } from './lendingPosition.ts'
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

/** A chain of which nothing is confirmed by a second operator. */
export type OneSource = {
  /** The chain's title, as in the source of its legs. */
  readonly name: string
  /** Whether a second operator was to confirm it and did not, or told something else. */
  readonly missed: boolean
}

/** Everything that one pass read, and nothing derived: saved, replayed, and the whole input of the risk view. */
export type Snapshot = {
  readonly book: string
  /** Our clock when the last answer had arrived, milliseconds since 1970. */
  readonly at: number
  readonly legs: readonly Leg[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
  /** Loans of which two nodes said different things at one block. */
  readonly disputes: readonly Dispute[]
  /** Chains that one operator alone told of: what is not there, too, is only its word. */
  readonly oneSource: readonly OneSource[]
  /** Facts about the reading that belong to no leg: `no position found in Aave v3 Ethereum for 0x..`. */
  readonly notes: readonly string[]
}
