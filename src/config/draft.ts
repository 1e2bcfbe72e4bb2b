import type { Address } from 'viem'
import type { Environment, Exchange } from '../futures/exchange.ts'
import type { LendingProtocol } from '../lending/protocol.ts'
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
  /** Null: every protocol that has a market there. */
  readonly protocol: string | null
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
  readonly credential: CredentialDraft
  readonly environment: Environment
  readonly allowTrading: boolean
  readonly endpoint: string | null
}

/** What opens an account, as written: the names of the variables that hold the parts of a key, or a public address. */
export type CredentialDraft =
  | { readonly kind: 'key'; readonly key: string; readonly secret: string; readonly passphrase: string | null }
  | { readonly kind: 'address'; readonly address: Address }

/** What the registry of lending protocols tells of each that a book depends on. */
export type ProtocolKinds = Readonly<Record<string, Pick<LendingProtocol, 'title' | 'markets'>>>

/** What the registry of exchanges tells of each that settings depend on. */
export type ExchangeKinds = Readonly<Record<string, Pick<Exchange, 'opens' | 'environments'>>>

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

/** The variables that open an exchange's account where no book file names others: `BINANCE_API_KEY`, `HYPERLIQUID_ADDRESS`. */
export function exchangeVariables(exchange: string): {
  readonly key: string
  readonly secret: string
  readonly passphrase: string
  readonly allowTrading: string
  readonly address: string
} {
  const prefix = exchange.toUpperCase()
  return {
    ...{ key: `${prefix}_API_KEY`, secret: `${prefix}_API_SECRET`, passphrase: `${prefix}_API_PASSPHRASE` },
    ...{ allowTrading: `${prefix}_ALLOW_TRADING`, address: `${prefix}_ADDRESS` },
  }
}

/** Those of them that an exchange has, in the order of `.env.example`: first what opens an account. */
export function variablesOf(exchange: string, { opens }: ExchangeKinds[string]): readonly string[] {
  const { key, secret, passphrase, allowTrading, address } = exchangeVariables(exchange)
  if (opens === 'address') return [address]
  return [key, secret, ...(opens === 'key-and-passphrase' ? [passphrase] : []), allowTrading]
}

/** The variables without which an account of the exchange cannot be opened. */
export function openingVariables(exchange: string, kind: ExchangeKinds[string]): readonly string[] {
  return variablesOf(exchange, kind).filter((name) => name !== exchangeVariables(exchange).allowTrading)
}

/** The variable that holds the URL of a chain's node: `ETHEREUM_RPC_URL`. */
export function rpcVariable(chain: string): string {
  return `${chain.toUpperCase().replaceAll('-', '_')}_RPC_URL`
}
