import { describe, expect, test } from 'vitest'
import { type Decimal, dec, ONE } from '../../../src/risk/decimal.ts'
import { maintenanceOf, marginState, symbolTrigger, trips } from '../../../src/risk/rules/margin.ts'
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
