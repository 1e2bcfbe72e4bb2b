import { describe, expect, test } from 'vitest'
import type { Asset } from '../../src/risk/asset.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import { keepFraction } from '../../src/risk/keepFraction.ts'
import type { FuturesPosition, MarginAccount, MarginTier } from '../../src/risk/marginAccount.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { aPool, aPosition, USDT } from '../support/books.ts'

const BTC: Asset = { key: 'binance/BTC', symbol: 'BTC', factor: 'BTC', basis: null }
const tier = (floor: number, cap: number | null, rate: string, deduction = '0'): MarginTier => ({
  ...{ floor: dec(floor), cap: cap === null ? null : dec(cap), rate: dec(rate), deduction: dec(deduction) },
})
/** 0.4 % to 30,000, then 2 % less 480. */
const TWO = [tier(0, 30_000, '0.004'), tier(30_000, null, '0.02', '480')]
const coin = (asset: Asset, amount: string, over: { price?: Decimal; ratio?: Decimal } = {}) => ({
  ...{ asset, amount: dec(amount), price: ONE, priceFrom: 'par' as const, ratio: ONE },
  ...over,
})
/** 20 ETH short at 3,000. */
const short = (over: Partial<FuturesPosition> = {}) => aPosition({ side: 'short', tiers: TWO, ...over })
const pool = (usdt: string, position: FuturesPosition, over: Partial<MarginAccount> = {}) =>
  aPool({ wallet: [coin(USDT, usdt)], positions: [position], ...over })

/** The share of the first position that survives moves of a factor, to 40 digits: a bisected one differs in the nineteenth. */
const keeps = (account: MarginAccount, factor: string, ...at: readonly string[]): string | null => {
  const moves = at.map((one) => ({ path: alongFactor(factor), at: dec(one) }))
  const keep = keepFraction(account, account.positions[0] as FuturesPosition, { moves, feeRate: dec(0) })
  return keep === null ? null : keep.toSignificantDigits(40).toFixed()
}
const share = (over: string, under: string): string => dec(over).div(under).toSignificantDigits(40).toFixed()

describe('the exact share, whichever bracket it ends in', () => {
  // At +25 % each of the 20 loses 750, and the notional is 75,000 k.
  test('in a lower one than it began', () => {
    // W - 15,000 k - 300 k at k = 0.3
    expect(keeps(pool('4590', short()), 'ETH', '1.25')).toBe('0.3')
    // Three brackets, the last two behind: W - 15,000 k - (3,750 k - 980) at k = 0.6, 45,000 of notional.
    const three = [TWO[0] as MarginTier, tier(30_000, 40_000, '0.02', '480'), tier(40_000, null, '0.05', '1680')]
    // At 45,000: 5 % less 1,680 = 570. 15,000 x 0.6 + 570.
    expect(keeps(pool('9570', short({ tiers: three })), 'ETH', '1.25')).toBe('0.6')
    // At 37,500 (k = 0.5): 2 % less 480 = 270; at 15,000 (k = 0.2): 60.
    expect(keeps(pool('7770', short({ tiers: three })), 'ETH', '1.25')).toBe('0.5')
    expect(keeps(pool('3060', short({ tiers: three })), 'ETH', '1.25')).toBe('0.2')
  })

  test('where brackets of one table cross beside their caps, or ask the same rate', () => {
    // 1 % to 40,000, 2 % less 200 from there: they cross at 20,000, k = 0.2667. At k = 0.3: 22,500 x 2 % - 200 = 250.
    const crossing = [tier(0, 40_000, '0.01'), tier(40_000, null, '0.02', '200')]
    expect(keeps(pool('4750', short({ tiers: crossing })), 'ETH', '1.25')).toBe('0.3')
    const same = [tier(0, 10_000, '0.004'), tier(10_000, 30_000, '0.004'), TWO[1] as MarginTier]
    expect(keeps(pool('4590', short({ tiers: same })), 'ETH', '1.25')).toBe('0.3')
  })

  test('at the end of a flat bracket where the next one asks too much', () => {
    // 3 % of all above 30,000 (k = 0.4): 6,500 - 6,900 just above, 6,500 - 6,300 at it.
    const tiers = [tier(0, 30_000, '0.01'), tier(30_000, null, '0.03')]
    const rules = { ...aPool().rules, tiers: 'flat' as const }
    expect(keeps(pool('6500', short({ tiers }), { rules }), 'ETH', '1.25')).toBe('0.4')
    // 6,300 - 15,750 k at 0.4 is 0; with 3,150 at 0.2.
    expect(keeps(pool('3150', short({ tiers }), { rules }), 'ETH', '1.25')).toBe('0.2')
    // 8,625 - 17,250 k
    expect(keeps(pool('8625', short({ tiers }), { rules }), 'ETH', '1.25')).toBe('0.5')
  })

  test('by the mark or by the entry, as the venue takes its notional', () => {
    // From 2,800: what is closed realises -4,000 (1 - k), what stays loses 950 each: -4,000 - 15,000 k in all.
    const position = short({ entry: dec(2800) })
    // k = 0.45: 33,750 of mark, 2 % less 480 = 195.
    expect(keeps(pool('10945', position), 'ETH', '1.25')).toBe('0.45')
    // 25,200 of entry, 0.4 % = 100.8.
    const rules = { ...aPool().rules, basis: 'entry' as const }
    expect(keeps(pool('10850.8', position, { rules }), 'ETH', '1.25')).toBe('0.45')
  })

  test('where the settle coin moves under a linear contract', () => {
    // 300 ETH long at 0.04 BTC. BTC +25 %: 0.032, a loss of 2.4 k on a notional of 9.6 k; 1 % to 4 BTC, then 3 % less 0.08.
    const tiers = [tier(0, 4, '0.01'), tier(4, null, '0.03', '0.08')]
    const position = aPosition({ symbol: 'ETHBTC', size: dec(300), entry: dec('0.04'), mark: dec('0.04'), tiers })
    const price = dec(90_000)
    const account = (btc: string) =>
      aPool({ settle: BTC, settlePrice: price, wallet: [coin(BTC, btc, { price })], positions: [position] })
    // k = 0.4: 0.96 + 3.84 x 1 %
    expect(keeps(account('0.9984'), 'BTC', '1.25')).toBe('0.4')
  })

  test('of an inverse contract', () => {
    // 100,000 USD long at 50,000. BTC -20 %: -0.5 k BTC on 2.5 k; 1 % to 1 BTC, then 3 % less 0.02.
    const tiers = [tier(0, 1, '0.01'), tier(1, null, '0.03', '0.02')]
    const price = dec(50_000)
    const of = { symbol: 'BTCUSD', factor: 'BTC', contract: 'inverse' as const, size: dec(100_000), entry: price, mark: price }
    const position = aPosition({ ...of, tiers })
    const account = aPool({ settle: BTC, settlePrice: price, wallet: [coin(BTC, '0.23875', { price })], positions: [position] })
    // k = 0.45: 0.225 + 1.125 x 3 % - 0.02
    expect(keeps(account, 'BTC', '0.8')).toBe('0.45')
  })
})

describe('what closing realises', () => {
  const tiers = [tier(0, null, '0.004')]
  const btc = coin(BTC, '0.1', { price: dec(90_000), ratio: dec('0.95') })

  test('joins the balance of the settle coin, wherever it stands in the wallet', () => {
    // From 3,200: 1,000 + 4,000 (1 - k) - 11,000 k is owed, so no haircut is taken; BTC counts for 8,550: 13,550 - 15,300 k.
    const account = pool('0', short({ tiers, entry: dec(3200) }), { wallet: [btc, coin(USDT, '1000', { ratio: dec('0.9') })] })
    expect(keeps(account, 'ETH', '1.25')).toBe(share('13550', '15300'))
  })

  test('is a balance of its own where there is none', () => {
    // 8,550 - 4,000 (1 - k) - 19,000 k - 300 k
    const account = pool('0', short({ tiers, entry: dec(2800) }), { wallet: [btc] })
    expect(keeps(account, 'ETH', '1.25')).toBe(share('4550', '15300'))
  })

  test('is bisected where the coin turns from owned to owed on the way', () => {
    // 10 USD of BTC, 1,000 USDT that count for 900: owned below k = 0.0667, where 10 + 0.9 (1,000 - 15,000 k) - 375 k = 0.
    const wallet = [coin(BTC, '0.0002', { price: dec(50_000) }), coin(USDT, '1000', { ratio: dec('0.9') })]
    const account = pool('0', short({ tiers: [tier(0, null, '0.005')] }), { wallet })
    const keep = dec(keeps(account, 'ETH', '1.25') as string)
    const exact = dec(910).div(13_875)
    expect(keep.lte(exact)).toBe(true)
    expect(exact.minus(keep).lt('1e-18')).toBe(true)
  })
})

describe('a hedge', () => {
  const tiers = [tier(0, null, '0.01')]
  const hedged = (usdt: string, [long, shorts]: readonly [number, number]) => {
    const positions = [aPosition({ size: dec(long), tiers }), aPosition({ side: 'short', size: dec(shorts), tiers })]
    return aPool({ hedgeMode: true, wallet: [coin(USDT, usdt)], positions })
  }

  test('is closed until the fall is survived, if the rise is survived then too', () => {
    // k of 20 long beside 10 short. -20 %: W + 6,000 - 240 - 12,480 k. +25 %: W - 7,875 + 14,250 k.
    // W = 3,000: k <= 0.7019 and k >= 0.3421; W = 500: k <= 0.5016 and k >= 0.5175.
    expect(keeps(hedged('3000', [20, 10]), 'ETH', '1.25', '0.8')).toBe(share('8760', '12480'))
    expect(keeps(hedged('3000', [20, 10]), 'ETH', '0.8', '1.25')).toBe(share('8760', '12480'))
    expect(keeps(hedged('500', [20, 10]), 'ETH', '1.25', '0.8')).toBeNull()
    expect(keeps(hedged('500', [20, 10]), 'ETH', '0.8', '1.25')).toBeNull()
  })

  test('stays whole where it just suffices, though less of it would not, and a last digit is not held against it', () => {
    // k of 10 long beside 20 short, +25 %: W + 7,500 k - 15,000 - 375 k - 750, 0 at k = 1 with 8,625.
    expect(keeps(hedged('8625', [10, 20]), 'ETH', '1.25')).toBe('1')
    expect(keeps(hedged(`8624.${'9'.repeat(41)}`, [10, 20]), 'ETH', '1.25')).toBe('1')
    expect(keeps(hedged(`8624.${'9'.repeat(39)}`, [10, 20]), 'ETH', '1.25')).toBeNull()
  })
})
