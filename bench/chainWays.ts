import type { Address } from 'viem'

/** What a process is to read, and how. */
export type ChainJob = {
  readonly way: 'ping' | 'ours' | 'helpers' | 'multicall'
  readonly url: string
  readonly chainId: number
  /** The PoolAddressesProvider. */
  readonly provider: Address
  readonly pool: Address
  /** The data provider in today's layout, and a multicall contract. */
  readonly dataProvider: Address
  readonly multicall: Address
  readonly wallets: readonly Address[]
}

/** Reads once. @returns each wallet's health, as that way tells it */
export type Read = () => Promise<readonly (readonly [string, string])[]>

/** What one reading took. */
export type ReaderAnswer = {
  readonly wallMs: number
  readonly cpuMs: number
  readonly healths: readonly (readonly [string, string])[]
}

/** Wallets that contract-helpers is asked for at a time. */
export const AT_ONCE = 20
