import { describe, expect, test } from 'vitest'
import { dec, ONE, ZERO } from '../../src/risk/decimal.ts'
import { type NeedCurve, needCurve, type Reference } from '../../src/risk/need.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { curveRoom, firstOf, loanRoom, type Room } from '../../src/risk/room.ts'
import { aLoan, aPool, aPosition, USDT } from '../support/books.ts'

const [ETH, BTC] = [alongFactor('ETH'), alongFactor('BTC')]
const said = (room: Room | null) =>
  room === null ? null : [room.factor, room.direction, room.distance.toFixed(10), room.move.toFixed(10), room.legs]
const both = (...paths: Reference['paths']): Reference => ({ paths, sides: ['down', 'up'] })

describe('the first death of a loan', () => {
  const loan = aLoan({ revision: 11 })
  // All markets at 22,000 / 38,940 = 0.5649717514; ETH alone at (22,000 - 14,040) / 24,900 = 0.3196787149; BTC alone never.
  test('is the nearest of all paths, in whatever order they come', () => {
    const nearest = ['ALL', 'down', '1.7700000000', '-0.4350282486', [loan.id]]
    expect(said(loanRoom(loan, both(ETH, ALL_MARKET, BTC)))).toEqual(nearest)
    expect(said(loanRoom(loan, both(ALL_MARKET, ETH)))).toEqual(nearest)
    expect(said(loanRoom(loan, both(BTC, ETH)))).toEqual(['ETH', 'down', '3.1281407035', '-0.6803212851', [loan.id]])
  })

  test('is the first of two that tie, and none where nothing kills', () => {
    const alone = { ...loan, reserves: loan.reserves.filter(({ asset }) => asset.symbol !== 'WBTC') }
    expect(loanRoom(alone, both(ETH, ALL_MARKET))?.factor).toBe('ETH')
    expect(loanRoom(alone, both(ALL_MARKET, ETH))?.factor).toBe('ALL')
    expect(loanRoom(loan, both(BTC))).toBeNull()
    expect(loanRoom(loan, { paths: [ETH], sides: ['up'] })).toBeNull()
  })
})

describe('the first death by a need', () => {
  const curve = (side: 'long' | 'short'): NeedCurve =>
    needCurve(aPool({ positions: [aPosition({ side })] }), both(ETH), USDT) as NeedCurve
  const POOL = aPool().id

  // Long: 59,760 s = 48,000 below 50,000 of notional. Short: 72,050 = 60,300 s.
  test('a fall is told below 0, a rise above', () => {
    expect(said(curveRoom(curve('long'), ZERO))).toEqual(['ETH', 'down', '1.2450000000', '-0.1967871486', [POOL]])
    expect(said(curveRoom(curve('short'), ZERO))).toEqual(['ETH', 'up', '1.1948590381', '0.1948590381', [POOL]])
  })

  test('with more slack it is further off: 6,000 more and 59,760 s = 42,000', () => {
    expect(said(curveRoom(curve('long'), dec(6000)))).toEqual(['ETH', 'down', '1.4228571429', '-0.2971887550', [POOL]])
    expect(curveRoom(curve('long'), dec(48_000))).toBeNull()
  })
})

describe('the first of several', () => {
  const room = (leg: string, distance: string): Room => ({
    ...{ distance: dec(distance), move: dec(distance).minus(ONE), factor: 'ETH', direction: 'up', legs: [leg] },
  })

  test('lists what dies together, in the order of the book', () => {
    expect(said(firstOf([room('a', '2'), null, room('b', '1.5'), room('c', '1.500000001')]))).toEqual([
      ...['ETH', 'up', '1.5000000000', '0.5000000000'],
      ['b', 'c'],
    ])
    expect(firstOf([room('a', '1.50000001'), room('b', '1.5')])?.legs).toEqual(['b'])
    expect(firstOf([null, null])).toBeNull()
    expect(firstOf([])).toBeNull()
  })
})
