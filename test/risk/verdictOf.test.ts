import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import type { Corridor } from '../../src/risk/corridor.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { anchored, type Evidence, safetyFactor, verdictOf } from '../../src/risk/verdict.ts'
import type { LegView, Liquidation } from '../../src/risk/view.ts'
import { aSnapshot } from '../support/books.ts'

const [LOAN, POOL] = assess(aSnapshot(), DEFAULT_POLICY).legs as [LegView, LegView]
/** A leg that dies of nothing. */
const calm = (over: Partial<LegView> = {}): LegView => ({ ...POOL, id: 'pool', tripped: false, liquidation: [], ...over })
const end = (move: string, over: Partial<Liquidation> = {}): Liquidation => ({
  ...{ symbol: 'ETHUSDT', asset: null, key: 'ETHUSDT', factor: null, side: 'down', price: dec(2400), exact: true },
  move: dec(move),
  ...over,
})
const wall = (at: string, ...legs: string[]) => ({ at: dec(at), legs })
const along = (factor: string, over: Partial<Corridor> = {}): Corridor => ({
  ...{ factor, kind: factor.includes(':') ? 'peg' : factor === 'ALL' ? 'all' : 'market' },
  ...{ floor: null, ceiling: null, legs: new Map() },
  ...over,
})
const verdict = (over: Partial<Evidence>) =>
  verdictOf(
    { legs: [calm()], corridors: [], anchoring: [], days: { soonest: null, complete: true }, complete: true, ...over },
    DEFAULT_POLICY,
  )
const NOTHING = { firstLiquidation: null, firstPeg: null, room: null, atMost: null, days: null, daysAtMost: null }

describe('the worst of what was measured', () => {
  test('nothing in reach is "no trigger" where something is required, else "no risk"', () => {
    expect(verdict({})).toEqual({ grade: 'no-trigger', reason: 'none', complete: true, ...NOTHING })
    expect(verdict({ legs: [calm({ required: dec(0) })] })).toMatchObject({ grade: 'no-risk', reason: 'none' })
    expect(verdict({ legs: [] })).toMatchObject({ grade: 'no-risk', reason: 'none' })
  })

  test('the market by its limits and the peg by its own, each with its place', () => {
    const eth = along('ETH', { floor: wall('0.75', 'pool') })
    const usdc = along('USD:USDC', { ceiling: wall('1.04', 'loan') })
    // 25 % lie between 20 and 35: notice. 1.04 is nearer than 1 / 0.95 and further than 1 / 0.98: warning.
    const found = verdict({ corridors: [eth, usdc] })
    expect(found).toEqual({
      ...{ ...NOTHING, grade: 'warning', reason: 'peg', complete: true, room: dec('-0.25') },
      firstLiquidation: {
        ...{ legs: ['pool'], factor: 'ETH', direction: 'down', move: dec('-0.25') },
        ...{ price: null, priceOf: null, ambiguous: false },
      },
      firstPeg: {
        ...{ legs: ['loan'], factor: 'USD:USDC', direction: 'up', move: dec('0.04') },
        ...{ price: null, priceOf: null, ambiguous: false },
      },
    })
    // And the market where it is the nearer of the two: 1.05 of a market is critical, of a peg it is a warning.
    const near = verdict({ corridors: [along('ETH', { ceiling: wall('1.03', 'pool') }), usdc] })
    expect(near).toMatchObject({ grade: 'critical', reason: 'market', room: dec('0.03') })
    expect(near.firstPeg?.factor).toBe('USD:USDC')
  })

  test('a table that does not meet is a notice', () => {
    const legs = [calm(), calm({ id: 'other', unmet: true })]
    expect(verdict({ legs })).toEqual({ ...NOTHING, grade: 'notice', reason: 'tiers', complete: true })
  })

  test('a low health is a warning for a loan, not for a pool', () => {
    const low = { health: dec('1.049'), required: dec(100) }
    expect(verdict({ legs: [calm(), { ...LOAN, ...low }] })).toMatchObject({ grade: 'warning', reason: 'health' })
    expect(verdict({ legs: [{ ...LOAN, ...low, health: dec('1.05') }] })).toMatchObject({ grade: 'no-trigger', reason: 'none' })
    expect(verdict({ legs: [calm(low)] })).toMatchObject({ grade: 'no-trigger', reason: 'none' })
  })
})

describe('what is dead already', () => {
  const dead = calm({ id: 'dead', tripped: true })

  test('is first at once, along the factor that is nearest for the living', () => {
    const corridors = [along('BTC', { ceiling: wall('1.5', 'pool') }), along('ETH', { ceiling: wall('1.2', 'pool') })]
    const first = { legs: ['dead'], factor: 'ETH', direction: 'up', move: dec(0), price: null, priceOf: null, ambiguous: false }
    expect(verdict({ legs: [calm(), dead], corridors })).toMatchObject({
      ...{ grade: 'liquidatable', reason: 'tripped', room: dec(0) },
      firstLiquidation: first,
    })
  })

  test('of anything where no market kills the others; two of them are both first', () => {
    const { firstLiquidation } = verdict({ legs: [dead, calm(), { ...dead, id: 'too' }] })
    expect(firstLiquidation).toEqual({
      ...{ legs: ['dead', 'too'], factor: 'ALL', direction: 'down', move: dec(0) },
      ...{ price: null, priceOf: null, ambiguous: true },
    })
    expect(verdict({ legs: [dead] }).firstLiquidation?.ambiguous).toBe(false)
  })
})

describe('the price of the first end', () => {
  const eth = along('ETH', { floor: wall('0.8', 'pool'), legs: new Map([['pool', { down: dec('0.8'), up: null }]]) })
  const first = (liquidation: readonly Liquidation[], corridor = eth) =>
    verdict({
      legs: [calm({ liquidation }), calm({ id: 'other', liquidation: [end('-0.2', { price: dec(1) })] })],
      corridors: [corridor],
    }).firstLiquidation

  test('is that of the one market that ends there alone', () => {
    const others = [end('-0.9', { price: dec(300) }), end('-0.2', { side: 'up' }), end('-0.2', { factor: 'ETH', price: null })]
    expect(first([...others, end('-0.2')])).toMatchObject({ move: dec('-0.2'), price: dec(2400), priceOf: 'ETHUSDT' })
    expect(first([end('-0.2', { symbol: null, asset: 'WETH' })])).toMatchObject({ price: dec(2400), priceOf: 'WETH' })
    // To a ten-thousandth, the tick of the venue.
    expect(first([end('-0.2001')])?.price).toEqual(dec(2400))
    expect(first([end('-0.2002')])).toMatchObject({ price: null, priceOf: null })
  })

  test('is none where two markets end there, or two legs', () => {
    expect(first([end('-0.2'), end('-0.2', { symbol: 'ETHUSD_PERP' })])).toMatchObject({ price: null, priceOf: null })
    const both = along('ETH', { floor: wall('0.8', 'pool', 'other') })
    expect(first([end('-0.2')], both)).toMatchObject({ legs: ['pool', 'other'], price: null, priceOf: null, ambiguous: true })
  })

  test('is found by the leg’s own death where the wall is measured from another price', () => {
    const shifted = { ...eth, floor: wall('0.82', 'pool') }
    expect(first([end('-0.2')], shifted)).toMatchObject({ move: dec('-0.18'), price: dec(2400) })
    expect(first([end('-0.18')], shifted)?.price).toBeNull()
    // A leg that does not die by its own prices is looked for at the wall itself.
    const own = new Map([['pool', { down: null, up: null }]])
    expect(first([end('-0.18')], { ...shifted, legs: own })?.price).toEqual(dec(2400))
    expect(first([end('-0.18')], { ...shifted, legs: new Map() })?.price).toEqual(dec(2400))
  })
})

describe('where the legs’ own prices differ', () => {
  const anchor = (factor: string, over: { floor?: ReturnType<typeof wall>; ceiling?: ReturnType<typeof wall> }) => {
    const wide = (one: ReturnType<typeof wall> | undefined) => (one === undefined ? null : { ...one, ambiguous: false })
    return { factor, divergence: dec(0), legs: [], floor: wide(over.floor), ceiling: wide(over.ceiling) }
  }

  test('the nearer wall counts and every leg of both is named once', () => {
    const eth = along('ETH', { floor: wall('0.8', 'a', 'b'), ceiling: wall('1.2', 'a') })
    const apart = [
      anchor('BTC', { floor: wall('0.99', 'c') }),
      anchor('ETH', { floor: wall('0.85', 'c', 'a'), ceiling: wall('1.3', 'd') }),
    ]
    expect(anchored(eth, apart)).toEqual({ ...eth, floor: wall('0.85', 'a', 'b', 'c'), ceiling: wall('1.2', 'a', 'd') })
    expect(anchored(eth, apart.slice(0, 1))).toBe(eth)
  })

  test('a wall that only one of the two has is the wall', () => {
    const own = along('ETH', { floor: wall('0.8', 'a') })
    expect(anchored(own, [anchor('ETH', { ceiling: wall('1.3', 'b') })])).toEqual({
      ...own,
      floor: wall('0.8', 'a'),
      ceiling: wall('1.3', 'b'),
    })
  })

  test('of the corridors the nearest counts after that, and a single factor before all together', () => {
    const corridors = [
      along('BTC', { floor: wall('0.7', 'pool') }),
      along('ETH', { floor: wall('0.6', 'pool') }),
      along('ALL', { floor: wall('0.8', 'pool') }),
    ]
    const anchoring = [anchor('ETH', { floor: wall('0.8', 'other') })]
    expect(verdict({ corridors, anchoring }).firstLiquidation).toMatchObject({
      ...{ factor: 'ETH', legs: ['pool', 'other'], ambiguous: true, move: dec('-0.2') },
    })
  })
})

describe('the safety factor', () => {
  test('is the nearest wall of the markets as a distance; pegs are not of it', () => {
    const eth = along('ETH', { floor: wall('0.8', 'a'), ceiling: wall('1.3', 'a') })
    const all = along('ALL', { floor: wall('0.5', 'a') })
    const peg = along('USD:USDC', { floor: wall('0.99', 'a') })
    // 1 / 0.8
    expect(safetyFactor([peg, all, eth])?.toFixed()).toBe('1.25')
    expect(safetyFactor([peg, all])?.toFixed()).toBe('2')
    expect(safetyFactor([peg])).toBeNull()
  })
})
