import { describe, expect, test } from 'vitest'
import { erfc, normalCdf } from '../../src/risk/normal.ts'
import { randomStream, streamFrom } from '../../src/risk/randomStream.ts'

/** Relative, so that the digits far out count as well. */
const near = (ours: number, theirs: number, within = 1.5e-15): void =>
  expect(Math.abs(ours / theirs - 1), `${ours} is not ${theirs}`).toBeLessThanOrEqual(within)

describe('erfc', () => {
  // In arithmetic of 60 digits, of the float64 nearest to x; 0.5 and 2 pi are where one way of computing ends.
  const table: [number, number][] = [
    [0.01, 0.9887165844441503],
    [0.1, 0.887537083981715],
    [0.25, 0.7236736098317631],
    [0.4999, 0.4795880048386134],
    [0.5, 0.4795001221869535],
    [0.5001, 0.4794122483231193],
    [0.75, 0.28884436634648486],
    [1, 0.15729920705028513],
    [1.5, 0.033894853524689274],
    [2, 0.004677734981047266],
    [3, 2.209049699858544e-5],
    [4, 1.541725790028002e-8],
    [5, 1.537459794428035e-12],
    [6, 2.1519736712498913e-17],
    [6.2831, 6.355084804303346e-19],
    [6.2832, 6.347005222986334e-19],
    [8, 1.1224297172982926e-29],
    [10, 2.088487583762545e-45],
    [15, 7.212994172451207e-100],
    [20, 5.395865611607901e-176],
    [26, 5.663192408856143e-296],
    [-0.3, 1.3286267594591274],
    [-1, 1.8427007929497148],
    [-3, 1.9999779095030015],
  ]
  test('the table, both tails', () => {
    for (const [x, value] of table) near(erfc(x), value)
  })

  test('symmetric about 1; nothing is left far out', () => {
    for (const x of [0.1, 0.7, 2, 5]) near(erfc(x) + erfc(-x), 2)
    expect(erfc(0)).toBe(1)
    expect(erfc(30)).toBe(0)
    expect(erfc(-30)).toBe(2)
  })

  test('falls all the way', () => {
    for (let x = -6; x < 26; x += 0.01) expect(erfc(x + 0.01)).toBeLessThanOrEqual(erfc(x))
  })
})

describe('normalCdf', () => {
  test('the quantiles of every table', () => {
    expect(normalCdf(0)).toBe(0.5)
    near(normalCdf(1), 0.8413447460685429)
    near(normalCdf(-1), 0.15865525393145705)
    near(normalCdf(1.96), 0.9750021048517795)
    near(normalCdf(-1.6448536269514722), 0.05, 3e-15)
    near(normalCdf(-6), 9.865876450376946e-10, 3e-15)
    near(normalCdf(-10), 7.619853024160525e-24, 5e-15)
  })
})

describe('randomStream', () => {
  test('is xoshiro128** 1.1: the published outputs of the state 1, 2, 3, 4', () => {
    const { next } = streamFrom([1, 2, 3, 4])
    expect(Array.from({ length: 6 }, next)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492])
  })

  test('a seed repeats its numbers, another has others', () => {
    const draw = (seed: number): number[] => {
      const { below } = randomStream(seed)
      return Array.from({ length: 20 }, () => below(1000))
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw(0)).not.toEqual(draw(1))
  })

  test('evenly from 0 to n - 1', () => {
    const { below } = randomStream(1)
    const counts = [0, 0, 0, 0, 0]
    for (let i = 0; i < 50_000; i++) {
      const drawn = below(5)
      counts[drawn] = (counts[drawn] as number) + 1
    }
    // 10,000 each, standard deviation 89
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(450)
  })
})
