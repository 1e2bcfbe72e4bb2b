import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AccountReader, openReader } from '../contract/openReader.ts'
import { type Binance, openBinance } from '../sandbox/binance.ts'
import { keyOf } from './openAccount.ts'

/** COIN-M beside USDⓈ-M: another host, contracts of 10 or 100 USD, margin in the coin. */

const ACCOUNT = '/dapi/v1/account'
const RISK = '/dapi/v1/positionRisk'
const USDM = { mode: 'single', hedge: false, wallets: { USDT: '12000' } } as const
const LONG = { symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' } as const
const COIN = { symbol: 'ETHUSD_PERP', amount: '30000', entry: '3000' }

let venue: Binance
let reader: AccountReader
beforeEach(async () => {
  venue = await openBinance()
  reader = openReader('binance', { credential: keyOf(venue), endpoint: venue.url })
  venue.account({ ...USDM, positions: [LONG] })
})
afterEach(async () => {
  await venue.stop()
  await reader.close()
})

const ids = async (): Promise<readonly string[]> => (await reader.read()).accounts.map(({ id }) => id)

describe('what is held there', () => {
  test('is a pool a coin, beside that of USDⓈ-M', async () => {
    venue.coin.account({
      coins: { ETH: '3', BTC: '1' },
      positions: [COIN, { symbol: 'BTCUSD_PERP', amount: '-9000', entry: '90000' }],
    })
    const { accounts, gaps } = await reader.read()
    expect(gaps).toEqual([])
    expect(accounts.map(({ id }) => id).sort()).toEqual([
      'binance/main/USDT-cross',
      'binance/main/coin-m-BTC-cross',
      'binance/main/coin-m-ETH-cross',
    ])
    const eth = accounts.find(({ id }) => id.endsWith('ETH-cross'))
    // 3,000 contracts of 10 USD, on three coins of 3,000 USD each.
    expect(eth?.positions.map(({ contract, size }) => [contract, size.toFixed()])).toEqual([['inverse', '30000']])
    expect([eth?.wallet[0]?.amount.toFixed(), eth?.settlePrice.toFixed(), eth?.settlePriceFrom]).toEqual(['3', '3000', 'venue'])
    expect(eth?.positions[0]?.funding?.rate.toFixed()).toBe('0.0001')
    expect(eth?.source.notes.join()).toContain('stops and funding paid are not asked for on COIN-M')
  })

  test('isolated, it is a leg of its own; a hedge is two positions of one pool', async () => {
    venue.coin.account({ coins: { ETH: '3' }, positions: [{ ...COIN, isolated: '1' }] })
    expect((await ids()).filter((id) => id.includes('USD_PERP'))).toEqual(['binance/main/ETHUSD_PERP-long'])
    venue.account({ ...USDM, hedge: true, positions: [] })
    venue.coin.account({ coins: { ETH: '3' }, hedge: true, positions: [COIN, { ...COIN, amount: '-12000' }] })
    const { accounts } = await reader.read()
    expect(accounts.map(({ id, hedgeMode, positions }) => [id, hedgeMode, positions.length])).toEqual([
      ['binance/main/coin-m-ETH-cross', true, 2],
    ])
  })

  test('nothing: one request a pass, and no word about it', async () => {
    await reader.read()
    const paths = Object.entries(venue.requests.byPath).filter(([path]) => path.startsWith('/dapi/'))
    expect(paths).toEqual([[ACCOUNT, 1]])
  })

  test('coins that back nothing are cash, at their index price', async () => {
    venue.coin.account({ coins: { BTC: '0.5' }, positions: [] })
    const { cash, accounts } = await reader.read()
    expect(accounts.map(({ id }) => id)).toEqual(['binance/main/USDT-cross'])
    expect(cash.map(({ id, amount, price }) => [id, amount.toFixed(), price?.toFixed()])).toEqual([
      ['binance/main COIN-M BTC', '0.5', '90000'],
    ])
  })
})

describe('the spot wallet', () => {
  test('is cash, with a price where the coin is a dollar', async () => {
    venue.beside.spot = { USDT: '250.5', ETH: '0.25', DUST: '0' }
    const { cash } = await reader.read()
    expect(cash.map(({ id, asset, amount, price }) => [id, asset.factor, amount.toFixed(), price?.toFixed() ?? null])).toEqual([
      ['binance/main spot USDT', 'USD:USDT', '250.5', '1'],
      ['binance/main spot ETH', 'ETH', '0.25', null],
    ])
  })

  test('that cannot be read costs no leg, and is said', async () => {
    venue.faults.set('/api/v3/account', { kind: 'status', status: 500, body: null })
    const { accounts, gaps, notes } = await reader.read()
    expect([accounts.map(({ id }) => id), gaps]).toEqual([['binance/main/USDT-cross'], []])
    expect(notes.join()).toContain('the spot wallet was not read')
  })

  test('is not asked for in a place to practise', async () => {
    await reader.read({ account: { environment: 'demo' } })
    expect(venue.requests.byPath['/api/v3/account']).toBeUndefined()
  })
})

describe('what cannot be told of it costs no leg of USDⓈ-M, and is no silence', () => {
  test.each([
    ['it never answers', { kind: 'hang' }, 'unreachable'],
    ['500', { kind: 'status', status: 500, body: null }, 'unreachable'],
    ['a refusal', { kind: 'status', status: 401, body: { code: -2015, msg: 'Invalid API-key, IP, or permissions.' } }, 'access'],
    ['{}', { kind: 'rewrite', rewrite: () => ({}) }, 'incomplete-answer'],
  ] as const)('%s', async (_what, fault, code) => {
    venue.coin.account({ coins: { ETH: '3' }, positions: [COIN] })
    venue.faults.set(ACCOUNT, fault)
    const { accounts, gaps } = await reader.read({ tools: { requestMs: 300 } })
    expect(accounts.map(({ id }) => id)).toEqual(['binance/main/USDT-cross'])
    expect(gaps.map((gap) => [gap.leg, gap.code])).toEqual([['binance/main/coin-m', code]])
    expect(gaps[0]?.reason).toContain('Binance COIN-M was not read, so what is held there is not known')
  })

  test('margin without a position', async () => {
    venue.coin.account({ coins: { ETH: '3' }, positions: [COIN] })
    venue.faults.set(RISK, { kind: 'rewrite', rewrite: () => [] })
    const { accounts, gaps } = await reader.read()
    expect(accounts.map(({ id }) => id)).toEqual(['binance/main/USDT-cross'])
    expect(gaps.length).toBeGreaterThan(0)
  })

  test('a mark and a price of the coin that are old', async () => {
    venue.coin.account({ coins: { ETH: '3' }, positions: [COIN] })
    venue.faults.set('/dapi/v1/premiumIndex', {
      kind: 'rewrite',
      rewrite: (answer) => (answer as { time: number }[]).map((row) => ({ ...row, time: row.time - 3_600_000 })) as never,
    })
    const { gaps } = await reader.read()
    expect(gaps).toMatchObject([{ leg: 'binance/main/coin-m-ETH-cross', code: 'incomplete-answer' }])
    expect(gaps[0]?.reason).toContain('has not set the mark of ETHUSD_PERP for 60 minutes')
  })
})
