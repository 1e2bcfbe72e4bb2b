import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Decimal, dec, fromUnits, toUnits } from '../../../src/risk/decimal.ts'
import type { AaveV4Position, CompoundV3Position, LendingPosition } from '../../../src/risk/lendingPosition.ts'
import { liquidate } from '../../../src/risk/rules/aaveV4Liquidate.ts'
import { absorb } from '../../../src/risk/rules/compoundV3Absorb.ts'
import { borrowingOf, lendingRule } from '../../../src/risk/rules/lending.ts'
import { shocked } from '../../../src/risk/shock.ts'
import { solvency } from '../../../src/risk/solvency.ts'
import { type VectorBook, vectorSnapshot } from '../../support/vectorBook.ts'

type Exact = { exact: string } | null
type ExpectedLeg = Record<string, Exact | boolean | string>
type Vector = {
  id: string
  book: VectorBook
  expect: { legs: Record<string, ExpectedLeg> }
  extra?: {
    absorbAt?: Record<'newBase' | 'equityBefore' | 'equityAfter' | 'loss', Exact> & {
      shock: Record<string, string>
      liquidatable: boolean
    }
    v4?: Record<'bonus' | 'debtLiquidated' | 'collateralSeized' | 'loss' | 'hfAfter', Exact> & { config: Record<string, string> }
  }
}
const { vectors } = JSON.parse(readFileSync(new URL('../../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Vector[]
}

/** Relative 1e-9, against the exact rational. */
function expectSame(ours: Decimal | null | undefined, theirs: Exact | undefined, what: string): void {
  if (theirs === undefined) throw new RangeError(`${what} is not in the book`)
  if (theirs === null) {
    expect(ours, what).toBeNull()
    return
  }
  const [numerator = '', denominator = '1'] = theirs.exact.split('/')
  const exact = dec(numerator).div(dec(denominator))
  const close = ours?.minus(exact).abs().lte(exact.abs().times('1e-9'))
  expect(close, `${what}: ${ours?.toFixed(15)} is not ${exact.toFixed(15)}`).toBe(true)
}

/** The loans of a book; its pools may lack what a snapshot needs. */
function loansOf(book: VectorBook): LendingPosition[] {
  const { legs } = vectorSnapshot({ ...book, legs: book.legs.filter(({ type }) => type !== 'futures') })
  return legs.filter((leg) => leg.kind === 'lending')
}

/** The figures of a loan by the names of the worked books. */
function figuresOf(loan: LendingPosition): Record<string, Decimal | null> {
  const account = lendingRule(loan).accountOf(loan)
  const { ltv, maxLtv, headroomUsd, health } = borrowingOf(account)
  return {
    slackUsd: solvency(loan).slack,
    collateralUsd: account.collateralUsd,
    liquidationWeightedUsd: account.weightedUsd,
    debtUsd: account.debtUsd,
    healthFactor: account.health,
    ltv,
    maxLtv,
    borrowHeadroomUsd: headroomUsd,
    borrowHealth: health,
  }
}

describe('every loan of the worked books', () => {
  let counted = 0
  for (const { id, book, expect: expected } of vectors) {
    const loans = loansOf(book)
    if (loans.length === 0) continue
    test(id, () => {
      for (const loan of loans) {
        const figures = figuresOf(loan)
        const { kind, deadNow, unknown, ...theirs } = expected.legs[loan.id] ?? {}
        expect(kind).toBe(loan.protocol)
        expect(unknown, 'no worked loan is unknown').not.toBe(true)
        expect(solvency(loan).slack.lte(0) && solvency(loan).required.gt(0)).toBe(deadNow)
        expect(solvency(loan).tripped).toBe(deadNow)
        for (const [name, value] of Object.entries(theirs)) {
          expect(Object.keys(figures), `${name} is a figure of ours`).toContain(name)
          expectSame(figures[name], value as Exact, `${loan.id} ${name}`)
          counted += 1
        }
      }
    })
  }
  test('none was left out', () => expect(counted).toBeGreaterThanOrEqual(17 * 8))
})

describe('what the worked books say of liquidations', () => {
  const only = (vector: Vector): LendingPosition => loansOf(vector.book)[0] as LendingPosition

  const absorptions = vectors.flatMap((vector) => (vector.extra?.absorbAt ? [{ vector, at: vector.extra.absorbAt }] : []))
  for (const { vector, at } of absorptions) {
    test(`${vector.id}: an absorption`, () => {
      const { shock, liquidatable, ...theirs } = at
      const prices = new Map(Object.entries(shock).map(([factor, s]) => [factor, dec(s)]))
      const done = absorb(shocked(only(vector), prices) as CompoundV3Position)
      expect(done !== null).toBe(liquidatable)
      expectSame(fromUnits(done?.after.baseBalance ?? -1n, 18), theirs.newBase, 'newBase')
      expectSame(done?.equityBeforeUsd, theirs.equityBefore, 'equityBefore')
      expectSame(done?.equityAfterUsd, theirs.equityAfter, 'equityAfter')
      expectSame(done?.lossUsd, theirs.loss, 'loss')
      expect(Object.keys(theirs)).toHaveLength(4)
    })
  }

  const liquidations = vectors.flatMap((vector) => (vector.extra?.v4 ? [{ vector, v4: vector.extra.v4 }] : []))
  for (const { vector, v4 } of liquidations) {
    test(`${vector.id}: a liquidation to the target health`, () => {
      const { config, ...theirs } = v4
      const done = liquidate(configured(only(vector) as AaveV4Position, config))
      expectSame(done?.bonus, theirs.bonus, 'bonus')
      expectSame(done?.repaidUsd, theirs.debtLiquidated, 'debtLiquidated')
      expectSame(done?.seizedUsd, theirs.collateralSeized, 'collateralSeized')
      expectSame(done?.lossUsd, theirs.loss, 'loss')
      expectSame(done?.healthAfter, theirs.hfAfter, 'hfAfter')
      expect(Object.keys(theirs)).toHaveLength(5)
    })
  }

  test('there is one of each', () => {
    expect(absorptions.length).toBeGreaterThan(0)
    expect(liquidations.length).toBeGreaterThan(0)
  })
})

/** The spoke as the book's extra describes it. */
function configured(position: AaveV4Position, config: Record<string, string>): AaveV4Position {
  const units = (name: string, decimals: number): bigint => toUnits(dec(config[name] ?? ''), decimals, 'down')
  return {
    ...position,
    reserves: position.reserves.map((reserve) => ({ ...reserve, maxLiquidationBonus: units('maxBonus', 4) })),
    liquidation: {
      targetHealthFactor: units('targetHealthFactor', 18),
      healthFactorForMaxBonus: units('healthFactorForMaxBonus', 18),
      liquidationBonusFactor: units('liquidationBonusFactor', 4),
      dust: units('dust', 26),
    },
  }
}

test('what can be borrowed and what has to be repaid first: one of the two is nothing', () => {
  const account = (borrowable: number, debt: number) =>
    borrowingOf({ collateralUsd: dec(1000), borrowableUsd: dec(borrowable), debtUsd: dec(debt) } as Parameters<
      typeof borrowingOf
    >[0])
  const told = (found: ReturnType<typeof borrowingOf>) =>
    Object.values(found).map((one: Decimal | null) => one?.toFixed() ?? null)
  expect(told(account(750, 600))).toEqual(['0.6', '0.75', '150', '0', '1.25'])
  expect(told(account(600, 750))).toEqual(['0.75', '0.6', '0', '150', '0.8'])
  expect(told(account(600, 0))).toEqual(['0', '0.6', '600', '0', null])
})
