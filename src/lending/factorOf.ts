import type { Address } from 'viem'
import { NATIVE } from '../risk/asset.ts'
import { type FactorRef, factorOfName, ownFactor } from '../risk/factors.ts'
import { AAVE_V3_BOOK } from './addressBook.ts'
import { BITCOIN, CHAINS } from './chains.ts'
import { COMPOUND_V3_TOKENS } from './compoundV3Tokens.ts'

/** How a token is found: `1/0xc02a...`, lower case. A symbol would do for a forger. */
export function tokenKey(chainId: number, token: Address): string {
  return `${chainId}/${token.toLowerCase()}`
}

/** Names in the address book that mean another coin on that chain, or the same coin by another name. */
const RENAMED: Readonly<Record<string, string>> = {
  USDCn: 'USDC',
  USDt: 'USDT',
  miMATIC: 'MAI',
  // Mento's dollar, not MegaETH's.
  '42220/USDm': 'USDm.celo',
}

/** The canonical name of every asset listed in a production market, and of each chain's own coin. */
const NAMES: ReadonlyMap<string, string> = new Map([
  [tokenKey(1, BITCOIN), 'BTC'],
  ...CHAINS.map(({ id, coin }) => [tokenKey(id, NATIVE), coin] as const),
  ...Object.entries(COMPOUND_V3_TOKENS).flatMap(([chainId, tokens]) =>
    Object.entries(tokens).map(([name, token]) => [tokenKey(Number(chainId), token), name] as const),
  ),
  ...AAVE_V3_BOOK.flatMap(([, { CHAIN_ID, ASSETS }]) =>
    Object.entries(ASSETS).map(([key, { UNDERLYING }]) => {
      // Where Circle's own USDC is listed as USDCn, the plain name is the bridged one.
      const bridged = key === 'USDC' && 'USDCn' in ASSETS
      return [tokenKey(CHAIN_ID, UNDERLYING), bridged ? 'USDCe' : (RENAMED[`${CHAIN_ID}/${key}`] ?? RENAMED[key] ?? key)] as const
    }),
  ),
])

/**
 * What moves the price of a token, found by chain and address. An asset that neither the user nor the address book maps is
 * a factor of its own.
 *
 * @param overrides - The user's own words, by {@link tokenKey}; they come first.
 * @see RISK 1.1
 */
export function factorOf(chainId: number, token: Address, overrides: ReadonlyMap<string, FactorRef> = new Map()): FactorRef {
  const key = tokenKey(chainId, token)
  const name = NAMES.get(key)
  const known = name === undefined ? null : factorOfName(name)
  return overrides.get(key) ?? known ?? ownFactor(`eip155:${key}`)
}
