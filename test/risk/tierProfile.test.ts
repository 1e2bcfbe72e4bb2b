import { describe, expect, test } from 'vitest'
import { dec, ONE, ZERO } from '../../src/risk/decimal.ts'
import type { MarginRules, MarginTier } from '../../src/risk/marginAccount.ts'
import { type Bracket, jumpsIn, nowOf, type Piece, pieceAt, piecesOf, profileOf } from '../../src/risk/tierProfile.ts'
import { aPool, aPosition, BINANCE_RULES, ETH_TIERS } from '../support/books.ts'

type Text = readonly [from: string, rise: string, start: string]

const tier = (floor: number, cap: number | null, rate: string, deduction: number): MarginTier => ({
  floor: dec(floor),
  cap: cap === null ? null : dec(cap),
  rate: dec(rate),
  deduction: dec(deduction),
})
const piece = ([from, rise, start]: Text): Piece => ({ from: dec(from), rise: dec(rise), start: dec(start) })
const texts = (pieces: readonly Piece[]): Text[] =>
  pieces.map(({ from, rise, start }) => [from.toDecimalPlaces(6).toFixed(), rise.toFixed(), start.toFixed()])

/** Of 60,000 of notional (20 at 3,000), in a settle coin at 1 USD. */
const pieces = (tiers: readonly MarginTier[], rules: Partial<MarginRules> = {}, over = {}): Text[] =>
  texts(piecesOf(aPosition({ tiers, ...over }), aPool({ rules: { ...BINANCE_RULES, ...rules } })))

describe('the envelope of brackets that meet', () => {
  test('0.4 % to 50,000, then 0.5 % less 50: the bend is at 50,000 / 60,000', () => {
    expect(pieces(ETH_TIERS)).toEqual([
      ['0', '240', '0'],
      ['0.833333', '300', '-50'],
    ])
  })

  test('three of them, listed in any order', () => {
    // 1 % less 3,050 from 600,000: 300 x - 50 = 600 x - 3,050 at x = 10
    const third = tier(600_000, null, '0.01', 3050)
    const found = [
      ['0', '240', '0'],
      ['0.833333', '300', '-50'],
      ['10', '600', '-3050'],
    ]
    expect(pieces([...ETH_TIERS, third])).toEqual(found)
    expect(pieces([third, ...ETH_TIERS.toReversed()])).toEqual(found)
  })

  test('a deduction in the first bracket: nothing is asked before its line leaves 0', () => {
    // 600 x - 100 = 0 at x = 1/6
    expect(pieces([tier(0, null, '0.01', 100)])).toEqual([
      ['0', '0', '0'],
      ['0.166667', '600', '-100'],
    ])
  })

  test('of two with one rate the larger claim, in either order, and one that is never the largest is none', () => {
    const [low, high] = [tier(0, null, '0.01', 100), tier(0, null, '0.01', 40)]
    const found = [
      ['0', '0', '0'],
      ['0.066667', '600', '-40'],
    ]
    expect([pieces([low, high]), pieces([high, low])]).toEqual([found, found])
    // 240 x, 300 x - 50 and 600 x - 60: the last passes 240 x at 1/6, before the second does at 5/6.
    expect(pieces([...ETH_TIERS, tier(0, null, '0.01', 60)])).toEqual([
      ['0', '240', '0'],
      ['0.166667', '600', '-60'],
    ])
    expect(pieces([])).toEqual([['0', '0', '0']])
  })

  test('on the entry, of an inverse contract, and in a coin that is not worth 1', () => {
    // 20 x 2,500 = 50,000: the bend is at 1. At 0.9 USD: 200 x 0.9, 250 x 0.9, 50 x 0.9.
    expect(pieces(ETH_TIERS, { basis: 'entry' }, { entry: dec(2500) })).toEqual([
      ['0', '200', '0'],
      ['1', '250', '-50'],
    ])
    const found = piecesOf(aPosition({ entry: dec(1), mark: dec(2500) }), aPool({ settlePrice: dec('0.9') }))
    expect(texts(found)).toEqual([
      ['0', '180', '0'],
      ['1', '225', '-45'],
    ])
    // 300,000 USD at 3,000: 100 coins; 1 % to 50, then 2 % less 0.5.
    const coins = [tier(0, 50, '0.01', 0), { ...tier(50, null, '0.02', 0), deduction: dec('0.5') }]
    expect(pieces(coins, {}, { contract: 'inverse', size: dec(300_000) })).toEqual([
      ['0', '1', '0'],
      ['0.5', '2', '-0.5'],
    ])
  })
})

describe('brackets on the whole position', () => {
  const three = [tier(0, 30_000, '0.01', 0), tier(30_000, 90_000, '0.02', 0), tier(90_000, 120_000, '0.05', 0)]
  const flat = (tiers: readonly MarginTier[], over = {}) => pieces(tiers, { tiers: 'flat' }, over)

  test('the rate of the one that holds the notional; past the last cap the last rate', () => {
    expect(flat(three)).toEqual([
      ['0', '600', '0'],
      ['0.5', '1200', '0'],
      ['1.5', '3000', '0'],
      ['2', '3000', '0'],
    ])
  })

  test('an open one is the last, whatever stands after it', () => {
    const open = tier(30_000, null, '0.02', 0)
    const found = [
      ['0', '600', '0'],
      ['0.5', '1200', '0'],
    ]
    expect(flat([three[0] as MarginTier, open])).toEqual(found)
    expect(flat([three[0] as MarginTier, open, three[2] as MarginTier])).toEqual(found)
    expect(flat([three[0] as MarginTier, open, { ...open, rate: dec('0.03') }])).toEqual(found)
  })

  test('one that ends where the one before did holds nothing', () => {
    const [first, second] = three as [MarginTier, MarginTier]
    const nothing = [tier(0, 30_000, '0.5', 0), tier(0, 20_000, '0.6', 0)]
    expect(flat([first, ...nothing, { ...second, cap: null }])).toEqual([
      ['0', '600', '0'],
      ['0.5', '1200', '0'],
    ])
    // Past the cap of the first, with nothing open there: the last rate.
    expect(flat([first, ...nothing])).toEqual([
      ['0', '600', '0'],
      ['0.5', '36000', '0'],
    ])
  })

  test('no table, no size: nothing', () => {
    expect([flat([]), flat(three, { size: ZERO })]).toEqual([[['0', '0', '0']], [['0', '0', '0']]])
  })

  test('they jump where the rate changes, but not on the entry', () => {
    const jumps = (tiers: readonly MarginTier[], rules: Partial<MarginRules>) =>
      jumpsIn(aPosition({ tiers }), aPool({ rules: { ...BINANCE_RULES, ...rules } }))
    expect(jumps(three, { tiers: 'flat' })).toBe(true)
    expect(jumps(three, { tiers: 'flat', basis: 'entry' })).toBe(false)
    expect(jumps(three, { tiers: 'marginal' })).toBe(false)
    expect(jumps([tier(0, 5, '0.01', 0), tier(5, null, '0.010', 0)], { tiers: 'flat' })).toBe(false)
  })
})

describe('positions that move together', () => {
  const bracket = (all: readonly Text[], over: Partial<Bracket> = {}): Bracket => ({
    ...{ p: 1, q: 0, jumps: false, pieces: all.map(piece) },
    ...over,
  })
  const found = (brackets: readonly Bracket[]) => {
    const required = [dec(1), dec(2), dec(3)]
    const { profiles, jumps } = profileOf(brackets, required)
    return {
      required: required.map((usd) => usd.toFixed()),
      jumps,
      profiles: profiles.map(({ p, q, pieces: merged }) => ({ p, q, pieces: texts(merged) })),
    }
  }
  const first = bracket([
    ['0', '10', '0'],
    ['0.5', '20', '-5'],
    ['2', '50', '-65'],
  ])
  const second = bracket([
    ['0', '1', '0'],
    ['0.5', '3', '-1'],
    ['1.5', '4', '-2.5'],
  ])

  test('are added piece by piece', () => {
    expect(found([first, second])).toEqual({
      required: ['1', '2', '3'],
      jumps: false,
      profiles: [
        {
          ...{ p: 1, q: 0 },
          pieces: [
            ['0', '11', '0'],
            ['0.5', '23', '-6'],
            ['1.5', '24', '-7.5'],
            ['2', '54', '-67.5'],
          ],
        },
      ],
    })
  })

  test('in other company they are added anew', () => {
    const third = bracket([['0', '100', '0']])
    const rises = (brackets: readonly Bracket[]) => found(brackets).profiles[0]?.pieces.map(([, rise]) => rise)
    expect(rises([first, second])).toEqual(['11', '23', '24', '54'])
    expect(rises([first, third])).toEqual(['110', '120', '150'])
    expect(rises([first, second, third])).toEqual(['111', '123', '124', '154'])
    expect(rises([first, second])).toEqual(['11', '23', '24', '54'])
    expect(rises([first])).toEqual(['10', '20', '50'])
  })

  test('each pair of axes by itself; on one axis alone at the ratio of 1, which jumps nowhere', () => {
    // At 1: 20 - 5 is added to what axis 2 requires.
    const still = { ...first, p: 2, q: 2, jumps: true }
    const across = { ...second, p: 1, q: 2, jumps: true }
    expect(found([still])).toEqual({ required: ['1', '2', '18'], jumps: false, profiles: [] })
    const both = found([still, first, across])
    expect([both.required, both.jumps]).toEqual([['1', '2', '18'], true])
    expect(both.profiles.map(({ p, q }) => [p, q])).toEqual([
      [1, 0],
      [1, 2],
    ])
    expect(
      found([
        { ...across, p: 12, q: 1 },
        { ...across, p: 1, q: 21 },
      ]).profiles.length,
    ).toBe(2)
  })

  test('the piece that begins below a ratio holds there', () => {
    const at = (p: string, q: string) => pieceAt(first, dec(p), dec(q)).rise.toFixed()
    expect([at('0', '1'), at('0.5', '1'), at('0.5000001', '1'), at('2', '1'), at('2.1', '1')]).toEqual([
      '10',
      '10',
      '20',
      '20',
      '50',
    ])
    // 2 of 4 is 0.5, 3 of 4 more; 9 of 4 is past 2.
    expect([at('2', '4'), at('3', '4'), at('9', '4')]).toEqual(['10', '20', '50'])
    expect(pieceAt(first, dec('0.6'), ONE).rise.toFixed()).toBe('20')
  })

  test('now is the ratio of 1: a bracket that begins there does not hold yet', () => {
    const now = (all: readonly Text[]) => nowOf(all.map(piece)).toFixed()
    const begins = (from: string): Text[] => [
      ['0', '10', '0'],
      [from, '20', '-5'],
    ]
    expect([now(begins('0.9')), now(begins('1')), now(begins('1.1')), now([['1', '7', '1']])]).toEqual(['15', '10', '10', '8'])
  })
})
