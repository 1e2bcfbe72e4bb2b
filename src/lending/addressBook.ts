import * as addressBook from '@aave-dao/aave-address-book'
import type { Address } from 'viem'

/** The part of an address book module that hullmark reads. */
type AddressBookMarket = {
  readonly CHAIN_ID: number
  readonly POOL_ADDRESSES_PROVIDER: Address
  readonly POOL: Address
  readonly ASSETS: Readonly<Record<string, { readonly UNDERLYING: Address }>>
}

const TEST_NETWORK = /Sepolia|Fuji/

/** Modules of one version by what their names say beyond it. */
function modulesOf(prefix: string): readonly (readonly [string, AddressBookMarket])[] {
  return Object.entries(addressBook)
    .filter(([module]) => module.startsWith(prefix) && !TEST_NETWORK.test(module))
    .map(([module, market]) => [module.slice(prefix.length), market as AddressBookMarket])
}

/** The production instances of Aave v3, as the address book calls them: `Ethereum`, `EthereumLido`. */
export const AAVE_V3_BOOK = modulesOf('AaveV3')

/** Those of Aave v2 that were: `Ethereum`, `EthereumAMM`, `Polygon`. */
export const AAVE_V2_BOOK = modulesOf('AaveV2')
