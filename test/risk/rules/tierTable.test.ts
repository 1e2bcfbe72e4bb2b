import { expect, test } from 'vitest'
import { IncompleteAnswerError } from '../../../src/errors.ts'
import { dec } from '../../../src/risk/decimal.ts'
import type { MarginTier } from '../../../src/risk/marginAccount.ts'
import { unmetBrackets } from '../../../src/risk/rules/tierTable.ts'
import { aPool, aPosition, BINANCE_RULES, ETH_TIERS } from '../../support/books.ts'

const tier = (floor: number, cap: number | null, rate: string, deduction: string): MarginTier => ({
  floor: dec(floor),
  cap: cap === null ? null : dec(cap),
  rate: dec(rate),
  deduction: dec(deduction),
})
const [FIRST, SECOND] = ETH_TIERS as [MarginTier, MarginTier]
/** 0.5 % less 50 and 1 % less 3,050 meet at 600,000: 2,950 each. */
const THIRD = tier(600_000, null, '0.01', '3050')

const unmet = (tiers: readonly MarginTier[], kind: 'marginal' | 'flat' = 'marginal') =>
  unmetBrackets(aPool({ positions: [aPosition({ tiers })], rules: { ...BINANCE_RULES, tiers: kind } })).map(({ symbol, at }) => [
    symbol,
    at.toFixed(),
  ])
const AT_50000 = [['ETHUSDT', '50000']]

test('brackets that meet, in any order', () => {
  expect([unmet([FIRST, SECOND, THIRD]), unmet([THIRD, SECOND, FIRST]), unmet([FIRST]), unmet([])]).toEqual([[], [], [], []])
})

test('up to a cent apart, to either side', () => {
  const with2 = (deduction: string) => unmet([FIRST, tier(50_000, null, '0.005', deduction)])
  expect([with2('50.01'), with2('49.99'), with2('50.00000001'), with2('49.999999999999999')]).toEqual([[], [], [], []])
  expect([with2('50.0100001'), with2('49.9899999'), with2('51'), with2('0'), with2('-50')]).toEqual([
    AT_50000,
    AT_50000,
    AT_50000,
    AT_50000,
    AT_50000,
  ])
})

test('rates of unlike length', () => {
  // 50,000 x 0.0010000001 = 50.000005, 50,000 x 0.0009999999 = 49.999995
  expect(unmet([FIRST, tier(50_000, null, '0.0050000001', '50.000005')])).toEqual([])
  expect(unmet([tier(0, 50_000, '0.0040000001', '0'), tier(50_000, null, '0.005', '49.999995')])).toEqual([])
  expect(unmet([FIRST, tier(50_000, null, '0.0050000001', '60')])).toEqual(AT_50000)
  expect(unmet([tier(0, 50_000, '0.0040000001', '0'), tier(50_000, null, '0.005', '40')])).toEqual(AT_50000)
})

test('brackets that overlap do not meet, though they ask the same where the later begins', () => {
  expect(unmet([tier(0, 60_000, '0.004', '0'), SECOND])).toEqual(AT_50000)
  // One that is open holds what comes after it too.
  expect(unmet([tier(0, null, '0.004', '0'), SECOND])).toEqual(AT_50000)
  // One inside another ends nothing.
  expect(unmet([tier(0, 90_000, '0.004', '0'), tier(50_000, 60_000, '0.005', '50'), tier(80_000, null, '0.005', '50')])).toEqual([
    ...AT_50000,
    ['ETHUSDT', '80000'],
  ])
})

test('flat tables jump by their rule, but may have no hole either', () => {
  expect(unmet([FIRST, tier(50_000, null, '0.005', '0')], 'flat')).toEqual([])
  expect(() => unmet([FIRST, tier(50_001, null, '0.005', '0')], 'flat')).toThrow(IncompleteAnswerError)
})

test('a hole is told with its ends', () => {
  expect(() => unmet([FIRST, THIRD])).toThrow('maintenance bracket of ETHUSDT between 50000 and 600000')
  expect(() => unmet([SECOND, THIRD])).toThrow('maintenance bracket of ETHUSDT between 0 and 50000')
  expect(() => unmet([FIRST, tier(50_000, 60_000, '0.005', '50'), THIRD])).toThrow('between 60000 and 600000')
})
