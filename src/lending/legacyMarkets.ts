import { AAVE_V2_BOOK } from './addressBook.ts'
import { CHAINS } from './chains.ts'
import type { Market } from './protocol.ts'

/** What is left of Aave v2, by the LendingPool: `polygon-v2`, `ethereum-v2`, `ethereum-v2-amm`. */
export const AAVE_V2_MARKETS: readonly Market[] = CHAINS.flatMap((chain) =>
  AAVE_V2_BOOK.filter(([, market]) => market.CHAIN_ID === chain.id).map(([module, market]) => {
    const instance = module.replace(new RegExp(`^${chain.name}`, 'i'), '')
    return {
      name: [chain.name, 'v2', instance.toLowerCase()].filter((word) => word !== '').join('-'),
      title: ['Aave v2', chain.title, instance].filter((word) => word !== '').join(' '),
      ...{ protocol: 'aave-v2', chainId: chain.id, address: market.POOL },
    }
  }),
)

/** Compound v2, by its Comptroller. @see https://docs.compound.finance/v2/ "Networks" */
export const COMPOUND_V2_MARKETS: readonly Market[] = [
  {
    name: 'ethereum-compound-v2',
    title: 'Compound v2 Ethereum',
    protocol: 'compound-v2',
    chainId: 1,
    address: '0x3d9819210A31b4961b30EF54bE2aeD79B9c9Cd3B',
  },
]
