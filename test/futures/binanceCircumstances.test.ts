import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../sandbox/venue/answers.ts'
import type { StopInput } from '../sandbox/venue/circumstances.ts'
import { type Opened, openAccount } from './openAccount.ts'

const [ALGO, INCOME] = ['/fapi/v1/openAlgoOrders', '/fapi/v1/income']
const DAY = 86_400_000

let opened: Opened
beforeEach(async () => {
  opened = await openAccount()
})
afterEach(async () => {
  expect(opened.venue.violations).toEqual([])
  await opened.close()
})

const hold = (over: Partial<Parameters<Opened['venue']['account']>[0]> = {}) =>
  opened.venue.account({
    ...{ mode: 'single', hedge: false, wallets: { USDT: '12000' } },
    positions: [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' }],
    ...over,
  })

const STOP: StopInput = { symbol: 'ETHUSDT', side: 'SELL', type: 'STOP_MARKET', trigger: '2300.00', workingType: 'MARK_PRICE' }

async function told() {
  const { accounts, notes } = await opened.read()
  const [leg] = accounts
  const stops = leg?.circumstances?.stops?.map(({ trigger, size, ...rest }) => ({
    ...rest,
    trigger: trigger.toFixed(),
    size: size?.toFixed() ?? null,
  }))
  const paid = leg?.circumstances?.fundingPaid?.map(({ symbol, days, amount }) => [symbol, days, amount.toFixed()])
  return { legs: accounts.length, stops: stops ?? null, paid: paid ?? null, adl: leg?.circumstances?.adl ?? null, notes }
}

describe('stops', () => {
  test('of the whole position, and of a part of it', async () => {
    hold()
    opened.venue.beside.stops = [
      STOP,
      { ...STOP, type: 'TAKE_PROFIT', trigger: '3500.5', quantity: '7.5', reduceOnly: true, workingType: 'CONTRACT_PRICE' },
    ]
    const common = { symbol: 'ETHUSDT', side: 'long', reduceOnly: true }
    expect((await told()).stops).toEqual([
      { ...common, kind: 'stop', trigger: '2300', triggerBy: 'mark', size: null },
      { ...common, kind: 'take-profit', trigger: '3500.5', triggerBy: 'last', size: '7.5' },
    ])
  })

  test('one that opens, one of another market, and one without a fixed price are none', async () => {
    hold()
    opened.venue.beside.stops = [
      { ...STOP, side: 'BUY', quantity: '1' },
      { ...STOP, symbol: 'BTCUSDT' },
      { ...STOP, type: 'TRAILING_STOP_MARKET', trigger: '0.000', quantity: '20', reduceOnly: true },
    ]
    const { stops, notes } = await told()
    expect(stops).toEqual([])
    expect(notes.join()).toContain('orders whose price moves (trailing stops) are not looked at: ETHUSDT')
  })

  test('in hedge mode each side has its own, and none of them can flip it', async () => {
    hold({
      hedge: true,
      positions: [
        { symbol: 'ETHUSDT', side: 'LONG', amount: '20', entryPrice: '3000' },
        { symbol: 'ETHUSDT', side: 'SHORT', amount: '-5', entryPrice: '3000' },
      ],
    })
    opened.venue.beside.stops = [
      { ...STOP, positionSide: 'LONG', quantity: '50' },
      { ...STOP, positionSide: 'SHORT', side: 'BUY', trigger: '3300', quantity: '5' },
    ]
    expect((await told()).stops).toEqual([
      { symbol: 'ETHUSDT', side: 'long', kind: 'stop', trigger: '2300', triggerBy: 'mark', size: '50', reduceOnly: true },
      { symbol: 'ETHUSDT', side: 'short', kind: 'stop', trigger: '3300', triggerBy: 'mark', size: '5', reduceOnly: true },
    ])
  })

  test('each symbol is asked for by its name, and after five minutes again', async () => {
    hold()
    await opened.read()
    await opened.read()
    expect(opened.venue.requests.byPath[ALGO]).toBe(1)
    opened.ours.aheadMs = 301_000
    opened.venue.clock.offsetMs = 301_000
    await opened.read()
    expect(opened.venue.requests.byPath[ALGO]).toBe(2)
  })

  test('of a new position they are asked for at once', async () => {
    hold()
    await opened.read()
    hold({ positions: [{ symbol: 'BTCUSDT', side: 'BOTH', amount: '0.1', entryPrice: '90000' }] })
    opened.venue.beside.stops = [{ ...STOP, symbol: 'BTCUSDT', trigger: '80000' }]
    expect((await told()).stops).toHaveLength(1)
  })

  test.each<[string, Json]>([
    ['no list', {}],
    ['no trigger', [{ ...{ symbol: 'ETHUSDT', orderType: 'STOP', side: 'SELL', positionSide: 'BOTH' }, quantity: '1' }]],
  ])('%s: not known, with a note, and the leg stands', async (_what, answer) => {
    hold()
    opened.venue.faults.set(ALGO, { kind: 'rewrite', rewrite: () => answer })
    const { legs, stops, notes } = await told()
    expect([legs, stops]).toEqual([1, null])
    expect(notes.join()).toContain('stops were not read')
  })
})

describe('funding paid', () => {
  const pay = (income: string, ageMs: number, over = {}) => ({
    ...{ symbol: 'ETHUSDT', asset: 'USDT', income, time: Date.now() - ageMs },
    ...over,
  })

  test('of the last seven days, by symbol, in the coin of the pool', async () => {
    hold()
    opened.venue.beside.payments = [
      pay('-6.00000000', DAY),
      pay('-1.50000001', 2 * DAY),
      pay('0.25', 6 * DAY),
      pay('-100', 8 * DAY),
      pay('-100', DAY, { symbol: 'BTCUSDT' }),
      pay('-100', DAY, { asset: 'BNB' }),
    ]
    // -6 - 1.50000001 + 0.25
    expect((await told()).paid).toEqual([['ETHUSDT', 7, '-7.25000001']])
  })

  test('all pages of it', async () => {
    hold()
    // 2,345 payments of a hundredth: three pages.
    opened.venue.beside.payments = Array.from({ length: 2345 }, (_, i) => pay('-0.01', 1000 + i * 100))
    expect((await told()).paid).toEqual([['ETHUSDT', 7, '-23.45']])
    expect(opened.venue.requests.byPath[INCOME]).toBe(3)
  })

  test('refused: not known, with a note, and the leg stands', async () => {
    hold()
    opened.venue.faults.set(INCOME, { kind: 'status', status: 500, body: null })
    const { legs, paid, notes } = await told()
    expect([legs, paid]).toEqual([1, null])
    expect(notes.join()).toContain('funding paid was not read')
    expect(opened.venue.requests.byPath[INCOME]).toBe(1)
  })
})

describe('the queue of auto-deleveraging', () => {
  test('is told with the position', async () => {
    hold()
    expect((await told()).adl).toEqual([{ symbol: 'ETHUSDT', side: 'long', rank: 2, of: 4 }])
  })

  test.each([null, 5, 'high', -1, 1.5])('%s is no place', async (adl) => {
    hold()
    const rewrite = (answer: Json): Json => (answer as Record<string, Json>[]).map((row) => ({ ...row, adl }))
    opened.venue.faults.set('/fapi/v3/positionRisk', { kind: 'rewrite', rewrite })
    expect((await told()).adl).toBeNull()
  })
})

test('without a position nobody is asked', async () => {
  hold({ positions: [] })
  await opened.read()
  expect(opened.venue.requests.byPath[ALGO]).toBeUndefined()
  expect(opened.venue.requests.byPath[INCOME]).toBeUndefined()
})
