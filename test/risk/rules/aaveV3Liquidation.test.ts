import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IncompleteAnswerError, UnsupportedError } from '../../../src/errors.ts'
import { type Decimal, dec } from '../../../src/risk/decimal.ts'
import type { AaveV3Position } from '../../../src/risk/lendingPosition.ts'
import { accountOf } from '../../../src/risk/rules/aaveV3.ts'
import { liquidate } from '../../../src/risk/rules/aaveV3Liquidation.ts'
import { type AaveV3Call, liquidationCalls } from '../../../src/risk/rules/aaveV3LiquidationCall.ts'
import { KNOWN_REVISIONS } from '../../../src/risk/rules/aaveV3Revisions.ts'
import { solvency } from '../../../src/risk/solvency.ts'
import { runs } from '../../support/runs.ts'
import { loanOf, type ReserveSketch } from './loanOf.ts'

const USD = 10n ** 8n
const ONE = 10n ** 6n
const dollars = (sketch: Partial<ReserveSketch>): ReserveSketch => ({ decimals: 6, price: USD, ...sketch })
const backs = (amount: number, threshold: bigint): ReserveSketch => dollars({ supplied: BigInt(amount) * ONE, threshold })
const owes = (amount: number): ReserveSketch => dollars({ debt: BigInt(amount) * ONE })

const callOf = (loan: AaveV3Position, collateral: number, debt: number): AaveV3Call => {
  const found = liquidationCalls(loan).find((call) => call.collateral === collateral && call.debt === debt)
  if (found === undefined) throw new RangeError(`no call of ${collateral} for ${debt}`)
  return found
}
const taken = ({ repaid, seized }: AaveV3Call): readonly bigint[] => [repaid, seized]

describe('the close factor', () => {
  // 9,000 x 0.87 = 7,830 of 8,000: 0.97875
  const two = (revision: number): AaveV3Position => loanOf(revision, [backs(9000, 8700n), owes(3000), owes(5000)])

  test.each([1, 4, 6])('revision %i: half of the one debt', (revision) => {
    expect(taken(callOf(two(revision), 0, 1))).toEqual([1500n * ONE, 1575n * ONE])
    expect(taken(callOf(two(revision), 0, 2))).toEqual([2500n * ONE, 2625n * ONE])
  })

  test.each([7, 9, 11])('revision %i: half of all debts, and of one debt no more than there is', (revision) => {
    expect(taken(callOf(two(revision), 0, 1))).toEqual([3000n * ONE, 3150n * ONE])
    expect(taken(callOf(two(revision), 0, 2))).toEqual([4000n * ONE, 4200n * ONE])
  })

  test('from v3.3 on a debt or a collateral under 2,000 USD goes whole', () => {
    // 1,999 x 0.9 = 1,799.1 of 1,800 and 2,250 x 0.9 = 2,025 of 2,030; each above 0.95.
    expect(callOf(loanOf(6, [backs(1999, 9000n), owes(1800)]), 0, 1).repaid).toBe(900n * ONE)
    expect(callOf(loanOf(7, [backs(1999, 9000n), owes(1800)]), 0, 1).repaid).toBe(1800n * ONE)
    expect(callOf(loanOf(7, [backs(2300, 9000n), owes(1999), owes(101)]), 0, 1).repaid).toBe(1999n * ONE)
    // From 2,000 of both on half is left: 1,050, and 2,500 - 1,102.50.
    expect(taken(callOf(loanOf(7, [backs(2500, 8390n), owes(2100)]), 0, 1))).toEqual([1050n * ONE, 1_102_500_000n])
  })

  test('at a health of 0.95 and below all of it', () => {
    // 9,500 x 0.8 = 7,600 of 8,000
    for (const revision of KNOWN_REVISIONS.keys()) {
      expect(taken(callOf(loanOf(revision, [backs(9500, 8000n), owes(8000)]), 0, 1))).toEqual([8000n * ONE, 8400n * ONE])
    }
  })
})

describe('no dust from v3.3 on', () => {
  test('the debt that is left is none or at least 1,000 USD', () => {
    // 4,500 x 0.87 = 3,915 of 4,000. Half is 2,000 of 2,001, and 1 would be left: 1,001 is the most that leaves 1,000.
    const loan = (revision: number) => loanOf(revision, [backs(4500, 8700n), owes(2001), owes(1999)])
    expect(taken(callOf(loan(6), 0, 1))).toEqual([1_000_500_000n, 1_050_525_000n])
    expect(taken(callOf(loan(7), 0, 1))).toEqual([1001n * ONE, 1_051_050_000n])
    // A debt below 2,000 may go whole.
    expect(callOf(loan(7), 0, 2).repaid).toBe(1999n * ONE)
  })

  test('a debt is rounded up from v3.5 on, so a unit less of it counts as 1,000', () => {
    // At 0.99999999 USD, 1,000,000,010 units are worth 999.9999999999 USD: 99,999,999,999 oracle units cut, 10^11 rounded up.
    const sketches = [backs(4500, 8700n), { ...owes(2001), price: USD - 1n, debt: 2001n * ONE }, owes(1999)]
    const left = (revision: number): bigint => 2001n * ONE - callOf(loanOf(revision, sketches), 0, 1).repaid
    // ceil(10^11 x 10^6 / 99,999,999) = 1,000,000,010.0000001 up; floor((10^11 - 1) x 10^6 / 99,999,999) + 1 = 1,000,000,009 + 1
    expect([left(8), left(9)]).toEqual([1_000_000_011n, 1_000_000_010n])
  })

  test('the same for the collateral', () => {
    // 2,101 x 0.9 + 2,500 x 0.8 = 3,890.9 of 4,000; half is 2,000, which takes 2,100 of either: 1 and 400 would be left.
    // 1,101 may go of the first: c x 1.05 + 0.5 < 1,101,000,001 units -> c = 1,048,571,429. 1,500 of the second: 1,428,571,429.
    const loan = loanOf(7, [backs(2101, 9000n), backs(2500, 8000n), owes(4000)])
    expect(taken(callOf(loan, 0, 2))).toEqual([1_048_571_429n, 1101n * ONE])
    expect(taken(callOf(loan, 1, 2))).toEqual([1_428_571_429n, 1_500_000_000n])
  })
})

describe('bad debt', () => {
  const units = (revision: number, supplied: bigint, debt: bigint) =>
    loanOf(revision, [dollars({ supplied, threshold: 8000n }), dollars({ debt }), dollars({ debt: 7n })])

  test('stays up to v3.2 and is written off from v3.3 on, in every reserve', () => {
    // 1,000 buys 952.380952 of debt: 147.619048 and the 300 of the other reserve are left.
    const loan = (revision: number) => loanOf(revision, [backs(1000, 8000n), owes(1100), owes(300)])
    const [kept, written] = [callOf(loan(6), 0, 1), callOf(loan(7), 0, 1)]
    expect([taken(kept), taken(written)]).toEqual([
      [952_380_952n, 1000n * ONE],
      [952_380_952n, 1000n * ONE],
    ])
    expect(kept.after.reserves.map(({ debt }) => debt)).toEqual([0n, 147_619_048n, 300n * ONE])
    expect(kept.badDebtUsd.toFixed()).toBe('0')
    expect(written.after.reserves.map(({ debt }) => debt)).toEqual([0n, 0n, 0n])
    expect(written.badDebtUsd.toFixed()).toBe('447.619048')
    expect(written.after.reported).toEqual({ totalCollateral: 0n, totalDebt: 0n, healthFactor: null })
    expect(written.after.reserves[0]?.collateral).toBe(false)
  })

  test('not while another collateral is left, nor in a reserve that is not active', () => {
    const other = loanOf(7, [backs(1000, 8000n), owes(1100), backs(100, 8000n)])
    expect(callOf(other, 0, 1).badDebtUsd.toFixed()).toBe('0')
    const dead = loanOf(7, [backs(1000, 8000n), owes(1100), { ...owes(300), active: false }])
    expect(callOf(dead, 0, 1).badDebtUsd.toFixed()).toBe('147.619048')
  })

  test('roundings by revision: what is seized for a debt, what is repaid for all of a collateral', () => {
    // 90 units x 1.05 = 94.5 of 100
    expect([10, 11].map((revision) => taken(callOf(units(revision, 100n, 90n), 0, 1)))).toEqual([
      [90n, 95n],
      [90n, 94n],
    ])
    // 99 units would take 103.95 of 100: 100 / 1.05 = 95.238
    expect([8, 9, 11].map((revision) => taken(callOf(units(revision, 100n, 99n), 0, 1)))).toEqual([
      [95n, 100n],
      [96n, 100n],
      [96n, 100n],
    ])
  })
})

describe('which calls there are', () => {
  test('none while health is 1 or more, or nothing is owed', () => {
    expect(liquidationCalls(loanOf(1, [backs(1000, 8000n), owes(800)]))).toEqual([])
    expect(liquidationCalls(loanOf(1, [backs(1000, 8000n)]))).toEqual([])
  })

  test('only what is switched on backs; a threshold of 0 can be taken from v3.6 on', () => {
    const sketches = [backs(100, 8000n), { ...backs(100, 8000n), collateral: false }, backs(100, 0n), owes(200)]
    expect(liquidationCalls(loanOf(9, sketches)).map(({ collateral }) => collateral)).toEqual([0])
    expect(liquidationCalls(loanOf(10, sketches)).map(({ collateral }) => collateral)).toEqual([0, 2])
  })

  test('what buys nothing of the other side is refused by the tokens', () => {
    // A unit of a coin of 100,000 USD and 2 decimals is worth 1,000 USD: 0.000001 USD buys none of it, 1,100 USD buy 1.1, cut to 1.
    const coin = { decimals: 2, price: 100_000n * USD, supplied: 1n, threshold: 8000n }
    expect(liquidationCalls(loanOf(1, [coin, dollars({ debt: 1n }), owes(1100)])).map(({ debt }) => debt)).toEqual([2])
  })

  test('the same reserve on both sides', () => {
    // 1,000 x 0.8 of 900: all 900 take 945.
    const call = callOf(loanOf(1, [dollars({ supplied: 1000n * ONE, threshold: 8000n, debt: 900n * ONE })]), 0, 0)
    expect(call.after.reserves[0]).toMatchObject({ supplied: 55n * ONE, debt: 0n })
  })

  test('an unknown revision and a missing price are refused', () => {
    expect(() => liquidationCalls(loanOf(12, [backs(1, 1n), owes(1)]))).toThrow(UnsupportedError)
    expect(() => liquidationCalls(loanOf(11, [{ ...backs(1, 1n), price: null }, owes(1)]))).toThrow(IncompleteAnswerError)
  })
})

describe('the courses', () => {
  test('worst and best pair, with what they cost', () => {
    // 4,000 x 0.83 + 3,000 x 0.8 = 5,720 of 5,900, the average cut to 81.71 %: 0.969441. Worst: half of the debt by the 10 % collateral: 2,950 repaid, 3,245 taken,
    // 295 lost; left 755 x 0.83 + 2,400 = 3,026.65 of 2,950. Best: by the 5 % one 3,000 / 1.05 = 2,857.142857 repaid, 142.857143
    // lost; left 3,320 of 3,042.857143.
    const dear = loanOf(1, [backs(4000, 8300n), backs(3000, 8000n), owes(5900)])
    const loan = { ...dear, reserves: dear.reserves.map((r) => (r.id === 0 ? { ...r, liquidationBonus: 11_000n } : r)) }
    const { best, worst } = liquidate(loan)
    expect(worst.steps).toMatchObject([{ collateral: 0, debt: 2, repaid: 2950n * ONE, seized: 3245n * ONE }])
    expect(best.steps).toMatchObject([{ collateral: 1, debt: 2, repaid: 2_857_142_857n, seized: 3000n * ONE }])
    expect([worst.billUsd.toFixed(), best.billUsd.toFixed()]).toEqual(['295', '142.857143'])
    expect(worst.steps[0]?.healthBefore.toFixed(6)).toBe('0.969441')
    expect(worst.steps[0]?.repaidUsd.toFixed()).toBe('2950')
    expect(worst.steps[0]?.seizedUsd.toFixed()).toBe('3245')
  })

  test('without a step where nothing can be liquidated', () => {
    const loan = loanOf(1, [backs(1000, 8000n), owes(800)])
    const { best, worst } = liquidate(loan)
    expect([best.steps, worst.steps, worst.after]).toEqual([[], [], loan])
  })

  const sketch = fc
    .record({
      decimals: fc.constantFrom(6, 8, 18),
      price: fc.bigInt({ min: 10n ** 6n, max: 10n ** 13n }),
      usd: fc.bigInt({ min: 0n, max: 30_000n * USD }),
      owed: fc.bigInt({ min: 0n, max: 30_000n * USD }),
      side: fc.constantFrom('supplied', 'debt', 'both'),
      threshold: fc.bigInt({ min: 5000n, max: 9500n }),
    })
    .map(({ decimals, price, usd, owed, side, threshold }): ReserveSketch => {
      const units = (value: bigint): bigint => (value * 10n ** BigInt(decimals)) / price
      const [supplied, debt] = [side === 'debt' ? 0n : units(usd), side === 'supplied' ? 0n : units(owed)]
      return { decimals, price, supplied, debt, threshold }
    })
  /** Debts are scaled so that health comes close to the wanted one, in 1/1000. */
  const loans = fc
    .tuple(
      fc.constantFrom(...KNOWN_REVISIONS.keys()),
      fc.array(sketch, { minLength: 1, maxLength: 5 }),
      fc.oneof(fc.bigInt({ min: 400n, max: 950n }), fc.bigInt({ min: 951n, max: 1010n })),
    )
    .map(([revision, sketches, wanted]) => {
      const drawn = loanOf(revision, sketches)
      const health = accountOf(drawn).healthFactor
      if (health === null) return drawn
      const scaled = (debt: bigint): bigint => (debt * health) / (wanted * 10n ** 15n)
      return { ...drawn, reserves: drawn.reserves.map((reserve) => ({ ...reserve, debt: scaled(reserve.debt) })) }
    })
  const equity = (position: AaveV3Position): Decimal => solvency(position).equity

  test('29 balances never fall below 0, equity falls by the bonus, and what is left lives or has nothing to take', () => {
    let steps = 0
    fc.assert(
      fc.property(loans, (loan) => {
        const { best, worst } = liquidate(loan)
        expect(best.billUsd.lte(worst.billUsd)).toBe(true)
        for (const course of [best, worst]) {
          const { after, billUsd, badDebtUsd } = course
          expect(equity(after).minus(equity(loan).minus(billUsd).plus(badDebtUsd)).abs().lt('1e-30')).toBe(true)
          expect(after.reserves.every(({ supplied, debt }) => supplied >= 0n && debt >= 0n)).toBe(true)
          expect(liquidationCalls(after)).toEqual([])
          const nothingLeft = after.reserves.every(({ supplied }) => supplied === 0n)
          if (loan.revision > 6 && course.steps.length > 0 && nothingLeft) expect(equity(after).gte(0)).toBe(true)
          steps += course.steps.length
        }
      }),
      runs(300),
    )
    expect(steps).toBeGreaterThan(runs(300).numRuns)
  })

  test('no call takes more than the bonus, nor leaves dust from v3.3 on, and a unit more would', () => {
    let halves = 0
    fc.assert(
      fc.property(loans, (loan) => {
        for (const call of liquidationCalls(loan)) {
          const [collateral, debt] = [loan.reserves[call.collateral], loan.reserves[call.debt]]
          if (collateral === undefined || debt === undefined) throw new RangeError('no such reserve')
          // Half up to a unit of the collateral, and what is repaid is cut twice to one of the debt.
          const slack = [collateral, debt].map(({ decimals, price }) =>
            dec(price as bigint)
              .div(USD.toString())
              .div(10 ** decimals),
          )
          const most = call.repaidUsd
            .plus((slack[1] as Decimal).times(2))
            .times('1.05')
            .plus(slack[0] as Decimal)
          expect(call.seizedUsd.lte(most)).toBe(true)
          const left = [collateral.supplied - call.seized, debt.debt - call.repaid]
          if (loan.revision < 7 || left.includes(0n)) continue
          halves += 1
          const worth = [collateral, debt].map(({ price, decimals }, i) =>
            dec(left[i] as bigint)
              .times((price as bigint).toString())
              .div(10 ** decimals)
              .div(USD.toString()),
          )
          for (const usd of worth) expect(usd.gt('999.9999')).toBe(true)
          // The coarsest unit among them is worth 0.10 USD.
          const half = dec(accountOf(loan).totalDebt).div(2).div(USD.toString())
          const atLimit = call.repaidUsd.minus(half).abs().lt('0.3') || worth.some((usd) => usd.lt('1000.3'))
          expect(atLimit, `${call.repaidUsd} of ${half}, left ${worth}`).toBe(true)
        }
      }),
      runs(300),
    )
    expect(halves).toBeGreaterThan(runs(300).numRuns / 20)
  })
})

// 10,000 at 80 % with a bonus of 5 %, 10,000 at 80 % with one of 10 %; 17,000 owed: health 16,000 / 17,000 = 0.9412, all may be repaid.
// Taking the first whole: 10,000 / 1.05 = 9,523.81 repaid, 476.19 lost; the second: 10,000 / 1.1 = 9,090.91, 909.09 lost.
test.each([
  [[10_500n, 11_000n], 1, 0],
  [[11_000n, 10_500n], 0, 1],
] as const)(
  'bonuses of %s: the worst course begins with the larger, wherever it stands, the best with the smaller',
  (bonuses, worst, best) => {
    const loan = loanOf(1, [backs(10_000, 8000n), backs(10_000, 8000n), owes(17_000)])
    const reserves = loan.reserves.map((one, i) => ({ ...one, liquidationBonus: bonuses[i] ?? 10_000n }))
    const found = liquidate({ ...loan, reserves })
    expect([found.worst.steps[0]?.collateral, found.best.steps[0]?.collateral]).toEqual([worst, best])
    expect(found.worst.steps[0]?.lossUsd.toFixed(2)).toBe('909.09')
    expect(found.best.steps[0]?.lossUsd.toFixed(2)).toBe('476.19')
  },
)
