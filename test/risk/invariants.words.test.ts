import fc from 'fast-check'
import { describe, expect } from 'vitest'
import {
  ageWords,
  costWords,
  daysWords,
  deathPriceWords,
  driftWords,
  gainWords,
  healthWords,
  moveWords,
  needWords,
  roomBar,
  shareWords,
} from '../../src/report/words.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import { always } from '../support/always.ts'

/** Invariant 31 of RISK section 7: what is shown never looks safer than what was computed. */

/** Any size from 1e-12 to 1e9, digits in all places. */
const figure = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.integer({ min: -27, max: -9 }))
  .map(([digits, exponent]) => dec(`${digits}e${exponent}`))

const shown = (words: string): Decimal => dec(words.replace(/[,%+ ]/g, ''))

describe('31 what is shown never looks safer than it is', () => {
  always('31 health is never above, and within its last digit', figure, (health) => {
    expect(healthWords(health) === 'over 9999').toBe(health.gt(9999))
    if (health.gt(9999)) return
    const words = shown(healthWords(health))
    expect(words.lte(health) && words.plus('0.0001').gt(health), `${health}`).toBe(true)
  })

  const aMove = fc.tuple(figure, fc.boolean())
  always(
    '31 a move to a death is never further away, keeps its sign, misses under a tenth of a percent',
    aMove,
    ([far, falls]) => {
      const move = falls ? far.neg() : far
      const words = moveWords(move)
      expect(words.startsWith(falls ? '-' : '+')).toBe(true)
      const size = shown(words).abs().div(100)
      expect(size.lte(far) && size.plus(far.gt(10) ? '0.01' : '0.001').gt(far), `${move} as ${words}`).toBe(true)
    },
  )

  always('31 a margin ratio is never below', figure, (ratio) => {
    const words = shown(shareWords(ratio)).div(100)
    expect(words.gte(ratio) && words.minus('0.001').lt(ratio), `${ratio}`).toBe(true)
  })

  always('31 the price of a death is never on the far side of the exact one', figure, (price) => {
    const [down, up] = [shown(deathPriceWords(price, 'down')), shown(deathPriceWords(price, 'up'))]
    expect(down.gte(price) && up.lte(price), `${price}: ${down}, ${up}`).toBe(true)
    if (price.gte('0.00001')) expect(down.minus(price).lte(price.times('0.01')), `${price}: ${down}`).toBe(true)
  })

  always('31 a difference is never below', figure, (drift) => {
    expect(shown(driftWords(drift)).div(100).gte(drift), `${drift}`).toBe(true)
  })

  always('31 an age is never younger', fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
    const [number = '', unit] = ageWords(seconds).split(' ')
    expect(Number(number) * (unit === 'min' ? 60 : 1)).toBeGreaterThanOrEqual(seconds)
  })

  always('31 the bar grows with the room and never shows more than a mark too many', fc.tuple(figure, figure), ([a, b]) => {
    const [near, far] = a.lt(b) ? [a, b] : [b, a]
    expect(roomBar(near).length).toBeLessThanOrEqual(roomBar(far).length)
    const fall = near.div(near.plus(ONE))
    expect(roomBar(near).length).toBeLessThanOrEqual(Math.max(1, Number(fall.times(10).ceil().toFixed())))
  })

  always('31 what is needed is never below, but for what a model cannot tell', figure, (usd) => {
    const need = shown(needWords(usd))
    expect(need.plus('0.0000005').gte(usd) && need.minus(1).lt(usd), `${usd} as ${need}`).toBe(true)
  })

  always('31 a cost is never below, a gain never above, but for half a cent', figure, (usd) => {
    const [cost, gain] = [shown(costWords(usd)), shown(gainWords(usd))]
    expect(cost.plus('0.005').gte(usd) && cost.minus(1).lt(usd), `${usd} as ${cost}`).toBe(true)
    expect(gain.minus('0.005').lte(usd) && gain.plus(1).gt(usd), `${usd} as ${gain}`).toBe(true)
  })

  always('31 the days that are left are never more', figure, (days) => {
    const told = shown(daysWords(days).replace(' days', ''))
    expect(told.lte(days) && told.plus(1).gt(days), `${days} as ${told}`).toBe(true)
  })
})
