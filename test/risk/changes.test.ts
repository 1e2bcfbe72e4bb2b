import { describe, expect, test } from 'vitest'
import { changesBetween } from '../../src/risk/changes.ts'
import { type Decimal, dec, sum, toUnits } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import type { RoomChange } from '../../src/risk/roomChange.ts'
import { agreed, agreedLeg } from '../support/agreed.ts'
import {
  aChainSource,
  aComet,
  aLoan,
  anExchangeSource,
  aPool,
  aPosition,
  aReserve,
  aSnapshot,
  aSpoke,
  NOW,
  USDC,
  USDT,
  WETH,
} from '../support/books.ts'

const DAY = 86_400_000
/** 10 % a year, in ray. */
const TEN_PERCENT = 10n ** 26n

type LoanOf = { weth?: number; price?: number; usdc?: string; threshold?: bigint; at?: number; over?: Partial<AaveV3Position> }

/** Some WETH against USDC in a pool that rounds no threshold: room = 1 - debt / (supply x price x threshold). */
function loan({ weth = 10, price = 3000, usdc = '15000', threshold = 8000n, at = NOW, over = {} }: LoanOf = {}): Leg {
  const timestamp = BigInt(at / 1000 - 8)
  return agreedLeg(
    aLoan({
      revision: 11,
      reserves: [
        aReserve({
          ...{ asset: WETH, id: 0, decimals: 18, price: BigInt(price) * 10n ** 8n },
          ...{ supplied: BigInt(weth) * 10n ** 18n, liquidationThreshold: threshold },
        }),
        aReserve({
          ...{ asset: USDC, id: 1, decimals: 6, debt: toUnits(dec(usdc), 6, 'up') },
          ...{ collateral: false, borrowRate: TEN_PERCENT },
        }),
      ],
      source: aChainSource({ readAt: at, block: { chainId: 1, number: 24_100_000n, hash: '0xaa', timestamp } }),
      ...over,
    }),
  )
}

const pool = (at: number, over: Partial<MarginAccount> = {}): MarginAccount =>
  aPool({ source: anExchangeSource({ readAt: at - 2000, venueTime: at - 2000 }), ...over })

const book = (legs: readonly Leg[], at: number, over: Partial<Snapshot> = {}): Snapshot => aSnapshot({ legs, at, ...over })

const between = (before: Snapshot, now: Snapshot) => changesBetween(before, now, { policy: DEFAULT_POLICY })

/** To twelve decimals. */
function partsOf({ whole, parts }: RoomChange): Record<string, string | null> {
  const shown = (value: Decimal | null | undefined): string | null => value?.toFixed(12) ?? null
  return {
    whole: shown(whole),
    price: shown(parts?.price),
    interest: shown(parts?.interest),
    position: shown(parts?.position),
    unsplit: shown(parts?.unsplit),
    parameters: shown(parts?.parameters),
  }
}

const NONE = '0.000000000000'
const ALL_ZERO = { whole: NONE, price: NONE, interest: NONE, position: NONE, unsplit: null, parameters: NONE }
const NOTHING = { whole: null, price: null, interest: null, position: null, unsplit: null, parameters: null }

describe('why the room of a loan changed', () => {
  const before = book([loan({ at: NOW - DAY })], NOW - DAY)
  // 1 - 15,000 / (10 x 3,000 x 0.8) = 0.375

  test('by the price alone', () => {
    // 1 - 15,000 / (10 x 2,500 x 0.8) = 0.25
    const { room } = between(before, book([loan({ price: 2500 })], NOW))
    expect(partsOf(room)).toEqual({ ...ALL_ZERO, whole: '-0.125000000000', price: '-0.125000000000' })
    expect(room.before).toEqual({ known: true, move: dec('-0.375'), atMost: null })
    expect(room.now).toEqual({ known: true, move: dec('-0.25'), atMost: null })
  })

  test('by all four at once: each is told from the state that the ones before it left', () => {
    // A day at 10 % is 15,000 x 0.1 / 365 = 4.11 USDC: 3 USDC more are interest, by the half of it that the rates allow for.
    // prices    1 - 15,000 / 20,000 = 0.25
    // interest  1 - 15,003 / 20,000 = 0.24985
    // position  9 WETH: 1 - 15,003 / 18,000 = 0.1665
    // terms     0.75: 1 - 15,003 / 16,875 = 0.110933...
    const now = book([loan({ weth: 9, price: 2500, usdc: '15003', threshold: 7500n })], NOW)
    expect(partsOf(between(before, now).room)).toEqual({
      whole: '-0.264066666667',
      price: '-0.125000000000',
      interest: '-0.000150000000',
      position: '-0.083350000000',
      unsplit: null,
      parameters: '-0.055566666667',
    })
  })

  test('what the rates do not explain of a debt is the position', () => {
    // 15,000 x ((1 + 0.1 / 31,536,000) ^ 86,400 - 1) = 4.110152...; 1,004 more are owed
    const changes = between(before, book([loan({ usdc: '16004' })], NOW))
    const [debt] = changes.legs[0]?.amounts ?? []
    expect(debt?.interest?.toFixed(6)).toBe('4.110152')
    // (16,004 - 15,000) / 24,000 in all, of which 4.110152 / 24,000 (to base units) is interest
    expect(changes.room.parts?.interest?.toFixed(9)).toBe('-0.000171256')
    expect(changes.room.parts?.position?.toFixed(9)).toBe('-0.041662077')
    expect(changes.room.whole?.toFixed(12)).toBe('-0.041833333333')
  })

  test('an amount that did not change earned nothing, whatever its rate', () => {
    expect(partsOf(between(before, book([loan()], NOW)).room)).toEqual(ALL_ZERO)
  })

  test('e-mode, revision and bonus are parameters', () => {
    const row = { asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 10n ** 19n }
    const category = { inEMode: true, liquidationThreshold: 9000n, liquidationBonus: 10_100n }
    const debt = aReserve({
      asset: USDC,
      id: 1,
      decimals: 6,
      debt: 15_000n * 10n ** 6n,
      collateral: false,
      borrowRate: TEN_PERCENT,
    })
    const eMode = loan({ over: { eModeCategory: 1, reserves: [aReserve({ ...row, ...category }), debt] } })
    const { room, legs } = between(before, book([eMode], NOW))
    // 1 - 15,000 / 27,000 = 0.4444...
    expect(partsOf(room)).toEqual({ ...ALL_ZERO, whole: '0.069444444444', parameters: '0.069444444444' })
    expect(legs[0]?.terms).toEqual([
      { what: 'e-mode', label: null, before: '0', now: '1' },
      { what: 'threshold', label: 'WETH', before: '0.8', now: '0.9' },
      { what: 'bonus', label: 'WETH', before: '0.045', now: '0.01' },
      { what: 'e-mode', label: 'WETH', before: 'out', now: 'in' },
    ])
  })

  test('collateral switched off is the position', () => {
    const off = loan()
    if (off.kind !== 'lending' || off.protocol !== 'aave-v3') expect.unreachable()
    const more = aReserve({
      asset: USDC,
      id: 1,
      decimals: 6,
      debt: 15_000n * 10n ** 6n,
      supplied: 10n ** 9n,
      borrowRate: TEN_PERCENT,
    })
    const [weth] = off.reserves
    if (weth === undefined) expect.unreachable()
    const with1000 = (collateral: boolean): Leg => agreedLeg({ ...off, reserves: [weth, { ...more, collateral }] })
    const changes = between(book([with1000(true)], NOW), book([with1000(false)], NOW))
    expect(changes.legs[0]?.terms).toEqual([{ what: 'collateral', label: 'USDC', before: 'on', now: 'off' }])
    // (15,000 - 1,000 x 0.78) / 24,000 = 0.5925 before, 0.625 now
    expect(partsOf(changes.room)).toEqual({ ...ALL_ZERO, whole: '-0.032500000000', position: '-0.032500000000' })
  })

  test('no trigger counts as room for a fall of all', () => {
    const { room } = between(before, book([loan({ usdc: '0' })], NOW))
    expect(room.now).toEqual({ known: true, move: null, atMost: null })
    expect(room.whole?.toFixed()).toBe('0.625')
  })
})

describe('futures', () => {
  const funding = { rate: dec('0.0001'), intervalHours: dec(8), window: null }
  const at = (time: number, balance: string, over: Partial<MarginAccount> = {}): Snapshot => {
    const wallet = [{ asset: USDT, amount: dec(balance), price: dec(1), priceFrom: 'par' as const, ratio: dec(1) }]
    return book([pool(time, { positions: [aPosition({ funding })], wallet, ...over })], time)
  }
  const before = at(NOW - DAY, '12000')

  test('funding paid three times is interest', () => {
    // 60,000 x 0.0001 x 3 = 18; a death at (60,000 - balance) / (20 x 0.996): 18 / 19.92 / 3,000 nearer
    expect(partsOf(between(before, at(NOW, '11982')).room)).toEqual({
      ...ALL_ZERO,
      ...{ whole: '-0.000301204819', interest: '-0.000301204819' },
    })
  })

  test('a withdrawal beside it is the position', () => {
    // 1,018 less: 18 of it is what was to be expected.
    const { room, legs } = between(before, at(NOW, '10982'))
    expect(partsOf(room)).toEqual({
      ...ALL_ZERO,
      ...{ whole: '-0.017034805890', interest: '-0.000301204819', position: '-0.016733601071' },
    })
    expect(legs[0]?.amounts).toEqual([
      { what: 'margin', label: 'USDT', before: dec(12_000), now: dec(10_982), interest: dec(-18) },
    ])
  })

  test('where no funding was read, interest and position are not told apart', () => {
    const silent = (time: number, balance: string): Snapshot => at(time, balance, { positions: [aPosition()] })
    expect(partsOf(between(silent(NOW - DAY, '12000'), silent(NOW, '11982')).room)).toEqual({
      ...{ whole: '-0.000301204819', price: NONE, interest: null, position: null },
      ...{ unsplit: '-0.000301204819', parameters: NONE },
    })
    expect(partsOf(between(silent(NOW - DAY, '12000'), silent(NOW, '12000')).room)).toEqual(ALL_ZERO)
  })

  test('a larger position, a new entry and another table', () => {
    const tiers = [{ floor: dec(0), cap: null, rate: dec('0.01'), deduction: dec(0) }]
    // 30 ETH, bought for 3,000 in the mean: (90,000 - 12,000) / (30 x 0.995) by the first table less 50 = 2,611.39...
    const now = at(NOW, '12000', { positions: [aPosition({ funding, size: dec(30), tiers })] })
    const { room, legs } = between(before, now)
    // 78,000 / (30 x 0.99) = 2,626.2626...: 1 - that / 3,000 = 0.124579...
    expect(room.now.move?.toFixed(9)).toBe('-0.124579125')
    // the table of before: (78,000 - 50) / (30 x 0.995) = 2,611.3902...
    expect(room.parts?.position?.toFixed(9)).toBe(dec('0.129536572').minus('0.196787149').toFixed(9))
    expect(room.parts?.parameters?.toFixed(9)).toBe(dec('0.124579125').minus('0.129536572').toFixed(9))
    expect(legs[0]?.amounts).toEqual([
      { what: 'position', label: 'ETHUSDT long', before: dec(20), now: dec(30), interest: dec(0) },
    ])
    expect(legs[0]?.terms.map(({ what }) => what)).toEqual(['tiers'])
  })
})

describe('what is not known is null, never 0', () => {
  const gap = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }
  const whole = book([loan()], NOW)
  const partly = book([loan()], NOW, { gaps: [gap] })

  test('a side that was read in part is named', () => {
    expect(partsOf(between(whole, partly).room)).toEqual(NOTHING)
    expect(between(whole, partly).room.unexplained).toBe('now')
    expect(between(partly, whole).room.unexplained).toBe('before')
    expect(between(partly, partly).room.unexplained).toBe('both')
    expect(between(whole, partly).room.now).toEqual({ known: false, move: null, atMost: dec('-0.375') })
  })

  test('gaps that came and went', () => {
    expect(between(whole, partly).gaps).toEqual({ came: [gap], went: [] })
    expect(between(partly, whole).gaps).toEqual({ came: [], went: [gap] })
    expect(between(partly, partly).gaps).toEqual({ came: [], went: [] })
  })

  test('another failure of the same leg, or the same one of another leg, is another gap', () => {
    const [stale, other] = [
      { ...gap, code: 'stale' },
      { ...gap, leg: 'okx/main' },
    ]
    const all = { ...whole, gaps: [stale, other, { ...gap, reason: 'Bybit is still away.' }] }
    expect(between(partly, all).gaps).toEqual({ came: [stale, other], went: [] })
    expect(between(all, partly).gaps).toEqual({ came: [], went: [stale, other] })
  })

  test('rates of Aave v4 are not read: what grew by itself is not told from what was borrowed', () => {
    const spoke = (time: number, debt: bigint): Leg => {
      const [weth, usdc] = aSpoke().reserves
      if (weth === undefined || usdc === undefined) return expect.unreachable()
      const source = aChainSource({
        readAt: time,
        block: { chainId: 1, number: 24_100_000n, hash: '0xaa', timestamp: BigInt(time / 1000 - 8) },
      })
      return agreedLeg(aSpoke({ reserves: [weth, { ...usdc, debtRay: debt * 10n ** 33n }], source }))
    }
    // 1 - 20,400 / 25,500 = 0.2 after 1 - 20,000 / 25,500 = 0.215686...
    const { room, legs } = between(book([spoke(NOW - DAY, 20_000n)], NOW - DAY), book([spoke(NOW, 20_400n)], NOW))
    expect(partsOf(room)).toEqual({
      ...{ whole: '-0.015686274510', price: NONE, interest: null, position: null },
      ...{ unsplit: '-0.015686274510', parameters: NONE },
    })
    expect(legs[0]?.amounts).toEqual([{ what: 'debt', label: 'USDC', before: dec(20_000), now: dec(20_400), interest: null }])
  })

  test('collateral of Compound III earns nothing, its base may', () => {
    const comet = (time: number, base: bigint, weth: bigint): Leg => {
      const [first, ...rest] = aComet().collateral
      if (first === undefined) return expect.unreachable()
      const source = aChainSource({
        readAt: time,
        block: { chainId: 1, number: 24_100_000n, hash: '0xaa', timestamp: BigInt(time / 1000 - 8) },
      })
      return aComet({ baseBalance: base, collateral: [{ ...first, balance: weth }, ...rest], source })
    }
    const before = book([comet(NOW - DAY, -40_000n * 10n ** 6n, 10n ** 19n)], NOW - DAY)
    const repaid = between(before, book([comet(NOW, -39_000n * 10n ** 6n, 10n ** 19n)], NOW))
    expect(repaid.room.parts?.interest).toBeNull()
    expect(repaid.room.parts?.unsplit?.gt(0)).toBe(true)
    const added = between(before, book([comet(NOW, -40_000n * 10n ** 6n, 11n * 10n ** 18n)], NOW))
    expect(added.room.parts?.interest?.isZero()).toBe(true)
    expect(added.room.parts?.position?.gt(0)).toBe(true)
  })

  test('a contract that calls a loan dead which we call alive: its figure, and not ours, decides the room', () => {
    const comet = aComet({ reported: { liquidatable: true } })
    const { room } = between(book([aComet()], NOW), book([comet], NOW))
    expect(room.unexplained).toBe('now')
    expect(room.parts).toBeNull()
  })

  test('a clock that went back: nobody knows what is interest', () => {
    const { room } = between(book([loan()], NOW), book([loan({ usdc: '15003', at: NOW - DAY })], NOW - DAY))
    expect(room.parts?.interest).toBeNull()
    expect(room.parts?.unsplit?.toFixed(9)).toBe('-0.000125000')
  })
})

describe('legs', () => {
  const gap = (leg: string) => ({ leg, code: 'unreachable', reason: 'Away.', hint: '', retryable: true })
  const kinds = (before: Snapshot, now: Snapshot) => between(before, now).legs.map(({ leg, what }) => [leg, what])
  const both = agreed(book([loan(), pool(NOW)], NOW))
  const one = book([loan()], NOW)

  test('opened and closed, and all of it is the position', () => {
    expect(kinds(one, both)).toEqual([['binance/main/USDT-cross', 'opened']])
    expect(kinds(both, one)).toEqual([['binance/main/USDT-cross', 'closed']])
    // From -37.5 % to -19.678...: the pool dies first.
    const { room } = between(one, both)
    expect(partsOf(room)).toEqual({ ...ALL_ZERO, whole: '-0.178212851406', position: '-0.178212851406' })
  })

  test('a leg that is not there while its account is unread is not closed', () => {
    const blind = book([loan()], NOW, { gaps: [gap('binance/main')] })
    expect(kinds(both, blind)).toEqual([['binance/main/USDT-cross', 'unread']])
    expect(kinds(blind, both)).toEqual([['binance/main/USDT-cross', 'read-again']])
    // Nobody knows what this one hides.
    expect(kinds(both, book([loan()], NOW, { gaps: [gap('somewhere')] }))).toEqual([['binance/main/USDT-cross', 'unread']])
    // This one is about the loan alone.
    const elsewhere = book([loan()], NOW, { gaps: [gap('aave-v3/ethereum/0xab')] })
    expect(kinds(both, elsewhere)).toEqual([['binance/main/USDT-cross', 'closed']])
  })

  test('a gap about what was read hides nothing else: by its account, its venue, or its source', () => {
    const other = { ...pool(NOW), id: 'binance/main/USDC-cross' }
    const all = book([loan(), pool(NOW), other], NOW)
    // The two pools are known, so what the gap is about is known, too: the loan is not.
    for (const about of ['binance/main', 'Binance USDT cross', 'Binance']) {
      const now = book([pool(NOW), other], NOW, { gaps: [gap(about)] })
      expect(kinds(all, now), about).toEqual([['aave-v3/ethereum/0xab', 'closed']])
      // Of a third pool of the same it tells nothing.
      const third = { ...pool(NOW), id: 'binance/main/BTC-cross' }
      expect(kinds(book([third, pool(NOW)], NOW), book([pool(NOW)], NOW, { gaps: [gap(about)] })), about).toEqual([
        ['binance/main/BTC-cross', 'unread'],
      ])
    }
    // About one of the two that were read.
    expect(kinds(all, book([pool(NOW), other], NOW, { gaps: [gap(other.id)] }))).toEqual([['aave-v3/ethereum/0xab', 'closed']])
  })

  test('what came is told with its venue, and without amounts', () => {
    expect(between(one, both).legs).toEqual([
      {
        ...{ leg: 'binance/main/USDT-cross', venue: 'Binance USDT cross', kind: 'futures', what: 'opened' },
        ...{ amounts: [], terms: [] },
      },
    ])
  })

  test('each leg is compared with itself, in whatever order they come', () => {
    const other = (usdc: string) => loan({ usdc, over: { id: 'aave-v3/ethereum/0xcd' } })
    const { legs } = between(book([loan(), other('1000')], NOW), book([other('2000'), loan()], NOW))
    expect(legs.map(({ leg, what, amounts }) => [leg, what, amounts.map(({ before, now }) => [before, now])])).toEqual([
      ['aave-v3/ethereum/0xcd', 'changed', [[dec(1000), dec(2000)]]],
    ])
  })

  test('a leg that is too old is not read', () => {
    const stale = book([loan(), pool(NOW - DAY)], NOW)
    expect(kinds(both, stale)).toEqual([['binance/main/USDT-cross', 'unread']])
  })
})

describe('prices and cash', () => {
  test('of each factor, by the median of the legs', () => {
    const before = book([loan(), pool(NOW)], NOW)
    const now = book([loan({ price: 2700 }), pool(NOW, { positions: [aPosition({ mark: dec(2700) })] })], NOW)
    expect(between(before, now).prices.map(({ factor, move }) => [factor, move?.toFixed() ?? null])).toEqual([
      ['ETH', '-0.1'],
      ['USD:USDC', '0'],
      // At par: nobody priced it.
      ['USD:USDT', null],
    ])
  })

  test('free cash, and cash that may not have been read', () => {
    const usdc = { id: 'cash/0xab/usdc', place: 'wallet 0xab..cd', asset: USDC, amount: dec(500), price: dec(1) }
    const [none, some] = [book([loan()], NOW), book([loan()], NOW, { cash: [usdc] })]
    const row = { id: usdc.id, place: usdc.place, symbol: 'USDC' }
    expect(between(none, some).cash).toEqual({
      ...{ before: sum([]), now: dec(500) },
      rows: [{ ...row, before: dec(0), now: dec(500) }],
    })
    expect(between(some, some).cash).toEqual({ before: dec(500), now: dec(500), rows: [] })
    const gaps = [{ leg: 'wallet', code: 'unreachable', reason: '', hint: '', retryable: true }]
    expect(between(some, { ...none, gaps }).cash).toEqual({
      ...{ before: dec(500), now: null },
      rows: [{ ...row, before: dec(500), now: null }],
    })
    expect(between(some, { ...some, cash: [{ ...usdc, price: null }] }).cash.now).toBeNull()
    expect(between({ ...none, gaps }, some).cash).toEqual({
      ...{ before: null, now: dec(500) },
      rows: [{ ...row, before: null, now: dec(500) }],
    })
  })

  test('cash of several coins: what is unknown of one is unknown of all, and none of a coin needs no price', () => {
    const usdc = { id: 'cash/0xab/usdc', place: 'wallet 0xab..cd', asset: USDC, amount: dec(500), price: dec(1) }
    const weth = { ...usdc, id: 'cash/0xab/weth', asset: WETH, amount: dec(2), price: dec(3000) }
    const held = (cash: Snapshot['cash'], gaps: Snapshot['gaps'] = []) => book([loan()], NOW, { cash, gaps })
    const gap = { leg: 'wallet', code: 'unreachable', reason: '', hint: '', retryable: true }
    const both = held([usdc, weth])
    expect(between(both, held([usdc, { ...weth, amount: dec(1) }])).cash).toEqual({
      ...{ before: dec(6500), now: dec(3500) },
      rows: [{ id: weth.id, place: weth.place, symbol: 'WETH', before: dec(2), now: dec(1) }],
    })
    expect(between(held([usdc], [gap]), both).cash.before).toBeNull()
    expect(between(both, held([usdc], [gap])).cash.now).toBeNull()
    expect(between(both, held([usdc, { ...weth, amount: dec(0), price: null }])).cash.now?.toFixed()).toBe('500')
  })
})

test('the grade then and now', () => {
  const { grade } = between(book([loan()], NOW), book([loan({ price: 2000 })], NOW))
  // 1 - 15,000 / 16,000 = 0.0625
  expect(grade).toEqual({ before: { grade: 'ok', reason: 'market' }, now: { grade: 'critical', reason: 'market' } })
})
