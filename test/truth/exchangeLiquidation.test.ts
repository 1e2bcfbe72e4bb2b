import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountInput } from '../sandbox/venue/account.ts'
import { randomAccount, randomMarks, randomMultiAccount } from './randomAccount.ts'
import { randomness } from './randomness.ts'
import {
  btc,
  diesAt,
  eth,
  MARKS,
  type Marks,
  one,
  openVenueStage,
  poolOf,
  pricesOf,
  tickOf,
  type VenueStage,
} from './venueStage.ts'

let stage: VenueStage
beforeAll(async () => {
  stage = await openVenueStage()
})
afterAll(() => stage.stop())

type Found = { readonly pool: string; readonly symbol: string; readonly side: 'down' | 'up'; readonly price: string }

/** Reads the account, and holds every price that the report gives against the venue's own rule: safe there, dead one tick beyond. */
async function check(input: AccountInput, marks: Marks, what: string): Promise<readonly Found[]> {
  stage.place(input, marks)
  expect(stage.venue.wouldLiquidate('ETHUSDT', marks.ETHUSDT ?? ''), `${what} lives`).toBe(false)
  const report = await stage.report()
  const found: Found[] = []
  for (const leg of report.legs) {
    const pool = poolOf(leg, input.hedge)
    expect([leg.grade === 'liquidatable', leg.class], `${what}, ${leg.id}`).toEqual([false, 'agree'])
    for (const { symbol, side, price } of pricesOf(leg)) {
      const tick = tickOf(symbol)
      const beyond = side === 'down' ? price.minus(tick) : price.plus(tick)
      const label = `${what}, ${pool}, ${symbol} ${side} at ${price.toFixed()}`
      expect(price.div(tick).isInteger() || price.eq(marks[symbol] ?? ''), `${label}: a price of the market`).toBe(true)
      expect(diesAt(stage, [input, marks], { symbol, mark: price }).has(pool), `${label}: safe`).toBe(false)
      expect(diesAt(stage, [input, marks], { symbol, mark: beyond }).has(pool), `${label}: dead one tick beyond`).toBe(true)
      found.push({ pool, symbol, side, price: price.toFixed() })
    }
    // Where the report names no price on a side, the pool survives to the last tick and far up.
    for (const symbol of symbolsOf(input, pool)) {
      for (const [side, mark] of [
        ['down', tickOf(symbol)],
        ['up', tickOf(symbol).times(10 ** 9)],
      ] as const) {
        if (found.some((price) => price.pool === pool && price.symbol === symbol && price.side === side)) continue
        expect(diesAt(stage, [input, marks], { symbol, mark }).has(pool), `${what}, ${pool}, ${symbol} ${side}: none`).toBe(false)
      }
    }
  }
  return found
}

function symbolsOf({ positions }: AccountInput, pool: string): ReadonlySet<string> {
  const symbols = positions.map(({ symbol }) => symbol)
  return new Set(pool.startsWith('isolated:') ? symbols.filter((symbol) => pool.split(':')[1] === symbol) : [])
}

describe('the venue does not liquidate at our price, and does one tick beyond', () => {
  const prices = (found: readonly Found[]) => found.map(({ pool, symbol, side, price }) => `${pool} ${symbol} ${side} ${price}`)

  test.each<[string, AccountInput, readonly string[]]>([
    // (12,000 - 60,000) / (20 x 0.004 - 20) = 48,000 / 19.92 = 2,409.6385...
    ['a long', one({ wallets: { USDT: '12000' }, positions: [eth('20')] }), ['cross:USDT ETHUSDT down 2409.64']],
    // (1,000 + 3,000) / 1.004 = 3,984.0637...
    ['a short', one({ wallets: { USDT: '1000' }, positions: [eth('-1')] }), ['cross:USDT ETHUSDT up 3984.06']],
    // (3,000 - 30,000 + 12,000) / (0.056 - 6) = 2,523.5531...: both sides share it. Far up both stand in the last bracket, half of
    // the notional less 54,018,050: 3,000 + 6 (P - 3,000) = 7 P - 108,036,100 at 108,021,100.
    [
      'hedge mode',
      one({ hedge: true, wallets: { USDT: '3000' }, positions: [eth('10', { side: 'LONG' }), eth('-4', { side: 'SHORT' })] }),
      ['cross:USDT ETHUSDT down 2523.56', 'cross:USDT ETHUSDT up 108021100'],
    ],
    // 1,000 against 2 x 10 P x 0.004, then 0.005 less 50 each: 0.1 P - 100 = 1,000 at 11,000.
    [
      'a perfect hedge, which dies of its growing maintenance',
      one({ hedge: true, wallets: { USDT: '1000' }, positions: [eth('10', { side: 'LONG' }), eth('-10', { side: 'SHORT' })] }),
      ['cross:USDT ETHUSDT up 11000'],
    ],
    // (300 - 3,000) / (0.004 - 1) = 2,710.8433...; the cross wallet of 10,000 is not its own.
    // BTC: (10,000 - 9,000 x 2) < 0: (10,000 - 18,000) / (0.0008 - 0.2) = 40,160.6425...
    [
      'an isolated position beside a cross one',
      one({ wallets: { USDT: '10300' }, positions: [eth('1', { isolatedWallet: '300' }), btc('0.2')] }),
      ['isolated:ETHUSDT:BOTH ETHUSDT down 2710.85', 'cross:USDT BTCUSDT down 40160.7'],
    ],
    // Both sides isolated: (300 - 3,000) / -0.996 = 2,710.8433..., (500 + 6,000) / 2.008 = 3,237.0517...
    [
      'isolated in hedge mode',
      one({
        hedge: true,
        wallets: { USDT: '1000' },
        positions: [eth('1', { side: 'LONG', isolatedWallet: '300' }), eth('-2', { side: 'SHORT', isolatedWallet: '500' })],
      }),
      ['isolated:ETHUSDT:LONG ETHUSDT down 2710.85', 'isolated:ETHUSDT:SHORT ETHUSDT up 3237.05'],
    ],
    // ETH alone: BTC requires 90,000 x 0.004 = 360: (20,000 - 360 - 30,000) / -9.96 = 1,040.1606...
    // BTC alone: ETH requires 120: (20,000 - 120 - 90,000) / -0.996 = 70,401.6064...
    [
      'two symbols in one pool',
      one({ wallets: { USDT: '20000' }, positions: [eth('10'), btc('1')] }),
      ['cross:USDT ETHUSDT down 1040.17', 'cross:USDT BTCUSDT down 70401.7'],
    ],
    // (500,000 + 50 - 3,000,000)/(5 - 1,000) = 2,512.5125 stands at 2,512,512: beyond 600,000, so 1 % less 3,050:
    // (500,000 + 3,050 - 3,000,000) / (10 - 1,000) = 2,522.1717...
    [
      'a large one, by the bracket at that price',
      one({ wallets: { USDT: '500000' }, positions: [eth('1000')] }),
      ['cross:USDT ETHUSDT down 2522.18'],
    ],
    ['a long that cannot die', one({ wallets: { USDT: '4000' }, positions: [eth('1')] }), []],
  ])('%s', async (what, input, expected) => {
    expect(prices(await check(input, MARKS, what))).toEqual(expected)
  })

  test.each(['3100', '3333.33', '3001.00000007', '3000.00000001'])(
    'equality is not below: at a mark of %s the price is the tick itself',
    async (mark) => {
      // 1,012 - 1,000 = 12 = 3,000 x 0.004: equal at 3,000.00, dead at 2,999.99.
      const input = one({ wallets: { USDT: '1012' }, positions: [eth('1', { entryPrice: '4000' })] })
      expect(prices(await check(input, { ...MARKS, ETHUSDT: mark }, mark))).toEqual(['cross:USDT ETHUSDT down 3000'])
    },
  )

  test.each(['2900', '2777.77', '2999.99999993', '1234.56789012'])('nor above: a short at a mark of %s', async (mark) => {
    // 1,012 - 1,000 = 12 = 3,000 x 0.004: equal at 3,000.00, dead at 3,000.01.
    const input = one({ wallets: { USDT: '1012' }, positions: [eth('-1', { entryPrice: '2000' })] })
    expect(prices(await check(input, { ...MARKS, ETHUSDT: mark }, mark))).toEqual(['cross:USDT ETHUSDT up 3000'])
  })

  test.each<[string, string, string]>([
    // (4,000 - W) / 0.996 = 3,000.002 and (2,000 + W) / 1.004 = 2,999.998: no tick lies between the end and the mark.
    ['1', '1011.998008', '3000.004'],
    ['-1', '1011.997992', '2999.996'],
  ])('an end less than a tick away is the mark itself: %s ETH on %s', async (amount, wallet, mark) => {
    const entryPrice = amount === '1' ? '4000' : '2000'
    const input = one({ wallets: { USDT: wallet }, positions: [eth(amount, { entryPrice })] })
    const found = prices(await check(input, { ...MARKS, ETHUSDT: mark }, mark))
    expect(found).toEqual([`cross:USDT ETHUSDT ${amount === '1' ? 'down' : 'up'} ${mark}`])
  })

  test('sixty random accounts', async () => {
    const random = randomness(5)
    const seen = { down: 0, up: 0, isolated: 0, hedge: 0, shared: 0, short: 0 }
    for (let i = 0; i < 60; i += 1) {
      const marks = randomMarks(random)
      const input = randomAccount(random, marks)
      const found = await check(input, marks, `account ${i}`)
      for (const { side, pool } of found) {
        seen[side] += 1
        seen.isolated += pool.startsWith('isolated:') ? 1 : 0
      }
      seen.hedge += input.hedge ? 1 : 0
      seen.shared += new Set(found.filter(({ pool }) => pool === 'cross:USDT').map(({ symbol }) => symbol)).size > 1 ? 1 : 0
      seen.short += input.positions.some(({ amount }) => amount.startsWith('-')) ? 1 : 0
    }
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(9)
    expect(stage.venue.violations).toEqual([])
  })

  test('thirty random accounts in multi-assets mode, with coins that count less than they are worth', async () => {
    const random = randomness(6)
    const seen = { down: 0, up: 0, profitable: 0 }
    for (let i = 0; i < 30; i += 1) {
      const marks = randomMarks(random)
      const input = randomMultiAccount(random, marks)
      for (const { side, symbol, price } of await check(input, marks, `account ${i}`)) {
        seen[side] += 1
        // Where the USDT are owned to the end, they count at the bid rate.
        seen.profitable += settledAt(input, marks, { symbol, price }) > 0 ? 1 : 0
      }
    }
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(0)
  })

  /** USDT of balance and profit, one mark moved. */
  function settledAt({ wallets, positions }: AccountInput, marks: Marks, at: { symbol: string; price: string }): number {
    const profits = positions.map(({ symbol, amount, entryPrice }) => {
      const mark = symbol === at.symbol ? at.price : marks[symbol]
      return Number(amount) * (Number(mark) - Number(entryPrice))
    })
    return profits.reduce((sum, profit) => sum + profit, Number(wallets.USDT))
  }
})
