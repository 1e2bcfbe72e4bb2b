import { describe, expect, test } from 'vitest'
import type { Found } from '../../src/alerts/conditions.ts'
import { DEFAULT_WEIGHTS } from '../../src/alerts/policy.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Gap } from '../../src/risk/leg.ts'
import { aChainSource, aLoan, anExchangeSource, aPool, aPosition, aSnapshot, NOW, USDT } from '../support/books.ts'
import { FUNDED_POOL, RATED_LOAN, reportSnapshot } from '../support/reportBook.ts'
import { found } from './watching.ts'

const POOL = 'binance/main/USDT-cross'
const LOAN = 'aave-v3/ethereum/0xab'
const GAP: Gap = {
  leg: 'bybit/main',
  code: 'unreachable',
  reason: 'Bybit refused the connection.',
  hint: 'Wait.',
  retryable: true,
}

/** 20 ETH long at 3,000 on so much margin. */
const withMargin = (usdt: string) =>
  aPool({ wallet: [{ asset: USDT, amount: dec(usdt), price: dec(1), priceFrom: 'par', ratio: dec(1) }] })

const of = ({ conditions }: Found, rule: string) => conditions.filter((one) => one.rule === rule)
const level = (some: Found, rule: string) => of(some, rule).map((one) => [one.level, one.holds ?? null])

describe('room', () => {
  test("REPORT's page", () => {
    expect(of(found(reportSnapshot()), 'room')).toEqual([
      expect.objectContaining({ level: 'warning', what: 'futures 19.6 % from liquidation', kind: 'state', subject: '' }),
    ])
  })

  // The long dies at P where margin - 20 x (3000 - P) = 0.4 % of 20 P (under 50,000 of notional):
  // for a room r the margin is 60,000 r + 0.004 x 60,000 (1 - r).
  test.each([
    ['0.195', '11893.2', ['warning', null]], // 11,700 + 193.2
    ['0.21', '12789.6', ['notice', 'warning']], // 12,600 + 189.6; better than 20 %, not than 22 %
    ['0.23', '13984.8', ['notice', null]], // 13,800 + 184.8
    ['0.36', '21753.6', [null, 'notice']], // 21,600 + 153.6; better than 35 %, not than 38.5 %
  ])('a room of %s', (_room, margin, expected) => {
    expect(level(found(aSnapshot({ legs: [withMargin(margin)] })), 'room')).toEqual([expected])
  })

  test('a room of 39 % is no condition at all', () => {
    // 23,400 + 0.004 x 60,000 x 0.61 = 23,546.4
    expect(of(found(aSnapshot({ legs: [withMargin('23546.4')] })), 'room')).toEqual([])
  })

  test('a rule that trips is liquidatable, whatever the limits', () => {
    // Maintenance at 3,000: 0.5 % of 60,000 less 50 = 250; Binance liquidates below it.
    expect(level(found(aSnapshot({ legs: [withMargin('250')] })), 'room')).toEqual([['critical', null]])
    expect(of(found(aSnapshot({ legs: [withMargin('249')] })), 'room')).toEqual([
      expect.objectContaining({ level: 'liquidatable', what: 'futures can be liquidated now' }),
    ])
  })

  test('a bound may worsen, and does not improve', () => {
    const some = found(reportSnapshot({ gaps: [GAP] }))
    expect(of(some, 'room')[0]?.what).toBe('futures at most 19.6 % from liquidation')
    expect(['room', 'factor/ETH', 'peg/USD:USDC', 'days', 'divergence/ETH'].map(some.unseen)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ])
    // What was read of a leg is known all the same.
    expect([`leg/${POOL}`, `health/${LOAN}`, `drift/${LOAN}`, 'watch/phone'].map(some.unseen)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  test('a rule that is off finds nothing', () => {
    expect(of(found(reportSnapshot(), { off: ['room'] }), 'room')).toEqual([])
  })
})

describe('what is only looked at where it is named', () => {
  const limits = { notice: dec('0.5'), warning: dec('0.3'), critical: dec('0.15') }

  test('a leg', () => {
    // REPORT's loan holds to -43.4 %, the futures to -19.6 %.
    const some = found(reportSnapshot(), { limits: { leg: { [LOAN]: limits, [POOL]: limits }, factor: {} } })
    expect(of(some, 'leg').map((one) => [one.subject, one.level, one.what])).toEqual([
      [LOAN, 'notice', 'Aave v3 Ethereum 43.4 % from liquidation'],
      [POOL, 'warning', 'Binance USDT cross 19.6 % from liquidation'],
    ])
    expect(of(found(reportSnapshot()), 'leg')).toEqual([])
  })

  test('a factor', () => {
    const some = found(reportSnapshot(), { limits: { leg: {}, factor: { ETH: limits, constructor: limits } } })
    expect(of(some, 'factor').map((one) => [one.subject, one.level, one.what])).toEqual([
      ['ETH', 'warning', 'first liquidation if ETH moves -19.6 %'],
    ])
    expect(of(found(reportSnapshot()), 'factor')).toEqual([])
  })
})

describe('pegs, health and days', () => {
  /** 48,000 x 81.12 % = 38,937.6 of cover; against 37,440 that is a health of 1.04, against 36,910 1.0549. */
  const owing = (usdc: bigint, health: bigint) =>
    aLoan({
      reserves: aLoan().reserves.map((one) => (one.debt === 0n ? one : { ...one, debt: usdc * 10n ** 6n })),
      reported: { totalCollateral: 48_000n * 10n ** 8n, totalDebt: usdc * 10n ** 8n, healthFactor: health },
    })

  test('a stablecoin that need only rise by 4 %, and a health of 1.04', () => {
    // The affine model weighs 30,000 x 0.83 + 18,000 x 0.78 = 38,940, the contract 38,937.6: 1.04 is nearer, a move of +4 %.
    const some = found(aSnapshot({ legs: [owing(37_440n, 1_040_000_000_000_000_000n)] }))
    expect(of(some, 'drift')).toEqual([])
    const [peg] = of(some, 'peg')
    expect([peg?.subject, peg?.level, peg?.what]).toEqual([
      'USD:USDC',
      'warning',
      'first liquidation if the USD price of USDC moves +4.0 %',
    ])
    expect(of(some, 'health').map((one) => [one.level, one.what])).toEqual([['warning', 'Aave v3 Ethereum has health 1.0400']])
  })

  test('once something can be liquidated as it is, pegs and days say nothing of their own, and nothing of theirs is over', () => {
    // 38,937.6 / 39,000 = 0.9984
    const legs = [owing(39_000n, 998_400_000_000_000_000n)]
    const some = found(aSnapshot({ legs }))
    expect(of(some, 'room').map(({ level }) => level)).toEqual(['liquidatable'])
    expect([of(some, 'peg'), of(some, 'days')]).toEqual([[], []])
    expect(['peg/USD:USDC', 'days', 'room'].map(some.unseen)).toEqual([true, true, false])
    // Who has switched the room off hears of it here.
    const without = found(aSnapshot({ legs }), { off: ['room'] })
    expect(level(without, 'peg').length).toBeGreaterThan(0)
    expect(without.unseen('peg/USD:USDC')).toBe(false)
  })

  test('a health between the limit and the margin holds an alert up', () => {
    // 38,937.6 / 37,000 = 1.052367567...; the margin ends at 1.05 + 0.1 x 0.05 = 1.055
    const some = found(aSnapshot({ legs: [owing(37_000n, 1_052_367_567_567_567_567n)] }))
    expect(level(some, 'health')).toEqual([[null, 'warning']])
  })

  test('days', () => {
    // 12,000 of equity less 250 of maintenance, 18 a day: 652.7 days
    const days = { notice: dec(1000), warning: dec(650), critical: dec(1) }
    const some = found(aSnapshot({ legs: [FUNDED_POOL] }), { grades: { ...DEFAULT_WEIGHTS.grades, days } })
    expect(of(some, 'days')).toEqual([
      expect.objectContaining({
        level: 'notice',
        holds: 'warning',
        what: 'interest and funding alone liquidate in 652 days, prices still',
      }),
    ])
    expect(some.unseen('days')).toBe(false)
  })

  test('without the rates of a leg nobody can say that the days are enough', () => {
    expect(found(aSnapshot({ legs: [aPool()] })).unseen('days')).toBe(true)
  })
})

describe('the figures themselves', () => {
  test('one gap a leg or venue, also of our own bugs', () => {
    const bug: Gap = { ...GAP, leg: LOAN, code: 'bug', reason: 'a bug of ours' }
    const some = found(aSnapshot({ legs: [aPool()], gaps: [GAP, { ...GAP, code: 'access' }, bug] }))
    expect(of(some, 'gap').map((one) => [one.subject, one.level, one.what])).toEqual([
      ['bybit/main', 'warning', 'not read: bybit/main (Bybit refused the connection)'],
      [LOAN, 'warning', `not read: ${LOAN} (a bug of ours)`],
    ])
  })

  test('old figures are an alert of their own, and their leg is not seen', () => {
    const some = found(
      aSnapshot({ legs: [aPool({ source: anExchangeSource({ readAt: NOW - 31_000, venueTime: NOW - 31_000 }) }), aLoan()] }),
    )
    expect(of(some, 'stale').map((one) => [one.subject, one.level])).toEqual([[POOL, 'warning']])
    expect(some.unseen(`leg/${POOL}`)).toBe(true)
    expect(some.unseen(`gap/${POOL}`)).toBe(false)
  })

  test("an oracle's price that was not written for 25 hours", () => {
    const { timestamp } = aChainSource().block as { timestamp: bigint }
    const written = (ago: bigint) =>
      aLoan({ reserves: aLoan().reserves.map((one, i) => (i === 0 ? { ...one, priceUpdatedAt: timestamp - ago } : one)) })
    expect(of(found(aSnapshot({ legs: [written(90_000n)] })), 'stale')).toEqual([])
    expect(of(found(aSnapshot({ legs: [written(90_001n)] })), 'stale').map((one) => one.what)).toEqual([
      "Aave v3 Ethereum: the oracle's price of WETH is 1501 min old",
    ])
  })

  test("a figure that is not the venue's", () => {
    // Ours dies at 2,409.64; the venue says 2,700: 12 % apart, and more than a tenth of the room.
    const pool = aPool({
      positions: [aPosition({ reported: { liquidationPrice: dec(2700), maintenance: null, unrealized: null } })],
    })
    const some = found(aSnapshot({ legs: [pool] }))
    expect(of(some, 'drift').map((one) => [one.subject, one.level, one.what])).toEqual([
      [POOL, 'warning', "Binance USDT cross: our liquidation price ETHUSDT is 13 % from the venue's own"],
    ])
    expect(some.unseen('room')).toBe(true)
  })

  test('oracle and mark apart', () => {
    const marked = (mark: string) => aSnapshot({ legs: [RATED_LOAN, aPool({ positions: [aPosition({ mark: dec(mark) })] })] })
    // 3,090 / 3,000: 3 %. 3,057: 1.9 %, which only holds an alert up (2 % / 1.1 = 1.82 %). 3,030: 1 %.
    expect(of(found(marked('3090')), 'divergence').map((one) => [one.subject, one.level, one.what])).toEqual([
      ['ETH', 'warning', 'oracle and mark of ETH are 3 % apart'],
    ])
    expect(level(found(marked('3057')), 'divergence')).toEqual([[null, 'warning']])
    expect(of(found(marked('3030')), 'divergence')).toEqual([])
  })
})

test('labels of coins and words of venues are plain', () => {
  const hostile = 'ETH\u202e\u0007 <b>@everyone</b>\r\nBcc: x'
  const legs = [aPool({ venue: hostile, source: anExchangeSource({ readAt: NOW - 31_000, venueTime: null, name: hostile }) })]
  const some = found(aSnapshot({ legs, gaps: [{ ...GAP, leg: hostile, reason: hostile }] }))
  expect(some.conditions.length).toBeGreaterThan(1)
  for (const { what } of some.conditions) expect(what).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
})
