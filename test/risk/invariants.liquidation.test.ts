import { describe, expect } from 'vitest'
import { type Decimal, dec, fromUnits } from '../../src/risk/decimal.ts'
import type { AaveV3Position, AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import { liquidate } from '../../src/risk/rules/aaveV3Liquidation.ts'
import { type AaveV3Call, liquidationCalls } from '../../src/risk/rules/aaveV3LiquidationCall.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { atRevisions, type Given, invariant, loansOf } from '../support/invariant.ts'

/** The invariants of RISK section 7 that speak of what a liquidation takes, numbered as there. */

/** The book's Aave v3 accounts, each in a pool of some revision, with debts scaled so that health lies between 0.5 and 1. */
function dying({ legs, amount }: Given): readonly AaveV3Position[] {
  return loansOf(atRevisions(legs, amount)).flatMap((loan) => {
    const { cover, required } = solvency(loan)
    if (cover.isZero() || required.isZero()) return []
    const factor = cover.div(required).div(dec(500 + (amount % 500)).div(1000))
    const larger = (debt: bigint): bigint => BigInt(dec(debt).times(factor).ceil().toFixed())
    return [{ ...loan, reserves: loan.reserves.map((reserve) => ({ ...reserve, debt: larger(reserve.debt) })) }]
  })
}

const equityOf = (loan: AaveV3Position): Decimal => solvency(loan).equity

describe('29 the liquidation of an Aave v3 loan', () => {
  invariant(
    '29 debts and collateral never fall below 0, equity falls by the bill, never below 0 after a write-off',
    {},
    (given) => {
      let steps = 0
      for (const loan of dying(given)) {
        const { best, worst } = liquidate(loan)
        expect(best.billUsd.lte(worst.billUsd)).toBe(true)
        for (const { after, billUsd, badDebtUsd, ...course } of [best, worst]) {
          expect(after.reserves.every(({ supplied, debt }) => supplied >= 0n && debt >= 0n)).toBe(true)
          expect(equityOf(after).minus(equityOf(loan).minus(billUsd).plus(badDebtUsd)).abs().lt('1e-30')).toBe(true)
          expect(liquidationCalls(after)).toEqual([])
          const burns = loan.revision > 6 && course.steps.length > 0
          if (burns && after.reserves.every(({ supplied }) => supplied === 0n)) expect(equityOf(after).gte(0)).toBe(true)
          steps += course.steps.length
        }
      }
      return steps > 0
    },
  )

  invariant('29 each step costs exactly the bonus of what it repays, to a few base units', {}, (given) => {
    const steps = dying(given).flatMap((loan) => liquidate(loan).worst.steps.map((step) => ({ loan, step })))
    for (const { loan, step } of steps) {
      const [taken, owed] = [step.collateral, step.debt].map(
        (id) => loan.reserves.find((one) => one.id === id) as AaveV3Reserve,
      ) as [AaveV3Reserve, AaveV3Reserve]
      const bonus = dec(taken.liquidationBonus).div(10_000)
      const off = step.seizedUsd.minus(step.repaidUsd.times(bonus)).abs()
      // Half a basis point of a unit, one unit cut from each side, and the one more that a v3.5 pool takes.
      expect(off.lte(unitUsd(taken).plus(unitUsd(owed)).times(3)), `${off} off`).toBe(true)
      expect(step.lossUsd.eq(step.seizedUsd.minus(step.repaidUsd))).toBe(true)
      expect(restOf(step).every(({ supplied, debt }) => supplied >= 0n && debt >= 0n)).toBe(true)
    }
    return steps.length > 0
  })
})

const restOf = ({ after }: AaveV3Call): readonly AaveV3Reserve[] => after.reserves

const unitUsd = ({ decimals, price }: AaveV3Reserve): Decimal => fromUnits(1n, decimals).times(dec(price as bigint).div('1e8'))
