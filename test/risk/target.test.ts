import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Cash } from '../../src/risk/leg.ts'
import { crossedLimit, targetFor } from '../../src/risk/target.ts'
import type { FirstLiquidation } from '../../src/risk/view.ts'
import { aLoan, aPool, aPosition, USDC } from '../support/books.ts'

const CASH: Cash = { id: 'cash', place: 'wallet', asset: USDC, amount: dec(10_000), price: dec(1) }

describe('what it takes to survive -30 %', () => {
  const target = targetFor({ legs: [aLoan(), aPool()], cash: [CASH] }, dec('0.3'))

  test('6,168 of margin: 12,000 - 18,000 of equity against 0.4 % of 42,000', () => {
    expect(target.fall.toFixed()).toBe('0.3')
    expect(target.least.totalUsd.toFixed(9)).toBe('6168.000000000')
    expect(target.least.perLeg.map(({ leg }) => leg)).toEqual(['binance/main/USDT-cross'])
  })

  test('the swap into the coin costs 0.1 %: 6,168 / 0.999', () => {
    expect(target.least.moves[0]?.usd.toFixed(6)).toBe('6174.174174')
    expect(target.least.shortUsd.toFixed()).toBe('0')
  })

  test('or a part of the position closed, fee 0.05 %', () => {
    // At 0.7, with a share k kept: 12,000 - 0.0005 x 60,000 (1 - k) - 18,000 k = 0.004 x 42,000 k, so k = 11,970 / 18,138
    const [close] = target.reductions
    expect(close).toMatchObject({ what: 'close', symbol: 'ETHUSDT', side: 'long' })
    expect(close?.what === 'close' && close.keep.toFixed(9)).toBe(dec(11_970).div(18_138).toFixed(9))
    expect(close?.usd.toFixed(4)).toBe(
      dec(60_000)
        .times(dec(1).minus(dec(11_970).div(18_138)))
        .toFixed(4),
    )
  })

  test('both sides: a short needs money for the rise to 1 / 0.7', () => {
    const short = aPool({ positions: [aPosition({ side: 'short' })] })
    // At 10/7: 12,000 - 25,714.285714 = -13,714.285714; maintenance 0.005 x 85,714.285714 - 50 = 378.571429
    const { least } = targetFor({ legs: [short], cash: [] }, dec('0.3'))
    expect(least.totalUsd.toFixed(6)).toBe('14092.857143')
    expect(least.shortUsd.toFixed(6)).toBe('14092.857143')
  })

  test('only the sides that the book asks for', () => {
    const short = aPool({ positions: [aPosition({ side: 'short' })] })
    expect(targetFor({ legs: [short], cash: [], sides: ['down'] }, dec('0.3')).least.totalUsd.toFixed()).toBe('0')
    expect(targetFor({ legs: [short], cash: [], sides: ['down'] }, dec('0.3')).reductions).toEqual([])
  })
})

describe('the limit of room that was crossed', () => {
  const crossed = (move: string | null) => {
    const firstLiquidation = move === null ? null : ({ move: dec(move) } as FirstLiquidation)
    const verdict = { firstLiquidation } as Parameters<typeof crossedLimit>[0]['verdict']
    return crossedLimit({ verdict }, DEFAULT_POLICY)?.toFixed() ?? null
  }
  test.each([
    ['0', '0.1'],
    ['-0.0999', '0.1'],
    ['-0.1', '0.2'],
    ['-0.1999', '0.2'],
    ['-0.2', '0.35'],
    ['-0.3499', '0.35'],
    ['-0.35', null],
    ['-0.6', null],
    // On the rise 1 / 0.8 = 1.25
    ['0.2499', '0.2'],
    ['0.25', '0.35'],
  ])('%s: %s', (move, limit) => expect(crossed(move)).toBe(limit))
  test('none without a first liquidation', () => expect(crossed(null)).toBeNull())
})
