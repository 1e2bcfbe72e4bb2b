import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { AccountInput } from '../sandbox/venues/held.ts'
import { type OpenedWeex, openWeexAccount, pricesOf, viewOf } from './openWeexAccount.ts'
import { legOf, why } from './readAccount.ts'

const POSITIONS = '/capi/v3/account/position/allPosition'
const BALANCE = '/capi/v3/account/balance'
const CROSS = 'weex/main/USDT-cross'
const TAKEN = 'WEEX publishes no maintenance table: its liquidation price is taken from WEEX, not checked'
const LONG = { symbol: 'ETHUSDT', amount: '20', entry: '3000' }

let opened: OpenedWeex
beforeEach(async () => {
  opened = await openWeexAccount()
})
afterEach(() => opened.close())

/** What a reading of this account says: prices, and gaps. */
async function said(input: AccountInput): Promise<readonly [readonly string[], string]> {
  opened.venue.account(input)
  const reading = await opened.read()
  return [pricesOf(reading), why(reading)]
}

describe('maintenance from the price that WEEX gives, by hand', () => {
  test('a long in the cross pool', async () => {
    opened.venue.account({ wallet: '12000', positions: [LONG] })
    const reading = await opened.read()
    // The double asks 0.5 %: (12,000 - 60,000) / (20 x 0.005 - 20) = 2,412.0603..., told as 2412.06, and there it is dead.
    expect(pricesOf(reading)).toEqual([`${CROSS} ETHUSDT 2412.07`])
    const leg = legOf(reading, CROSS)
    // (12,000 + 20 x (2,412.06 - 3,000)) / (20 x 2,412.06) = 241.2 / 48,241.2
    expect(leg.positions[0]?.tiers).toHaveLength(1)
    expect(leg.positions[0]?.tiers[0]?.rate.toFixed(12)).toBe('0.004999875625')
    expect(leg.wallet[0]?.amount.toFixed()).toBe('12000')
    expect(leg.source.notes).toEqual([TAKEN])
  })

  test('the price itself is one that liquidates: the pages do not agree on equality', async () => {
    // 60,000 - 20 x 2,400 x 0.995: with 12,240 equity and maintenance are the same at 2,400.
    expect(await said({ wallet: '12240', positions: [LONG] })).toEqual([[`${CROSS} ETHUSDT 2400.01`], ''])
  })

  test('nothing of it is called checked: WEEX cannot confirm itself', async () => {
    opened.venue.account({
      wallet: '12000',
      positions: [LONG, { symbol: 'SOLUSDT', amount: '-9', entry: '150', isolated: '200' }],
    })
    const { legs } = viewOf(await opened.read())
    expect(legs.map(({ checks, agreement }) => [checks, agreement])).toEqual([
      [[], 'none'],
      [[], 'none'],
    ])
  })

  test('isolated positions of both sides of one symbol are pools of their own', async () => {
    const positions = [
      { symbol: 'ETHUSDT', amount: '1', entry: '3000', isolated: '300' },
      { symbol: 'ETHUSDT', amount: '-2', entry: '3000', isolated: '400' },
    ]
    // 2,700 / 0.995 = 2,713.567...; (400 + 6,000) / (2 x 1.005) = 3,184.0796..., told as 3184.08.
    expect(await said({ wallet: '100', hedge: true, positions })).toEqual([
      ['weex/main/ETHUSDT-long ETHUSDT 2713.57', 'weex/main/ETHUSDT-short ETHUSDT 3184.07'],
      '',
    ])
  })

  test('the recorded position: its price fits balances of a narrow band alone', async () => {
    // ccxt ts/src/test/static/response/weex.json, fetchPositionsForSymbol: its balance was not recorded.
    const recorded = { openValue: '82.06416', unrealizePnl: '0.06012', marginSize: '4.107', liquidatePrice: '2019.83' }
    const positions = [{ symbol: 'ETHUSDT', amount: '0.036', entry: '2279.56' }]
    opened.venue.setMark('ETHUSDT', '2281.23')
    opened.venue.state.positions = { ETHUSDT: recorded }
    // 0.036 x (2,279.56 - 2,019.83) = 9.35028 are lost there; what is left over of 9.71385 is 0.5 % of 72.71388.
    expect(await said({ wallet: '9.71385', positions })).toEqual([[`${CROSS} ETHUSDT 2019.84`], ''])
    const misfit =
      'WEEX gives a liquidation price of ETHUSDT that does not fit its balance: no maintenance below the first margin leads to it.'
    // 3.635694 are the first margin at 20x; the profit of 0.06012 may be in the balance, so it is left out of one reading.
    for (const [wallet, fits] of [
      ['9.3503', true],
      ['9.35', false],
      ['12.98', true],
      ['13.05', false],
      ['20', false],
    ] as const) {
      const [prices, gaps] = await said({ wallet, positions })
      expect([wallet, prices.length]).toEqual([wallet, fits ? 1 : 0])
      expect(gaps).toBe(fits ? '' : `${CROSS} unsupported: ${misfit}`)
    }
  })

  test('a price that the mark has passed already is no gap: the pool is being liquidated', async () => {
    opened.venue.account({ wallet: '12000', positions: [LONG] })
    opened.venue.setMark('ETHUSDT', '2400')
    const [leg] = viewOf(await opened.read()).legs
    expect(leg).toMatchObject({ grade: 'liquidatable', tripped: true })
  })

  test('a long that the balance pays for has no price, and needs none', async () => {
    opened.venue.account({ wallet: '5000', positions: [{ symbol: 'BTCUSDT', amount: '0.02', entry: '90000', leverage: 100 }] })
    const reading = await opened.read()
    expect([pricesOf(reading), reading.gaps]).toEqual([[], []])
    expect(legOf(reading, CROSS).source.notes.join()).toContain('the balance pays for the whole position')
    // The most that its leverage allows: 1 %.
    expect(legOf(reading, CROSS).positions[0]?.tiers[0]?.rate.toFixed()).toBe('0.01')
    // 5,000 with 4,000 of another position in it do not: 1,800 would be left to pay.
    const isolated = { symbol: 'SOLUSDT', amount: '30', entry: '150', isolated: '4000' }
    const [, unsure] = await said({
      wallet: '5000',
      positions: [{ symbol: 'BTCUSDT', amount: '0.02', entry: '90000' }, isolated],
    })
    expect(unsure).toContain(`${CROSS} unsupported: WEEX gives no liquidation price of BTCUSDT`)
    // One that it does not pay for, or a short, may die all the same: then nothing is said.
    opened.venue.state.positions = { BTCUSDT: { liquidatePrice: '0' } }
    for (const amount of ['0.06', '-0.001']) {
      const [prices, gaps] = await said({ wallet: '5000', positions: [{ symbol: 'BTCUSDT', amount, entry: '90000' }] })
      expect(prices).toEqual([])
      expect(gaps).toContain('gives no liquidation price of BTCUSDT, and publishes no maintenance table to reckon one by')
    }
  })
})

describe('what the documentation leaves open changes no price', () => {
  const meanings = Array.from({ length: 16 }, (_, i) => ({
    ...{ profitInBalance: i % 2 > 0, isolatedInBalance: i % 4 > 1, holdsOrderMargin: i % 8 > 3, profitInIsolated: i > 7 },
    ...{ rounding: (['dead', 'alive', 'nearest'] as const)[i % 3], fee: i % 5 > 2 ? '0.0008' : '0' },
  }))

  test.each(meanings)('%j', async (meaning) => {
    Object.assign(opened.venue.state, meaning)
    for (const [amount, mark] of [
      ['20', '3150'],
      ['20', '2850'],
      ['-5', '2850'],
      ['-5', '3150'],
    ] as const) {
      opened.venue.limits.forget()
      opened.venue.setMark('ETHUSDT', mark)
      opened.venue.account({
        ...{ wallet: '12000', orderMargin: '4000' },
        positions: [
          { symbol: 'ETHUSDT', amount, entry: '3000' },
          { symbol: 'SOLUSDT', amount: '-10', entry: '451', isolated: '4000' },
        ],
      })
      const reading = await opened.read()
      expect(reading.gaps).toEqual([])
      const prices = viewOf(reading).legs.flatMap(({ liquidation }) => liquidation.filter(({ symbol }) => symbol !== null))
      expect(prices.map(({ symbol }) => symbol).sort()).toEqual(['ETHUSDT', 'SOLUSDT'])
      for (const { symbol, side, price } of prices) {
        if (symbol === null || price === null) throw new Error('no price')
        const pool = symbol === 'ETHUSDT' ? 'cross' : 'SOLUSDT short'
        const tick = dec(opened.venue.tickOf(symbol)).times(side === 'down' ? -1 : 1)
        expect(opened.venue.deadAt(symbol, price.toFixed()), `${symbol} ${price}: safe`).not.toContain(pool)
        // A price that is rounded towards today is told a tick early.
        expect(opened.venue.deadAt(symbol, price.plus(tick.times(2)).toFixed()), `${symbol} ${price}: dead`).toContain(pool)
      }
    }
  })

  test('of several balances that fit, the one that leaves least stands, and it is said', async () => {
    // 400 are lost. A balance of 12,000 fits the price of 2412.06 with 0.5 %. Were the loss in it already, 12,400 would be there
    // without it, and (12,400 - 11,758.8) / 48,241.2 = 1.33 % be asked: 20 x 567.94 x (1 - 0.0133) are left then, not x (1 - 0.005).
    opened.venue.setMark('ETHUSDT', '2980')
    opened.venue.account({ wallet: '12000', positions: [LONG] })
    const leg = legOf(await opened.read(), CROSS)
    expect(leg.wallet[0]?.amount.toFixed()).toBe('12400')
    expect(leg.source.notes.join()).toContain('the reading that leaves least is taken')
  })
})

describe('pools that cannot be told', () => {
  test('several positions in one pool', async () => {
    const sol = { symbol: 'SOLUSDT', amount: '3', entry: '150' }
    const what = 'holds 2 positions in one pool, and publishes no maintenance figures by which they could be told apart'
    for (const other of [sol, { symbol: 'ETHUSDT', amount: '-8', entry: '3050' }]) {
      const [prices, gaps] = await said({ wallet: '12000', hedge: true, positions: [LONG, other] })
      expect([prices, gaps]).toEqual([[], `${CROSS} unsupported: WEEX ${what}.`])
    }
  })

  test.each([
    ['margin of an older kind', { marginType: 'SHARED' }, /unsupported: WEEX holds ETHUSDT with margin of a kind/],
    ['orders kept apart', { separatedMode: 'SEPARATED' }, /unsupported: WEEX holds ETHUSDT apart from other orders/],
    ['a leverage beyond the market', { leverage: '401' }, /unsupported: WEEX holds ETHUSDT at a leverage/],
    ['no leverage', { leverage: '0' }, /incomplete-answer: WEEX returned no usable "leverage of ETHUSDT"/],
    ['a size that is no number', { size: 'many' }, /incomplete-answer: .*size of ETHUSDT/],
    ['another coin than its market', { asset: 'USDC' }, /USDC-cross unsupported: WEEX margins ETHUSDT in another coin/],
    ['a size in contracts', { size: '20000' }, /incomplete-answer: WEEX reckons the profit of ETHUSDT by another mark/],
    ['another profit than the balance tells', { unrealizePnl: '900' }, /incomplete-answer: WEEX gives a profit of all positions/],
  ])('%s', async (_what, row, reason) => {
    opened.venue.state.positions = { ETHUSDT: row }
    const [prices, gaps] = await said({ wallet: '12000', positions: [LONG] })
    expect(prices).toEqual([])
    expect(gaps).toMatch(reason)
  })

  test.each([
    ['no side', { side: 'BOTH' }],
    ['no coin', { asset: '' }],
    ['no kind of margin', { marginType: null }],
  ])('a row with %s could hide from any pool', async (_what, row) => {
    opened.venue.account({ wallet: '12000', positions: [LONG] })
    opened.venue.state.positions = { ETHUSDT: row }
    await expect(opened.read()).rejects.toMatchObject({ code: 'incomplete-answer' })
  })

  test.each([
    ['an inverse market', { forwardContractFlag: false }],
    ['a market in another coin', { marginAsset: 'ETH' }],
  ])('%s', async (_what, market) => {
    opened.venue.state.markets = { ETHUSDT: market }
    const [prices, gaps] = await said({ wallet: '12000', positions: [LONG] })
    expect(prices).toEqual([])
    expect(gaps).toContain('unsupported: WEEX does not settle ETHUSDT in the coin that it is quoted in')
  })

  test('an isolated position that tops up itself, and the pool that it draws on', async () => {
    opened.venue.state.positions = { SOLUSDT: { isAutoAppendIsolatedMargin: true } }
    const sol = { symbol: 'SOLUSDT', amount: '9', entry: '150', isolated: '300' }
    const [prices, gaps] = await said({ wallet: '12000', positions: [LONG, sol] })
    expect(prices).toEqual([])
    expect(gaps).toMatch(/USDT-cross unsupported: WEEX may take from the USDT balance/)
    expect(gaps).toMatch(/SOLUSDT-long unsupported: WEEX tops up the margin of SOLUSDT by itself/)
    // Nor is that balance free.
    opened.venue.account({ wallet: '12000', positions: [sol] })
    expect((await opened.read()).cash).toEqual([])
  })

  test('another coin that counts as margin; one that does not is free', async () => {
    opened.venue.state.balances = [{ asset: 'BTC', balance: '0.5', availableBalance: '0.5', frozen: '0', unrealizePnl: '0' }]
    opened.venue.account({ wallet: '12000', positions: [LONG] })
    const reading = await opened.read()
    expect(reading.gaps).toEqual([])
    expect(reading.cash.map(({ id, amount, price }) => [id, amount.toFixed(), price])).toEqual([
      ['weex/main futures BTC', '0.5', null],
    ])
    opened.venue.state.backing = ['BTC']
    const later = await opened.read({ tools: { now: () => Date.now() + 86_400_001 } })
    expect(why(later)).toContain('counts several coins as margin, by shares that it does not publish')
  })

  test('a disagreement is asked about once more before it is believed', async () => {
    opened.venue.account({ wallet: '12000', positions: [LONG] })
    opened.venue.faults.set(POSITIONS, { kind: 'rewrite', rewrite: () => [], times: 1 })
    expect((await opened.read()).gaps).toEqual([])
    opened.venue.faults.set(POSITIONS, { kind: 'rewrite', rewrite: () => [] })
    opened.venue.requests.reset()
    expect(why(await opened.read())).toBe(
      `${CROSS} incomplete-answer: WEEX holds margin in USDT for positions, but lists no position in it.`,
    )
    expect([opened.venue.requests.byPath[POSITIONS], opened.venue.requests.byPath[BALANCE]]).toEqual([2, 2])
  })

  test('no balance, no pool', async () => {
    opened.venue.faults.set(BALANCE, { kind: 'rewrite', rewrite: () => [] })
    const [prices, gaps] = await said({ wallet: '12000', positions: [LONG] })
    expect([prices, gaps]).toEqual([[], `${CROSS} incomplete-answer: WEEX returned no usable "balance of USDT".`])
  })
})
