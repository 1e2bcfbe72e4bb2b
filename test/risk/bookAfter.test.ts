import { expect, test } from 'vitest'
import type { Range } from '../../src/risk/afterDeath.ts'
import { bookAfter } from '../../src/risk/bookAfter.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Cash } from '../../src/risk/leg.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, USDC, USDT, WETH } from '../support/books.ts'

const texts = ({ best, worst }: Range) => [best.toFixed(), worst.toFixed()]
const cash = (id: string, over: Partial<Cash>): Cash => ({
  id,
  place: 'wallet',
  asset: USDC,
  amount: dec(1),
  price: dec(1),
  ...over,
})
const CASH = [
  cash('usdc', { amount: dec(4000), price: dec('0.99') }),
  cash('eth', { asset: WETH, price: dec(3000) }),
  cash('dai', { price: null }),
]

const ETH_COIN = { key: 'binance/ETH', symbol: 'ETH', factor: 'ETH', basis: null }
const held = { asset: ETH_COIN, amount: dec(2), price: dec(3000), priceFrom: 'venue', ratio: dec(1) } as const
/** 12,000 USDT at 0.98, 2 ETH, and 20 ETH long that gained 100 each. */
const pool = aPool({
  settlePrice: dec('0.98'),
  wallet: [{ asset: USDT, amount: dec(12_000), price: dec('0.98'), priceFrom: 'venue', ratio: dec(1) }, held],
  positions: [aPosition({ mark: dec(3100) })],
})
/** 2 ETH of margin under an inverse long. */
const inverse = aPool({
  id: 'inverse',
  ...{ settle: ETH_COIN, settlePrice: dec(3000), settlePriceFrom: 'venue', wallet: [held] },
  positions: [aPosition({ symbol: 'ETHUSD', contract: 'inverse', size: dec(3000) })],
})
/** 10 WETH and 5,000 USDC supplied; 18,000 DAI and 1 WETH owed. */
const loan = aLoan({
  reserves: [
    aReserve({ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 10n ** 19n, debt: 10n ** 18n }),
    aReserve({ asset: USDC, id: 1, decimals: 6, supplied: 5000n * 10n ** 6n }),
    aReserve({ asset: anAsset('DAI', 'USD:DAI'), id: 2, decimals: 18, debt: 18_000n * 10n ** 18n }),
  ],
})

test('nobody dies: stablecoins owed against those left outside of the loans', () => {
  const found = bookAfter([loan, pool, inverse], CASH, [])
  expect(found.deaths).toEqual([])
  expect(found.legs).toEqual([loan, pool, inverse])
  // The WETH that is owed is no stablecoin, the USDC that is supplied is locked.
  expect(texts(found.debt)).toEqual(['18000', '18000'])
  // 12,000 x 0.98 and 2,000 x 0.98 of profit in the pool, 4,000 x 0.99 of cash; ETH is none, nor what the inverse pool holds.
  expect(texts(found.stable)).toEqual(['17680', '17680'])
  expect(texts(found.orphanDebt)).toEqual(['320', '320'])
  // 30,000 + 5,000 - 18,000 - 3,000; 13,720 + 6,000; 6,000; 3,960 + 3,000
  expect(found.equity.before.toFixed()).toBe('46680')
  expect(texts(found.equity.after)).toEqual(['46680', '46680'])
})

test('a pool dies: its stablecoins are gone or all there is left of them, the debt stays', () => {
  // At 2,400 the 20 ETH lost 12,000: nothing is left of the 12,000, and the loan owes what it owed.
  const dead = aPool({ positions: [aPosition({ mark: dec(2400) })] })
  const { deaths, legs, debt, stable, orphanDebt } = bookAfter([loan, dead], [], [dead.id])
  expect(deaths.map(({ leg }) => leg.id)).toEqual([dead.id])
  expect(legs.map(({ id }) => id)).toEqual([loan.id, dead.id])
  expect([texts(debt), texts(stable), texts(orphanDebt)]).toEqual([
    ['18000', '18000'],
    ['0', '0'],
    ['18000', '18000'],
  ])
})
