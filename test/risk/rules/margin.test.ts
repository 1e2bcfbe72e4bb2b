import { describe, expect, test } from 'vitest'
import { type Decimal, dec, ONE } from '../../../src/risk/decimal.ts'
import type { MarginAccount } from '../../../src/risk/marginAccount.ts'
import { alongFactor, type Path } from '../../../src/risk/path.ts'
import { maintenanceOf, marginState, requiredMargin, symbolTrigger, trips } from '../../../src/risk/rules/margin.ts'
import { anAsset, aPool, aPosition, ETH_TIERS, USDT } from '../../support/books.ts'

describe('maintenanceOf', () => {
  test('marginal tiers are continuous at a bracket', () => {
    // 50,000 x 0.4 % = 200 = 50,000 x 0.5 % - 50
    expect(maintenanceOf(dec(50_000), ETH_TIERS, 'marginal').toFixed()).toBe('200')
    expect(maintenanceOf(dec(60_000), ETH_TIERS, 'marginal').toFixed()).toBe('250')
  })

  test('flat tiers jump', () => {
    expect(maintenanceOf(dec(50_000), ETH_TIERS, 'flat').toFixed()).toBe('200')
    expect(maintenanceOf(dec('50000.01'), ETH_TIERS, 'flat').toFixed()).toBe('250.00005')
  })

  test('no table asks nothing, and past the last cap its rate holds on', () => {
    expect(maintenanceOf(dec(50_000), [], 'flat').toFixed()).toBe('0')
    expect(maintenanceOf(dec(50_000), [], 'marginal').toFixed()).toBe('0')
    expect(maintenanceOf(dec(700_000), ETH_TIERS, 'flat').toFixed()).toBe('3500')
  })
})

describe('requiredMargin', () => {
  test('of the mark or of the entry, as the venue takes it; the fee is of the mark always', () => {
    const position = aPosition({ entry: dec(2000) })
    const rules = { ...aPool().rules, closeFeeRate: dec('0.001') }
    // At 2,900: 58,000 x 0.5 % - 50 + 58. From the entry: 40,000 x 0.4 % + 58.
    expect(requiredMargin(position, dec(2900), rules).toFixed()).toBe('298')
    expect(requiredMargin(position, dec(2900), { ...rules, basis: 'entry' }).toFixed()).toBe('218')
  })
})

describe('trips', () => {
  test('at equality only where the venue says so', () => {
    const by = (trigger: 'below' | 'at-or-below', equity: string) =>
      trips(aPool({ rules: { ...aPool().rules, trigger } }), { equity: dec(equity), maintenance: dec(250) })
    expect([by('below', '249.99'), by('below', '250'), by('below', '250.01')]).toEqual([true, false, false])
    expect([by('at-or-below', '249.99'), by('at-or-below', '250'), by('at-or-below', '250.01')]).toEqual([true, true, false])
    expect(trips(aPool({ positions: [] }), { equity: dec(-1), maintenance: dec(0) })).toBe(false)
  })
})

describe('marginState', () => {
  test('equity counts profit and loss, haircuts on what is held, none on what is owed', () => {
    // 12,000 x 1 + 2 ETH x 3,000 x 0.95 - 500 x 1 (owed, no relief) + 20 x (3,000 - 2,900) = 12,000 + 5,700 - 500 + 2,000
    const ETH = anAsset('ETH', 'ETH')
    const wallet = [
      { asset: USDT, amount: dec(12_000), price: ONE, priceFrom: 'venue' as const, ratio: ONE },
      { asset: ETH, amount: dec(2), price: dec(3000), priceFrom: 'venue' as const, ratio: dec('0.95') },
      { asset: anAsset('USDC', 'USD:USDC'), amount: dec(-500), price: ONE, priceFrom: 'venue' as const, ratio: dec('0.9') },
    ]
    const state = marginState(aPool({ wallet, positions: [aPosition({ entry: dec(2900) })] }))
    expect(state.equity.toFixed()).toBe('19200')
    // 60,000 x 0.5 % - 50
    expect(state.maintenance.toFixed()).toBe('250')
  })

  test('order margin counts only where the venue holds it back', () => {
    const pool = aPool({ orderMargin: dec(800) })
    expect(marginState(pool).equity.toFixed()).toBe('12000')
    expect(marginState({ ...pool, rules: { ...pool.rules, holdsOrderMargin: true } }).equity.toFixed()).toBe('11200')
  })
})

describe('marginState along a path', () => {
  const told = (account: MarginAccount, path: Path, s: string) => {
    const { equity, maintenance } = marginState(account, path, dec(s))
    return [equity.toFixed(), maintenance.toFixed()]
  }
  const BTC = anAsset('BTC', 'BTC')
  const held = (asset: typeof BTC, amount: string, over: { price?: Decimal; ratio?: Decimal } = {}) => ({
    ...{ asset, amount: dec(amount), price: ONE, priceFrom: 'venue' as const, ratio: ONE },
    ...over,
  })

  test('moves the other balances that lie on it, and no other', () => {
    const wallet = [held(USDT, '12000'), held(BTC, '0.1', { price: dec(90_000), ratio: dec('0.95') })]
    // 12,000 + 4,500 x 0.95; then 12,000 + 8,550 - 6,000, 54,000 x 0.5 % - 50
    expect(told(aPool({ wallet }), alongFactor('BTC'), '0.5')).toEqual(['16275', '250'])
    expect(told(aPool({ wallet }), alongFactor('ETH'), '0.9')).toEqual(['14550', '220'])
    // Without any of the settle coin: 8,550 + 60,000 x 0.1
    expect(told(aPool({ wallet: wallet.slice(1) }), alongFactor('ETH'), '1.1')).toEqual(['14550', '280'])
  })

  test('counts the settle coin by what is owned and by what is owed', () => {
    const wallet = [held(USDT, '12000', { ratio: dec('0.9') })]
    // 12,000 - 6,000 are owned, of which 90 % count; 12,000 - 18,000 are owed; as read all 12,000 are owned.
    expect(told(aPool({ wallet }), alongFactor('ETH'), '0.9')).toEqual(['5400', '220'])
    expect(told(aPool({ wallet }), alongFactor('ETH'), '0.7')).toEqual(['-6000', '168'])
    expect(marginState(aPool({ wallet })).equity.toFixed()).toBe('10800')
  })

  test('moves a linear mark against its coin, and an inverse one with it', () => {
    // USDT at 0.8 USD: 3,000 USD are 3,750 USDT: 12,000 + 15,000 USDT, 75,000 x 0.5 % - 50 = 325, in USD x 0.8.
    expect(told(aPool(), alongFactor('USD:USDT'), '0.8')).toEqual(['21600', '260'])
    // 30,000 USD long at 2,500, coin and mark to 2,000: 4 + 12 - 15 = 1 ETH; 15 x 0.4 % = 0.06; x 2,000.
    const coin = anAsset('ETH', 'ETH')
    const inverse = aPool({
      ...{ settle: coin, settlePrice: dec(2500), wallet: [held(coin, '4', { price: dec(2500) })] },
      positions: [aPosition({ contract: 'inverse', size: dec(30_000), entry: dec(2500), mark: dec(2500) })],
    })
    expect(told(inverse, alongFactor('ETH'), '0.8')).toEqual(['2000', '120'])
  })
})

describe('symbolTrigger of a pool that divides or jumps', () => {
  const flat = (usdt: string, over: Partial<Parameters<typeof aPosition>[0]> = {}) =>
    aPool({
      rules: { ...aPool().rules, tiers: 'flat' },
      wallet: [{ asset: USDT, amount: dec(usdt), price: ONE, priceFrom: 'par', ratio: ONE }],
      positions: [aPosition({ tiers: [{ floor: dec(0), cap: null, rate: dec('0.01'), deduction: dec(0) }], ...over })],
    })
  const last = (account: MarginAccount, direction: 'down' | 'up') =>
    symbolTrigger(account, 'ETHUSDT', direction)?.lastSafe.toFixed()

  test('a root on a tick is the last safe price, whichever way its sixtieth digit fell', () => {
    // 20,400 - 60,000 + 20 P = 0.2 P at 2,000 = 3,000 x 0.66..67; 20,800 + 60,000 - 20 P = 0.2 P at 4,000 = 3,000 x 1.33..33
    expect(last(flat('20400'), 'down')).toBe('2000')
    expect(last(flat('20800', { side: 'short' }), 'up')).toBe('4000')
    const strict = (account: MarginAccount) => ({ ...account, rules: { ...account.rules, trigger: 'at-or-below' as const } })
    expect(last(strict(flat('20400')), 'down')).toBe('2000.01')
    expect(last(strict(flat('20800', { side: 'short' })), 'up')).toBe('3999.99')
    // Between two ticks: 40,000 = 19.8 P, 80,000 = 20.2 P
    expect(last(flat('20000'), 'down')).toBe('2020.21')
    expect(last(flat('20000', { side: 'short' }), 'up')).toBe('3960.39')
  })

  test('the mark itself where no tick lies between', () => {
    // 600.0802 - 20 x 0.004 = 0.2 x 3,000.001, and 600.0798 - 20 x 0.004 = 0.2 x 2,999.999
    const near = (mark: string, side: 'long' | 'short') => ({ side, mark: dec(mark), entry: dec(mark) })
    expect(last(flat('600.0802', near('3000.005', 'long')), 'down')).toBe('3000.005')
    expect(last(flat('600.0798', near('2999.995', 'short')), 'up')).toBe('2999.995')
  })

  test('none for a market that it does not trade', () => {
    expect(symbolTrigger(flat('20000'), 'BTCUSDT', 'down')).toBeNull()
    expect(symbolTrigger(aPool(), 'BTCUSDT', 'down')).toBeNull()
  })
})

describe('symbolTrigger', () => {
  test('the last safe tick: the venue does not liquidate there and does one tick beyond', () => {
    for (const side of ['long', 'short'] as const) {
      const pool = aPool({ positions: [aPosition({ side })] })
      const direction = side === 'long' ? 'down' : 'up'
      const price = symbolTrigger(pool, 'ETHUSDT', direction)?.lastSafe as Decimal
      const beyond = direction === 'down' ? price.minus('0.01') : price.plus('0.01')
      const at = (mark: Decimal) => {
        const moved = { ...pool, positions: pool.positions.map((p) => ({ ...p, mark })) }
        return trips(moved, marginState(moved))
      }
      expect([at(price), at(beyond)], side).toEqual([false, true])
    }
  })

  test('a perfectly hedged pool still dies upward, because maintenance grows with the price', () => {
    // Long 10 and short 10 at 3,000 on 1,000 USDT: equity stays 1,000; 2 x (0.5 % x 10 P - 50) = 1,000 -> P = 11,000
    const positions = [aPosition({ size: dec(10) }), aPosition({ size: dec(10), side: 'short' })]
    const wallet = [{ asset: USDT, amount: dec(1000), price: ONE, priceFrom: 'par' as const, ratio: ONE }]
    const pool = aPool({ hedgeMode: true, wallet, positions })
    expect(symbolTrigger(pool, 'ETHUSDT', 'down')).toBeNull()
    expect(symbolTrigger(pool, 'ETHUSDT', 'up')?.exact.toFixed(20)).toBe(`11000.${'0'.repeat(20)}`)
  })
})
