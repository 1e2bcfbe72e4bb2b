import { describe, expect, test } from 'vitest'
import { IncompleteAnswerError } from '../../../src/errors.ts'
import { dec } from '../../../src/risk/decimal.ts'
import { alongFactor } from '../../../src/risk/path.ts'
import { type Balance, lineOf, sumsOf, usdOf } from '../../../src/risk/rules/balances.ts'
import { USDC, WBTC, WETH } from '../../support/books.ts'

const priced = { asset: WETH, decimals: 18, price: 3000n * 10n ** 8n, unitUsd: dec('1e-8') }
const balance = (asset: Balance['asset'], usd: number, cover: string, borrow: string): Balance => ({
  ...{ asset, usd: dec(usd), cover: dec(cover), borrow: dec(borrow) },
})
/** 30,000 of ETH, 18,000 of BTC that back nothing, 20,000 owed: what a debt says of cover means nothing. */
const BALANCES = [balance(WETH, 30_000, '0.8', '0.75'), balance(WBTC, 18_000, '0', '0'), balance(USDC, -20_000, '0.9', '0.9')]

describe('what a balance is worth', () => {
  test('is its amount times its price, below 0 for what is owed', () => {
    expect(usdOf(15n * 10n ** 17n, priced, 'Aave').toFixed()).toBe('4500')
    expect(usdOf(-1n, priced, 'Aave').toFixed()).toBe('-0.000000000000003')
  })

  test('nothing is worth nothing without a price; anything else without one is no figure', () => {
    expect(usdOf(0n, { ...priced, price: null }, 'Aave').toFixed()).toBe('0')
    expect(() => usdOf(1n, { ...priced, price: null }, 'Aave')).toThrow(IncompleteAnswerError)
    expect(() => usdOf(1n, { ...priced, price: null }, 'Aave')).toThrow('oracle price of WETH')
  })
})

test('the sums: what backs, what it covers, what it lets borrow, what is owed', () => {
  const texts = Object.entries(sumsOf(BALANCES)).map(([name, usd]) => `${name} ${usd.toFixed()}`)
  expect(texts).toEqual(['collateralUsd 30000', 'weightedUsd 24000', 'borrowableUsd 22500', 'debtUsd 20000'])
})

test('the line: cover less debt, what moves and what stands; none without debt', () => {
  const line = lineOf(BALANCES, alongFactor('ETH'))
  // 24,000 s - 20,000
  expect(['1', '0.5', '0'].map((s) => line?.at(dec(s)).toFixed())).toEqual(['4000', '-8000', '-20000'])
  expect(line?.edges).toEqual([])
  expect(lineOf(BALANCES.slice(0, 2), alongFactor('ETH'))).toBeNull()
  expect(lineOf([], alongFactor('ETH'))).toBeNull()
})
