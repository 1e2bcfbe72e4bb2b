import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AccountReader, openReader } from '../contract/openReader.ts'
import type { Json } from '../sandbox/venue/answers.ts'
import { HYPERLIQUID_SUB, type Hyperliquid, openHyperliquid } from '../sandbox/venues/hyperliquid.ts'

const DAY = 86_400_000

let venue: Hyperliquid
let reader: AccountReader
beforeEach(async () => {
  venue = await openHyperliquid()
  reader = openReader('hyperliquid', { credential: { kind: 'address', address: venue.address }, endpoint: venue.url })
  venue.account({ wallet: '12000', positions: [{ symbol: 'ETH', amount: '20', entry: '3000' }] })
})
afterEach(async () => {
  expect(venue.violations).toEqual([])
  await venue.stop()
  await reader.close()
})

/** @see Hyperliquid docs, info endpoint, "Retrieve a user's open orders with additional frontend info" */
const order = (over: Readonly<Record<string, Json>> = {}): Json => ({
  ...{ children: [], coin: 'ETH', isPositionTpsl: false, isTrigger: true, limitPx: '2070.0', oid: 3_184_595_906 },
  ...{ orderType: 'Stop Market', origSz: '20.0', reduceOnly: true, side: 'A', sz: '20.0', tif: null },
  ...{ timestamp: 1_700_126_022_555, triggerCondition: 'Price below 2300', triggerPx: '2300.0' },
  ...over,
})

async function told() {
  const { accounts, notes } = await reader.read()
  const { stops, fundingPaid } = accounts[0]?.circumstances ?? { stops: null, fundingPaid: null }
  return {
    legs: accounts.length,
    stops: stops?.map(({ kind, side, trigger, size, reduceOnly }) => [
      kind,
      side,
      trigger.toFixed(),
      size?.toFixed() ?? null,
      reduceOnly,
    ]),
    paid: fundingPaid?.map(({ symbol, days, amount }) => [symbol, days, amount.toFixed()]),
    notes,
  }
}

describe('stops', () => {
  test('of the position whole and in part, by the mark', async () => {
    venue.state.orders = [
      order({ isPositionTpsl: true, sz: '0.0' }),
      order({ orderType: 'Take Profit Limit', triggerPx: '3500.0', sz: '5.0', reduceOnly: false }),
    ]
    expect((await told()).stops).toEqual([
      ['stop', 'long', '2300', null, true],
      ['take-profit', 'long', '3500', '5', false],
    ])
  })

  test('what buys, what is plain, what is of another coin, and what waits for another order to be filled, is none', async () => {
    const child = order({ oid: 7 })
    venue.state.orders = [
      order({ side: 'B' }),
      order({ coin: 'BTC' }),
      order({ isTrigger: false, orderType: 'Limit', triggerPx: '0.0', side: 'B', reduceOnly: false, children: [child] }),
      child,
    ]
    expect((await told()).stops).toEqual([])
  })

  test('refused: not known, with a note, and the leg stands', async () => {
    venue.faults.set('frontendOpenOrders', { kind: 'status', status: 500, body: null })
    const { legs, stops, notes } = await told()
    expect([legs, stops]).toEqual([1, undefined])
    expect(notes.join()).toContain('hyperliquid/main: stops were not read: Hyperliquid could not answer')
  })
})

describe('funding paid', () => {
  test('of seven days, by coin, all pages of it', async () => {
    // One payment an hour for a week is 168; here 1,200, two of them in the same moment at the end of the first page.
    const payments = Array.from({ length: 1200 }, (_, i) => ({
      coin: 'ETH',
      usdc: '-0.01',
      time: Date.now() - 6 * DAY + i * 1000,
    }))
    const [at] = payments.slice(499, 500)
    if (at === undefined) throw new Error('no such row')
    venue.state.funding = [
      { coin: 'ETH', usdc: '-100', time: Date.now() - 8 * DAY },
      ...payments.slice(0, 500),
      { coin: 'BTC', usdc: ' -3.625312', time: at.time },
      ...payments.slice(500),
    ]
    // 1,200 x 0.01
    expect((await told()).paid).toEqual([['ETH', 7, '-12']])
    expect(venue.requests.byPath.userFunding).toBe(3)
  })

  test('that cannot be read whole is not known', async () => {
    // All in one moment: no page has an end.
    venue.state.funding = Array.from({ length: 600 }, () => ({ coin: 'ETH', usdc: '-0.01', time: Date.now() - DAY }))
    const { paid, notes } = await told()
    expect(paid).toBeUndefined()
    expect(notes.join()).toContain('funding paid was not read')
  })
})

test('a liquidation is told by the fill of who was liquidated, not of who stood against it', async () => {
  const fill = (user: string, coin: string) => ({
    ...{ coin, px: '2400.0', sz: '20.0', side: 'A', time: Date.now() - 1000, dir: 'Close Long', closedPnl: '-12000.0' },
    liquidation: { liquidatedUser: user, markPx: '2400.0', method: 'market' },
  })
  venue.state.fills = [fill(venue.address.toUpperCase().replace('0X', '0x'), 'ETH'), fill(HYPERLIQUID_SUB, 'BTC')]
  const closes = await reader.forcedCloses(Date.now() - DAY)
  expect(closes.map(({ symbol, kind }) => [symbol, kind])).toEqual([['ETH', 'liquidation']])
})
