import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import type { Decimal } from '../../src/risk/decimal.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { statedOdds } from '../../src/risk/statedOdds.ts'
import { aPool, aPosition, aSnapshot } from '../support/books.ts'

const { corridors } = assess(aSnapshot(), DEFAULT_POLICY)
const odds = (volatility: [string, string][]) =>
  statedOdds(corridors, new Map(volatility.map(([factor, sigma]): [string, Decimal] => [factor, dec(sigma)])))

describe('odds by the stated volatility', () => {
  test('a day and a week, by the sigma and by twice of it', () => {
    const [eth, ...more] = odds([['ETH', '0.6']])
    expect(more).toEqual([])
    expect(eth?.factor).toBe('ETH')
    expect(eth?.odds.map(({ hours, seed }) => [hours, seed])).toEqual([
      [24, 20_251_010],
      [168, 20_251_010],
    ])
    const [, week] = eth?.odds ?? []
    // ln(59,760 / 48,000) = 0.219136; over a week 0.6 x sqrt(168 / 8760) = 0.083091: 2 Phi(-2.63731) = 0.008357
    expect(week?.low.toFixed(5)).toBe('0.00836')
    // and twice of it: 2 Phi(-1.31866) = 0.187287
    expect(week?.high.toFixed(5)).toBe('0.18729')
    expect(week?.methods.map(({ name }) => name)).toEqual(['stated-sigma', 'doubled-sigma'])
  })

  test('a rise is a wall too', () => {
    const short = assess(aSnapshot({ legs: [aPool({ positions: [aPosition({ side: 'short' })] })] }), DEFAULT_POLICY)
    const [eth] = statedOdds(short.corridors, new Map([['ETH', dec('0.6')]]))
    // ln(72,050 / 60,300) = 0.178029: 2 Phi(-2.14258) = 0.0321
    expect(eth?.odds[1]?.low.toFixed(3)).toBe('0.032')
  })

  test('nothing of a factor that is not stated, of all together, of a peg, or of one without a wall', () => {
    expect(odds([])).toEqual([])
    expect(odds([['ALL', '0.6']])).toEqual([])
    expect(odds([['USD:USDC', '0.6']])).toEqual([])
    // BTC alone liquidates nothing: 24,900 USD of ETH cover the 22,000.
    expect(odds([['BTC', '0.6']])).toEqual([])
    expect(odds([['SOL', '0.6']])).toEqual([])
  })
})
