/** The block that an answer was read at. */
export type BlockStamp = {
  readonly chainId: number
  readonly number: bigint
  readonly hash: string
  /** Seconds since 1970, of the block. */
  readonly timestamp: bigint
}

/** Where a leg's figures come from, and how old they are: our clock and the venue's side by side. */
export type Source = {
  /** `Ethereum`, `Binance`: sources of one name have one clock. */
  readonly name: string
  /** Our clock when the answer had arrived, milliseconds since 1970. */
  readonly readAt: number
  /** The venue's clock for the same moment, milliseconds since 1970; null where it tells none. */
  readonly venueTime: number | null
  readonly block: BlockStamp | null
  /** Who told it: the operators of the nodes that gave this answer, `alchemy.com`. None for an exchange, which is its own. */
  readonly operators: readonly string[]
  /** Whether a second, independent operator gave the same answer. */
  readonly confirmed: boolean
  /** What the reader should know of how it was read: `two requests: the node refuses batches`. */
  readonly notes: readonly string[]
}
