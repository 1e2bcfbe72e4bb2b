import type { Address } from 'viem'
import { CHAINS } from './chains.ts'
import type { Market } from './protocol.ts'

type Registry = {
  readonly piece: 'ds-proxy' | 'instadapp'
  readonly whose: string
  readonly chain: string
  readonly address: Address
}

/**
 * The contracts that list whose contract accounts are: one DSProxy a user, and the Instadapp accounts that obey a user.
 *
 * @see https://docs.makerdao.com/smart-contract-modules/proxy-module `ProxyRegistry`
 * @see https://github.com/defisaver/defisaver-v3-contracts its addresses by chain; Optimism's in rotki, Base's in Summer.fi's, too
 * @see https://docs.instadapp.io/networks `InstaList` by chain; https://github.com/Instadapp/dsa-connectors `stores.sol` for Base
 */
const REGISTRIES: readonly Registry[] = [
  { piece: 'ds-proxy', whose: 'Maker', chain: 'ethereum', address: '0x4678f0a6958e4D2Bc4F1BAF7Bc52E8F3564f3fE4' },
  { piece: 'ds-proxy', whose: 'DeFi Saver', chain: 'arbitrum', address: '0x283Cc5C26e53D66ed2Ea252D986F094B37E6e895' },
  { piece: 'ds-proxy', whose: 'DeFi Saver', chain: 'optimism', address: '0x283Cc5C26e53D66ed2Ea252D986F094B37E6e895' },
  { piece: 'ds-proxy', whose: 'DeFi Saver', chain: 'base', address: '0x425fA97285965E01Cc5F951B62A51F6CDEA5cc0d' },
  { piece: 'instadapp', whose: 'Instadapp', chain: 'ethereum', address: '0x4c8a1BEb8a87765788946D6B19C6C6355194AbEb' },
  { piece: 'instadapp', whose: 'Instadapp', chain: 'arbitrum', address: '0x3565F6057b7fFE36984779A507fC87b31EFb0f09' },
  { piece: 'instadapp', whose: 'Instadapp', chain: 'base', address: '0x9926955e0Dd681Dc303370C52f4Ad0a4dd061687' },
  { piece: 'instadapp', whose: 'Instadapp', chain: 'optimism', address: '0x9926955e0Dd681Dc303370C52f4Ad0a4dd061687' },
  { piece: 'instadapp', whose: 'Instadapp', chain: 'polygon', address: '0x839c2D3aDe63DF5b0b8F3E57D5e145057Ab41556' },
  { piece: 'instadapp', whose: 'Instadapp', chain: 'avalanche', address: '0x9926955e0Dd681Dc303370C52f4Ad0a4dd061687' },
]

/** The registries of a chain, as the lens is asked: each like a market. */
export function registriesOf(chainId: number): readonly Market[] {
  const chain = CHAINS.find(({ id }) => id === chainId)
  if (chain === undefined) return []
  return REGISTRIES.filter((registry) => registry.chain === chain.name).map(({ piece, whose, address }) => ({
    name: `${chain.name}-${piece}`,
    title: `${whose}'s ${piece === 'ds-proxy' ? 'proxy registry' : 'list of accounts'} on ${chain.title}`,
    protocol: piece,
    ...{ chainId, address },
  }))
}

/** Not a contract: the question what the wallets themselves are, asked like a market. */
export function walletKindsOf(chainId: number): Market {
  const address = '0x0000000000000000000000000000000000000000'
  return { name: 'wallet-kinds', title: 'What the wallets are', protocol: 'wallet-kinds', chainId, address }
}
