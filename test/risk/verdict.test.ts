import { describe, expect, test } from 'vitest'
import { orderLine, verdictLine } from '../../src/report/sentence.ts'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { Funding } from '../../src/risk/marginAccount.ts'
import { aLoan, aPool, aPosition, aReserve, aSnapshot, USDC, USDT, WETH, WSTETH } from '../support/books.ts'

const view = (legs: readonly Leg[]) => assess(aSnapshot({ legs }), DEFAULT_POLICY)

/** 20 ETH on 60,000 USDT: dies at 0 by price, room is no danger. Slack 60,000 - 250 = 59,750. */
const calm = (funding: Funding | null, side: 'long' | 'short' = 'long') =>
  aPool({
    wallet: [{ asset: USDT, amount: dec(60_000), price: dec(1), priceFrom: 'par', ratio: dec(1) }],
    positions: [aPosition({ side, funding })],
  })
/** A rate a day that eats the slack in so many days: 60,000 x rate x days = 59,750. */
const eats = (days: string): Funding => ({
  rate: dec(59_750).div(60_000).div(dec(days)),
  intervalHours: dec(24),
  window: null,
})

describe('days until carry liquidates, prices still: 30 / 7 / 1', () => {
  test.each([
    ['0.99', 'critical'],
    ['1.01', 'warning'],
    ['6', 'warning'],
    ['6.99', 'warning'],
    ['7.01', 'notice'],
    ['29.99', 'notice'],
    ['30.01', 'ok'],
  ])('%s days: %s, of the book and of its leg', (days, grade) => {
    const { verdict, legs } = view([calm(eats(days))])
    expect(verdict.grade).toBe(grade)
    expect(verdict.days?.toFixed(6)).toBe(dec(days).toFixed(6))
    expect(legs.map((leg) => leg.grade)).toEqual([grade])
  })

  test('it is the reason, and the sentence says so', () => {
    const found = view([calm(eats('6'))])
    expect(found.verdict).toMatchObject({ grade: 'warning', reason: 'days', complete: true })
    expect(verdictLine(found)).toBe('interest and funding alone liquidate the futures account in 6.0 days, prices still')
  })

  test('who is paid never dies of it', () => {
    const found = view([calm(eats('6'), 'short')])
    expect(found.verdict.days).toBeNull()
    expect(found.verdict.reason).not.toBe('days')
  })

  test('funding that is not known neither improves nor worsens', () => {
    const [unknown, none] = [view([calm(null)]), view([calm({ rate: dec(0), intervalHours: dec(8), window: null })])]
    expect(unknown.verdict.days).toBeNull()
    expect(unknown.verdict.grade).toBe(none.verdict.grade)
    expect(unknown.legs.map(({ grade }) => grade)).toEqual(none.legs.map(({ grade }) => grade))
  })

  test('where one rate is not known, what the others prove is a bound and no more', () => {
    const [dying, silent] = [calm(eats('6')), { ...calm(null), id: 'binance/main/BTCUSDT-long' }]
    const found = view([dying, silent])
    expect(found.verdict).toMatchObject({ grade: 'warning', reason: 'days', days: null })
    expect(found.verdict.daysAtMost?.toFixed(6)).toBe('6.000000')
    expect(verdictLine(found)).toContain('in at most 6.0 days, prices still')
    expect(view([dying]).verdict.daysAtMost).toBeNull()
  })

  test('by the worse end of a window', () => {
    const funding: Funding = { rate: dec(0), intervalHours: dec(24), window: { low: dec(0), high: eats('6').rate } }
    expect(view([calm(funding)]).verdict).toMatchObject({ grade: 'warning', reason: 'days' })
  })

  test('a nearer price is the reason still, and its room stays', () => {
    // The pool of the documentation dies at -19.67 %, its funding eats 11,750 in 10 days: notice.
    const pool = aPool({
      positions: [aPosition({ funding: { rate: dec('11750').div(600_000), intervalHours: dec(24), window: null } })],
    })
    const { verdict } = view([pool])
    expect(verdict).toMatchObject({ grade: 'warning', reason: 'market' })
    expect(verdict.days?.toFixed(6)).toBe('10.000000')
    expect(verdict.room?.toFixed(4)).toBe('-0.1968')
  })

  test('of two legs only the one that dies of it is worse', () => {
    const { legs, verdict } = view([calm(eats('6')), { ...calm(null), id: 'other' }])
    expect(legs.map(({ grade }) => grade)).toEqual(['warning', legs[1]?.grade])
    expect(legs[1]?.grade).not.toBe('warning')
    expect(verdict.reason).toBe('days')
  })
})

/** V26's book: the oracle says 3,030, the mark 2,990, and each leg dies by its own price. */
const apart = () => {
  const loan = aLoan({
    revision: 11,
    reserves: [
      aReserve({
        asset: WETH,
        id: 0,
        decimals: 18,
        price: 3030n * 10n ** 8n,
        supplied: 50n * 10n ** 18n,
        liquidationThreshold: 8300n,
      }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 110_000n * 10n ** 6n, collateral: false }),
    ],
    // 50 x 3,030 = 151,500; x 0.83 / 110,000 = 1.143136363...
    reported: {
      totalCollateral: 151_500n * 10n ** 8n,
      totalDebt: 110_000n * 10n ** 8n,
      healthFactor: 1_143_136_363_636_363_636n,
    },
  })
  const tiers = [{ floor: dec(0), cap: null, rate: dec('0.02'), deduction: dec(0) }]
  const pool = aPool({
    rules: { ...aPool().rules, trigger: 'at-or-below' },
    wallet: [{ asset: USDT, amount: dec(16_000), price: dec(1), priceFrom: 'par', ratio: dec(1) }],
    positions: [aPosition({ size: dec(40), entry: dec(2995), mark: dec(2990), tiers })],
  })
  return [loan, pool] as const
}

describe('oracle 3,030 and mark 2,990', () => {
  const [loan, pool] = apart()
  const found = view([loan, pool])
  const first = found.verdict.firstLiquidation

  test('both legs are named, for which dies first depends on which price is right', () => {
    expect(first?.legs.toSorted()).toEqual([loan.id, pool.id].toSorted())
    expect(first).toMatchObject({ factor: 'ETH', direction: 'down', ambiguous: true, price: null, priceOf: null })
    expect(orderLine(found)).toBe(
      'Either of Aave v3 Ethereum and Binance USDT cross dies first: oracle and mark differ, and the order depends on which is right.',
    )
  })

  test('the room is the nearer of own and anchored', () => {
    // Own: the futures at 129,750 / 49 = 2,647.959184 of 2,990 = 0.885605; the loan at 2,650.602410 of 3,030 = 0.874786.
    // From the median 3,010, the loan 0.5 % low: 2,650.602410 / (3,010 x 0.995) = 0.885024. The nearer is 0.885605.
    expect(found.verdict.room?.toFixed(9)).toBe(dec(129_750).div(49).div(2990).minus(1).toFixed(9))
    expect(found.verdict.complete).toBe(true)
  })

  test('a wider deviation brings the loan nearer, and the room with it', () => {
    const wide = assess(aSnapshot({ legs: [loan, pool] }), { ...DEFAULT_POLICY, oracleDeviation: dec('0.02') })
    // 2,650.602410 / (3,010 x 0.98) = 0.898571
    expect(wide.verdict.room?.toFixed(6)).toBe(dec(220_000).div(83).div(dec(3010).times('0.98')).minus(1).toFixed(6))
    expect(wide.verdict.firstLiquidation?.ambiguous).toBe(true)
  })

  test('where the prices agree nothing is ambiguous', () => {
    const same = view([aLoan(), aPool()])
    expect(same.anchoring).toEqual([])
    expect(same.verdict.firstLiquidation).toMatchObject({ ambiguous: false, priceOf: 'ETHUSDT' })
    expect(same.verdict.firstLiquidation?.price?.toFixed()).toBe('2409.64')
  })
})

describe('whose price the verdict tells', () => {
  test('of a wstETH, not of the ETH that moves it', () => {
    const loan = aLoan({
      revision: 11,
      reserves: [
        aReserve({
          asset: WSTETH,
          id: 0,
          decimals: 18,
          price: 3600n * 10n ** 8n,
          supplied: 10n ** 19n,
          liquidationThreshold: 8000n,
        }),
        aReserve({ asset: USDC, id: 1, decimals: 6, debt: 20_000n * 10n ** 6n, collateral: false }),
      ],
      // 36,000 x 0.8 / 20,000 = 1.44; dies below 2,500 USD a wstETH
      reported: {
        totalCollateral: 36_000n * 10n ** 8n,
        totalDebt: 20_000n * 10n ** 8n,
        healthFactor: 1_440_000_000_000_000_000n,
      },
    })
    const found = view([loan])
    expect(found.verdict.firstLiquidation).toMatchObject({ factor: 'ETH', priceOf: 'wstETH' })
    expect(verdictLine(found)).toBe('first liquidation at -30.5 % (wstETH 2,500.00)')
  })
})
