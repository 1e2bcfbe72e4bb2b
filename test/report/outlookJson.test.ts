import { describe, expect, test } from 'vitest'
import { toJson } from '../../src/report/json.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { aPool, aPosition } from '../support/books.ts'
import { FUNDED_POOL, RATED_LOAN, reportFindings, STATED } from '../support/reportBook.ts'

const GAP = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }
const data = (over: Partial<Snapshot> = {}, means = STATED) => toJson(reportFindings(over, means))

describe('the outlook as data', () => {
  const found = data()

  test('the verdict names whose price it tells', () => {
    expect(found.verdict.firstLiquidation).toMatchObject({ price: '2409.64', priceOf: 'ETHUSDT', ambiguous: false })
  })

  test('rescue: the move, and what the guesses would bring', () => {
    expect(found.rescue.plan?.moves).toEqual([
      {
        ...{ from: 'cash/0xab/usdc', to: FUNDED_POOL.id, what: 'add-margin', usd: '10000', amount: '10000' },
        ...{ asset: 'USDC', accepts: 'USDT', arrives: '10000', swapCostUsd: '0', minutes: '5', lacksGas: null },
      },
    ])
    expect(found.rescue.plan).toMatchObject({ unspentUsd: '0', exact: true, limits: [] })
    expect(found.rescue.plan?.instead.allToLoan?.room?.legs).toEqual([FUNDED_POOL.id])
    expect(found.rescue.withMargin).toBeNull()
    expect(found.rescue.target).toMatchObject({ fall: '0.2', shortUsd: '0' })
  })

  test('the cost of each death', () => {
    const [loan, pool] = found.legs.map(({ liquidationCost }) => liquidationCost)
    expect(loan?.bill.worst).toMatch(/^(550|549\.999999999)/)
    expect(pool?.bill).toMatchObject({ best: '0' })
    expect(pool?.bill.worst).toMatch(/^192\.77108433/)
    expect(pool?.lost.worst).toMatch(/^(12000$|11999\.99999999)/)
  })

  test('the first death', () => {
    expect(found.firstDeath).toMatchObject({ factor: 'ETH', legs: [FUNDED_POOL.id], debt: { best: '22000', worst: '22000' } })
    expect(found.firstDeath?.orphanDebt.worst).toMatch(/^(12000$|11999\.99999999|12000\.0000000)/)
  })

  test('twelve replays among the scenarios, each today and after the move', () => {
    const replays = found.stress.filter(({ kind }) => kind === 'replay')
    expect(replays).toHaveLength(12)
    expect(replays.filter(({ today }) => today.survived === true)).toHaveLength(1)
    expect(replays.filter(({ afterMove }) => afterMove?.survived === true)).toHaveLength(6)
  })

  test('carry', () => {
    expect(found.carry.funding).toEqual({ low: '-18', high: '-18' })
    expect(found.carry.net?.low).toMatch(/^-19\.55/)
    expect(found.carry.complete).toBe(true)
    // 11,750 / 18
    expect(found.carry.legs[1]?.days?.soonest).toMatch(/^652\.7777/)
  })

  test('odds where a volatility is stated', () => {
    expect(found.odds).toEqual([])
    const [eth] = data({}, { ...STATED, volatility: new Map([['ETH', dec('0.6')]]) }).odds
    expect(eth?.horizons.map(({ hours, seed }) => [hours, seed])).toEqual([
      [24, 20_251_010],
      [168, 20_251_010],
    ])
  })

  test('the frontier, and the loan at the next block', () => {
    expect(found.frontier).toMatchObject({ x: 'ETH', y: 'USD:USDT', box: '2', reason: null })
    expect(found.legs[0]?.projection).toMatchObject({ seconds: 12, tripped: false })
    expect(found.legs[1]?.projection).toBeNull()
  })
})

test('where oracle and mark differ', () => {
  const { anchoring } = data({ legs: [RATED_LOAN, aPool({ positions: [aPosition({ mark: dec(2990) })] })] })
  expect(anchoring.map(({ factor, ambiguous }) => [factor, ambiguous])).toEqual([
    ['ETH', false],
    ['ALL', false],
  ])
  // 3,000 / 2,990 - 1
  expect(anchoring[0]?.divergence).toMatch(/^0\.00334448/)
  expect(data().anchoring).toEqual([])
})

test('a book read in part: bounds stay, what they would make look safe is null', () => {
  const found = data({ gaps: [GAP] })
  expect(found.firstDeath).toBeNull()
  expect(found.frontier).toBeNull()
  expect(found.carry.net).toBeNull()
  expect(found.ladder).toMatchObject({ safetyFactor: null, withCash: null, pooled: null, pooledUnknown: 'a leg is not known' })
  expect(found.stress.filter(({ today }) => today.survived === true)).toEqual([])
  expect(found.stress.every(({ today }) => today.equity === null)).toBe(true)
  expect(found.legs.every(({ liquidationCost }) => liquidationCost !== null)).toBe(true)
})
