import { describe, expect, test } from 'vitest'
import { dec, ONE } from '../../src/risk/decimal.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import type { AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import { openDesk, type RescueBook } from '../../src/risk/rescueDesk.ts'
import type { Route } from '../../src/risk/routes.ts'
import { aLoan, aPool, USDC, USDT, WETH } from '../support/books.ts'

const CASH: Cash = { id: 'cash', place: 'wallet 0xab on Ethereum', asset: USDC, amount: dec(10_000), price: dec('0.999') }
const [LOAN, POOL] = [aLoan().id, aPool().id]
const idlePool = aPool({ id: 'idle', venue: 'Idle exchange', positions: [], settlePrice: dec('0.998') })
const [eth] = aLoan().reserves as [AaveV3Reserve]
const savings = aLoan({ id: 'savings', venue: 'Savings', reserves: [eth] })

const desk = (over: Partial<RescueBook> & { readonly legs: readonly Leg[] }) => openDesk({ cash: [], ...over })
const purses = (over: Parameters<typeof desk>[0]) =>
  desk(over).ward.purses.map(({ id, asset, price, amount, spares }) => [
    ...[id, asset.symbol, price.toFixed(), amount.toFixed()],
    spares?.leg ?? null,
  ])
const gives = (leg: string, withdrawable: string) => ({ leg, withdrawable: dec(withdrawable) })

describe('who has', () => {
  test('cash with a price, in USD; nothing is nothing', () => {
    const empty = { ...CASH, id: 'empty', amount: dec(0) }
    const unpriced = { ...CASH, id: 'unpriced', price: null }
    expect(purses({ legs: [aLoan()], cash: [CASH, empty, unpriced] })).toEqual([['cash', 'USDC', '0.999', '9990', null]])
  })

  test('a leg that gives, by what it needs itself; a pool without positions gives all that it may', () => {
    const legs = [aLoan(), aPool(), idlePool]
    expect(purses({ legs, donors: [gives(POOL, '500'), gives('idle', '700')] })).toEqual([
      [POOL, 'USDT', '1', '500', POOL],
      ['idle', 'USDT', '0.998', '700', null],
    ])
    expect(purses({ legs, donors: [gives(LOAN, '300')] })).toEqual([[LOAN, 'USDC', '1', '300', LOAN]])
  })

  test('nobody that lets nothing go, that is not in the book, or a loan that owes nothing', () => {
    const donors = [gives(POOL, '0'), gives('elsewhere', '500'), gives('savings', '500')]
    expect(purses({ legs: [aPool(), savings], donors })).toEqual([])
    expect(purses({ legs: [aPool()] })).toEqual([])
  })
})

describe('who needs', () => {
  test('each leg that money can help, by the moves of the markets, on both sides', () => {
    const { ward, reference } = desk({ legs: [aLoan(), savings, idlePool, aPool()] })
    expect(ward.patients.map(({ curve, coins }) => [curve.leg, coins.map(({ asset }) => asset.symbol)])).toEqual([
      [LOAN, ['USDC']],
      [POOL, ['USDT']],
    ])
    expect(reference.paths.map(({ name }) => name).toSorted()).toEqual(['ALL', 'BTC', 'ETH'])
    expect(reference.sides).toEqual(['down', 'up'])
    expect(ward.conversionCost.toFixed()).toBe('0.001')
    const narrow = desk({ legs: [aLoan()], sides: ['down'], conversionCost: dec('0.02') })
    expect([narrow.reference.sides, narrow.ward.conversionCost.toFixed()]).toEqual([['down'], '0.02'])
  })
})

describe('the ways and their limits', () => {
  const way = (to: string, over: Partial<Route> = {}): Route => ({
    ...{ from: 'cash', to, minutes: null, cap: null, closed: null },
    ...over,
  })

  test('every purse to every leg where nobody said otherwise', () => {
    const open = [way(LOAN), way(POOL)]
    expect(desk({ legs: [aLoan(), aPool()], cash: [CASH] }).ward.routes).toEqual(open)
    expect(desk({ legs: [aLoan(), aPool()], cash: [CASH], routes: null }).ward.routes).toEqual(open)
    expect(desk({ legs: [aLoan(), aPool()], cash: [CASH], routes: [way(POOL)] }).ward.routes).toEqual([way(POOL)])
  })

  test('are told in words: closed ways, caps, money without a price, coins that cannot be placed', () => {
    const routes = [
      way(LOAN, { closed: 'no gas', cap: ONE }),
      way(POOL, { cap: dec('1999.9') }),
      way('elsewhere', { cap: dec(5) }),
      way(POOL),
    ]
    const reserves = aLoan().reserves.map((one) => (one.debt > 0n ? { ...one, paused: true } : one))
    const unpriced: Cash = { id: 'eth', place: 'a cold wallet', asset: WETH, amount: dec(1), price: null }
    const { limits } = desk({ legs: [aLoan({ reserves }), aPool()], cash: [CASH, unpriced], routes })
    expect(limits).toEqual([
      'WETH in a cold wallet has no price, so it is not used',
      'cash to Aave v3 Ethereum: no gas',
      'cash to Binance USDT cross: at most 1999 USD',
      'cash to elsewhere: at most 5 USD',
      'Aave v3 Ethereum: USDC is paused: it cannot be repaid',
    ])
  })

  test('without any there is nothing to tell', () => {
    const settled = { ...CASH, asset: USDT }
    expect(desk({ legs: [aLoan(), aPool()], cash: [settled] }).limits).toEqual([])
  })
})
