import { describe, expect, test } from 'vitest'
import { pathsOf } from '../../src/risk/corridor.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY, type Grade } from '../../src/risk/grade.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { atNextReport } from '../../src/risk/nextReport.ts'
import { projection } from '../../src/risk/projection.ts'
import { aChainSource, aComet, aLoan, aPool, NOW, USDC } from '../support/books.ts'

/** REPORT's loan, 22,000 USDC or so at 5 %, 8 s ago. */
const loan = (debt = 22_000n): AaveV3Position =>
  aLoan({
    reserves: aLoan().reserves.map((one) =>
      one.asset === USDC ? { ...one, debt: debt * 10n ** 6n, borrowRate: 5n * 10n ** 25n } : one,
    ),
  })
const then = (leg: Leg, at: number, grade: Grade = 'no-risk') =>
  atNextReport(leg, { at, grade, policy: DEFAULT_POLICY, paths: pathsOf([leg]) })
const DAY = 86_400_000

describe('a loan when the next report falls due', () => {
  test('interest since the block, to the second', () => {
    const later = then(loan(), NOW + DAY)
    // The block is 8 s older than the reading.
    expect(later?.seconds).toBe(86_408n)
    expect(later).toMatchObject(projection(loan(), 86_408n) ?? {})
    // 22,000 x e^(0.05 x 86,408 / 31,536,000), rounded up
    expect(later?.debt.toFixed(2)).toBe('22003.01')
    expect(then(loan(), NOW + 500)?.seconds).toBe(9n)
    expect(then(loan(), NOW - DAY)?.seconds).toBe(0n)
  })

  test('a reading without a block: since our clock', () => {
    const leg = { ...loan(), source: aChainSource({ block: null }) }
    expect(then(leg, NOW + 60_000)?.seconds).toBe(60n)
  })

  test('the grade of then: by health, by room, and never better than now', () => {
    // 38,937.6 of cover: room 43 % now and then.
    expect(then(loan(), NOW + DAY)?.grade).toBe('ok')
    expect(then(loan(), NOW + DAY, 'notice')?.grade).toBe('notice')
    // 31,147: a fall to 0.79994 kills, so that 20.006 % of room are left: notice. After ten days 31,190, 19.9 %: warning.
    expect(then(loan(31_147n), NOW)?.grade).toBe('notice')
    expect(then(loan(31_147n), NOW + 10 * DAY)?.grade).toBe('warning')
    // Health 1.0000... of 38,937 is gone within a day.
    expect(then(loan(38_937n), NOW)).toMatchObject({ tripped: false, grade: 'critical' })
    expect(then(loan(38_937n), NOW + DAY)).toMatchObject({ tripped: true, grade: 'liquidatable' })
  })

  test('none of what owes nothing, and of what no rates were read of', () => {
    const idle = aLoan({ reserves: aLoan().reserves.filter(({ debt }) => debt === 0n) })
    expect([then(idle, NOW + DAY), then(aPool(), NOW + DAY), then(aComet(), NOW + DAY)]).toEqual([null, null, null])
    const rates = { utilization: 0n, supply: 0n, borrow: 2n * 10n ** 9n, curve: null }
    expect(then(aComet({ rates }), NOW + DAY)?.health?.lt(dec('1.191'))).toBe(true)
  })
})
