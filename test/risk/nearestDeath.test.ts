import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { nearestDeath } from '../../src/risk/nearestDeath.ts'
import type { Liquidation } from '../../src/risk/view.ts'

const along = (factor: string | null, move: string): Liquidation => {
  const side = move.startsWith('-') ? 'down' : 'up'
  return { symbol: null, asset: null, key: null, factor, side, price: null, move: dec(move), exact: true }
}

describe('the nearest death of a leg', () => {
  test('is the nearest in logarithm, not in percent: +24 % is nearer than -20 %', () => {
    // 1 / 0.8 = 1.25 against 1.24 and 1.26
    expect(nearestDeath([along('ETH', '-0.2'), along('BTC', '0.24')])?.factor).toBe('BTC')
    expect(nearestDeath([along('ETH', '-0.2'), along('BTC', '0.26')])?.factor).toBe('ETH')
    expect(nearestDeath([along('BTC', '0.26'), along('ETH', '-0.2')])?.factor).toBe('ETH')
  })

  test('on a tie a single factor rather than all together, whichever stands first', () => {
    expect(nearestDeath([along('ALL', '-0.2'), along('ETH', '-0.2')])?.factor).toBe('ETH')
    expect(nearestDeath([along('ETH', '-0.2'), along('ALL', '-0.2')])?.factor).toBe('ETH')
    // Of two single factors the first stays.
    expect(nearestDeath([along('ETH', '-0.2'), along('BTC', '-0.2')])?.factor).toBe('ETH')
  })

  test('what is nearer by more than the last digits is no tie', () => {
    expect(nearestDeath([along('ALL', '-0.2'), along('ETH', '-0.2001')])?.factor).toBe('ALL')
    expect(nearestDeath([along('ETH', '-0.2001'), along('ALL', '-0.2')])?.factor).toBe('ALL')
    // 1.25 x (1 +- 5e-10) is a tie, 1.25 x (1 + 2e-9) is none
    expect(nearestDeath([along('ALL', '0.25'), along('ETH', '0.250000000625')])?.factor).toBe('ETH')
    expect(nearestDeath([along('ALL', '0.25'), along('ETH', '0.2500000025')])?.factor).toBe('ALL')
    expect(nearestDeath([along('ETH', '0.25'), along('ALL', '0.249999999375')])?.factor).toBe('ETH')
  })

  test('a peg counts only where no market kills: its limits are others', () => {
    expect(nearestDeath([along('USD:USDC', '0.01'), along('ETH', '-0.9')])?.factor).toBe('ETH')
    expect(nearestDeath([along('USD:USDC', '0.03'), along('wstETH/ETH', '-0.02')])?.factor).toBe('wstETH/ETH')
    expect(nearestDeath([along('USD:USDC', '0.01'), along('ALL', '-0.9')])?.factor).toBe('ALL')
  })

  test('one price alone is no path, and without any there is none', () => {
    expect(nearestDeath([along(null, '-0.01'), along('ETH', '-0.5')])?.factor).toBe('ETH')
    expect(nearestDeath([along(null, '-0.01')])).toBeNull()
    expect(nearestDeath([])).toBeNull()
  })
})
