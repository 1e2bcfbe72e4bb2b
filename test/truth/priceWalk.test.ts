import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type LegJson,
  type LoanBook,
  type LoanStage,
  liquidationNow,
  type Move,
  openLoan,
  openLoanStage,
  type Pair,
  REFUSED,
  reportedPrice,
  setThreshold,
  usd,
} from './loanStage.ts'
import { largestPair, randomLoan, randomPrices } from './randomLoan.ts'
import { randomness } from './randomness.ts'

const weth = (tokens: string): bigint => usd(tokens) * 10n ** 10n
const wbtc = usd
const usdc = (tokens: string): bigint => usd(tokens) / 100n

let stage: LoanStage
beforeAll(async () => {
  stage = await openLoanStage(BigInt(Math.floor(Date.now() / 1000)) - 30n * 86_400n)
})
afterAll(() => stage.stop())

/** Ticks on each side of the price at which everything changes. */
const REACH = 4n

/**
 * Moves the price tick by tick over a price, away from today's, and asks at each tick what the report says and what a real
 * liquidationCall does, which is undone.
 *
 * @returns Whether the loan was liquidated, tick by tick; the report said so of exactly these.
 */
async function walkOver(at: Move & Pair, price: bigint, reach: bigint = REACH): Promise<readonly boolean[]> {
  const step = at.side === 'down' ? -1n : 1n
  const fell: boolean[] = []
  for (let i = 1n - reach; i <= reach; i += 1n) {
    const tick = price + i * step
    await stage.chain.rehearse(async () => {
      await stage.chain.setPrice(at.asset, tick)
      const report = await stage.report()
      const leg = report.legs[0] as LegJson
      const outcome = await liquidationNow(stage, leg, at)
      expect(['liquidated', REFUSED]).toContain(outcome)
      const dead = outcome === 'liquidated'
      expect([leg.grade === 'liquidatable', report.verdict.grade === 'liquidatable'], `${at.asset} at ${tick}`).toEqual([
        dead,
        dead,
      ])
      expect(leg.class, `${at.asset} at ${tick}`).toBe('agree')
      fell.push(dead)
    })
  }
  return fell
}

const half = (reach: bigint, dead: boolean): boolean[] => Array.from({ length: Number(reach) }, () => dead)
/** Alive up to and including the price, dead from the next tick on. */
const DIES = [...half(REACH, false), ...half(REACH, true)]
const REVIVES = [...half(REACH, true), ...half(REACH, false)]

const BOOKS: readonly (readonly [string, LoanBook, Move & Pair])[] = [
  [
    'one collateral falls',
    { supplied: { WETH: weth('10') }, owed: { USDC: usdc('20000') } },
    { asset: 'WETH', side: 'down', collateral: 'WETH', debt: 'USDC' },
  ],
  [
    'one of two collaterals falls',
    { supplied: { WETH: weth('10'), WBTC: wbtc('0.2') }, owed: { USDC: usdc('22000') } },
    { asset: 'WETH', side: 'down', collateral: 'WBTC', debt: 'USDC' },
  ],
  [
    'what is borrowed rises, and a health of exactly 1 is not below 1',
    { supplied: { USDC: usdc('50000') }, owed: { WETH: weth('10') } },
    { asset: 'WETH', side: 'up', collateral: 'USDC', debt: 'WETH' },
  ],
  [
    'in e-mode',
    { eMode: 1, supplied: { wstETH: weth('10'), WBTC: wbtc('0.2') }, owed: { WETH: weth('14') } },
    { asset: 'wstETH', side: 'down', collateral: 'wstETH', debt: 'WETH' },
  ],
  [
    'on both sides of the loan',
    { supplied: { WETH: weth('10'), WBTC: wbtc('0.1') }, owed: { WETH: weth('4'), USDC: usdc('15000') } },
    { asset: 'WETH', side: 'down', collateral: 'WETH', debt: 'USDC' },
  ],
]

describe('the report says LIQUIDATABLE exactly when a real liquidationCall succeeds', () => {
  test.each(BOOKS)('%s', (_, book, at) =>
    stage.chain.rehearse(async () => {
      await stage.chain.mine()
      await openLoan(stage, book)
      const price = reportedPrice(await stage.leg(), at)
      if (price === null) throw new RangeError('the report names no price')
      expect(await walkOver(at, price)).toEqual(DIES)
    }),
  )

  test('on every edge of a loan that is alive again further down', () =>
    stage.chain.rehearse(async () => {
      // The book of liquidationPrice.test.ts, where its figures are worked out.
      await setThreshold(stage.chain, 'WETH', 8250n)
      await stage.chain.setPrice('WETH', usd('2500'))
      await stage.chain.mine()
      await openLoan(stage, { supplied: { WETH: weth('10'), WBTC: wbtc('0.5') }, owed: { USDC: usdc('29988.47') } })
      const at = { asset: 'WBTC', side: 'down', collateral: 'WBTC', debt: 'USDC' } as const
      expect(reportedPrice(await stage.leg(), at)).toBe(usd('24018.19079354'))
      expect(await walkOver(at, usd('24018.19079354'))).toEqual(DIES)
      expect(await walkOver(at, usd('24013.15789474'))).toEqual(REVIVES)
      expect(await walkOver(at, usd('24009.05725568'))).toEqual(DIES)

      // Standing on the island, the report names the island's own ends.
      await stage.chain.setPrice('WBTC', usd('24010'))
      const leg = await stage.leg()
      expect(reportedPrice(leg, at)).toBe(usd('24009.05725568'))
      expect(reportedPrice(leg, { ...at, side: 'up' })).toBe(usd('24013.15789473'))
    }))

  test('of fifteen random loans with a month of interest, in both directions', async () => {
    const random = randomness(4)
    const seen = { down: 0, up: 0 }
    for (let i = 0; i < 15; i += 1) {
      const book = randomLoan(random)
      await stage.chain.rehearse(async () => {
        await openLoan(stage, book)
        for (const [symbol, price] of randomPrices(random, 10n)) await stage.chain.setPrice(symbol, price)
        await stage.chain.mine()
        const pair = await largestPair(stage.chain, book)
        const leg = await stage.leg()
        for (const asset of ['WETH', 'WBTC', 'USDC', 'wstETH'] as const) {
          for (const side of ['down', 'up'] as const) {
            const price = reportedPrice(leg, { asset, side })
            if (price === null) continue
            expect(await walkOver({ ...pair, asset, side }, price, 1n), `loan ${i}, ${asset} ${side}`).toEqual([false, true])
            seen[side] += 1
          }
        }
      })
    }
    expect(Math.min(seen.down, seen.up)).toBeGreaterThan(9)
  })
})
