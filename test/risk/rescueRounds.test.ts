import { describe, expect, test } from 'vitest'
import type { Delivery, Supply, Ward } from '../../src/risk/allocate.ts'
import type { Asset } from '../../src/risk/asset.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import type { Cash } from '../../src/risk/leg.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { openDesk, type RescueBook } from '../../src/risk/rescueDesk.ts'
import { inRounds, withDeliveries } from '../../src/risk/rescueRounds.ts'
import type { Route } from '../../src/risk/routes.ts'
import { aLoan, anAsset, aPool, aReserve, USDC, USDT, WBTC, WETH } from '../support/books.ts'

const DAI = anAsset('DAI', 'USD:DAI')
/** Owes 5,000 USDC, 2,000 DAI and half a WETH at 3,000: the dollars are its first coins. */
const LOAN: AaveV3Position = aLoan({
  ...{ id: 'loan', revision: 11 },
  reserves: [
    aReserve({ asset: WBTC, id: 0, decimals: 8, price: 90_000n * 10n ** 8n, supplied: 50_000_000n }),
    aReserve({ asset: USDC, id: 1, decimals: 6, debt: 5000n * 10n ** 6n }),
    aReserve({ asset: DAI, id: 2, decimals: 18, debt: 2000n * 10n ** 18n }),
    aReserve({ asset: WETH, id: 3, decimals: 18, price: 3000n * 10n ** 8n, debt: 5n * 10n ** 17n }),
  ],
})
const POOL = aPool({ id: 'pool' })
const cash = (id: string, amount: string, price: string | null = '1'): Cash => ({
  ...{ id, place: id, asset: USDC, amount: dec(amount) },
  price: price === null ? null : dec(price),
})
const delivery = (from: string, to: string, usd: string, asset: Asset, price = '1'): Delivery => ({
  purse: { id: from, asset: from === 'pool' ? USDT : USDC, price: dec(price), amount: dec(usd), spares: null },
  ...{ leg: to, usd: dec(usd), lands: dec(usd), converted: false },
  coin: { asset, price: dec(1), counts: dec(1), cap: null, unit: null, closed: null },
})

/** Sends in each round what is written for it, and keeps what the round began with. */
function played(book: RescueBook, ...rounds: readonly (readonly Delivery[])[]) {
  const wards: Ward[] = []
  const solve = (ward: Ward): Supply & { round: number } => {
    wards.push(ward)
    return { deliveries: rounds[wards.length - 1] ?? [], missing: new Map<string, Decimal>(), round: wards.length }
  }
  const { deliveries, last } = inRounds(openDesk(book), solve)
  return { wards, deliveries, rounds: last.round }
}

describe('a loan that is freed of its first coins', () => {
  test('is helped again, with the rest of the money, by the rest of each way', () => {
    const route = (from: string, to: string, cap: string | null): Route => ({
      ...{ from, to, minutes: dec(7), closed: null },
      cap: cap === null ? null : dec(cap),
    })
    const book: RescueBook = {
      legs: [POOL, LOAN],
      cash: [cash('safe', '10000', '0.999'), cash('spent', '100'), cash('odd', '5', null)],
      routes: [
        route('safe', 'loan', '8000'),
        route('safe', 'pool', '900'),
        route('pool', 'loan', null),
        route('spent', 'loan', '500'),
      ],
      donors: [{ leg: 'pool', withdrawable: dec(3000) }],
    }
    const first = [
      delivery('safe', 'loan', '4900', USDC, '0.999'),
      delivery('spent', 'loan', '100', USDC),
      delivery('pool', 'loan', '2000', DAI),
      delivery('safe', 'pool', '500', USDT, '0.999'),
    ]
    const second = [delivery('safe', 'loan', '1000', WETH, '0.999')]
    const { wards, deliveries, rounds } = played(book, first, second)
    expect([rounds, deliveries]).toEqual([2, [...first, ...second]])
    const coins = wards.map(({ patients }) =>
      patients.find(({ curve }) => curve.leg === 'loan')?.coins.map(({ asset }) => asset.symbol),
    )
    expect(coins).toEqual([['USDC', 'DAI'], ['WETH']])
    // 9,990 - 4,900 - 500, nothing of the 100, and 3,000 - 2,000 of the pool.
    const purses = wards.map((ward) => ward.purses.map(({ id, amount }) => [id, amount.toFixed(6)]))
    expect(purses).toEqual([
      [
        ['safe', '9990.000000'],
        ['spent', '100.000000'],
        ['pool', '3000.000000'],
      ],
      [
        ['safe', '4590.000000'],
        ['pool', '1000.000000'],
      ],
    ])
    expect(wards[1]?.routes.map(({ from, to, cap, minutes }) => [from, to, cap?.toFixed() ?? null, minutes?.toFixed()])).toEqual([
      ['safe', 'loan', '3100', '7'],
      ['safe', 'pool', '400', '7'],
      ['pool', 'loan', null, '7'],
      ['spent', 'loan', '400', '7'],
    ])
  })

  test('by every way where none is listed', () => {
    const { wards, rounds } = played({ legs: [LOAN], cash: [cash('safe', '9000')] }, [
      delivery('safe', 'loan', '5000', USDC),
      delivery('safe', 'loan', '2000', DAI),
    ])
    expect([rounds, wards[1]?.routes]).toEqual([2, [{ from: 'safe', to: 'loan', minutes: null, cap: null, closed: null }]])
  })

  test('is not while one of those coins is owed, nor when it owes nothing any more', () => {
    const book = { legs: [LOAN], cash: [cash('safe', '90000')] }
    const both = [delivery('safe', 'loan', '5000', USDC), delivery('safe', 'loan', '2000', DAI)]
    expect(played(book, both.slice(0, 1)).rounds).toBe(1)
    expect(played(book, both.slice(1)).rounds).toBe(1)
    expect(played(book, [...both, delivery('safe', 'loan', '0.5', WETH)]).rounds).toBe(1)
  })

  test('is not with a rounding of the money, whatever it is that is left', () => {
    const both = [delivery('safe', 'loan', '5000', USDC), delivery('safe', 'loan', '2000', DAI)]
    const with7000 = (more: string, donors: RescueBook['donors'] = []) =>
      played({ legs: [LOAN, POOL], cash: [cash('safe', `7000${more}`)], donors }, both).rounds
    expect([with7000(''), with7000(`.${'0'.repeat(19)}1`), with7000(`.${'0'.repeat(18)}1`)]).toEqual([1, 1, 2])
    expect(with7000('', [{ leg: 'pool', withdrawable: dec(1) }])).toBe(2)
  })
})

test('what arrives at a leg, what is taken from it, and nothing of the others', () => {
  const all = [
    delivery('safe', 'loan', '1000', USDC),
    delivery('pool', 'loan', '500', DAI, '0.5'),
    delivery('safe', 'pool', '30', USDT),
  ]
  const debts = (leg: typeof LOAN) => leg.reserves.map(({ debt, decimals }) => Number(debt) / 10 ** decimals)
  expect(debts(withDeliveries(LOAN, all) as typeof LOAN)).toEqual([0, 4000, 1500, 0.5])
  // 12,000 + 30 - 500 / 0.5
  expect(withDeliveries(POOL, all)).toMatchObject({ wallet: [{ amount: dec(11_030) }] })
  expect(withDeliveries(aLoan(), all)).toEqual(aLoan())
})
