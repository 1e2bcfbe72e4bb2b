import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Decimal as Dec, type Decimal, dec } from '../../src/risk/decimal.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { projection } from '../../src/risk/projection.ts'
import { aComet, aLoan, aPool } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Published = {
  apr: string
  seconds: number
  debtAtReport: number
  hfAtReport: number
  displayHf3: string
  displayDebt2: string
  liqPriceDown: number
  displayLiqPriceDown2: string
}
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook; extra?: { accrual?: Published } }[]
}

function near(ours: Decimal | null | undefined, theirs: number): void {
  expect(
    ours
      ?.div(dec(String(theirs)))
      .minus(1)
      .abs()
      .lte('1e-9'),
    `${ours?.toFixed(15)} is not ${theirs}`,
  ).toBe(true)
}

const charging = (loan: AaveV3Position, apr: string): AaveV3Position => ({
  ...loan,
  reserves: loan.reserves.map((r) => ({ ...r, borrowRate: BigInt(dec(apr).times('1e27').toFixed(0)), supplyRate: 10n ** 26n })),
})

describe('the worked books, computed by an independent program', () => {
  const published = vectors.filter(({ extra }) => extra?.accrual !== undefined)
  test('at least one', () => expect(published.length).toBeGreaterThan(0))
  for (const { id, book, extra } of published) {
    test(id, () => {
      const wanted = extra?.accrual as Published
      const [leg] = vectorSnapshot(book).legs as [AaveV3Position]
      const found = projection(charging(leg, wanted.apr), BigInt(wanted.seconds))
      const down = found?.liquidation.find(({ asset, side }) => asset === 'WETH' && side === 'down')?.price
      near(found?.debt, wanted.debtAtReport)
      near(found?.health, wanted.hfAtReport)
      near(down, wanted.liqPriceDown)
      expect(found?.health?.toFixed(3, Dec.ROUND_FLOOR)).toBe(wanted.displayHf3)
      expect(found?.debt.toFixed(2, Dec.ROUND_CEIL)).toBe(wanted.displayDebt2)
      expect(down?.toFixed(2, Dec.ROUND_CEIL)).toBe(wanted.displayLiqPriceDown2)
    })
  }
})

describe('projection', () => {
  test('at the block itself it is what was read', () => {
    const now = projection(charging(aLoan(), '0.05'), 0n)
    expect(now?.health?.toFixed()).toBe('1.769890909090909091')
    expect(now?.debt.toFixed()).toBe('22000')
    expect(projection(charging(aLoan(), '0.05'), -100n)).toEqual(now)
  })

  test('a block of 12 seconds: the debt is rounded up to its base unit', () => {
    // 22,000,000,000 units x (1 + 0.05 / 31,536,000)^12 = 22,000,000,418.569... -> ...419
    expect(projection(charging(aLoan(), '0.05'), 12n)?.debt.toFixed()).toBe('22000.000419')
  })

  test('a loan on the edge trips by interest alone', () => {
    // 22,000 against a cover of 48,000 x 0.8112 = 38,937.6: a year at 57.5 % compounded is x 1.777
    const year = projection(charging(aLoan(), '0.575'), 31_536_000n)
    expect(year?.tripped).toBe(true)
    expect(year?.health?.lt(1)).toBe(true)
    expect(projection(charging(aLoan(), '0.57'), 31_536_000n)?.tripped).toBe(false)
  })

  test('the longer, the worse', () => {
    const loan = charging(aLoan(), '0.05')
    const [hour, day] = [3600n, 86_400n].map((seconds) => projection(loan, seconds))
    expect(day?.debt.gt(hour?.debt as Decimal)).toBe(true)
    expect(day?.health?.lt(hour?.health as Decimal)).toBe(true)
  })

  describe('of a Compound III market', () => {
    const rates = { utilization: 0n, supply: 0n, borrow: 2n * 10n ** 9n, curve: null }

    test('what is owed may be a unit more than was read, and grows by simple interest at least', () => {
      // 40,000,000,001 x 1.000000000000001 x (1 + 2e-9)^12 = 40,000,000,961.00004..: rounded up
      expect(projection(aComet({ rates }), 12n)?.debt.toFixed()).toBe('40000.000962')
      expect(projection(aComet({ rates }), 0n)?.debt.toFixed()).toBe('40000')
    })

    test('is never better than the contract, whatever its principal, its index and its last use are', () => {
      // The contract's own integers: an index of 15 digits, raised once from where it was stored; a principal times it, cut.
      const owed = (principal: bigint, index: bigint, elapsed: bigint): bigint =>
        (principal * (index + (index * (rates.borrow * elapsed)) / 10n ** 18n)) / 10n ** 15n
      let farthest = 0n
      for (let i = 0n; i < 400n; i += 1n) {
        const principal = 1n + (7_919n * i) ** 5n
        const index = 10n ** 15n + (104_729n * i) ** 2n
        const elapsed = (i * 31n) % 7_000n
        for (const ahead of [1n, 12n, 3_600n]) {
          const loan = aComet({ rates, baseBalance: -owed(principal, index, elapsed) })
          if (loan.baseBalance === 0n) continue
          const debt = projection(loan, ahead)?.debt as Decimal
          const later = owed(principal, index, elapsed + ahead)
          const over = BigInt(debt.times(1e6).toFixed()) - later
          expect(over >= 0n, `${principal} at ${index}, ${elapsed} + ${ahead}`).toBe(true)
          // Compounded in place of simple on what had grown already: (2e-9)^2 x 3,600 x (7,000 + 3,600 / 2) = 1.3e-10 of it.
          const excess = over - 3n - later / (5n * 10n ** 9n)
          if (excess > farthest) farthest = excess
        }
      }
      expect(farthest).toBe(0n)
    })

    test('one that supplies owes nothing; one whose rates are not known has none', () => {
      expect(projection(aComet({ rates, baseBalance: 5n }), 12n)).toMatchObject({ health: null, tripped: false })
      expect(projection(aComet(), 12n)).toBeNull()
    })
  })

  test('a leg without rates has no projection', () => {
    expect(projection(aPool(), 12n)).toBeNull()
    expect(projection(aComet(), 12n)).toBeNull()
  })

  test('nothing owed, nothing to die of', () => {
    const idle = aLoan({ reserves: aLoan().reserves.filter(({ debt }) => debt === 0n) })
    expect(projection(idle, 3600n)).toMatchObject({ health: null, tripped: false, liquidation: [] })
  })
})
