import type { AccountReading } from '../../src/futures/exchange.ts'
import type { Change } from '../futures/openAccount.ts'
import type { VenueServer } from '../sandbox/venueServer.ts'
import type { AccountInput } from '../sandbox/venues/held.ts'

/** A venue under the contract suite: its double, and a reader of it. */
export type VenueBench = {
  readonly server: VenueServer
  readonly read: (change?: Change) => Promise<AccountReading>
  /** Replaces the account whole. */
  readonly account: (input: AccountInput) => void
  readonly setMark: (symbol: string, mark: string) => void
  /**
   * The pools that the venue, by its own rule, liquidates where one mark stands elsewhere: `cross`, `cross ETH` of an inverse coin, or
   * `ETHUSDT long` of an isolated position.
   */
  readonly deadAt: (symbol: string, mark: string) => readonly string[]
  readonly tickOf: (symbol: string) => string
  readonly close: () => Promise<void>
}

/** What the contract has to know of a venue. */
export type VenueFacts = {
  readonly name: string
  /** Its markets of three coins, with marks of 3,000, 90,000 and 150. */
  readonly symbols: { readonly eth: string; readonly btc: string; readonly sol: string }
  /** The id of the cross pool's leg. */
  readonly cross: string
  readonly isolatedId: (symbol: string, side: 'long' | 'short') => string
  /** Whether it holds a long and a short of one symbol apart. */
  readonly hedges: boolean
  /** Its inverse market of ETH and the id of the cross pool it settles in; null: it has none that hullmark reads. */
  readonly inverse: { readonly eth: string; readonly cross: string } | null
  /** Whether several symbols of one cross pool can be told. False: such a pool is a gap. */
  readonly crossOfMany: boolean
  /**
   * Whether maintenance is taken from the venue's own liquidation price, because the venue publishes none: then nothing of the venue's
   * confirms ours, and without that price there is a gap. Left out: it is not.
   */
  readonly anchored?: boolean
  /** Whether one account holds its positions either all isolated or all in cross. Left out: each has its own mode. */
  readonly oneMode?: boolean
  /** Names of requests for the double's faults: the positions, and what the markets stand at. */
  readonly requests: { readonly positions: string; readonly marks: string }
  /** Takes the venue's own liquidation price out of an answer that lists positions: missing, or 0. */
  readonly withoutPrice: (answer: unknown, none: null | '0') => unknown
  /** Takes one market out of an answer that says what they stand at. */
  readonly withoutMark: (answer: unknown, symbol: string) => unknown
  /** Takes all positions out of an answer that lists them, and leaves the margin. */
  readonly withoutPositions: (answer: unknown) => unknown
  /** @param more - So many more markets, `M0`, `M1`, ... */
  readonly open: (more?: number) => Promise<VenueBench>
}
