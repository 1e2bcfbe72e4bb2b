import fc from 'fast-check'
import type { Asset } from '../../src/risk/asset.ts'
import { type Decimal, dec, ONE, sum, toUnits, ZERO } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { FuturesPosition, MarginTier } from '../../src/risk/marginAccount.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, USDC, USDT, WBTC, WETH } from './books.ts'

/** Random books for the rescue: legs of coins that can be repaid or posted, alive now or nearly so. */

const BTC: Asset = { key: 'binance/BTC', symbol: 'BTC', factor: 'BTC', basis: null }
export const PRICES: Readonly<Record<string, number>> = { ETH: 3000, BTC: 90_000 }

export const between = (min: number, max: number): fc.Arbitrary<Decimal> => fc.integer({ min, max }).map((n) => dec(n))

/** Marginal brackets that meet: each deduction follows from the one before. */
const tiersOf = (first: number): readonly MarginTier[] => {
  const rates = [4, 5, 10, 25]
  const caps = [dec(first), dec(first).times(8), dec(first).times(50), null]
  let [floor, deduction] = [ZERO, ZERO]
  return rates.map((rate, k): MarginTier => {
    const share = dec(rate).div(1000)
    if (k > 0) deduction = deduction.plus(floor.times(dec(rate - (rates[k - 1] as number)).div(1000)))
    const tier = { floor, cap: caps[k] ?? null, rate: share, deduction }
    floor = tier.cap ?? floor
    return tier
  })
}

const aSymbol = fc.constantFrom('ETH', 'BTC')

const linearPosition = fc
  .record({
    factor: aSymbol,
    short: fc.boolean(),
    usd: between(5000, 150_000),
    entry: between(90, 110),
    first: fc.integer({ min: 5000, max: 60_000 }),
  })
  .map(({ factor, short, usd, entry, first }): FuturesPosition => {
    const mark = dec(PRICES[factor] as number)
    return aPosition({
      symbol: `${factor}USDT`,
      factor,
      side: short ? 'short' : 'long',
      size: usd.div(mark).toDecimalPlaces(6),
      mark,
      entry: mark.times(entry).div(100),
      tiers: tiersOf(first),
    })
  })

/** Margin that is alive now: a share of the notional above the losses. */
const linearPool = (id: string): fc.Arbitrary<Leg> =>
  fc
    .record({ positions: fc.array(linearPosition, { minLength: 1, maxLength: 3 }), share: between(6, 60) })
    .map(({ positions, share }) => {
      const notional = sum(positions.map(({ size, mark }) => size.times(mark)))
      const amount = notional.times(share.plus(10)).div(100)
      return aPool({ id, positions, wallet: [{ asset: USDT, amount, price: ONE, priceFrom: 'par', ratio: ONE }] })
    })

const inversePool: fc.Arbitrary<Leg> = fc
  .record({ short: fc.boolean(), face: between(1000, 100_000), share: between(12, 150) })
  .map(({ short, face, share }) => {
    const mark = dec(90_000)
    const position = aPosition({
      symbol: 'BTCUSD',
      factor: 'BTC',
      contract: 'inverse',
      side: short ? 'short' : 'long',
      size: face,
      entry: mark,
      mark,
      tiers: [{ floor: ZERO, cap: null, rate: dec('0.005'), deduction: ZERO }],
    })
    const amount = face.div(mark).times(share).div(100)
    const wallet = [{ asset: BTC, amount, price: mark, priceFrom: 'venue' as const, ratio: ONE }]
    return aPool({ id: 'coin', settle: BTC, settlePrice: mark, positions: [position], wallet })
  })

const USDT_ON_CHAIN = anAsset('USDT', 'USD:USDT')

const loan: fc.Arbitrary<Leg> = fc
  .record({
    eth: between(0, 40),
    btc: between(0, 2),
    stable: between(0, 20_000),
    used: between(20, 97),
    inUsdt: fc.boolean(),
    shortEth: between(0, 20),
  })
  .map(({ eth, btc, stable, used, inUsdt, shortEth }) => {
    const cover = eth
      .times(3000 * 83)
      .plus(btc.times(90_000 * 78))
      .plus(stable.times(77))
      .div(100)
    const owed = cover.times(used).div(100)
    const inEth = owed.times(shortEth).div(100).div(3000)
    const units = (amount: Decimal, decimals: number): bigint => toUnits(amount, decimals, 'down')
    const debt = owed.minus(inEth.times(3000))
    return aLoan({
      revision: 11,
      reserves: [
        aReserve({
          asset: WETH,
          id: 0,
          decimals: 18,
          price: 300_000_000_000n,
          supplied: units(eth, 18),
          debt: units(inEth, 18),
          liquidationThreshold: 8300n,
          ltv: 8000n,
        }),
        aReserve({
          asset: WBTC,
          id: 1,
          decimals: 8,
          price: 9_000_000_000_000n,
          supplied: units(btc, 8),
          liquidationThreshold: 7800n,
          ltv: 7300n,
        }),
        aReserve({
          asset: USDC,
          id: 2,
          decimals: 6,
          supplied: units(stable, 6),
          debt: inUsdt ? 0n : units(debt, 6),
          liquidationThreshold: 7700n,
          ltv: 7500n,
        }),
        aReserve({ asset: USDT_ON_CHAIN, id: 3, decimals: 6, debt: inUsdt ? units(debt, 6) : 0n, collateral: false }),
      ],
    })
  })

export const someLegs: fc.Arbitrary<readonly Leg[]> = fc
  .record({
    loan: fc.option(loan),
    one: fc.option(linearPool('one')),
    two: fc.option(linearPool('two')),
    coin: fc.option(inversePool),
  })
  .map(({ loan: first, one, two, coin }) => [first, one, two, coin].filter((leg) => leg !== null))
