import { describe, expect, test } from 'vitest'
import type { Asset } from '../../src/risk/asset.ts'
import { coinsOf, placed } from '../../src/risk/coins.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { Collateral, MarginAccount } from '../../src/risk/marginAccount.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { aComet, aLoan, anAsset, aPool, aReserve, aSpoke, USDC, USDT, WBTC, WETH } from '../support/books.ts'

const BTC: Asset = { key: 'binance/BTC', symbol: 'BTC', factor: 'BTC', basis: null }
const BFUSD: Asset = { key: 'binance/BFUSD', symbol: 'BFUSD', factor: 'USD:BFUSD', basis: null }
const MARKETS = [alongFactor('BTC'), alongFactor('ETH'), ALL_MARKET]

const held = (asset: Asset, over: Partial<Collateral> = {}): Collateral => ({
  ...{ asset, amount: dec(5), price: dec(1), priceFrom: 'venue', ratio: dec(1) },
  ...over,
})
/** What a text needs to be compared: two decimals of one value may differ inside. */
const told = (leg: Leg, paths = MARKETS) =>
  coinsOf(leg, paths).map(({ asset, price, counts, cap, unit, closed }) => [
    asset.symbol,
    ...[price, counts, cap, unit].map((one: Decimal | null) => one?.toFixed() ?? null),
    closed,
  ])

describe('the coins that a pool takes', () => {
  const pool = (wallet: readonly Collateral[], over: Partial<MarginAccount> = {}) => aPool({ wallet, ...over })

  test('its settle coin by what it counts, and whatever of the wallet counts and moves alike', () => {
    const wallet = [
      held(USDT, { price: dec('0.99'), ratio: dec('0.95') }),
      held(USDC, { price: dec('1.01'), ratio: dec('0.9') }),
      held(BFUSD, { ratio: dec('1.2') }),
      // Moves with the market, which the settle coin does not.
      held(BTC, { price: dec(90_000), ratio: dec('0.95') }),
    ]
    expect(told(pool(wallet, { settlePrice: dec('1.1') }))).toEqual([
      // 0.99 x 0.95 / 1.1
      ['USDT', '1.1', '0.855', null, null, null],
      ['USDC', '1.01', '0.9', null, null, null],
      // Never more than a dollar for a dollar.
      ['BFUSD', '1', '1', null, null, null],
    ])
  })

  test('none that is empty, owed or counts nothing', () => {
    const wallet = [
      held(USDT, { price: dec('1.02') }),
      held(USDC, { amount: dec(0) }),
      held(BFUSD, { ratio: dec(0) }),
      held(anAsset('DAI', 'USD:DAI'), { amount: dec(-1) }),
    ]
    // 1.02 / 1 is more than a dollar surely adds.
    expect(told(pool(wallet))).toEqual([['USDT', '1', '1', null, null, null]])
  })

  test('what moves alike on one path and apart on another is not alike', () => {
    const wallet = [held(USDT), held(USDC)]
    expect(told(pool(wallet), [alongFactor('ETH'), alongFactor('USD:USDC')]).map(([symbol]) => symbol)).toEqual(['USDT'])
    const coins = [held(BTC, { price: dec(90_000) }), held(USDT)]
    expect(told(pool(coins, { settle: BTC, settlePrice: dec(90_000) }))).toEqual([['BTC', '90000', '1', null, null, null]])
  })

  test('the settle coin in full where none of it is held, whichever other coin is', () => {
    expect(told(pool([held(USDC, { ratio: dec('0.9') })]))).toEqual([
      ['USDT', '1', '1', null, null, null],
      ['USDC', '1', '0.9', null, null, null],
    ])
  })

  test('an account without a position takes nothing', () => {
    expect(coinsOf(aPool({ positions: [] }), MARKETS)).toEqual([])
  })
})

describe('the debts that can be repaid', () => {
  const DAI = anAsset('DAI', 'USD:DAI')
  const loan = (...reserves: Parameters<typeof aReserve>[0][]) => aLoan({ reserves: reserves.map(aReserve) })
  const eth = (whole: bigint, over = {}) => ({
    ...{ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, debt: whole * 10n ** 18n },
    ...over,
  })
  const btc = (whole: bigint, over = {}) => ({
    ...{ asset: WBTC, id: 1, decimals: 8, price: 90_000n * 10n ** 8n, debt: whole * 10n ** 8n },
    ...over,
  })
  const usdc = (whole: bigint, over = {}) => ({ asset: USDC, id: 2, decimals: 6, debt: whole * 10n ** 6n, ...over })

  test('in the oracle’s dollars, to one unit of the token', () => {
    // 99,000,000 of a base unit of 10^8 is 0.99: 22,000 x 0.99 = 21,780, and 10^-6 x 0.99
    expect(told(loan(usdc(22_000n, { price: 99_000_000n })))).toEqual([['USDC', '0.99', '1', '21780', '0.00000099', null]])
    // The same figures in a market whose base unit is 10^6: 99 USD.
    expect(told({ ...loan(usdc(1n, { price: 99_000_000n })), baseUnit: 10n ** 6n })).toEqual([
      ['USDC', '99', '1', '99', '0.000099', null],
    ])
  })

  test('the largest first; what is not owed or has no price is no debt', () => {
    const dai = { asset: DAI, id: 3, decimals: 18, debt: 5n * 10n ** 18n }
    const none = { asset: anAsset('GHO', 'USD:GHO'), id: 4, decimals: 18 }
    const priceless = { asset: anAsset('EURC', 'EUR:EURC'), id: 5, decimals: 6, debt: 1n, price: null }
    expect(told(loan(usdc(2n), none, priceless, dai)).map(([symbol]) => symbol)).toEqual(['DAI', 'USDC'])
  })

  test('that move alike: of groups that do not the larger one, by what is open now', () => {
    const symbols = (leg: Leg) => told(leg).map(([symbol]) => symbol)
    // 2 ETH are 6,000; 1 BTC is 90,000; they move on different paths, though as often.
    expect(symbols(loan(eth(2n), btc(1n)))).toEqual(['WBTC'])
    expect(symbols(loan(eth(31n), btc(1n)))).toEqual(['WETH'])
    expect(symbols(loan(eth(2n), usdc(6001n)))).toEqual(['USDC'])
    // Two stables of 3,001 are more than 2 ETH.
    expect(symbols(loan(eth(2n), usdc(3001n), { asset: DAI, id: 3, decimals: 0, debt: 3002n }))).toEqual(['DAI', 'USDC'])
    // The larger debt is paused, so it weighs nothing.
    expect(symbols(loan(btc(1n, { paused: true }), usdc(1n)))).toEqual(['USDC'])
    const paused = { asset: DAI, id: 3, decimals: 0, debt: 9n, paused: true }
    expect(told(loan(paused, usdc(1n)))).toEqual([
      ['USDC', '1', '1', '1', '0.000001', null],
      ['DAI', '1', '1', '9', '1', 'DAI is paused: it cannot be repaid'],
    ])
  })

  test('with why they cannot', () => {
    const closed = (over: object) => told(loan(usdc(1n, over)))[0]?.at(-1)
    expect(closed({ paused: true })).toBe('USDC is paused: it cannot be repaid')
    expect(closed({ paused: true, active: false })).toBe('USDC is paused: it cannot be repaid')
    expect(closed({ active: false })).toBe('USDC is not active: it cannot be repaid')
    expect(closed({ frozen: true })).toBeNull()
  })

  test('of a Compound market: its base, in dollars of its quote', () => {
    const base = { asset: WETH, decimals: 18, price: 10n ** 8n, priceUpdatedAt: null }
    // 2.5 ETH in a market quoted in ETH of 3,000 USD
    const comet = aComet({ base, baseBalance: -25n * 10n ** 17n, quote: WETH, quoteUsd: dec(3000) })
    expect(told(comet)).toEqual([['WETH', '3000', '1', '7500', '0.000000000000003', null]])
    expect(coinsOf({ ...comet, base: { ...base, price: null } }, MARKETS)).toEqual([])
    expect(coinsOf({ ...comet, baseBalance: 0n }, MARKETS)).toEqual([])
    expect(coinsOf({ ...comet, baseBalance: 1n }, MARKETS)).toEqual([])
  })

  test('of a spoke: its unrounded debts', () => {
    const spoke = aSpoke()
    const over = (change: object) => ({
      ...spoke,
      reserves: spoke.reserves.map((r) => (r.asset === USDC ? { ...r, ...change } : r)),
    })
    // Half a unit of the token is owed as well; 98 cents a dollar.
    const half = { debtRay: 20_000n * 10n ** 33n + 5n * 10n ** 26n, price: 98_000_000n }
    expect(told(over(half))).toEqual([['USDC', '0.98', '1', '19600.00000049', '0.00000098', null]])
    expect(told(over({ paused: true }))[0]?.at(-1)).toBe('USDC is paused: it cannot be repaid')
    expect(coinsOf(over({ price: null }), MARKETS)).toEqual([])
    expect(coinsOf(over({ debtRay: 0n }), MARKETS)).toEqual([])
  })
})

describe('a leg after a coin was placed', () => {
  test('a Compound debt: rounded down where repaid, up where borrowed, never beyond nothing', () => {
    const left = (amount: string) => {
      const leg = placed(aComet(), USDC, dec(amount))
      return 'baseBalance' in leg ? leg.baseBalance : null
    }
    expect(left('1000')).toBe(-39_000_000_000n)
    expect(left('0.0000019')).toBe(-39_999_999_999n)
    expect(left('-0.0000011')).toBe(-40_000_000_002n)
    expect(left('40000')).toBe(0n)
    expect(left('40000.000001')).toBe(0n)
    // A third three times over lacks the sixtieth digit: that is the division's, not the user's.
    expect(placed(aComet(), USDC, dec(1).div(3).times(3))).toMatchObject({ baseBalance: -39_999_000_000n })
  })

  test('the one reserve of a pool', () => {
    const leg = placed(aLoan(), USDC, dec('2000.5'))
    const [weth, wbtc, usdc] = aLoan().reserves
    expect(leg).toEqual({ ...aLoan(), reserves: [weth, wbtc, { ...usdc, debt: 19_999_500_000n }] })
  })

  /** USDC twice with a debt, once without, and WETH that is owed as well. */
  const spoke = (() => {
    const one = aSpoke()
    const [weth, usdc] = one.reserves as [(typeof one.reserves)[0], (typeof one.reserves)[0]]
    const reserves = [
      { ...usdc, id: 5, debtRay: 0n },
      { ...weth, debtRay: 10n ** 45n },
      { ...usdc, debtRay: 100n * 10n ** 33n + 7n },
      { ...usdc, id: 6, debtRay: 50n * 10n ** 33n },
    ]
    return { ...one, reserves }
  })()
  const owed = (amount: Decimal | string) => {
    const leg = placed(spoke, USDC, dec(amount.toString()))
    return 'reserves' in leg ? leg.reserves.map((reserve) => ('debtRay' in reserve ? reserve.debtRay : null)) : []
  }

  test('in a spoke one debt after the other, in whole units of the token', () => {
    const [dollar, eth, second] = [10n ** 33n, 10n ** 45n, 50n * 10n ** 33n]
    expect(owed('30')).toEqual([0n, eth, 70n * dollar + 7n, second])
    expect(owed('30.0000009')).toEqual([0n, eth, 70n * dollar + 7n, second])
    // All of the first, its last digits too, and of the 20 that are left 7 digits are less than 20: 19.999999.
    expect(owed('120')).toEqual([0n, eth, 0n, 30n * dollar + 10n ** 27n])
    expect(owed('200')).toEqual([0n, eth, 0n, 0n])
  })

  test('in a spoke what is borrowed joins the first debt, to the last digit', () => {
    const first = 100n * 10n ** 33n + 7n
    expect(owed('-1.0000005')).toEqual([0n, 10n ** 45n, first + 10_000_005n * 10n ** 26n, 50n * 10n ** 33n])
    // Thirty nines are less than one: no unit more is repaid than was paid.
    const nines = `0.${'9'.repeat(30)}`
    expect(owed(nines)).toEqual([0n, 10n ** 45n, first - 999_999n * 10n ** 27n, 50n * 10n ** 33n])
    expect(owed(`-${nines}`)).toEqual([0n, 10n ** 45n, first + (10n ** 30n - 1n) * 1000n, 50n * 10n ** 33n])
  })

  test('a margin: beside what is there, or as a new balance at the settle price', () => {
    const wallet = [held(USDT), held(BTC, { price: dec(90_000), ratio: dec('0.95') })]
    const account = aPool({ wallet, settlePrice: dec('0.99'), settlePriceFrom: 'venue' })
    expect(placed(account, BTC, dec('-0.25'))).toEqual({
      ...account,
      wallet: [held(USDT), held(BTC, { amount: dec('4.75'), price: dec(90_000), ratio: dec('0.95') })],
    })
    const bare = { ...account, wallet: wallet.slice(1) }
    expect(placed(bare, USDT, dec(12))).toEqual({
      ...bare,
      wallet: [wallet[1], { asset: USDT, amount: dec(12), price: dec('0.99'), priceFrom: 'venue', ratio: dec(1) }],
    })
  })
})
