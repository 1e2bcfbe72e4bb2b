import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { Collateral } from '../../src/risk/marginAccount.ts'
import { priceChanges } from '../../src/risk/priceChanges.ts'
import { aLoan, aPool, aPosition, aReserve, USDC, USDT, WETH, WSTETH } from '../support/books.ts'

/** Factor, price before and now, move. */
const changes = (before: readonly Leg[], now: readonly Leg[]) =>
  priceChanges(before, now).map(({ factor, before: was, now: is, move }) =>
    [factor, ...[was, is, move].map((value) => value?.toFixed() ?? '-')].join(' '),
  )
const priceOf = (factor: string, legs: readonly Leg[]) =>
  priceChanges(legs, legs)
    .find((one) => one.factor === factor)
    ?.now?.toFixed()

const BNB = { key: 'binance/BNB', symbol: 'BNB', factor: 'BNB', basis: null }
const COIN = { key: 'binance/USDC', symbol: 'USDC', factor: 'USD:USDC', basis: null }
const SAVED = { key: 'binance/sUSDC', symbol: 'sUSDC', factor: 'USD:USDC', basis: 'sUSDC/USDC' }
const held = (asset: Collateral['asset'], price: string, priceFrom: Collateral['priceFrom'] = 'venue'): Collateral => ({
  ...{ asset, price: dec(price), priceFrom },
  ...{ amount: dec(10), ratio: dec(1) },
})
const idle = (...wallet: readonly Collateral[]) => aPool({ wallet, positions: [] })
const settledIn = (settle: Collateral['asset'], price: string, settlePriceFrom: Collateral['priceFrom'] = 'venue') =>
  aPool({ ...{ settle, settlePrice: dec(price), settlePriceFrom }, wallet: [], positions: [] })

describe('of a coin that only backs pools', () => {
  test('what the venue says of it', () => {
    expect(changes([idle(held(BNB, '600'))], [idle(held(BNB, '630'))])).toEqual(['BNB 600 630 0.05', 'USD:USDT - - -'])
  })

  test('not of another coin, nor of what has a basis, nor at par', () => {
    const first = idle(held(BNB, '600'), held(SAVED, '1.1'), held(COIN, '1', 'par'))
    expect(priceOf('USD:USDC', [first])).toBeUndefined()
    expect(priceOf('USD:USDC', [first, idle(held(COIN, '0.998'))])).toBe('0.998')
    expect(priceOf('BNB', [first])).toBe('600')
  })

  test('nor of another settle coin, nor of one that has a basis, nor at par', () => {
    const others = [settledIn(USDT, '1.001'), settledIn(SAVED, '1.1'), settledIn(COIN, '1', 'par')]
    expect(priceOf('USD:USDC', others)).toBeUndefined()
    expect(priceOf('USD:USDC', [...others, settledIn(COIN, '0.997')])).toBe('0.997')
    expect(priceOf('USD:USDT', others)).toBe('1.001')
  })

  test('the balance is asked before the settle coin', () => {
    expect(priceOf('USD:USDC', [{ ...settledIn(COIN, '0.997'), wallet: [held(COIN, '0.998')] }])).toBe('0.998')
  })

  test('a loan that holds none of it is passed over', () => {
    expect(priceOf('BNB', [aLoan(), idle(held(BNB, '600'))])).toBe('600')
  })
})

describe('of a basis', () => {
  const debt = aReserve({ asset: USDC, id: 9, decimals: 6, debt: 10n ** 9n, collateral: false })
  const wsteth = (price: bigint) =>
    aReserve({ asset: WSTETH, id: 2, decimals: 18, price: price * 10n ** 8n, supplied: 10n ** 18n })
  const weth = (price: bigint) => aReserve({ asset: WETH, id: 0, decimals: 18, price: price * 10n ** 8n, supplied: 10n ** 18n })

  test('what the asset costs in its coin, by the first loan that holds it', () => {
    const before = [aPool(), aLoan({ reserves: [weth(3000n), debt] }), aLoan({ reserves: [wsteth(3600n), debt] })]
    const now = [aPool(), aLoan({ reserves: [weth(3000n), debt] }), aLoan({ reserves: [wsteth(3780n), debt] })]
    // 3,600 / 3,000 and 3,780 / 3,000
    expect(changes(before, now)).toContain('wstETH/ETH 1.2 1.26 0.05')
  })

  test('none where nobody prices the coin, or at nothing', () => {
    expect(priceOf('wstETH/ETH', [aLoan({ reserves: [wsteth(3600n), debt] })])).toBeUndefined()
    expect(priceOf('wstETH/ETH', [aLoan({ reserves: [weth(0n), wsteth(3600n), debt] })])).toBeUndefined()
  })
})

test('what only one of the two holds did not move', () => {
  const solana = aPool({ positions: [aPosition({ symbol: 'SOLUSDT', factor: 'SOL', mark: dec(150) })] })
  expect(changes([idle()], [solana])).toContain('SOL - 150 -')
  expect(changes([solana], [idle()])).toContain('SOL 150 - -')
})
