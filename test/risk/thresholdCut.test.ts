import { describe, expect, test } from 'vitest'
import { solvency } from '../../src/risk/solvency.ts'
import { withThresholdCut } from '../../src/risk/thresholdCut.ts'
import { aComet, aLoan, aReserve, aSpoke, USDC, WETH } from '../support/books.ts'

const health = (leg: Parameters<typeof solvency>[0]): string | undefined => solvency(leg).health?.toFixed(6)

describe('5 points less', () => {
  test('an Aave v3 loan', () => {
    // 30,000 x 0.78 + 18,000 x 0.73 = 36,540 of 48,000 is 76.125 %, cut to 76.12 %: 36,537.6 of 22,000
    const cut = withThresholdCut(aLoan(), 500n)
    expect(health(cut)).toBe('1.660800')
    expect(solvency(cut).cover.toFixed()).toBe('36540')
    // Nothing else of it moves.
    expect(solvency(cut).equity.toFixed()).toBe(solvency(aLoan()).equity.toFixed())
    expect(cut).toMatchObject({ reserves: [{ ltv: 8050n, liquidationBonus: 10_450n }, {}, {}] })
  })

  test('thresholds of an e-mode fall too', () => {
    const inEMode = { asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 10n ** 18n, inEMode: true }
    const loan = aLoan({
      eModeCategory: 1,
      reserves: [
        aReserve({ ...inEMode, liquidationThreshold: 9300n }),
        aReserve({ asset: USDC, id: 1, decimals: 6, debt: 2_640n * 10n ** 6n, collateral: false }),
      ],
    })
    // 3,000 x 0.93 = 2,790, then 3,000 x 0.88 = 2,640: health 1, which still lives; a point less does not.
    expect(health(loan)).toBe('1.056818')
    expect([health(withThresholdCut(loan, 500n)), solvency(withThresholdCut(loan, 500n)).tripped]).toEqual(['1.000000', false])
    expect(solvency(withThresholdCut(loan, 501n)).tripped).toBe(true)
  })

  test('a Compound III loan: what covers its debt, not what it is credited when it is absorbed', () => {
    // 30,000 x 0.845 + 27,000 x 0.72 = 44,790 of 40,000
    const cut = withThresholdCut(aComet(), 500n)
    expect(health(cut)).toBe('1.119750')
    expect(cut).toMatchObject({ collateral: [{ liquidationFactor: 950n * 10n ** 15n }, { borrowFactor: 700n * 10n ** 15n }] })
  })

  test('an Aave v4 account: the factors it holds, and those that wait for it', () => {
    // 30,000 x 0.80 / 20,000
    const cut = withThresholdCut(aSpoke(), 500n)
    expect(health(cut)).toBe('1.200000')
    expect(cut).toMatchObject({ reserves: [{ latestCollateralFactor: 8000n }, { latestCollateralFactor: 7300n }] })
  })
})

describe('the ends', () => {
  test('no cut is the same loan', () => {
    for (const leg of [aLoan(), aComet(), aSpoke()]) expect(withThresholdCut(leg, 0n)).toBe(leg)
  })

  test('never below 0: what counted for nothing counts for nothing', () => {
    for (const leg of [aLoan(), aComet(), aSpoke()]) {
      expect(solvency(withThresholdCut(leg, 20_000n)).cover.toFixed()).toBe('0')
      expect(solvency(withThresholdCut(leg, 20_000n)).tripped).toBe(true)
    }
  })
})
