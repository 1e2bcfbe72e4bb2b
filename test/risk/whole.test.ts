import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { daysUntilMet } from '../../src/risk/daysLeft.ts'
import { Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import { earned } from '../../src/risk/exponential.ts'
import { apyOf, growthOver } from '../../src/risk/rates.ts'
import { movedPrice } from '../../src/risk/rules/lendingRule.ts'
import { decimalOf, divided, quotientOf, unitOf, wholeOf, wordsOf } from '../../src/risk/whole.ts'
import { runs } from '../support/runs.ts'

const figure = fc
  .record({ digits: fc.bigInt({ min: -(10n ** 70n), max: 10n ** 70n }), point: fc.integer({ min: -20, max: 90 }) })
  .map(({ digits, point }) => new Decimal(`${digits}e-${point}`.replace('e--', 'e')))

describe('decimals as whole numbers', () => {
  test('there and back every digit is kept, with as many words as there are behind the point or more', () => {
    fc.assert(
      fc.property(figure, fc.nat(5), (x, more) => {
        const words = wordsOf(x) + more
        expect(decimalOf(wholeOf(x, words), words).eq(x)).toBe(true)
      }),
      runs(300),
    )
  })

  test('by hand', () => {
    // 12.5 is 125,000,000 of 1e-7; nothing behind the point takes no word
    expect([wordsOf(dec('12.5')), wholeOf(dec('12.5'), 1)]).toEqual([1, 125_000_000n])
    expect([wordsOf(dec('1e30')), wholeOf(dec('-1e30'), 0)]).toEqual([0, -(10n ** 30n)])
    expect([wordsOf(dec('1e-8')), wholeOf(dec('1e-8'), 2)]).toEqual([2, 10n ** 6n])
    expect(wholeOf(dec(0), 3)).toBe(0n)
    expect(unitOf(40)).toBe(10n ** 280n)
  })

  test('a quotient is what Decimal makes of it, to the last digits of 60', () => {
    fc.assert(
      fc.property(figure, figure, (a, b) => {
        if (b.isZero() || a.div(b).abs().lt('1e-40')) return
        expect(divided(a, b).minus(a.div(b)).abs().lte(a.div(b).abs().times('1e-58'))).toBe(true)
      }),
      runs(300),
    )
    expect(quotientOf({ over: 3n, under: 4n }).toFixed()).toBe('0.75')
    expect(divided(ONE, dec(3)).toFixed()).toBe(`0.${'3'.repeat(60)}`)
  })

  test('what Decimal does with nothing and with no end stays so', () => {
    expect(divided(ONE, dec(0)).toString()).toBe('Infinity')
    expect(divided(dec(0), dec(0)).isNaN()).toBe(true)
    expect(divided(ONE.div(0), dec(2)).toString()).toBe('Infinity')
  })
})

test('a moved price is rounded half up to a whole unit of the oracle', () => {
  expect(movedPrice(null, dec('0.5'))).toBeNull()
  // 5 x 0.5 = 2.5, 5 x 0.49 = 2.45, 3 x 1/3 of 60 digits = 0.999..., 7 x 0
  expect([movedPrice(5n, dec('0.5')), movedPrice(5n, dec('0.49')), movedPrice(3n, ONE.div(3)), movedPrice(7n, dec(0))]).toEqual([
    3n,
    2n,
    1n,
    0n,
  ])
})

describe('rates beyond all reason end at once', () => {
  test('a growth of e^20,000 and of e^-20,000', () => {
    expect(earned(dec(20_000)).e).toBe(8685) // 20,000 / ln 10 = 8,685.9
    expect(earned(dec(-20_000)).toFixed(30)).toBe(`-1.${'0'.repeat(30)}`)
  })

  test('the yearly rate of the largest number a pool can hold, and the same as by powers just below what is left to them', () => {
    expect(apyOf(2n ** 128n).isFinite()).toBe(true)
    const ray = 3n * 10n ** 27n
    const plain = growthOver(ray, 31_536_000n).minus(1)
    expect(apyOf(ray).minus(plain).abs().lte(plain.times('1e-18'))).toBe(true)
  })

  test('a debt that grows e^1000-fold a day meets its cover in ln(10^9) / 1000 of a day', () => {
    const met = daysUntilMet([{ usd: dec(10).pow(9), log: dec('0.001') }], [{ usd: ONE, log: dec(1000) }])
    // 20.723265836946 / 999.999
    expect(met?.toFixed(12)).toBe('0.020723286560')
    const never = daysUntilMet(
      [
        { usd: ONE, log: dec(1000) },
        { usd: dec(10), log: dec(0) },
      ],
      [{ usd: ONE, log: dec(999) }],
    )
    expect(never).toBeNull()
  })
})
