import { describe, expect, test } from 'vitest'
import { growthOf, interestIn, secondsBetween, widened } from '../../src/risk/accrued.ts'
import { dec, ZERO } from '../../src/risk/decimal.ts'
import { aChainSource, anExchangeSource, NOW } from '../support/books.ts'

const band = (low: string, high: string) => ({ low: dec(low), high: dec(high) })

describe('how much of a change is interest', () => {
  const of = (change: string, low: string, high: string, rounding = '0') =>
    interestIn(dec(change), { expected: band(low, high), rounding: dec(rounding) }).toFixed()

  test('from half the least to twice the most that the rates allow', () => {
    expect([of('2', '4', '10'), of('20', '4', '10')]).toEqual(['2', '20'])
    // Else the middle of 4 and 10.
    expect([of('1.9', '4', '10'), of('20.1', '4', '10')]).toEqual(['7', '7'])
    expect([of('-20', '-10', '-4'), of('-2', '-10', '-4')]).toEqual(['-20', '-2'])
    expect([of('-20.1', '-10', '-4'), of('-1.9', '-10', '-4')]).toEqual(['-7', '-7'])
  })

  test('and what the venue rounds', () => {
    expect([of('1.9', '4', '10', '0.1'), of('20.1', '4', '10', '0.1')]).toEqual(['1.9', '20.1'])
    expect([of('1.8', '4', '10', '0.1'), of('20.2', '4', '10', '0.1')]).toEqual(['7', '7'])
  })

  test('what did not change earned nothing, whatever was to be expected', () => expect(of('0', '4', '10')).toBe('0'))
})

test('growth is between that of the rates, in whichever order they were read', () => {
  // A year of one second each: 31,536,000 x 1e-27 a second of 1,000 are 1,000 x (rate / 31,536,000).
  const [three, one, two] = [3n, 1n, 2n].map((times) => times * 31_536_000n * 10n ** 18n)
  const grown = growthOf(dec(1000), [three, one, two] as bigint[], 1n)
  expect([grown.low.toFixed(), grown.high.toFixed()]).toEqual(['0.000001', '0.000003'])
  expect(growthOf(dec(1000), [], 1n)).toEqual({ low: ZERO, high: ZERO })
  expect(widened(null, dec(5))).toEqual(band('5', '5'))
  expect(widened(band('1', '2'), dec('1.5'))).toEqual(band('1', '2'))
})

describe('the time between two readings', () => {
  const block = (timestamp: bigint) => ({ chainId: 1, number: 1n, hash: '0xaa', timestamp })

  test('by the blocks where both have one', () => {
    const [before, now] = [aChainSource({ block: block(1000n) }), aChainSource({ readAt: NOW + 60_000, block: block(1048n) })]
    expect(secondsBetween(before, now)).toBe(48n)
    expect(secondsBetween(now, before)).toBeNull()
  })

  test('by our clock where one of the two has none', () => {
    const [before, now] = [anExchangeSource({ readAt: NOW }), anExchangeSource({ readAt: NOW + 60_400 })]
    expect(secondsBetween(before, now)).toBe(60n)
    expect(secondsBetween(before, aChainSource({ readAt: NOW + 5000 }))).toBe(5n)
    expect(secondsBetween(aChainSource({ readAt: NOW }), now)).toBe(60n)
    expect(secondsBetween(now, before)).toBeNull()
  })

  test('none is a time, too', () => {
    expect(secondsBetween(aChainSource(), aChainSource())).toBe(0n)
    expect(secondsBetween(anExchangeSource(), anExchangeSource())).toBe(0n)
  })
})
