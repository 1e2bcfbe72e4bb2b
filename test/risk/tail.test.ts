import { describe, expect, test } from 'vitest'
import { fitTail, tailProbability } from '../../src/risk/tail.ts'

describe('fitTail', () => {
  /** 1,900 windows that do not move, and 100 excesses over nothing. */
  const withTail = (excess: (share: number) => number) => [
    ...new Array<number>(1900).fill(0),
    ...Array.from({ length: 100 }, (_, i) => excess((i + 0.5) / 100)),
  ]

  test('the moments by hand: weights 1 - (i - 0.35) / n', () => {
    // Excesses 1 to 100: mean 50.5; sum of i (1 - (i - 0.35) / 100) / 100 = (5,050 x 1.0035 - 3,383.5) / 100 = 16.841750.
    // mean / (mean - 2 w) = 50.5 / 16.8165 = 3.003003: shape -1.003, spread evenly, which is no tail.
    const line = withTail((share) => Math.round(share * 100 + 0.5))
    expect(fitTail(line)).toBeNull()
    // Of their squares: mean 3,383.5; sum of i^2 = 338,350, of i^3 = 25,502,500: (338,350 x 1.0035 - 255,025) / 100 = 845.092250.
    // 3,383.5 / (3,383.5 - 1,690.1845) = 1.998163: shape 0.001837, scale 2 x 3,383.5 x 845.09225 / 1,693.3155 = 3,377.2446.
    const found = fitTail(withTail((share) => Math.round(share * 100 + 0.5) ** 2))
    expect([found?.threshold, found?.share]).toEqual([0, 0.05])
    expect(found?.shape).toBeCloseTo(2 - 3383.5 / 1693.3155, 9)
    expect(found?.scale).toBeCloseTo((2 * 3383.5 * 845.09225) / 1693.3155, 6)
  })

  test('nothing, too little, and all alike', () => {
    expect([fitTail([]), fitTail([1, 2, 3]), fitTail(new Array<number>(5000).fill(1)), fitTail(withTail(() => 1))]).toEqual([
      null,
      null,
      null,
      null,
    ])
  })
})

describe('tailProbability', () => {
  const moves = Array.from({ length: 20 }, (_, i) => i + 1)

  test('is counted up to the threshold, whatever was fitted', () => {
    for (const shape of [0, 0.5, -0.5]) {
      const tail = { threshold: 10, share: 0.5, shape, scale: 1 }
      expect([1, 5, 10].map((move) => tailProbability(moves, tail, move))).toEqual([1, 0.8, 0.55])
    }
  })

  test('is fitted beyond it, and never below what was counted', () => {
    const at = (shape: number, move: number) => tailProbability(moves, { threshold: 10, share: 0.5, shape, scale: 4 }, move)
    // 0.5 e^(-40 / 4); 0.5 (1 + 0.5 x 10)^-2 = 0.5 / 36; an end at 10 + 4 / 0.5 = 18
    expect(at(0, 50)).toBeCloseTo(0.5 * Math.exp(-10), 15)
    expect(at(0.5, 50)).toBeCloseTo(1 / 72, 15)
    expect([at(-0.5, 30), at(-0.5, 18)]).toEqual([0, 0.15])
  })
})
