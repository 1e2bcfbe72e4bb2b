import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import { failure, shown } from './failure.ts'
import { keyOf, type Opened, openAccount } from './openAccount.ts'

const POSITION_RISK = '/fapi/v3/positionRisk'
const ACCOUNT = '/fapi/v3/account'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
  openDemoAccount(opened.venue.exchange)
})
afterEach(() => opened.close())

describe('refusals', () => {
  test.each([
    [451, {}, 'access', 'Binance is blocked from this location (HTTP 451).'],
    [403, '<html>', 'access', 'Binance is blocked from this network (HTTP 403).'],
    [400, { code: -1102, msg: 'Mandatory' }, 'access', 'Binance refused a request (HTTP 400, code -1102).'],
    [401, '', 'access', 'Binance refuses the API key, this IP address, or what the key asks for (code -2015).'],
    [302, '', 'unreachable', 'Binance answers with a redirect, which is not followed.'],
    [
      400,
      { code: -1, msg: 'not for Portfolio Margin accounts' },
      'unsupported',
      'Binance runs this account in Portfolio Margin mode.',
    ],
  ])('HTTP %i %j: asked once, and a sentence', async (status, body, code, sentence) => {
    await opened.read()
    opened.venue.requests.reset()
    opened.venue.faults.set(ACCOUNT, { kind: 'status', status, body, headers: { Location: `${opened.venue.url}/elsewhere` } })
    expect(await failure(opened)).toMatchObject({ code, message: sentence })
    expect(opened.venue.requests.byPath).toEqual({
      ...{ [POSITION_RISK]: 1, [ACCOUNT]: 1, '/fapi/v1/premiumIndex': 1, '/dapi/v1/account': 1, '/api/v3/account': 1 },
    })
  })

  test.each([
    ['an unknown key', (v: Opened) => keyOf({ ...v.venue, apiKey: 'k'.repeat(64) }), -2015],
    ['a key cut off', (v: Opened) => keyOf({ ...v.venue, apiKey: 'short' }), -2014],
    ['a wrong secret', (v: Opened) => keyOf({ ...v.venue, apiSecret: 's'.repeat(64) }), -1022],
  ])('%s', async (_name, keyFor, code) => {
    const error = await failure(opened, { account: { credential: keyFor(opened) } })
    expect(error.code).toBe('access')
    expect(error.message).toContain(`(code ${code})`)
    expect(error.hint).not.toBe('')
  })

  test('an expired key, and one used from another address', async () => {
    opened.venue.key.expired = true
    expect(await failure(opened)).toMatchObject({ code: 'access', message: expect.stringContaining('-2015') })
    Object.assign(opened.venue.key, { expired: false, addressAllowed: false })
    expect(await failure(opened)).toMatchObject({ code: 'access', hint: expect.stringContaining('IP address') })
  })

  test('a key that cannot stand in a header is refused before anything is sent', async () => {
    expect(await failure(opened, { account: { credential: keyOf({ ...opened.venue, apiKey: 'line\nbreak' }) } })).toMatchObject({
      code: 'access',
    })
    expect(opened.venue.requests.total).toBe(0)
  })
})

describe('passing faults', () => {
  test.each([
    ['503', { kind: 'status', status: 503 }],
    ['502 with a page', { kind: 'html', status: 502 }],
    ['a reset', { kind: 'reset' }],
    ['half an answer', { kind: 'truncate' }],
    ['an internal error code', { kind: 'status', status: 400, body: { code: -1001, msg: 'DISCONNECTED' } }],
  ] as const)('%s twice is tried a third time', async (_name, fault) => {
    opened.venue.faults.set(POSITION_RISK, { ...fault, times: 2 })
    expect((await opened.read()).accounts).toHaveLength(1)
    expect(opened.venue.requests.byPath[POSITION_RISK]).toBe(3)
  })

  test('503 three times is the end', async () => {
    opened.venue.faults.set(POSITION_RISK, { kind: 'status', status: 503 })
    expect(await failure(opened)).toMatchObject({
      ...{ code: 'unreachable', retryable: true },
      message: 'Binance could not answer (HTTP 503, code -1000).',
    })
    expect(opened.venue.requests.byPath[POSITION_RISK]).toBe(3)
  })

  test('no answer: each try ends by its own deadline', async () => {
    opened.venue.faults.set(POSITION_RISK, { kind: 'hang' })
    expect(await failure(opened, { tools: { requestMs: 150 } })).toMatchObject({
      code: 'unreachable',
      message: 'Binance did not answer within 150 ms.',
    })
  })

  test('one byte a second: the deadline holds for the body too', async () => {
    opened.venue.faults.set(POSITION_RISK, { kind: 'drip', msPerByte: 50 })
    expect(await failure(opened, { tools: { requestMs: 200 } })).toMatchObject({
      message: 'Binance did not answer within 200 ms.',
    })
  })

  test('the deadline of the run ends every wait at once', async () => {
    opened.venue.faults.set(POSITION_RISK, { kind: 'hang' })
    const started = performance.now()
    const error = await failure(opened, { tools: { requestMs: 60_000, signal: AbortSignal.timeout(300) } })
    expect(error).toMatchObject({ code: 'unreachable', message: 'Binance had not answered when the time for the run was over.' })
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test.each(['huge', 'bomb'] as const)('a %s answer is cut at 32 MB', async (kind) => {
    await opened.read()
    opened.venue.faults.set(POSITION_RISK, { kind, times: 3 })
    expect(await failure(opened, { tools: { requestMs: 10_000 } })).toMatchObject({
      code: 'incomplete-answer',
      message: 'Binance answered garbage: more than 32 MB.',
    })
  })

  test('nobody listens', async () => {
    await opened.venue.stop()
    expect(await failure(opened)).toMatchObject({ code: 'unreachable', message: 'Binance refused the connection.' })
  })
})

describe('no secret leaves', () => {
  const faults = [
    { kind: 'status', status: 451 },
    { kind: 'status', status: 502 },
    { kind: 'status', status: 400, body: { code: -1022, msg: 'Signature for this request is not valid.' } },
    { kind: 'html' },
    { kind: 'reset' },
    { kind: 'truncate' },
  ] as const

  test.each(faults)('in the error for %j', async (fault) => {
    opened.venue.faults.set(ACCOUNT, fault)
    const error = await failure(opened)
    const text = shown(error)
    expect(error.cause).toBeUndefined()
    for (const secret of [opened.venue.apiKey, opened.venue.apiSecret, 'signature=']) expect(text).not.toContain(secret)
    // The control: what is looked for did go over the wire.
    expect(opened.venue.requests.all.some(({ query }) => query.includes('signature='))).toBe(true)
  })

  test('the requests that are stopped never reach the server', async () => {
    await opened.read()
    expect(opened.venue.violations).toEqual([])
  })
})
