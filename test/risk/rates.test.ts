import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { apyOf, dailyFunding, type LoanRates, ownRates, rayOfSecond } from '../../src/risk/rates.ts'
import { aComet, aLoan, anAsset, aReserve, aSpoke, USDC, WBTC, WETH } from '../support/books.ts'

const texts = (rates: LoanRates | null) =>
  rates && [rates.supply, rates.borrow].map((band) => band && [band.low.toFixed(6), band.high.toFixed(6)])

describe('the rates that a position carries itself', () => {
  const ray = (percent: bigint) => percent * 10n ** 25n
  const reserves = [
    aReserve({ asset: WETH, id: 0, decimals: 18, supplyRate: ray(2n), borrowRate: ray(3n) }),
    aReserve({ asset: USDC, id: 1, decimals: 6, supplyRate: ray(4n), borrowRate: ray(6n) }),
  ]

  test('of an Aave v3 reserve, by its own key, compounded by the second', () => {
    // e^0.02 - 1 = 0.020201, e^0.03 - 1 = 0.030455, e^0.04 - 1 = 0.040811, e^0.06 - 1 = 0.061837
    const loan = aLoan({ reserves })
    expect(texts(ownRates(loan, WETH))).toEqual([
      ['0.020201', '0.020201'],
      ['0.030455', '0.030455'],
    ])
    expect(texts(ownRates(loan, { ...USDC, symbol: 'WETH' }))).toEqual([
      ['0.040811', '0.040811'],
      ['0.061837', '0.061837'],
    ])
    expect(ownRates(loan, WBTC)).toBeNull()
  })

  test('collateral of a Compound III market earns nothing; what its base asks is not known where it was not read', () => {
    expect(texts(ownRates(aComet(), WBTC))).toEqual([['0.000000', '0.000000'], null])
    expect([ownRates(aComet(), USDC), ownRates(aComet(), anAsset('LINK', 'LINK'))]).toEqual([null, null])
  })

  test('the base of a Compound III market, by its rates a second', () => {
    // 2e9 of 1e18 a second, 31,536,000 of them: e^0.063072 - 1 = 0.0651035; 1e9: e^0.031536 - 1 = 0.032039
    const rates = { utilization: 82n * 10n ** 16n, supply: 10n ** 9n, borrow: 2n * 10n ** 9n, curve: null }
    expect(texts(ownRates(aComet({ rates }), USDC))).toEqual([
      ['0.032039', '0.032039'],
      ['0.065104', '0.065104'],
    ])
    expect(texts(ownRates(aComet({ rates }), WBTC))).toEqual([['0.000000', '0.000000'], null])
    expect(rayOfSecond(2n * 10n ** 9n)).toBe(63_072n * 10n ** 21n)
  })

  test('an Aave v4 spoke tells none', () => {
    expect([ownRates(aSpoke(), WETH), ownRates(aSpoke(), USDC)]).toEqual([null, null])
  })
})

test('the highest rate that is computed in whole numbers, and the one past it, are alike', () => {
  // 10,000 times a year: (1 + 10,000 / 31,536,000)^31,536,000, ln of it 31,536,000 ln(1.000317097919..) = 9,998.4149
  const [last, past] = [apyOf(10_000n * 10n ** 27n), apyOf(10_000n * 10n ** 27n + 1n)]
  expect(last.ln().toFixed(3)).toBe(dec(10_000).div(31_536_000).plus(1).ln().times(31_536_000).toFixed(3))
  expect(past.div(last).minus(1).abs().lt('1e-12')).toBe(true)
  expect(apyOf(0n).toFixed()).toBe('0')
})

test('what funding costs in a day', () => {
  // 0.01 % each 8 hours, three times; the window replaces it
  const funding = { rate: dec('0.0001'), intervalHours: dec(8), window: null }
  const day = (one: Parameters<typeof dailyFunding>[0]) => {
    const { low, high } = dailyFunding(one)
    return [low.toFixed(), high.toFixed()]
  }
  expect(day(funding)).toEqual(['0.0003', '0.0003'])
  expect(day({ ...funding, intervalHours: dec(1), window: { low: dec('-0.0001'), high: dec('0.0002') } })).toEqual([
    '-0.0024',
    '0.0048',
  ])
})
