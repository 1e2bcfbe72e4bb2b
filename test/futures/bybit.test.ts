import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { symbolTrigger } from '../../src/risk/rules/margin.ts'
import vectors from '../fixtures/liquidation-vectors.json' with { type: 'json' }
import type { HeldInput } from '../sandbox/venues/held.ts'
import { type BybitAccount, bendRows, LONG, openBybitAccount, pricesOf } from './openBybitAccount.ts'
import { legOf, why } from './readAccount.ts'

const POSITIONS = '/v5/position/list'

let opened: BybitAccount
beforeEach(async () => {
  opened = await openBybitAccount()
})
afterEach(() => opened.close())

describe('prices, by hand', () => {
  test('cross: the fee of closing depends on leverage and side', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    // 20x long: 0.5 % + 0.055 % x 0.95 = 0.55225 %. 48,000 / (20 x 0.9944775) = 2,413.3275...; there it is dead, a tick above safe.
    expect(pricesOf(await reader.read())).toEqual(['bybit/main/USDT-cross ETHUSDT 2413.33'])
    venue.account({ wallet: '1000', positions: [{ symbol: 'ETHUSDT', amount: '-1', entry: '3000', leverage: 10 }] })
    // 10x short: 0.5 % + 0.055 % x 1.1 = 0.5605 %. 4,000 / 1.005605 = 3,977.7050...
    expect(pricesOf(await reader.read())).toEqual(['bybit/main/USDT-cross ETHUSDT 3977.7'])
  })

  test('cross, in the second tier', async () => {
    const { venue, reader } = opened
    venue.account({ wallet: '600000', positions: [{ symbol: 'ETHUSDT', amount: '1000', entry: '3000' }] })
    // 1,000 ETH are 2.4 million there: 0.56 % + 0.05225 % = 0.61225 %, less 2,000,000 x 0.06 % = 1,200.
    // (3,000,000 - 600,000 - 1,200) / (1,000 x 0.9938775) = 2,413.577...
    expect(pricesOf(await reader.read())).toEqual(['bybit/main/USDT-cross ETHUSDT 2413.58'])
  })

  test('the published example of an isolated long, on the basis it was written for and on that of today', async () => {
    const vector = vectors.vectors.find(({ id }) => id === 'bybit-hc-usdt-iso-long-50x')
    expect([vector?.entry, vector?.size, vector?.leverage, vector?.mmr, vector?.expected]).toEqual([20000, 1, 50, 0.005, 19700])
    const { venue, reader } = opened
    venue.setMark('BTCUSDT', '20000')
    // 20,000 / 50 = 400.
    venue.account({ wallet: '0', positions: [{ symbol: 'BTCUSDT', amount: '1', entry: '20000', leverage: 50, isolated: '400' }] })
    const reading = await reader.read()
    const leg = legOf(reading, 'bybit/main/BTCUSDT-long')
    expect(leg.wallet[0]?.amount.toDecimalPlaces(6).toFixed()).toBe('400')
    // Until September 2025 the maintenance was taken on the entry: 20,000 - (400 - 100).
    const before = symbolTrigger({ ...leg, rules: { ...leg.rules, basis: 'entry' } }, 'BTCUSDT', 'down')
    expect(before?.exact.toDecimalPlaces(6).toFixed()).toBe('19700')
    // Since then on the mark: 19,600 / 0.995 = 19,698.4924...
    expect(pricesOf(reading)).toEqual(['bybit/main/BTCUSDT-long BTCUSDT 19698.5'])
  })

  test('at the price itself it is dead already', async () => {
    const { venue, reader } = opened
    venue.setMark('BTCUSDT', '20000')
    // (20,000 - 1,095) / 0.995 = 19,000, which is a price: the last safe one is a tick above.
    venue.account({
      wallet: '0',
      positions: [{ symbol: 'BTCUSDT', amount: '1', entry: '20000', leverage: 50, isolated: '1095' }],
    })
    expect(pricesOf(await reader.read())).toEqual(['bybit/main/BTCUSDT-long BTCUSDT 19000.1'])
  })

  test('an isolated short with margin added: 2026 formula, extra margin less the fee that it costs', async () => {
    const { venue, reader } = opened
    // 10 x 3,000 / 20 = 1,500, and 500 added: (30,000 + 2,000) / (10 x 1.005) = 3,184.0796...
    venue.account({ wallet: '50', positions: [{ symbol: 'ETHUSDT', amount: '-10', entry: '3000', isolated: '2000' }] })
    expect(pricesOf(await reader.read())).toEqual(['bybit/main/ETHUSDT-short ETHUSDT 3184.07'])
  })

  test('inverse: the coin that it settles in counts for less than it is worth', async () => {
    const { venue, reader } = opened
    venue.state.ratios.ETH = [['0', '', '0.9']]
    venue.account({ wallet: '0', coins: { ETH: '3' }, positions: [{ symbol: 'ETHUSD', amount: '30000', entry: '3000' }] })
    // 0.9 x (3 + 10 - 30,000 / P) = 30,000 / P x (0.5 % + 0.055 % x 1.05): P = 30,000 x 0.9055775 / 11.7 = 2,321.9935...
    expect(pricesOf(await reader.read())).toEqual(['bybit/main/ETH-cross ETHUSD 2322'])
  })

  test('a coin counts in steps of its amount', async () => {
    const { venue, reader } = opened
    venue.state.ratios.ETH = [
      ['0', '2', '1'],
      ['2', '4', '0.4'],
      ['4', '10', '0.2'],
      ['10', '', '0.1'],
    ]
    venue.account({ wallet: '0', coins: { ETH: '5' }, positions: [{ symbol: 'ETHUSD', amount: '3000', entry: '3000' }] })
    // (2 x 1 + 2 x 0.4 + 1 x 0.2) / 5
    expect(legOf(await reader.read(), 'bybit/main/ETH-cross').wallet[0]?.ratio.toFixed()).toBe('0.6')
  })

  test('USDC contracts: profit counts from the last session', async () => {
    const { venue, reader } = opened
    venue.account({ wallet: '0', positions: [{ symbol: 'BTCPERP', amount: '0.1', entry: '88000' }] })
    bendRows(venue, POSITIONS, (row) => ({ ...row, sessionAvgPrice: '89500', unrealisedPnl: '50' }))
    // 9,000 x 0.55225 %
    const usdc = { walletBalance: '5000', equity: '5050', usdValue: '5050', totalPositionMM: '49.7025', totalPositionIM: '454.7' }
    venue.state.wallet = { USDT: { walletBalance: '0', equity: '0', usdValue: '0', totalPositionMM: '0' }, USDC: usdc }
    const leg = legOf(await reader.read(), 'bybit/main/USDC-cross')
    expect([leg.settle.factor, leg.positions[0]?.entry.toFixed(), leg.positions[0]?.factor]).toEqual(['USD:USDC', '89500', 'BTC'])
  })
})

describe('what backs a pool', () => {
  const btc = (amount: string, more = {}) => ({
    BTC: { equity: amount, walletBalance: amount, usdValue: String(Number(amount) * 90000), ...more },
  })

  test('a little of another coin is counted, less its haircut', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    venue.state.wallet = btc('0.001')
    const reading = await reader.read()
    // 90 x 0.95 = 85.5: (48,000 - 85.5) / 19.88955 = 2,409.0288...
    expect(pricesOf(reading)).toEqual(['bybit/main/USDT-cross ETHUSDT 2409.03'])
    expect(legOf(reading, 'bybit/main/USDT-cross').reported.equity?.toFixed()).toBe('12085.5')
  })

  test('much of another coin would lend the settle coin before the end: that is not guessed', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    venue.state.wallet = btc('0.01')
    const reading = await reader.read()
    expect(why(reading)).toMatch(/^bybit\/main\/USDT-cross unsupported: Bybit counts other coins as margin/)
    // What the venue or the user does not count backs nothing.
    for (const off of [{ collateralSwitch: false }, { marginCollateral: false }]) {
      venue.state.wallet = btc('0.01', off)
      expect(pricesOf(await reader.read())).toEqual(['bybit/main/USDT-cross ETHUSDT 2413.33'])
    }
  })

  test.each([
    ['borrowed', { borrowAmount: '0.5' }],
    ['borrowed for spot', { spotBorrow: '0.5' }],
    ['below zero', { equity: '-0.5' }],
  ])('a coin %s is a debt: the pool is unknown, with positions or without', async (_what, more) => {
    const { venue, reader } = opened
    venue.state.wallet = btc('0.001', more)
    for (const positions of [LONG.positions, []]) {
      venue.account({ wallet: '12000', positions })
      const reading = await reader.read()
      expect([reading.accounts, reading.cash]).toEqual([[], []])
      expect(why(reading)).toMatch(/unsupported: Bybit has lent BTC to this account/)
    }
  })

  test('what is not told of a coin is no zero', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    venue.state.wallet = { USDT: { borrowAmount: '' } }
    expect(why(await reader.read())).toMatch(/^bybit\/main\/USDT-cross incomplete-answer: .*borrowAmount/)
  })
})

describe('kinds of account that are not told', () => {
  test.each([
    ['a classic account', { unifiedMarginStatus: 1 }],
    ['the first unified account', { unifiedMarginStatus: 4 }],
    ['portfolio margin', { marginMode: 'PORTFOLIO_MARGIN' }],
  ])('%s', async (_what, change) => {
    opened.venue.account(LONG)
    Object.assign(opened.venue.state, change)
    await expect(opened.reader.read()).rejects.toMatchObject({ code: 'unsupported' })
    await expect(opened.reader.examine()).rejects.toMatchObject({ code: 'unsupported' })
  })

  test.each([{ unifiedMarginStatus: 9 }, { marginMode: 'SOMETHING' }])('%o is not guessed', async (change) => {
    Object.assign(opened.venue.state, change)
    await expect(opened.reader.read()).rejects.toMatchObject({ code: 'incomplete-answer' })
  })

  test('positions that settle in two coins', async () => {
    const { venue, reader } = opened
    const inverse = { symbol: 'ETHUSD', amount: '3000', entry: '3000' }
    venue.account({ ...LONG, coins: { ETH: '1' }, positions: [...LONG.positions, inverse] })
    expect(why(await reader.read())).toMatch(/^bybit\/main\/cross unsupported: Bybit backs positions that settle in USDT and ETH/)
  })

  test('options beside positions', async () => {
    opened.venue.account(LONG)
    opened.venue.state.options = [{ symbol: 'BTC-13FEB27-89000-P-USDT', side: 'Sell', size: '1' }]
    expect(why(await opened.reader.read())).toMatch(/^bybit\/main\/USDT-cross unsupported: Bybit holds options/)
    opened.venue.account({ wallet: '12000', positions: [] })
    const alone = await opened.reader.read()
    expect([why(alone).startsWith('bybit/main/cross unsupported'), alone.cash]).toEqual([true, []])
  })

  test('long and short of one market: unknown in cross, two legs in isolated', async () => {
    const { venue, reader } = opened
    const short = { symbol: 'ETHUSDT', amount: '-8', entry: '3050' }
    venue.account({ ...LONG, hedge: true, positions: [...LONG.positions, short] })
    expect(why(await reader.read())).toMatch(/^bybit\/main\/USDT-cross unsupported: Bybit holds ETHUSDT long and short/)
    const isolated = [...LONG.positions, short].map((one) => ({ ...one, isolated: '3000' }))
    venue.account({ wallet: '10', hedge: true, positions: isolated })
    const { accounts, gaps } = await reader.read()
    expect(gaps).toEqual([])
    expect(accounts.map(({ id, hedgeMode }) => [id, hedgeMode])).toEqual([
      ['bybit/main/ETHUSDT-long', true],
      ['bybit/main/ETHUSDT-short', true],
    ])
  })

  test('a market of stocks is a factor of its own', async () => {
    opened.venue.account(LONG)
    bendRows(opened.venue, '/v5/market/instruments-info', (row) => ({ ...row, symbolType: 'stock' }))
    const leg = legOf(await opened.reader.read(), 'bybit/main/USDT-cross')
    expect(leg.positions[0]?.factor).toBe('OWN:bybit/ETH')
  })
})

describe('what may not be believed', () => {
  test('a wallet that holds another margin than the positions is asked again, and then not believed', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    await reader.read()
    venue.requests.reset()
    venue.faults.set('/v5/account/wallet-balance', { kind: 'rewrite', times: 1, rewrite: bentMargin })
    expect((await reader.read()).gaps).toEqual([])
    expect(venue.requests.byPath['/v5/account/wallet-balance']).toBe(2)
    venue.faults.set('/v5/account/wallet-balance', { kind: 'rewrite', rewrite: bentMargin })
    expect(why(await reader.read())).toMatch(/incomplete-answer: Bybit gave two answers that differ in the maintenance margin/)
  })

  test('margin in another coin without a position there: one wallet backs all, so nothing of it is believed', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    venue.state.wallet = { USDC: { equity: '0', totalPositionMM: '12' } }
    const reading = await reader.read()
    expect([reading.accounts, reading.cash]).toEqual([[], []])
    expect(why(reading)).toMatch(/^bybit\/main\/USDT-cross incomplete-answer: Bybit holds maintenance margin in USDC/)
    venue.account({ wallet: '0', positions: [{ ...(LONG.positions[0] as HeldInput), isolated: '4000' }] })
    const apart = await reader.read()
    expect([apart.accounts.length, apart.gaps.map(({ leg }) => leg)]).toEqual([1, ['bybit/main/USDC']])
  })

  test('an isolated position that is garbled hides no other', async () => {
    const { venue, reader } = opened
    const apart = (symbol: string): HeldInput => ({ symbol, amount: '1', entry: '150', isolated: '140' })
    venue.account({ wallet: '0', positions: [apart('SOLUSDT'), { ...apart('ETHUSDT'), entry: '3000' }] })
    bendRows(venue, POSITIONS, (row) => (row.symbol === 'ETHUSDT' ? { ...row, positionMM: 'x' } : row))
    const { accounts, gaps } = await reader.read()
    expect(accounts.map(({ id }) => id)).toEqual(['bybit/main/SOLUSDT-long'])
    expect(gaps.map(({ leg, code }) => [leg, code])).toEqual([['bybit/main/ETHUSDT-long', 'incomplete-answer']])
  })

  test('a wallet that does not tell its maintenance margin proves no list of positions', async () => {
    opened.venue.account(LONG)
    opened.venue.state.wallet = { USDT: { totalPositionMM: '' } }
    expect(why(await opened.reader.read())).toMatch(/incomplete-answer: Bybit lists positions in USDT, but does not tell/)
  })

  test('a position in a market that was listed since renews the table', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    venue.faults.set('/v5/market/instruments-info', {
      kind: 'rewrite',
      times: 3,
      rewrite: (answer) => ({ ...(answer as object), result: { list: [], nextPageCursor: '' } }),
    })
    expect((await reader.read()).accounts).toHaveLength(1)
  })

  test('rates are shares, or percentages: the table itself tells which', async () => {
    const { venue, reader } = opened
    venue.account(LONG)
    venue.state.percent = true
    expect(pricesOf(await reader.read())).toEqual(['bybit/main/USDT-cross ETHUSDT 2413.33'])
  })

  test.each([
    ['no unit', { initialMargin: '0.3' }],
    ['a deduction that does not meet', { mmDeduction: '77' }],
    ['no rate', { maintenanceMargin: '' }],
    ['no limit', { riskLimitValue: null }],
  ])('a maintenance table with %s is none', async (_what, change) => {
    opened.venue.account(LONG)
    bendRows(opened.venue, '/v5/market/risk-limit', (row) => ({ ...row, ...change }))
    const reading = await opened.reader.read()
    expect([reading.accounts, reading.gaps.map(({ code }) => code)]).toEqual([[], ['incomplete-answer']])
  })

  test.each([
    ['side', ''],
    ['positionIdx', 2],
    ['markPrice', ''],
    ['avgPrice', '0'],
    ['positionMM', 'x'],
    ['leverage', ''],
  ])('%s as %o: the leg is unknown', async (field, value) => {
    opened.venue.account(LONG)
    bendRows(opened.venue, POSITIONS, (row) => ({ ...row, [field]: value }))
    const reading = await opened.reader.read().catch((error: unknown) => error)
    if (reading instanceof Error) expect(reading).toMatchObject({ code: 'incomplete-answer' })
    else expect((reading as { accounts: unknown[]; gaps: unknown[] }).accounts).toEqual([])
  })

  test('the lowest price there is, is none', async () => {
    opened.venue.account(LONG)
    bendRows(opened.venue, POSITIONS, (row) => ({ ...row, liqPrice: '0.01' }))
    expect(legOf(await opened.reader.read(), 'bybit/main/USDT-cross').positions[0]?.reported.liquidationPrice).toBeNull()
  })

  test('a cursor that leads in a circle ends it', async () => {
    opened.venue.account(LONG)
    opened.venue.faults.set(POSITIONS, {
      kind: 'rewrite',
      rewrite: (answer) => ({ ...(answer as object), result: { list: [], nextPageCursor: 'again' } }),
    })
    await expect(opened.reader.read()).rejects.toMatchObject({ code: 'incomplete-answer' })
  })
})

/** Twice the maintenance margin in the wallet. */
function bentMargin(answer: unknown) {
  const whole = answer as { result: { list: { coin: { coin: string; totalPositionMM: string }[] }[] } }
  const list = whole.result.list.map((one) => ({
    ...one,
    coin: one.coin.map((row) => ({ ...row, totalPositionMM: String(Number(row.totalPositionMM) * 2) })),
  }))
  return { ...whole, result: { list } }
}
