import { describe, expect, test } from 'vitest'
import { placed } from '../../src/risk/coins.ts'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { deathsOf } from '../../src/risk/deaths.ts'
import { dec } from '../../src/risk/decimal.ts'
import { leastCash } from '../../src/risk/leastCash.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { symbolTrigger } from '../../src/risk/rules/margin.ts'
import { safetyFactor } from '../../src/risk/verdict.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, aSpoke, BINANCE_RULES, USDC, USDT, WETH, WSTETH } from '../support/books.ts'

/** What the oracle and the random books found: each failure as the smallest book that showed it. */

const flat = (rate: string, deduction = '0') => [{ floor: dec(0), cap: null, rate: dec(rate), deduction: dec(deduction) }]

describe('found on random books', () => {
  test('a loan of one factor on both sides does not die a last digit above a price of 0', () => {
    // 3 LINK at threshold 0.7 against 1 LINK: the slack is 1.1 s, 0 at s = 0 and nowhere above.
    const link = anAsset('LINK', 'OWN:LINK')
    const reserve = { decimals: 18, price: 2_230_000_007n, liquidationThreshold: 7000n }
    const reserves = [aReserve({ ...reserve, asset: link, id: 0, supplied: 3n * 10n ** 18n, debt: 10n ** 18n })]
    expect(deathsOf(aLoan({ revision: 11, reserves }), alongFactor('OWN:LINK'))).toEqual({ down: null, up: null })
    for (let price = 1n; price < 100n; price++) {
      const other = aLoan({ revision: 11, reserves: reserves.map((r) => ({ ...r, price })) })
      expect(deathsOf(other, ALL_MARKET), `price ${price}`).toEqual({ down: null, up: null })
    }
  })

  test('an inverse pool whose coin counts for less turns where balance and profit turn from owned to owed', () => {
    // 0.5 ETH of margin that counts for half, 3,000 USD short at 3,000: in coins it owns 0.5 + 3,000/M - 1, which is 0 at 6,000.
    // Maintenance of a tenth: (3,000/M - 0.5) / 2 = 300/M -> M = 4,800. Of nothing: it dies at the turn itself.
    const pool = (rate: string, amount: string, kind: 'marginal' | 'flat'): MarginAccount =>
      aPool({
        settle: WETH,
        rules: { ...BINANCE_RULES, tiers: kind },
        settlePrice: dec(3000),
        wallet: [{ asset: WETH, amount: dec(amount), price: dec(3000), priceFrom: 'venue', ratio: dec('0.5') }],
        positions: [aPosition({ contract: 'inverse', side: 'short', size: dec(3000), symbol: 'ETHUSD', tiers: flat(rate) })],
      })
    // 1.5 ETH, 6,000 USD long at 3,000, maintenance of a hundredth. It owns 1.5 + 2 - 6,000/M, 0 at 1,714.29.
    // (3.5 - 6,000/M) / 2 = 60/M -> M = 6,120 / 3.5 = 1,748.57.
    for (const kind of ['marginal', 'flat'] as const) {
      expect(symbolTrigger(pool('0.1', '0.5', kind), 'ETHUSD', 'up')?.exact.toFixed(10), kind).toBe('4800.0000000000')
      expect(symbolTrigger(pool('0', '0.5', kind), 'ETHUSD', 'up')?.exact.toFixed(10), kind).toBe('6000.0000000000')
      const short = pool('0.01', '1.5', kind)
      const long = { ...short, positions: short.positions.map((p) => ({ ...p, side: 'long' as const, size: dec(6000) })) }
      expect(symbolTrigger(long, 'ETHUSD', 'down')?.exact.toFixed(6), kind).toBe('1748.571429')
    }
  })

  test('a first bracket that deducts asks nothing of the smallest positions, and the line bends where it begins to ask', () => {
    // 1 ETH long at 3,000 on 2,200: maintenance 0.5 P - 500, nothing below P = 1,000. 2,200 + P - 3,000 = 0 -> P = 800.
    // One straight line through the bend would say 2,200 + P - 3,000 = 0.5 P - 500 -> P = 600.
    const pool = aPool({
      positions: [aPosition({ size: dec(1), tiers: flat('0.5', '500') })],
      wallet: [{ asset: USDT, amount: dec(2200), price: dec(1), priceFrom: 'par', ratio: dec(1) }],
    })
    expect(symbolTrigger(pool, 'ETHUSDT', 'down')?.exact.toFixed(10)).toBe('800.0000000000')
  })

  test('the safety factor is the nearest wall itself, not another one that ties with it', () => {
    // Two pools a hundred-thousandth of a USDT apart: -19.6787 % both, to the ninth digit; the second one dies first.
    const pool = (factor: string, amount: string): MarginAccount =>
      aPool({
        id: factor,
        positions: [aPosition({ symbol: factor, factor })],
        wallet: [{ asset: USDT, amount: dec(amount), price: dec(1), priceFrom: 'par', ratio: dec(1) }],
      })
    const legs = [pool('A', '12000'), pool('B', '11999.99998')]
    const second = deathsOf(legs[1] as MarginAccount, alongFactor('B')).down
    const factor = safetyFactor(pathsOf(legs).map((path) => corridor(legs, path)))
    expect(
      factor
        ?.times(second ?? 0)
        .minus(1)
        .abs()
        .lte('1e-50'),
    ).toBe(true)
  })

  test('the least cash for a loan is enough after it is cut to whole units of the coin', () => {
    // 3,333,333,333,333 wei of debt, 0.009999999999999 USD, beside 60.123457 USDC, on 77 of cover. Where ETH costs 1,688 times as much
    // 16.879999999998 + 60.123457 - 77 = 0.003456999998 is missing. Cut to millionths that is 0.003456, and it dies a little earlier.
    const owed = 10n ** 16n / 3000n
    const reserves = [
      aReserve({ asset: WETH, id: 0, decimals: 18, price: 300_000_000_000n, debt: owed }),
      aReserve({ asset: USDC, id: 2, decimals: 6, supplied: 100_000_000n, debt: 60_123_457n, liquidationThreshold: 7700n }),
    ]
    const loan = aLoan({ revision: 11, reserves })
    const fall = dec(1687).div(1688)
    const { distance, perLeg } = leastCash({ legs: [loan], cash: [] }, fall)
    expect(perLeg.map(({ usd }) => usd.toFixed())).toEqual(['0.003457'])
    const repaid = { ...loan, reserves: reserves.map((r) => (r.id === 2 ? { ...r, debt: r.debt - 3457n } : r)) }
    const reached = safetyFactor(pathsOf([repaid]).map((path) => corridor([repaid], path)))
    expect(reached?.gte(distance)).toBe(true)
  })

  test('the least cash for a pool whose slack stands still is more than what is missing now', () => {
    // A wstETH pool long of ETH: mark and coin move together, so in USD of today its slack is one amount times the price.
    // 1 ETH long at 1 wstETH each way, maintenance 0.1 wstETH on 0.05 of margin: 0.05 wstETH = 180 USD is missing on every path.
    const pool = aPool({
      settle: WSTETH,
      settlePrice: dec(3600),
      positions: [aPosition({ size: dec(1), entry: dec(1), mark: dec(1), tiers: flat('0.1') })],
      wallet: [{ asset: WSTETH, amount: dec('0.05'), price: dec(3600), priceFrom: 'venue', ratio: dec(1) }],
    })
    const [wanted] = leastCash({ legs: [pool], cash: [] }, dec('0.02')).perLeg
    // Exactly that leaves a slack of 0, which is dead: the least that an exchange books is added, 1e-8 wstETH = 0.000036 USD.
    expect(wanted?.usd.toFixed()).toBe('180.000036')
    const helped = (usd: string) => ({
      ...pool,
      wallet: pool.wallet.map((held) => ({ ...held, amount: held.amount.plus(dec(usd).div(3600)) })),
    })
    expect(deathsOf(helped('180'), alongFactor('ETH'))).toEqual({ down: dec(1), up: dec(1) })
    expect(deathsOf(helped('180.000036'), alongFactor('ETH'))).toEqual({ down: null, up: null })
  })

  test('a coin that a spoke owes twice is repaid once', () => {
    const spoke = aSpoke()
    const usdc = spoke.reserves[1] as (typeof spoke.reserves)[number]
    const dollars = (amount: number): bigint => BigInt(amount) * 10n ** 33n
    const owing = {
      ...spoke,
      reserves: [...spoke.reserves.slice(0, 1), { ...usdc, debtRay: dollars(100) }, { ...usdc, id: 2, debtRay: dollars(50) }],
    }
    const left = (amount: string) => {
      const after = placed(owing, USDC, dec(amount))
      return after.kind === 'lending' && after.protocol === 'aave-v4' ? after.reserves.map(({ debtRay }) => debtRay) : []
    }
    expect(left('30')).toEqual([0n, dollars(70), dollars(50)])
    expect(left('120')).toEqual([0n, 0n, dollars(30)])
    expect(left('151')).toEqual([0n, 0n, 0n])
    // Only whole millionths of a USDC arrive.
    expect(left('0.0000019')).toEqual([0n, dollars(100) - 10n ** 27n, dollars(50)])
  })
})
