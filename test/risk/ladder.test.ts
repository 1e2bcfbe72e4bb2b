import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dec, ONE } from '../../src/risk/decimal.ts'
import { ladderOf } from '../../src/risk/ladder.ts'
import type { Cash } from '../../src/risk/leg.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { marginState } from '../../src/risk/rules/margin.ts'
import { aLoan, aPool, aPosition, USDC, USDT, WETH } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook }[]
}
const hedge = vectorSnapshot(vectors.find(({ id }) => id === 'V08')?.book as VectorBook)

test('V08: a hedge on another venue is safe only for somebody awake: 55/51, 10/9, 320/129', () => {
  const { safetyFactor, withCash, pooled } = ladderOf({ ...hedge, conversionCost: dec(0) }, dec('0.1'))
  expect(safetyFactor?.toFixed(12)).toBe(dec(55).div(51).toFixed(12))
  expect(withCash?.toFixed(12)).toBe(dec(10).div(9).toFixed(12))
  expect(pooled.known && pooled.factor?.toFixed(12)).toBe(dec(320).div(129).toFixed(12))
})

test("V08: at the loan's death 113,132.53 sit trapped in the short", () => {
  const short = hedge.legs.find(({ id }) => id === 'hyperliquid')
  // 30,000 + 300,000 (1 - 60/83)
  const state = short?.kind === 'futures' ? marginState(short, alongFactor('ETH'), dec(60).div(83)) : null
  expect(state?.equity.toFixed(2)).toBe('113132.53')
})

test('without a known initial margin the last rung is not known, and never a guess', () => {
  const { pooled } = ladderOf(hedge, null)
  expect(pooled).toEqual({ known: false, reason: 'the initial margin is not known' })
})

test('one pool and cash beside it: pooled is cash at every price', () => {
  // 12,000 + 3,000 + 20 (P - 3,000) = 0.004 x 20 P -> P = 45,000 / 19.92 = 2,259.04
  const cash: Cash = { id: 'spot', place: 'Binance', asset: USDT, amount: dec(3000), price: ONE }
  const { safetyFactor, withCash, pooled } = ladderOf({ legs: [aPool()], cash: [cash] }, dec('0.05'))
  expect(
    ONE.div(safetyFactor ?? 0)
      .times(3000)
      .toFixed(2),
  ).toBe('2409.64')
  expect(
    ONE.div(withCash ?? 0)
      .times(3000)
      .toFixed(2),
  ).toBe('2259.04')
  expect(pooled.known && pooled.factor?.toFixed(20)).toBe(withCash?.toFixed(20))
})

test('a loan beyond its loan-to-value limit gives nothing, and is not called dead for it', () => {
  // 48,000 against 22,000 with limits of 0.10: nothing can be borrowed; the pool dies alone at 2,409.64
  const loan = aLoan({ reserves: aLoan().reserves.map((reserve) => ({ ...reserve, ltv: 1000n })) })
  const { pooled, safetyFactor } = ladderOf({ legs: [loan, aPool()], cash: [] }, dec('0.05'))
  expect(pooled.known && pooled.factor?.toFixed(20)).toBe(safetyFactor?.toFixed(20))
})

test('nothing that can die: no rung at all', () => {
  expect(ladderOf({ legs: [aPool({ positions: [] })], cash: [] }, null)).toEqual({
    safetyFactor: null,
    withCash: null,
    pooled: { known: true, factor: null },
  })
})

test('a contract whose coin moves apart from its mark leaves the last rung unknown', () => {
  const pool = aPool({ positions: [aPosition({ contract: 'inverse', size: dec(1000) })] })
  const { pooled } = ladderOf({ legs: [pool], cash: [] }, dec('0.05'))
  expect(pooled).toEqual({ known: false, reason: 'a mark and its coin move apart along ETH' })
})

/** 20 ETH at 3,000 on 12,000 of a coin, 0.4 % of any notional. */
const tiers = [{ floor: dec(0), cap: null, rate: dec('0.004'), deduction: dec(0) }]
const long = aPosition({ tiers })
const short = aPosition({ side: 'short', tiers })

test('of all markets the nearest end counts, and pegs are not of them', () => {
  // Beside the long 0.02 BTC at 90,000. ETH up: 12,000 + 60,000 (s - 1) - 6,000 s - 180 of initial margin are free, the short lacks
  // 60,000 (s - 1) + 240 s - 12,000: 23,820 = 6,240 s. All together: 22,200 = 4,620 s. USDC at 0.75 would be the end of the short.
  const btc = aPosition({ symbol: 'BTCUSDT', factor: 'BTC', size: dec('0.02'), entry: dec(90_000), mark: dec(90_000), tiers })
  const wallet = [{ asset: USDC, amount: dec(12_000), price: ONE, priceFrom: 'par' as const, ratio: ONE }]
  const legs = [aPool({ positions: [long, btc] }), aPool({ id: 'short', settle: USDC, wallet, positions: [short] })]
  const { pooled, withCash } = ladderOf({ legs, cash: [] }, dec('0.1'))
  expect(pooled.known && pooled.factor?.toFixed(20)).toBe(dec(23_820).div(6240).toFixed(20))
  // 72,000 / 60,240
  expect(withCash?.toFixed(6)).toBe('1.195219')
})

test('a coin that rises with what it has to cover is kept until then', () => {
  // 72,000 - 60,240 s + 3,000 s; placed now it is 3,000 and no more.
  const eth: Cash = { id: 'spot', place: 'Binance', asset: WETH, amount: ONE, price: dec(3000) }
  const { pooled, withCash } = ladderOf(
    { legs: [aPool({ positions: [short] })], cash: [eth], conversionCost: dec(0) },
    dec('0.1'),
  )
  expect(pooled.known && pooled.factor?.toFixed(20)).toBe(dec(72_000).div(57_240).toFixed(20))
  expect(withCash?.toFixed(20)).toBe(dec(75_000).div(60_240).toFixed(20))
})
