import type { Cash, Gap } from '../risk/leg.ts'
import type { MarginAccount } from '../risk/marginAccount.ts'
import type { Secret } from '../secret.ts'
import type { Budgets } from './budget.ts'

/** One read that may leave the process: nothing else does. */
export type DeclaredRead = {
  /** `fapi.binance.com`: the live host, whatever the environment. */
  readonly host: string
  /** Compared whole: `/fapi/v3/account`. */
  readonly path: string
  /** What it costs of the venue's request budget. */
  readonly weight: number
  /** What it costs where one symbol is named. Left out: the same. */
  readonly weightOfOne?: number
} & (
  | { readonly method: 'GET' }
  /** A question put as a JSON body; `type` says which, and is compared whole with the `field` of the body (left out: `type`). */
  | { readonly method: 'POST'; readonly type: string; readonly field?: string }
)

/** What opens an account: a key that the venue issued, or, where accounts are public, their address. */
export type Credential =
  | {
      readonly kind: 'key'
      readonly apiKey: Secret
      readonly apiSecret: Secret
      /** A third part that some venues ask for; null: not this one. */
      readonly passphrase: Secret | null
    }
  | { readonly kind: 'address'; readonly address: string }

/** What a venue asks for, for `.env` and book files. */
export type Opens = 'key' | 'key-and-passphrase' | 'address'

/** Where an account is kept: with money, or in one of the venue's places to practise. */
export type Environment = 'live' | 'demo' | 'testnet'

/** Credentials and settings of one exchange account. */
export type ExchangeAccount = {
  /** The name the user gave it: `main`. */
  readonly name: string
  readonly exchange: string
  readonly credential: Credential
  readonly environment: Environment
  /** The user has said that a key which may trade is acceptable. */
  readonly allowTrading: boolean
  /** A loopback address that stands in for all of the venue's hosts (sandbox); null: the real venue. */
  readonly endpoint: string | null
}

/** What an account holds: its pools, idle cash, and what could not be read. */
export type AccountReading = {
  readonly accounts: readonly MarginAccount[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
  readonly notes: readonly string[]
}

/** What a key may do, as the venue tells it. `null`: the venue has no such call, or did not answer. */
export type KeyRights = {
  readonly read: boolean | null
  readonly trade: boolean | null
  readonly withdraw: boolean | null
  readonly ipRestricted: boolean | null
  /** When the key ends, milliseconds since 1970; null: never, or not told. */
  readonly expiresAt: number | null
}

/** A position that a venue has closed by force: a liquidation, or a deleveraging against somebody else's. */
export type ForcedClose = {
  readonly symbol: string
  /** By the venue's clock, milliseconds since 1970. */
  readonly at: number
  readonly kind: 'liquidation' | 'deleveraging'
}

/** A small store for what a venue rarely changes. May vanish at any time; a value too old is not given back. */
export type Cache = {
  /** The value stored under `key` if it is younger than `maxAgeMs`, else null. Never throws. */
  readonly get: (key: string, maxAgeMs: number) => Promise<unknown>
  /** Stores a JSON value. Never throws: an unwritable cache is reported once through the cache's own warning. */
  readonly set: (key: string, value: unknown) => Promise<void>
}

/** What a reader may use of the world. */
export type ExchangeTools = {
  /** Ends every wait of the pass. */
  readonly signal: AbortSignal
  /** Deadline of one request, milliseconds. */
  readonly requestMs: number
  /** Bounded: reads the whole body, follows no redirect, throws typed errors (`boundedFetch`). */
  readonly fetch: typeof fetch
  /** Our clock, milliseconds since 1970. */
  readonly now: () => number
  readonly cache: Cache
  /** One of a process: all its accounts leave by one address. */
  readonly budgets: Budgets
}

/** What `doctor` learns of an account. */
export type Examination = {
  readonly rights: KeyRights
  /** Our clock less the venue's, milliseconds. */
  readonly clockOffsetMs: number
  /** Facts for the user: `single-asset mode, one-way positions`. */
  readonly facts: readonly string[]
}

/** A futures venue. */
export type Exchange = {
  /** `binance`: the name used in the book file. */
  readonly name: string
  /** `Binance USDⓈ-M`. */
  readonly title: string
  /** What of its accounts is read, and what is said to be unknown: a sentence. */
  readonly supports: string
  readonly opens: Opens
  /** Where accounts can be beside `live`. */
  readonly environments: readonly Exclude<Environment, 'live'>[]
  /** All that may leave the process for this venue, by its live hosts. */
  readonly reads: readonly DeclaredRead[]
  /** How the liquidation price is obtained, for `venues`. */
  readonly liquidation: string
  /** Whether the venue tells what a key may do. */
  readonly rightsProvable: boolean
  /**
   * Reads an account whole.
   *
   * @throws UnreachableError, AccessError, IncompleteAnswerError, UnsupportedError when nothing of the account can be told;
   * a fault of one pool alone is a gap beside the others.
   */
  readonly readAccount: (account: ExchangeAccount, tools: ExchangeTools) => Promise<AccountReading>
  /**
   * What the venue itself has closed since a time of ours (milliseconds), asked when a position is no longer there; null: the venue tells
   * no such thing. Throws like {@link readAccount}.
   */
  readonly forcedCloses:
    | ((account: ExchangeAccount, tools: ExchangeTools, since: number) => Promise<readonly ForcedClose[]>)
    | null
  /** Proves the set-up: key rights, clock, account mode. Throws like {@link readAccount}. */
  readonly examine: (account: ExchangeAccount, tools: ExchangeTools) => Promise<Examination>
}
