import { describe, expect, test } from 'vitest'
import { type DebtUse, debtUses } from '../../src/risk/debtUse.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import type { AaveV3Position, CompoundV3Position, LendingPosition } from '../../src/risk/lendingPosition.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { aComet, aLoan, aSpoke } from '../support/books.ts'

const ray = (percent: string): bigint => BigInt(dec(percent).times('1e25').toFixed(0))
const percent18 = (percent: bigint): bigint => percent * 10n ** 16n
/** A rate that compounds by the second to nearly e^r - 1. */
const compounded = (rate: string): Decimal => dec(rate).div(31_536_000).plus(1).pow(31_536_000).minus(1)

const uses = (leg: LendingPosition): readonly DebtUse[] => debtUses(leg, solvency(leg))
const only = (leg: LendingPosition): DebtUse => {
  const [first, ...more] = uses(leg)
  return first !== undefined && more.length === 0 ? first : expect.unreachable()
}
function near(ours: Decimal | null | undefined, theirs: Decimal | string): void {
  const expected = dec(theirs.toString())
  expect(ours?.minus(expected).abs().lte(expected.abs().times('1e-9')), `${ours?.toFixed(12)} is not ${expected}`).toBe(true)
}

const CURVE = { kink: ray('92'), rateAtKink: ray('6'), rateAtFull: ray('36') }
/** REPORT's loan: 38,937.6 USD of cover for 22,000 USDC at 5 %. */
const loan = (over: object = {}): AaveV3Position =>
  aLoan({
    reserves: aLoan().reserves.map((one) =>
      one.debt === 0n ? one : { ...one, borrowRate: ray('5'), utilization: ray('82'), curve: CURVE, ...over },
    ),
  })
const comet = (over: Partial<NonNullable<CompoundV3Position['rates']>> = {}): CompoundV3Position =>
  aComet({
    rates: {
      ...{ utilization: percent18(82n), supply: 10n ** 9n, borrow: 2n * 10n ** 9n },
      curve: { kink: percent18(90n), rateAtKink: 3n * 10n ** 9n, rateAtFull: 20n * 10n ** 9n },
      ...over,
    },
  })

describe('what a debt would cost in a market that is used up', () => {
  test('Aave v3: use, kink and the rates there, compounded', () => {
    const { asset, apy, used, climb } = only(loan())
    expect([asset.symbol, used?.toFixed(), climb?.kink.toFixed()]).toEqual(['USDC', '0.82', '0.92'])
    near(apy, compounded('0.05'))
    near(climb?.apyAtKink, compounded('0.06'))
    near(climb?.apyAtFull, compounded('0.36'))
    // 22,000 x (e^(0.36 / 365) - e^(0.05 / 365)) = 18.6954 a day
    expect(climb?.morePerDay?.toFixed(4)).toBe('18.6954')
  })

  test('the days until the loan dies of it, its collateral earning what it earns', () => {
    // From the health that the contract rounds, 1.769890909..: ln of it by the daily logarithm of the rate.
    const daily = dec('0.36').div(31_536_000).plus(1).ln().times(86_400)
    near(only(loan()).climb?.days?.soonest, dec('1.769890909090909091').ln().div(daily))
    const rich = loan()
    const earning = { ...rich, reserves: rich.reserves.map((one) => ({ ...one, supplyRate: ray('2') })) }
    expect(only(earning).climb?.days?.soonest?.gt(only(rich).climb?.days?.soonest ?? 0)).toBe(true)
  })

  test('Compound III: the same, from rates a second', () => {
    const { apy, used, climb } = only(comet())
    expect([used?.toFixed(), climb?.kink.toFixed()]).toEqual(['0.82', '0.9'])
    near(apy, dec('1.000000002').pow(31_536_000).minus(1))
    near(climb?.apyAtFull, dec('1.00000002').pow(31_536_000).minus(1))
    // 40,000 x (1.00000002^86,400 - 1.000000002^86,400)
    near(climb?.morePerDay, dec('1.00000002').pow(86_400).minus(dec('1.000000002').pow(86_400)).times(40_000))
    near(climb?.days?.soonest, dec('1.191').ln().div(dec('1.00000002').ln()).div(86_400))
  })

  test('where it asks for more already, it costs no more, and no less', () => {
    const over = only(comet({ utilization: percent18(104n), borrow: 30n * 10n ** 9n }))
    expect([over.used?.toFixed(), over.climb?.morePerDay?.toFixed()]).toEqual(['1.04', '0'])
    near(over.climb?.days?.soonest, dec('1.191').ln().div(dec('1.00000003').ln()).div(86_400))
    near(over.climb?.apyAtFull, dec('1.00000002').pow(31_536_000).minus(1))
  })
})

describe('what is not known', () => {
  test('of the curve, or of the use alone', () => {
    expect(only(loan({ curve: null, utilization: null }))).toMatchObject({ used: null, climb: null })
    expect(only(loan({ utilization: null }))).toMatchObject({ used: null, climb: { morePerDay: expect.anything() } })
    expect(only(comet({ curve: null }))).toMatchObject({ used: dec('0.82'), climb: null })
    expect(only(aComet())).toMatchObject({ apy: null, used: null, climb: null })
  })

  test('a loan that another rate decides, too: no days without it', () => {
    // An Aave v4 spoke tells neither rates nor use.
    expect(uses(aSpoke()).every(({ apy, used, climb }) => apy === null && used === null && climb === null)).toBe(true)
  })

  test('one that owes nothing has no debt to tell of; a dead one has no days left', () => {
    expect(uses(aLoan({ reserves: aLoan().reserves.filter(({ debt }) => debt === 0n) }))).toEqual([])
    const dead = only(loan({ debt: 60_000n * 10n ** 6n }))
    expect(dead.climb?.days?.soonest?.toFixed()).toBe('0')
  })
})
