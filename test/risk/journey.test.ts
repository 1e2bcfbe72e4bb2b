import { describe, expect, test } from 'vitest'
import { dec, ONE } from '../../src/risk/decimal.ts'
import { type Journey, journeyOf, type Stop } from '../../src/risk/journey.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { type Stage, stageOf } from '../../src/risk/scenarios.ts'
import { aComet, aPool, aPosition, aReserve, aSpoke, USDC, USDT, WETH } from '../support/books.ts'
import { shockOf, theLoan } from '../support/stressBook.ts'

const at = (moves: Readonly<Record<string, string>>, over: Partial<Stage> = {}): Stage => stageOf(shockOf(moves), over)

function made(leg: Leg, ...stages: readonly Stage[]): Journey {
  const journey = journeyOf(leg, stages)
  if (typeof journey === 'string') throw new RangeError(journey)
  return journey
}
const equities = (stops: readonly Stop[]) => stops.map(({ equity }) => equity.toFixed(2))
const deaths = (stops: readonly Stop[]) => stops.map(({ death }) => death !== null)

describe('what is left goes on at the prices of home', () => {
  test('of a pool: in its settle coin, which has found its peg again', () => {
    // USDT at 0.9 and ETH at 0.72279: a mark of 2,409.30, 186 USDT are left of 192.74 required. What the venue keeps is not known.
    const { best, worst } = made(aPool(), at({ ETH: '0.72279', 'USD:USDT': '0.9' }), at({}))
    expect([equities(best), equities(worst)]).toEqual([
      ['167.40', '186.00'],
      ['0.00', '0.00'],
    ])
    expect([deaths(best), deaths(worst)]).toEqual([
      [true, false],
      [true, false],
    ])
    expect(best[0]).toMatchObject({ home: aPool(), at: { settlePrice: dec('0.9') } })
    expect(best[1]?.home).toMatchObject({
      ...{ positions: [], settlePrice: ONE },
      wallet: [{ asset: USDT, amount: dec(186), price: ONE }],
    })
  })

  test('of a Compound III loan: what is credited, in the base asset', () => {
    // 48,000 - 3,320 + ..: at -20 % 43,320 are credited for 40,000 that are owed.
    const { worst } = made(aComet(), at({ ETH: '0.8', BTC: '0.8' }), at({ 'USD:USDC': '0.5' }))
    expect([equities(worst), deaths(worst)]).toEqual([
      ['3320.00', '1660.00'],
      [true, false],
    ])
    expect(worst[1]?.home).toEqual({ ...aComet(), baseBalance: 3320n * 10n ** 6n, collateral: [] })
  })

  test('of an Aave v4 loan: what a liquidation to the target leaves', () => {
    // At 2,250 health is 19,125 / 20,000 = 0.95625, the bonus 2.5 % + 2.5 % x 0.04375 / 0.1 = 3.59375 %, and
    // 20,000 x (1.05 - 0.95625) / (1.05 - 1.0359375 x 0.85) = 11,065.01 are repaid for 11,462.66 of 22,500.
    const { worst } = made(aSpoke(), at({ ETH: '0.75' }), at({}))
    // 2,500 - 397.65; 11,037.34 x 3,000 / 2,250 - 8,934.99
    expect([equities(worst), deaths(worst)]).toEqual([
      ['2102.35', '5781.47'],
      [true, false],
    ])
    const [home, spoke] = [worst[1]?.home, aSpoke()]
    if (home?.kind !== 'lending' || home.protocol !== 'aave-v4') throw new RangeError('another protocol')
    expect(home).toMatchObject({ liquidation: spoke.liquidation, reported: spoke.reported })
    expect(home.reserves.map(({ price, collateralFactor, collateral }) => [price, collateralFactor, collateral])).toEqual(
      spoke.reserves.map(({ price, collateralFactor, collateral }) => [price, collateralFactor, collateral]),
    )
  })

  test('of an Aave v3 loan: by the course that costs least and by the one that costs most', () => {
    // Thresholds 5 points lower cover 36,540 of 37,000. 18,500 for 6.475 WETH, or 17,142.86 for all of the BTC.
    const { best, worst } = made(theLoan(37_000n), at({}, { thresholdCut: 500n }), at({ ETH: '0.9' }))
    // Then 3.525 WETH and 18,000 of BTC against 18,500; or 10 WETH against 19,857.14, at 2,700.
    expect([equities(worst), equities(best)]).toEqual([
      ['10075.00', '9017.50'],
      ['10142.86', '7142.86'],
    ])
    expect(worst[1]?.home).toMatchObject({
      reserves: theLoan().reserves.map(({ price, liquidationThreshold }) => ({ price, liquidationThreshold })),
    })
  })
})

describe('dying again', () => {
  test('a loan that is left with debt alone trips for ever and dies once', () => {
    // Before v3.3 bad debt stays: 2 WETH at 1,500 repay 2,857.14 of 5,000.
    const reserves = [
      {
        ...aReserve({ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 2n * 10n ** 18n }),
        liquidationBonus: 10_500n,
      },
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 5000n * 10n ** 6n, collateral: false }),
    ]
    const { worst } = made({ ...theLoan(), reserves }, at({ ETH: '0.5' }), at({ ETH: '0.5' }), at({}))
    expect([deaths(worst), equities(worst)]).toEqual([
      [true, false, false],
      ['-2142.86', '-2142.86', '-2142.86'],
    ])
  })

  test('one that is liquidated in part dies a second time, also where no liquidator is paid for it', () => {
    for (const bonus of [10_500n, 10_000n]) {
      const loan = theLoan(37_000n)
      const reserves = loan.reserves.map((one) => ({ ...one, liquidationBonus: bonus }))
      const { worst } = made({ ...loan, reserves }, at({ ETH: '0.9', BTC: '0.9' }), at({ ETH: '0.5', BTC: '0.5' }))
      expect(deaths(worst)).toEqual([true, true])
      expect(worst[1]?.death?.steps.worst.length).toBeGreaterThan(0)
      expect(worst[1]?.death?.bill.worst.gt(0)).toBe(bonus > 10_000n)
    }
  })

  test('a loan without collateral from the beginning is told once', () => {
    const [, , usdc] = theLoan().reserves
    const { worst, best } = made(theLoan(5n, { reserves: [usdc as NonNullable<typeof usdc>] }), at({}), at({}))
    expect([deaths(worst), deaths(best)]).toEqual([
      [true, false],
      [true, false],
    ])
  })
})

describe('who sees what', () => {
  const hedged = aPool({
    positions: [
      aPosition({ side: 'short', size: dec(10) }),
      aPosition({ symbol: 'BTCUSDT', factor: 'BTC', size: dec('0.1'), entry: dec(90_000), mark: dec(90_000) }),
    ],
  })

  test('a side in profit is closed at the stage, and stays closed', () => {
    // + 3,000 for the short and - 900 for the long; then the long alone
    const { worst } = made(hedged, at({ ETH: '0.9', BTC: '0.9' }, { deleverages: 'short' }), at({ ETH: '0.8', BTC: '0.8' }))
    expect(equities(worst)).toEqual(['14100.00', '13200.00'])
    expect(worst.map(({ at: there }) => there.kind === 'futures' && there.positions.map(({ symbol }) => symbol))).toEqual([
      ['BTCUSDT'],
      ['BTCUSDT'],
    ])
    expect(worst[0]?.home).toBe(hedged)
    const { worst: kept } = made(hedged, at({ ETH: '0.9', BTC: '0.9' }), at({ ETH: '0.8', BTC: '0.8' }))
    expect(equities(kept)).toEqual(['14100.00', '16200.00'])
    expect(kept[0]?.at.kind === 'futures' && kept[0].at.positions.length).toBe(2)
  })

  test('an exchange its own marks, a loan its oracles', () => {
    const stage = { ...at({}), oracle: shockOf({ ETH: '0.9' }), exchange: shockOf({ ETH: '0.95' }) }
    // 26,000 - 3,000; 12,000 - 20 x 150
    expect([equities(made(theLoan(), stage).worst), equities(made(aPool(), stage).worst)]).toEqual([['23000.00'], ['9000.00']])
    // Only another exchange shows it: this one follows the oracles.
    expect(equities(made(aPool(), { ...stage, only: 'OKX' }).worst)).toEqual(['6000.00'])
    expect(equities(made(aPool(), { ...stage, only: 'Binance' }).worst)).toEqual(['9000.00'])
  })
})

describe('where nothing can be computed', () => {
  test('the reason in words', () => {
    expect(journeyOf({ ...theLoan(), revision: 99 }, [at({})])).toContain('runs pool revision 99, whose rounding is not known')
  })

  test('a fault of the program is not told as one', () => {
    expect(() => journeyOf(theLoan(), [{ ...at({}), oracle: null as never }])).toThrow(TypeError)
  })
})
