import { expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { exchangeOf } from '../../src/risk/exchangeOf.ts'
import { aLoan, aPool, USDC, USDT } from '../support/books.ts'

test('an exchange by the name in the key; a chain is none', () => {
  const cash = (asset: typeof USDT) => exchangeOf({ id: 'x', place: 'Binance', asset, amount: dec(1), price: dec(1) })
  expect([exchangeOf(aPool()), cash(USDT), cash({ ...USDT, key: 'okx/a/b' })]).toEqual(['binance', 'binance', 'okx'])
  expect([exchangeOf(aLoan()), cash(USDC)]).toEqual([null, null])
})
