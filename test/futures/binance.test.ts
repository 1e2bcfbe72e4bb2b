import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { symbolTrigger } from '../../src/risk/rules/margin.ts'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import { type Opened, openAccount } from './openAccount.ts'
import { legOf, SINGLE, why } from './readAccount.ts'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
})
afterEach(() => opened.close())

describe('single-asset mode', () => {
  test('the demo account: one cross pool, and the liquidation price of the published formula', async () => {
    openDemoAccount(opened.venue.exchange)
    const { accounts, cash, gaps, notes } = await opened.read()
    expect([accounts.length, cash, gaps, notes]).toEqual([1, [], [], []])
    const leg = accounts[0] as MarginAccount
    expect(leg).toMatchObject({ id: 'binance/main/USDT-cross', venue: 'Binance USDT cross', margin: 'cross', hedgeMode: false })
    expect(leg.settle).toEqual({ key: 'binance/USDT', symbol: 'USDT', factor: 'USD:USDT', basis: null })
    expect([leg.settlePrice.toFixed(), leg.settlePriceFrom, leg.wallet[0]?.amount.toFixed()]).toEqual(['1', 'par', '12000'])
    // (12 000 - 20 x 3 000) / (20 x 0.004 - 20) = 48 000 / 19.92 = 2 409.638554...; the tick is 0.01.
    const trigger = symbolTrigger(leg, 'ETHUSDT', 'down')
    expect(trigger?.exact.toFixed(6)).toBe('2409.638554')
    expect(trigger?.lastSafe.toFixed()).toBe('2409.64')
    expect(leg.positions[0]?.reported.liquidationPrice?.toFixed(6)).toBe('2409.638554')
    // 60 000 of notional in the second bracket: 60 000 x 0.5 % - 50 = 250.
    expect([leg.reported.equity?.toFixed(), leg.reported.maintenance?.toFixed()]).toEqual(['12000', '250'])
    expect(leg.positions[0]).toMatchObject({ symbol: 'ETHUSDT', factor: 'ETH', basis: null, contract: 'linear', side: 'long' })
  })

  test('one pool for each margin asset, isolated positions apart, the rest is idle cash', async () => {
    opened.venue.account(SINGLE)
    const reading = await opened.read()
    expect(why(reading)).toBe('')
    expect(reading.accounts.map(({ id }) => id).sort()).toEqual([
      'binance/main/SOLUSDT-long',
      'binance/main/USDC-cross',
      'binance/main/USDT-cross',
    ])
    const usdt = legOf(reading, 'binance/main/USDT-cross')
    expect(
      usdt.positions.map(({ symbol, side, size, entry, mark }) => [symbol, side, ...[size, entry, mark].map(String)]),
    ).toEqual([
      ['ETHUSDT', 'long', '20', '2900', '3000'],
      ['BTCUSDT', 'short', '0.1', '91000', '90000'],
    ])
    // The isolated 200 are not in the cross wallet.
    expect(usdt.wallet.map(({ amount, ratio }) => [String(amount), String(ratio)])).toEqual([['11800', '1']])
    expect(String(usdt.orderMargin)).toBe('50')
    // 11 800 + 20 x 100 + 0.1 x 1 000 = 13 900; (60 000 x 0.5 % - 50) + 9 000 x 0.4 % = 286, the isolated 7.5 taken out.
    expect([String(usdt.reported.equity), String(usdt.reported.maintenance)]).toEqual(['13900', '286'])
    const sol = legOf(reading, 'binance/main/SOLUSDT-long')
    expect(sol).toMatchObject({ margin: 'isolated', venue: 'Binance SOLUSDT isolated' })
    expect([String(sol.wallet[0]?.amount), String(sol.reported.equity)]).toEqual(['200', '200'])
    // 1 500 x 0.5 %
    expect(String(sol.reported.maintenance)).toBe('7.5')
    expect(legOf(reading, 'binance/main/USDC-cross').settle.factor).toBe('USD:USDC')
    // BNB backs nothing in this mode, and its price was not asked: cash that is not counted.
    expect(reading.cash.map(({ place, asset, amount, price }) => [place, asset.symbol, String(amount), price])).toEqual([
      ['binance/main futures', 'BNB', '2', null],
    ])
  })

  test('an account without positions is cash, and no leg', async () => {
    opened.venue.account({ mode: 'single', hedge: false, wallets: { USDT: '750.5' }, positions: [] })
    const { accounts, cash, gaps } = await opened.read()
    expect([accounts, gaps]).toEqual([[], []])
    expect(cash.map(({ id, amount, price }) => [id, String(amount), String(price)])).toEqual([
      ['binance/main futures USDT', '750.5', '1'],
    ])
  })

  test('hedge mode keeps long and short of a symbol apart, in a cross pool and isolated', async () => {
    opened.venue.account({
      mode: 'single',
      hedge: true,
      wallets: { USDT: '5000' },
      positions: [
        { symbol: 'ETHUSDT', side: 'LONG', amount: '5', entryPrice: '3000' },
        { symbol: 'ETHUSDT', side: 'SHORT', amount: '-2', entryPrice: '3100' },
        { symbol: 'SOLUSDT', side: 'LONG', amount: '10', entryPrice: '150', isolatedWallet: '200' },
        { symbol: 'SOLUSDT', side: 'SHORT', amount: '-10', entryPrice: '150', isolatedWallet: '300' },
      ],
    })
    const reading = await opened.read()
    expect(why(reading)).toBe('')
    expect(reading.accounts.map(({ id, hedgeMode }) => [id, hedgeMode])).toEqual([
      ['binance/main/USDT-cross', true],
      ['binance/main/SOLUSDT-long', true],
      ['binance/main/SOLUSDT-short', true],
    ])
    const cross = legOf(reading, 'binance/main/USDT-cross')
    expect(cross.positions.map(({ side, size }) => `${side} ${size}`)).toEqual(['long 5', 'short 2'])
    expect(String(legOf(reading, 'binance/main/SOLUSDT-short').wallet[0]?.amount)).toBe('300')
  })

  test('a delivery contract moves with its coin', async () => {
    opened.venue.account({
      ...SINGLE,
      positions: [{ symbol: 'BTCUSDT_301227', side: 'BOTH', amount: '0.1', entryPrice: '90000' }],
      openOrderMargin: {},
    })
    const leg = legOf(await opened.read(), 'binance/main/USDT-cross')
    expect(leg.positions[0]).toMatchObject({ symbol: 'BTCUSDT_301227', factor: 'BTC', contract: 'linear' })
  })
})

describe('the price read off the account is the one at which the venue acts', () => {
  /** The tick at which our rule still holds, and the next one, asked of the venue's own engine. */
  async function atTheEdge(id: string, symbol: string, direction: 'down' | 'up'): Promise<readonly boolean[]> {
    const leg = legOf(await opened.read(), id)
    const trigger = symbolTrigger(leg, symbol, direction)
    const tick = leg.positions.find((one) => one.symbol === symbol)?.tick
    if (trigger === null || tick === undefined) throw new Error(`no trigger for ${symbol}`)
    const beyond = direction === 'down' ? trigger.lastSafe.minus(tick) : trigger.lastSafe.plus(tick)
    return [trigger.lastSafe, beyond].map((price) => opened.venue.wouldLiquidate(symbol, price.toFixed()))
  }

  test('in a cross pool of two symbols, where one of them falls and the other rises', async () => {
    opened.venue.account(SINGLE)
    expect(await atTheEdge('binance/main/USDT-cross', 'ETHUSDT', 'down')).toEqual([false, true])
    expect(await atTheEdge('binance/main/USDT-cross', 'BTCUSDT', 'up')).toEqual([false, true])
  })

  test('for an isolated position beside it', async () => {
    opened.venue.account(SINGLE)
    expect(await atTheEdge('binance/main/SOLUSDT-long', 'SOLUSDT', 'down')).toEqual([false, true])
  })

  test('in hedge mode, where both sides share one price', async () => {
    opened.venue.account({
      mode: 'single',
      hedge: true,
      wallets: { USDT: '5000' },
      positions: [
        { symbol: 'ETHUSDT', side: 'LONG', amount: '5', entryPrice: '3000' },
        { symbol: 'ETHUSDT', side: 'SHORT', amount: '-2', entryPrice: '3100' },
      ],
    })
    expect(await atTheEdge('binance/main/USDT-cross', 'ETHUSDT', 'down')).toEqual([false, true])
  })

  test('in multi-assets mode ours is never the later one, and within a tenth of a percent', async () => {
    opened.venue.account({
      mode: 'multi',
      hedge: false,
      wallets: { USDT: '500', USDC: '400', BTC: '0.01' },
      positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '2', entryPrice: '3000' }],
    })
    const leg = legOf(await opened.read(), 'binance/main/multi-assets-cross')
    const ours = symbolTrigger(leg, 'ETHUSDT', 'down')
    const venue = leg.positions[0]?.reported.liquidationPrice
    if (!ours || !venue) throw new Error('no price')
    expect(ours.exact.gte(venue)).toBe(true)
    expect(ours.exact.div(venue).lt('1.001')).toBe(true)
    expect(opened.venue.wouldLiquidate('ETHUSDT', ours.lastSafe.toFixed())).toBe(false)
  })
})
