import { describe, expect, test } from 'vitest'
import { lookAt } from '../../src/alerts/conditions.ts'
import { DEFAULT_WEIGHTS } from '../../src/alerts/policy.ts'
import type { Stands } from '../../src/alerts/stand.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Gap, Snapshot } from '../../src/risk/leg.ts'
import { aChainSource, aComet, anExchangeSource, aPool, aPosition, aSnapshot, aSpoke, NOW } from '../support/books.ts'
import { FUNDED_POOL, RATED_LOAN, reportSnapshot } from '../support/reportBook.ts'
import { DAY, found, foundAfter, pass } from './watching.ts'

const POOL = 'binance/main/USDT-cross'
const LOAN = 'aave-v3/ethereum/0xab'
const gap = (leg: string): Gap => ({ leg, code: 'unreachable', reason: 'no answer', hint: 'Wait.', retryable: true })

const events = (before: Snapshot, now: Snapshot) =>
  foundAfter(before, now)
    .conditions.filter(({ kind }) => kind === 'event')
    .map(({ rule, subject, level, what }) => [rule, subject, level, what])

/** What is told over several passes. */
function through(...snapshots: readonly Snapshot[]) {
  let stands: Stands | null = null
  return snapshots.map((snapshot) => {
    const some = lookAt(pass(snapshot), stands, DEFAULT_WEIGHTS)
    stands = some.stands
    return some.conditions.filter(({ kind }) => kind === 'event').map(({ rule, subject }) => `${rule}/${subject}`)
  })
}

/** REPORT's loan a day later, its balances as they are then. */
const later = (change: (one: (typeof RATED_LOAN.reserves)[number]) => object) =>
  aSnapshot({
    at: NOW + DAY,
    legs: [
      {
        ...RATED_LOAN,
        reserves: RATED_LOAN.reserves.map((one) => ({ ...one, ...change(one) })),
        source: aChainSource({
          readAt: NOW + DAY,
          block: { chainId: 1, number: 24_107_200n, hash: '0xbb', timestamp: BigInt((NOW + DAY) / 1000) },
        }),
      },
    ],
  })
const loan = aSnapshot({ legs: [RATED_LOAN] })

describe('what is gone', () => {
  test('a whole leg', () => {
    expect(events(reportSnapshot(), reportSnapshot({ legs: [RATED_LOAN] }))).toEqual([
      ['vanished', POOL, 'critical', 'Binance USDT cross is gone: liquidated or closed?'],
    ])
  })

  test('a debt without what repaid it', () => {
    expect(
      events(
        loan,
        later(({ debt }) => (debt > 0n ? { debt: 0n } : {})),
      ),
    ).toEqual([
      ['vanished', `${LOAN}/debt/eip155:1/usdc`, 'critical', 'USDC debt of Aave v3 Ethereum is gone: liquidated or closed?'],
    ])
  })

  test('half of the debt and of the collateral at once', () => {
    const halved = later(({ debt, supplied }) => ({ debt: debt / 2n, supplied: supplied / 2n }))
    expect(events(loan, halved).map((one) => one.slice(0, 3))).toEqual([['vanished', LOAN, 'critical']])
  })

  test('nothing is gone that could not be read', () => {
    for (const unread of [POOL, 'binance/main', 'binance', 'Binance', 'Binance USDT cross', 'something else'])
      expect(events(reportSnapshot(), reportSnapshot({ legs: [RATED_LOAN], gaps: [gap(unread)] }))).toEqual([])
    // The gap of another leg explains nothing.
    expect(events(reportSnapshot(), reportSnapshot({ legs: [RATED_LOAN], gaps: [gap(LOAN)] }))).toHaveLength(1)
  })

  test('a chain of the book on which nothing ever was hides nothing that lies elsewhere', () => {
    const seen = (snapshot: Snapshot, chains: readonly string[]) =>
      lookAt({ ...pass(snapshot), chains }, found(reportSnapshot()).stands, DEFAULT_WEIGHTS)
    const gone = reportSnapshot({ legs: [RATED_LOAN], gaps: [gap('Base'), gap('bybit/main')] })
    const vanished = (chains: readonly string[]) => seen(gone, chains).conditions.filter(({ rule }) => rule === 'vanished')
    expect(vanished(['Ethereum', 'Base']).map(({ subject }) => subject)).toEqual([POOL])
    expect(vanished(['Ethereum'])).toEqual([])
  })

  test('it is found once the gap is over, however long that was', () => {
    const blind = reportSnapshot({ legs: [RATED_LOAN], gaps: [gap('binance/main')] })
    const gone = reportSnapshot({ legs: [RATED_LOAN] })
    expect(through(reportSnapshot(), blind, blind, gone, gone)).toEqual([[], [], [], [`vanished/${POOL}`], []])
  })

  test('old figures are not compared', () => {
    const old = aPool({ positions: [], source: anExchangeSource({ readAt: NOW - 31_000, venueTime: NOW - 31_000 }) })
    expect(events(aSnapshot(), aSnapshot({ legs: [aSnapshot().legs[0] as never, old] }))).toEqual([])
  })
})

describe('what changed', () => {
  test('interest is no change', () => {
    // 5.19 % a year of 22,000 for a day is 3.13; twice the rate is allowed for: 6.26 (and 0.02 of noise).
    const grown = (cents: bigint) => later(({ debt }) => (debt > 0n ? { debt: debt + cents * 10_000n } : {}))
    expect(events(loan, grown(313n))).toEqual([])
    expect(events(loan, grown(620n))).toEqual([])
    expect(events(loan, grown(630n)).map((one) => one.slice(0, 3))).toEqual([['position', LOAN, 'notice']])
  })

  test('a loan that is repaid in part, in shares and without amounts', () => {
    // 22,000 - 5,500: a quarter
    expect(
      events(
        loan,
        later(({ debt }) => ({ debt: (debt * 3n) / 4n })),
      ),
    ).toEqual([['position', LOAN, 'notice', 'Aave v3 Ethereum: USDC debt smaller by 25.0 %']])
  })

  test('a position that grew, one that turned, and a new one', () => {
    const holding = (...positions: ReturnType<typeof aPosition>[]) => aSnapshot({ legs: [aPool({ positions })] })
    expect(events(holding(aPosition()), holding(aPosition({ size: dec(25) })))).toEqual([
      ['position', POOL, 'notice', 'Binance USDT cross: ETHUSDT long larger by 25.0 %'],
    ])
    expect(events(holding(aPosition()), holding(aPosition({ side: 'short' })))).toEqual([
      ['position', POOL, 'notice', 'Binance USDT cross: ETHUSDT long closed, ETHUSDT short opened'],
    ])
    expect(events(aSnapshot({ legs: [RATED_LOAN] }), reportSnapshot())).toEqual([
      ['position', POOL, 'notice', 'Binance USDT cross: ETHUSDT long opened'],
    ])
  })

  test('a leg that was never read before is not new', () => {
    const blind = reportSnapshot({ legs: [RATED_LOAN], gaps: [gap('binance/main')] })
    expect(through(blind, reportSnapshot(), reportSnapshot())).toEqual([[], [], []])
  })

  test('the first pass of all has nothing to compare with', () => {
    expect(found(reportSnapshot()).conditions.filter(({ kind }) => kind === 'event')).toEqual([])
  })
})

describe('terms', () => {
  test('a lower threshold is a warning, a lower loan-to-value a notice', () => {
    const cut = (field: 'liquidationThreshold' | 'ltv') => later((one) => (one.id === 0 ? { [field]: one[field] - 100n } : {}))
    expect(events(loan, cut('liquidationThreshold'))).toEqual([
      ['parameters', LOAN, 'warning', 'Aave v3 Ethereum changed: the liquidation threshold of WETH 83 % -> 82 %'],
    ])
    expect(events(loan, cut('ltv'))).toEqual([
      ['parameters', LOAN, 'notice', 'Aave v3 Ethereum changed: the loan-to-value of WETH 80.5 % -> 79.5 %'],
    ])
  })

  test('another source of a price is a warning; one that was not known before is no change', () => {
    const from = (source: string | null) => later(({ id }) => (id === 0 ? { priceSource: source } : {}))
    expect(events(from('0xaa'), from('0xbb'))).toEqual([
      ['parameters', LOAN, 'warning', 'Aave v3 Ethereum changed: the price source of WETH'],
    ])
    expect(events(from(null), from('0xbb'))).toEqual([])
    expect(events(from('0xaa'), from('0xaa'))).toEqual([])
  })

  test('a reserve that is paused, and the pool that was upgraded', () => {
    expect(
      events(
        loan,
        later(({ id }) => (id === 2 ? { paused: true } : {})),
      ),
    ).toEqual([['parameters', LOAN, 'warning', 'Aave v3 Ethereum changed: USDC not paused -> paused']])
    expect(events(loan, aSnapshot({ legs: [{ ...RATED_LOAN, revision: 2 }] }))).toEqual([
      ['parameters', LOAN, 'notice', "Aave v3 Ethereum changed: the pool's revision 1 -> 2"],
    ])
  })

  test('brackets and haircuts of an exchange', () => {
    const tiers = aPosition().tiers.map((one) => ({ ...one, rate: one.rate.times(2) }))
    expect(
      events(aSnapshot({ legs: [FUNDED_POOL] }), aSnapshot({ legs: [{ ...FUNDED_POOL, positions: [aPosition({ tiers })] }] })),
    ).toEqual([['parameters', POOL, 'warning', 'Binance USDT cross changed: the maintenance table of ETHUSDT']])
    const wallet = aPool().wallet.map((one) => ({ ...one, ratio: dec('0.9') }))
    expect(events(aSnapshot({ legs: [aPool()] }), aSnapshot({ legs: [aPool({ wallet })] })).map((one) => one[3])).toEqual([
      'Binance USDT cross changed: the share of USDT that counts as margin 100 % -> 90 %',
    ])
  })

  test('markets of the other protocols', () => {
    const cut = aComet().collateral.map((one, i) => (i === 0 ? { ...one, liquidateFactor: 85n * 10n ** 16n } : one))
    expect(
      events(aSnapshot({ legs: [aComet()] }), aSnapshot({ legs: [aComet({ collateral: cut })] })).map((one) => one[3]),
    ).toEqual(['Compound III Ethereum USDC changed: the liquidation factor of WETH 89.5 % -> 85 %'])
    const spoke = aSpoke({ reserves: aSpoke().reserves.map((one) => ({ ...one, latestCollateralFactor: 7700n })) })
    expect(events(aSnapshot({ legs: [aSpoke()] }), aSnapshot({ legs: [spoke] })).map((one) => one.slice(0, 3))).toEqual([
      ['parameters', spoke.id, 'warning'],
    ])
  })
})
