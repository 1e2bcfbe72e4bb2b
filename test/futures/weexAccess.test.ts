import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TrackerError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import { issueWeexKey, refuseWeex } from '../sandbox/venues/weexGate.ts'
import type { Change } from './openAccount.ts'
import { type OpenedWeex, openWeexAccount, weexKeyOf } from './openWeexAccount.ts'

const FUTURES = 'api-contract.weex.com'
const POSITIONS = '/capi/v3/account/position/allPosition'
const LONG = { wallet: '12000', positions: [{ symbol: 'ETHUSDT', amount: '20', entry: '3000' }] }

let opened: OpenedWeex
beforeEach(async () => {
  opened = await openWeexAccount()
  opened.venue.account(LONG)
})
afterEach(() => opened.close())

const failure = (change?: Change): Promise<TrackerError> =>
  opened.read(change).then(
    () => {
      throw new Error('it was read')
    },
    (error: TrackerError) => error,
  )

type Key = OpenedWeex['venue']['key']
const keyed = (key: Key, parts: Partial<Key>): Change => ({ account: { credential: weexKeyOf({ ...key, ...parts }) } })

describe('what WEEX says of a key, in our words', () => {
  test.each<[string, (key: Key) => Change | Key, string]>([
    ['a key it never issued', (key) => keyed(key, { apiKey: 'another' }), 'WEEX does not know the API key (code -1044).'],
    ['a secret of another key', (key) => keyed(key, { apiSecret: 'another' }), 'WEEX rejects the signature (code -1047).'],
    [
      'another passphrase',
      (key) => keyed(key, { passphrase: 'another' }),
      'WEEX refuses the API key or its passphrase (code -1049).',
    ],
    ['a deleted key', (key) => Object.assign(key, { unknown: true }), 'WEEX does not know the API key (code -1044).'],
    [
      'an address that is not on its list',
      (key) => Object.assign(key, { addressAllowed: false }),
      'WEEX does not take the API key from this IP address (code -1056).',
    ],
  ])('%s, with whatever status', async (_what, prepare, message) => {
    const change = prepare(opened.venue.key)
    for (const status of [400, 401, 200]) {
      opened.venue.key.refusalStatus = status
      opened.venue.requests.reset()
      const error = await failure('account' in change ? change : {})
      expect(error).toMatchObject({ code: 'access', message })
      // Its own text names the address of the caller.
      expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('198.51.100.9')
      // "API permissions may be automatically disabled" where one asks on.
      expect(opened.venue.requests.byPath[POSITIONS]).toBe(1)
    }
  })

  test.each([
    [-1052, 'access', /says the key may not read this \(code -1052\)/],
    [-3236, 'access', /says the key may not read this \(code -3236\)/],
    [-1057, 'access', /has locked this account/],
    [-1055, 'access', /wants a phone or an authenticator/],
    [-1140, 'access', /refused a request \(HTTP 200, code -1140\)/],
    [-1054, 'unreachable', /could not answer \(HTTP 200, code -1054\)/],
    ['-1056', 'access', /does not take the API key from this IP address/],
    [-1059, 'unreachable', /limits our requests \(HTTP 200, code -1059\)/],
    [429, 'unreachable', /limits our requests \(HTTP 200, code 429\)/],
  ])('a refusal with status 200: %s', async (code, kind, message) => {
    opened.venue.faults.set(POSITIONS, { kind: 'rewrite', rewrite: () => ({ code, msg: 'in its own words' }) })
    const error = await failure()
    expect(error).toMatchObject({ code: kind, message: expect.stringMatching(message) })
    expect(error.message).not.toContain('own words')
  })

  test('what cannot stand in a header is refused before anything is sent, and not quoted', async () => {
    for (const part of ['apiKey', 'passphrase'] as const) {
      const error = await failure(keyed(opened.venue.key, { [part]: 'päss wörd' }))
      expect(error).toMatchObject({ code: 'access', message: expect.stringContaining('holds characters that none has') })
      expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('wörd')
    }
    expect(opened.venue.requests.total).toBe(opened.venue.requests.byPath['/capi/v3/market/time'] ?? 0)
  })

  test('the double takes the signatures that ccxt 4.5.84 makes', () => {
    const key = { ...issueWeexKey(), apiKey: 'weex_k', apiSecret: 's3cr3t', passphrase: 'passw' }
    const asked = (method: string, path: string, more: { query?: string; body?: string; sign: string }) => ({
      ...{ method, path, host: FUTURES, apiKey: undefined, query: more.query ?? '', body: more.body ?? '' },
      headers: {
        ...{ 'access-key': 'weex_k', 'access-passphrase': 'passw', 'access-timestamp': '1700000000000' },
        ...{ 'access-sign': more.sign, 'content-type': 'application/json' },
      },
    })
    const judge = (one: ReturnType<typeof asked>) => refuseWeex(one, key, 1_700_000_000_000)
    const page = { query: 'limit=100&page=1', sign: 'HsWTilNoCUkowdUfNIapds/fzjvvYmMhF27jbq8Ia8U=' }
    expect(judge(asked('GET', '/capi/v3/openAlgoOrders', page))).toBeNull()
    expect(judge(asked('GET', '/capi/v3/openAlgoOrders', { ...page, query: 'limit=100&page=2' }))?.body).toMatchObject({
      code: -1047,
    })
    const body = '{"incomeType":"position_funding","startTime":1,"endTime":2,"limit":100}'
    const bills = { body, sign: '+wqsx/HNLw/r8t9jWxVAxoIOvlC0DdzCWFOp5xvtrlE=' }
    expect(judge(asked('POST', '/capi/v3/account/income', bills))).toBeNull()
  })
})

describe('clock and limits', () => {
  test('a time that is refused is measured once, and told when that does not help', async () => {
    await opened.read()
    opened.venue.clock.offsetMs = 120_000
    expect((await opened.read()).accounts).toHaveLength(1)
    opened.venue.faults.set(POSITIONS, { kind: 'status', status: 400, body: { code: -1046, msg: 'Request timestamp expired.' } })
    const error = await failure()
    expect(error.message).toBe('WEEX refuses the time of our requests (code -1046), though it was just measured against its own.')
  })

  test('within its 30 seconds a clock that is off does no harm', async () => {
    await opened.read()
    opened.venue.clock.offsetMs = 29_000
    opened.venue.requests.reset()
    await opened.read()
    expect(opened.venue.requests.byPath['/capi/v3/market/time']).toBeUndefined()
  })

  test('beyond its limit it refuses, and is left alone', async () => {
    while (!opened.venue.limits.exceeded(50));
    opened.venue.requests.reset()
    expect((await failure()).message).toBe('WEEX limits our requests (HTTP 429, code 429).')
    expect(opened.venue.requests.byPath['/capi/v3/market/time']).toBe(1)
  })
})

describe('on the wire', () => {
  test('a reading asks these and nothing else, warm fewer', async () => {
    await opened.read()
    expect(opened.venue.requests.byPath).toEqual({
      '/capi/v3/market/time': 1,
      '/capi/v3/market/exchangeInfo': 1,
      '/capi/v3/market/premiumIndex': 1,
      [POSITIONS]: 1,
      '/capi/v3/account/balance': 1,
      '/capi/v3/account/accountConfig': 1,
      '/capi/v3/openOrders': 1,
      '/capi/v3/openAlgoOrders': 1,
      '/capi/v3/account/income': 1,
      '/api/v3/account/': 1,
    })
    expect(new Set(opened.venue.requests.all.map(({ method, host }) => `${method} ${host}`))).toEqual(
      new Set([`GET ${FUTURES}`, `POST ${FUTURES}`, 'GET api-spot.weex.com']),
    )
    opened.venue.requests.reset()
    await opened.read()
    expect(Object.keys(opened.venue.requests.byPath).sort()).toEqual(
      [
        ...['/api/v3/account/', '/capi/v3/account/balance', '/capi/v3/account/income', POSITIONS],
        ...['/capi/v3/market/premiumIndex', '/capi/v3/openAlgoOrders', '/capi/v3/openOrders'],
      ].sort(),
    )
    expect(opened.venue.violations).toEqual([])
  })

  test('without a position neither prices nor orders are asked', async () => {
    opened.venue.account({ wallet: '12000', positions: [] })
    await opened.read()
    const paths = Object.keys(opened.venue.requests.byPath)
    expect(paths.filter((path) => /premiumIndex|Orders|income/.test(path))).toEqual([])
  })

  test('a market that is listed since is asked for once more', async () => {
    opened.venue.faults.set('/capi/v3/market/exchangeInfo', {
      kind: 'rewrite',
      times: 1,
      rewrite: (answer) => ({ ...(answer as object), symbols: (answer as { symbols: never[] }).symbols.slice(0, 1) }),
    })
    expect((await opened.read()).gaps).toEqual([])
    expect(opened.venue.requests.byPath['/capi/v3/market/exchangeInfo']).toBe(2)
  })

  test('numbers come as text where one of an answer is beyond a float', async () => {
    // ccxt reads all numbers of such an answer as text.
    opened.venue.state.prices = { ETHUSDT: { id: 2 ** 60 } }
    opened.venue.state.markets = { ETHUSDT: { id: 2 ** 60 } }
    const reading = await opened.read()
    expect(reading.gaps).toEqual([])
    expect(reading.accounts[0]?.positions[0]?.funding?.rate.toFixed()).toBe('0.0001')
  })

  test('a place to practise is none that is read', async () => {
    await expect(opened.read({ account: { environment: 'demo' } })).rejects.toMatchObject({ code: 'unsupported' })
    expect(opened.venue.requests.total).toBe(0)
  })
})

describe('doctor', () => {
  test('learns the mode, the clock, and that rights are not told', async () => {
    opened.venue.account({ ...LONG, hedge: true })
    const { rights, facts, clockOffsetMs } = await opened.examine()
    expect(rights).toEqual({ read: true, trade: null, withdraw: null, ipRestricted: null, expiresAt: null })
    expect(facts[0]).toBe('hedge positions')
    expect(facts.join()).toContain('does not tell what a key may do')
    expect(Math.abs(clockOffsetMs)).toBeLessThan(1000)
    expect((await opened.read()).notes).toContain('WEEX main: rights not provable: WEEX does not tell what a key may do')
  })

  test('a wrong key is found by it', async () => {
    const credential = weexKeyOf({ ...opened.venue.key, apiSecret: new Secret('x').reveal() })
    await expect(opened.examine({ account: { credential } })).rejects.toMatchObject({ code: 'access' })
  })
})
