import { describe, expect, test } from 'vitest'
import { dec, fromUnits, isDecimalText, sum, toUnits } from '../../src/risk/decimal.ts'

describe('a decimal of text, a bigint or a whole number', () => {
  test('keeps every digit, and is never printed with an exponent', () => {
    const long = '123456789012345678901234567890.000000000000000000000000000001'
    expect(dec(long).toFixed()).toBe(long)
    expect([dec('-1.5'), dec('+.5'), dec('1e-30'), dec('2.'), dec('1E3')].map(String)).toEqual([
      ...['-1.5', '0.5', `0.${'0'.repeat(29)}1`, '2', '1000'],
    ])
    const most = 2n ** 256n - 1n
    expect([dec(most), dec(-most), dec(0n), dec(-7n)].map(String)).toEqual([`${most}`, `-${most}`, '0', '-7'])
    expect([dec(Number.MAX_SAFE_INTEGER), dec(-3), dec(0)].map(String)).toEqual(['9007199254740991', '-3', '0'])
  })

  test.each(['', ' 1', '1 ', '0x10', 'NaN', 'Infinity', '-', '.', '1e', '1_000', '1,5', '1'.repeat(201), '1e1000'])(
    'no number: %j',
    (text) => {
      expect(isDecimalText(text)).toBe(false)
      expect(() => dec(text)).toThrow(new RangeError('not a plain decimal number'))
    },
  )

  test.each([0.1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('a JS number that has lost its digits: %d', (value) => {
    expect(() => dec(value)).toThrow(new RangeError('not a whole number: write it as text'))
  })
})

describe('units of a token', () => {
  test('to whole ones and back, by the side that is named', () => {
    expect(fromUnits(1_500_000n, 6).toFixed()).toBe('1.5')
    expect(fromUnits(2n ** 256n - 1n, 18).toFixed()).toBe(
      '115792089237316195423570985008687907853269984665640564039457.584007913129639935',
    )
    expect([toUnits(dec('1.0000001'), 6, 'up'), toUnits(dec('1.0000009'), 6, 'down')]).toEqual([1_000_001n, 1_000_000n])
    expect([toUnits(dec('1.5'), 6, 'up'), toUnits(dec('1.5'), 6, 'down'), toUnits(dec(0), 18, 'up')]).toEqual([
      ...[1_500_000n, 1_500_000n, 0n],
    ])
    // Below 0 up is nearer to 0.
    expect([toUnits(dec('-1.5'), 0, 'up'), toUnits(dec('-1.5'), 0, 'down')]).toEqual([-1n, -2n])
  })
})

test('a sum, and that of nothing', () => {
  expect(sum([dec('0.1'), dec('0.2'), dec(-1)]).toFixed()).toBe('-0.7')
  expect(sum([]).toFixed()).toBe('0')
})
