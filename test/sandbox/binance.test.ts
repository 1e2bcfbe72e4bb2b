import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Binance, openBinance } from './binance.ts'
import { openDemoAccount } from './demoAccount.ts'
import { type Ask, signedGet } from './venue/signedGet.ts'

let venue: Binance
beforeEach(async () => {
  venue = await openBinance()
  openDemoAccount(venue.exchange)
})
afterEach(() => venue.stop())

const ACCOUNT = '/fapi/v3/account'

async function outcome(path: string, ask?: Ask): Promise<{ status: number; code: number | undefined }> {
  const response = await signedGet(venue, path, ask)
  const body = (await response.json()) as { code?: number }
  return { status: response.status, code: body.code }
}

const publicGet = (path: string) => fetch(`${venue.url}/fapi.binance.com${path}`)

describe('security', () => {
  test('a well signed request passes', async () => {
    expect(await outcome(ACCOUNT)).toEqual({ status: 200, code: undefined })
  })

  test.each<[string, Ask, number, number]>([
    ['no key', { apiKey: null }, 401, -2014],
    ['a key that is none', { apiKey: 'not a key' }, 401, -2014],
    ['an unknown key', { apiKey: 'a'.repeat(64) }, 401, -2015],
    ['no timestamp', { timestamp: null }, 400, -1102],
    ['no signature', { signature: null }, 400, -1102],
    ['a wrong secret', { apiSecret: 'wrong' }, 400, -1022],
    ['a wrong signature', { signature: 'f'.repeat(64) }, 400, -1022],
    ['a window over a minute', { parameters: { recvWindow: '60001' } }, 400, -1131],
  ])('%s is refused', async (_, ask, status, code) => {
    expect(await outcome(ACCOUNT, ask)).toEqual({ status, code })
  })

  test('a parameter added after signing is refused', async () => {
    const signed = await signedGet(venue, ACCOUNT)
    expect(signed.status).toBe(200)
    const response = await fetch(`${signed.url}&recvWindow=60000`, { headers: { 'X-MBX-APIKEY': venue.apiKey } })
    expect(await response.json()).toMatchObject({ code: -1022 })
  })

  test('an expired key, a foreign address, a key that may not read', async () => {
    venue.key.expired = true
    expect(await outcome(ACCOUNT)).toEqual({ status: 401, code: -2015 })
    venue.key.expired = false
    venue.key.addressAllowed = false
    expect(await outcome(ACCOUNT)).toEqual({ status: 401, code: -2015 })
    venue.key.addressAllowed = true
    venue.key.flags.enableReading = false
    expect(await outcome(ACCOUNT)).toEqual({ status: 401, code: -2015 })
  })
})

describe('clock', () => {
  // A frozen clock, so that the edges are exact: t < server + 1000 and server - t <= recvWindow.
  const SERVER = 1_700_000_000_000
  let frozen: Binance
  beforeAll(async () => {
    frozen = await openBinance({ now: () => SERVER })
  })
  afterAll(() => frozen.stop())

  test.each<[number, string | undefined, number]>([
    [999, undefined, 200],
    [1000, undefined, 400],
    [-5000, undefined, 200],
    [-5001, undefined, 400],
    [-10_000, '10000', 200],
    [-10_001, '10000', 400],
  ])('a request %i ms off with window %s is answered %i', async (off, recvWindow, status) => {
    const parameters: Record<string, string> = recvWindow === undefined ? {} : { recvWindow }
    const response = await signedGet(frozen, ACCOUNT, { timestamp: SERVER + off, parameters })
    expect(response.status).toBe(status)
    if (status === 400) expect(await response.json()).toMatchObject({ code: -1021 })
  })

  test('a test may set the venue before and after us', async () => {
    venue.clock.offsetMs = -1500
    expect(await outcome(ACCOUNT)).toEqual({ status: 400, code: -1021 })
    venue.clock.offsetMs = 12_000
    expect(await outcome(ACCOUNT)).toEqual({ status: 400, code: -1021 })
    const { serverTime } = (await (await publicGet('/fapi/v1/time')).json()) as { serverTime: number }
    expect(Math.abs(serverTime - Date.now() - 12_000)).toBeLessThan(1000)
  })
})

describe('request budget', () => {
  test('weights are charged and told', async () => {
    const weight = async (response: Promise<Response>) => (await response).headers.get('x-mbx-used-weight-1m')
    expect(await weight(publicGet('/fapi/v1/time'))).toBe('1')
    expect(await weight(signedGet(venue, ACCOUNT))).toBe('6')
    expect(await weight(publicGet('/fapi/v1/premiumIndex'))).toBe('16')
    expect(await weight(publicGet('/fapi/v1/premiumIndex?symbol=ETHUSDT'))).toBe('17')
    // It has a budget of its own.
    expect(await weight(publicGet('/fapi/v1/fundingInfo'))).toBe('17')
  })

  test('over the limit 429, then a ban', async () => {
    venue.limits.fapi.perMinute = 1
    venue.limits.fapi.patience = 1
    expect((await publicGet('/fapi/v1/time')).status).toBe(200)
    const warned = await publicGet('/fapi/v1/time')
    expect(warned.status).toBe(429)
    expect(Number(warned.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await warned.json()).toMatchObject({ code: -1003 })
    const banned = await publicGet('/fapi/v1/time')
    expect(banned.status).toBe(418)
    const { msg } = (await banned.json()) as { msg: string }
    expect(msg).toContain(`banned until ${venue.limits.fapi.bannedUntil}`)
  })

  test('a ban may be set, and ends', async () => {
    venue.limits.fapi.bannedUntil = Date.now() + 60_000
    expect((await publicGet('/fapi/v1/time')).status).toBe(418)
    venue.limits.fapi.bannedUntil = Date.now() - 1
    expect((await publicGet('/fapi/v1/time')).status).toBe(200)
  })
})

describe('paths', () => {
  test('an unknown path is answered as the venue does, and noted', async () => {
    const response = await publicGet('/fapi/v1/nothing')
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ code: -5000, msg: 'Path /fapi/v1/nothing, Method GET is invalid' })
    expect((await fetch(`${venue.url}/api.binance.com/sapi/v1/nothing`)).headers.get('content-type')).toBe('text/html')
    expect(venue.violations.map(({ path, reason }) => [path, reason])).toEqual([
      ['/fapi/v1/nothing', 'not a served path'],
      ['/sapi/v1/nothing', 'not a served path'],
    ])
  })

  test('an order is a violation, and nothing happens', async () => {
    const response = await fetch(`${venue.url}/fapi.binance.com/fapi/v1/order`, {
      method: 'POST',
      body: 'symbol=ETHUSDT&side=SELL',
    })
    expect(response.status).toBe(401)
    expect(venue.violations).toEqual([{ method: 'POST', host: 'fapi.binance.com', path: '/fapi/v1/order', reason: 'not a GET' }])
    expect(venue.exchange.state.positions).toHaveLength(1)
  })

  test('a symbol narrows an answer, an unknown one is refused', async () => {
    expect(await (await publicGet('/fapi/v1/premiumIndex?symbol=ETHUSDT')).json()).toMatchObject({ markPrice: '3000.00000000' })
    expect(await (await publicGet('/fapi/v1/premiumIndex?symbol=NOPE')).json()).toMatchObject({ code: -1121 })
    const risk = await signedGet(venue, '/fapi/v3/positionRisk', { parameters: { symbol: 'BTCUSDT' } })
    expect(await risk.json()).toEqual([])
  })

  test('requests and connections are counted', async () => {
    await signedGet(venue, ACCOUNT)
    await signedGet(venue, ACCOUNT)
    await publicGet('/fapi/v1/time')
    expect(venue.requests.byPath).toEqual({ [ACCOUNT]: 2, '/fapi/v1/time': 1 })
    expect(venue.requests.total).toBe(3)
    expect(venue.requests.sockets).toBeGreaterThan(0)
    expect(venue.requests.all.map(({ status }) => status)).toEqual([200, 200, 200])
    venue.requests.reset()
    expect(venue.requests.total).toBe(0)
  })
})

describe('answers', () => {
  const json = async (path: string, ask?: Ask) => (await signedGet(venue, path, ask)).json() as Promise<unknown>

  test('positionRisk, every field as the venue writes it', async () => {
    const at = venue.exchange.state.updateTime
    expect(await json('/fapi/v3/positionRisk')).toEqual([
      {
        ...{ symbol: 'ETHUSDT', positionSide: 'BOTH', positionAmt: '20.000', entryPrice: '3000', breakEvenPrice: '3001.35' },
        ...{ markPrice: '3000.00000000', unRealizedProfit: '0.00000000', liquidationPrice: '2409.63855421' },
        ...{ isolatedMargin: '0', notional: '60000.00000000', marginAsset: 'USDT', isolatedWallet: '0' },
        ...{ initialMargin: '3000.00000000', maintMargin: '250.00000000', positionInitialMargin: '3000.00000000' },
        ...{ openOrderInitialMargin: '0', adl: 2, bidNotional: '0', askNotional: '0', updateTime: at },
      },
    ])
  })

  test('all endpoints answer from one state', async () => {
    venue.setMark('ETHUSDT', '2900')
    expect(await json('/fapi/v3/positionRisk')).toMatchObject([
      { markPrice: '2900.00000000', unRealizedProfit: '-2000.00000000' },
    ])
    // 58 000 x 0.005 - 50 = 240
    expect(await json(ACCOUNT)).toMatchObject({ totalMarginBalance: '10000.00000000', totalMaintMargin: '240.00000000' })
    venue.setMark('ETHUSDT', '2400')
    expect(await json('/fapi/v3/positionRisk')).toEqual([])
    expect(await json(ACCOUNT)).toMatchObject({ totalWalletBalance: '0.00000000', positions: [] })
    expect(venue.liquidations).toHaveLength(1)
    expect(venue.marks.ETHUSDT).toBe('2400.00000000')
  })

  test('brackets are numbers and end at a finite cap', async () => {
    const one = await json('/fapi/v1/leverageBracket', { parameters: { symbol: 'ETHUSDT' } })
    expect(one).toMatchObject({
      symbol: 'ETHUSDT',
      brackets: {
        0: { bracket: 1, notionalFloor: 0, notionalCap: 50000, maintMarginRatio: 0.004, cum: 0, initialLeverage: 125 },
      },
    })
    expect((one as { brackets: { notionalCap: number }[] }).brackets.at(-1)?.notionalCap).toBe(300_000_000)
  })

  test('modes, rates and rights', async () => {
    venue.account({ mode: 'multi', hedge: true, wallets: { USDC: '5' }, positions: [] })
    expect(await json('/fapi/v1/accountConfig')).toMatchObject({ dualSidePosition: true, multiAssetsMargin: true })
    venue.exchange.setIndex('ETHUSD', { index: '1.92957370', bidBuffer: '0.1', askBuffer: '0.1' })
    // The sample row of the documentation.
    const rates = { index: '1.92957370', bidBuffer: '0.10000000', bidRate: '1.73661633', askRate: '2.12253107' }
    expect(await (await publicGet('/fapi/v1/assetIndex?symbol=ETHUSD')).json()).toMatchObject(rates)
    venue.key.flags.enableWithdrawals = true
    expect(await json('/sapi/v1/account/apiRestrictions', { host: 'api.binance.com' })).toMatchObject({
      ...{ enableReading: true, enableWithdrawals: true, enableFutures: false, ipRestrict: true },
    })
  })
})
