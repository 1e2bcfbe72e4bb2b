import { describe, expect, test } from 'vitest'
import { allocate, type Purse, supplyAt, type Ward } from '../../src/risk/allocate.ts'
import type { Asset } from '../../src/risk/asset.ts'
import { coinsOf } from '../../src/risk/coins.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { type NeedCurve, needCurve } from '../../src/risk/need.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { FARTHEST } from '../../src/risk/reachForm.ts'
import type { Route } from '../../src/risk/routes.ts'
import { aPool, aPosition, USDC, USDT } from '../support/books.ts'

const PATHS = [alongFactor('ETH')]
const route = (from: string, to: string, over: Partial<Route> = {}): Route => ({
  ...{ from, to, minutes: null, cap: null, closed: null },
  ...over,
})
/** 20 ETH long at 3,000 on so many USDT: needs 60,000 - W - 59,760 / h below a notional of 50,000 (h above 1.2). */
const pool = (id: string, usdt: number, over: Partial<MarginAccount> = {}) =>
  aPool({ id, wallet: aPool().wallet.map((held) => ({ ...held, amount: dec(usdt) })), ...over })
const curveOf = (leg: MarginAccount) => needCurve(leg, { paths: PATHS, sides: ['down', 'up'] }, leg.settle) as NeedCurve
const patient = (leg: MarginAccount) => ({ curve: curveOf(leg), coins: coinsOf(leg, PATHS) })
const cash = (usd: number, asset: Asset = USDT): Purse => ({ id: 'cash', asset, price: dec(1), amount: dec(usd), spares: null })
const donor = (leg: MarginAccount, usd: number): Purse => ({ ...cash(usd), id: leg.id, spares: curveOf(leg) })
const ward = (over: Partial<Ward>): Ward => ({ patients: [], purses: [], routes: [], conversionCost: dec(0), ...over })
const told = ({ h, exact }: ReturnType<typeof allocate>) => [h?.toDecimalPlaces(30).toFixed() ?? null, exact]

describe('the distance that the money brings', () => {
  test('what one needs is not taken from what another has to spare', () => {
    // 48,000 - 59,760 / h = 3,000; the other one is safe down to 30,000 of need.
    const [near, far] = [pool('near', 12_000), pool('far', 30_000)]
    const found = allocate(
      ward({
        patients: [patient(near), patient(far)],
        purses: [cash(3000)],
        // What could go to the safe one is no limit, with a cap or without.
        routes: [route('cash', 'near'), route('cash', 'far', { cap: dec(100) })],
      }),
    )
    expect(told(found)).toEqual(['1.328', true])
    expect(found.deliveries.map(({ leg, usd }) => [leg, usd.toDecimalPlaces(30).toFixed()])).toEqual([['near', '3000']])
    const open = [route('cash', 'near'), route('cash', 'far')]
    expect(told(allocate(ward({ patients: [patient(far), patient(near)], purses: [cash(3000)], routes: open })))).toEqual([
      ...['1.328', true],
    ])
  })

  test('a cap on the way is a limit', () => {
    // 48,000 - 59,760 / h = 1,000
    const near = pool('near', 12_000)
    const routes = [route('cash', 'near', { cap: dec(1000) })]
    expect(told(allocate(ward({ patients: [patient(near)], purses: [cash(3000)], routes })))).toEqual([
      ...[dec(59_760).div(47_000).toDecimalPlaces(30).toFixed(), true],
    ])
  })

  test('what cannot flow on to where it lacks counts for nothing, whichever way it could go instead', () => {
    // The first: 48,000 - 59,760 / h = 1,000 by the cap on its way. The second: = 500, all of its purse: nearer, so it decides.
    const [first, second, safe] = [pool('first', 12_000), pool('second', 12_000), pool('safe', 30_000)]
    const [one, two] = [cash(5000), { ...cash(500), id: 'two' }]
    for (const cap of [dec(100), null]) {
      const found = allocate(
        ward({
          patients: [patient(first), patient(second), patient(safe)],
          purses: [one, two],
          routes: [
            route('cash', 'first', { cap: dec(1000) }),
            ...[route('cash', 'safe'), route('two', 'second'), route('two', 'safe', { cap })],
          ],
        }),
      )
      expect(told(found)).toEqual([dec(59_760).div(47_500).toDecimalPlaces(30).toFixed(), true])
    }
  })

  test('who is in need himself gives nothing, and owes the others nothing for it', () => {
    // 100,000 - 119,520 / h = 20,000
    const [a, b] = [pool('a', 12_000), pool('b', 8000)]
    const found = allocate(
      ward({
        patients: [patient(a), patient(b)],
        purses: [cash(20_000), donor(a, 5000), donor(b, 5000)],
        routes: [route('cash', 'a'), route('cash', 'b'), route('a', 'b'), route('b', 'a')],
      }),
    )
    expect(told(found)).toEqual(['1.494', true])
    expect(found.deliveries.map(({ purse, leg }) => [purse.id, leg])).toEqual([
      ['cash', 'a'],
      ['cash', 'b'],
    ])
  })

  test('a jump of what is needed is bisected, and says so', () => {
    // 20 ETH short on 12,000: 1 % of the notional up to 70,000 (h = 7/6: 10,000 lost, 700 asked), 10 % of all above: 5,000 missing.
    const tiers = [
      { floor: dec(0), cap: dec(70_000), rate: dec('0.01'), deduction: dec(0) },
      { floor: dec(70_000), cap: null, rate: dec('0.1'), deduction: dec(0) },
    ]
    const leg = pool('leg', 12_000, {
      rules: { ...aPool().rules, tiers: 'flat' },
      positions: [aPosition({ side: 'short', tiers })],
    })
    const found = allocate(ward({ patients: [patient(leg)], purses: [cash(3000)], routes: [route('cash', 'leg')] }))
    expect(found.exact).toBe(false)
    expect(found.h?.minus(dec(7).div(6)).abs().lt('1e-12')).toBe(true)
    expect(found.missing.size).toBe(0)
  })

  test('none of it where all live as far as anyone looks, or where no money helps', () => {
    expect(allocate(ward({ purses: [cash(1)] }))).toEqual({ deliveries: [], missing: new Map(), h: null, exact: true })
    // Dead by 50,000 now.
    const dead = allocate(
      ward({ patients: [patient(pool('dead', -49_750))], purses: [cash(1)], routes: [route('cash', 'dead')] }),
    )
    expect(told(dead)).toEqual(['1', true])
    expect(dead.missing.get('dead')?.toDecimalPlaces(30).toFixed()).toBe('49999')
  })
})

describe('what goes where for one distance', () => {
  const leg = pool('leg', 12_000)
  const give = (purse: Purse, over: Partial<Ward> = {}) =>
    supplyAt(
      ward({ patients: [patient(leg)], purses: [purse], routes: [route(purse.id, 'leg')], conversionCost: dec('0.01'), ...over }),
      dec('1.328'),
    )

  test('a loss where the coin is another one; a stablecoin is itself on every venue, by its peg alone', () => {
    const asset = (key: string, factor: string, basis: string | null = null): Asset => ({ key, symbol: key, factor, basis })
    const from = (own: Asset, coin: Asset = USDT) => {
      const account = { ...leg, settle: coin, wallet: leg.wallet.map((held) => ({ ...held, asset: coin })) }
      const patients = [{ curve: curveOf(leg), coins: coinsOf(account, PATHS) }]
      const { deliveries } = give(cash(9000, own), { patients })
      return deliveries.map(({ usd, lands, converted }) => [
        ...[usd, lands].map((one) => one.toDecimalPlaces(20).toFixed()),
        converted,
      ])
    }
    const [same, swapped] = [[['3000', '3000', false]], [[dec(3000).div('0.99').toDecimalPlaces(20).toFixed(), '3000', true]]]
    expect(from(USDT)).toEqual(same)
    expect(from(asset('bybit/USDT', 'USD:USDT'))).toEqual(same)
    expect(from(USDC)).toEqual(swapped)
    expect(from(asset('bybit/USDT', 'USD:USDT', 'USDTe/USDT'))).toEqual(swapped)
    expect(from(asset('bybit/USDT', 'USD:USDT'), asset('x/USDTe', 'USD:USDT', 'USDTe/USDT'))).toEqual(swapped)
    expect(from(asset('bybit/SOL', 'SOL'), asset('x/SOL', 'SOL'))).toEqual(swapped)
    expect(from(asset('bybit/X', 'OWN:x'), asset('x/X', 'OWN:x'))).toEqual(swapped)
    expect(from(asset('x/X', 'OWN:x'), asset('x/X', 'OWN:x'))).toEqual(same)
  })

  test('a leg gives nothing to itself, nor over a way that is closed or not there', () => {
    expect(give(donor(leg, 9000)).deliveries).toEqual([])
    // Not even where it is asked for more than it needs.
    const rich = pool('rich', 50_000)
    const greedy = { ...patient(rich), curve: { ...curveOf(leg), leg: 'rich' } }
    expect(give(donor(rich, 9000), { patients: [greedy], routes: [route('rich', 'rich')] }).deliveries).toEqual([])
    expect(give(cash(9000), { patients: [greedy], routes: [route('cash', 'rich')] }).deliveries).toHaveLength(1)
    expect(give(donor(pool('rich', 50_000), 9000)).deliveries.map(({ usd }) => usd.toDecimalPlaces(20).toFixed())).toEqual([
      '3000',
    ])
    expect(give(cash(9000), { routes: [route('cash', 'leg', { closed: 'too slow' })] }).deliveries).toEqual([])
    expect(
      give(cash(9000), { routes: [route('cash', 'other')] })
        .missing.get('leg')
        ?.toDecimalPlaces(20)
        .toFixed(),
    ).toBe('3000')
  })

  test('what a leg can spare is what it holds beyond its own need', () => {
    // At 1.328 with 14,000: 46,000 - 45,000 are needed; with 15,500 500 are left; with 50,000 no more than it lets out.
    const spared = (usdt: number, out: number) => {
      const { missing } = give(donor(pool('other', usdt), out))
      return dec(3000)
        .minus(missing.get('leg') ?? 0)
        .toDecimalPlaces(20)
        .toFixed()
    }
    expect([spared(14_000, 9000), spared(15_500, 9000), spared(50_000, 700)]).toEqual(['0', '500', '700'])
  })

  test('at the farthest everything is asked for', () => {
    // A fall to nothing: 60,000 - 12,000.
    const { missing } = supplyAt(ward({ patients: [patient({ ...leg, positions: [aPosition()] })] }), FARTHEST)
    expect(missing.get('leg')?.gte(48_000)).toBe(true)
  })
})
