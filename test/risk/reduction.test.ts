import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import { reductionsOf } from '../../src/risk/reduction.ts'
import type { Direction } from '../../src/risk/slackLine.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, USDC, WBTC, WETH } from '../support/books.ts'

/** To survive a fall by so much, and the rise that is as far. */
const found = (legs: readonly Leg[], fall: string, sides: readonly Direction[] = ['down', 'up'], feeRate = '0') =>
  reductionsOf(legs, { fall: dec(fall), sides, feeRate: dec(feeRate) }).map((one) =>
    one.what === 'close'
      ? [one.leg, one.symbol, one.side, one.keep.toFixed(6), one.usd.toFixed(2)]
      : [one.leg, `${one.asset.symbol} for ${one.repays.symbol}`, one.usd.toFixed(2)],
  )

const DAI = anAsset('DAI', 'USD:DAI')

/** 50 WETH at 2,000 (90 %), 1.45 WBTC at 100,000 (75 %) and 10,000 DAI (78 %) against 46 WETH and so many USDC. */
const short = (usdc: number, over: readonly Partial<AaveV3Reserve>[] = []): AaveV3Position => {
  const reserves = [
    aReserve({
      ...{ asset: WETH, id: 0, decimals: 18, price: 2000n * 10n ** 8n, liquidationThreshold: 9000n },
      ...{ supplied: 50n * 10n ** 18n, debt: 46n * 10n ** 18n },
    }),
    aReserve({
      ...{ asset: WBTC, id: 1, decimals: 8, price: 100_000n * 10n ** 8n, liquidationThreshold: 7500n, supplied: 145_000_000n },
    }),
    aReserve({ asset: USDC, id: 2, decimals: 6, debt: BigInt(usdc) * 10n ** 6n, collateral: false }),
    aReserve({ asset: DAI, id: 3, decimals: 18, supplied: 10_000n * 10n ** 18n }),
  ]
  return aLoan({ id: 'loan', revision: 11, reserves: reserves.map((one, i) => ({ ...one, ...over[i] })) })
}

describe('selling collateral', () => {
  test('each is enough by itself, the smallest first', () => {
    // Cover 90,000 x + 108,750 y + 7,800, owed 92,000 x + 102,100. BTC -20 %: 9,300 are missing. A dollar of WBTC repays 1 and takes
    // 0.75 x 0.8: / 0.4 = 23,250. One of WETH repays 1 and takes 0.9: / 0.1 = 93,000. Of DAI 42,272.73 would be needed.
    expect(found([short(102_100)], '0.2')).toEqual([
      ['loan', 'WBTC for USDC', '23250.00'],
      ['loan', 'WETH for USDC', '93000.00'],
    ])
    // With 0.5 % lost on the way: 9,300 / 0.395; WETH as in the next test: 9,300 / 0.095 = 97,894.74 of 11,950 / 0.13 = 91,923.08.
    expect(found([short(102_100)], '0.2', ['down', 'up'], '0.005')).toEqual([['loan', 'WBTC for USDC', '23544.30']])
  })

  test('not where what is sold is missed on the other side', () => {
    // 102,300: 95,000 of WETH would be needed. At ETH +25 % 11,750 are to spare, and each dollar takes 1.125 and repays 1: 94,000.
    expect(found([short(102_300)], '0.2')).toEqual([['loan', 'WBTC for USDC', '23750.00']])
    expect(found([short(102_300)], '0.2', ['down'])).toEqual([
      ['loan', 'WBTC for USDC', '23750.00'],
      ['loan', 'WETH for USDC', '95000.00'],
    ])
  })

  test('nor where it makes worse what is missing there', () => {
    // WBTC at 60 %, 87,000: 94,800 - 2,000 - 100,800 = -8,000 now; at ETH +25 % -8,500. 80,000 of WETH would do for now, but there
    // each dollar takes 1.125. Of WBTC what is missing now is asked for at BTC +25 % as well, where one takes 0.75: / 0.25.
    expect(found([short(100_800, [{}, { liquidationThreshold: 6000n }])], '0.2', ['up'])).toEqual([
      ['loan', 'WBTC for USDC', '32000.00'],
    ])
  })

  test('not more than is owed, nor for a debt that cannot be repaid', () => {
    // 92,000 of WETH are owed and paused, and 10,000 USDC. BTC -20 %: 94,800 - 102,000 = -7,200, / 0.4 = 18,000.
    expect(found([short(10_000, [{ paused: true, supplied: 0n }])], '0.2')).toEqual([])
    // Where it is not paused it is what is repaid: all markets together hurt less, for it falls with them.
    expect(found([short(10_000, [{ supplied: 0n }])], '0.2', ['down'])).toEqual([['loan', 'WBTC for WETH', '18000.00']])
    expect(found([short(102_100, [{ paused: true }, {}, { paused: true }])], '0.2')).toEqual([])
  })

  test('not more than there is, nor what is no collateral, nor where nothing is missing', () => {
    // 108,750 x 0.8 + 7,800 - 102,800 = -8,000: / 0.4 = 20,000
    const none = { debt: 0n, supplied: 0n }
    expect(found([short(102_800, [none])], '0.2')).toEqual([['loan', 'WBTC for USDC', '20000.00']])
    // The same beside 6 WETH that are not switched on: 12,000 that cover nothing.
    const idle = { debt: 0n, supplied: 6n * 10n ** 18n, collateral: false }
    expect(found([short(102_800, [idle])], '0.2')).toEqual([['loan', 'WBTC for USDC', '20000.00']])
    // 4,000 of WETH, 3,600 that cover: 80,000 would be needed. All markets -20 %: 2,880 + 94,800 - 106,400 = -8,720.
    const little = { debt: 0n, supplied: 2n * 10n ** 18n }
    expect(found([short(106_400, [little])], '0.2')).toEqual([['loan', 'WBTC for USDC', '21800.00']])
    expect(found([short(50_000)], '0.2')).toEqual([])
  })

  test('a rise that kills a loan of what is dear', () => {
    // 100,000 USDC at 78 % against 30 WETH at 2,000: +33 % makes them 80,000. One dollar repays 1.3333 then and takes 0.78:
    // 2,000 / (1.3333 - 0.78) = 3,614.46.
    const reserves = [
      aReserve({ asset: WETH, id: 0, decimals: 18, price: 2000n * 10n ** 8n, debt: 30n * 10n ** 18n, collateral: false }),
      aReserve({ asset: USDC, id: 1, decimals: 6, supplied: 100_000n * 10n ** 6n }),
    ]
    const loan = aLoan({ id: 'loan', revision: 11, reserves })
    expect(found([loan], '0.25')).toEqual([['loan', 'USDC for WETH', '3614.46']])
    expect([found([loan], '0.25', ['down']), found([loan], '0.2')]).toEqual([[], []])
  })
})

describe('closing positions', () => {
  test('what lives is left alone, and so is what no closing helps', () => {
    // Long and short of 10 ETH on 200: dead now, and worse with one side open (worked in rescue.test.ts).
    const positions = [aPosition({ size: dec(10) }), aPosition({ size: dec(10), side: 'short' })]
    const wallet = aPool().wallet.map((one) => ({ ...one, amount: dec(200) }))
    expect(found([aPool({ hedgeMode: true, positions, wallet })], '0.1')).toEqual([])
    expect(found([aLoan({ revision: 11 }), aPool()], '0.15')).toEqual([])
    expect(found([aPool({ positions: [] })], '0.9')).toEqual([])
  })

  test('a part of it at today’s mark, for the side that is asked for', () => {
    // 20 short at 3,000 on 12,000: at +25 % each loses 750, and 3,750 x 20 k are in bracket 2 or 1 at 0.5 % less 50 or 0.4 %:
    // 12,000 - 15,000 k - 375 k + 50 = 0 at k = 0.783740 (58,780 of notional): 60,000 x 0.216260 = 12,975.61 closed.
    const pool = aPool({ positions: [aPosition({ side: 'short' })] })
    expect(found([pool], '0.2', ['up'])).toEqual([[pool.id, 'ETHUSDT', 'short', '0.783740', '12975.61']])
    expect(found([pool], '0.2', ['down'])).toEqual([])
    // At a coin of 0.5 USD all is worth half.
    const half = { settlePrice: dec('0.5'), wallet: pool.wallet.map((one) => ({ ...one, price: dec('0.5') })) }
    expect(found([{ ...pool, ...half }], '0.2', ['up'])).toEqual([[pool.id, 'ETHUSDT', 'short', '0.783740', '6487.80']])
  })

  test('the smallest of all legs first', () => {
    const pool = aPool({ positions: [aPosition({ side: 'short' })] })
    const sizes = found([pool, short(102_100)], '0.2').map((one) => one.at(-1))
    expect(sizes).toEqual(['12975.61', '23250.00', '93000.00'])
    expect(found([short(102_100), pool], '0.2').map((one) => one.at(-1))).toEqual(sizes)
  })
})
