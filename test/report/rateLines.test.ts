import { describe, expect, test } from 'vitest'
import { toJson } from '../../src/report/json.ts'
import { rateRows } from '../../src/report/rateLines.ts'
import { reportSchema } from '../../src/report/schema.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import { aComet, aLoan, aPool, aSpoke, USDC, WETH } from '../support/books.ts'
import { RATED_LOAN, reportFindings } from '../support/reportBook.ts'

const ray = (percent: string): bigint => BigInt(dec(percent).times('1e25').toFixed(0))
const CURVE = { kink: ray('92'), rateAtKink: ray('6'), rateAtFull: ray('36') }

/** REPORT's loan, the reserve of its debt changed. */
const owing = (over: Partial<AaveV3Reserve>): AaveV3Position => ({
  ...RATED_LOAN,
  reserves: RATED_LOAN.reserves.map((one) => (one.asset === USDC ? { ...one, ...over } : one)),
})
const said = (...legs: readonly Leg[]): string | null => {
  const rows = rateRows(reportFindings({ legs }))
  expect(rows.length).toBeLessThan(2)
  return rows[0]?.text ?? null
}

describe('what the dearest debt costs', () => {
  test('below the kink: now, and what it climbs to', () => {
    expect(said(RATED_LOAN)).toBe(
      'USDC borrow 5.4 % at 82 % used; beyond 92 % it climbs to 45.1 % (-19.31 USD/day more); rewards not counted',
    )
  })

  test('beyond the kink, with the days that are left: all rounded to the worse side', () => {
    // ln(1.769890909) / ln(1 + ..) = 0.57092 x 365 / 3 = 69.46 days at 300 %; e^3 - 1 = 1908.56 %, e^0.2 - 1 = 22.15 %
    const used = owing({
      borrowRate: ray('20'),
      utilization: ray('96.34'),
      curve: { ...CURVE, rateAtFull: ray('300') },
      supplyRate: 0n,
    })
    const still = { ...used, reserves: used.reserves.map((one) => ({ ...one, supplyRate: 0n })) }
    expect(said(still)).toMatch(
      /^USDC borrow 22\.2 % at 96\.4 % used, beyond 92 % where it climbs: to 1908\.6 % \(-[\d.]+ USD\/day more, 69 days to liquidation\); /,
    )
  })

  test('all used up, it asks the most', () => {
    const full = owing({ borrowRate: ray('36'), utilization: ray('100'), curve: CURVE })
    expect(said(full)).toBe('USDC borrow 43.4 % at 100 % used, the most it asks; rewards not counted')
  })

  test('of several the one that would cost the most is told, the others counted', () => {
    const both = {
      ...RATED_LOAN,
      reserves: RATED_LOAN.reserves.map((one) =>
        one.asset === WETH
          ? { ...one, debt: 10n ** 18n, utilization: ray('50'), curve: { ...CURVE, rateAtFull: ray('90') } }
          : one,
      ),
    }
    expect(said(both)).toMatch(/^USDC borrow .*; 1 other debt climbs, too; rewards not counted$/)
    const rates = { utilization: 9n * 10n ** 17n, supply: 0n, borrow: 2n * 10n ** 9n }
    const comet = aComet({
      rates: { ...rates, curve: { kink: 85n * 10n ** 16n, rateAtKink: 10n ** 9n, rateAtFull: 90n * 10n ** 9n } },
    })
    expect(said(both, comet)).toMatch(
      /^Compound III Ethereum USDC: USDC borrow 6\.6 % at 90 % used, beyond 85 % where .*; 2 other debts climb, too; /,
    )
  })
})

describe('what is not known looks missing', () => {
  test('the climb, the use, or both', () => {
    const how = ', how it would climb is not known; rewards not counted'
    expect(said(owing({ curve: null, utilization: null }))).toBe(`USDC borrow 5.4 %${how}`)
    expect(said(owing({ curve: null }))).toBe(`USDC borrow 5.4 % at 82 % used${how}`)
    expect(said(owing({ utilization: null }))).toBe(
      'USDC borrow 5.4 %; beyond 92 % it climbs to 45.1 % (-19.31 USD/day more); rewards not counted',
    )
  })

  test('nothing where no rate is known or paid; of a loan that only earns, its rewards', () => {
    expect([said(aSpoke()), said(aLoan()), said(aPool()), said(aComet())]).toEqual([null, null, null, null])
    const idle = { ...RATED_LOAN, reserves: RATED_LOAN.reserves.filter(({ debt }) => debt === 0n) }
    expect(said(idle)).toBe('rewards not counted')
  })
})

test('the JSON report tells every debt, as its schema says', () => {
  const json = toJson(reportFindings({ legs: [RATED_LOAN] }))
  expect(reportSchema.safeParse(json).error?.issues).toBeUndefined()
  const [debt] = json.carry.legs[0]?.debts ?? []
  expect(debt).toMatchObject({
    asset: 'USDC',
    used: '0.82',
    climb: { kink: '0.92', morePerDay: expect.stringMatching(/^19\.304/) },
  })
  expect(debt?.climb?.apyAtFull).toMatch(/^0\.450/)
  const unknown = toJson(reportFindings({ legs: [owing({ curve: null, utilization: null })] })).carry.legs[0]?.debts
  expect(unknown).toEqual([{ asset: 'USDC', key: USDC.key, used: null, climb: null }])
})
