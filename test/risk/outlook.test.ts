import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { findingsOf } from '../../src/risk/findings.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Cash, Snapshot } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { outlookOf } from '../../src/risk/outlook.ts'
import { survivalOf } from '../../src/risk/stress.ts'
import { aLoan, aPool, aPosition, aSnapshot, USDC } from '../support/books.ts'
import { findings } from '../support/findings.ts'

const CASH: Cash = { id: 'cash', place: 'wallet', asset: USDC, amount: dec(10_000), price: dec(1) }
const GAP = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }
const outlook = (over: Partial<Snapshot> = {}) => findings(aSnapshot({ cash: [CASH], ...over })).outlook

describe('the book of the documentation', () => {
  const found = outlook()

  test('10,000 to the margin, less 0.1 % for the swap: 12,000 + 9,990 + 60,000 (s - 1) = 240 s', () => {
    expect(found.plan?.moves.map(({ to, what }) => [to, what])).toEqual([[aPool().id, 'add-margin']])
    // s = 38,010 / 59,760
    expect(found.plan?.after?.move.toFixed(9)).toBe(dec(38_010).div(59_760).minus(1).toFixed(9))
    expect(found.ladder?.withCash?.toFixed(9)).toBe(dec(59_760).div(38_010).toFixed(9))
  })

  test('1 of the 12 falls survived today, 6 after the move', () => {
    const replays = (of: 'today' | 'afterMove') => survivalOf((found.stress?.[of] ?? []).filter(({ kind }) => kind === 'replay'))
    expect(replays('today')).toEqual({ survived: 1, unknown: 0, of: 12 })
    expect(replays('afterMove')).toEqual({ survived: 6, unknown: 0, of: 12 })
  })

  test('each leg has its end, the first death is told, and nothing is missing', () => {
    expect(found.ends.map(({ leg }) => leg)).toEqual([aLoan().id, aPool().id])
    expect(found.firstDeath?.legs).toEqual([aPool().id])
    expect(found.missing).toEqual([])
    expect(found.frontier).not.toBeNull()
    expect([...found.projections.keys()]).toEqual([aLoan().id])
    expect(found.projections.get(aLoan().id)?.seconds).toBe(12n)
  })

  test('-19.67 % crossed the limit of 20 %: 192 of margin bring it back', () => {
    expect(found.target?.fall.toFixed()).toBe('0.2')
    // At 0.8: 12,000 - 12,000 = 0, and 0.4 % of 48,000 = 192
    expect(found.target?.least.totalUsd.toFixed(9)).toBe('192.000000000')
  })

  test('no volatility, no odds', () => expect(found.odds).toEqual([]))
})

describe('what there is not', () => {
  test('without cash: no move, and no second round of replays', () => {
    const found = outlook({ cash: [] })
    expect(found.plan?.moves).toEqual([])
    expect(found.stress?.afterMove).toBeNull()
    expect(found.planWithMargin).toBeNull()
  })

  test('a limit that was not crossed is no target', () => {
    expect(outlook({ legs: [aLoan()] }).target).toBeNull()
  })

  test('a leg without a debt has no end', () => {
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    const loan = aLoan({ reserves, reported: { totalCollateral: 48_000n * 10n ** 8n, totalDebt: 0n, healthFactor: null } })
    const found = outlook({ legs: [loan, aPool()] })
    expect(found.ends.map(({ leg }) => leg)).toEqual([aPool().id])
  })

  test('a leg that no market kills has no end', () => {
    // 100,000 of margin for 60,000 of ETH.
    const wallet = aPool().wallet.map((held) => ({ ...held, amount: dec(100_000) }))
    const found = outlook({ legs: [aPool({ wallet })] })
    expect(found.ends).toEqual([])
    expect(found.firstDeath).toBeNull()
    expect(found.missing).toEqual([])
  })

  test('an empty book crashes nothing', () => {
    const bugs: unknown[] = []
    const empty = aSnapshot({ legs: [] })
    findingsOf(empty, { policy: DEFAULT_POLICY, means: DEFAULT_MEANS, onBug: (error) => bugs.push(error) })
    expect(bugs).toEqual([])
  })

  test('a stated volatility that moves no leg is told, one that does is not', () => {
    const volatility = new Map([
      ['ETH', dec('0.6')],
      ['SOL', dec('0.9')],
      ['USD:USDC', dec('0.1')],
    ])
    const snapshot = aSnapshot({ cash: [CASH] })
    const found = outlookOf(snapshot, assess(snapshot, DEFAULT_POLICY), {
      policy: DEFAULT_POLICY,
      means: { ...DEFAULT_MEANS, volatility },
    })
    expect(found.missing.map(({ reason }) => reason)).toEqual([
      'the volatility of SOL is stated, and no leg is moved by that market',
      'the volatility of USD:USDC is stated, and no leg is moved by that market',
    ])
    expect(found.missing.map(({ part }) => part)).toEqual(['odds', 'odds'])
    expect(found.odds.map(({ factor }) => factor)).toEqual(['ETH'])
  })
})

describe('margin that the exchange lets go', () => {
  const rich = aPool({
    id: 'binance/main/rich',
    wallet: aPool().wallet.map((held) => ({ ...held, amount: dec(50_000) })),
    positions: [aPosition({ size: dec(1) })],
    reported: { equity: null, maintenance: null, initialMargin: dec(150), withdrawable: dec(40_000) },
  })
  const poor = { ...aPool(), id: 'binance/main/poor' }

  test('is a plan of its own where it goes further than the cash', () => {
    const found = outlook({ legs: [poor, rich] })
    expect(found.plan?.moves.map(({ from }) => from)).toEqual(['cash'])
    expect(found.planWithMargin?.moves.map(({ from }) => from)).toContain('binance/main/rich')
    // 12,000 + 9,990 + 40,000 are more than 60,000 of ETH can lose.
    expect(found.plan?.after).not.toBeNull()
    expect(found.planWithMargin?.after).toBeNull()
  })

  test('is none where the cash alone takes away every trigger', () => {
    const found = outlook({ legs: [poor, rich], cash: [{ ...CASH, amount: dec(100_000) }] })
    expect(found.plan?.moves.map(({ from }) => from)).toEqual(['cash'])
    expect(found.plan?.after).toBeNull()
    expect(found.planWithMargin).toBeNull()
    expect(found.missing).toEqual([])
  })

  test('is none where it goes no further', () => {
    const reported = { equity: null, maintenance: null, initialMargin: null, withdrawable: dec('0.0000001') }
    expect(outlook({ legs: [poor, { ...rich, reported }] }).planWithMargin).toBeNull()
    expect(outlook({ legs: [poor] }).planWithMargin).toBeNull()
  })
})

describe('the initial margin, by which pooled money counts', () => {
  const telling = (initialMargin: string | null, over = {}) =>
    aPool({
      reported: {
        equity: null,
        maintenance: null,
        initialMargin: initialMargin === null ? null : dec(initialMargin),
        withdrawable: null,
      },
      ...over,
    })
  const pooledOf = (over: Partial<Snapshot>) => outlook(over).ladder?.pooled
  const pooled = (legs: Snapshot['legs']) => pooledOf({ legs })

  // Small books, one a test: a mutant is tried with quick tests only.
  test('is known where each pool with a position tells its own', () => {
    expect(pooled([telling('3000')])?.known).toBe(true)
    expect(pooled([telling(null)])?.known).toBe(false)
  })

  test('is not asked of a pool without positions', () => {
    expect(pooled([telling('3000'), telling(null, { id: 'idle', positions: [] })])?.known).toBe(true)
  })

  test('is not known where another pool tells none', () => {
    expect(pooled([telling('3000'), telling(null, { id: 'other' })])?.known).toBe(false)
  })

  test('is not asked of a loan', () => expect(pooled([aLoan(), telling('3000')])?.known).toBe(true))

  test.each([[['poor', 'rich']], [['rich', 'poor']]])('is the largest share of all, %#', (order) => {
    // 3,000 of 60,000 are 5 %, 300 of 3,000 are 10 %: a ETH at s leaves the second 50,000 + 3,000 (s - 1) - 300 s to give.
    // The first has 12,000 + 60,000 (s - 1) - 240 s by the first bracket: together 62,460 s - 1,000.
    const poor = telling('3000', { id: 'poor' })
    const wallet = poor.wallet.map((held) => ({ ...held, amount: dec(50_000) }))
    const rich = telling('300', { id: 'rich', wallet, positions: [aPosition({ size: dec(1) })] })
    const legs = [poor, rich].toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
    const found = pooledOf({ legs, cash: [] })
    expect(found?.known === true ? found.factor?.toFixed(9) : null).toBe('62.460000000')
  })
})

describe('with a leg that is not known', () => {
  const found = outlook({ gaps: [GAP] })

  test('no replay is survived, but what dies, dies', () => {
    const replays = (found.stress?.today ?? []).filter(({ kind }) => kind === 'replay')
    expect(survivalOf(replays)).toEqual({ survived: 0, unknown: 1, of: 12 })
    expect(replays.every(({ equity }) => equity === null)).toBe(true)
    expect(survivalOf(found.stress?.afterMove?.filter(({ kind }) => kind === 'replay') ?? []).survived).toBe(0)
  })

  test('what is left after the first death is not told, nor where no leg dies', () => {
    expect(found.firstDeath).toBeNull()
    expect(found.frontier).toBeNull()
    expect(found.ends).toHaveLength(2)
  })
})

describe('each part by itself', () => {
  test('the next block of a loan, and none of a pool', () => {
    const { projections } = outlook({ legs: [aLoan(), aPool()], cash: [] })
    expect([...projections].map(([leg, { seconds, debt }]) => [leg, seconds, debt.toFixed()])).toEqual([
      [aLoan().id, 12n, '22000'],
    ])
  })

  test('while no exchange lets anything out, its coins are out of reach', () => {
    const asset = { key: 'bybit/USDC', symbol: 'USDC', factor: 'USD:USDC', basis: null }
    const found = outlook({ legs: [aPool()], cash: [{ ...CASH, asset }] })
    // As in the book of the documentation, and (60,000 - 12,000) / 19.92 = 2,409.638... of 3,000 without the cash.
    expect(found.plan?.after?.move.toFixed(9)).toBe(dec(38_010).div(59_760).minus(1).toFixed(9))
    expect(found.blocked?.after?.move.toFixed(9)).toBe(dec(48_000).div(59_760).minus(1).toFixed(9))
    const reached = outlook({ legs: [aPool()] })
    expect(reached.blocked?.after?.move.toFixed(9)).toBe(dec(38_010).div(59_760).minus(1).toFixed(9))
  })

  test('a leg that cannot be weighed is left out of every part', () => {
    const blind = aLoan({ reserves: aLoan().reserves.map((reserve) => ({ ...reserve, price: null })) })
    const found = outlook({ legs: [blind, aPool()] })
    expect(found.ends.map(({ leg }) => leg)).toEqual([aPool().id])
    expect(found.projections.size).toBe(0)
    expect(found.missing).toEqual([])
  })
})

describe('a part that cannot be worked out', () => {
  const rich = aPool({
    id: 'binance/main/rich',
    reported: { equity: null, maintenance: null, initialMargin: dec(3000), withdrawable: dec(1000) },
  })
  const good = aSnapshot({ legs: [aLoan(), rich], cash: [CASH] })
  const view = assess(good, DEFAULT_POLICY)
  const told = (over: Partial<Snapshot>, seen = view) => {
    const bugs: unknown[] = []
    const assumptions = { policy: DEFAULT_POLICY, means: DEFAULT_MEANS, onBug: (error: unknown) => bugs.push(error) }
    return { found: outlookOf({ ...good, ...over }, seen, assumptions), bugs }
  }

  test('is missing with its reason, and takes no other with it', () => {
    const [weth, ...others] = aLoan().reserves
    if (weth === undefined) expect.unreachable()
    const loan = aLoan({ reserves: [{ ...weth, price: null }, ...others] })
    const { found, bugs } = told({ legs: [loan, rich] })
    expect(found.missing.map(({ part }) => part)).toEqual([
      'rescue',
      `projection of ${loan.id}`,
      `debts of ${loan.id}`,
      'target',
      'ladder',
      'withdrawals blocked',
      `end of ${loan.id}`,
      'first liquidation',
      'frontier',
    ])
    expect(new Set(found.missing.map(({ reason }) => reason.includes('oracle price of WETH')))).toEqual(new Set([true]))
    expect(bugs).toEqual([])
    expect(found).toMatchObject({ plan: null, planWithMargin: null, target: null, ladder: null, blocked: null, frontier: null })
    expect(found.ends.map(({ leg }) => leg)).toEqual([rich.id])
    expect(found.stress?.afterMove).toBeNull()
    expect(found.stress?.today.length).toBeGreaterThan(12)
  })

  test('by an error of ours: somebody is told of it', () => {
    const { found, bugs } = told({ cash: [{ ...CASH, price: undefined as unknown as null }] })
    expect(found.missing).toEqual(
      ['rescue', 'target', 'ladder', 'withdrawals blocked', 'first liquidation', 'scenarios'].map((part) => ({
        part,
        reason: 'an error of ours',
      })),
    )
    expect(bugs).toHaveLength(6)
    expect(found.ends).toHaveLength(2)
    expect(found.stress).toBeNull()
  })

  test('odds that fail are none', () => {
    const corridors = view.corridors.map((one) => ({ ...one, floor: { at: {} as Decimal, legs: [] } }))
    const snapshot = { ...good, legs: [], cash: [] }
    const means = { ...DEFAULT_MEANS, volatility: new Map([['ETH', dec('0.6')]]) }
    const found = outlookOf(snapshot, { ...view, corridors }, { policy: DEFAULT_POLICY, means })
    expect(found.odds).toEqual([])
    expect(found.missing).toContainEqual({ part: 'odds', reason: 'an error of ours' })
  })
})
