import { expect, test } from 'vitest'
import { factorKind, factorOfName, ownFactor } from '../../src/risk/factors.ts'

test.each([
  ['ETH', 'market'],
  ['1INCH', 'market'],
  // Nothing is known that would hold it up; the slash is its address's.
  ['OWN:eip155:1/0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2', 'market'],
  ['OWN:binance/XYZ', 'market'],
  ['USD:USDC', 'peg'],
  ['EUR:EURC', 'peg'],
  ['wstETH/ETH', 'peg'],
] as const)('%s is a %s factor', (factor, kind) => {
  expect(factorKind(factor)).toBe(kind)
})

test.each([
  ['WETH', 'ETH', null],
  ['wstETH', 'ETH', 'wstETH/ETH'],
  ['weETH', 'ETH', 'weETH/ETH'],
  ['WBTC', 'BTC', null],
  ['cbBTC', 'BTC', 'cbBTC/BTC'],
  ['USDC', 'USD:USDC', null],
  ['USDbC', 'USD:USDC', 'USDbC/USDC'],
  ['USDT0', 'USD:USDT', 'USDT0/USDT'],
  ['sUSDe', 'USD:USDe', 'sUSDe/USDe'],
  ['GHO', 'USD:GHO', null],
  ['EURC', 'EUR:EURC', null],
  ['LINK', 'LINK', null],
  ['WPOL', 'POL', null],
] as const)('%s moves with %s and %s', (name, factor, basis) => {
  expect(factorOfName(name)).toEqual({ factor, basis })
})

test('a name that is not in the table has no factor but its own', () => {
  expect(factorOfName('PT_sUSDE_22OCT2026')).toBeNull()
  expect(factorOfName('weth')).toBeNull()
  expect(factorOfName('constructor')).toBeNull()
  expect(ownFactor('eip155:1/0xab')).toEqual({ factor: 'OWN:eip155:1/0xab', basis: null })
})
