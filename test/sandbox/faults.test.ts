import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Binance, openBinance } from './binance.ts'
import { openDemoAccount } from './demoAccount.ts'
import { empty, withField, withHole, withoutField, withoutRow } from './venue/rewrites.ts'
import { signedGet } from './venue/signedGet.ts'

let venue: Binance
beforeEach(async () => {
  venue = await openBinance()
  openDemoAccount(venue.exchange)
})
afterEach(() => venue.stop())

const TIME = '/fapi/v1/time'
const RISK = '/fapi/v3/positionRisk'
const get = (path: string, signal?: AbortSignal) => fetch(`${venue.url}/fapi.binance.com${path}`, { signal: signal ?? null })
const risk = async () => (await signedGet(venue, RISK)).json() as Promise<unknown>

/** The bytes on the wire, before anything decodes them. */
function raw(path: string): Promise<{ headers: NodeJS.Dict<string | string[]>; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const call = request(`${venue.url}/fapi.binance.com${path}`, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end()
  })
}

describe('instead of an answer', () => {
  test('delay holds the honest answer back', async () => {
    venue.faults.set(TIME, { kind: 'delay', ms: 120 })
    const before = performance.now()
    expect((await get(TIME)).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThanOrEqual(115)
  })

  test('hang never answers', async () => {
    venue.faults.set(TIME, { kind: 'hang' })
    await expect(get(TIME, AbortSignal.timeout(150))).rejects.toThrow(/timeout/i)
    expect(venue.requests.all).toMatchObject([{ path: TIME, status: null }])
  })

  test('reset tears the connection down', async () => {
    venue.faults.set(TIME, { kind: 'reset' })
    await expect(raw(TIME)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test.each([418, 429, 451, 403, 500, 502])('status %i with a body and headers', async (status) => {
    venue.faults.set(TIME, { kind: 'status', status, body: { code: 0, msg: 'no' }, headers: { 'Retry-After': '7' } })
    const response = await get(TIME)
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7'])
    expect(await response.json()).toEqual({ code: 0, msg: 'no' })
  })

  test('a redirect', async () => {
    venue.faults.set(TIME, { kind: 'status', status: 302, headers: { Location: 'http://127.0.0.1:9/' } })
    await expect(fetch(`${venue.url}/fapi.binance.com${TIME}`, { redirect: 'error' })).rejects.toThrow()
  })

  test('HTML with 200', async () => {
    venue.faults.set(TIME, { kind: 'html' })
    const response = await get(TIME)
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/)
  })

  test('a huge body is valid and huge', async () => {
    venue.faults.set(TIME, { kind: 'huge' })
    const { bytes } = await raw(TIME)
    expect(bytes.length).toBe(50_000_000)
    expect(bytes.subarray(0, 1).toString() + bytes.subarray(-1).toString()).toBe('[]')
  })

  test('a gzip bomb is small on the wire and huge behind it', async () => {
    venue.faults.set(TIME, { kind: 'bomb', bytes: 20_000_000 })
    const { headers, bytes } = await raw(TIME)
    expect(headers['content-encoding']).toBe('gzip')
    expect(bytes.length).toBeLessThan(100_000)
    expect(gunzipSync(bytes).length).toBe(20_000_000)
  })

  test('deep nesting', async () => {
    venue.faults.set(TIME, { kind: 'nested' })
    expect((await (await get(TIME)).text()).startsWith('['.repeat(100_000))).toBe(true)
  })
})

describe('a broken answer', () => {
  test('truncated: announced whole, ended in the middle', async () => {
    venue.faults.set(RISK, { kind: 'truncate' })
    const response = await signedGet(venue, RISK)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })

  test('byte by byte', async () => {
    venue.faults.set(TIME, { kind: 'drip', msPerByte: 5 })
    const before = performance.now()
    expect(await (await get(TIME)).json()).toHaveProperty('serverTime')
    expect(performance.now() - before).toBeGreaterThan(100) // 28 bytes
  })
})

describe('a bent answer', () => {
  test('a field is left out of one row', async () => {
    venue.faults.set(RISK, { kind: 'rewrite', rewrite: withoutField('maintMargin', 'ETHUSDT') })
    const rows = await risk()
    expect(rows).toMatchObject([{ symbol: 'ETHUSDT', entryPrice: '3000' }])
    expect(rows).not.toHaveProperty('0.maintMargin')
  })

  test('liquidation price and mark "0", an unknown symbol: faults of a path add up', async () => {
    venue.faults.set(
      RISK,
      { kind: 'rewrite', rewrite: withField('liquidationPrice', '0') },
      { kind: 'rewrite', rewrite: withField('markPrice', '0', 'ETHUSDT') },
      { kind: 'rewrite', rewrite: withField('symbol', 'NEWUSDT', 'ETHUSDT') },
    )
    expect(await risk()).toMatchObject([
      { symbol: 'NEWUSDT', liquidationPrice: '0', markPrice: '0', maintMargin: '250.00000000' },
    ])
  })

  test('no positions while the account shows maintenance margin', async () => {
    venue.faults.set(RISK, { kind: 'rewrite', rewrite: empty })
    expect(await risk()).toEqual([])
    expect(await (await signedGet(venue, '/fapi/v3/account')).json()).toMatchObject({ totalMaintMargin: '250.00000000' })
  })

  test('a hole in a bracket table, a symbol without brackets, a symbol that is not listed', async () => {
    const BRACKETS = '/fapi/v1/leverageBracket'
    const symbols = (rows: unknown) => (rows as { symbol: string }[]).map(({ symbol }) => symbol)
    venue.faults.set(
      BRACKETS,
      { kind: 'rewrite', rewrite: withHole('ETHUSDT', 2) },
      { kind: 'rewrite', rewrite: withoutRow('SOLUSDT') },
    )
    const tables = (await (await signedGet(venue, BRACKETS)).json()) as { symbol: string; brackets: { bracket: number }[] }[]
    expect(
      tables
        .find(({ symbol }) => symbol === 'ETHUSDT')
        ?.brackets.map(({ bracket }) => bracket)
        .slice(0, 3),
    ).toEqual([1, 3, 4])
    expect(symbols(tables)).not.toContain('SOLUSDT')
    venue.faults.set('/fapi/v1/exchangeInfo', { kind: 'rewrite', rewrite: withoutRow('ETHUSDT') })
    const listed = (await (await get('/fapi/v1/exchangeInfo')).json()) as { symbols: unknown }
    expect(symbols(listed.symbols)).not.toContain('ETHUSDT')
    expect(symbols(listed.symbols)).toContain('BTCUSDT')
  })

  test('a refusal is not bent', async () => {
    venue.faults.set(RISK, { kind: 'rewrite', rewrite: empty })
    expect((await signedGet(venue, RISK, { apiSecret: 'wrong' })).status).toBe(400)
  })
})

describe('setting faults', () => {
  test('for all paths, for so many requests, and away again', async () => {
    venue.faults.set('*', { kind: 'status', status: 500, times: 1 })
    expect((await get(TIME)).status).toBe(500)
    expect((await get(TIME)).status).toBe(200)
    venue.faults.set(TIME, { kind: 'status', status: 502 })
    expect((await get(TIME)).status).toBe(502)
    expect((await get('/fapi/v1/exchangeInfo')).status).toBe(200)
    venue.faults.clear(TIME)
    expect((await get(TIME)).status).toBe(200)
  })
})
