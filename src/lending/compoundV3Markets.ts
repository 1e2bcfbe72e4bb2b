import {
  AaveV3Ethereum,
  ChainlinkArbitrum,
  ChainlinkBase,
  ChainlinkEthereum,
  ChainlinkLinea,
  ChainlinkOptimism,
} from '@aave-dao/aave-address-book'
import type { Address } from 'viem'
import { BITCOIN, CHAINS } from './chains.ts'
import type { Market } from './protocol.ts'

/** What the prices of a market are counted in, where that is not USD. */
export type Quote = {
  /** Finds its factor; of the chain of the market. */
  readonly token: Address
  readonly symbol: string
  /** Tells USD of one unit, as Chainlink's feeds do. The market itself has no use for it, and no such feed. */
  readonly feed: Address
}

type Comet = { readonly base: string; readonly address: Address; readonly quote?: Quote }

const eth = (token: Address, feed: Address): Quote => ({ token, symbol: 'WETH', feed })

/**
 * Chain -> its markets. One whose base feed is a constant counts in its base asset; the WBTC market counts in BTC.
 *
 * @see compound-finance/comet `deployments`: `roots.json` for the addresses, `configuration.json` and `deploy.ts` for the feeds
 */
const COMETS: Readonly<Record<string, readonly Comet[]>> = {
  ethereum: [
    { base: 'USDC', address: '0xc3d688B66703497DAA19211EEdff47f25384cdc3' },
    { base: 'USDT', address: '0x3Afdc9BCA9213A35503b077a6072F3D0d5AB0840' },
    {
      base: 'WETH',
      address: '0xA17581A9E3356d9A858b789D68B4d866e593aE94',
      quote: eth('0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2', ChainlinkEthereum.ETH__USD),
    },
    { base: 'USDS', address: '0x5D409e56D886231aDAf00c8775665AD0f9897b56' },
    {
      base: 'wstETH',
      address: '0x3D0bb1ccaB520A66e607822fC55BC921738fAFE3',
      quote: {
        token: '0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0',
        symbol: 'wstETH',
        feed: AaveV3Ethereum.ASSETS.wstETH.ORACLE,
      },
    },
    {
      base: 'WBTC',
      address: '0xe85Dc543813B8c2CFEaAc371517b925a166a9293',
      quote: { token: BITCOIN, symbol: 'BTC', feed: ChainlinkEthereum.BTC__USD },
    },
  ],
  arbitrum: [
    { base: 'USDC', address: '0x9c4ec768c28520B50860ea7a15bd7213a9fF58bf' },
    { base: 'USDC.e', address: '0xA5EDBDD9646f8dFF606d7448e414884C7d905dCA' },
    { base: 'USDT', address: '0xd98Be00b5D27fc98112BdE293e487f8D4cA57d07' },
    {
      base: 'WETH',
      address: '0x6f7D514bbD4aFf3BcD1140B7344b32f063dEe486',
      quote: eth('0x82aF49447D8a07e3bd95BD0d56f35241523fBab1', ChainlinkArbitrum.ETH__USD),
    },
  ],
  base: [
    { base: 'USDC', address: '0xb125E6687d4313864e53df431d5425969c15Eb2F' },
    {
      base: 'WETH',
      address: '0x46e6b214b524310239732D51387075E0e70970bf',
      quote: eth('0x4200000000000000000000000000000000000006', ChainlinkBase.ETH__USD),
    },
    { base: 'USDbC', address: '0x9c4ec768c28520B50860ea7a15bd7213a9fF58bf' },
    { base: 'AERO', address: '0x784efeB622244d2348d4F2522f8860B96fbEcE89' },
    { base: 'USDS', address: '0x2c776041CCFe903071AF44aa147368a9c8EEA518' },
  ],
  optimism: [
    { base: 'USDC', address: '0x2e44e174f7D53F0212823acC11C01A11d58c5bCB' },
    { base: 'USDT', address: '0x995E394b8B2437aC8Ce61Ee0bC610D617962B214' },
    {
      base: 'WETH',
      address: '0xE36A30D249f7761327fd973001A32010b521b6Fd',
      quote: eth('0x4200000000000000000000000000000000000006', ChainlinkOptimism.ETH__USD),
    },
  ],
  polygon: [
    { base: 'USDC', address: '0xF25212E676D1F7F89Cd72fFEe66158f541246445' },
    { base: 'USDT', address: '0xaeB318360f27748Acb200CE616E389A6C9409a07' },
  ],
  linea: [
    { base: 'USDC', address: '0x8D38A3d6B3c3B7d96D6536DA7Eef94A9d7dbC991' },
    {
      base: 'WETH',
      address: '0x60F2058379716A64a7A5d29219397e79bC552194',
      quote: eth('0xe5D7C2a44FfDDf6b295A15c148167daaAf5Cf34f', ChainlinkLinea.ETH__USD),
    },
  ],
  mantle: [{ base: 'USDe', address: '0x606174f62cd968d8e684c645080fa694c1D7786E' }],
  scroll: [{ base: 'USDC', address: '0xB2f97c1Bd3bf02f5e74d13f02E3e26F93D77CE44' }],
  // The address book does not know the two chains below: the feeds are those that the markets' own deployments build upon.
  unichain: [
    { base: 'USDC', address: '0x2c7118c4C88B9841FCF839074c26Ae8f035f2921' },
    {
      base: 'WETH',
      address: '0x6C987dDE50dB1dcDd32Cd4175778C2a291978E2a',
      quote: eth('0x4200000000000000000000000000000000000006', '0xe8D9FbC10e00ecc9f0694617075fDAF657a76FB2'),
    },
  ],
  ronin: [
    {
      base: 'WETH',
      address: '0x4006eD4097Ee51c09A04c3B0951D28CCf19e6DFE',
      quote: eth('0xc99a6A985eD2Cac1ef41640596C5A5f9F4E19Ef5', '0x662Fdb0E7D95d89CD3458E4A3506296E48BB1F44'),
    },
    { base: 'WRON', address: '0xc0Afdbd1cEB621Ef576BA969ce9D4ceF78Dbc0c0' },
  ],
}

type Listed = { readonly market: Market; readonly quote: Quote | null }

const LISTED: readonly Listed[] = CHAINS.flatMap((chain) =>
  (COMETS[chain.name] ?? []).map(({ base, address, quote }) => ({
    market: {
      name: `${chain.name}-${base.toLowerCase().replace('.', '')}`,
      title: `Compound III ${chain.title} ${base}`,
      protocol: 'compound-v3',
      chainId: chain.id,
      address,
    },
    quote: quote ?? null,
  })),
)

/** The production markets of Compound III: `ethereum-usdc`, `arbitrum-usdce`, in the order of the chains. */
export const COMPOUND_V3_MARKETS: readonly Market[] = LISTED.map(({ market }) => market)

/**
 * What a market counts in: null for USD, undefined for a market that is not in the list. One address may be two markets on two
 * chains, so the chain is part of the question.
 */
export function listedQuote({ chainId, address }: Pick<Market, 'chainId' | 'address'>): Quote | null | undefined {
  return LISTED.find(({ market }) => market.chainId === chainId && market.address.toLowerCase() === address.toLowerCase())?.quote
}
