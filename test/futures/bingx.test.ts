import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TrackerError } from '../../src/errors.ts'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { Secret } from '../../src/secret.ts'
import { type AccountReader, openReader } from '../contract/openReader.ts'
import { type Bingx, openBingx } from '../sandbox/venues/bingx.ts'
import { type Change, keyOf } from './openAccount.ts'

const POSITIONS = '/openApi/swap/v2/user/positions'
const LONG = { symbol: 'ETH-USDT', amount: '20', entry: '3000' }
const HELD = { wallet: '12000', positions: [LONG] }

let venue: Bingx
let reader: AccountReader
beforeEach(async () => {
  venue = await openBingx()
  reader = openReader('bingx', { credential: keyOf(venue.key), endpoint: venue.url })
  venue.account(HELD)
})
afterEach(async () => {
  await venue.stop()
  await reader.close()
})

const failure = (change?: Change): Promise<TrackerError> =>
  reader.read(change).then(
    () => {
      throw new Error('it was read')
    },
    (error: TrackerError) => error,
  )
const firstLeg = async (): Promise<MarginAccount> => {
  const { accounts, gaps } = await reader.read()
  expect(gaps).toEqual([])
  return accounts[0] as MarginAccount
}

describe('prices by hand', () => {
  const priceOf = async (): Promise<string | undefined> => {
    const leg = await firstLeg()
    const snapshot = {
      book: 'main',
      at: leg.source.readAt,
      legs: [leg],
      cash: [],
      gaps: [],
      disputes: [],
      oneSource: [],
      notes: [],
    }
    return assess(snapshot, DEFAULT_POLICY)
      .legs[0]?.liquidation.find(({ symbol }) => symbol !== null)
      ?.price?.toFixed()
  }

  test('an isolated long: its margin ends where maintenance and the closing fee begin', async () => {
    venue.account({ wallet: '5000', positions: [{ symbol: 'ETH-USDT', amount: '1', entry: '3000', isolated: '300' }] })
    // (3,000 - 300) / (1 - 0.0033 - 0.0005) = 2,710.29913672: at or below it is liquidated, so 2,710.30 is the last safe one.
    expect(await priceOf()).toBe('2710.3')
  })

  test('a cross short, in the second bracket', async () => {
    // 12 BTC at 90,000 are 1,080,000: 0.5 %, deduction 150,000 x 0.0002 + 900,000 x 0.001 = 930.
    venue.account({ wallet: '60000', positions: [{ symbol: 'BTC-USDT', amount: '-12', entry: '90000' }] })
    // (60,000 + 930 + 1,080,000) / (12 x (1 + 0.005 + 0.0005)) = 94,557.43...: below it is safe.
    expect(await priceOf()).toBe('94557.4')
  })
})

describe('what is beside the prices', () => {
  test('stops that close, funding paid, and no place in a queue', async () => {
    const order = {
      symbol: 'ETH-USDT',
      side: 'SELL',
      positionSide: 'BOTH',
      origQty: '5',
      executedQty: '1',
      workingType: 'MARK_PRICE',
    }
    const now = Date.now()
    const paid = { symbol: 'ETH-USDT', incomeType: 'FUNDING_FEE', asset: 'USDT' }
    venue.state.orders = [
      { ...order, type: 'STOP_MARKET', stopPrice: '2500', reduceOnly: true },
      { ...order, type: 'TRIGGER_MARKET', stopPrice: '3500', workingType: 'CONTRACT_PRICE', closePosition: 'true' },
      { ...order, type: 'LIMIT', stopPrice: '', price: '3100' },
      { ...order, side: 'BUY', type: 'STOP_MARKET', stopPrice: '3200' },
      { ...order, type: 'TRAILING_STOP_MARKET', stopPrice: '', price: '10' },
    ]
    venue.state.income = [
      { ...paid, income: '-12.5', time: now - 3_600_000 },
      { ...paid, income: '2.25', time: now - 7_200_000 },
      { ...paid, income: '-99', time: now - 8 * 86_400_000 },
      { ...paid, incomeType: 'TRADING_FEE', income: '-7', time: now - 3_600_000 },
    ]
    const { circumstances, source } = await firstLeg()
    expect(circumstances?.stops).toMatchObject([
      { side: 'long', kind: 'stop', triggerBy: 'mark', reduceOnly: true },
      { side: 'long', kind: 'take-profit', triggerBy: 'last', size: null, reduceOnly: true },
    ])
    expect(circumstances?.stops?.map(({ trigger, size }) => [trigger.toFixed(), size?.toFixed() ?? null])).toEqual([
      ['2500', '4'],
      ['3500', null],
    ])
    expect(circumstances?.fundingPaid?.map(({ symbol, amount }) => [symbol, amount.toFixed()])).toEqual([['ETH-USDT', '-10.25']])
    expect(circumstances?.adl).toBeNull()
    expect(source.notes.join()).toContain('a trailing stop of ETH-USDT follows the price')
  })

  test('a list that is full is asked for in halves', async () => {
    const now = Date.now()
    venue.state.income = Array.from({ length: 2500 }, (_, i) => ({
      ...{
        symbol: 'ETH-USDT',
        incomeType: 'FUNDING_FEE',
        income: '0.01',
        asset: 'USDT',
        time: now - 6 * 86_400_000 + i * 200_000,
      },
    }))
    expect((await firstLeg()).circumstances?.fundingPaid?.[0]?.amount.toFixed()).toBe('25')
  })

  test.each(['/openApi/swap/v2/trade/openOrders', '/openApi/swap/v2/user/income'])('%s failing costs no leg', async (path) => {
    venue.faults.set(path, { kind: 'status', status: 500, body: null })
    const { circumstances, source } = await firstLeg()
    expect([circumstances?.stops === null, circumstances?.fundingPaid === null]).toContain(true)
    expect(source.notes.join()).toMatch(/(stops were|funding paid was) not read/)
  })

  test('forced closes of both kinds, oldest first', async () => {
    const now = Date.now()
    const one = { symbol: 'ETH-USDT', side: 'SELL', positionSide: 'LONG' }
    venue.state.forced = [
      { ...one, autoCloseType: 'LIQUIDATION', time: now - 1000, updateTime: now - 1000 },
      { ...one, autoCloseType: 'ADL', time: now - 5000, updateTime: now - 5000 },
      { ...one, autoCloseType: 'LIQUIDATION', time: now - 9e7, updateTime: now - 9e7 },
    ]
    const closes = await reader.forcedCloses(now - 60_000)
    expect(closes.map(({ kind, symbol }) => [kind, symbol])).toEqual([
      ['deleveraging', 'ETH-USDT'],
      ['liquidation', 'ETH-USDT'],
    ])
  })

  test("a fee that this key may not ask for is the market's own, and that is said", async () => {
    venue.key.denied = ['/swap/v2/user/commissionRate']
    const { rules, source } = await firstLeg()
    expect(rules.closeFeeRate.toFixed()).toBe('0.0005')
    expect(source.notes.join()).toContain("the account's own fee is not told to this key")
  })

  test('a market that can only be closed has no mark in the list: its position tells it', async () => {
    venue.state.closing = ['ETH-USDT']
    expect((await firstLeg()).positions[0]?.mark.toFixed()).toBe('3000')
  })
})

describe('what BingX states of itself and does not fit', () => {
  test('a risk that the published table does not lead to: an older table, or open orders', async () => {
    venue.state.positions = { 'ETH-USDT': { riskRate: '0.0400' } }
    const { accounts, gaps } = await reader.read()
    expect(accounts).toEqual([])
    expect(gaps).toMatchObject([{ leg: 'bingx/main/USDT-cross', code: 'incomplete-answer' }])
    expect(gaps[0]?.reason).toContain('states a risk that its published maintenance table does not lead to')
  })

  test('no risk at all: the leg stands, and says so', async () => {
    venue.state.positions = { 'ETH-USDT': { riskRate: '' } }
    expect((await firstLeg()).source.notes.join()).toContain('states no risk')
  })

  test('margin of a position that is not listed', async () => {
    venue.account({ wallet: '12000', positions: [LONG, { symbol: 'BTC-USDT', amount: '0.1', entry: '90000' }] })
    venue.faults.set(POSITIONS, {
      kind: 'rewrite',
      rewrite: (answer) => ({ ...(answer as object), data: (answer as { data: never[] }).data.slice(0, 1) }),
    })
    expect((await reader.read()).gaps[0]?.reason).toContain('for positions that it does not list')
  })

  test('an isolated position without its margin spoils the cross pool as well', async () => {
    venue.account({
      wallet: '9000',
      positions: [
        { ...LONG, amount: '1', isolated: '300' },
        { symbol: 'BTC-USDT', amount: '0.1', entry: '90000' },
      ],
    })
    venue.state.positions = { 'ETH-USDT': { margin: '' } }
    const { accounts, gaps } = await reader.read()
    expect(accounts).toEqual([])
    expect(gaps.map(({ leg }) => leg).sort()).toEqual(['bingx/main/ETH-USDT-long', 'bingx/main/USDT-cross'])
  })

  test('several isolated positions of one market and side are legs of their own', async () => {
    venue.account({ wallet: '9000', positions: [{ ...LONG, amount: '1', isolated: '300' }] })
    const { data } = ((await await fetchRows()) as { data: readonly Record<string, unknown>[] }) ?? { data: [] }
    venue.state.others = [{ ...(data[0] as Record<string, never>), positionId: '77' }]
    venue.state.balance = { usedMargin: '300.0000' }
    const { accounts, gaps } = await reader.read()
    expect(gaps).toEqual([])
    expect(accounts.map(({ id }) => id)).toEqual(['bingx/main/ETH-USDT-long-1792480725958881280', 'bingx/main/ETH-USDT-long-77'])
  })

  /** The rows as the double renders them, taken off the wire. */
  async function fetchRows(): Promise<unknown> {
    let seen: unknown = null
    venue.faults.set(POSITIONS, {
      kind: 'rewrite',
      rewrite: (answer) => {
        seen = answer
        return answer
      },
    })
    await reader.read()
    venue.faults.clear()
    return seen
  }
})

describe('what hullmark does not reckon with is said', () => {
  test('multi-assets mode', async () => {
    venue.state.assetMode = 'multiAssetsMode'
    expect(await failure()).toMatchObject({ code: 'unsupported', message: expect.stringContaining('multi-assets mode') })
  })

  test('a mode that is not told may be that one', async () => {
    venue.key.denied = ['/swap/v1/trade/assetMode']
    expect(await failure()).toMatchObject({ code: 'access', message: 'BingX says the key may not read this (code 100004).' })
  })

  test('coin margined positions, and margin held there without any', async () => {
    const idle = { asset: 'ETH', balance: '2', equity: '2', usedMargin: '0', availableMargin: '2' }
    venue.state.coinPositions = [{ symbol: 'BTC-USD', positionSide: 'LONG', positionAmt: '3' }]
    venue.state.coinBalances = [idle, { ...idle, asset: 'SOL', usedMargin: '1' }]
    const { gaps, cash, accounts } = await reader.read()
    expect(accounts.map(({ id }) => id)).toEqual(['bingx/main/USDT-cross'])
    expect(gaps.map(({ leg, code }) => [leg, code])).toEqual([
      ['bingx/main/coin-m-BTC', 'unsupported'],
      ['bingx/main/coin-m-SOL', 'unsupported'],
    ])
    expect(cash.map(({ id, amount, price }) => [id, amount.toFixed(), price])).toEqual([['bingx/main coin-m ETH', '2', null]])
  })

  test.each([
    ['a position', [{ symbol: 'BTC-USDT', positionAmt: '1' }], '100'],
    // An empty list was seen while there were three positions: what is bound in the balance tells it.
    ['an empty list, and money that is bound', [], '60'],
  ])('standard futures: %s', async (_what, positions, free) => {
    venue.state.standardPositions = positions
    venue.state.standardBalances = [
      { asset: 'USDT', balance: '100', crossWalletBalance: '100', crossUnPnl: '0', availableBalance: free },
      { asset: 'VST', balance: '100000', crossWalletBalance: '9', crossUnPnl: '0', availableBalance: '9' },
    ]
    expect((await reader.read()).gaps).toMatchObject([{ leg: 'bingx/main/standard-futures', code: 'unsupported' }])
  })

  test('a product that cannot be asked may hold something', async () => {
    venue.faults.set('/openApi/contract/v1/balance', { kind: 'status', status: 500, body: null })
    expect((await reader.read()).gaps).toMatchObject([{ leg: 'bingx/main/standard-futures', code: 'unreachable' }])
  })

  test('money in copy trading; the spot wallet is cash', async () => {
    venue.state.sums = { sopt: '100', copyTrading: '50.5', grid: '0' }
    venue.state.spot = { USDT: '45.73', ETH: '0.5', DUST: '0' }
    const { notes, cash } = await reader.read()
    expect(notes.join()).toContain('there is money in copy trading, whose positions are not told')
    expect(notes.join()).not.toContain('grid')
    expect(cash.map(({ id, amount }) => [id, amount.toFixed()])).toEqual([
      ['bingx/main spot USDT', '45.73'],
      ['bingx/main spot ETH', '0.5'],
    ])
  })
})

describe('keys', () => {
  const keyed = (apiKey: string, apiSecret: string): Change => ({
    account: { credential: { kind: 'key', apiKey: new Secret(apiKey), apiSecret: new Secret(apiSecret), passphrase: null } },
  })

  const changed = (key: Partial<Bingx['key']>): Change => {
    Object.assign(venue.key, key)
    return {}
  }

  test.each<[string, () => Change, string]>([
    ['a key it never issued', () => keyed('another', venue.key.apiSecret), 'BingX does not know the API key (code 100413).'],
    ['a secret of another key', () => keyed(venue.key.apiKey, 'another'), 'BingX rejects the signature (code 100001).'],
    ['a deleted key', () => changed({ unknown: true }), 'BingX does not know the API key (code 100413).'],
    [
      'an address that is not on its list',
      () => changed({ addressAllowed: false }),
      'BingX does not take the API key from this IP address (code 100419).',
    ],
  ])('%s, in our words', async (_what, prepare, message) => {
    const error = await failure(prepare())
    expect(error).toMatchObject({ code: 'access', message })
    // Its own text names the address of the caller.
    expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('198.51.100.9')
    expect(venue.requests.byPath[POSITIONS]).toBe(1)
  })

  test.each([
    [[2, 4], 'BingX says the key can withdraw or transfer.'],
    [[2, 5], 'BingX says the key can withdraw or transfer.'],
    // A number that nobody documents may be one that moves money.
    [[2, 6], 'BingX says the key can withdraw or transfer.'],
    [[2, 3], 'BingX says the key can trade.'],
  ])('permissions %j are refused', async (permissions, message) => {
    venue.key.permissions = permissions
    expect(await failure()).toMatchObject({ code: 'access', message })
  })

  test('a key that may trade, where the book says so; what is not told is a note', async () => {
    venue.key.permissions = [2, 3]
    const { notes } = await reader.read({ account: { allowTrading: true } })
    expect(notes.join()).toContain('the key can trade, which the book allows')
    venue.faults.set('/openApi/v1/account/apiPermissions', { kind: 'status', status: 500, body: null })
    venue.limits.reset()
    expect((await reader.read()).notes.join()).toContain('rights not provable today')
  })

  test('doctor: rights, mode, and that the key is not bound to addresses', async () => {
    venue.key.ipAddresses = ['']
    const { rights, facts } = await reader.examine()
    expect(rights).toEqual({ read: true, trade: false, withdraw: false, ipRestricted: false, expiresAt: null })
    expect(facts).toEqual([
      'single-asset mode, one-way positions',
      'the key is not bound to IP addresses: one that may trade is deleted after 14 days without use',
    ])
  })
})

describe('refusals', () => {
  test('a limit that names its end is kept, by other processes too', async () => {
    const until = Date.now() + 60_000
    const msg = `The endpoint trigger frequency limit rule is currently in the disabled period and will be unblocked after ${until}`
    venue.faults.set(POSITIONS, { kind: 'rewrite', rewrite: () => ({ code: 100410, msg }) })
    expect(await failure()).toMatchObject({ code: 'unreachable', message: 'BingX limits our requests (code 100410).' })
    venue.faults.clear()
    const before = venue.requests.byPath[POSITIONS]
    expect((await failure()).message).toContain('BingX')
    expect(venue.requests.byPath[POSITIONS]).toBe(before)
  })

  test.each([
    [{ code: 100500, msg: 'x' }, /could not answer \(HTTP 200, code 100500\)/],
    [{ code: 100414, msg: 'x' }, /holds the account back/],
    [{ code: 123456, msg: 'x' }, /refused a request \(HTTP 200, code 123456\)/],
    [{ code: '100413', msg: 'as text' }, /does not know the API key/],
  ])('%j', async (said, words) => {
    venue.faults.set(POSITIONS, { kind: 'rewrite', rewrite: () => said })
    expect((await failure()).message).toMatch(words)
  })

  test('a clock that moved: measured anew, and read', async () => {
    await reader.read()
    venue.clock.offsetMs = -30_000
    expect((await firstLeg()).source.notes.join()).toContain('our clock is 30.0 s ahead')
  })
})

test('its place to practise: another host, and none of the products that are not told of there', async () => {
  const { accounts, gaps } = await reader.read({ account: { environment: 'demo' } })
  expect([accounts.map(({ id }) => id), gaps]).toEqual([['bingx/main/USDT-cross'], []])
  expect(venue.requests.byPath['/openApi/contract/v1/allPosition']).toBeUndefined()
})

test('one reading asks exactly this, and nothing that was not declared', async () => {
  await reader.read()
  expect(Object.keys(venue.requests.byPath).sort()).toEqual(
    [
      ...['swap/v2/server/time', 'swap/v2/quote/contracts', 'swap/v2/quote/premiumIndex', 'swap/v2/user/positions'],
      ...['swap/v3/user/balance', 'swap/v1/maintMarginRatio', 'swap/v1/trade/assetMode', 'swap/v1/positionSide/dual'],
      ...['swap/v2/user/commissionRate', 'swap/v2/user/income', 'swap/v2/trade/openOrders', 'cswap/v1/user/positions'],
      ...['cswap/v1/user/balance', 'contract/v1/allPosition', 'contract/v1/balance', 'spot/v1/account/balance'],
      ...['account/v1/allAccountBalance', 'v1/account/apiPermissions', 'v1/account/apiRestrictions'],
    ]
      .map((path) => `/openApi/${path}`)
      .sort(),
  )
  expect(venue.violations).toEqual([])
})
