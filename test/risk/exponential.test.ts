import { describe, expect, test } from 'vitest'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { earned, grown, logOfGrowth } from '../../src/risk/exponential.ts'

const near = (ours: Decimal, theirs: Decimal): void =>
  expect(ours.minus(theirs).abs().lte(theirs.abs().times('1e-19')), `${ours} is not ${theirs}`).toBe(true)

describe('growth and its logarithm, against the 60 digits of decimal.js', () => {
  test('e^x - 1', () => {
    for (const x of ['-2', '-0.03', '1e-9', '0.03', '0.0301', '0.5', '1', '20']) near(earned(dec(x)), dec(x).exp().minus(1))
    // 1e-20 + 5e-41 + 2e-61: a small one keeps its own 28 digits, not those of 1
    expect(earned(dec('1e-20')).toFixed(45)).toBe('0.000000000000000000010000000000000000000050000')
    near(grown(dec('0.7')), dec('0.7').exp())
    expect(earned(dec(0)).isZero()).toBe(true)
  })

  test('what nearly vanishes is not lost in the terms that cancel', () => {
    // e^-60 = 8.756510762696520e-27
    expect(grown(dec(-60)).toFixed(27)).toBe('0.000000000000000000000000009')
  })

  test('the logarithm of what grew or shrank a thousand millionfold', () => {
    // ln 1e9 = 20.723265836946411156161923..
    near(logOfGrowth(dec(999_999_999)), dec('20.723265836946411156161923'))
    near(logOfGrowth(dec('-0.999999999')), dec('-20.723265836946411156161923'))
  })

  test('ln(1 + y)', () => {
    for (const y of ['-0.9', '-0.1', '1e-8', '0.065', '0.35', '0.36', '5', '1000']) near(logOfGrowth(dec(y)), dec(y).plus(1).ln())
    expect(logOfGrowth(dec(0)).isZero()).toBe(true)
    // 1e-20 - 5e-41 + 3e-61
    expect(logOfGrowth(dec('1e-20')).toFixed(45)).toBe('0.000000000000000000009999999999999999999950000')
  })
})
