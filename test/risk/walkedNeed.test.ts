import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { FuturesPosition, MarginAccount, MarginTier } from '../../src/risk/marginAccount.ts'
import { ALL_MARKET, alongFactor, alongOne, type Path } from '../../src/risk/path.ts'
import type { Direction } from '../../src/risk/slackLine.ts'
import { walkedNeed } from '../../src/risk/walkedNeed.ts'
import { aPool, aPosition, BINANCE_RULES } from '../support/books.ts'

const ETH = alongFactor('ETH')
const RULES = { ...BINANCE_RULES, tiers: 'flat' } as const

/** Brackets of `[up to, rate]`; a notional in one pays its rate on all of it. */
const flat = (...brackets: readonly (readonly [number | null, string])[]): readonly MarginTier[] =>
  brackets.map(([cap, rate], i) => {
    const floor = dec(brackets[i - 1]?.[0] ?? 0)
    return { floor, cap: cap === null ? null : dec(cap), rate: dec(rate), deduction: dec(0) }
  })
const poolOf = (positions: readonly Partial<FuturesPosition>[], over: Partial<MarginAccount> = {}): MarginAccount =>
  aPool({ rules: RULES, positions: positions.map(aPosition), ...over })

type Way = { readonly path?: Path; readonly direction?: Direction; readonly coinMoves?: boolean }
/** By distance: the need, and the fixed, fall and rise of its form. To 30 digits: thirds of a stretch cost the last ones. */
const needs = (
  account: MarginAccount,
  at: readonly string[],
  { path = ETH, direction = 'down', coinMoves = false }: Way = {},
) => {
  const probe = walkedNeed(account, path, { direction, coinMoves })
  return at.map((h) => {
    const { usd, form, ...where } = probe.at(dec(h))
    expect(where).toEqual({ path: path.name, direction })
    return [usd, form.fixed, form.fall, form.rise].map((figure) => figure.toDecimalPlaces(30).toFixed()).join(' ')
  })
}

// 20 ETH at 3,000 on 12,000: notional 60,000 s. Above 50,000 (s = 5/6) at 2 %, up to there at 1 %, up to 30,000 (s = 1/2) at 0.4 %.
const STEPS = flat([30_000, '0.01'], [50_000, '0.01'], [600_000, '0.02'], [null, '0.5'])
const TWO = flat([50_000, '0.004'], [null, '0.02'])

describe('the need of a pool whose rates are of the whole position', () => {
  test('grows to a bracket, holds where the next asks less, and grows on', () => {
    // Above 5/6: 12,000 - 60,000 + 60,000 s - 1,200 s, so 48,000 - 58,800 / h. Below: 48,000 - 59,760 / h.
    // At 5/6 (h = 1.2) -1,000, then -1,800: -1,000 stays up to 59,760 / 49,000 = 1.21959.
    expect(needs(poolOf([{ tiers: TWO }]), ['1', '1.12', '1.2', '1.21', '1.25', '1000000'])).toEqual([
      '-10800 -10800 0 0',
      '-4500 48000 -58800 0',
      '-1000 48000 -58800 0',
      '-1000 -1000 0 0',
      '192 48000 -59760 0',
      '48000 48000 -59760 0',
    ])
  })

  test('passes several brackets one after the other, and two of one place as one', () => {
    // From 1/2 down at 0.4 %, from 5/6 at 1 %: 48,000 - 59,400 / h, at h = 2 18,300; then 18,120: up to 59,760 / 29,700 = 2.0121.
    const three = flat([30_000, '0.004'], [50_000, '0.01'], [null, '0.02'])
    const wanted = ['-1000 -1000 0 0', '480 48000 -59400 0', '18300 18300 0 0', '33060 48000 -59760 0']
    const at = ['1.21', '1.25', '2.01', '4']
    expect(needs(poolOf([{ tiers: three }]), at)).toEqual(wanted)
    // Two of 10 ETH each: the same edges twice.
    const half = flat([15_000, '0.004'], [25_000, '0.01'], [null, '0.02'])
    const size = dec(10)
    expect(
      needs(
        poolOf([
          { tiers: half, size },
          { symbol: 'ETHUSDC', tiers: half, size },
        ]),
        at,
      ),
    ).toEqual(wanted)
  })

  test('of a short grows as it rises, bracket by bracket, and holds as it falls', () => {
    // 12,000 + 60,000 - 60,000 s - 1,200 s; from 600,000 on (s = 10) at 50 %: 72,000 - 90,000 s
    const short = poolOf([{ side: 'short', tiers: STEPS }])
    expect(needs(short, ['1', '1.25', '10', '10.5'], { direction: 'up' })).toEqual([
      '-10800 -10800 0 0',
      '4500 -72000 0 61200',
      '540000 -72000 0 61200',
      '873000 -72000 0 90000',
    ])
    expect(needs(short, ['1', '1.5', '1000000'])).toEqual(['-10800 -10800 0 0', '-10800 -10800 0 0', '-10800 -10800 0 0'])
  })

  test('of a long that rises into a dearer bracket is what that bracket asks where it begins', () => {
    // 1,000 of margin. Up to 60,060 (s = 1.001) at 0.4 %: 59,760 s - 59,000, 760 now. Behind it at 2 %: 58,800 s - 59,000,
    // 141.20 short at first, and alive again from s = 1.0034 on: to come there it needs the 141.20 all the same.
    const wallet = aPool().wallet.map((held) => ({ ...held, amount: dec(1000) }))
    const near = poolOf([{ tiers: flat([60_060, '0.004'], [null, '0.02']) }], { wallet })
    expect(needs(near, ['1', '1.001', '1.002', '2', '1000000'], { direction: 'up' })).toEqual([
      '-760 -760 0 0',
      '-760 -760 0 0',
      '141.2 141.2 0 0',
      '141.2 141.2 0 0',
      '141.2 141.2 0 0',
    ])
  })

  test('never falls, however the brackets go up and down', () => {
    // 50 % between 66,000 and 120,000 (s = 1.1 to 2): 12,000 - 60,000 + 60,000 s - 30,000 s is -15,000 at 1.1 and 12,000 at 2.
    const hump = poolOf([{ tiers: flat([66_000, '0.004'], [120_000, '0.5'], [null, '0.6']) }])
    // Behind 2 at 60 %: 24,000 s - 48,000 is 0 there, more beyond.
    expect(needs(hump, ['1.1', '1.2', '1.5', '2', '3'], { direction: 'up' })).toEqual([
      '-11760 -11760 0 0',
      ...new Array<string>(4).fill('15000 15000 0 0'),
    ])
    // 110 % behind 2: 60,000 s - 66,000 s - 48,000 falls: -60,000 at 2, so 48,000 + 6,000 h.
    const steep = poolOf([{ tiers: flat([66_000, '0.004'], [120_000, '0.5'], [null, '1.1']) }])
    expect(needs(steep, ['2', '3'], { direction: 'up' })).toEqual(['15000 15000 0 0', '66000 48000 0 6000'])
  })

  test('in a coin that moves along is told in that coin at today’s price', () => {
    // Everything divided by s: 48,000 h - 58,800
    expect(needs(poolOf([{ tiers: TWO }]), ['1.1', '2'], { coinMoves: true })).toEqual([
      '-6000 -58800 0 48000',
      '36240 -59760 0 48000',
    ])
  })
})

describe('the need of an inverse pool', () => {
  const coin = { key: 'binance/ETH', symbol: 'ETH', factor: 'ETH', basis: null }
  const inverse = (symbol: string, size: number): Partial<FuturesPosition> => ({
    ...{ symbol, contract: 'inverse', size: dec(size), tiers: flat([null, '0.01']) },
  })
  const held = { asset: coin, amount: dec(4), price: dec(3000), priceFrom: 'venue', ratio: dec(1) } as const
  const poolIn = (positions: readonly Partial<FuturesPosition>[]): MarginAccount =>
    poolOf(positions, { settle: coin, settlePrice: dec(3000), settlePriceFrom: 'venue', wallet: [held] })

  test('whose mark moves alone is affine in 1 / s', () => {
    // 12,000 + 30,000 (1 - 1/s) - 300/s: at a fall to 1/h 30,300 h - 42,000
    const one = poolIn([inverse('ETHUSD', 30_000)])
    const path = alongOne('ETHUSD')
    expect(needs(one, ['1', '1.2', '2'], { path })).toEqual(['-11700 -11700 0 0', '-5640 -42000 0 30300', '18600 -42000 0 30300'])
    expect(needs(one, ['2'], { path, direction: 'up' })).toEqual(['-11700 -11700 0 0'])
    // 3,000 more of another symbol, which stands still, require 30.
    const two = poolIn([inverse('ETHUSD', 30_000), inverse('ETHUSD_261225', 3000)])
    expect(needs(two, ['1.2'], { path })).toEqual(['-5610 -41970 0 30300'])
  })

  test('whose coin moves with the mark is affine in s', () => {
    // 12,000 s + 30,000 (s - 1) - 300: a fall to 1/h needs 30,300 - 42,000 / h
    const one = poolIn([inverse('ETHUSD', 30_000)])
    for (const path of [ETH, ALL_MARKET]) expect(needs(one, ['1.2'], { path })).toEqual(['-4700 30300 -42000 0'])
  })
})
