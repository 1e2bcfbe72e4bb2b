import { describe, expect, test } from 'vitest'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { type Line, lineAt, type OneAxis, oneAxis, plusLine } from '../../src/risk/oneAxis.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { anAsset, aPool, aPosition, USDT } from '../support/books.ts'

const along = (leg: Leg, factor: string): OneAxis => {
  const found = oneAxis(leg, alongFactor(factor))
  if ('reason' in found) throw new RangeError(found.reason)
  return found
}
const told = ({ still, moving }: Line): string[] => [still, moving].map((one: Decimal) => one.toDecimalPlaces(30).toFixed())
const at = (axis: OneAxis, s: string) => {
  const { cover, required } = axis.at(dec(s))
  return [...told(cover), ...told(required)]
}
const edges = (axis: OneAxis) => axis.edges.map((one) => one.toSignificantDigits(30).toFixed())

// 20 ETH long at 3,000 on 12,000 USDT: bracket 1 to 50,000 (0.4 %), then 0.5 % less 50.
describe('a pool along the price of its market', () => {
  test('is one line over another in each bracket', () => {
    const eth = along(aPool(), 'ETH')
    expect(eth).toMatchObject({ requires: true, concave: true })
    // 12,000 + 60,000 (s - 1); 300 s - 50 above 50,000 / 60,000, 240 s below.
    expect(at(eth, '1')).toEqual(['-48000', '60000', '-50', '300'])
    expect(at(eth, '0.8')).toEqual(['-48000', '60000', '0', '240'])
    expect(edges(eth)).toEqual([dec(5).div(6).toSignificantDigits(30).toFixed()])
  })

  test('whatever the number of brackets', () => {
    const tiers = ['0', '100', '300', '600', '1000'].map((deduction, k) => ({
      ...{ floor: dec(k * 10_000), cap: k === 4 ? null : dec((k + 1) * 10_000) },
      ...{ rate: dec(k + 1).div(100), deduction: dec(deduction) },
    }))
    const steps = along(aPool({ positions: [aPosition({ tiers })] }), 'ETH')
    // 60,000 s in brackets of 10,000, from 1 % to 5 %.
    expect(['0.1', '0.2', '0.4', '0.6', '0.7', '1'].map((s) => at(steps, s).slice(2))).toEqual([
      ['0', '600'],
      ['-100', '1200'],
      ['-300', '1800'],
      ['-600', '2400'],
      ['-1000', '3000'],
      ['-1000', '3000'],
    ])
    expect(edges(steps)).toEqual(['1', '2', '3', '4'].map((k) => dec(k).div(6).toSignificantDigits(30).toFixed()))
  })

  test('a haircut bends it where balance and profit change sign', () => {
    const [held] = aPool().wallet
    const wallet = [{ ...held, asset: USDT, amount: dec(12_000), price: ONE, priceFrom: 'par' as const, ratio: dec('0.9') }]
    const axis = along(aPool({ wallet }), 'ETH')
    // Owned above 48,000 / 60,000, and then 90 % count; at it and below all is owed.
    expect(at(axis, '1').slice(0, 2)).toEqual(['-43200', '54000'])
    expect(at(axis, '0.81').slice(0, 2)).toEqual(['-43200', '54000'])
    expect(at(axis, '0.8').slice(0, 2)).toEqual(['-48000', '60000'])
    expect(at(axis, '0.5').slice(0, 2)).toEqual(['-48000', '60000'])
    expect(edges(axis)).toEqual([dec(5).div(6).toSignificantDigits(30).toFixed(), '0.8'])
    // BTC moves nothing of it: 10,800 at every price.
    const still = along(aPool({ wallet }), 'BTC')
    expect(at(still, '0.5')).toEqual(['10800', '0', '250', '0'])
    expect(still.edges).toEqual([])
  })
})

describe('a pool along the price of its coin', () => {
  test('the notional stays in USD and grows in coins as the coin falls', () => {
    const usdt = along(aPool(), 'USD:USDT')
    // 60,000 - 48,000 x: what is owed for the position is coins. 300 - 50 s below 60,000 / 50,000, 240 above.
    expect(at(usdt, '1')).toEqual(['60000', '-48000', '300', '-50'])
    expect(at(usdt, '1.3')).toEqual(['60000', '-48000', '240', '0'])
    expect(at(usdt, '0.001')).toEqual(['60000', '-48000', '300', '-50'])
    expect(edges(usdt)).toEqual(['1.2'])
  })

  test('at nothing it is beyond every bracket', () => {
    expect(at(along(aPool(), 'USD:USDT'), '0')).toEqual(['60000', '-48000', '300', '-50'])
  })
})

test('an inverse contract whose coin stands still is no line', () => {
  const coin = anAsset('ETH', 'ETH2')
  const inverse = aPool({ settle: coin, positions: [aPosition({ contract: 'inverse', size: dec(1000) })] })
  expect(oneAxis(inverse, alongFactor('ETH'))).toMatchObject({ reason: expect.stringContaining('ETHUSDT') })
})

test('lines add up, a share of one to the other', () => {
  const [a, b] = [
    { still: dec(1), moving: dec(2) },
    { still: dec(10), moving: dec(-20) },
  ]
  expect(told(plusLine(a, b))).toEqual(['11', '-18'])
  expect(told(plusLine(a, b, dec('0.5')))).toEqual(['6', '-8'])
  expect(lineAt(b, dec('0.25')).toFixed()).toBe('5')
})
