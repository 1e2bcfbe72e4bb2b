import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Circumstances } from '../../src/risk/marginAccount.ts'
import type { Fields } from '../sandbox/venues/weexAnswers.ts'
import { type OpenedWeex, openWeexAccount } from './openWeexAccount.ts'
import { legOf } from './readAccount.ts'

const CROSS = 'weex/main/USDT-cross'
const DAY = 86_400_000
const LONG = { wallet: '12000', positions: [{ symbol: 'ETHUSDT', amount: '20', entry: '3000' }] }

let opened: OpenedWeex
beforeEach(async () => {
  opened = await openWeexAccount()
  opened.venue.account(LONG)
})
afterEach(() => opened.close())

async function circumstances(): Promise<Circumstances> {
  const { circumstances } = legOf(await opened.read(), CROSS)
  if (circumstances === null) throw new Error('they were not asked')
  return circumstances
}

/** @see ccxt weex.js, samples of fetchOpenOrders: a conditional order, and a plain one */
const algo = (change: Fields): Fields => ({
  ...{ algoId: 2 ** 59, algoType: 'CONDITIONAL', orderType: 'STOP_MARKET', symbol: 'ETHUSDT', side: 'SELL' },
  ...{ positionSide: 'LONG', timeInForce: 'IOC', quantity: '5', algoStatus: 'UNTRIGGERED', triggerPrice: '2700.00' },
  ...{ price: '0.00000', tpTriggerPrice: null, slTriggerPrice: null, workingType: 'CONTRACT_PRICE', closePosition: false },
  ...{ reduceOnly: true, createTime: 1775732228695, updateTime: 1775732228695, triggerTime: 0, ...change },
})
const plain = (change: Fields): Fields => ({
  ...{ clientOrderId: '857e', orderId: 2 ** 59, origQty: '4', price: '3300', reduceOnly: false, side: 'SELL' },
  ...{ positionSide: 'LONG', status: 'NEW', stopPrice: '0', symbol: 'ETHUSDT', timeInForce: 'GTC', type: 'LIMIT' },
  ...{ workingType: 'UNKNOWN_PRICE_TYPE', ...change },
})

describe('stops', () => {
  test('of both lists those that close what is held', async () => {
    const { state } = opened.venue
    state.algos = [
      algo({}),
      algo({
        orderType: 'TAKE_PROFIT_MARKET',
        triggerPrice: '3600',
        workingType: 'MARK_PRICE',
        closePosition: true,
        quantity: '0',
      }),
      // One that opens, one that closes the other side, one of another market, one without a price yet.
      algo({ side: 'BUY', reduceOnly: false }),
      algo({ side: 'BUY', positionSide: 'SHORT' }),
      algo({ symbol: 'SOLUSDT' }),
      algo({ orderType: 'TRAILING_STOP_MARKET', triggerPrice: '0' }),
    ]
    state.orders = [plain({}), plain({ type: 'STOP', stopPrice: '2600', positionSide: 'BOTH', reduceOnly: true })]
    const { stops } = await circumstances()
    expect(
      stops?.map((stop) => [stop.kind, stop.side, stop.trigger.toFixed(), stop.triggerBy, stop.size?.toFixed() ?? null]),
    ).toEqual([
      ['stop', 'long', '2600', null, '4'],
      ['stop', 'long', '2700', 'last', '5'],
      ['take-profit', 'long', '3600', 'mark', null],
    ])
    expect(stops?.every(({ symbol, reduceOnly }) => symbol === 'ETHUSDT' && reduceOnly)).toBe(true)
  })

  test('none is empty, and not asked is null', async () => {
    expect((await circumstances()).stops).toEqual([])
    opened.venue.faults.set('/capi/v3/openAlgoOrders', { kind: 'status', status: 500, body: null })
    const leg = legOf(await opened.read(), CROSS)
    expect(leg.circumstances?.stops).toBeNull()
    expect(leg.source.notes.join()).toContain('stops were not read: WEEX could not answer')
  })

  test('all pages of both lists, which count from 0 and from 1', async () => {
    const { state } = opened.venue
    state.algos = Array.from({ length: 230 }, (_, i) => algo({ triggerPrice: String(1000 + i) }))
    state.orders = Array.from({ length: 100 }, (_, i) => plain({ type: 'STOP', stopPrice: String(500 + i) }))
    const { stops } = await circumstances()
    expect(new Set(stops?.map(({ trigger }) => trigger.toFixed())).size).toBe(330)
    expect(opened.venue.requests.byPath).toMatchObject({ '/capi/v3/openAlgoOrders': 3, '/capi/v3/openOrders': 2 })
  })

  test('a list that does not end is no list', async () => {
    opened.venue.faults.set('/capi/v3/openOrders', {
      kind: 'rewrite',
      rewrite: () => Array.from({ length: 100 }, () => plain({})),
    })
    const leg = legOf(await opened.read(), CROSS)
    expect([leg.circumstances?.stops, opened.venue.requests.byPath['/capi/v3/openOrders']]).toEqual([null, 20])
  })
})

/** @see ccxt weex.js, sample of fetchLedger */
const bill = (n: number, change: Fields): Fields => ({
  ...{ billId: String(793622764958253481n + BigInt(n)), asset: 'USDT', symbol: 'ETHUSDT', income: '-0.25' },
  ...{ incomeType: 'position_funding', balance: '29.36239410', fillFee: '0', time: String(Date.now() - 1000 - n * 600_000) },
  ...{ transferReason: 'UNKNOWN_TRANSFER_REASON', ...change },
})

describe('bills', () => {
  test('funding of seven days, received less paid, of what is held', async () => {
    opened.venue.state.bills = [
      bill(0, {}),
      bill(1, { income: '0.75' }),
      bill(2, { symbol: 'SOLUSDT', income: '-9' }),
      bill(3, { incomeType: 'withdraw', income: '-90', symbol: null }),
      bill(4, { time: String(Date.now() - 8 * DAY) }),
    ]
    const { fundingPaid, adl } = await circumstances()
    expect(fundingPaid?.map(({ symbol, days, amount }) => [symbol, days, amount.toFixed()])).toEqual([['ETHUSDT', 7, '0.5']])
    expect(adl).toBeNull()
  })

  test('more than a page is cut in two until each piece fits, and nothing is counted twice', async () => {
    opened.venue.state.bills = Array.from({ length: 950 }, (_, i) => bill(i, {}))
    const { fundingPaid } = await circumstances()
    expect(fundingPaid?.map(({ amount }) => amount.toFixed())).toEqual(['-237.5'])
    expect(opened.venue.requests.byPath['/capi/v3/account/income']).toBeLessThanOrEqual(40)
  })

  test('what does not end is left, and hides no leg', async () => {
    const at = String(Date.now() - 5000)
    opened.venue.state.bills = Array.from({ length: 101 }, (_, i) => bill(i, { time: at }))
    const leg = legOf(await opened.read(), CROSS)
    expect(leg.circumstances?.fundingPaid).toBeNull()
    expect(leg.source.notes.join()).toContain('funding paid was not read')
  })

  test('liquidations since a time, further back than one question spans', async () => {
    const [now, old] = [Date.now(), Date.now() - 150 * DAY]
    opened.venue.state.bills = [
      bill(0, { incomeType: 'finish_liquidate', time: now - 1000 }),
      bill(1, { incomeType: 'start_liquidate', time: String(now - 9000) }),
      bill(2, { incomeType: 'start_liquidate', symbol: 'SOLUSDT', time: String(old) }),
      bill(3, { incomeType: 'start_liquidate', symbol: null, time: String(now - 9000) }),
      bill(4, { incomeType: 'finish_liquidate', symbol: 'BTCUSDT', time: String(old - 2 * DAY) }),
    ]
    // That of ETHUSDT has begun and ended: one liquidation.
    expect(await opened.forcedCloses(old - DAY)).toEqual([
      { symbol: 'SOLUSDT', at: old, kind: 'liquidation' },
      { symbol: 'ETHUSDT', at: now - 1000, kind: 'liquidation' },
    ])
    expect(opened.venue.violations).toEqual([])
  })
})

describe('funding and cash', () => {
  test('the rate of the coming payment, not of the last', async () => {
    const funding = legOf(await opened.read(), CROSS).positions[0]?.funding
    expect([funding?.rate.toFixed(), funding?.intervalHours.toFixed(), funding?.window]).toEqual(['0.0001', '8', null])
  })

  test.each([
    ['no rate', { forecastFundingRate: '' }, 'gives no usable rate'],
    ['no interval', { collectCycle: 0 }, 'gives no usable interval'],
    ['an old one', { time: 1786304651223 }, 'gives a rate that is old'],
  ])('%s is no funding, and hides no leg', async (_what, price, note) => {
    opened.venue.state.prices = { ETHUSDT: price }
    const leg = legOf(await opened.read(), CROSS)
    expect(leg.positions[0]?.funding).toBeNull()
    expect(leg.source.notes.join()).toContain(note)
  })

  test('what is idle: coins of the spot wallet, and a balance that backs no cross pool', async () => {
    const { state, account, key } = opened.venue
    state.spot = { USDT: '20.5', BTC: '0.1', ETH: '0' }
    account({ wallet: '700', positions: [{ symbol: 'ETHUSDT', amount: '1', entry: '3000', isolated: '300' }] })
    const told = async () =>
      (await opened.read()).cash.map(({ id, amount, price }) => [id, amount.toFixed(), price?.toFixed() ?? null])
    const futures = ['weex/main futures USDT', '700', '1']
    expect(await told()).toEqual([futures, ['weex/main spot USDT', '20.5', '1'], ['weex/main spot BTC', '0.1', null]])
    key.mayReadSpot = false
    expect(await told()).toEqual([futures])
    expect((await opened.read()).notes.join()).toContain('the spot wallet was not read: WEEX says the key may not read this')
  })
})
