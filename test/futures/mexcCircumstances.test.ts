import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountReading } from '../../src/futures/exchange.ts'
import { type OpenedMexc, openMexcAccount } from './openMexcAccount.ts'
import { legOf, why } from './readAccount.ts'

const CROSS = 'mexc/main/USDT-cross'
const ISOLATED = 'mexc/main/BTC_USDT-short'
const DAY = 86_400_000

let opened: OpenedMexc
beforeEach(async () => {
  opened = await openMexcAccount()
  opened.venue.account({
    ...{ wallet: '12000', hedge: true },
    positions: [
      { symbol: 'ETH_USDT', amount: '20', entry: '3000' },
      { symbol: 'BTC_USDT', amount: '-0.1', entry: '90000', isolated: '900' },
    ],
  })
})
afterEach(() => opened.close())

const reads = async (): Promise<AccountReading> => {
  const reading = await opened.read()
  expect(why(reading)).toBe('')
  return reading
}
const stopsOf = async (id = CROSS): Promise<readonly string[] | undefined> =>
  legOf(await reads(), id).circumstances?.stops?.map(({ symbol, side, kind, trigger, triggerBy, size, reduceOnly }) =>
    [symbol, side, kind, trigger.toFixed(), triggerBy, size?.toFixed() ?? 'all', reduceOnly ? 'reduces' : 'may open'].join(' '),
  )

describe('stops', () => {
  // Sample of "Get TP/SL order list" in https://www.mexc.com/api-docs/futures/account-and-trading-endpoints, of our markets.
  const attached = {
    ...{ id: 380999, orderId: '0', symbol: 'ETH_USDT', positionId: '1109973831', lossTrend: 2, profitTrend: 1, state: 1 },
    ...{ stopLossPrice: 2700, takeProfitPrice: 3600.5, triggerSide: 0, positionType: 1, vol: 2000, realityVol: 0, errorCode: 0 },
    ...{ isFinished: 0, version: 1, volType: 1, takeProfitReverse: 2, stopLossReverse: 2, profitLossVolType: 'SAME' },
  }

  test('one order at a position may hold both', async () => {
    opened.venue.state.stops = [attached]
    expect(await stopsOf()).toEqual(['ETH_USDT long stop 2700 mark 2 reduces', 'ETH_USDT long take-profit 3600.5 last 2 reduces'])
    expect(await stopsOf(ISOLATED)).toEqual([])
  })

  test('amounts apart, the whole position, one that turns it, and one price alone', async () => {
    opened.venue.state.stops = [
      { ...attached, profitLossVolType: 'SEPARATE', stopLossVol: 500, takeProfitVol: 700 },
      { ...attached, volType: 2, takeProfitPrice: 0, lossTrend: 3 },
      { ...attached, stopLossReverse: 1, takeProfitPrice: null },
    ]
    expect(await stopsOf()).toEqual([
      'ETH_USDT long stop 2700 mark 0.5 reduces',
      'ETH_USDT long take-profit 3600.5 last 0.7 reduces',
      'ETH_USDT long stop 2700 index all reduces',
      'ETH_USDT long stop 2700 mark 2 may open',
    ])
  })

  test('what waits with an entry, is finished, or is of a side that is not held closes nothing', async () => {
    opened.venue.state.stops = [
      { ...attached, positionId: '0' },
      { ...attached, isFinished: 1 },
      { ...attached, positionType: 2 },
      { ...attached, symbol: 'SOL_USDT' },
    ]
    expect(await stopsOf()).toEqual([])
  })

  // Sample of "Get plan order list" there.
  const plan = {
    ...{
      id: 26555764,
      symbol: 'ETH_USDT',
      leverage: 20,
      side: 4,
      triggerPrice: 2650,
      price: 0,
      vol: 1000,
      openType: 2,
    },
    ...{ triggerType: 2, state: 1, executeCycle: 87600, trend: 2, orderType: 5, positionMode: 1, reduceOnly: false },
  }

  test('trigger orders: falling and rising, of a long and of a short; entries are left out', async () => {
    const short = { ...plan, symbol: 'BTC_USDT', side: 2, vol: 300 }
    opened.venue.state.plans = [
      plan,
      { ...plan, triggerType: 1, triggerPrice: 3500, trend: 1 },
      { ...plan, side: 1 },
      { ...plan, side: 3 },
      { ...plan, state: 2 },
      { ...short, triggerType: 1, triggerPrice: 99000 },
      { ...short, triggerType: 2, triggerPrice: 80000 },
    ]
    expect(await stopsOf()).toEqual(['ETH_USDT long stop 2650 mark 1 reduces', 'ETH_USDT long take-profit 3500 last 1 reduces'])
    expect(await stopsOf(ISOLATED)).toEqual([
      'BTC_USDT short stop 99000 mark 0.03 reduces',
      'BTC_USDT short take-profit 80000 mark 0.03 reduces',
    ])
  })

  test('where one position is held a market, an order against it makes it smaller first', async () => {
    opened.venue.account({ wallet: '12000', positions: [{ symbol: 'ETH_USDT', amount: '20', entry: '3000' }] })
    const one = { ...plan, side: 3, positionMode: 2 }
    opened.venue.state.plans = [one, { ...one, reduceOnly: true }, { ...one, side: 1 }]
    expect(await stopsOf()).toEqual(['ETH_USDT long stop 2650 mark 1 may open', 'ETH_USDT long stop 2650 mark 1 reduces'])
  })

  test('a trailing order stops where it stands now; one that does not follow yet has no price', async () => {
    const trail = {
      id: 1,
      symbol: 'ETH_USDT',
      side: 4,
      vol: 1000,
      trend: 2,
      activePrice: 3200,
      backType: 1,
      backValue: 0.1,
      state: 1,
    }
    opened.venue.state.trails = [
      { ...trail, triggerPrice: 2880 },
      { ...trail, triggerPrice: 0, state: 0 },
    ]
    expect(await stopsOf()).toEqual(['ETH_USDT long stop 2880 mark 1 reduces'])
  })

  test('more than a page of them are all there', async () => {
    opened.venue.state.plans = Array.from({ length: 250 }, (_, i) => ({ ...plan, triggerPrice: 2000 + i }))
    expect(await stopsOf()).toHaveLength(250)
    expect(opened.venue.requests.byPath['/api/v1/private/planorder/list/orders']).toBe(3)
  })

  test.each(['stoporder/open_orders', 'planorder/list/orders', 'trackorder/list/orders'])(
    'without %s the others would look like all: not told, and said',
    async (list) => {
      opened.venue.state.stops = [attached]
      opened.venue.faults.set(`/api/v1/private/${list}`, { kind: 'status', status: 500, body: null })
      const leg = legOf(await reads(), CROSS)
      expect(leg.circumstances?.stops).toBeNull()
      expect(leg.circumstances?.fundingPaid).toEqual([])
      expect(leg.source.notes.join()).toMatch(/^stops were not read: MEXC could not answer/)
      expect(opened.venue.requests.byPath[`/api/v1/private/${list}`]).toBe(1)
    },
  )
})

describe('funding paid', () => {
  /** @see ccxt mexc.js, sample of fetchFundingHistory */
  const record = (id: number, symbol: string, positionType: number, funding: number, daysAgo = 1) => ({
    ...{ id, symbol, positionType, positionValue: 29.30024, funding, rate: -0.000026, settleTime: Date.now() - daysAgo * DAY },
  })
  const paidOf = async (id = CROSS): Promise<unknown> =>
    legOf(await reads(), id).circumstances?.fundingPaid?.map(({ symbol, days, amount }) => [symbol, days, amount.toFixed()])

  test('the last seven days of what is held, received less paid; each once', async () => {
    opened.venue.state.funding = [
      record(1, 'ETH_USDT', 1, 0.76),
      record(1, 'ETH_USDT', 1, 0.76),
      record(2, 'ETH_USDT', 1, -1.01, 6),
      record(3, 'ETH_USDT', 1, -50, 8),
      record(4, 'ETH_USDT', 2, 7),
      record(5, 'BTC_USDT', 2, 0.5),
      record(6, 'SOL_USDT', 1, 9),
    ]
    expect(await paidOf()).toEqual([['ETH_USDT', 7, '-0.25']])
    expect(await paidOf(ISOLATED)).toEqual([['BTC_USDT', 7, '0.5']])
  })

  test('all pages', async () => {
    opened.venue.state.funding = Array.from({ length: 201 }, (_, i) => record(i, 'ETH_USDT', 1, 0.01))
    expect(await paidOf()).toEqual([['ETH_USDT', 7, '2.01']])
    // Three pages of longs, and one of shorts, which is empty.
    expect(opened.venue.requests.byPath['/api/v1/private/position/funding_records']).toBe(4)
  })

  test('a failure costs no leg', async () => {
    opened.venue.faults.set('/api/v1/private/position/funding_records', { kind: 'status', status: 500, body: null })
    const leg = legOf(await reads(), CROSS)
    expect([leg.circumstances?.fundingPaid, leg.circumstances?.stops]).toEqual([null, []])
    expect(leg.source.notes.join()).toMatch(/^funding paid was not read: MEXC could not answer/)
  })
})

describe('the queue of deleveraging', () => {
  const adlOf = async (id = CROSS): Promise<unknown> => legOf(await reads(), id).circumstances?.adl

  test('a place of five, for each position', async () => {
    opened.venue.state.positions = { BTC_USDT: { adlLevel: 5 } }
    expect(await adlOf()).toEqual([{ symbol: 'ETH_USDT', side: 'long', rank: 2, of: 5 }])
    expect(await adlOf(ISOLATED)).toEqual([{ symbol: 'BTC_USDT', side: 'short', rank: 5, of: 5 }])
  })

  test('one that is still being reckoned, or is no place, is not told', async () => {
    opened.venue.state.positions = { ETH_USDT: { adlLevel: null }, BTC_USDT: { adlLevel: 6 } }
    expect([await adlOf(), await adlOf(ISOLATED)]).toEqual([[], []])
  })
})

describe('forced closes', () => {
  const order = (symbol: string, category: number, updateTime: number) => ({
    ...{ orderId: '1', symbol, price: 0, vol: 1, side: 4, category, orderType: 5, state: 3, createTime: updateTime, updateTime },
  })

  test('liquidations and deleveraging since a time, oldest first', async () => {
    const now = Date.now()
    opened.venue.state.orders = [
      order('ETH_USDT', 4, now - 1000),
      order('SOL_USDT', 1, now - 2000),
      order('BTC_USDT', 2, now - 3000),
      order('ETH_USDT', 2, now - 9000),
    ]
    expect(await opened.forcedCloses(now - 5000)).toEqual([
      { symbol: 'BTC_USDT', at: now - 3000, kind: 'liquidation' },
      { symbol: 'ETH_USDT', at: now - 1000, kind: 'deleveraging' },
    ])
    expect(opened.venue.violations).toEqual([])
  })

  test('a time of ours is turned into one of the venue', async () => {
    // Its clock is ten minutes ahead: what it dates a minute before "now" happened nine minutes from now, by ours.
    opened.venue.clock.offsetMs = 600_000
    const theirs = Date.now() + 600_000
    opened.venue.state.orders = [order('ETH_USDT', 2, theirs - 60_000)]
    expect(await opened.forcedCloses(Date.now() - 30_000)).toEqual([])
    expect(await opened.forcedCloses(Date.now() - 90_000)).toHaveLength(1)
  })

  test('a row without a time is not passed over', async () => {
    opened.venue.state.orders = [{ ...order('ETH_USDT', 2, 1), updateTime: null }]
    await expect(opened.forcedCloses(0)).rejects.toMatchObject({ code: 'incomplete-answer' })
  })
})
