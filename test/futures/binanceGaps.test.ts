import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { empty, withField, withHole, withoutField, withoutRow } from '../sandbox/venue/rewrites.ts'
import { type Opened, openAccount } from './openAccount.ts'
import { legOf, SINGLE, why } from './readAccount.ts'

const POSITION_RISK = '/fapi/v3/positionRisk'
const ACCOUNT = '/fapi/v3/account'
const BRACKETS = '/fapi/v1/leverageBracket'
const MARKETS = '/fapi/v1/exchangeInfo'

let opened: Opened

beforeEach(async () => {
  opened = await openAccount()
})
afterEach(() => opened.close())

function rewrite(path: string, ...rewrites: readonly ReturnType<typeof withField>[]): void {
  opened.venue.faults.set(path, ...rewrites.map((one) => ({ kind: 'rewrite' as const, rewrite: one })))
}

describe('what is missing looks missing', () => {
  beforeEach(() => opened.venue.account(SINGLE))

  test('an empty list while the account holds margin is no empty account', async () => {
    rewrite(POSITION_RISK, empty)
    const reading = await opened.read()
    expect(reading.accounts).toEqual([])
    expect(reading.gaps.map(({ code }) => code)).toEqual(['incomplete-answer', 'incomplete-answer', 'incomplete-answer'])
    expect(reading.gaps.map(({ leg }) => leg).sort()).toEqual([
      'binance/main/SOLUSDT-long',
      'binance/main/USDC-cross',
      'binance/main/USDT-cross',
    ])
    // What backs the missing positions is not free.
    expect(reading.cash.map(({ asset }) => asset.symbol)).toEqual(['BNB'])
  })

  test('both lists empty: the maintenance margin alone gives it away', async () => {
    rewrite(POSITION_RISK, empty)
    rewrite(ACCOUNT, withField('positions', []))
    const reading = await opened.read()
    expect(reading.accounts).toEqual([])
    expect(why(reading)).toContain(
      'binance/main/USDT-cross incomplete-answer: Binance holds margin in USDT for positions, but lists no position in it.',
    )
    expect(why(reading)).toContain('binance/main/USDC-cross incomplete-answer')
  })

  test('one position missing in one answer spoils its own pool alone', async () => {
    rewrite(POSITION_RISK, withoutRow('BTCUSDT'))
    const reading = await opened.read()
    expect(reading.gaps.map(({ leg, code }) => [leg, code])).toEqual([['binance/main/USDT-cross', 'incomplete-answer']])
    expect(reading.accounts.map(({ id }) => id).sort()).toEqual(['binance/main/SOLUSDT-long', 'binance/main/USDC-cross'])
    // It was asked for twice before it was believed.
    expect(opened.venue.requests.byPath[POSITION_RISK]).toBe(2)
  })

  test('an amount that differs is asked for once more, and then believed', async () => {
    opened.venue.faults.set(POSITION_RISK, { kind: 'rewrite', rewrite: withField('positionAmt', '19', 'ETHUSDT'), times: 1 })
    const reading = await opened.read()
    expect(why(reading)).toBe('')
    expect(String(legOf(reading, 'binance/main/USDT-cross').positions[0]?.size)).toBe('20')
  })

  test.each([
    ['markPrice', '0'],
    ['markPrice', '-1'],
    ['markPrice', 'NaN'],
    ['markPrice', ''],
    ['markPrice', null],
    ['entryPrice', '0.0'],
    ['entryPrice', '12,5'],
    ['positionAmt', '0x14'],
    ['isolatedMargin', null],
    ['isolatedWallet', 'none'],
    ['marginAsset', 'EUR'],
  ])('%s of %j is a gap of that pool', async (field, value) => {
    rewrite(POSITION_RISK, withField(field, value, 'ETHUSDT'))
    const reading = await opened.read()
    expect(reading.accounts.map(({ id }) => id)).not.toContain('binance/main/USDT-cross')
    expect(reading.accounts.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['binance/main/SOLUSDT-long', 'binance/main/USDC-cross']),
    )
    expect(reading.gaps.map(({ leg }) => leg)).toContain('binance/main/USDT-cross')
  })

  test.each(['markPrice', 'entryPrice', 'positionAmt', 'marginAsset', 'isolatedMargin', 'isolatedWallet'])(
    'a position without %s is a gap of that pool',
    async (field) => {
      rewrite(POSITION_RISK, withoutField(field, 'ETHUSDT'))
      const reading = await opened.read()
      expect(reading.gaps).toMatchObject([{ leg: 'binance/main/USDT-cross', code: 'incomplete-answer' }])
      expect(reading.accounts).toHaveLength(2)
    },
  )

  test.each(['crossWalletBalance', 'maintMargin', 'openOrderInitialMargin'])(
    'an asset without %s is a gap of its pool',
    async (field) => {
      rewrite(ACCOUNT, withoutField(field, 'USDT'))
      const reading = await opened.read()
      expect(reading.gaps).toMatchObject([{ leg: 'binance/main/USDT-cross', code: 'incomplete-answer' }])
      expect(reading.cash.map(({ asset }) => asset.symbol)).toEqual(['BNB'])
    },
  )

  test('a garbled isolated position leaves the cross pool alone', async () => {
    rewrite(POSITION_RISK, withField('markPrice', '0', 'SOLUSDT'))
    const reading = await opened.read()
    expect(reading.gaps).toMatchObject([{ leg: 'binance/main/SOLUSDT-long', code: 'incomplete-answer' }])
    expect(legOf(reading, 'binance/main/USDT-cross').positions).toHaveLength(2)
  })

  test.each(['0', '', 'NaN', '-5', '3000000001', null])(
    'a liquidation price of %j means that the venue names none',
    async (value) => {
      rewrite(POSITION_RISK, withField('liquidationPrice', value))
      const reading = await opened.read()
      expect(why(reading)).toBe('')
      const [eth] = legOf(reading, 'binance/main/USDT-cross').positions
      expect(eth?.reported.liquidationPrice).toBeNull()
      expect(eth?.reported.maintenance?.toFixed()).toBe('250')
    },
  )

  test('a hole in a maintenance table is a gap of the pools that need it', async () => {
    rewrite(BRACKETS, withHole('ETHUSDT', 2))
    const reading = await opened.read()
    expect(why(reading)).toBe(
      'binance/main/USDT-cross incomplete-answer: Binance returned no usable "leverageBracket of ETHUSDT between 50000 and 600000".',
    )
    expect(reading.accounts).toHaveLength(2)
  })

  test('brackets that do not meet are used, and said', async () => {
    // Both at 50 000: 0.4 % ask 200, 0.5 % less 40 ask 210.
    rewrite(BRACKETS, (answer) =>
      (answer as { symbol: string; brackets: { bracket: number }[] }[]).map((row) => ({
        ...row,
        brackets: row.brackets.map((one) => (row.symbol === 'ETHUSDT' && one.bracket === 2 ? { ...one, cum: 40 } : one)),
      })),
    )
    const leg = legOf(await opened.read(), 'binance/main/USDT-cross')
    expect(leg.source.notes).toEqual([
      'ETHUSDT: the brackets of its maintenance table do not meet; the larger maintenance is used',
    ])
  })

  test('a market that is newer than our tables is looked up once, without waiting for tomorrow', async () => {
    const old = SINGLE.positions.filter(({ symbol }) => symbol !== 'SOLUSDT')
    opened.venue.account({ ...SINGLE, positions: old })
    opened.venue.faults.set(MARKETS, { kind: 'rewrite', rewrite: withoutRow('SOLUSDT'), times: 1 })
    opened.venue.faults.set(BRACKETS, { kind: 'rewrite', rewrite: withoutRow('SOLUSDT'), times: 1 })
    await opened.read()
    opened.venue.account(SINGLE)
    opened.venue.requests.reset()
    const reading = await opened.read()
    expect(why(reading)).toBe('')
    expect(legOf(reading, 'binance/main/SOLUSDT-long').positions[0]?.tick.toFixed()).toBe('0.01')
    expect(opened.venue.requests.byPath).toEqual({
      ...{ [POSITION_RISK]: 1, [ACCOUNT]: 1, [MARKETS]: 1, [BRACKETS]: 1, '/fapi/v1/premiumIndex': 1 },
      // Of a position that is new the stops are not known yet.
      '/fapi/v1/openAlgoOrders': 4,
      '/dapi/v1/account': 1,
      '/api/v3/account': 1,
    })
  })

  test('a market that nobody lists is a gap, and asked for once a pass', async () => {
    rewrite(MARKETS, withoutRow('SOLUSDT'))
    const reading = await opened.read()
    expect(why(reading)).toBe(
      'binance/main/SOLUSDT-long incomplete-answer: Binance returned no usable "exchangeInfo of SOLUSDT".',
    )
    expect(opened.venue.requests.byPath[MARKETS]).toBe(2)
  })

  test('an account mode that is not told is unsupported', async () => {
    rewrite('/fapi/v1/accountConfig', withoutField('multiAssetsMargin'))
    await expect(opened.read()).rejects.toMatchObject({ code: 'unsupported' })
  })

  test.each([POSITION_RISK, ACCOUNT, MARKETS, BRACKETS])(
    'garbage from %s is an incomplete answer, not an empty account',
    async (path) => {
      for (const fault of [{ kind: 'html' }, { kind: 'nested' }, { kind: 'status', status: 200, body: { code: -1 } }] as const) {
        opened.venue.faults.set(path, fault)
        await expect(opened.read()).rejects.toMatchObject({ code: 'incomplete-answer' })
      }
    },
  )
})
