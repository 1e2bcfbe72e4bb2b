import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { AccessError } from '../../src/errors.ts'
import type { DeclaredRead } from '../../src/futures/exchange.ts'
import { EXCHANGES } from '../../src/futures/exchanges.ts'
import { type GuardedFetch, guardReads, type Place } from '../../src/futures/readGuard.ts'

const READS: readonly DeclaredRead[] = [{ host: 'fapi.binance.com', method: 'GET', path: '/fapi/v3/account', weight: 5 }]
const LIVE: Place = { endpoint: null, hosts: null }
const at = (endpoint: string): Place => ({ ...LIVE, endpoint })
const DECLARED = Object.values(EXCHANGES).flatMap(({ reads }) => reads)

/** Stands where the socket would be, and writes down what arrives. */
function recorder(): { readonly sent: string[]; readonly fetch: GuardedFetch } {
  const sent: string[] = []
  return {
    sent,
    fetch: async (url, init = {}) => {
      sent.push(`${init.method ?? 'GET'} ${String(url)}`)
      return new Response('{}')
    },
  }
}

async function through(url: string | URL, init?: RequestInit, place: Place = LIVE): Promise<readonly string[]> {
  const { sent, fetch } = recorder()
  await guardReads(READS, fetch, place)(url, init)
  return sent
}

describe('guardReads', () => {
  test('a declared read leaves, whatever its query', async () => {
    expect(await through('https://fapi.binance.com/fapi/v3/account?timestamp=1&signature=ab')).toEqual([
      'GET https://fapi.binance.com/fapi/v3/account?timestamp=1&signature=ab',
    ])
    expect(await through(new URL('https://fapi.binance.com:443/fapi/v3/account'), { method: 'GET' })).toHaveLength(1)
  })

  test.each([
    ['another path', 'https://fapi.binance.com/fapi/v1/order', {}],
    ['a longer path', 'https://fapi.binance.com/fapi/v3/account/', {}],
    ['a path that climbs out', 'https://fapi.binance.com/fapi/v3/account/../../v1/order', {}],
    ['a path that climbs out in disguise', 'https://fapi.binance.com/fapi/v3/account/%2e%2e/balance', {}],
    ['an encoded slash', 'https://fapi.binance.com/fapi/v3%2Faccount', {}],
    ['another case', 'https://fapi.binance.com/FAPI/v3/account', {}],
    ['another host', 'https://fapi.binance.com.evil.example/fapi/v3/account', {}],
    ['a host behind credentials', 'https://fapi.binance.com@evil.example/fapi/v3/account', {}],
    ['credentials', 'https://user:word@fapi.binance.com/fapi/v3/account', {}],
    ['a trailing dot', 'https://fapi.binance.com./fapi/v3/account', {}],
    ['another port', 'https://fapi.binance.com:8443/fapi/v3/account', {}],
    ['no encryption', 'http://fapi.binance.com/fapi/v3/account', {}],
    ['another method', 'https://fapi.binance.com/fapi/v3/account', { method: 'POST' }],
    ['a body', 'https://fapi.binance.com/fapi/v3/account', { body: 'symbol=ETHUSDT' }],
    ['no address at all', '/fapi/v3/account', {}],
  ])('%s is stopped before the socket', async (_name, url, init) => {
    const { sent, fetch } = recorder()
    await expect(guardReads(READS, fetch, LIVE)(url, init)).rejects.toThrow(AccessError)
    expect(sent).toEqual([])
  })

  test('a request object is stopped: only plain addresses are judged', async () => {
    const { sent, fetch } = recorder()
    const request = new Request('https://fapi.binance.com/fapi/v3/account', { method: 'POST', body: 'x' })
    await expect(guardReads(READS, fetch, LIVE)(request as unknown as string)).rejects.toThrow(AccessError)
    expect(sent).toEqual([])
  })

  test('the message names where a stopped request was going, without its query', async () => {
    const { fetch } = recorder()
    const stopped = guardReads(READS, fetch, LIVE)('https://api.binance.com/sapi/v1/capital/withdraw/apply?signature=5ec7e7')
    await expect(stopped).rejects.toThrow('The read guard stopped GET api.binance.com/sapi/v1/capital/withdraw/apply.')
  })

  test('a stand-in gets the declared reads under the name of their host, and nothing else', async () => {
    const standIn = 'http://127.0.0.1:5000'
    expect(await through('https://fapi.binance.com/fapi/v3/account?x=1', {}, at(standIn))).toEqual([
      'GET http://127.0.0.1:5000/fapi.binance.com/fapi/v3/account?x=1',
    ])
    const { sent, fetch } = recorder()
    const guarded = guardReads(READS, fetch, at(standIn))
    await expect(guarded('https://fapi.binance.com/fapi/v1/order', { method: 'POST' })).rejects.toThrow(AccessError)
    await expect(guarded('http://127.0.0.1:5000/fapi.binance.com/fapi/v3/account')).rejects.toThrow(AccessError)
    expect(sent).toEqual([])
  })

  test.each([
    'http://10.0.0.1:5000',
    'http://127.0.0.1.evil.example',
    'https://example.com',
    'http://user@127.0.0.1:5000',
    'ftp://127.0.0.1',
    'nonsense',
  ])('the endpoint %s is refused', (endpoint) => {
    expect(() => guardReads(READS, recorder().fetch, at(endpoint))).toThrow(AccessError)
  })
})

describe('guardReads of questions put as a body', () => {
  const POSTS: readonly DeclaredRead[] = [
    { host: 'api.hyperliquid.xyz', method: 'POST', path: '/info', type: 'clearinghouseState', weight: 2 },
  ]
  const INFO = 'https://api.hyperliquid.xyz/info'
  async function asked(body: unknown, init: RequestInit = { method: 'POST' }): Promise<readonly unknown[]> {
    const sent: unknown[] = []
    const fetch: GuardedFetch = async (url, { body: leaves } = {}) => {
      sent.push([url, leaves])
      return new Response('{}')
    }
    await guardReads(POSTS, fetch, LIVE)(INFO, { ...init, body: body as string })
    return sent
  }

  test('one whose type is declared leaves', async () => {
    const body = '{"type":"clearinghouseState","user":"0x12"}'
    expect(await asked(body)).toEqual([[INFO, body]])
  })

  test('of a type that stands twice the last counts, and leaves alone', async () => {
    expect(await asked('{"type":"order","type":"clearinghouseState"}')).toEqual([[INFO, '{"type":"clearinghouseState"}']])
    await expect(asked('{"type":"clearinghouseState","type":"order"}')).rejects.toThrow(AccessError)
  })

  test.each([
    ['another type', '{"type":"order"}'],
    ['no type', '{"user":"0x12"}'],
    ['a type in a list', '{"type":["clearinghouseState"]}'],
    ['a list', '[{"type":"clearinghouseState"}]'],
    ['null', 'null'],
    ['no JSON', 'type=clearinghouseState'],
    ['no body', undefined],
    ['a body that is no text', new URLSearchParams({ type: 'clearinghouseState' })],
  ])('%s is stopped', async (_name, body) => {
    await expect(asked(body)).rejects.toThrow(AccessError)
  })

  test('the field that says which may have another name', async () => {
    const reads: readonly DeclaredRead[] = [
      {
        host: 'api-contract.weex.com',
        method: 'POST',
        path: '/income',
        field: 'incomeType',
        type: 'position_funding',
        weight: 5,
      },
    ]
    const { sent, fetch } = recorder()
    const guarded = guardReads(reads, fetch, LIVE)
    const ask = (body: string): Promise<Response> => guarded('https://api-contract.weex.com/income', { method: 'POST', body })
    await ask('{"incomeType":"position_funding","limit":100}')
    await expect(ask('{"type":"position_funding"}')).rejects.toThrow(AccessError)
    await expect(ask('{"incomeType":"withdraw","type":"position_funding"}')).rejects.toThrow(AccessError)
    expect(sent).toHaveLength(1)
  })

  test('the same by another method is stopped', async () => {
    await expect(asked('{"type":"clearinghouseState"}', { method: 'PUT' })).rejects.toThrow(AccessError)
    await expect(asked(undefined, { method: 'GET' })).rejects.toThrow(AccessError)
  })
})

describe('guardReads of an account elsewhere', () => {
  const demo = { 'fapi.binance.com': 'demo-fapi.binance.com' }

  test('the live address is judged, and the same read of the other host leaves', async () => {
    const asked = 'https://fapi.binance.com/fapi/v3/account?x=1'
    const there = 'demo-fapi.binance.com/fapi/v3/account?x=1'
    expect(await through(asked, {}, { endpoint: null, hosts: demo })).toEqual([`GET https://${there}`])
    expect(await through(asked, {}, { endpoint: 'http://127.0.0.1:5000', hosts: demo })).toEqual([
      `GET http://127.0.0.1:5000/${there}`,
    ])
  })

  test('a host without one there is not asked: never the live one instead', async () => {
    const { sent, fetch } = recorder()
    const guarded = guardReads(READS, fetch, { endpoint: null, hosts: {} })
    await expect(guarded('https://fapi.binance.com/fapi/v3/account')).rejects.toThrow(AccessError)
    expect(sent).toEqual([])
  })
})

/** One private call of one exchange, by the name ccxt gives it. */
type Call = { readonly name: string; readonly call: () => Promise<unknown> }

type Opened = Record<string, unknown> & {
  has: Record<string, unknown>
  api: unknown
  fetchImplementation: unknown
  throttle: unknown
}

// Shapes that signers of one venue or another ask for; none of them opens anything.
const DUMMY = {
  apiKey: 'a'.repeat(64),
  secret: 'b'.repeat(64),
  password: 'c',
  uid: '1',
  login: 'd',
  twofa: 'JBSWY3DPEHPK3PXP',
  token: 'e',
  accountId: '1',
  walletAddress: `0x${'1'.repeat(40)}`,
  privateKey: `0x${'2'.repeat(64)}`,
}

function open(id: string, fetch: GuardedFetch): Opened {
  const Class = (ccxt as unknown as Record<string, new (settings: object) => Opened>)[id]
  if (Class === undefined) throw new Error(`ccxt exports no ${id}`)
  const exchange = new Class({ ...DUMMY, enableRateLimit: false })
  exchange.fetchImplementation = fetch
  return exchange
}

/** Every endpoint in ccxt's own description of a venue, found by walking it as ccxt does. */
function endpoints(api: unknown, path: readonly string[] = []): readonly string[][] {
  if (typeof api !== 'object' || api === null) return []
  return Object.entries(api).flatMap(([name, value]) => {
    const here = [...path, name]
    if (!/^(?:get|post|put|delete|head|patch)$/i.test(name)) return endpoints(value, here)
    const names = Array.isArray(value) ? value.map(String) : Object.keys(value as object)
    return names.map((endpoint) => [...here, endpoint])
  })
}

/** The implicit method of an endpoint, `['fapiPrivate', 'post', 'order']` -> `fapiPrivatePostOrder`. */
function methodOf(parts: readonly string[]): string {
  const words = parts.map((part, i) => {
    const split = i === parts.length - 1 ? part.split(/[^a-zA-Z0-9]/) : [i === parts.length - 2 ? part.toLowerCase() : part]
    return split.map((word) => (word === '' ? '' : word[0]?.toUpperCase() + word.slice(1))).join('')
  })
  const joined = words.join('')
  return (joined[0]?.toLowerCase() ?? '') + joined.slice(1)
}

function callsOf(exchange: Opened): readonly Call[] {
  return endpoints(exchange.api).map((parts) => {
    const name = methodOf(parts)
    const method = exchange[name]
    if (typeof method !== 'function') throw new Error(`no implicit method ${name}`)
    // Placeholders in paths are filled, so that the address is built and judged.
    const holes = Object.fromEntries([...(parts.at(-1) ?? '').matchAll(/{([^}]+)}/g)].map(([, hole]) => [hole, '1']))
    return { name, call: () => method.call(exchange, holes) as Promise<unknown> }
  })
}

describe('every endpoint of every exchange that ccxt knows', () => {
  test('is stopped before the socket unless it is declared', { timeout: 120_000 }, async () => {
    const { sent, fetch } = recorder()
    const tally = { exchanges: 0, endpoints: 0, judged: 0, stopped: 0 }
    const guarded = guardReads(DECLARED, fetch, LIVE)
    const counting: GuardedFetch = async (url, init) => {
      tally.judged++
      try {
        return await guarded(url, init)
      } catch (error) {
        if (error instanceof AccessError) tally.stopped++
        throw error
      }
    }
    for (const id of ccxt.exchanges) {
      const calls = callsOf(open(id, counting))
      tally.exchanges++
      tally.endpoints += calls.length
      await Promise.allSettled(calls.map(({ call }) => call()))
    }
    const declared = new Set(DECLARED.map(({ method, host, path }) => `${method} https://${host}${path}`))
    expect(sent.filter((one) => !declared.has(one.split('?')[0] ?? ''))).toEqual([])
    // The positive control: the walk does reach the socket, by each declared read and by nothing else. What is asked as a body needs one.
    const gets = DECLARED.filter(({ method }) => method === 'GET').map(({ host, path }) => `GET https://${host}${path}`)
    expect(new Set(sent.map((one) => one.split('?')[0]))).toEqual(new Set(gets))
    expect(tally.stopped).toBe(tally.judged - sent.length)
    expect(tally.exchanges).toBeGreaterThan(100)
    expect(tally.endpoints).toBeGreaterThan(15_000)
    // The rest fails while it is signed, and so never leaves either.
    expect(tally.judged).toBeGreaterThan(0.95 * tally.endpoints)
  })

  test('of the questions that Hyperliquid takes the declared ones leave, and no other', async () => {
    const declared = DECLARED.flatMap((read) => (read.method === 'POST' && read.path === '/info' ? [read.type] : []))
    expect(declared.length).toBeGreaterThan(5)
    const ask = async (type: string): Promise<boolean> => {
      const { sent, fetch } = recorder()
      const exchange = open('hyperliquid', guardReads(DECLARED, fetch, LIVE))
      await (exchange.publicPostInfo as (params: object) => Promise<unknown>).call(exchange, { type }).catch(() => undefined)
      return sent.length > 0
    }
    for (const type of declared) expect(await ask(type), type).toBe(true)
    for (const type of ['order', 'userFills', 'ClearinghouseState', '', 'usdSend']) expect(await ask(type), type).toBe(false)
  })

  test.each([
    ['binanceusdm', 'fapiPrivatePostOrder'],
    ['binanceusdm', 'fapiPrivateDeleteAllOpenOrders'],
    ['binanceusdm', 'sapiPostCapitalWithdrawApply'],
    ['binanceusdm', 'sapiPostAssetTransfer'],
    ['binanceusdm', 'fapiPrivatePostLeverage'],
    ['deribit', 'privateGetBuy'],
    ['deribit', 'privateGetWithdraw'],
    ['hyperliquid', 'privatePostExchange'],
  ])('%s %s is stopped by the guard', async (id, name) => {
    const { sent, fetch } = recorder()
    const exchange = open(id, guardReads(DECLARED, fetch, LIVE))
    const method = exchange[name] as (params: object) => Promise<unknown>
    await expect(method.call(exchange, { symbol: 'ETHUSDT' })).rejects.toThrow(AccessError)
    expect(sent).toEqual([])
  })
})
