import * as addressBook from '@aave-dao/aave-address-book'
import type { Address } from 'viem'
import { getAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { CHAINS, NATIVE } from '../../src/lending/chains.ts'
import { AAVE_V3_MARKETS, factorOf, marketsOf, tokenKey } from '../../src/lending/markets.ts'

const USDC: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
const WETH: Address = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'

describe('the production markets', () => {
  test('are the 24 that the address book has, test networks left out', () => {
    expect(AAVE_V3_MARKETS).toHaveLength(24)
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
    expect(marketsOf(1).map(({ name, title }) => [name, title])).toEqual([
      ['ethereum-core', 'Aave v3 Ethereum'],
      ['ethereum-etherfi', 'Aave v3 Ethereum EtherFi'],
      ['ethereum-horizon', 'Aave v3 Ethereum Horizon'],
      ['ethereum-lido', 'Aave v3 Ethereum Lido'],
    ])
    expect(marketsOf(1)[0]?.address).toBe('0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e')
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
