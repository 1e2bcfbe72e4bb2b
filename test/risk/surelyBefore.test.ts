import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { HORIZON, surelyBefore } from '../../src/risk/surelyBefore.ts'

/** Amounts and the logarithms of a day's growth. */
const parts = (...all: readonly (readonly [usd: number | string, log: string])[]) =>
  all.map(([usd, log]) => ({ usd: dec(String(usd)), log: dec(log) }))

/** As near as a millionth of the logarithm that is left allows, and never past the meeting. */
function meets(days: number, at: number, within = 1e-5): void {
  expect(days).toBeLessThanOrEqual(at)
  expect(days).toBeGreaterThan(at * (1 - within))
}

describe('where the two meet, up to a millionth of what lies between them', () => {
  test('one rate a side', () => {
    // ln(2) / (0.003 - 0.001) = 346.573590
    meets(surelyBefore(parts([1000, '0.001']), parts([500, '0.003'])), Math.LN2 / 0.002)
    // ln(2) / 0.003, and ln(100) / 0.9 of a day
    meets(surelyBefore(parts([1000, '0']), parts([500, '0.003'])), Math.LN2 / 0.003)
    meets(surelyBefore(parts([100, '0.1']), parts([1, '1'])), Math.log(100) / 0.9)
  })

  test('a dear little debt beside a cheap large one', () => {
    // 800 + 100 x 2^(t / 100) = 1,000 at t = 100, with ln 2 / 100 a day
    meets(surelyBefore(parts([1000, '0']), parts([800, '0'], [100, '0.00693147180559945309'])), 100)
  })

  test('a debt that is slower than its cover for years', () => {
    // With u = e^(0.0001 t): 600 u = 500 + u^5. 4.7143^5 = 2,328.5 = 600 x 4.7143 - 500; by Newton: t = 10,000 ln u.
    let u = 5
    for (let i = 0; i < 20; i++) u -= (u ** 5 - 600 * u + 500) / (5 * u ** 4 - 600)
    expect(u).toBeCloseTo(4.7143, 4)
    meets(surelyBefore(parts([600, '0.0001']), parts([500, '0'], [1, '0.0005'])), 10_000 * Math.log(u))
  })

  test('a debt that grows as fast as its cover, for now', () => {
    // With u = e^(0.001 t): 1,000 u = u^2 + 1, and of u^2 + 1 half grows by 0.002 at first and half by nothing.
    meets(surelyBefore(parts([1000, '0.001']), parts([1, '0.002'], [1, '0'])), 1000 * Math.log(500 + Math.sqrt(249_999)))
  })

  test('a cover that gains later is met the first time', () => {
    // With u = e^(0.001 t): 100.05 + u^3 = 97 + 4 u, and 1.0616^3 - 4 x 1.0616 + 3.05 = 0: the root next to 1, by Newton.
    // Only 0.0005 lies between them at first, so a millionth of it is more.
    let u = 1
    for (let i = 0; i < 20; i++) u -= (u ** 3 - 4 * u + 3.05) / (3 * u ** 2 - 4)
    expect(u).toBeCloseTo(1.0616, 4)
    meets(surelyBefore(parts(['100.05', '0'], [1, '0.003']), parts([97, '0'], [4, '0.001'])), 1000 * Math.log(u), 0.002)
  })

  test('growths that no float holds are measured against the fastest', () => {
    // ln(1e9) / 999 of a day
    meets(surelyBefore(parts([1_000_000_000, '1']), parts([1, '1000'])), Math.log(1e9) / 999)
    // e^690.8 is 1e300
    meets(surelyBefore(parts(['1e300', '0']), parts(['1', '1'])), 300 * Math.LN10)
    // By then the cover is 1e600.
    meets(surelyBefore(parts(['1e200', '2']), parts(['1', '3'])), 200 * Math.LN10)
  })
})

describe('where floats do not tell', () => {
  test('dead, or within a millionth of it: from now on', () => {
    for (const usd of ['999', '1000', '1000.0009']) {
      expect(surelyBefore(parts([usd, '0.001']), parts([1000, '0.003']))).toBe(0)
    }
    expect(surelyBefore(parts(['1000.0011', '0.001']), parts([1000, '0.003']))).toBeGreaterThan(0)
    expect(surelyBefore([], [])).toBe(0)
  })

  test('a cover that grows as fast as all that is owed, or faster: from now on', () => {
    expect(surelyBefore(parts([1000, '0.003']), parts([500, '0.003'], [1, '0.001']))).toBe(0)
    expect(surelyBefore(parts([1000, '0.004']), parts([500, '0.003']))).toBe(0)
    expect(surelyBefore(parts([1000, '0.004']), [])).toBe(0)
  })

  test('a cover that outgrows all later: from a day on at which it does', () => {
    // 0.004 v / (1,000 + v) = 0.003 where v = e^(0.004 t) = 3,000. Never met: v^0.75 x 2 is below v + 900 always (at v = 5: 6.7).
    const from = surelyBefore(parts([1000, '0'], [1, '0.004']), parts([100, '0'], [2, '0.003']))
    expect(from).toBeGreaterThanOrEqual(Math.log(3000) / 0.004)
    expect(from).toBeLessThan(HORIZON)
  })

  test('what meets beyond the horizon: a day beyond it', () => {
    // ln 2 / 0.0000006 = 1,155,245 days
    expect(surelyBefore(parts([1000, '0']), parts([500, '0.0000006']))).toBeGreaterThan(HORIZON)
    // Nothing grows.
    expect(surelyBefore(parts([1000, '0']), parts([500, '0']))).toBe(0)
  })
})
