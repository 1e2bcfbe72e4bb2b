import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { nearestFrontier } from '../../src/risk/nearestFrontier.ts'
import { aComet, aLoan, aPool, aPosition, aSnapshot } from '../support/books.ts'

const axes = (legs: readonly Leg[]) => {
  const found = nearestFrontier(legs, assess(aSnapshot({ legs }), DEFAULT_POLICY))
  return found === null ? null : [found.x, found.y, found.box.toFixed()]
}
const btc = (over: object) =>
  aPool({
    id: 'btc',
    positions: [
      aPosition({ symbol: 'BTCUSDT', factor: 'BTC', size: dec('0.5'), entry: dec(90_000), mark: dec(90_000), ...over }),
    ],
  })

describe('the frontier of the nearest two factors', () => {
  test('two markets, the nearer wall first', () => {
    // Compound: ETH alone to -28.4 %, BTC alone to -36.7 %.
    expect(axes([aComet()])).toEqual(['ETH', 'BTC', '2'])
    // 0.5 BTC on 12,000 die at about -26.8 %, 20 ETH at -19.7 %.
    expect(axes([btc({}), aPool()])).toEqual(['ETH', 'BTC', '2'])
    // Of 2 BTC on 12,000 a fall of about 6.3 % is enough.
    expect(axes([btc({ size: dec(2) }), aPool()])).toEqual(['BTC', 'ETH', '2'])
  })

  test('a rise counts as far as the fall that mirrors it', () => {
    // 2 BTC short: about +6.1 %
    expect(axes([btc({ size: dec(2), side: 'short' }), aPool()])).toEqual(['BTC', 'ETH', '2'])
  })

  test('one market and the nearest peg', () => {
    // BTC alone kills nothing; USDT kills the pool at +24.5 %, USDC the loan at +77 %.
    expect(axes([aLoan(), aPool()])).toEqual(['ETH', 'USD:USDT', '2'])
  })

  test('none without a market, and none where nothing dies', () => {
    expect(axes([])).toBeNull()
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    expect(axes([aLoan({ reserves, reported: { ...aLoan().reported, totalDebt: 0n, healthFactor: null } })])).toBeNull()
  })
})
