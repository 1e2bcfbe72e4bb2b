import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { type LegSteps, legSteps } from '../../src/risk/legSteps.ts'
import type {
  Collateral,
  Funding,
  FuturesPosition,
  MarginAccount,
  MarginRules,
  MarginTier,
} from '../../src/risk/marginAccount.ts'
import { POOL_KIND } from '../../src/risk/poolKind.ts'
import { anExchangeSource, aPool, aPosition, BINANCE_RULES, NOW, USDT } from '../support/books.ts'

const DAY = 86_400_000
const BNB = { key: 'binance/BNB', symbol: 'BNB', factor: 'BNB', basis: null }

const held = (amount: string, over: Partial<Collateral> = {}): Collateral => ({
  ...{ asset: USDT, amount: dec(amount), price: dec(1), priceFrom: 'par', ratio: dec(1) },
  ...over,
})
const bnb = (amount: string, ratio = '0.95') =>
  held(amount, { asset: BNB, price: dec(600), priceFrom: 'venue', ratio: dec(ratio) })
const pool = (over: Partial<MarginAccount> = {}): MarginAccount => aPool(over)
/** As it was a day before. */
const then = (over: Partial<MarginAccount> = {}): MarginAccount =>
  aPool({ source: anExchangeSource({ readAt: NOW - DAY - 2000, venueTime: NOW - DAY - 2000 }), ...over })

const steps = (before: Leg, now: Leg): LegSteps => {
  const found = legSteps(before, now)
  if (found === null) return expect.unreachable()
  return found
}
const poolAt = (stage: Leg): MarginAccount => (stage.kind === 'futures' ? stage : expect.unreachable())
const amountsOf = (before: Leg, now: Leg) =>
  steps(before, now).amounts.map(({ what, label, before: was, now: is, interest }) =>
    [what, label, was.toFixed(), is.toFixed(), interest?.toFixed() ?? null].join(' '),
  )
const termsOf = (before: Leg, now: Leg) =>
  steps(before, now).terms.map(({ what, label, before: was, now: is }) => [what, label, was, is])

describe('what a pool holds', () => {
  const LONG = aPosition({ size: dec(20) })
  const SHORT = aPosition({ side: 'short', size: dec(3), tiers: [] })
  const BTC = aPosition({ symbol: 'BTCUSDT', factor: 'BTC', size: dec(1), tiers: LONG.tiers.slice(0, 1) })

  test('each position, each balance, and what orders hold where there is any', () => {
    const told = (orderMargin: string) =>
      POOL_KIND.amounts(pool({ positions: [LONG, SHORT], wallet: [held('-5')], orderMargin: dec(orderMargin) })).map(
        ({ what, label, value }) => `${what} ${label} ${value.toFixed()}`,
      )
    const always = ['position ETHUSDT long 20', 'position ETHUSDT short 3', 'margin USDT -5']
    expect(told('0')).toEqual(always)
    expect(told('40')).toEqual([...always, 'order-margin USDT 40'])
    expect(amountsOf(then({ orderMargin: dec(40) }), pool({ orderMargin: dec(50) }))).toEqual(['order-margin USDT 40 50 0'])
  })

  test('the order of the rows says nothing', () => {
    const before = pool({ positions: [LONG, SHORT, BTC], wallet: [held('100'), bnb('2')] })
    const now = pool({ positions: [BTC, SHORT, LONG], wallet: [bnb('2'), held('100')] })
    const { amounts, terms } = steps(before, now)
    expect([amounts, terms]).toEqual([[], []])
  })

  test('two rows of one name do not hide each other', () => {
    const twice = (first: string, second: string) =>
      pool({ positions: [aPosition({ size: dec(first) }), aPosition({ size: dec(second) })] })
    expect(amountsOf(twice('1', '2'), twice('1', '2'))).toEqual([])
    expect(amountsOf(twice('1', '2'), twice('3', '2'))).toEqual(['position ETHUSDT long 1 3 0'])
    expect(amountsOf(twice('1', '2'), twice('1', '4'))).toEqual(['position ETHUSDT long 2 4 0'])
    expect(amountsOf(pool({ positions: [aPosition({ size: dec(1) })] }), twice('1', '2'))).toEqual([
      'position ETHUSDT long 0 2 0',
    ])
  })

  test('what was cut by the exchange is its rounding, of a balance alone', () => {
    const of = (amount: string, size: string) => ({ wallet: [bnb(amount)], positions: [aPosition({ size: dec(size) })] })
    // One unit of the sixth decimal, and two of them.
    expect(amountsOf(then(of('2', '20')), pool(of('2.000001', '20')))).toEqual(['margin BNB 2 2.000001 0.000001'])
    expect(amountsOf(then(of('2', '20')), pool(of('2.000002', '20')))).toEqual(['margin BNB 2 2.000002 0'])
    expect(amountsOf(then(of('2', '20')), pool(of('2', '20.000001')))).toEqual(['position ETHUSDT long 20 20.000001 0'])
  })
})

describe('the terms of a pool', () => {
  const AS_IT_WAS = 'below mark marginal 0 one-way mode order margin free'
  const rules = (over: Partial<MarginRules>) => ({ rules: { ...BINANCE_RULES, ...over } })

  test.each([
    [rules({ trigger: 'at-or-below' }), 'at-or-below mark marginal 0 one-way mode order margin free'],
    [rules({ basis: 'entry' }), 'below entry marginal 0 one-way mode order margin free'],
    [rules({ tiers: 'flat' }), 'below mark flat 0 one-way mode order margin free'],
    [rules({ closeFeeRate: dec('0.0005') }), 'below mark marginal 0.0005 one-way mode order margin free'],
    [rules({ holdsOrderMargin: true }), 'below mark marginal 0 one-way mode order margin held'],
    [{ hedgeMode: true }, 'below mark marginal 0 hedge mode order margin free'],
  ])('its rules, %#', (over, text) => {
    expect(termsOf(pool(), pool(over))).toEqual([['rules', null, AS_IT_WAS, text]])
  })

  test('where they were read is no rule', () => {
    expect(termsOf(pool(), pool(rules({ source: 'another page', asOf: '2026-11-23' })))).toEqual([])
  })

  test('the table of a market, and the share of a coin', () => {
    const tiers: MarginTier[] = [
      { floor: dec(0), cap: dec(50_000), rate: dec('0.01'), deduction: dec(0) },
      { floor: dec(50_000), cap: null, rate: dec('0.02'), deduction: dec(500) },
    ]
    const before = pool({ wallet: [bnb('2')] })
    expect(termsOf(before, pool({ positions: [aPosition({ tiers })], wallet: [bnb('2', '0.9')] }))).toEqual([
      ['tiers', 'ETHUSDT', '50000:0.004:0 600000:0.005:50', '50000:0.01:0 -:0.02:500'],
      ['haircut', 'BNB', '0.95', '0.9'],
    ])
  })

  test('as it is now on the terms of before; what is new has its own', () => {
    const now = pool({
      ...{ ...rules({ basis: 'entry' }), hedgeMode: true },
      wallet: [held('70', { ratio: dec('0.8') }), bnb('2')],
    })
    const moved = poolAt(steps(then({ wallet: [held('100')] }), now).moved)
    expect([moved.rules, moved.hedgeMode]).toEqual([BINANCE_RULES, false])
    expect(moved.wallet.map(({ amount, ratio }) => [amount.toFixed(), ratio.toFixed()])).toEqual([
      ['70', '1'],
      ['2', '0.95'],
    ])
  })
})

test('as it was at the prices of now; what is gone keeps the price it had', () => {
  const btc = aPosition({ symbol: 'BTCUSDT', factor: 'BTC', mark: dec(90_000), size: dec(1) })
  const before = then({ positions: [aPosition(), btc], wallet: [held('100'), bnb('2')] })
  const now = pool({
    ...{ settlePrice: dec('0.99'), settlePriceFrom: 'venue' as const },
    positions: [aPosition({ mark: dec(2700), size: dec(7) })],
    wallet: [held('50', { price: dec('0.99'), priceFrom: 'venue' })],
  })
  const priced = poolAt(steps(before, now).priced)
  expect([priced.settlePrice.toFixed(), priced.settlePriceFrom]).toEqual(['0.99', 'venue'])
  expect(priced.positions.map(({ mark, size }) => [mark.toFixed(), size.toFixed()])).toEqual([
    ['2700', '20'],
    ['90000', '1'],
  ])
  expect(priced.wallet.map(({ amount, price, priceFrom }) => [amount.toFixed(), price.toFixed(), priceFrom])).toEqual([
    ['100', '0.99', 'venue'],
    ['2', '600', 'venue'],
  ])
})

describe('the funding of a day, 20 ETH of 3,000', () => {
  const FUNDING: Funding = { rate: dec('0.0001'), intervalHours: dec(8), window: null }
  /** What of a change of 12,000 USDT is taken for funding. */
  const funded = (change: string, before: Partial<FuturesPosition>, now: Partial<FuturesPosition> | null = before) => {
    const [held0, held1] = [held('12000'), held(dec(12_000).plus(change).toFixed())]
    const positions = now === null ? [] : [aPosition(now)]
    const { amounts } = steps(then({ wallet: [held0], positions: [aPosition(before)] }), pool({ wallet: [held1], positions }))
    return amounts.find(({ what }) => what === 'margin')?.interest?.toFixed() ?? null
  }

  test('60,000 x 0.0001 x 3 = 18: a long pays it, a short gets it; half to twice as much is funding', () => {
    expect(funded('-36', { funding: FUNDING })).toBe('-36')
    expect(funded('-37', { funding: FUNDING })).toBe('-18')
    expect(funded('36', { funding: FUNDING, side: 'short' })).toBe('36')
    expect(funded('-9', { funding: FUNDING, side: 'short' })).toBe('18')
  })

  test('of a position that was closed since', () => {
    expect(funded('-30', { funding: FUNDING }, null)).toBe('-30')
    expect(funded('-500', { funding: FUNDING }, null)).toBe('-18')
  })

  test('by every rate that was read: of either reading, and of the last days', () => {
    const dear = { ...FUNDING, rate: dec('0.0005') }
    // Up to 90, twice: 180. Between 18 and 90: 54.
    expect(funded('-180', { funding: FUNDING }, { funding: dear })).toBe('-180')
    expect(funded('-181', { funding: FUNDING }, { funding: dear })).toBe('-54')
    expect(funded('-180', { funding: null }, { funding: dear })).toBe('-180')
    expect(funded('-36', { funding: FUNDING }, { funding: null })).toBe('-36')
    expect(funded('-1', { funding: null })).toBeNull()
    // From 18 received to 54 paid: up to 108 paid and 36 received; in the mean 18 paid.
    const wide = { funding: { ...FUNDING, window: { low: dec('-0.0001'), high: dec('0.0003') } } }
    expect([funded('-108', wide), funded('-109', wide), funded('36', wide), funded('37', wide)]).toEqual([
      ...['-108', '-18', '36', '-18'],
    ])
  })

  test('at the price of either reading', () => {
    // 20 x 4,500 x 0.0001 x 3 = 27: up to 54, and 22.5 in the mean.
    expect(funded('-54', { funding: FUNDING }, { funding: FUNDING, mark: dec(4500) })).toBe('-54')
    expect(funded('-55', { funding: FUNDING }, { funding: FUNDING, mark: dec(4500) })).toBe('-22.5')
  })

  test('an interval that does not divide the time ends once more or less', () => {
    // 24 h are one and a half times 16: 6 or 12.
    const slow = { funding: { ...FUNDING, intervalHours: dec(16) } }
    expect([funded('-24', slow), funded('-25', slow), funded('-3', slow), funded('-2', slow)]).toEqual(['-24', '-9', '-3', '-9'])
  })
})
