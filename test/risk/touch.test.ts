import { describe, expect, test } from 'vitest'
import { normalCdf } from '../../src/risk/normal.ts'
import { touchProbability } from '../../src/risk/touch.ts'

const near = (ours: number, theirs: number, within = 1e-12): void =>
  expect(Math.abs(ours - theirs), `${ours} is not ${theirs}`).toBeLessThanOrEqual(within)

describe('touchProbability', () => {
  test('one barrier: 2 Phi(-|b| / sd), by the normal table', () => {
    // One deviation away: 2 x 0.158655; two: 2 x 0.022750; three: 2 x 0.001350
    near(touchProbability({ down: -0.05, up: null }, 0.05), 0.31731050786291415)
    near(touchProbability({ down: null, up: 0.1 }, 0.05), 0.04550026389635842)
    near(touchProbability({ down: -0.15, up: null }, 0.05), 0.0026997960632601866)
  })

  test('a fall of 20 % in a day at 60 % a year', () => {
    // ln 0.8 = -0.223144, sd = 0.6 sqrt(1 / 365) = 0.0314055: 7.1053 deviations, 2 Phi(-7.1053) = 1.2e-12
    const p = touchProbability({ down: Math.log(0.8), up: null }, 0.6 * Math.sqrt(1 / 365))
    expect(p / 1.201e-12).toBeCloseTo(1, 2)
  })

  test('two barriers: the image series of RISK 2.4', () => {
    const staying = (a: number, b: number, sd: number): number => {
      const width = b - a
      const phi = (x: number): number => normalCdf(x / sd)
      let stay = 0
      for (let k = -60; k <= 60; k++) {
        const twice = 2 * k * width
        stay += phi(b - twice) - phi(a - twice) - (phi(twice - b) - phi(a - 2 * b + twice))
      }
      return stay
    }
    for (const [a, b, sd] of [
      [-0.1, 0.1, 0.05],
      [-0.1, 0.2, 0.1],
      [-0.3, 0.05, 0.2],
      [-0.1, 0.1, 0.5],
    ] as const) {
      near(touchProbability({ down: a, up: b }, sd), 1 - staying(a, b, sd), 1e-13)
    }
  })

  test('two barriers one deviation away on both sides', () => {
    // 2 x [2 Phi(-1) - 2 Phi(-3) + 2 Phi(-5) - ...] = 2 (0.3173105079 - 0.0026997961 + 0.0000005733) = 0.6292225703
    near(touchProbability({ down: -0.05, up: 0.05 }, 0.05), 0.6292225702, 1e-9)
  })

  test('at a barrier it is touched; without spread nothing else is; without barriers nothing is', () => {
    expect(touchProbability({ down: 0, up: null }, 0.1)).toBe(1)
    expect(touchProbability({ down: 0, up: 0.2 }, 0.1)).toBe(1)
    expect(touchProbability({ down: -0.1, up: 0.2 }, 0)).toBe(0)
    expect(touchProbability({ down: null, up: null }, 0.1)).toBe(0)
    expect(touchProbability({ down: -1e-6, up: 1e-6 }, 1)).toBe(1)
  })

  test('beyond a barrier, and between two that leave no room, it is touched, whatever the spread', () => {
    expect(touchProbability({ down: 0.1, up: null }, 0.05)).toBe(1)
    expect(touchProbability({ down: null, up: -0.1 }, 0.05)).toBe(1)
    expect(touchProbability({ down: 0.1, up: 0.2 }, 0.05)).toBe(1)
    expect(touchProbability({ down: -0.2, up: -0.1 }, 0.05)).toBe(1)
    for (const spread of [0, 0.05]) {
      expect(touchProbability({ down: 0, up: null }, spread)).toBe(1)
      expect(touchProbability({ down: null, up: 0 }, spread)).toBe(1)
      expect(touchProbability({ down: 0, up: 0 }, spread)).toBe(1)
    }
  })
})
