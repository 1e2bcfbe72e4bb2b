import type { Address, Hex } from 'viem'
import type { Cash, Gap } from '../risk/leg.ts'
import type { Dispute, LendingPosition } from '../risk/lendingPosition.ts'
import type { BlockStamp } from '../risk/source.ts'
import type { Secret } from '../secret.ts'

/** A machine that answers for a chain. The URL is a secret: it often holds a key. */
export type ChainNode = {
  readonly rpc: Secret
  /** Who runs it, as far as its address tells without giving a key away: `alchemy.com`, `127.0.0.1:8545`. */
  readonly operator: string
  /** A public node that hullmark chose because the user named none: it learns wallets and IP address. */
  readonly publicDefault: boolean
}

/** Where a chain is read. */
export type ChainEndpoint = {
  /** `ethereum`: the name used in the book file. */
  readonly name: string
  /** `Ethereum`. */
  readonly title: string
  readonly chainId: number
  /** At least one. The first is asked first, the others confirm it: each is run by another operator. */
  readonly nodes: readonly ChainNode[]
}

/** A lending market, named by the one address from which all its others are found. */
export type Market = {
  /** `ethereum-core`. */
  readonly name: string
  /** `Aave v3 Ethereum`. */
  readonly title: string
  readonly protocol: string
  readonly chainId: number
  /** Aave v3: the PoolAddressesProvider. Compound III: the Comet. */
  readonly address: Address
}

/** One ask of the lens, answered: the bytes its piece returned, or why there are none. */
export type LensAnswer =
  | { readonly ok: true; readonly bytes: Hex }
  /** `reason` continues a sentence about the market: `has no contract at its address`. */
  | { readonly ok: false; readonly reason: string; readonly tooMuch: boolean }

/** A contract account that a wallet owns, as a registry on the chain says. */
export type OwnedAccount = {
  readonly account: Address
  readonly owner: Address
  readonly title: 'DSProxy' | 'Instadapp account'
  /** Whether every node that was asked says so. One is enough for its loans to be looked at, not for what it holds to be cash. */
  readonly agreed: boolean
}

/** What a wallet is that is no plain account, in words: `a Safe of 3 owners, 2 of whom sign`. */
export type WalletKind = { readonly wallet: Address; readonly title: string }

/** What a protocol makes of its answers. A market or wallet that failed is a gap beside the others' positions. */
export type Reading = {
  readonly positions: readonly LendingPosition[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
  /** What the user should know and no position tells: `the balance of X could not be read`. */
  readonly notes: readonly string[]
  /** Contract accounts that the wallets own; left out by those who look for none. */
  readonly owned?: readonly OwnedAccount[]
  /** Wallets that are contracts; left out by those who look for none. */
  readonly kinds?: readonly WalletKind[]
}

/** A chain as one node, or several that were held against each other, told it. */
export type ChainReading = Required<Reading> & {
  /** Where nodes said different things of one loan at one block. */
  readonly disputes: readonly Dispute[]
  /** Whether a second operator gave the same answer, to the last digit of every position. */
  readonly confirmed: boolean
}

/** Maps an asset of a chain to what moves its price. */
export type FactorOf = (chainId: number, token: Address) => { readonly factor: string; readonly basis: string | null }

/** How a reading was come by, the same for every leg of the chain. */
export type ReadContext = {
  readonly chainName: string
  readonly block: BlockStamp
  /** Our clock when the answer had arrived, milliseconds since 1970. */
  readonly readAt: number
  readonly operators: readonly string[]
  readonly confirmed: boolean
  readonly notes: readonly string[]
  readonly factorOf: FactorOf
}

/** A lending protocol: what it asks of a chain, and how it reads the answer. `chainReader` does the rest, in one call a chain. */
export type LendingProtocol = {
  /** `aave-v3`: the name used in the book file. */
  readonly name: string
  /** `Aave v3`. */
  readonly title: string
  /** What of it is read: words after the title and a colon. */
  readonly supports: string
  /** How the liquidation price is obtained, for `venues`. */
  readonly liquidation: string
  /** Its production markets. */
  readonly markets: readonly Market[]
  /** Runtime code that answers `ask`, placed by state override, never deployed. */
  readonly lens: Hex
  /** One call of the lens for each market, all wallets in it. */
  readonly ask: (markets: readonly Market[], wallets: readonly Address[]) => readonly Hex[]
  /**
   * How many of the wallets asked for, from the first on, an answer tells of: a lens may end early where the call's gas runs low, and is
   * asked again for the others. One that tells of all or reverts with `OutOfGas` needs none of this.
   */
  readonly told?: (bytes: Hex, asked: number) => number
  /** Reads the answers, in the order of the asks. Never throws for one bad market: that is a gap. */
  readonly read: (
    markets: readonly Market[],
    wallets: readonly Address[],
    answers: readonly LensAnswer[],
    context: ReadContext,
  ) => Reading
}

/** What the lens asks, and how the answer is read, of a market or of what is asked like one. */
export type LensPiece = Pick<LendingProtocol, 'lens' | 'ask' | 'told' | 'read'>

/** Everything to be read of one chain in one pass. */
export type ChainQuery = {
  readonly endpoint: ChainEndpoint
  readonly markets: readonly Market[]
  readonly wallets: readonly Address[]
  /**
   * What becomes of the contract accounts that the wallets own: they are read as well, and a registry that does not answer is a gap;
   * or they are only named, for the book says what is watched; or nobody asks for them.
   */
  readonly owned: 'read' | 'named' | 'unasked'
  readonly factorOf: FactorOf
}

/** What a reader may use of the world; doubles in tests stand behind the socket, not here. */
export type ReadTools = {
  /** Ends every wait of the pass. */
  readonly signal: AbortSignal
  /** Deadline of one request, milliseconds. */
  readonly requestMs: number
  /** Bounded: reads the whole body, follows no redirect, throws typed errors (`boundedFetch`). */
  readonly fetch: typeof fetch
  /** Our clock, milliseconds since 1970. */
  readonly now: () => number
}
