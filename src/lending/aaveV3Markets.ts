import type { Address } from 'viem'
import { AAVE_V3_BOOK } from './addressBook.ts'
import { CHAINS, type KnownChain } from './chains.ts'
import type { Market } from './protocol.ts'

/** What a production instance is called. The instance is what the module's name says beyond its chain: nothing for the main one. */
function nameOf(chain: KnownChain, module: string): Pick<Market, 'name' | 'title'> {
  const instance = module.replace(new RegExp(`^${chain.name}`, 'i'), '')
  return {
    name: `${chain.name}-${instance === '' ? 'core' : instance.toLowerCase()}`,
    title: ['Aave v3', chain.title, instance].filter((word) => word !== '').join(' '),
  }
}

/** The production markets of Aave v3: `ethereum-core`, `ethereum-lido`, `arbitrum-core`, in the order of the chains. */
export const AAVE_V3_MARKETS: readonly Market[] = CHAINS.flatMap((chain) =>
  AAVE_V3_BOOK.filter(([, market]) => market.CHAIN_ID === chain.id).map(([module, market]) => ({
    ...nameOf(chain, module),
    ...{ protocol: 'aave-v3', chainId: chain.id, address: market.POOL_ADDRESSES_PROVIDER },
  })),
)

/** The Pool that the address book names for a production market; null for one that it does not know. */
export function publishedPool(chainId: number, market: string): Address | null {
  const chain = CHAINS.find(({ id }) => id === chainId)
  if (chain === undefined) return null
  const found = AAVE_V3_BOOK.find(([module, { CHAIN_ID }]) => CHAIN_ID === chainId && nameOf(chain, module).name === market)
  return found?.[1].POOL ?? null
}
