import * as addressBook from '@aave-dao/aave-address-book'
import type { Address } from 'viem'
import { type FactorRef, factorOfName, ownFactor } from '../risk/factors.ts'
import { CHAINS, type KnownChain, NATIVE } from './chains.ts'
import type { Market } from './protocol.ts'

/** The part of an address book module that hullmark reads. */
type AddressBookMarket = {
  readonly CHAIN_ID: number
  readonly POOL_ADDRESSES_PROVIDER: Address
  readonly POOL: Address
  readonly ASSETS: Readonly<Record<string, { readonly UNDERLYING: Address }>>
}

const PREFIX = 'AaveV3'
const TEST_NETWORK = /Sepolia|Fuji/

/** The production instances of Aave v3, as the address book calls them: `Ethereum`, `EthereumLido`. */
const BOOK: readonly (readonly [string, AddressBookMarket])[] = Object.entries(addressBook)
  .filter(([module]) => module.startsWith(PREFIX) && !TEST_NETWORK.test(module))
  .map(([module, market]) => [module.slice(PREFIX.length), market as AddressBookMarket])

/** A production market's name: `ethereum-core`. The instance is what the module's name says beyond its chain: nothing for the main one. */
function nameOf(chain: KnownChain, module: string): { readonly name: string; readonly instance: string } {
  const instance = module.replace(new RegExp(`^${chain.name}`, 'i'), '')
  return { name: `${chain.name}-${instance === '' ? 'core' : instance.toLowerCase()}`, instance }
}

/** The production markets of Aave v3: `ethereum-core`, `ethereum-lido`, `arbitrum-core`, in the order of the chains. */
export const AAVE_V3_MARKETS: readonly Market[] = CHAINS.flatMap((chain) =>
  BOOK.filter(([, market]) => market.CHAIN_ID === chain.id).map(([module, market]) => {
    const { name, instance } = nameOf(chain, module)
    return {
      name,
      title: ['Aave v3', chain.title, instance].filter((word) => word !== '').join(' '),
      protocol: 'aave-v3',
      chainId: chain.id,
      address: market.POOL_ADDRESSES_PROVIDER,
    }
  }),
)

/** The Pool that the address book names for a production market; null for one that it does not know. */
export function publishedPool(chainId: number, market: string): Address | null {
  const chain = CHAINS.find(({ id }) => id === chainId)
  if (chain === undefined) return null
  return BOOK.find(([module, { CHAIN_ID }]) => CHAIN_ID === chainId && nameOf(chain, module).name === market)?.[1].POOL ?? null
}

/** The production markets of one chain. */
export function marketsOf(chainId: number): readonly Market[] {
  return AAVE_V3_MARKETS.filter((market) => market.chainId === chainId)
}

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
  ...CHAINS.map(({ id, coin }) => [tokenKey(id, NATIVE), coin] as const),
  ...BOOK.flatMap(([, { CHAIN_ID, ASSETS }]) =>
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
