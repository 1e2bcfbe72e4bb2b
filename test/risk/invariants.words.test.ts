import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ageWords, deathPriceWords, driftWords, healthWords, moveWords, roomBar, shareWords } from '../../src/report/words.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import { runs } from '../support/runs.ts'

/** Invariant 31 of RISK section 7: what is shown never looks safer than what was computed. */

/** Any size from 1e-12 to 1e9, digits in all places. */
const figure = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.integer({ min: -27, max: -9 }))
  .map(([digits, exponent]) => dec(`${digits}e${exponent}`))

const shown = (words: string): Decimal => dec(words.replace(/[,%+ ]/g, ''))

function always<T>(what: fc.Arbitrary<T>, check: (value: T) => void): void {
  const property = fc.property(what, (value) => {
    check(value)
  })
  fc.assert(property, runs(200))
}

describe('31 what is shown never looks safer than it is', () => {
  test('health is never above, and within its last digit', () => {
    always(figure, (health) => {
      expect(healthWords(health) === 'over 9999').toBe(health.gt(9999))
      if (health.gt(9999)) return
      const words = shown(healthWords(health))
      expect(words.lte(health) && words.plus('0.0001').gt(health), `${health}`).toBe(true)
    })
  })

  test('a move to a death is never further away, keeps its sign, and misses under a tenth of a percent', () => {
    always(fc.tuple(figure, fc.boolean()), ([far, falls]) => {
      const move = falls ? far.neg() : far
      const words = moveWords(move)
      expect(words.startsWith(falls ? '-' : '+')).toBe(true)
      const size = shown(words).abs().div(100)
      expect(size.lte(far) && size.plus(far.gt(10) ? '0.01' : '0.001').gt(far), `${move} as ${words}`).toBe(true)
    })
  })

  test('a margin ratio is never below', () => {
    always(figure, (ratio) => {
      const words = shown(shareWords(ratio)).div(100)
      expect(words.gte(ratio) && words.minus('0.001').lt(ratio), `${ratio}`).toBe(true)
    })
  })

  test('the price of a death is never on the far side of the exact one', () => {
    always(figure, (price) => {
      const [down, up] = [shown(deathPriceWords(price, 'down')), shown(deathPriceWords(price, 'up'))]
      expect(down.gte(price) && up.lte(price), `${price}: ${down}, ${up}`).toBe(true)
      if (price.gte('0.00001')) expect(down.minus(price).lte(price.times('0.01')), `${price}: ${down}`).toBe(true)
    })
  })

  test('a difference is never below, an age never younger', () => {
    always(figure, (drift) => expect(shown(driftWords(drift)).div(100).gte(drift), `${drift}`).toBe(true))
    always(fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
      const [number = '', unit] = ageWords(seconds).split(' ')
      expect(Number(number) * (unit === 'min' ? 60 : 1)).toBeGreaterThanOrEqual(seconds)
    })
  })

  test('the bar grows with the room and never shows more than a mark too many', () => {
    always(fc.tuple(figure, figure), ([a, b]) => {
      const [near, far] = a.lt(b) ? [a, b] : [b, a]
      expect(roomBar(near).length).toBeLessThanOrEqual(roomBar(far).length)
      const fall = near.div(near.plus(ONE))
      expect(roomBar(near).length).toBeLessThanOrEqual(Math.max(1, Number(fall.times(10).ceil().toFixed())))
    })
  })
})
