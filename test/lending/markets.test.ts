import { readFileSync } from 'node:fs'
import * as addressBook from '@aave-dao/aave-address-book'
import type { Address } from 'viem'
import { getAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { AAVE_V3_MARKETS } from '../../src/lending/aaveV3Markets.ts'
import { BITCOIN, CHAINS } from '../../src/lending/chains.ts'
import { COMPOUND_V3_MARKETS, listedQuote } from '../../src/lending/compoundV3Markets.ts'
import { factorOf, tokenKey } from '../../src/lending/factorOf.ts'
import { marketsOf, protocols } from '../../src/lending/protocols.ts'
import { NATIVE } from '../../src/risk/asset.ts'

const USDC: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
const WETH: Address = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'

describe('the production markets of Aave v3', () => {
  test('are the 24 that the address book has, test networks left out', () => {
    expect(AAVE_V3_MARKETS).toHaveLength(24)
    // A market on a chain that nobody named would be missing without a word.
    const listed = Object.keys(addressBook).filter((module) => module.startsWith('AaveV3') && !/Sepolia|Fuji/.test(module))
    expect(AAVE_V3_MARKETS).toHaveLength(listed.length)
    expect(AAVE_V3_MARKETS.map(({ name }) => name).join(' ')).not.toMatch(/sepolia|fuji/)
  })

  test('each has its own name and stands at a real address of a known chain', () => {
    expect(new Set(AAVE_V3_MARKETS.map(({ name }) => name)).size).toBe(24)
    for (const { address, chainId, protocol } of AAVE_V3_MARKETS) {
      expect(getAddress(address)).toBe(address)
      expect(CHAINS.map(({ id }) => id)).toContain(chainId)
      expect(protocol).toBe('aave-v3')
    }
  })

  test('Ethereum has four, the main one first', () => {
    const onEthereum = AAVE_V3_MARKETS.filter(({ chainId }) => chainId === 1)
    expect(onEthereum.map(({ name, title }) => [name, title])).toEqual([
      ['ethereum-core', 'Aave v3 Ethereum'],
      ['ethereum-etherfi', 'Aave v3 Ethereum EtherFi'],
      ['ethereum-horizon', 'Aave v3 Ethereum Horizon'],
      ['ethereum-lido', 'Aave v3 Ethereum Lido'],
    ])
    expect(onEthereum[0]?.address).toBe('0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e')
  })
})

describe('the production markets of Compound III', () => {
  test('are the 28 of its deployments on ten chains, each at a real address', () => {
    expect(COMPOUND_V3_MARKETS).toHaveLength(28)
    expect(new Set(COMPOUND_V3_MARKETS.map(({ chainId }) => chainId)).size).toBe(10)
    for (const { address, protocol } of COMPOUND_V3_MARKETS)
      expect([getAddress(address), protocol]).toEqual([address, 'compound-v3'])
  })

  test('are named by chain and base asset', () => {
    const named = COMPOUND_V3_MARKETS.filter(({ chainId }) => chainId === 1 || chainId === 42161)
    expect(named.map(({ name, title }) => [name, title])).toEqual([
      ['ethereum-usdc', 'Compound III Ethereum USDC'],
      ['ethereum-usdt', 'Compound III Ethereum USDT'],
      ['ethereum-weth', 'Compound III Ethereum WETH'],
      ['ethereum-usds', 'Compound III Ethereum USDS'],
      ['ethereum-wsteth', 'Compound III Ethereum wstETH'],
      ['ethereum-wbtc', 'Compound III Ethereum WBTC'],
      ['arbitrum-usdc', 'Compound III Arbitrum USDC'],
      ['arbitrum-usdce', 'Compound III Arbitrum USDC.e'],
      ['arbitrum-usdt', 'Compound III Arbitrum USDT'],
      ['arbitrum-weth', 'Compound III Arbitrum WETH'],
    ])
  })

  test('one address is two markets on two chains', () => {
    const twin = COMPOUND_V3_MARKETS.filter(({ address }) => address === '0x9c4ec768c28520B50860ea7a15bd7213a9fF58bf')
    expect(twin.map(({ name }) => name)).toEqual(['arbitrum-usdc', 'base-usdbc'])
  })

  test('nine count in another asset than USD, which has a factor and a feed', () => {
    const quoted = COMPOUND_V3_MARKETS.flatMap((market) => {
      const quote = listedQuote(market)
      if (quote === null || quote === undefined) return []
      expect(getAddress(quote.feed)).toBe(quote.feed)
      const { factor, basis } = factorOf(market.chainId, quote.token)
      return [[market.name, factor, basis]]
    })
    expect(quoted).toEqual([
      ['ethereum-weth', 'ETH', null],
      ['ethereum-wsteth', 'ETH', 'wstETH/ETH'],
      ['ethereum-wbtc', 'BTC', null],
      ['arbitrum-weth', 'ETH', null],
      ['base-weth', 'ETH', null],
      ['optimism-weth', 'ETH', null],
      ['linea-weth', 'ETH', null],
      ['unichain-weth', 'ETH', null],
      ['ronin-weth', 'ETH', null],
    ])
    expect(factorOf(1, BITCOIN).factor).toBe('BTC')
    expect(listedQuote({ chainId: 1, address: '0x46e6b214b524310239732D51387075E0e70970bf' })).toBeUndefined()
  })

  test('a dollar that only Compound lists is a peg, not a market factor', () => {
    expect(factorOf(8453, '0x820C137fa70C8691f0e44Dc420a5e53c168921Dc')).toEqual({ factor: 'USD:USDS', basis: null })
    expect(factorOf(130, '0x078D782b760474a361dDA0AF3839290b0EF57AD6')).toEqual({ factor: 'USD:USDC', basis: null })
  })
})

test('every protocol of the registry that is weighed passes the contract suite', () => {
  // What is named and not weighed has nothing to be held against: see legacy.test.ts.
  for (const name of Object.keys(protocols).filter((one) => !['aave-v2', 'compound-v2'].includes(one))) {
    const file = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    const suite = readFileSync(new URL(`../contract/${file}.test.ts`, import.meta.url), 'utf8')
    expect(suite).toContain(`lendingContract({\n  name: '${name}'`)
  }
})

describe('all production markets', () => {
  test('have names of their own, and are found by chain', () => {
    const all = Object.values(protocols).flatMap(({ markets }) => markets)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    expect(marketsOf(5000).map(({ name }) => name)).toEqual(['mantle-core', 'mantle-usde'])
    expect(marketsOf(31337)).toEqual([])
  })
})

describe('factorOf', () => {
  test('knows an asset by chain and address, in any case', () => {
    expect(factorOf(1, WETH)).toEqual({ factor: 'ETH', basis: null })
    expect(factorOf(1, USDC.toLowerCase() as Address)).toEqual({ factor: 'USD:USDC', basis: null })
  })

  test('the same address on another chain is another thing', () => {
    expect(factorOf(10, USDC)).toEqual({ factor: `OWN:eip155:10/${USDC.toLowerCase()}`, basis: null })
  })

  test('the words of the user come first', () => {
    const overrides = new Map([[tokenKey(1, WETH), { factor: 'USD:MINE', basis: null }]])
    expect(factorOf(1, WETH, overrides)).toEqual({ factor: 'USD:MINE', basis: null })
    expect(factorOf(1, USDC, overrides)).toEqual({ factor: 'USD:USDC', basis: null })
  })

  test('bridged and native USDC are told apart where a chain has both', () => {
    const { USDC: bridged, USDCn: native } = addressBook.AaveV3Arbitrum.ASSETS
    expect(factorOf(42161, bridged.UNDERLYING)).toEqual({ factor: 'USD:USDC', basis: 'USDCe/USDC' })
    expect(factorOf(42161, native.UNDERLYING)).toEqual({ factor: 'USD:USDC', basis: null })
  })

  test("a chain's own coin moves with the coin; on a chain nobody knows it is its own factor", () => {
    const factors = CHAINS.map(({ name, id }) => [name, factorOf(id, NATIVE).factor])
    expect(Object.fromEntries(factors)).toMatchObject({
      ethereum: 'ETH',
      base: 'ETH',
      polygon: 'POL',
      xlayer: 'OKB',
      gnosis: 'USD:XDAI',
      monad: 'MON',
    })
    for (const [name, factor] of factors) expect(factor, name).not.toMatch(/^OWN:/)
    expect(factorOf(31337, NATIVE).factor).toBe(`OWN:eip155:31337/${NATIVE}`)
    expect(factorOf(100, addressBook.AaveV3Gnosis.ASSETS.WXDAI.UNDERLYING).factor).toBe('USD:XDAI')
  })

  test('two dollars of the same name are two pegs', () => {
    expect(factorOf(42220, addressBook.AaveV3Celo.ASSETS.USDm.UNDERLYING).factor).toBe('USD:USDm.celo')
    expect(factorOf(4326, addressBook.AaveV3MegaEth.ASSETS.USDm.UNDERLYING).factor).toBe('USD:USDm')
  })

  test('only tokens with an expiry and funds are unmapped', () => {
    // Tokenised funds: their worth follows no coin and no currency alone.
    const funds = ['USTB', 'USCC', 'USYC', 'JTRSY', 'JAAA', 'VBILL', 'ACRED', 'mGLOBAL']
    const unmapped = Object.entries(addressBook)
      .filter(([module]) => module.startsWith('AaveV3') && !/Sepolia|Fuji/.test(module))
      .flatMap(([, market]) => {
        const { CHAIN_ID, ASSETS } = market as { CHAIN_ID: number; ASSETS: Record<string, { UNDERLYING: Address }> }
        return Object.entries(ASSETS).filter(([, { UNDERLYING }]) => factorOf(CHAIN_ID, UNDERLYING).factor.startsWith('OWN:'))
      })
      .map(([name]) => name)
    expect(unmapped.filter((name) => !name.startsWith('PT_')).sort()).toEqual(funds.sort())
    expect(unmapped.filter((name) => name.startsWith('PT_'))).toHaveLength(25)
  })
})
