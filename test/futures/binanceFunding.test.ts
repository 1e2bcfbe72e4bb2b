import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json } from '../sandbox/venue/answers.ts'
import type { Fault } from '../sandbox/venue/faults.ts'
import { empty, withField, withoutField, withoutRow } from '../sandbox/venue/rewrites.ts'
import { type Opened, openAccount } from './openAccount.ts'
import { legOf, SINGLE } from './readAccount.ts'

const PREMIUM = '/fapi/v1/premiumIndex'
const INTERVALS = '/fapi/v1/fundingInfo'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
  opened.venue.account(SINGLE)
})
afterEach(() => opened.close())

async function fundingOf(symbol: string) {
  const leg = legOf(await opened.read(), 'binance/main/USDT-cross')
  const position = leg.positions.find((one) => one.symbol === symbol)
  const { funding } = position ?? {}
  const told = funding === null || funding === undefined ? funding : [funding.rate.toFixed(), funding.intervalHours.toFixed()]
  return { funding: told, window: funding?.window, notes: leg.source.notes }
}

/** Bends the rows of one symbol. */
const bent = (symbol: string, change: Record<string, Json | undefined>) => ({
  kind: 'rewrite' as const,
  rewrite: (answer: Json): Json =>
    (answer as readonly Record<string, Json | undefined>[]).map((row) => (row.symbol === symbol ? { ...row, ...change } : row)),
})

/** What the leg says where a symbol's funding is not known. */
const notKnown = (symbol: string, why: string) => ({ funding: null, notes: [`funding of ${symbol} is not known: ${why}`] })

describe('funding', () => {
  test('the usual: the latest rate, each eight hours', async () => {
    expect(await fundingOf('ETHUSDT')).toEqual({ funding: ['0.0001', '8'], window: null, notes: [] })
  })

  test.each([4, 1])('an interval of %i hours, a rate below 0', async (hours) => {
    opened.venue.exchange.setFunding('ETHUSDT', { rate: '-0.00031250', hours })
    expect((await fundingOf('ETHUSDT')).funding).toEqual(['-0.0003125', String(hours)])
    expect((await fundingOf('BTCUSDT')).funding).toEqual(['0.0001', '8'])
  })

  test('the rate is live; an interval that Binance shortens is known within the hour', async () => {
    expect((await fundingOf('ETHUSDT')).funding).toEqual(['0.0001', '8'])
    opened.venue.exchange.setFunding('ETHUSDT', { rate: '0.02', hours: 1 })
    expect((await fundingOf('ETHUSDT')).funding).toEqual(['0.02', '8'])
    opened.ours.aheadMs = 3_601_000
    opened.venue.clock.offsetMs = 3_601_000
    expect((await fundingOf('ETHUSDT')).funding).toEqual(['0.02', '1'])
  })

  test('each position of a pool has its own, an isolated one too', async () => {
    opened.venue.exchange.setFunding('SOLUSDT', { rate: '-0.001' })
    const [sol] = legOf(await opened.read(), 'binance/main/SOLUSDT-long').positions
    expect([sol?.funding?.rate.toFixed(), sol?.funding?.intervalHours.toFixed()]).toEqual(['-0.001', '8'])
  })

  test('a contract with a delivery date pays none', async () => {
    opened.venue.account({
      ...SINGLE,
      positions: [{ symbol: 'BTCUSDT_301227', side: 'BOTH', amount: '0.1', entryPrice: '90000' }],
      openOrderMargin: {},
    })
    expect(await fundingOf('BTCUSDT_301227')).toEqual({ funding: ['0', '8'], window: null, notes: [] })
  })

  test.each([
    ['no number', { lastFundingRate: 'n/a' }],
    ['null', { lastFundingRate: null }],
    ['gone', { lastFundingRate: undefined }],
    ['empty, though it is a perpetual', { lastFundingRate: '', nextFundingTime: 0 }],
    ['100 %', { lastFundingRate: '1' }],
    ['-100 %', { lastFundingRate: '-1.00000000' }],
  ])('a rate that is %s: funding of that symbol is not known, the leg is', async (_name, change) => {
    opened.venue.faults.set(PREMIUM, bent('ETHUSDT', change))
    expect(await fundingOf('ETHUSDT')).toMatchObject(notKnown('ETHUSDT', 'Binance gives no usable rate'))
    expect((await fundingOf('BTCUSDT')).funding).toEqual(['0.0001', '8'])
  })

  test('a symbol that is not listed, or under another name', async () => {
    for (const fault of [withoutRow('ETHUSDT'), withField('symbol', 'ETHUSDC', 'ETHUSDT')]) {
      opened.venue.faults.set(PREMIUM, { kind: 'rewrite', rewrite: fault })
      expect(await fundingOf('ETHUSDT')).toMatchObject(notKnown('ETHUSDT', 'Binance lists no rate of it'))
    }
  })

  test('a mark that was not set for an hour is none: its pool is a gap, and no other', async () => {
    opened.venue.faults.set(PREMIUM, bent('ETHUSDT', { time: Date.now() - 3_700_000 }))
    const { accounts, gaps } = await opened.read()
    expect(gaps).toMatchObject([{ leg: 'binance/main/USDT-cross', code: 'incomplete-answer' }])
    expect(gaps[0]?.reason).toContain('has not set the mark of ETHUSDT for 61 minutes')
    expect(accounts.length).toBeGreaterThan(0)
  })

  test.each([0, '2026', null, undefined])('a rate of the time %s is not live', async (time) => {
    opened.venue.faults.set(PREMIUM, bent('ETHUSDT', { time }))
    expect(await fundingOf('ETHUSDT')).toMatchObject(notKnown('ETHUSDT', 'the rate that Binance gives is old'))
  })

  test('a clock that was remembered wrongly costs no funding: it is measured anew beside it', async () => {
    await opened.read()
    opened.venue.clock.offsetMs = 7_200_000
    expect(await fundingOf('ETHUSDT')).toMatchObject({ funding: ['0.0001', '8'] })
  })

  test.each([null, undefined, '0', '-8', 'often', '25'])('an interval of %s is not taken for the usual one', async (hours) => {
    opened.venue.exchange.setFunding('ETHUSDT', { hours: 4 })
    opened.venue.faults.set(INTERVALS, bent('ETHUSDT', { fundingIntervalHours: hours }))
    // Read, and then remembered.
    for (const _ of [1, 2]) {
      expect(await fundingOf('ETHUSDT')).toMatchObject(notKnown('ETHUSDT', 'Binance gives no usable interval'))
      expect((await fundingOf('BTCUSDT')).funding).toEqual(['0.0001', '8'])
    }
    expect(opened.venue.requests.byPath[INTERVALS]).toBe(1)
  })

  const FIVE_HUNDRED = { kind: 'status', status: 500, body: {} } as const
  test.each<[string, Fault, string]>([
    [PREMIUM, FIVE_HUNDRED, 'Binance could not answer (HTTP 500).'],
    [INTERVALS, FIVE_HUNDRED, 'Binance could not answer (HTTP 500).'],
    [PREMIUM, { kind: 'hang' }, 'Binance did not answer within 300 ms.'],
    [INTERVALS, { kind: 'hang' }, 'Binance did not answer within 300 ms.'],
    [PREMIUM, { kind: 'reset' }, 'Binance broke the connection'],
    [PREMIUM, { kind: 'status', status: 403 }, 'Binance is blocked from this network (HTTP 403).'],
    [PREMIUM, { kind: 'html' }, 'Binance answered garbage: something that is not JSON, perhaps a web page.'],
    [PREMIUM, { kind: 'rewrite', rewrite: () => ({ code: 1 }) }, 'Binance returned no usable'],
    [
      PREMIUM,
      { kind: 'rewrite', rewrite: withoutField('symbol', 'SOLUSDT') },
      'Binance returned no usable "symbol of premiumIndex".',
    ],
    [INTERVALS, { kind: 'rewrite', rewrite: () => 'x' }, 'Binance returned no usable "fundingInfo".'],
    // Hundreds are adjusted: none at all would make 8 hours of every 1.
    [INTERVALS, { kind: 'rewrite', rewrite: empty }, 'Binance returned no usable "fundingInfo".'],
    [INTERVALS, { kind: 'rewrite', rewrite: withField('symbol', 7) }, 'Binance returned no usable "symbol of fundingInfo".'],
  ])('%s failing by %j takes no leg with it, and is said once a leg', async (path, fault, why) => {
    opened.venue.faults.set(path, fault)
    // A busy machine may need more than that for an answer that comes.
    const reading = await opened.read({ tools: { requestMs: fault.kind === 'hang' ? 300 : 5000 } })
    // Not tried again: the pass has other legs to read.
    expect(opened.venue.requests.byPath[path]).toBe(1)
    expect(reading.gaps).toEqual([])
    expect(reading.accounts).toHaveLength(3)
    expect(reading.accounts.flatMap(({ positions }) => positions.map(({ funding }) => funding))).toEqual([null, null, null, null])
    for (const { source } of reading.accounts) {
      expect(source.notes).toHaveLength(1)
      expect(source.notes[0]).toContain(`funding is not known: ${why}`)
    }
    // What failed is not remembered.
    opened.venue.faults.clear()
    expect((await fundingOf('ETHUSDT')).funding).toEqual(['0.0001', '8'])
  })

  test.each(['{}', '[]', '{"ETHUSDT":8}', '{"ETHUSDT":"99"}', '{"ETHUSDT":"x"}', 'null', '"8"'])(
    'cached intervals of %s are asked for anew',
    async (text) => {
      opened.venue.exchange.setFunding('ETHUSDT', { hours: 4 })
      const cache = { get: async (key: string) => (key.startsWith('funding:') ? JSON.parse(text) : null), set: async () => {} }
      const reading = await opened.read({ tools: { cache } })
      const [eth] = legOf(reading, 'binance/main/USDT-cross').positions
      expect(eth?.funding?.intervalHours.toFixed()).toBe('4')
    },
  )
})
