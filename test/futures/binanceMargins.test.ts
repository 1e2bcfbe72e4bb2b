import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../sandbox/venue/answers.ts'
import { withField, withoutField } from '../sandbox/venue/rewrites.ts'
import { type Opened, openAccount } from './openAccount.ts'
import { legOf, SINGLE } from './readAccount.ts'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
  opened.venue.account(SINGLE)
})
afterEach(() => opened.close())

function rewrite(path: string, bend: (answer: Json) => Json): void {
  opened.venue.faults.set(path, { kind: 'rewrite', rewrite: bend })
}

describe('what the venue holds back and lets go', () => {
  test('initial margin of the positions, and what can be withdrawn, in settle units', async () => {
    const reading = await opened.read()
    const { reported } = legOf(reading, 'binance/main/USDT-cross')
    // ETH 20 x 3,000 / 20 = 3,000 and BTC 0.1 x 90,000 / 20 = 450.
    expect(reported.initialMargin?.toFixed()).toBe('3450')
    // Wallet 12,000 less 200 isolated; equity 11,800 + 20 x 100 + 0.1 x 1,000 = 13,900; less 3,450 and 50 for orders: 10,400.
    expect(reported.withdrawable?.toFixed()).toBe('10400')
  })

  test('an isolated position: its own initial margin', async () => {
    const { reported } = legOf(await opened.read(), 'binance/main/SOLUSDT-long')
    // 10 x 150 / 20 = 75.
    expect([reported.initialMargin?.toFixed(), reported.withdrawable]).toEqual(['75', null])
  })

  test('by the leverage that is set', async () => {
    const [eth, ...rest] = SINGLE.positions
    opened.venue.account({ ...SINGLE, positions: [{ ...(eth as (typeof SINGLE.positions)[number]), leverage: 10 }, ...rest] })
    const { reported } = legOf(await opened.read(), 'binance/main/USDT-cross')
    // 60,000 / 10 + 450; 13,900 - 6,450 - 50.
    expect([reported.initialMargin?.toFixed(), reported.withdrawable?.toFixed()]).toEqual(['6450', '7400'])
  })

  test.each(['NaN', '-1', '', null])('figures of %j are none', async (value) => {
    rewrite('/fapi/v3/positionRisk', withField('positionInitialMargin', value, 'BTCUSDT'))
    rewrite('/fapi/v3/account', withField('maxWithdrawAmount', value, 'USDT'))
    const reading = await opened.read()
    expect(legOf(reading, 'binance/main/USDT-cross').reported).toMatchObject({ initialMargin: null, withdrawable: null })
    expect(legOf(reading, 'binance/main/USDC-cross').reported.initialMargin?.toFixed()).toBe('150')
  })

  test('a figure the venue leaves out is not known', async () => {
    rewrite('/fapi/v3/positionRisk', withoutField('positionInitialMargin'))
    rewrite('/fapi/v3/account', withoutField('maxWithdrawAmount'))
    expect(legOf(await opened.read(), 'binance/main/USDT-cross').reported).toMatchObject({
      initialMargin: null,
      withdrawable: null,
    })
  })

  test('in multi-assets mode in units of the settle coin', async () => {
    opened.venue.account({ mode: 'multi', hedge: false, wallets: { USDT: '4000' }, positions: SINGLE.positions.slice(0, 1) })
    opened.venue.exchange.setIndex('USDTUSD', { index: '0.99', bidBuffer: '0.01', askBuffer: '0.005' })
    const [pool] = (await opened.read()).accounts
    // 60,000 / 20, whatever a USDT costs.
    expect(pool?.reported.initialMargin?.toFixed()).toBe('3000')
    // (4,000 + 2,000) x 0.9801 - 3,000 x 0.99495 = 2,895.75 USD, each unit at 0.99495.
    expect(pool?.reported.withdrawable?.times('0.99495').toFixed(8)).toBe('2895.75000000')
  })
})
