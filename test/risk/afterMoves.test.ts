import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cashAfterMoves, legsAfterMoves } from '../../src/risk/afterMoves.ts'
import { assess } from '../../src/risk/assess.ts'
import { builtInScenarios } from '../../src/risk/builtInScenarios.ts'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { type Decimal, dec, ONE, sum } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import { supplyOf } from '../../src/risk/idleSupplies.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import { DEFAULT_MEANS } from '../../src/risk/means.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { rescuePlan } from '../../src/risk/rescue.ts'
import { rescueBook } from '../../src/risk/rescueBook.ts'
import type { RescueBook } from '../../src/risk/rescueDesk.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { play, survivalOf } from '../../src/risk/stress.ts'
import { safetyFactor } from '../../src/risk/verdict.ts'
import { aComet, aLoan, aPool, aPosition, aReserve, aSnapshot, aSpoke, USDC } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

const CASH: readonly Cash[] = [{ id: 'wallet', place: 'wallet', asset: USDC, amount: dec(10_000), price: ONE }]

const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly { readonly id: string; readonly book: VectorBook }[]
}

const bookOf = (id: string): RescueBook => {
  const found = vectors.find((one) => one.id === id)
  if (found === undefined) throw new RangeError(`no book ${id}`)
  const { legs, cash } = vectorSnapshot(found.book)
  return { legs, cash }
}

const factorOf = (legs: readonly Leg[]): Decimal | null => safetyFactor(pathsOf(legs).map((path) => corridor(legs, path)))

const equityOf = ({ legs, cash }: Pick<RescueBook, 'legs' | 'cash'>): Decimal =>
  sum([...legs.map((leg) => solvency(leg).equity), ...cash.map(({ amount, price }) => amount.times(price ?? 0))])

/** That the legs after the moves live as far as the plan says, and nothing is lost but the conversions. */
function expectAsPlanned(book: RescueBook): void {
  const plan = rescuePlan(book)
  expect(plan.moves.length).toBeGreaterThan(0)
  const legs = legsAfterMoves(book.legs, plan.moves)
  const [ours, theirs] = [factorOf(legs), plan.after?.distance]
  // The debts of a loan are cut to whole units.
  expect(
    ours
      ?.div(theirs ?? 1)
      .minus(1)
      .abs()
      .lt('1e-9'),
    `${ours} of ${theirs}`,
  ).toBe(true)
  const paid = sum(plan.moves.map(({ conversion }) => conversion?.costUsd ?? dec(0)))
  const lost = equityOf(book).minus(equityOf({ legs, cash: cashAfterMoves(book.cash, plan.moves) }))
  expect(lost.minus(paid).abs().lt('0.00001'), `${lost} lost, ${paid} paid`).toBe(true)
}

describe("REPORT's book", () => {
  const legs = [aLoan(), aPool()]
  const plan = rescuePlan({ legs, cash: CASH })
  const after = legsAfterMoves(legs, plan.moves)

  test('the cash goes to the margin', () => {
    const [loan, pool] = after
    expect(loan).toBe(legs[0])
    // 10,000 less 0.1 % for the swap; 12,000 before.
    expect(pool?.kind === 'futures' && pool.wallet.map(({ amount }) => amount.toFixed())).toEqual(['21990'])
    expect(cashAfterMoves(CASH, plan.moves).map(({ amount }) => amount.toFixed())).toEqual(['0'])
    // 38,010 / 59,760 - 1, as the plan has it
    expect([corridor(after, alongFactor('ETH')).floor?.at.minus(1).toFixed(6), plan.after?.move.toFixed(6)]).toEqual([
      '-0.363956',
      '-0.363956',
    ])
  })

  test('after the move 6 of 12 falls are survived, 1 before', () => {
    // ETH by less than 36.4 %: 35.6, 12.89, 34.41, 23.77, 21.82, 28.3. The loan lives in all of them.
    const replays = builtInScenarios(legs).filter(({ kind }) => kind === 'replay')
    const through = (book: readonly Leg[], cash: readonly Cash[]) => survivalOf(replays.map((one) => play(book, cash, one)))
    expect(through(legs, CASH)).toEqual({ survived: 1, unknown: 0, of: 12 })
    expect(through(after, cashAfterMoves(CASH, plan.moves))).toEqual({ survived: 6, unknown: 0, of: 12 })
  })

  test('nothing to move changes nothing', () => {
    expect(legsAfterMoves(legs, [])).toEqual(legs)
    expect(cashAfterMoves(CASH, [])).toEqual(CASH)
  })
})

describe('the legs live as far as the plan says', () => {
  test.each(['V01', 'V15', 'V23'])('%s', (id) => expectAsPlanned(bookOf(id)))

  test('V22: what a pool gives is taken from it', () => {
    const book = { ...bookOf('V22'), donors: [{ leg: 'bybit', withdrawable: dec(6000) }] }
    expectAsPlanned(book)
    const { moves } = rescuePlan(book)
    const [before, after] = [book.legs, legsAfterMoves(book.legs, moves)].map((legs) => legs.map((leg) => solvency(leg)))
    const [pool, loan] = [book.legs.findIndex(({ id }) => id === 'bybit'), book.legs.findIndex(({ id }) => id === 'aave')]
    const taken = moves[0]?.usd ?? dec(0)
    expect(
      taken.gt(0) &&
        before?.[pool]?.cover
          .minus(after?.[pool]?.cover ?? 0)
          .minus(taken)
          .abs()
          .lt('1e-30'),
    ).toBe(true)
    expect(
      before?.[loan]?.required
        .minus(after?.[loan]?.required ?? 0)
        .minus(moves[0]?.arrives ?? 0)
        .abs()
        .lt('1e-9'),
    ).toBe(true)
  })

  test.each([
    ['Aave v3', aLoan()],
    ['Compound III', aComet()],
    ['Aave v4', aSpoke()],
  ])('%s beside a pool', (_, loan) => {
    expectAsPlanned({ legs: [loan, aPool({ positions: [aPosition({ size: dec(5) })] })], cash: CASH })
  })
})

describe('the cash that is left', () => {
  test('each loses what the moves take from it, in its own coin', () => {
    const more: Cash = { id: 'other', place: 'vault', asset: USDC, amount: dec(500), price: null }
    const none: Cash = { ...more, id: 'untouched' }
    const [move] = rescuePlan({ legs: [aLoan(), aPool()], cash: CASH }).moves
    if (move === undefined) throw new RangeError('no move')
    const take = (from: string, amount: number): typeof move => ({ ...move, from, amount: dec(amount) })
    const left = cashAfterMoves([...CASH, more, none], [take('wallet', 4000), take('other', 300), take('wallet', 1000)])
    expect(left.map(({ id, amount }) => [id, amount.toFixed()])).toEqual([
      ['wallet', '5000'],
      ['other', '200'],
      ['untouched', '500'],
    ])
  })
})

test('a supply that lies idle leaves its loan and arrives where it helps: nothing is lost but the swap, and nothing is made', () => {
  const idle = aReserve({
    ...{ asset: USDC, id: 3, decimals: 6, price: 10n ** 8n, collateral: false },
    ...{ supplied: 9_000n * 10n ** 6n, availableLiquidity: 4_000n * 10n ** 6n },
  })
  const loan = aLoan({ id: 'aave-v3/base-core/0xab', reserves: [idle] })
  const legs = [loan, aLoan(), aPool()]
  const view = assess(aSnapshot({ legs, cash: [] }), DEFAULT_POLICY)
  const book = rescueBook(legs, [], { view, means: DEFAULT_MEANS })
  const plan = rescuePlan(book)
  expect(plan.moves.map(({ from }) => from)).toEqual([supplyOf(loan, USDC.key)])
  // No more than the market holds.
  expect(plan.moves[0]?.amount.toFixed()).toBe('4000')
  expect(plan.limits).toContain(`USDC supplied to ${loan.id}: at most 4000 of 9000 can be withdrawn now, the rest is lent out`)
  const after = legsAfterMoves(legs, plan.moves)
  const swap = sum(plan.moves.map(({ conversion }) => conversion?.costUsd ?? dec(0)))
  const lost = equityOf({ legs, cash: [] }).minus(equityOf({ legs: after, cash: [] }))
  expect(lost.minus(swap).abs().lt('0.00001')).toBe(true)
  expect(factorOf(after)?.gt(factorOf(legs) as Decimal)).toBe(true)
})
