import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UnsupportedError } from '../../src/errors.ts'
import { affineLeg } from '../../src/risk/affineLeg.ts'
import { deathsOf } from '../../src/risk/deaths.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { FuturesPosition, MarginAccount, MarginTier } from '../../src/risk/marginAccount.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { marginSlack } from '../../src/risk/rules/margin.ts'
import { firstDeath } from '../../src/risk/slackLine.ts'
import { weighLeg } from '../../src/risk/weighLeg.ts'
import { anAsset, aPool, aPosition, USDT } from '../support/books.ts'
import { legsOf } from '../support/twoFactorBooks.ts'

/** Tables whose lines cross anywhere, also inside a bracket, as V25's do: rates and deductions drawn freely. */
const tiers = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 4000 })), { minLength: 1, maxLength: 6 })
  .map((rows): MarginTier[] =>
    rows.map(([rate, deduction], k) => ({
      floor: dec(k * 10_000),
      cap: k === rows.length - 1 ? null : dec((k + 1) * 10_000),
      rate: dec(rate).div(10_000),
      deduction: dec(deduction).div(2),
    })),
  )
const COIN = anAsset('ETH', 'ETH')
const linear = fc
  .record({
    tiers,
    side: fc.constantFrom('long', 'short'),
    size: fc.integer({ min: 1, max: 60 }),
    entry: fc.integer({ min: 1500, max: 4500 }),
  })
  .map((p): FuturesPosition => aPosition({ ...p, size: dec(p.size), entry: dec(p.entry) }))
const wallet = fc
  .integer({ min: 100, max: 60_000 })
  .map((usd) => [{ asset: USDT, amount: dec(usd), price: ONE, priceFrom: 'par' as const, ratio: ONE }])
const usdPool = fc.record({ positions: fc.array(linear, { minLength: 1, maxLength: 3 }), wallet }).map((over) => aPool(over))
// Deductions of a coin-margined table are in coins: notional is 300,000 / 3,000 = 100 coins at most.
const inverse = fc.record({ p: linear, face: fc.integer({ min: 1000, max: 300_000 }) }).map(({ p, face }): FuturesPosition => {
  const inCoins = p.tiers.map((tier) => ({ ...tier, cap: tier.cap?.div(1000) ?? null, deduction: tier.deduction.div(1000) }))
  return { ...p, contract: 'inverse', size: dec(face), tiers: inCoins }
})
const coinPool = fc
  .record({ positions: fc.array(inverse, { minLength: 1, maxLength: 2 }), coins: fc.integer({ min: 1, max: 60 }) })
  .map(({ positions, coins }) =>
    aPool({
      positions,
      settle: COIN,
      settlePrice: dec(3000),
      wallet: [{ asset: COIN, amount: dec(coins), price: dec(3000), priceFrom: 'venue', ratio: ONE }],
    }),
  )

/** Slack in USD straight from the rule: the largest line of the table, or nothing. */
function slackAt({ wallet, positions, settlePrice }: MarginAccount, s: Decimal): Decimal {
  const coin = positions[0]?.contract === 'inverse'
  let slack = wallet[0]?.amount ?? dec(0)
  for (const { side, size, mark, entry, tiers } of positions) {
    const price = mark.times(s)
    const profit = coin ? ONE.div(entry).minus(ONE.div(price)) : price.minus(entry)
    const notional = coin ? size.div(price) : size.times(price)
    const claims = tiers.map(({ rate, deduction }) => rate.times(notional).minus(deduction))
    const maintenance = claims.reduce((a, b) => (b.gt(a) ? b : a), dec(0))
    slack = slack.plus(profit.times(size).times(side === 'long' ? 1 : -1)).minus(maintenance)
  }
  return coin ? slack.times(settlePrice).times(s) : slack
}

test('the walk finds the true first death in tables whose lines cross, and nowhere before it', () => {
  let deaths = 0
  fc.assert(
    fc.property(fc.oneof(usdPool, coinPool), (pool) => {
      const { down, up } = deathsOf(pool, alongFactor('ETH'))
      const now = slackAt(pool, ONE)
      if (now.lte(0)) {
        expect([down?.toFixed(), up?.toFixed()]).toEqual(['1', '1'])
        return
      }
      // The slack is concave: alive now and a hair before the root means alive all the way.
      for (const [root, inwards, far] of [
        [down, '1e-25', '1e-9'],
        [up, '-1e-25', '1e6'],
      ] as const) {
        if (root === null) {
          expect(slackAt(pool, dec(far)).gt('-0.001')).toBe(true)
          continue
        }
        deaths++
        expect(slackAt(pool, root).abs().lte('1e-40')).toBe(true)
        expect(slackAt(pool, root.times(ONE.plus(inwards))).gt(0)).toBe(true)
      }
    }),
    { numRuns: 400, seed: 25 },
  )
  expect(deaths).toBeGreaterThan(250)
})

test('the two-factor model weighs such tables alike', () => {
  fc.assert(
    fc.property(fc.oneof(usdPool, coinPool), fc.integer({ min: 1, max: 4000 }), (pool, n) => {
      const s = dec(n).div(1000)
      const leg = affineLeg(pool, ({ factor }) => (factor === 'ETH' ? 1 : 0), 1)
      if ('reason' in leg) throw new RangeError(leg.reason)
      expect(weighLeg(leg, [ONE, s]).slack.minus(slackAt(pool, s)).abs().lte('1e-40')).toBe(true)
    }),
    { numRuns: 400, seed: 26 },
  )
})

test('walking in from outside finds what walking out from 1 finds', () => {
  let deaths = 0
  fc.assert(
    fc.property(
      fc.oneof(
        usdPool,
        coinPool,
        legsOf(false).map(([leg]) => leg as Leg),
      ),
      fc.constantFrom('ETH', 'BTC', 'USD:USDT'),
      (leg, factor) => {
        if (leg.kind !== 'futures') return
        const line = marginSlack(leg, alongFactor(factor))
        expect(line.pieceAt).toBeDefined()
        for (const direction of ['down', 'up'] as const) {
          const inwards = firstDeath(line, direction)
          const outwards = firstDeath({ at: line.at, edges: line.edges }, direction)
          expect(inwards === null).toBe(outwards === null)
          if (inwards === null || outwards === null) continue
          expect(inwards.minus(outwards).abs().lte(inwards.times('1e-45'))).toBe(true)
          deaths++
        }
      },
    ),
    { numRuns: 400, seed: 27 },
  )
  expect(deaths).toBeGreaterThan(150)
})

test('a settle coin that counts for more when owned than it costs is walked edge by edge', () => {
  // 5,000 of a coin at 1.1, 20 ETH long at 3,000: settled = 5,000 + 60,000 (s - 1), 0 at s = 0.916667; owned it counts 1.1-fold.
  // Above: 1.1 x settled = 240 s -> 66,000 s - 60,500 = 240 s -> s = 60,500 / 65,760 = 0.920012.
  const wallet = [{ asset: USDT, amount: dec(5000), price: dec('1.1'), priceFrom: 'venue' as const, ratio: ONE }]
  const pool = aPool({ wallet })
  expect(marginSlack(pool, alongFactor('ETH')).pieceAt).toBeUndefined()
  expect(marginSlack(pool, alongFactor('ETH')).edges.some((edge) => edge.toFixed(6) === '0.916667')).toBe(true)
  // At 0.92 the notional is 55,200, in bracket 2: 66,000 s - 60,500 = 300 s - 50 -> s = 60,450 / 65,700 = 0.920091.
  expect(deathsOf(pool, alongFactor('ETH')).down?.toFixed(6)).toBe('0.920091')
})

test('coin-margined and other marks that move together, apart from the coin, are refused', () => {
  const inverse = aPosition({ symbol: 'ETHUSD', contract: 'inverse', size: dec(1000) })
  const mixed = aPool({ positions: [inverse, aPosition()] })
  expect(() => deathsOf(mixed, alongFactor('ETH'))).toThrow(UnsupportedError)
})
