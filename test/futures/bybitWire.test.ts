import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BybitAccount, credentialOf, LONG, openBybitAccount, pricesOf } from './openBybitAccount.ts'

const INFO = '/v5/account/info'

let opened: BybitAccount
beforeEach(async () => {
  opened = await openBybitAccount()
  opened.venue.account(LONG)
})
afterEach(() => opened.close())

const failure = async (change = {}): Promise<unknown> => {
  const reading = await opened.reader.read(change).catch((error: unknown) => error)
  if (!(reading instanceof Error)) throw new Error('it was read')
  return reading
}

describe('refusals', () => {
  test.each([
    [10003, 'access', 'does not know the API key'],
    [33004, 'access', 'says the API key has expired'],
    [-2015, 'access', 'says the API key has expired'],
    [10005, 'access', 'says the key lacks a right to read this'],
    [10010, 'access', 'does not accept the key from this IP address'],
    [10009, 'access', 'is blocked from this network'],
    [10008, 'access', 'has barred this account'],
    [10028, 'unsupported', 'says this is no unified trading account'],
    [12345, 'access', 'refused a request'],
    [10016, 'unreachable', 'could not answer'],
  ])('code %i with status 200', async (code, kind, sentence) => {
    opened.venue.key.refused = code
    const error = await failure()
    expect(error).toMatchObject({ code: kind, message: `Bybit ${sentence} (code ${code}).` })
    // The venue names our address in its own text.
    expect(JSON.stringify(error) + String(error)).not.toContain('203.0.113.7')
  })

  test('a key it has not issued, and a secret that is not that of the key', async () => {
    const { apiKey, apiSecret } = opened.venue.key
    const other = { account: { credential: credentialOf('AAAABBBBCCCCDDDD', apiSecret) } }
    expect(await failure(other)).toMatchObject({ code: 'access', message: expect.stringContaining('does not know the API key') })
    const wrong = { account: { credential: credentialOf(apiKey, 'no such secret') } }
    expect(await failure(wrong)).toMatchObject({ code: 'access', message: expect.stringContaining('rejects the signature') })
  })

  test('a clock that has moved is measured anew, once', async () => {
    await opened.reader.read()
    opened.venue.clock.offsetMs = 30_000
    expect((await opened.reader.read()).accounts).toHaveLength(1)
    opened.venue.faults.set(INFO, { kind: 'status', status: 200, body: { retCode: 10002, retMsg: 'time', result: {} } })
    expect(await failure()).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('refuses the time of our requests'),
    })
  })

  test('the limit of a second is waited for as the venue says', async () => {
    opened.venue.limits[INFO] = 1
    await opened.reader.read()
    expect((await opened.reader.read()).accounts).toHaveLength(1)
    expect(opened.venue.requests.byPath[INFO]).toBe(3)
  })

  test('too frequent: nothing leaves for ten minutes, in this process or another', async () => {
    const now = Date.now()
    const tools = { now: () => now }
    opened.venue.faults.set(INFO, { kind: 'status', status: 403, body: 'access too frequent' })
    expect(await failure({ tools })).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('has banned this IP address'),
    })
    opened.venue.faults.clear()
    opened.venue.requests.reset()
    expect(await failure({ tools: { now: () => now + 590_000 } })).toMatchObject({ code: 'unreachable' })
    expect(opened.venue.requests.total).toBe(0)
    opened.venue.clock.offsetMs = 610_000
    expect((await opened.reader.read({ tools: { now: () => Date.now() + 610_000 } })).accounts).toHaveLength(1)
  })

  test('429 with Retry-After is waited for', async () => {
    const limit = { kind: 'status', status: 429, body: {}, headers: { 'Retry-After': '1' } } as const
    opened.venue.faults.set(INFO, { ...limit, times: 1 })
    const started = performance.now()
    expect((await opened.reader.read()).accounts).toHaveLength(1)
    expect(performance.now() - started).toBeGreaterThanOrEqual(990)
  })
})

describe('what the key may do', () => {
  test.each(['Wallet', 'FiatP2P', 'FiatBitPay', 'FiatConvertBroker', 'BitCard'])('%s: money can leave', async (group) => {
    Object.assign(opened.venue.key, { readOnly: 0, permissions: { [group]: ['AccountTransfer'] } })
    const allowed = { account: { allowTrading: true } }
    expect(await failure(allowed)).toMatchObject({ code: 'access', message: 'Bybit says the key can withdraw or transfer.' })
  })

  test.each(['ContractTrade', 'Spot', 'Options', 'Derivatives', 'SomethingNew'])("%s needs the user's word", async (group) => {
    Object.assign(opened.venue.key, { readOnly: 0, permissions: { Wallet: [], [group]: ['Order'] } })
    expect(await failure()).toMatchObject({ code: 'access', message: 'Bybit says the key can trade.' })
    const { accounts, notes } = await opened.reader.read({ account: { allowTrading: true } })
    expect([accounts.length, notes]).toEqual([1, ['Bybit main: the key can trade, which the book allows']])
  })

  test('a read-only key may see all of these', async () => {
    expect(await opened.reader.examine()).toMatchObject({
      rights: { read: true, trade: false, withdraw: false, ipRestricted: true, expiresAt: null },
      facts: ['unified trading account 2.0, cross margin'],
    })
  })

  test('a key that ends soon, is bound to no address, and sees sub-accounts', async () => {
    const at = new Date(Date.now() + 5.5 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z')
    Object.assign(opened.venue.key, { ips: ['*'], expiredAt: at })
    opened.venue.state.subs = [{ uid: '106314365', username: 'xxxx02' }]
    const { rights, facts } = await opened.reader.examine()
    expect([rights.ipRestricted, rights.expiresAt]).toEqual([false, Date.parse(at)])
    expect(facts).toEqual([
      'unified trading account 2.0, cross margin',
      'the key ends in 5 days: renew it before',
      'the key is not bound to IP addresses',
      '1 sub-account is not read with this key: each needs a key of its own',
    ])
  })

  test('rights that are not told are not rights', async () => {
    opened.venue.faults.set('/v5/user/query-api', {
      kind: 'rewrite',
      rewrite: () => ({ retCode: 0, result: { readOnly: 'no' } }),
    })
    const { accounts, notes } = await opened.reader.read()
    expect([accounts.length, notes.join()]).toEqual([1, expect.stringContaining('rights not provable today')])
  })
})

describe('on the wire', () => {
  test('a first pass, and a warm one, ask for this and nothing else', async () => {
    const warm = {
      ...{ [INFO]: 1, '/v5/account/wallet-balance': 1, '/v5/position/list': 4, '/v5/market/tickers': 1 },
      ...{
        '/v5/order/realtime': 1,
        '/v5/account/transaction-log': 1,
        '/v5/asset/transfer/query-account-coins-balance': 1,
        '/v5/asset/asset-overview': 1,
      },
    }
    await opened.reader.read()
    expect(opened.venue.requests.byPath).toEqual({
      ...warm,
      ...{ '/v5/market/time': 1, '/v5/market/instruments-info': 3, '/v5/market/risk-limit': 1, '/v5/account/fee-rate': 1 },
      ...{ '/v5/spot-margin-trade/collateral': 1, '/v5/user/query-api': 1 },
    })
    opened.venue.requests.reset()
    await opened.reader.read()
    expect(opened.venue.requests.byPath).toEqual(warm)
    expect(new Set(opened.venue.requests.all.map(({ host }) => host))).toEqual(new Set(['api.bybit.com']))
    expect(opened.venue.violations).toEqual([])
    const lists = opened.venue.requests.all.filter(({ path }) => path === '/v5/position/list').map(({ query }) => query)
    expect(lists.sort()).toEqual([
      'category=inverse&limit=200',
      'category=linear&settleCoin=USDC&limit=200',
      'category=linear&settleCoin=USDT&limit=200',
      'category=option&limit=200',
    ])
  })

  test('a demo account: the fee of closing is found, and rights and the funding wallet are not asked', async () => {
    const demo = { account: { environment: 'demo' as const } }
    const reading = await opened.reader.read(demo)
    expect(pricesOf(reading)).toEqual(['bybit/main/USDT-cross ETHUSDT 2413.33'])
    expect(reading.accounts[0]?.source.notes.join()).toContain('the fee of closing is not told')
    expect(reading.notes).toEqual(['Bybit main: what the key may do is not told for demo accounts'])
    opened.venue.account({ wallet: '0', positions: [{ symbol: 'ETHUSDT', amount: '1', entry: '3000', isolated: '150' }] })
    // (3,000 - 150) / 0.995 = 2,864.3216...
    expect(pricesOf(await opened.reader.read(demo))).toEqual(['bybit/main/ETHUSDT-long ETHUSDT 2864.33'])
    expect(new Set(opened.venue.requests.all.map(({ host }) => host))).toEqual(new Set(['api-demo.bybit.com']))
    const refused = ['/v5/account/fee-rate', '/v5/user/query-api', '/v5/asset/asset-overview']
    expect(opened.venue.requests.all.filter(({ path }) => refused.includes(path) || path.includes('/transfer/'))).toEqual([])
  })

  test('a testnet account is read at its own host', async () => {
    expect((await opened.reader.read({ account: { environment: 'testnet' } })).accounts).toHaveLength(1)
    expect(new Set(opened.venue.requests.all.map(({ host }) => host))).toEqual(new Set(['api-testnet.bybit.com']))
  })
})
