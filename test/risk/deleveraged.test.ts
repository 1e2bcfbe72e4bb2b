import { expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { deleveraged } from '../../src/risk/deleveraged.ts'
import { aLoan, aPool, aPosition, USDT } from '../support/books.ts'

const long = aPosition({ size: dec(10) })
const early = aPosition({ symbol: 'ETHUSDC', size: dec(2), entry: dec(2500) })
const short = aPosition({ side: 'short', size: dec(5) })
const pool = aPool({ positions: [long, early, short] })
/** The same at another mark. */
const at = (mark: number) => ({ ...pool, positions: pool.positions.map((one) => ({ ...one, mark: dec(mark) })) })
const held = (amount: number) => [{ asset: USDT, amount: dec(amount), price: dec(1), priceFrom: 'par', ratio: dec(1) }]

test('what is in profit on the side that is closed is realised, the rest stays as it was', () => {
  // At 2,800: 2 x (2,800 - 2,500) = 600; the other long is at a loss.
  expect(deleveraged(pool, 'long', at(2800))).toEqual({ ...pool, positions: [long, short], wallet: held(12_600) })
  // 5 x (3,000 - 2,800) = 1,000
  expect(deleveraged(pool, 'short', at(2800))).toEqual({ ...pool, positions: [long, early], wallet: held(13_000) })
  // 10 x 100 + 2 x 600
  expect(deleveraged(pool, 'long', at(3100))).toEqual({ ...pool, positions: [short], wallet: held(14_200) })
})

test('nothing in profit leaves all as it is, at its own price as well', () => {
  expect(deleveraged(pool, 'short', at(3100))).toBe(pool)
  expect(deleveraged(pool, 'short', at(3000))).toBe(pool)
})

test('a loan stays as it is', () => {
  const loan = aLoan()
  expect(deleveraged(loan, 'long', loan)).toBe(loan)
  expect(deleveraged(loan, 'long', at(3100))).toBe(loan)
  expect(deleveraged(pool, 'long', loan)).toBe(pool)
})
