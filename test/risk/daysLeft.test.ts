import { describe, expect, test } from 'vitest'
import { daysUntilMet, daysUntilPaid, sooner } from '../../src/risk/daysLeft.ts'
import { type Decimal, dec, ONE, ZERO } from '../../src/risk/decimal.ts'
import type { Growing } from '../../src/risk/growing.ts'

/** Amounts and the logarithms of a day's growth. */
const parts = (...all: readonly (readonly [usd: number | string, log: string])[]): Growing[] =>
  all.map(([usd, log]) => ({ usd: dec(String(usd)), log: dec(log) }))

const near = (ours: Decimal | null, theirs: Decimal): void => {
  expect(ours?.div(theirs).minus(1).abs().lt('1e-14'), `${ours?.toFixed(20)} is not ${theirs.toFixed(20)}`).toBe(true)
}

/** The root of a polynomial in u next to where it begins, by Newton in 60 digits. */
function rootOf(powers: readonly (readonly [factor: string, power: number])[], from: string): Decimal {
  let u = dec(from)
  for (let i = 0; i < 12; i++) {
    const value = powers.reduce((sum, [factor, power]) => sum.plus(u.pow(power).times(factor)), ZERO)
    const slope = powers.reduce(
      (sum, [factor, power]) =>
        sum.plus(
          power === 0
            ? 0
            : u
                .pow(power - 1)
                .times(factor)
                .times(power),
        ),
      ZERO,
    )
    u = u.minus(value.div(slope))
  }
  return u
}

describe('next to dead', () => {
  test('less than a millionth above: the days to the last digit all the same', () => {
    // ln(1.0000005) / 0.002
    near(daysUntilMet(parts(['1000.0005', '0.001']), parts([1000, '0.003'])), dec('1.0000005').ln().div('0.002'))
    // ln(1 + 1e-15) / 0.002
    near(daysUntilMet(parts(['1000.000000000001', '0.001']), parts([1000, '0.003'])), dec('1.000000000000001').ln().div('0.002'))
  })

  test('a cover that is ahead for years and then overtaken', () => {
    // With u = e^(0.0000005 t): 501.00025 u = 500 + u^400. At u = 1 the cover is 0.00025 ahead and grows by 501 against 400.
    const u = rootOf(
      [
        ['1', 400],
        ['-501.00025', 1],
        ['500', 0],
      ],
      '1.0015',
    )
    expect(u.gt('1.0005') && u.lt('1.003')).toBe(true)
    near(daysUntilMet(parts(['501.00025', '0.0000005']), parts([500, '0'], [1, '0.0002'])), u.ln().div('0.0000005'))
  })

  test('a debt that is nothing for 60 years and then everything: some day before it, never one after', () => {
    // 1,000.0001 e^(0.0000001 t) = 1,000 + 1e-12 e^(0.001 t): 28,686 days; the longest step that is safe takes it to half of that.
    const days = daysUntilMet(parts(['1000.0001', '0.0000001']), parts([1000, '0'], ['1e-12', '0.001'])) as Decimal
    expect(days.gt(14_000) && days.lt(28_687)).toBe(true)
    const left = days.times('0.0000001').exp().times('1000.0001').minus(1000).minus(days.times('0.001').exp().times('1e-12'))
    expect(left.gt(0)).toBe(true)
  })

  test('a cover that stays ahead is never met, and one that is as fast as the fastest debt', () => {
    expect(daysUntilMet(parts(['1000.0005', '0.003']), parts([1000, '0.001']))).toBeNull()
    expect(daysUntilMet(parts(['1000.0005', '0.003']), parts([1000, '0.003']))).toBeNull()
    // Ahead by 0.0002, falls behind by 4 u - 4, catches up: with v = e^(0.001 t), v^3 - 4 v + 4.0002 > 0 for all v > 1.
    expect(daysUntilMet(parts(['1000.0002', '0'], [1, '0.003']), parts([997, '0'], [4, '0.0005']))).toBeNull()
  })
})

describe('as it was read', () => {
  test('dead, and just at the limit: no day is left', () => {
    for (const usd of ['999', '1000']) {
      expect(daysUntilMet(parts([usd, '0.001']), parts([1000, '0.003']))?.toFixed()).toBe('0')
      expect(daysUntilMet(parts([usd, '0.003']), parts([1000, '0.003']))?.toFixed()).toBe('0')
    }
  })

  test('nothing that is owed, nothing that grows: never', () => {
    expect(daysUntilMet(parts([1000, '0.001']), [])).toBeNull()
    expect(daysUntilMet(parts([1000, '0.001']), parts([0, '0.003']))).toBeNull()
    expect(daysUntilMet(parts([1000, '0']), parts([500, '0']))).toBeNull()
  })

  test('amounts that lag behind by more digits than are kept', () => {
    // ln(1e300) / (3 - 1)
    near(daysUntilMet(parts(['1e150', '1'], [1, '0']), parts(['1e-30', '3'])), dec(10).ln().times(180).div(2))
    // A cover that shrinks: ln(1e40) / 1
    near(daysUntilMet(parts(['1e40', '-1']), parts([1, '0'])), dec(10).ln().times(40))
    // A debt at 0 beside one that is e^1000 times itself each day.
    near(daysUntilMet(parts(['1e90', '0']), parts(['1e80', '0'], [1, '1'])), dec('1e90').minus('1e80').ln())
  })
})

describe('a million days', () => {
  test('is as far as anything is told', () => {
    // ln 2 / 0.0000007 = 990,210 days; ln 2 / 0.00000069 = 1,004,561
    near(daysUntilMet(parts([1000, '0']), parts([500, '0.0000007'])), dec(2).ln().div('0.0000007'))
    expect(daysUntilMet(parts([1000, '0']), parts([500, '0.00000069']))).toBeNull()
    // ln(1.0000009) / 8e-13 = 1,124,999; / 1e-12 = 899,999.6
    expect(daysUntilMet(parts(['1000.0009', '0']), parts([1000, '0.0000000000008']))).toBeNull()
    near(daysUntilMet(parts(['1000.0009', '0']), parts([1000, '0.000000000001'])), dec('1.0000009').ln().times('1e12'))
  })
})

test('days until a cost has taken a slack', () => {
  const days = (slack: string, cost: string) => daysUntilPaid(dec(slack), dec(cost))?.toFixed()
  expect([days('10', '4'), days('0', '4'), days('-1', '4'), days('0', '0')]).toEqual(['2.5', '0', '0', '0'])
  expect([days('10', '0'), days('10', '-4')]).toEqual([undefined, undefined])
})

test('the shorter of two times, never being longer than any', () => {
  expect([sooner(ONE, dec(2)), sooner(dec(2), ONE), sooner(null, ONE), sooner(ONE, null), sooner(null, null)]).toEqual([
    ONE,
    ONE,
    ONE,
    ONE,
    null,
  ])
})
