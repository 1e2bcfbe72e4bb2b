import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import { failure, shown } from './failure.ts'
import { type Opened, openAccount } from './openAccount.ts'

const ACCOUNT = '/fapi/v3/account'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
  openDemoAccount(opened.venue.exchange)
})
afterEach(() => opened.close())

describe('limits and bans', () => {
  test('429 with a short Retry-After is waited for, once', async () => {
    const limit = { kind: 'status', status: 429, body: { code: -1003, msg: 'slow' }, headers: { 'Retry-After': '1' } } as const
    opened.venue.faults.set(ACCOUNT, { ...limit, times: 1 })
    const started = performance.now()
    expect((await opened.read()).accounts).toHaveLength(1)
    expect(performance.now() - started).toBeGreaterThanOrEqual(990)
    opened.venue.requests.reset()
    opened.venue.faults.set(ACCOUNT, limit)
    expect(await failure(opened)).toMatchObject({
      code: 'unreachable',
      message: 'Binance limits our requests (HTTP 429) and asks to wait 1 s.',
    })
    expect(opened.venue.requests.byPath[ACCOUNT]).toBe(2)
  })

  test.each([[{ 'Retry-After': '55' }], [{}]])('429 with %j is not waited for', async (headers) => {
    opened.venue.faults.set(ACCOUNT, { kind: 'status', status: 429, body: { code: -1003, msg: '' }, headers })
    expect(await failure(opened)).toMatchObject({ code: 'unreachable' })
    expect(opened.venue.requests.byPath[ACCOUNT]).toBe(1)
  })

  test('418: nothing leaves before the ban ends, in this process or another', async () => {
    await opened.read()
    const until = Date.now() + 90_000
    opened.venue.limits.fapi.bannedUntil = until
    const time = new Date(until).toISOString()
    const sentence = `Binance has banned this IP address until ${time.slice(11, 19)} UTC on ${time.slice(0, 10)}.`
    expect(await failure(opened)).toMatchObject({ code: 'unreachable', message: sentence })
    opened.venue.requests.reset()
    // Every reading of the test opens the cache folder anew, as another process does.
    expect(await failure(opened)).toMatchObject({ message: sentence })
    await expect(opened.examine()).rejects.toMatchObject({ message: sentence })
    expect([opened.venue.requests.total, opened.venue.requests.sockets]).toEqual([0, 0])
    opened.venue.limits.fapi.bannedUntil = 0
    opened.ours.aheadMs = 89_000
    expect(await failure(opened)).toMatchObject({ message: sentence })
    expect(opened.venue.requests.total).toBe(0)
    opened.ours.aheadMs = 91_000
    opened.venue.clock.offsetMs = 91_000
    expect((await opened.read()).accounts).toHaveLength(1)
  })

  test("a ban ends by the venue's clock, not by ours", async () => {
    opened.ours.aheadMs = 30_000
    await opened.read()
    opened.venue.limits.fapi.bannedUntil = Date.now() + 60_000
    await failure(opened)
    opened.venue.requests.reset()
    // By our clock alone the ban would be over; ours is 30 s ahead.
    opened.ours.aheadMs = 30_000 + 45_000
    expect(await failure(opened)).toMatchObject({ code: 'unreachable' })
    expect(opened.venue.requests.total).toBe(0)
  })

  test('a ban without an end is kept for two minutes, one without end for three days', async () => {
    opened.venue.faults.set(ACCOUNT, {
      kind: 'status',
      status: 418,
      body: { code: -1003, msg: 'Way too many requests.' },
      times: 1,
    })
    await failure(opened)
    opened.venue.requests.reset()
    opened.ours.aheadMs = 110_000
    await failure(opened)
    expect(opened.venue.requests.total).toBe(0)
    opened.ours.aheadMs = 0
    opened.forget()
    const forever = { code: -1003, msg: 'IP(1.2.3.4) banned until 9999999999999.' }
    opened.venue.faults.set(ACCOUNT, { kind: 'status', status: 418, body: forever, times: 1 })
    expect(shown(await failure(opened))).not.toContain('1.2.3.4')
    opened.ours.aheadMs = 3 * 86_400_000 + 1000
    opened.venue.clock.offsetMs = opened.ours.aheadMs
    expect((await opened.read()).accounts).toHaveLength(1)
  })
})
