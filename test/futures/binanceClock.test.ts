import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDemoAccount } from '../sandbox/demoAccount.ts'
import { failure } from './failure.ts'
import { type Opened, openAccount } from './openAccount.ts'

const POSITION_RISK = '/fapi/v3/positionRisk'
const ACCOUNT = '/fapi/v3/account'
const PREMIUM = '/fapi/v1/premiumIndex'
const COINS = '/dapi/v1/account'
const SPOT = '/api/v3/account'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
  openDemoAccount(opened.venue.exchange)
})
afterEach(() => opened.close())

describe('the clock', () => {
  test.each([
    // To the tenth of a second that a busy machine may take to ask.
    [1500, /^our clock is 1\.[4-6] s ahead of Binance's$/],
    [-12_000, /^our clock is 1[12]\.[019] s behind Binance's$/],
  ])('off by %i ms it is measured, corrected and said', async (aheadMs, words) => {
    opened.ours.aheadMs = aheadMs
    const [leg] = (await opened.read()).accounts
    expect(leg?.source.notes).toEqual([expect.stringMatching(words)])
    // The venue's time of the answer, not ours.
    expect(Math.abs((leg?.source.venueTime ?? 0) - Date.now())).toBeLessThan(1500)
    expect((leg?.source.readAt ?? 0) - (leg?.source.venueTime ?? 0)).toBeCloseTo(aheadMs, -3)
    const { clockOffsetMs } = await opened.examine()
    expect(Math.abs(clockOffsetMs - aheadMs)).toBeLessThan(500)
  })

  test("a small offset is nobody's business", async () => {
    opened.ours.aheadMs = 400
    expect((await opened.read()).accounts[0]?.source.notes).toEqual([])
  })

  test.each([1500, -12_000])('moved by %i ms after it was measured: refused, measured again once, and read', async (aheadMs) => {
    await opened.read()
    opened.ours.aheadMs = aheadMs
    opened.venue.requests.reset()
    const { accounts } = await opened.read()
    expect(accounts[0]?.source.notes).toHaveLength(1)
    // All signed requests were refused and repeated; the time was asked for once.
    expect(opened.venue.requests.byPath).toEqual({
      ...{ [POSITION_RISK]: 2, [ACCOUNT]: 2, [COINS]: 2, [SPOT]: 2, [PREMIUM]: 1, '/fapi/v1/time': 1 },
    })
    opened.venue.requests.reset()
    await opened.read()
    expect(opened.venue.requests.byPath).toEqual({ [POSITION_RISK]: 1, [ACCOUNT]: 1, [COINS]: 1, [SPOT]: 1, [PREMIUM]: 1 })
  })

  test('refused whatever is measured: one repetition, then the sentence', async () => {
    opened.venue.faults.set(ACCOUNT, { kind: 'status', status: 400, body: { code: -1021, msg: 'Timestamp' } })
    expect(await failure(opened)).toMatchObject({ code: 'unreachable', message: expect.stringContaining('(code -1021)') })
    expect(opened.venue.requests.byPath[ACCOUNT]).toBe(2)
  })

  test('a time that is none', async () => {
    opened.venue.faults.set('/fapi/v1/time', { kind: 'status', status: 200, body: { serverTime: 'noon' } })
    expect(await failure(opened)).toMatchObject({ code: 'incomplete-answer', field: 'server time' })
  })

  test('without positions the note stands beside the account', async () => {
    opened.venue.account({ mode: 'single', hedge: false, wallets: { USDT: '1' }, positions: [] })
    opened.ours.aheadMs = -12_000
    expect((await opened.read()).notes).toEqual(["our clock is 12.0 s behind Binance's"])
  })
})
