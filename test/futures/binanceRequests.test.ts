import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Opened, openAccount } from './openAccount.ts'
import { SINGLE } from './readAccount.ts'

const POSITION_RISK = '/fapi/v3/positionRisk'
const ACCOUNT = '/fapi/v3/account'
const BRACKETS = '/fapi/v1/leverageBracket'
const MARKETS = '/fapi/v1/exchangeInfo'
const INDEX = '/fapi/v1/assetIndex'
const PREMIUM = '/fapi/v1/premiumIndex'
const INTERVALS = '/fapi/v1/fundingInfo'
const STOPS = '/fapi/v1/openAlgoOrders'
const PAID = '/fapi/v1/income'
/** Of an account that holds nothing on COIN-M. */
const COINS = '/dapi/v1/account'
const SPOT = '/api/v3/account'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
})
afterEach(() => opened.close())

describe('requests, counted at the server', () => {
  test('thirteen when cold and one a symbol, and five a pass when warm, for any number of positions', async () => {
    opened.venue.account(SINGLE)
    await opened.read()
    expect(opened.venue.requests.byPath).toEqual({
      ...{ [POSITION_RISK]: 1, [ACCOUNT]: 1, [BRACKETS]: 1, [MARKETS]: 1, '/fapi/v1/time': 1, '/fapi/v1/accountConfig': 1 },
      ...{ '/sapi/v1/account/apiRestrictions': 1, '/sapi/v1/portfolio/account': 1, [PREMIUM]: 1, [INTERVALS]: 1 },
      // Stops are asked for by symbol, which is cheaper than all at once.
      ...{ [PAID]: 1, [STOPS]: new Set(SINGLE.positions.map(({ symbol }) => symbol)).size },
      ...{ [COINS]: 1, [SPOT]: 1 },
    })
    opened.venue.requests.reset()
    await opened.read()
    expect(opened.venue.requests.byPath).toEqual({ [POSITION_RISK]: 1, [ACCOUNT]: 1, [PREMIUM]: 1, [COINS]: 1, [SPOT]: 1 })
    expect(opened.venue.violations).toEqual([])
  })

  test('a demo account is asked for at its own hosts alone, and its tables are kept apart from the live ones', async () => {
    opened.venue.account(SINGLE)
    const { accounts, notes } = await opened.read({ account: { environment: 'demo' } })
    expect(accounts).toHaveLength(3)
    expect(notes).toContain('Binance main: what the key may do is not told for demo accounts')
    expect(new Set(opened.venue.requests.all.map(({ host }) => host))).toEqual(
      new Set(['demo-fapi.binance.com', 'demo-dapi.binance.com']),
    )
    opened.venue.requests.reset()
    await opened.read()
    expect(opened.venue.requests.byPath).toMatchObject({ [BRACKETS]: 1, [MARKETS]: 1, '/fapi/v1/time': 1 })
  })

  test('there is no other place to practise', async () => {
    await expect(opened.read({ account: { environment: 'testnet' } })).rejects.toMatchObject({ code: 'unsupported' })
    expect(opened.venue.requests.total).toBe(0)
  })

  test('one more for a multi-assets account', async () => {
    opened.venue.account({ ...SINGLE, mode: 'multi', positions: SINGLE.positions.slice(0, 1) })
    await opened.read()
    opened.venue.requests.reset()
    await opened.read()
    expect(opened.venue.requests.byPath).toEqual({
      [POSITION_RISK]: 1,
      [ACCOUNT]: 1,
      [PREMIUM]: 1,
      [INDEX]: 1,
      [COINS]: 1,
      [SPOT]: 1,
    })
  })

  test('stops are asked for each five minutes, clock, intervals and payments hourly, the tables daily', async () => {
    opened.venue.account(SINGLE)
    await opened.read()
    const later = async (hours: number): Promise<string[]> => {
      opened.ours.aheadMs = hours * 3_600_000
      opened.venue.clock.offsetMs = hours * 3_600_000
      opened.venue.requests.reset()
      await opened.read()
      return Object.keys(opened.venue.requests.byPath)
        .filter((path) => !path.startsWith('/fapi/v3/') && ![PREMIUM, COINS, SPOT].includes(path))
        .sort()
    }
    expect(await later(0.1)).toEqual([STOPS])
    expect(await later(1.01)).toEqual([INTERVALS, PAID, STOPS, '/fapi/v1/time', '/sapi/v1/portfolio/account'])
    expect(await later(24.01)).toEqual([
      ...['/fapi/v1/accountConfig', MARKETS, INTERVALS, PAID, BRACKETS, STOPS],
      ...['/fapi/v1/time', '/sapi/v1/account/apiRestrictions', '/sapi/v1/portfolio/account'],
    ])
  })

  test('a cache that cannot be written costs requests, never figures', async () => {
    opened.venue.account(SINGLE)
    const none = { cache: { get: async () => null, set: async () => {} } }
    expect((await opened.read({ tools: none })).accounts).toHaveLength(3)
    expect((await opened.read({ tools: none })).accounts).toHaveLength(3)
  })
})
