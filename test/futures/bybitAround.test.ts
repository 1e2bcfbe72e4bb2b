import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../sandbox/venue/answers.ts'
import { type BybitAccount, LONG, openBybitAccount } from './openBybitAccount.ts'
import { legOf } from './readAccount.ts'

const DAY = 86_400_000

let opened: BybitAccount
beforeEach(async () => {
  opened = await openBybitAccount()
  opened.venue.account(LONG)
})
afterEach(() => opened.close())

/** @see https://bybit-exchange.github.io/docs/v5/order/open-order, response example */
const order = (more: Readonly<Record<string, Json>>): Record<string, Json> => ({
  ...{ orderId: 'fd4300ae', symbol: 'ETHUSDT', price: '0', qty: '20', side: 'Sell', positionIdx: 0, orderStatus: 'Untriggered' },
  ...{ orderType: 'Market', stopOrderType: 'StopLoss', triggerPrice: '2600.00', triggerBy: 'MarkPrice', triggerDirection: 2 },
  ...{ tpslMode: 'Full', reduceOnly: true, closeOnTrigger: true, ...more },
})
const paid = (symbol: string, funding: string, at: number): Record<string, Json> => ({
  ...{ symbol, funding, type: 'SETTLEMENT', transactionTime: String(at), currency: 'USDT', category: 'linear' },
})

const around = async () => legOf(await opened.reader.read(), 'bybit/main/USDT-cross').circumstances

describe('stops', () => {
  test('what closes at a price is told, of the position that it closes', async () => {
    opened.venue.state.orders = [
      order({}),
      order({
        stopOrderType: 'PartialTakeProfit',
        triggerPrice: '3500',
        qty: '5',
        tpslMode: 'Partial',
        triggerDirection: 1,
        triggerBy: 'LastPrice',
      }),
      order({ stopOrderType: 'Stop', triggerPrice: '2500', qty: '8', tpslMode: '', triggerBy: 'IndexPrice' }),
      order({ stopOrderType: 'Stop', triggerPrice: '3900', qty: '8', tpslMode: '', triggerDirection: 1, triggerBy: '' }),
    ]
    const stops = (await around())?.stops
    expect(stops?.map((one) => ({ ...one, trigger: one.trigger.toFixed(), size: one.size?.toFixed() ?? null }))).toEqual([
      { symbol: 'ETHUSDT', side: 'long', kind: 'stop', trigger: '2600', triggerBy: 'mark', size: null, reduceOnly: true },
      { symbol: 'ETHUSDT', side: 'long', kind: 'take-profit', trigger: '3500', triggerBy: 'last', size: '5', reduceOnly: true },
      { symbol: 'ETHUSDT', side: 'long', kind: 'stop', trigger: '2500', triggerBy: 'index', size: '8', reduceOnly: true },
      { symbol: 'ETHUSDT', side: 'long', kind: 'take-profit', trigger: '3900', triggerBy: null, size: '8', reduceOnly: true },
    ])
  })

  test('entries, what trails, and what closes another position are left out', async () => {
    opened.venue.state.orders = [
      order({ stopOrderType: 'Stop', reduceOnly: false, closeOnTrigger: false }),
      order({ stopOrderType: 'TrailingStop' }),
      order({ stopOrderType: 'MmRateClose' }),
      order({ side: 'Buy' }),
      order({ symbol: 'BTCUSDT' }),
    ]
    expect((await around())?.stops).toEqual([])
  })

  test('of a short a rise is the stop', async () => {
    opened.venue.account({ wallet: '9000', positions: [{ symbol: 'ETHUSDT', amount: '-2', entry: '3000' }] })
    opened.venue.state.orders = [
      order({ side: 'Buy', stopOrderType: 'Stop', triggerDirection: 1, triggerPrice: '3300', tpslMode: '' }),
    ]
    expect((await around())?.stops).toMatchObject([{ side: 'short', kind: 'stop' }])
  })

  test('more than a page of them', async () => {
    opened.venue.state.orders = Array.from({ length: 120 }, (_, i) => order({ triggerPrice: String(2000 + i) }))
    expect((await around())?.stops).toHaveLength(120)
  })
})

test('funding of the last seven days, received less paid, every page', async () => {
  const now = Date.now()
  opened.venue.state.transactions = [
    ...Array.from({ length: 130 }, (_, i) => paid('ETHUSDT', '-0.5', now - i * 3_600_000)),
    paid('ETHUSDT', '2', now - DAY),
    paid('ETHUSDT', '-100', now - 8 * DAY),
    paid('BTCUSDT', '-7', now - DAY),
  ]
  // 130 x -0.5 + 2
  const told = (await around())?.fundingPaid
  expect(told?.map(({ symbol, days, amount }) => [symbol, days, amount.toFixed()])).toEqual([['ETHUSDT', 7, '-63']])
})

test('the place in the queue of deleveraging: two of five', async () => {
  expect((await around())?.adl).toEqual([{ symbol: 'ETHUSDT', side: 'long', rank: 2, of: 5 }])
})

test.each([
  ['/v5/order/realtime', 'stops were not read'],
  ['/v5/account/transaction-log', 'the funding that was paid was not read'],
  ['/v5/asset/transfer/query-account-coins-balance', 'the funding wallet was not read'],
  ['/v5/asset/asset-overview', 'whether bots, copy trading, TradFi or loans hold anything was not read'],
])('%s fails: no leg is lost, it is asked once, and said', async (path, sentence) => {
  opened.venue.faults.set(path, { kind: 'status', status: 500, body: null })
  const { accounts, gaps, notes } = await opened.reader.read()
  expect([accounts.length, gaps, notes.join()]).toEqual([1, [], expect.stringContaining(sentence)])
  expect(opened.venue.requests.byPath[path]).toBe(1)
})

test('funding rates that are not told cost no leg', async () => {
  opened.venue.faults.set('/v5/market/tickers', { kind: 'status', status: 500, body: null })
  const leg = legOf(await opened.reader.read(), 'bybit/main/USDT-cross')
  expect([leg.positions[0]?.funding, leg.source.notes.join()]).toEqual([
    null,
    expect.stringContaining('funding of ETHUSDT is not known'),
  ])
})

/** @see https://bybit-exchange.github.io/docs/v5/asset/balance/asset-overview, response example */
test('what other products hold is a gap for each that can be liquidated, and no leg of its own', async () => {
  opened.venue.state.products = [
    {
      totalEquity: '0',
      accountType: 'CryptoLoans',
      coinDetail: [
        { coin: 'BTC', equity: '-0.001' },
        { coin: 'USDT', equity: '90' },
      ],
    },
    { totalEquity: '20888.1', accountType: 'Earn', categories: [{ category: 'Easy Earn', equity: '20888.1', coinDetail: [] }] },
    {
      totalEquity: '120.53',
      accountType: 'TradingBot',
      categories: [{ category: 'Futures Grid Bot', equity: '4', coinDetail: [] }],
    },
    { totalEquity: '0', accountType: 'CopyTrading' },
    { totalEquity: '15', accountType: 'FundingAccount', coinDetail: [{ coin: 'USDT', equity: '15' }] },
  ]
  const { accounts, gaps } = await opened.reader.read()
  expect(accounts).toHaveLength(1)
  expect(gaps.map(({ leg, code, reason }) => [leg, code, reason])).toEqual([
    ['bybit/main/CryptoLoans', 'unsupported', 'Bybit holds something in crypto loans, whose positions it does not tell.'],
    ['bybit/main/TradingBot', 'unsupported', 'Bybit holds something in trading bots, whose positions it does not tell.'],
  ])
})

describe('idle cash', () => {
  test('in isolated mode what is not posted, locked or a bonus; and the funding wallet', async () => {
    opened.venue.account({ wallet: '1000', positions: [{ symbol: 'ETHUSDT', amount: '1', entry: '3000', isolated: '300' }] })
    opened.venue.state.wallet = { USDT: { locked: '40', bonus: '10' } }
    opened.venue.state.funding = [
      { coin: 'USDC', transferBalance: '250.5', walletBalance: '260', bonus: '' },
      { coin: 'BTC', transferBalance: '0.5', walletBalance: '0.5', bonus: '' },
      { coin: 'ETH', transferBalance: '0', walletBalance: '0', bonus: '' },
    ]
    const { cash } = await opened.reader.read()
    // Posted are 300 and a fee of (3,000 - 300) x 0.055 % = 1.485: 1,300 - 301.485 - 40 - 10.
    expect(cash.map(({ id, amount, price }) => [id, amount.toFixed(), price?.toFixed() ?? null])).toEqual([
      ['bybit/main trading USDT', '948.515', '1'],
      ['bybit/main funding USDC', '250.5', '1'],
      ['bybit/main funding BTC', '0.5', null],
    ])
  })

  test('in cross mode every coin backs the pool: none is idle', async () => {
    expect((await opened.reader.read()).cash).toEqual([])
  })
})

test('what the venue closed by force, since a time, over more than one span', async () => {
  const now = Date.now()
  const forced = (type: string, symbol: string, at: number): Record<string, Json> => ({
    symbol,
    type,
    transactionTime: String(at),
  })
  opened.venue.state.transactions = [
    forced('LIQUIDATION', 'ETHUSDT', now - 10 * DAY + 1000),
    // Where one span ends and the next begins.
    forced('LIQUIDATION', 'ETHUSDT', now - 3 * DAY),
    forced('ADL', 'BTCUSDT', now - DAY),
    forced('LIQUIDATION', 'SOLUSDT', now - 12 * DAY),
    forced('TRADE', 'SOLUSDT', now - DAY),
  ]
  expect(await opened.reader.forcedCloses(now - 10 * DAY)).toEqual([
    { symbol: 'ETHUSDT', at: now - 10 * DAY + 1000, kind: 'liquidation' },
    { symbol: 'ETHUSDT', at: now - 3 * DAY, kind: 'liquidation' },
    { symbol: 'BTCUSDT', at: now - DAY, kind: 'deleveraging' },
  ])
})
