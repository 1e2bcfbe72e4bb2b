import { describe, expect, test } from 'vitest'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { earned, grown, logOfGrowth } from '../../src/risk/exponential.ts'

const near = (ours: Decimal, theirs: Decimal): void =>
  expect(ours.minus(theirs).abs().lte(theirs.abs().times('1e-19')), `${ours} is not ${theirs}`).toBe(true)

describe('growth and its logarithm, against the 60 digits of decimal.js', () => {
  test('e^x - 1', () => {
    for (const x of ['-2', '-0.03', '1e-9', '0.03', '0.0301', '0.5', '1', '20']) near(earned(dec(x)), dec(x).exp().minus(1))
    // A term of the series is all there is: 1e-20 + 5e-41
    expect(earned(dec('1e-20')).toFixed(26)).toBe('0.00000000000000000001000000')
    near(grown(dec('0.7')), dec('0.7').exp())
    expect(earned(dec(0)).isZero()).toBe(true)
  })

  test('ln(1 + y)', () => {
    for (const y of ['-0.9', '-0.1', '1e-8', '0.065', '0.35', '0.36', '5', '1000']) near(logOfGrowth(dec(y)), dec(y).plus(1).ln())
    expect(logOfGrowth(dec(0)).isZero()).toBe(true)
  })
})
