import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountReading } from '../../src/futures/exchange.ts'
import type { Json } from '../sandbox/venue/answers.ts'
import { type OpenedMexc, openMexcAccount, pricesOf } from './openMexcAccount.ts'
import { legOf, why } from './readAccount.ts'

const CROSS = 'mexc/main/USDT-cross'
const POSITIONS = '/api/v1/private/position/open_positions'
const DETAIL = '/api/v1/contract/detail'
const LONG = { wallet: '12000', positions: [{ symbol: 'ETH_USDT', amount: '20', entry: '3000' }] }

let opened: OpenedMexc
beforeEach(async () => {
  opened = await openMexcAccount()
})
afterEach(() => opened.close())

type Rows = { readonly data: readonly Readonly<Record<string, Json>>[] }

const notesOf = (reading: AccountReading, id = CROSS): string => legOf(reading, id).source.notes.join('\n')
const reads = async (): Promise<AccountReading> => {
  const reading = await opened.read()
  expect(why(reading)).toBe('')
  return reading
}

describe('prices that MEXC has published', () => {
  const check = async (symbol: string, { more = {}, ...held }: Sample): Promise<string[]> => {
    const { amount, entry, im, mark, price } = held
    opened.venue.state.markets = { [symbol]: more }
    opened.venue.state.positions = { [symbol]: { liquidatePrice: price } }
    opened.venue.setMark(symbol, mark)
    opened.venue.account({ wallet: '32', positions: [{ symbol, amount, entry, isolated: im }] })
    return pricesOf(await reads())
  }
  type Sample = Readonly<Record<'amount' | 'entry' | 'im' | 'mark', string>> & {
    readonly price: number
    readonly more?: Readonly<Record<string, Json>>
  }

  test('the sample of the documentation: BTC_USDT at 2x', async () => {
    // https://www.mexc.com/api-docs/futures/account-and-trading-endpoints "Get open positions": five contracts of 0.0001.
    // (0.001 x 54.88875 - 27.444375 + 54.88875) / (0.0005 x (1 - 0.0004)) = 27.49926375 / 0.0004998 = 55,020.535...: MEXC cuts it to
    // 55020.5, and the last price above it is 55020.6.
    const sample = { amount: '0.0005', entry: '109777.5', im: '27.444375', mark: '109168.9', price: 55020.5 }
    expect(await check('BTC_USDT', sample)).toEqual(['mexc/main/BTC_USDT-long BTC_USDT 55020.6 agree'])
  })

  test('SOL_USDT at 20x', async () => {
    // Quoted by a trader's bot: one contract of 0.01. (0.004 x 2.0344 - 0.10253376 + 2.0344) / (0.01 x 0.9996) = 194.0780...
    const more = { riskLimitCustom: [{ level: 1, maxVol: 20000, mmr: 0.004 }] }
    const sample = { amount: '0.01', entry: '203.44', im: '0.10253376', mark: '203', price: 194.07, more }
    expect(await check('SOL_USDT', sample)).toEqual(['mexc/main/SOL_USDT-long SOL_USDT 194.08 agree'])
  })

  test('ETH_USDT at 100x', async () => {
    // ccxt mexc.js, sample of fetchPositions (2021). (0.005 x 12.173 - 0.1290338 + 12.173) / (0.01 x 0.9994) = 1,211.2098...
    const more = { riskLimitCustom: [{ level: 1, maxVol: 20000, mmr: 0.005 }], liquidationFeeRate: 0.0006 }
    const sample = { amount: '0.01', entry: '1217.3', im: '0.1290338', mark: '1217', price: 1211.2, more }
    expect(await check('ETH_USDT', sample)).toEqual(['mexc/main/ETH_USDT-long ETH_USDT 1211.21 agree'])
  })
})

test('equity that equals what is required is liquidated', async () => {
  // Without a fee: 300 + P - 3,000 = 0.004 x 3,000, so P = 2,712 exactly, and 2712.01 is the last price above it.
  opened.venue.state.markets = { ETH_USDT: { liquidationFeeRate: 0 } }
  opened.venue.state.positions = { ETH_USDT: { liquidatePrice: 2712 } }
  opened.venue.account({ wallet: '32', positions: [{ symbol: 'ETH_USDT', amount: '1', entry: '3000', isolated: '300' }] })
  expect(pricesOf(await reads())).toEqual(['mexc/main/ETH_USDT-long ETH_USDT 2712.01 agree'])
})

describe('maintenance tables', () => {
  const tiers = async (amount: string, symbol = 'SOL_USDT', leg = CROSS): Promise<readonly string[]> => {
    opened.venue.account({ wallet: '500000', coins: { ETH: '9' }, positions: [{ symbol, amount, entry: '100' }] })
    const [position] = legOf(await reads(), leg).positions
    return (position?.tiers ?? []).map(({ floor, cap, rate }) => `${floor.toFixed()}-${cap?.toFixed()} ${rate.toFixed()}`)
  }

  test('steps that are listed count contracts: they become money at the entry price', async () => {
    // 20,000 and 4,000,000 contracts of 0.01 at 100.
    expect(await tiers('5')).toEqual(['0-20000 0.005', '20000-4000000 0.02'])
  })

  test('of an inverse market they become coins', async () => {
    // 15,000, 900,000 and 5,000,000 contracts of 10 USD at 100.
    const steps = ['0-1500 0.004', '1500-90000 0.01', '90000-500000 0.025']
    expect(await tiers('50', 'ETH_USD', 'mexc/main/ETH-cross')).toEqual(steps)
  })

  test('steps by a rule grow by so many contracts and so much of a rate', async () => {
    const rule = { riskLimitMode: 'INCREASE', riskBaseVol: 9000, riskIncrVol: 6000, riskIncrMmr: 0.005, riskLevelLimit: 3 }
    opened.venue.state.markets = { SOL_USDT: { ...rule, maintenanceMarginRate: 0.01, riskLimitCustom: null } }
    expect(await tiers('5')).toEqual(['0-9000 0.01', '9000-15000 0.015', '15000-21000 0.02'])
  })

  test('longs and shorts may have steps of their own', async () => {
    const rule = { riskLimitMode: 'INCREASE', riskLongShortSwitch: 1, riskIncrMmr: 0.005, riskLevelLimit: 2 }
    const sides = { riskBaseVolLong: 1000, riskIncrVolLong: 500, riskBaseVolShort: 300, riskIncrVolShort: 100 }
    opened.venue.state.markets = { SOL_USDT: { ...rule, ...sides, maintenanceMarginRate: 0.01, riskLimitCustom: null } }
    expect(await tiers('5')).toEqual(['0-1000 0.01', '1000-1500 0.015'])
    expect(await tiers('-5')).toEqual(['0-300 0.01', '300-400 0.015'])
  })

  test('fees that differ in one pool: the largest is taken, and said', async () => {
    opened.venue.state.markets = { SOL_USDT: { liquidationFeeRate: 0.001 } }
    opened.venue.account({ ...LONG, positions: [...LONG.positions, { symbol: 'SOL_USDT', amount: '5', entry: '150' }] })
    const reading = await reads()
    expect(legOf(reading, CROSS).rules.closeFeeRate.toFixed()).toBe('0.001')
    expect(notesOf(reading)).toContain("MEXC's liquidation fees differ among these markets: the largest, 0.001, is taken for all")
  })

  test.each<[string, (rows: Rows['data']) => Rows['data']]>([
    ['does not know', (rows) => rows.filter((one) => one.symbol !== 'ETH_USDT')],
    ['has not whole', (rows) => rows.map((one) => ({ ...one, liquidationFeeRate: null }))],
  ])('a market that the kept table %s is looked up once, and read', async (_what, change) => {
    const listed = ({ data }: Rows): Json => ({ success: true, code: 0, data: change(data) })
    opened.venue.faults.set(DETAIL, { kind: 'rewrite', rewrite: (answer) => listed(answer as Rows), times: 1 })
    opened.venue.account({ wallet: '500', positions: [] })
    await reads()
    opened.venue.account(LONG)
    expect(legOf(await reads(), CROSS).positions).toHaveLength(1)
    await reads()
    expect(opened.venue.requests.byPath[DETAIL]).toBe(2)
  })
})

describe('pools', () => {
  test('one leg a settle coin, and each isolated position beside', async () => {
    opened.venue.account({
      ...{ wallet: '12000', coins: { USDC: '900', ETH: '2' }, hedge: true },
      positions: [
        { symbol: 'ETH_USDT', amount: '2', entry: '3000' },
        { symbol: 'ETH_USDT', amount: '-1', entry: '3000' },
        { symbol: 'ETH_USDT', amount: '0.5', entry: '2990', isolated: '200' },
        { symbol: 'BTC_USDC', amount: '-0.05', entry: '90000' },
        { symbol: 'ETH_USD', amount: '1500', entry: '3000' },
      ],
    })
    const { accounts } = await reads()
    const told = accounts.map(({ id, venue, margin, hedgeMode, wallet, settlePrice, settlePriceFrom, positions }) => [
      ...[
        id,
        venue,
        margin,
        hedgeMode,
        wallet.map(({ amount }) => amount.toFixed()).join(),
        settlePrice.toFixed(),
        settlePriceFrom,
      ],
      positions.map(({ side, size, contract, factor }) => `${side} ${size.toFixed()} ${contract} ${factor}`).join(', '),
    ])
    expect(told).toEqual([
      [CROSS, 'MEXC USDT cross', 'cross', true, '12000', '1', 'par', 'long 2 linear ETH, short 1 linear ETH'],
      [...['mexc/main/ETH_USDT-long', 'MEXC ETH_USDT isolated', 'isolated', true, '200', '1', 'par'], 'long 0.5 linear ETH'],
      ['mexc/main/USDC-cross', 'MEXC USDC cross', 'cross', true, '900', '1', 'par', 'short 0.05 linear BTC'],
      ['mexc/main/ETH-cross', 'MEXC ETH cross', 'cross', true, '2', '3000', 'venue', 'long 1500 inverse ETH'],
    ])
  })

  test('beside an isolated position the equity that MEXC tells is not that of the cross pool', async () => {
    opened.venue.account({
      wallet: '9000',
      positions: [
        { symbol: 'ETH_USDT', amount: '1', entry: '3000' },
        { symbol: 'BTC_USDT', amount: '0.1', entry: '90000', isolated: '900' },
      ],
    })
    const leg = legOf(await reads(), CROSS)
    expect([leg.wallet[0]?.amount.toFixed(), leg.reported.equity]).toEqual(['9000', null])
  })

  test('a long and a short of one market are held apart, whatever the mode said a moment before', async () => {
    opened.venue.account({ ...LONG, positions: [...LONG.positions, { symbol: 'ETH_USDT', amount: '-1', entry: '3000' }] })
    expect(legOf(await reads(), CROSS).hedgeMode).toBe(true)
    opened.venue.account(LONG)
    expect(legOf(await reads(), CROSS).hedgeMode).toBe(false)
  })

  test('orders alone make a leg, for their margin is at stake', async () => {
    opened.venue.account({ wallet: '500', orderMargin: '80', positions: [] })
    const { accounts, cash } = await reads()
    expect(accounts.map(({ id, orderMargin, circumstances }) => [id, orderMargin.toFixed(), circumstances])).toEqual([
      [CROSS, '80', null],
    ])
    expect(cash).toEqual([])
  })

  test.each<[string, Readonly<Record<string, Json>>, string]>([
    ['a position that MEXC has taken over', { state: 2 }, 'unsupported: MEXC has taken over the position in ETH_USDT'],
    ['no entry price', { holdAvgPriceFullyScale: '' }, 'incomplete-answer: MEXC returned no usable "holdAvgPriceFullyScale'],
    ['no side', { positionType: 3 }, 'incomplete-answer: MEXC returned no usable "positionType'],
    ['no amount', { holdVol: null }, 'incomplete-answer: MEXC returned no usable "holdVol'],
  ])('%s is a gap of its pool alone', async (_what, fields, reason) => {
    opened.venue.state.positions = { ETH_USDT: fields }
    opened.venue.account({
      wallet: '9000',
      coins: { USDC: '900' },
      positions: [...LONG.positions, { symbol: 'BTC_USDC', amount: '0.01', entry: '90000' }],
    })
    const reading = await opened.read()
    expect(reading.accounts.map(({ id }) => id)).toEqual(['mexc/main/USDC-cross'])
    expect(why(reading)).toMatch(`${CROSS} ${reason}`)
  })

  test.each<[string, Readonly<Record<string, Json>>, string, string?]>([
    ['limits by value', { riskLimitType: 'BY_VALUE' }, 'limits the risk of SOL_USDT by rules that it does not explain'],
    ['a delivery contract', { futureType: 2 }, 'lists SOL_USDT as a product other than a perpetual'],
    [
      'limits in a mode without a name',
      { riskLimitMode: 'NEW' },
      'limits the risk of SOL_USDT by rules that it does not explain',
    ],
    [
      'steps without a rate',
      { riskLimitCustom: [{ level: 1, maxVol: 9 }] },
      'returned no usable "contract/detail',
      'incomplete-answer',
    ],
    ['no liquidation fee', { liquidationFeeRate: null }, 'returned no usable "contract/detail', 'incomplete-answer'],
    ['a product that pays in another coin', { settleCoin: 'MX' }, 'settles SOL_USDT in a coin that is neither'],
  ])('%s: unknown rather than guessed, beside the others', async (_what, fields, reason, code = 'unsupported') => {
    opened.venue.state.markets = { SOL_USDT: fields }
    opened.venue.account({
      wallet: '9000',
      positions: [...LONG.positions, { symbol: 'SOL_USDT', amount: '5', entry: '150', isolated: '90' }],
    })
    const { accounts, gaps } = await opened.read()
    expect(gaps.map(({ leg }) => leg)).toContain('mexc/main/SOL_USDT-long')
    expect(gaps.map((gap) => `${gap.code}: ${gap.reason}`).join()).toContain(`${code}: MEXC ${reason}`)
    expect(accounts.map(({ id }) => id)).toEqual([CROSS])
  })

  test.each(['contributeMarginAmount', 'debtAmount'])('multi-asset mode, seen by %s, is unknown', async (field) => {
    opened.venue.account(LONG)
    opened.venue.state.assets = { USDC: { [field]: 12.5 } }
    await expect(opened.read()).rejects.toMatchObject({
      code: 'unsupported',
      message: 'MEXC runs this account in multi-asset mode, whose rates it does not tell.',
    })
    expect((await opened.examine()).facts).toContain('multi-asset mode, which is not read, one-way positions')
  })

  test('an answer that does not tell whether coins back each other leaves the cross pool unknown', async () => {
    opened.venue.account(LONG)
    opened.venue.state.assets = { USDT: { debtAmount: null } }
    expect(why(await opened.read())).toMatch(`${CROSS} incomplete-answer: MEXC returned no usable "debtAmount of USDT"`)
  })

  test('a position opened between the two answers is no fault: both are asked again', async () => {
    opened.venue.account(LONG)
    opened.venue.faults.set(POSITIONS, { kind: 'rewrite', rewrite: () => ({ success: true, code: 0, data: [] }), times: 1 })
    expect(legOf(await reads(), CROSS).positions).toHaveLength(1)
    expect(opened.venue.requests.byPath[POSITIONS]).toBe(2)
  })

  test('what bends the price without being margin is said', async () => {
    opened.venue.account({ wallet: '9000', positions: [{ symbol: 'ETH_USDT', amount: '1', entry: '3000', isolated: '300' }] })
    opened.venue.state.positions = { ETH_USDT: { autoAddIm: true } }
    opened.venue.state.assets = { USDT: { bonus: 15, positionMargin: 420 } }
    const notes = notesOf(await reads(), 'mexc/main/ETH_USDT-long')
    expect(notes).toContain('ETH_USDT: MEXC adds margin to this position from the balance by itself')
    expect(notes).toContain('15 USDT of the balance is a bonus')
    expect(notes).toContain('MEXC holds 420 USDT of margin for positions, and its positions name 300')
  })
})

describe('funding', () => {
  const funding = async (): Promise<readonly [string | undefined, string]> => {
    const reading = await reads()
    const { rate, intervalHours } = legOf(reading, CROSS).positions[0]?.funding ?? {}
    return [rate === undefined ? undefined : `${rate.toFixed()} each ${intervalHours?.toFixed()} h`, notesOf(reading)]
  }

  test('the rate of the coming payment, and the hours between payments of the symbol, kept for a day', async () => {
    opened.venue.account(LONG)
    opened.venue.state.cycle = 4
    expect(await funding()).toEqual(['0.0001 each 4 h', ''])
    await reads()
    expect(opened.venue.requests.byPath['/api/v1/contract/funding_rate/history']).toBe(1)
  })

  test('of many symbols some intervals wait for the next pass: the endpoint tells one each, and counts', async () => {
    await opened.close()
    opened = await openMexcAccount(18)
    const positions = Array.from({ length: 18 }, (_, i) => ({ symbol: `M${i}_USDT`, amount: '5', entry: '10' }))
    opened.venue.account({ wallet: '1000', positions })
    const known = async (): Promise<number> =>
      legOf(await reads(), CROSS).positions.filter((position) => position.funding !== null).length
    expect([await known(), await known()]).toEqual([15, 18])
    expect(opened.venue.requests.byPath['/api/v1/contract/funding_rate/history']).toBe(18)
  })

  test.each<[string, string, (answer: Rows) => Json, string]>([
    [
      'no interval',
      '/api/v1/contract/funding_rate/history',
      () => ({ success: true, code: 0, data: { resultList: [] } }),
      'collectCycle',
    ],
    ['an old rate', '/api/v1/contract/ticker', (answer) => ticker(answer, { timestamp: 1761868800000 }), 'is old'],
    ['no rate', '/api/v1/contract/ticker', (answer) => ticker(answer, { fundingRate: null }), 'no usable rate'],
  ])('%s costs no leg', async (_what, path, rewrite, said) => {
    opened.venue.account(LONG)
    opened.venue.faults.set(path, { kind: 'rewrite', rewrite: (answer) => rewrite(answer as Rows) })
    const [told, notes] = await funding()
    expect(told).toBeUndefined()
    expect(notes).toMatch(new RegExp(`funding of ETH_USDT is not known: .*${said}`))
  })

  const ticker = ({ data }: Rows, more: Readonly<Record<string, Json>>): Json => ({
    ...{ success: true, code: 0 },
    data: data.map((row) => ({ ...row, ...more })),
  })
})

describe('cash', () => {
  test('what is idle in futures and in the spot wallet, by coin', async () => {
    opened.venue.account({ ...LONG, coins: { USDC: '70.5', ETH: '0.25' } })
    opened.venue.state.spot = { USDT: '40', MX: '12', BTC: '0' }
    const { cash } = await reads()
    expect(
      cash.map(({ id, place, asset, amount, price }) => [id, place, asset.key, asset.factor, amount.toFixed(), price?.toFixed()]),
    ).toEqual([
      ['mexc/main futures USDC', 'mexc/main futures', 'mexc/USDC', 'USD:USDC', '70.5', '1'],
      ['mexc/main futures ETH', 'mexc/main futures', 'mexc/ETH', 'ETH', '0.25', undefined],
      ['mexc/main spot USDT', 'mexc/main spot', 'mexc/USDT', 'USD:USDT', '40', '1'],
      ['mexc/main spot MX', 'mexc/main spot', 'mexc/MX', 'OWN:mexc/MX', '12', undefined],
    ])
  })

  test('a spot wallet that is not told hides no leg, and is asked once', async () => {
    opened.venue.account(LONG)
    opened.venue.faults.set('/api/v3/account', { kind: 'status', status: 500, body: null })
    const { accounts, notes } = await reads()
    expect(accounts).toHaveLength(1)
    expect(notes.join()).toMatch(/^MEXC main: the spot wallet was not read: MEXC could not answer \(HTTP 500/)
    expect(opened.venue.requests.byPath['/api/v3/account']).toBe(1)
  })
})

test('nothing but declared reads, each as often as it must be', async () => {
  opened.venue.account({ ...LONG, coins: { ETH: '1' } })
  await reads()
  expect(opened.venue.requests.byPath).toEqual({
    '/api/v1/contract/ping': 1,
    '/api/v1/contract/detail': 1,
    '/api/v1/contract/ticker': 1,
    '/api/v1/contract/funding_rate/history': 1,
    '/api/v1/private/position/open_positions': 1,
    '/api/v1/private/position/position_mode': 1,
    '/api/v1/private/position/funding_records': 1,
    '/api/v1/private/account/assets': 1,
    '/api/v1/private/stoporder/open_orders': 1,
    '/api/v1/private/planorder/list/orders': 1,
    '/api/v1/private/trackorder/list/orders': 1,
    '/api/v3/apiKeyInfo': 1,
    '/api/v3/account': 1,
  })
  opened.venue.requests.reset()
  opened.venue.account({ wallet: '500', positions: [] })
  await reads()
  // Without a position nothing of positions is asked; what is rarely changed is remembered.
  expect(Object.keys(opened.venue.requests.byPath).sort()).toEqual([
    ...['/api/v1/private/account/assets', '/api/v1/private/position/open_positions', '/api/v1/private/position/position_mode'],
    '/api/v3/account',
  ])
  expect(opened.venue.violations).toEqual([])
})
