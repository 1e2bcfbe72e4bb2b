import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import { keepFraction } from '../../src/risk/keepFraction.ts'
import { leastCash } from '../../src/risk/leastCash.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { reductionsOf } from '../../src/risk/reduction.ts'
import { type RescuePlan, rescuePlan } from '../../src/risk/rescue.ts'
import type { RescueBook } from '../../src/risk/rescueDesk.ts'
import type { Room } from '../../src/risk/room.ts'
import { closeLateRoutes, openRoutes, type Route } from '../../src/risk/routes.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, aSnapshot, USDC, USDT, WETH } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Exact = { exact: string; dec: string }
type Legs = Record<string, Exact>
/** What the worked books of this part expect beyond the shared fields. */
type Extra = {
  allocationDown: { bestS: Exact; perLeg: Legs; naiveAllLoan: Exact; naiveAllMargin: Exact; naiveHalf: Exact }
  minCashForTarget: { total: Exact; perLeg: Legs }
  minReductionFutures: { keepFraction: Exact }
  transfer: { before: Exact; bestS: Exact; toAave: Exact }
  allocationTwoSided: { bestH: Exact; perLeg: Legs }
  routedAllocation: { bestS: Exact; perLeg: Legs; unspent: Exact; pooledBestS: Exact }
}
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook; extra: Extra }[]
}

function vector(id: string): { book: RescueBook; extra: Extra } {
  const found = vectors.find((one) => one.id === id)
  if (found === undefined) throw new RangeError(`no book ${id}`)
  const { legs, cash } = vectorSnapshot(found.book)
  // The worked books swap without cost.
  return { book: { legs, cash, conversionCost: dec(0) }, extra: found.extra }
}

/** Relative 1e-9, against the exact rational. */
function expectSame(ours: Decimal | null | undefined, theirs: Exact): void {
  const [numerator = '', denominator = '1'] = theirs.exact.split('/')
  const exact = dec(numerator).div(dec(denominator))
  const near = ours?.minus(exact).abs().lte(exact.abs().times('1e-9'))
  expect(near, `${ours?.toFixed(15)} is not ${theirs.dec}`).toBe(true)
}

const multiplier = (room: Room | null | undefined): Decimal | undefined => room?.move.plus(1)

function arriving(plan: Pick<RescuePlan, 'moves'>, leg: string): Decimal {
  return plan.moves.filter(({ to }) => to === leg).reduce((total, { usd }) => total.plus(usd), dec(0))
}

function wallet(amount: number, over: Partial<Cash> = {}): Cash {
  return { id: 'wallet', place: 'wallet 0xab on Ethereum', asset: USDC, amount: dec(amount), price: ONE, ...over }
}

describe('the worked books', () => {
  for (const id of ['V01', 'V15']) {
    test(`${id}: the best split of free cash`, () => {
      const { book, extra } = vector(id)
      const plan = rescuePlan(book)
      const { bestS, perLeg } = extra.allocationDown
      expectSame(multiplier(plan.after), bestS)
      for (const [leg, usd] of Object.entries(perLeg)) expectSame(arriving(plan, leg), usd)
      expect(plan.unspent.abs().lt('1e-30')).toBe(true)
      expect(plan.exact).toBe(true)
      // The same on the wanted side alone: nothing in these books dies upwards.
      expectSame(multiplier(rescuePlan({ ...book, sides: ['down'] }).after), bestS)
    })
  }

  test('V15: both legs die together, and the usual guesses are worse', () => {
    const { book, extra } = vector('V15')
    const { before, after, naive } = rescuePlan(book)
    expect(before?.legs).toEqual(['bybit'])
    expect(after?.legs.toSorted()).toEqual(['aave', 'bybit'])
    expectSame(multiplier(naive.allToLoan?.room), extra.allocationDown.naiveAllLoan)
    expectSame(multiplier(naive.allToMargin?.room), extra.allocationDown.naiveAllMargin)
    expectSame(multiplier(naive.half?.room), extra.allocationDown.naiveHalf)
  })

  test('V15: the least cash for -25 %, and what of it is missing', () => {
    const { book, extra } = vector('V15')
    const least = leastCash(book, dec('0.25'))
    const { total, perLeg } = extra.minCashForTarget
    expectSame(least.totalUsd, total)
    for (const [leg, usd] of Object.entries(perLeg)) expectSame(least.perLeg.find((one) => one.leg === leg)?.usd, usd)
    // 31,025 are wanted and 20,000 are there
    expectSame(least.shortUsd, { exact: '11025', dec: '11025' })
  })

  test('V15: the largest part of the position that survives -15 %', () => {
    const { book, extra } = vector('V15')
    const account = book.legs.find(({ kind }) => kind === 'futures') as MarginAccount
    const [position] = account.positions
    if (position === undefined) throw new RangeError('no position')
    const moves = [{ path: alongFactor('ETH'), at: dec('0.85') }]
    const keep = keepFraction(account, position, { moves, feeRate: dec(0) })
    expectSame(keep, extra.minReductionFutures.keepFraction)
  })

  test('V22: margin that may be withdrawn goes to the loan', () => {
    const { book, extra } = vector('V22')
    const plan = rescuePlan({ ...book, donors: [{ leg: 'bybit', withdrawable: dec(6000) }] })
    expectSame(multiplier(plan.before), extra.transfer.before)
    expectSame(multiplier(plan.after), extra.transfer.bestS)
    expect(plan.moves.map(({ from, to, what }) => [from, to, what])).toEqual([['bybit', 'aave', 'repay']])
    expectSame(plan.moves[0]?.usd, extra.transfer.toAave)
    // It is no free cash, so none of it is left over.
    expect(plan.unspent.toFixed()).toBe('0')
  })

  test('V22: the exchange gives no more than it can spare itself', () => {
    // Both die at the same s: 124,500 s - 118,000 + (29,450 - 119,400 (1 - s)) = 0 (pool slack 119,400 s - 89,950)
    // -> s = 207,950 / 243,900 = 0.8526035; the exchange gives 119,400 s - 89,950 = 11,850.86
    const { book } = vector('V22')
    const plan = rescuePlan({ ...book, donors: [{ leg: 'bybit', withdrawable: dec(30_000) }] })
    expectSame(multiplier(plan.after), { exact: '207950/243900', dec: '' })
    expect(plan.moves[0]?.usd.toFixed(2)).toBe('11850.86')
  })

  test('V23: both sides count, and the short takes it all', () => {
    const { book, extra } = vector('V23')
    const plan = rescuePlan(book)
    const { bestH, perLeg } = extra.allocationTwoSided
    expectSame(plan.after?.distance, bestH)
    for (const [leg, usd] of Object.entries(perLeg)) expectSame(arriving(plan, leg), usd)
    expect(plan.after?.direction).toBe('up')
  })

  test('V24: cash that cannot reach a leg in time is worth less than pooled cash', () => {
    const { book, extra } = vector('V24')
    const expected = extra.routedAllocation
    const routes = openRoutes(book.cash, book.legs).filter(({ from, to }) => (from === 'wallet') === (to === 'aave'))
    const plan = rescuePlan({ ...book, routes })
    expectSame(multiplier(plan.after), expected.bestS)
    for (const [leg, usd] of Object.entries(expected.perLeg)) expectSame(arriving(plan, leg), usd)
    expectSame(plan.unspent, expected.unspent)
    expectSame(multiplier(rescuePlan(book).after), expected.pooledBestS)
  })
})

describe("REPORT's book with 10,000 USDC", () => {
  const { legs } = aSnapshot()
  const cash = [wallet(10_000)]

  test('all of it goes to the futures, swapped to what they take: -19.6 % becomes -36.4 %', () => {
    const plan = rescuePlan({ legs, cash, conversionCost: dec(0) })
    expect(plan.before?.move.toFixed(4)).toBe('-0.1968')
    // 22,000 + 20 (P - 3,000) = 0.004 x 20 P -> P = 38,000 / 19.92 = 1,907.63 = -36.41 %
    expect(plan.after?.move.toFixed(4)).toBe('-0.3641')
    expect(plan.naive.allToLoan?.room?.move.toFixed(4)).toBe('-0.1968')
    const [move, ...others] = plan.moves
    expect(others).toEqual([])
    expect(move).toMatchObject({ from: 'wallet', to: 'binance/main/USDT-cross', what: 'add-margin', accepts: USDT })
  })

  test('a swap costs a thousandth where nothing else is said', () => {
    const plan = rescuePlan({ legs, cash })
    // 9,990 arrive: P = 38,010 / 19.92 = 1,908.13 = -36.3956 %
    expect(plan.after?.move.toFixed(6)).toBe('-0.363956')
    expect(plan.moves[0]?.conversion?.costUsd.toFixed(6)).toBe('10.000000')
    expect(plan.moves[0]?.arrives.toFixed(6)).toBe('9990.000000')
    expect(plan.moves[0]?.amount.toFixed(6)).toBe('10000.000000')
  })

  test('cash without a price is not used, and said', () => {
    const plan = rescuePlan({ legs, cash: [wallet(10_000, { price: null })] })
    expect(plan.moves).toEqual([])
    expect(plan.after).toEqual(plan.before)
    expect(plan.limits).toEqual(['USDC in wallet 0xab on Ethereum has no price, so it is not used'])
  })
})

describe('what stands in the way', () => {
  const loan = aLoan({
    revision: 11,
    reserves: [aReserve({ asset: WETH, id: 0, decimals: 18, price: 300_000_000_000n, supplied: 10n ** 19n }), usdcDebt()],
  })

  function usdcDebt(over: Parameters<typeof aReserve>[0] | object = {}) {
    return aReserve({ asset: USDC, id: 2, decimals: 6, debt: 15_600n * 10n ** 6n, collateral: false, ...over })
  }

  test('a debt is repaid at most once: then nothing is left that could die', () => {
    // 10 WETH x 3,000 x 0.78 = 23,400 against 15,600
    const plan = rescuePlan({ legs: [loan], cash: [wallet(20_000)] })
    expect(plan.after).toBeNull()
    expect(plan.moves.map(({ usd }) => usd.toFixed(2))).toEqual(['15600.00'])
    expect(plan.unspent.toFixed(2)).toBe('4400.00')
    expect(plan.naive.allToMargin).toBeNull()
  })

  test('a paused debt cannot be repaid', () => {
    const paused = { ...loan, reserves: [...loan.reserves.slice(0, 1), usdcDebt({ paused: true })] }
    const plan = rescuePlan({ legs: [paused], cash: [wallet(20_000)] })
    expect(plan.moves).toEqual([])
    expect(plan.limits).toEqual(['Aave v3 Ethereum: USDC is paused: it cannot be repaid'])
  })

  test('a route carries no more than its cap, and none while it is closed', () => {
    const route: Route = { from: 'wallet', to: loan.id, minutes: dec(1), cap: dec(1000), closed: null }
    const book = { legs: [loan], cash: [wallet(20_000)] }
    const plan = rescuePlan({ ...book, routes: [route] })
    // 23,400 s = 14,600
    expect(multiplier(plan.after)?.toFixed(9)).toBe(dec(146).div(234).toFixed(9))
    expect(plan.moves[0]?.minutes?.toFixed()).toBe('1')
    expect(plan.limits).toEqual(['wallet to Aave v3 Ethereum: at most 1000 USD'])
    const closed = rescuePlan({ ...book, routes: [{ ...route, closed: 'no ETH for gas' }] })
    expect(closed.moves).toEqual([])
    expect(closed.limits).toEqual(['wallet to Aave v3 Ethereum: no ETH for gas'])
  })

  test('two debts: each takes its own coin first, what is over is swapped', () => {
    // 4,000 USDT and 11,600 USDC owed; 6,000 USDT in the wallet. 2,000 of them are swapped to USDC at 0.1 %.
    const usdt = anAsset('USDT', 'USD:USDT')
    const reserves = [
      ...loan.reserves.slice(0, 1),
      usdcDebt({ debt: 11_600n * 10n ** 6n }),
      aReserve({ asset: usdt, id: 3, decimals: 6, debt: 4000n * 10n ** 6n, collateral: false }),
    ]
    const plan = rescuePlan({ legs: [{ ...loan, reserves }], cash: [wallet(6000, { asset: usdt })] })
    expect(
      plan.moves.map(({ accepts, usd, conversion }) => [accepts.symbol, usd.toFixed(2), conversion?.costUsd.toFixed(2)]),
    ).toEqual([
      ['USDT', '4000.00', undefined],
      ['USDC', '2000.00', '2.00'],
    ])
  })

  test('a loan in ETH that dies as ETH rises is repaid in ETH, which rises too', () => {
    // 10,000 USDC x 0.78 = 7,800 against 2 WETH at 3,000; 0.5 WETH in the wallet -> 1.5 x 3,000 s = 7,800 -> s = 1.7333
    const reserves = [
      aReserve({ asset: USDC, id: 2, decimals: 6, supplied: 10_000n * 10n ** 6n }),
      aReserve({ asset: WETH, id: 0, decimals: 18, price: 300_000_000_000n, debt: 2n * 10n ** 18n, collateral: false }),
    ]
    const weth = wallet(0, { asset: WETH, amount: dec('0.5'), price: dec(3000) })
    const plan = rescuePlan({ legs: [{ ...loan, reserves }], cash: [weth] })
    expect(multiplier(plan.before)?.toFixed(9)).toBe('1.300000000')
    expect(multiplier(plan.after)?.toFixed(9)).toBe('1.733333333')
    expect(plan.moves[0]).toMatchObject({ what: 'repay', conversion: null })
  })

  test('a loan that owes dollars and ETH: first the dollars, then the ETH, swapped', () => {
    // 20,000 USDC x 0.78 = 15,600 against 7,000 USDC and 2 WETH. 7,000 repay the dollars, 2,997 of 3,000 buy 0.999 WETH:
    // 1.001 x 3,000 s = 15,600 -> s = 5.19481
    const reserves = [
      usdcDebt({ supplied: 20_000n * 10n ** 6n, debt: 7000n * 10n ** 6n, collateral: true }),
      aReserve({ asset: WETH, id: 0, decimals: 18, price: 300_000_000_000n, debt: 2n * 10n ** 18n, collateral: false }),
    ]
    const owing = { ...loan, reserves }
    const plan = rescuePlan({ legs: [owing], cash: [wallet(10_000)] })
    expect(plan.moves.map(({ accepts, usd }) => [accepts.symbol, usd.toFixed(2)])).toEqual([
      ['USDC', '7000.00'],
      ['WETH', '3000.00'],
    ])
    expect(multiplier(plan.after)?.toFixed(5)).toBe('5.19481')
    expect(plan.unspent.abs().lt('1e-20')).toBe(true)
    // To survive x5: all the dollars, and 15,000 w <= 15,600 for w = 1.04 WETH of the 2: 0.96 x 3,000 = 2,880 at today's price.
    const least = leastCash({ legs: [owing], cash: [] }, dec('0.8'))
    expect(least.perLeg.map(({ accepts, usd }) => [accepts.symbol, usd.toFixed(2)])).toEqual([
      ['USDC', '7000.00'],
      ['WETH', '2880.00'],
    ])
  })

  test('a leg that is dead now and cannot be lifted is named', () => {
    const dead = { ...loan, reserves: [...loan.reserves.slice(0, 1), usdcDebt({ debt: 24_400n * 10n ** 6n })] }
    const plan = rescuePlan({ legs: [dead], cash: [wallet(600)] })
    expect(plan.after?.distance.toFixed()).toBe('1')
    expect(plan.moves.map(({ usd }) => usd.toFixed(2))).toEqual(['600.00'])
    expect(plan.limits).toEqual([`${dead.id} is at its trigger now, and the cash does not lift it`])
  })

  test('a pool with flat brackets dies at their edge, and the need jumps there', () => {
    // 10 ETH long at 3,000: 1 % up to 20,000 of notional (P = 2,000), 10 % of all of it above.
    // 12,900: at 2,000 there are 2,900 left and 2,000 are wanted; below, 12,900 + 10 (P - 3,000) = 0.1 P -> P = 17,100 / 9.9.
    const tiers = [
      { floor: dec(0), cap: dec(20_000), rate: dec('0.01'), deduction: dec(0) },
      { floor: dec(20_000), cap: null, rate: dec('0.10'), deduction: dec(0) },
    ]
    const [held] = aPool().wallet
    const pool = (amount: number): MarginAccount =>
      aPool({
        positions: [aPosition({ size: dec(10), tiers })],
        wallet: held === undefined ? [] : [{ ...held, amount: dec(amount) }],
        rules: { ...aPool().rules, tiers: 'flat' },
      })
    expect(
      multiplier(rescuePlan({ legs: [pool(12_900)], cash: [] }).before)
        ?.times(3000)
        .toFixed(2),
    ).toBe('1727.27')
    // 11,700: 11,700 + 10 (P - 3,000) = P -> P = 18,300 / 9, in the dear bracket.
    const plan = rescuePlan({ legs: [pool(11_700)], cash: [wallet(299)], conversionCost: dec(0) })
    expect(multiplier(plan.before)?.times(3000).toFixed(2)).toBe('2033.33')
    // 11,999: 9 P = 18,001 -> 2,000.11
    expect(multiplier(plan.after)?.times(3000).toFixed(2)).toBe('2000.11')
    const further = rescuePlan({ legs: [pool(11_700)], cash: [wallet(400)], conversionCost: dec(0) })
    // 12,100: at 2,000 there are 2,100 left, so it comes through to 9.9 P = 17,900 -> 1,808.08
    expect(multiplier(further.after)?.times(3000).toFixed(2)).toBe('1808.08')
  })
})

describe('reductions', () => {
  test('V15 to -15 %: close a quarter of the futures, or sell collateral to repay', () => {
    const { book } = vector('V15')
    const found = reductionsOf(book.legs, { fall: dec('0.15'), sides: ['down', 'up'], feeRate: dec(0) })
    // Loan: 108,000 - 124,500 x 0.85 = 2,175 are missing; a dollar sold repays 1 and takes 0.83 x 0.85 -> 2,175 / 0.2945
    expect(found.map((one) => [one.leg, one.what, one.usd.toFixed(2)])).toEqual([
      ['aave', 'sell-collateral', '7385.40'],
      // 120,000 x (1 - 0.759049163)
      ['bybit', 'close', '28914.10'],
    ])
  })

  test('closing one side of a hedge is never taken for a help', () => {
    // Long and short of 10 ETH at 3,000 on 200: no price hurts, but the maintenance is 2 x 0.4 % x 30,000 = 240, so it is dead.
    const positions = [aPosition({ size: dec(10) }), aPosition({ size: dec(10), side: 'short' })]
    const [held] = aPool().wallet
    const pool = aPool({ hedgeMode: true, positions, wallet: held === undefined ? [] : [{ ...held, amount: dec(200) }] })
    // 200 - 0.004 (30,000 k + 30,000) >= 0 needs k <= 2/3; then a rise of a ninth takes 10/3 ETH x 333 = 1,111 from the open short.
    const [long] = pool.positions
    if (long === undefined) throw new RangeError('no position')
    const moves = [ONE, dec('0.9'), ONE.div('0.9')].map((at) => ({ path: ALL_MARKET, at }))
    expect(keepFraction(pool, long, { moves, feeRate: dec(0) })).toBeNull()
    // For now alone it would have been enough.
    expect(keepFraction(pool, long, { moves: moves.slice(0, 1), feeRate: dec(0) })?.toFixed(6)).toBe('0.666667')
  })
})

test('a route is too slow when three deviations reach further than the leg', () => {
  const leg: Pick<Leg, 'id'> = { id: 'bybit' }
  const [route] = openRoutes([{ id: 'wallet' }], [leg])
  if (route === undefined) throw new RangeError('no route')
  // sigma 120 % a year, 60 minutes: 3 x 1.2 x sqrt(60 / 525,600) = 0.03846; ln 1.03 = 0.02956, ln 1.05 = 0.04879
  const haste = (distance: string) => ({ distances: new Map([['bybit', dec(distance)]]), sigma: dec('1.2'), deviations: dec(3) })
  const hour = [{ ...route, minutes: dec(60) }]
  expect(closeLateRoutes(hour, haste('1.03'))[0]?.closed).toContain('60 minutes are too long')
  expect(closeLateRoutes(hour, haste('1.05'))[0]?.closed).toBeNull()
  expect(closeLateRoutes([route], haste('1.0001'))[0]?.closed).toBeNull()
})
