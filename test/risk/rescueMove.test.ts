import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/risk/allocate.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import { openDesk } from '../../src/risk/rescueDesk.ts'
import { movesOf } from '../../src/risk/rescueMove.ts'
import type { Route } from '../../src/risk/routes.ts'
import { aLoan, anAsset, aPool, USDC, USDT } from '../support/books.ts'

const [LOAN, POOL] = [aLoan(), aPool()]
const DAI = anAsset('DAI', 'USD:DAI')
const cash = (id: string, asset = USDC): Cash => ({ id, place: id, asset, amount: dec(9000), price: dec(1) })
const route = (from: string, to: Leg, minutes: number | null): Route => ({
  ...{ from, to: to.id, cap: null, closed: null },
  minutes: minutes === null ? null : dec(minutes),
})
const delivery = (from: string, to: Leg, usd: number, over: Partial<Delivery> = {}): Delivery => {
  const asset = to === LOAN ? USDC : USDT
  const coin = { asset, price: dec(1), counts: dec(1), cap: null, unit: null, closed: null }
  const purse = { id: from, asset, price: dec(1), amount: dec(9000), spares: null }
  return { purse, leg: to.id, coin, usd: dec(usd), lands: dec(usd), converted: false, ...over }
}
const moves = (routes: readonly Route[] | null, ...deliveries: readonly Delivery[]) =>
  movesOf(openDesk({ legs: [LOAN, POOL], cash: [cash('safe'), cash('purse', DAI)], routes }), deliveries)

describe('what there is to do', () => {
  test('is told in the units of both coins, and what the swap costs', () => {
    // 990 USD of a coin at 0.99, 989.01 of one at 1.0001: 1,000 and 988.911..
    const [far, near] = [route('purse', POOL, 9), route('purse', LOAN, 5)]
    const paid = delivery('purse', LOAN, 990, {
      ...{ lands: dec('989.01'), converted: true },
      purse: { id: 'purse', asset: DAI, price: dec('0.99'), amount: dec(9000), spares: null },
      coin: { asset: USDC, price: dec('1.0001'), counts: dec(1), cap: null, unit: null, closed: null },
    })
    expect(moves([far, near, route('safe', LOAN, 7)], paid)).toEqual([
      {
        ...{ from: 'purse', to: LOAN.id, what: 'repay', usd: dec(990), amount: dec(1000), asset: DAI, accepts: USDC },
        arrives: dec('989.01').div('1.0001'),
        conversion: { from: DAI, to: USDC, costUsd: dec('0.99') },
        ...{ minutes: dec(5), lacksGas: null },
      },
    ])
    expect(moves(null, delivery('safe', POOL, 10))).toMatchObject([{ what: 'add-margin', conversion: null, minutes: null }])
    // A way that nobody listed.
    expect(moves([far], delivery('safe', LOAN, 10))).toMatchObject([{ what: 'repay', minutes: null }])
  })

  test('the quickest first, of those the largest; what is not known last', () => {
    const routes = [
      route('a', LOAN, 30),
      route('b', LOAN, 5),
      route('c', LOAN, 5),
      route('d', LOAN, null),
      route('e', LOAN, null),
    ]
    const sizes: Readonly<Record<string, number>> = { a: 900, b: 1, c: 2, d: 50, e: 70 }
    const order = (names: string) =>
      moves(routes, ...[...names].map((name) => delivery(name, LOAN, sizes[name] as number)))
        .map(({ from }) => from)
        .join('')
    expect([order('abcde'), order('edcba'), order('dacbe'), order('ade'), order('eda')]).toEqual([
      'cbaed',
      'cbaed',
      'cbaed',
      'aed',
      'aed',
    ])
  })
})
