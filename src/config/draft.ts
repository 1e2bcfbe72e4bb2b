import type { Address } from 'viem'
import type { FactorRef } from '../risk/factors.ts'
import type { Policy } from '../risk/grade.ts'
import type { Means } from '../risk/means.ts'
import type { WatchDraft } from './watchDraft.ts'

/** A market as the user named it: with an address, one of his own. */
export type MarketDraft = {
  readonly place: string
  readonly name: string
  readonly address: Address | null
  readonly title: string | null
}

/** Wallets in markets of one chain, before names are looked up. */
export type LoanDraft = {
  readonly place: string
  readonly protocol: string
  readonly chain: string
  readonly wallets: readonly Address[]
  /** Null: all known markets of the chain. */
  readonly markets: readonly MarketDraft[] | null
}

/** An exchange account, before its variables are read. */
export type AccountDraft = {
  readonly place: string
  readonly exchange: string
  readonly name: string
  /** Names of variables. */
  readonly key: string
  readonly secret: string
  readonly allowTrading: boolean
  readonly endpoint: string | null
}

/** What the book file says of a chain. */
export type ChainDraft = {
  readonly place: string
  readonly name: string
  readonly id: number | null
  readonly title: string | null
  /** The name of the variable that holds the node's URL, and where that name stands. */
  readonly rpc: { readonly variable: string; readonly place: string } | null
}

/** A book as written down, in the book file or in variables alone. */
export type BookDraft = {
  readonly name: string
  readonly chains: readonly ChainDraft[]
  readonly loans: readonly LoanDraft[]
  readonly accounts: readonly AccountDraft[]
  /** By `31337/0x..`. */
  readonly assets: ReadonlyMap<string, FactorRef>
  readonly policy: Policy
  readonly means: Means
  readonly requestMs: number
  readonly passMs: number
  readonly watch: WatchDraft
}

/** Deadlines where nobody states others, milliseconds. @see RELIABILITY rule 3 */
export const DEFAULT_REQUEST_MS = 10_000
export const DEFAULT_PASS_MS = 45_000

/** What an account or a book is called where nobody says. */
export const DEFAULT_NAME = 'main'

/** The variables that hold an exchange's key, without a book file: `BINANCE_API_KEY`. */
export function exchangeVariables(exchange: string): {
  readonly key: string
  readonly secret: string
  readonly allowTrading: string
} {
  const prefix = exchange.toUpperCase()
  return { key: `${prefix}_API_KEY`, secret: `${prefix}_API_SECRET`, allowTrading: `${prefix}_ALLOW_TRADING` }
}

/** The variable that holds the URL of a chain's node: `ETHEREUM_RPC_URL`. */
export function rpcVariable(chain: string): string {
  return `${chain.toUpperCase().replaceAll('-', '_')}_RPC_URL`
}
