import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import { nearestFrontier } from '../../src/risk/nearestFrontier.ts'
import { aComet, aLoan, anAsset, aPool, aPosition, aSnapshot, USDT } from '../support/books.ts'

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

  test('of two walls of one market the nearer counts', () => {
    // BTC kills at -6.3 % and, by a second pool, far up; ETH at -19.7 % alone.
    const short = btc({ size: dec('0.1'), side: 'short' })
    expect(axes([btc({ size: dec(2) }), { ...short, id: 'short' }, aPool()])).toEqual(['BTC', 'ETH', '2'])
  })

  test('none with one market alone, and none with pegs alone', () => {
    const coin = { ...USDT, key: 'binance/ETH', symbol: 'ETH', factor: 'ETH' }
    const held = { asset: coin, amount: dec(4), price: dec(3000), priceFrom: 'venue', ratio: dec(1) } as const
    const inverse = aPool({
      ...{ settle: coin, settlePrice: dec(3000), settlePriceFrom: 'venue', wallet: [held] },
      positions: [aPosition({ contract: 'inverse', size: dec(30_000) })],
    })
    expect(axes([inverse])).toBeNull()
    const [eth, , usdc] = aLoan().reserves as [AaveV3Reserve, AaveV3Reserve, AaveV3Reserve]
    const dollars = { ...eth, asset: anAsset('DAI', 'USD:DAI'), price: 10n ** 8n, supplied: 30_000n * 10n ** 18n }
    const reported = { totalCollateral: 30_000n * 10n ** 8n, totalDebt: 22_000n * 10n ** 8n, healthFactor: null }
    expect(axes([aLoan({ reserves: [dollars, usdc], reported })])).toBeNull()
  })

  test('none without a market, and none where nothing dies', () => {
    expect(axes([])).toBeNull()
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    expect(axes([aLoan({ reserves, reported: { ...aLoan().reported, totalDebt: 0n, healthFactor: null } })])).toBeNull()
  })
})
