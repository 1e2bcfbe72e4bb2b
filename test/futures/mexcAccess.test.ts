import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TrackerError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import type { Change } from './openAccount.ts'
import { type OpenedMexc, openMexcAccount } from './openMexcAccount.ts'

const POSITIONS = '/api/v1/private/position/open_positions'
const RIGHTS = '/api/v3/apiKeyInfo'
const LONG = { wallet: '12000', positions: [{ symbol: 'ETH_USDT', amount: '20', entry: '3000' }] }

let opened: OpenedMexc
beforeEach(async () => {
  opened = await openMexcAccount()
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

const keyed = (apiKey: string, apiSecret: string): Change => ({
  account: { credential: { kind: 'key', apiKey: new Secret(apiKey), apiSecret: new Secret(apiSecret), passphrase: null } },
})

describe('what MEXC says of a key, in our words', () => {
  test.each<[string, (key: OpenedMexc['venue']['key']) => Change | object, string]>([
    ['a key it never issued', ({ apiSecret }) => keyed('another', apiSecret), 'MEXC does not know the API key (code 401).'],
    ['a secret of another key', ({ apiKey }) => keyed(apiKey, 'another'), 'MEXC rejects the signature (code 602).'],
    ['a deleted key', (key) => Object.assign(key, { unknown: true }), 'MEXC does not know the API key (code 401).'],
    ['a key that has ended', (key) => Object.assign(key, { expired: true }), 'MEXC says the API key has ended (code 402).'],
    [
      'an address that is not on its list',
      (key) => Object.assign(key, { addressAllowed: false }),
      'MEXC does not take the API key from this IP address (code 406).',
    ],
  ])('%s', async (_what, prepare, message) => {
    const change = prepare(opened.venue.key)
    const error = await failure('account' in change ? change : {})
    expect(error).toMatchObject({ code: 'access', message })
    // Its own text names the address of the caller.
    expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('198.51.100.9')
    expect(opened.venue.requests.byPath[POSITIONS]).toBe(1)
  })

  test.each([
    [{ code: 701, message: 'x' }, 'access', /says the key may not read this \(code 701\)/],
    [{ code: 703, message: 'x' }, 'access', /says the key may not read this \(code 703\)/],
    [{ code: 1000, message: 'x' }, 'access', /says there is no futures account/],
    [{ code: 600, message: 'x' }, 'access', /refused a request \(HTTP 200, code 600\)/],
    [{ code: 604, message: 'x' }, 'unreachable', /is under maintenance \(code 604\)/],
    [{ code: 500, message: 'System maintenance' }, 'unreachable', /is under maintenance \(code 500\)/],
    [{ code: '602', message: 'as text' }, 'access', /rejects the signature/],
    [{ message: 'without a code' }, 'access', /refused a request \(HTTP 200\)/],
  ])('a refusal with status 200: %j', async (said, code, message) => {
    opened.venue.faults.set(POSITIONS, { kind: 'rewrite', rewrite: () => ({ success: false, ...said }) })
    const error = await failure()
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
    expect(opened.venue.requests.byPath[POSITIONS]).toBe(1)
  })

  test('a passing fault is tried again', async () => {
    const busy = { kind: 'rewrite', rewrite: () => ({ success: false, code: 501, message: 'System busy' }), times: 1 } as const
    opened.venue.faults.set(POSITIONS, busy)
    expect((await opened.read()).accounts).toHaveLength(1)
    expect(opened.venue.requests.byPath[POSITIONS]).toBe(2)
  })

  test('too many requests: the window of two seconds is waited for, once', async () => {
    const limit = { kind: 'rewrite', rewrite: () => ({ success: false, code: 510, message: 'Excessive frequency' }) } as const
    opened.venue.faults.set(POSITIONS, { ...limit, times: 1 })
    const started = Date.now()
    expect((await opened.read()).accounts).toHaveLength(1)
    expect(Date.now() - started).toBeGreaterThanOrEqual(1900)
    opened.venue.faults.set(POSITIONS, limit)
    expect(await failure({ tools: { requestMs: 300 } })).toMatchObject({
      code: 'unreachable',
      message: 'MEXC limits our requests (code 510).',
    })
  })

  test('a time that is refused is measured once, and the request signed anew', async () => {
    await opened.read()
    opened.venue.clock.offsetMs = 30_000
    const { accounts } = await opened.read()
    expect(accounts[0]?.source.notes.join()).toMatch(/our clock is \d+\.\d s behind MEXC's/)
    expect(opened.venue.requests.byPath['/api/v1/contract/ping']).toBe(2)
  })

  test('a time that is refused for ever is said', async () => {
    const off = { kind: 'rewrite', rewrite: () => ({ success: false, code: 513, message: 'Invalid request' }) } as const
    opened.venue.faults.set(POSITIONS, off)
    expect(await failure()).toMatchObject({ code: 'unreachable', message: expect.stringContaining('(code 513)') })
    expect(opened.venue.requests.byPath[POSITIONS]).toBe(2)
  })
})

describe('what the key may do', () => {
  test.each(['SPOT_WITHDRAW_WRITE', 'SPOT_TRANSFER_WRITE'])('%s is refused always', async (right) => {
    opened.venue.key.permissions = [...opened.venue.key.permissions, right]
    expect(await failure({ account: { allowTrading: true } })).toMatchObject({
      code: 'access',
      message: 'MEXC says the key can withdraw or transfer.',
    })
    await expect(opened.examine()).rejects.toMatchObject({ code: 'access' })
  })

  test.each(['CONTRACT_DEAL_WRITE', 'SPOT_DEAL_WRITE', 'SOMETHING_NEW_WRITE'])("%s needs the user's word", async (right) => {
    opened.venue.key.permissions = [...opened.venue.key.permissions, right]
    expect(await failure()).toMatchObject({ code: 'access', message: 'MEXC says the key can trade.' })
    const { accounts, notes } = await opened.read({ account: { allowTrading: true } })
    expect([accounts.length, notes]).toEqual([1, ['MEXC main: the key can trade, which the book allows']])
  })

  test('a key that cannot read orders of futures is refused', async () => {
    opened.venue.key.permissions = ['CONTRACT_ACCOUNT_READ', 'SPOT_ACCOUNT_READ']
    expect(await failure()).toMatchObject({ code: 'access', message: 'MEXC says the key may not read.' })
  })

  test('a key that may not read spot cannot prove its rights: said, and the legs are told', async () => {
    opened.venue.key.permissions = ['CONTRACT_ACCOUNT_READ', 'CONTRACT_DEAL_READ']
    const { accounts, cash, notes } = await opened.read()
    expect([accounts.length, cash]).toEqual([1, []])
    expect(notes).toEqual([
      'MEXC main: rights not provable today: MEXC says the key may not read this (code 700007).',
      'MEXC main: the spot wallet was not read: MEXC says the key may not read this (code 700007).',
    ])
  })

  test.each([
    ['no list', { permissions: null }],
    ['an empty list', { permissions: '' }],
    ['words that are none', { permissions: 'CONTRACT_ACCOUNT_READ;CONTRACT_DEAL_READ' }],
  ])('%s proves nothing', async (_what, fields) => {
    opened.venue.faults.set(RIGHTS, { kind: 'rewrite', rewrite: (answer) => ({ ...(answer as object), ...fields }) })
    const { rights, facts } = await opened.examine()
    expect(rights).toEqual({ read: null, trade: null, withdraw: null, ipRestricted: null, expiresAt: null })
    expect(facts.join()).toContain('rights not provable today')
  })

  test('what doctor tells: mode, addresses, the end of the key, sub-accounts', async () => {
    const { key, state } = opened.venue
    expect(await opened.examine()).toMatchObject({
      rights: { read: true, trade: false, withdraw: false, ipRestricted: true, expiresAt: null },
      facts: ['one-way positions'],
    })
    Object.assign(key, { ipWhiteList: '', remainingValidity: 9 })
    state.subs = ['hedge', 'other']
    opened.venue.account({ ...LONG, hedge: true })
    const { rights, facts } = await opened.examine()
    expect(facts).toEqual([
      'hedge positions',
      // A moment less than the nine that MEXC says.
      'the key ends in 8 days: renew it before',
      'the key is not bound to IP addresses',
      'the account has sub-accounts (2): each is read with a key of its own',
    ])
    expect(Math.round(((rights.expiresAt ?? 0) - Date.now()) / 86_400_000)).toBe(9)
  })

  test('there is no place to practise', async () => {
    expect(await failure({ account: { environment: 'demo' } })).toMatchObject({ code: 'unsupported' })
    expect(opened.venue.requests.total).toBe(0)
  })
})
