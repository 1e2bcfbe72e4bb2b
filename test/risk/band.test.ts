import { expect, test } from 'vitest'
import { type Band, bandOf, eachEnd, NOTHING, scaled, sumOfBands } from '../../src/risk/band.ts'
import { dec } from '../../src/risk/decimal.ts'

const band = (low: number, high: number): Band => ({ low: dec(low), high: dec(high) })
const texts = (one: Band | null) => one && [one.low.toFixed(), one.high.toFixed()]

test('between two figures, in whichever order', () => {
  expect([texts(bandOf(dec(1), dec(2))), texts(bandOf(dec(2), dec(1))), texts(bandOf(dec(3)))]).toEqual([
    ['1', '2'],
    ['1', '2'],
    ['3', '3'],
  ])
})

test('the sum, end by end; not known where one is not', () => {
  expect(texts(sumOfBands([band(1, 2), bandOf(dec(10)), band(-5, 3)]))).toEqual(['6', '15'])
  expect(texts(sumOfBands([bandOf(dec(10)), band(1, 2)]))).toEqual(['11', '12'])
  expect([texts(sumOfBands([])), sumOfBands([band(1, 2), null])]).toEqual([['0', '0'], null])
})

test('a figure known as one number stays one', () => {
  const one = (found: Band | null) => found !== null && found.low === found.high
  const [three, four] = [bandOf(dec(3)), bandOf(dec(4))]
  expect([sumOfBands([three, four]), scaled(three, dec(-2)), eachEnd(three, (x) => x.times(2)), NOTHING].map(one)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect([texts(sumOfBands([three, four])), texts(scaled(three, dec(-2)))]).toEqual([
    ['7', '7'],
    ['-6', '-6'],
  ])
})

test('a band below 0 times turns round', () => {
  expect([texts(scaled(band(1, 2), dec(3))), texts(scaled(band(1, 2), dec(-3))), texts(scaled(band(-1, 2), dec(0)))]).toEqual([
    ['3', '6'],
    ['-6', '-3'],
    ['0', '0'],
  ])
  expect(texts(eachEnd(band(1, 2), (x) => x.pow(2)))).toEqual(['1', '4'])
  // Two figures that are equal, though not the same.
  expect(texts(eachEnd(band(2, 2), (x) => x.pow(2)))).toEqual(['4', '4'])
})
