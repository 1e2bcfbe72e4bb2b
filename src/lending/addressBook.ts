import * as addressBook from '@aave-dao/aave-address-book'
import type { Address } from 'viem'

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
export const AAVE_V3_BOOK: readonly (readonly [string, AddressBookMarket])[] = Object.entries(addressBook)
  .filter(([module]) => module.startsWith(PREFIX) && !TEST_NETWORK.test(module))
  .map(([module, market]) => [module.slice(PREFIX.length), market as AddressBookMarket])
