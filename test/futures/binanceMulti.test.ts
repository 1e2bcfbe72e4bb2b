import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountInput } from '../sandbox/venue/account.ts'
import { withField, withoutRow } from '../sandbox/venue/rewrites.ts'
import { type Opened, openAccount } from './openAccount.ts'
import { legOf, why } from './readAccount.ts'

const INDEX = '/fapi/v1/assetIndex'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
})
afterEach(() => opened.close())

function rewrite(path: string, ...rewrites: readonly ReturnType<typeof withField>[]): void {
  opened.venue.faults.set(path, ...rewrites.map((one) => ({ kind: 'rewrite' as const, rewrite: one })))
}

describe('multi-assets mode', () => {
  const MULTI: AccountInput = {
    mode: 'multi',
    hedge: false,
    wallets: { USDT: '-200', USDC: '1000', BTC: '0.1' },
    positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '2', entryPrice: '3000' }],
  }

  test('one pool over all assets at the rates of the index, debts at the dearer one', async () => {
    opened.venue.account(MULTI)
    for (const [asset, index, bid, ask] of [
      ['USDT', '0.99', '0.01', '0.005'],
      ['USDC', '1', '0', '0'],
      ['BTC', '90000', '0.05', '0.05'],
    ] as const) {
      opened.venue.exchange.setIndex(`${asset}USD`, { index, bidBuffer: bid, askBuffer: ask })
    }
    const reading = await opened.read()
    expect(why(reading)).toBe('')
    expect([reading.accounts.length, reading.cash]).toEqual([1, []])
    const leg = legOf(reading, 'binance/main/multi-assets-cross')
    expect(leg.venue).toBe('Binance multi-assets cross')
    const wallet = Object.fromEntries(
      leg.wallet.map(({ asset, amount, price, ratio }) => [asset.symbol, [amount, price, ratio].map(String)]),
    )
    expect(wallet).toEqual({
      // With the profit of the positions it may come to be owned, at 0.99 x 0.99 each; what is owed costs the price of settlement.
      USDT: ['-200', '0.99', '0.99'],
      USDC: ['1000', '1', '1'],
      BTC: ['0.1', '90000', '0.95'],
    })
    expect(leg.wallet.map(({ asset }) => asset.factor)).toEqual(expect.arrayContaining(['USD:USDT', 'USD:USDC', 'BTC']))
    // Losses and maintenance are charged at the ask rate of the settle coin.
    expect([leg.settle.symbol, String(leg.settlePrice), leg.settlePriceFrom]).toEqual(['USDT', '0.99495', 'venue'])
    // -200 x 0.99495 + 1 000 + 0.1 x 85 500 = 9 351.01 USD, and 6 000 x 0.4 % = 24 USDT.
    expect(leg.reported.equity?.times(leg.settlePrice).toFixed(6)).toBe('9351.010000')
    expect(leg.reported.maintenance?.toFixed(6)).toBe('24.000000')
  })

  test('without positions it is cash at the index', async () => {
    opened.venue.account({ ...MULTI, wallets: { USDT: '100', BTC: '0.1' }, positions: [] })
    const { accounts, cash } = await opened.read()
    expect(accounts).toEqual([])
    expect(cash.map(({ asset }) => asset.symbol).sort()).toEqual(['BTC', 'USDT'])
    expect(cash.every(({ price }) => price?.gt(0))).toBe(true)
  })

  test('positions in two coins share one pool, whose rule is not known here: a gap', async () => {
    const usdc = { symbol: 'ETHUSDC', side: 'BOTH', amount: '1', entryPrice: '3000' } as const
    opened.venue.account({ ...MULTI, positions: [...MULTI.positions, usdc] })
    const reading = await opened.read()
    expect(reading.accounts).toEqual([])
    expect(reading.gaps).toMatchObject([{ leg: 'binance/main/multi-assets-cross', code: 'unsupported' }])
  })

  test('a settle coin without an index is a gap, and a garbled one too', async () => {
    opened.venue.account(MULTI)
    rewrite(INDEX, withoutRow('USDTUSD'))
    expect(why(await opened.read())).toContain('incomplete-answer: Binance returned no usable "assetIndex of USDT"')
    rewrite(INDEX, withField('bidRate', 'n/a', 'BTCUSD'))
    expect(why(await opened.read())).toContain('incomplete-answer: Binance returned no usable "bidRate of assetIndex BTCUSD"')
  })

  test('a mode switched since yesterday is noticed by the totals', async () => {
    opened.venue.account({ ...MULTI, mode: 'single', wallets: { USDT: '2000', USDC: '1000' } })
    expect((await opened.read()).accounts.map(({ id }) => id)).toEqual(['binance/main/USDT-cross'])
    opened.venue.account(MULTI)
    expect((await opened.read()).accounts.map(({ id }) => id)).toEqual(['binance/main/multi-assets-cross'])
    opened.venue.account({ ...MULTI, mode: 'single', wallets: { USDT: '2000', USDC: '1000' } })
    expect((await opened.read()).accounts.map(({ id }) => id)).toEqual(['binance/main/USDT-cross'])
  })
})
