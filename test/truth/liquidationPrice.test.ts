import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { edgesOfFall, sightsAt } from './contractWalk.ts'
import {
  entriesOf,
  type LegJson,
  type LoanBook,
  type LoanStage,
  liquidationAt,
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
import { type Randomness, randomness } from './randomness.ts'

const weth = (tokens: string): bigint => usd(tokens) * 10n ** 10n
const wbtc = usd
const usdc = (tokens: string): bigint => usd(tokens) / 100n

let stage: LoanStage
beforeAll(async () => {
  // The head lies a month back: what is opened there bears interest, what is opened after `mine` does not.
  stage = await openLoanStage(BigInt(Math.floor(Date.now() / 1000)) - 30n * 86_400n)
})
afterAll(() => stage.stop())

type Case = Move & Pair & { readonly book: LoanBook; readonly price: string }

/** At the price the real contracts refuse, one tick (1e-8 USD) beyond they liquidate, at the time of the report. */
async function expectLastSafe(leg: LegJson, { asset, side, ...pair }: Move & Pair, price: bigint, what: string): Promise<void> {
  const beyond = side === 'down' ? price - 1n : price + 1n
  expect(await liquidationAt(stage, leg, { ...pair, asset, price }), `${what}, at ${price}`).toBe(REFUSED)
  expect(await liquidationAt(stage, leg, { ...pair, asset, price: beyond }), `${what}, at ${beyond}`).toBe('liquidated')
}

// One block holds the whole loan, so that no interest disturbs the figures worked out here. Threshold of WETH 83 %, of WBTC and
// USDC 78 %, of wstETH 81 %, of WETH and wstETH in e-mode 95 %. The pool cuts the average threshold to whole basis points.
const CASES: readonly (readonly [string, Case])[] = [
  [
    'one collateral',
    {
      // 20,000 / (10 x 0.83) = 2,409.638554216...
      ...{ asset: 'WETH', side: 'down', collateral: 'WETH', debt: 'USDC', price: '2409.63855422' },
      book: { supplied: { WETH: weth('10') }, owed: { USDC: usdc('20000') } },
    },
  ],
  [
    'two collaterals, the falling one above the average threshold',
    {
      // (10 P + 18,000) x 0.7973 = 22,000: P = 959.3126802..., where (8.3 P + 14,040) / (10 P + 18,000) = 0.79738...
      ...{ asset: 'WETH', side: 'down', collateral: 'WETH', debt: 'USDC', price: '959.31268030' },
      book: { supplied: { WETH: weth('10'), WBTC: wbtc('0.2') }, owed: { USDC: usdc('22000') } },
    },
  ],
  [
    'two collaterals, the falling one below the average threshold',
    {
      // (30,000 + 0.2 P) x 0.8210 = 30,000: P = 32,704.0194884..., where (24,900 + 0.156 P) / (30,000 + 0.2 P) = 0.82105...
      // Of the value one base unit (5 ticks) is to spare, by the half that percentMul adds.
      ...{ asset: 'WBTC', side: 'down', collateral: 'WBTC', debt: 'USDC', price: '32704.01948840' },
      book: { supplied: { WETH: weth('10'), WBTC: wbtc('0.2') }, owed: { USDC: usdc('30000') } },
    },
  ],
  [
    'e-mode',
    {
      // 9 x 3,000 / (10 x 0.95) = 2,842.10526315...
      ...{ asset: 'wstETH', side: 'down', collateral: 'wstETH', debt: 'WETH', price: '2842.10526316' },
      book: { eMode: 1, supplied: { wstETH: weth('10') }, owed: { WETH: weth('9') } },
    },
  ],
  [
    'e-mode beside a collateral that is not in it',
    {
      // (10 P + 18,000) x 0.8854 = 42,000: P = 2,943.6187034108..., where (9.5 P + 14,040) / (10 P + 18,000) = 0.88549...
      ...{ asset: 'wstETH', side: 'down', collateral: 'WBTC', debt: 'WETH', price: '2943.61870342' },
      book: { eMode: 1, supplied: { wstETH: weth('10'), WBTC: wbtc('0.2') }, owed: { WETH: weth('14') } },
    },
  ],
  [
    'a borrowed asset that rises',
    {
      // 50,000 x 0.78 / 10 = 3,900: there health is 1, which is not below 1.
      ...{ asset: 'WETH', side: 'up', collateral: 'USDC', debt: 'WETH', price: '3900' },
      book: { supplied: { USDC: usdc('50000') }, owed: { WETH: weth('10') } },
    },
  ],
  [
    'a borrowed stablecoin that rises',
    {
      // 30,000 x 0.83 / 21,000 = 1.185714285...
      ...{ asset: 'USDC', side: 'up', collateral: 'WETH', debt: 'USDC', price: '1.18571428' },
      book: { supplied: { WETH: weth('10') }, owed: { USDC: usdc('21000') } },
    },
  ],
  [
    'a supply that is no collateral counts for nothing',
    {
      ...{ asset: 'WETH', side: 'down', collateral: 'WETH', debt: 'USDC', price: '2409.63855422' },
      book: { supplied: { WETH: weth('10'), WBTC: wbtc('1') }, off: ['WBTC'], owed: { USDC: usdc('20000') } },
    },
  ],
]

describe('the reported price of one asset alone is the last safe tick', () => {
  test.each(CASES)('%s', (_, { book, price, ...move }) =>
    stage.chain.rehearse(async () => {
      await stage.chain.mine()
      await openLoan(stage, book)
      const leg = await stage.leg()
      expect(reportedPrice(leg, move)).toBe(usd(price))
      await expectLastSafe(leg, move, usd(price), 'the book')
      // Walking down, the pool itself is asked for every tick at which the loan changes: that is the first one.
      const walk = [await stage.chain.price(move.asset), 1n] as const
      if (move.side === 'down') expect((await edgesOfFall(stage, move.asset, walk))[0]).toBe(usd(price))
    }),
  )

  test('of a loan that is alive again further down it is the first end', () =>
    stage.chain.rehearse(async () => {
      const { chain } = stage
      // 10 WETH at 2,500 and 82.5 %, 0.5 WBTC at 78 %. With V the worth of the WBTC the average threshold is
      // (20,625 + 0.78 V) / (25,000 + V), 0.8104 at V = 365 / 0.0304 = 12,006.5789..: above that it is cut to 0.8103.
      //   cut to 0.8103: 29,988.47 / 0.8103 - 25,000 = 12,009.0953967..., so dead below 24,018.19079...
      //   cut to 0.8104: from 2 x 12,006.5789.. = 24,013.1578.. down it holds 29,992 and more, so alive again,
      //   until 29,988.47 / 0.8104 - 25,000 = 12,004.528627..., so dead below 24,009.05725...
      await setThreshold(chain, 'WETH', 8250n)
      await chain.setPrice('WETH', usd('2500'))
      await chain.mine()
      await openLoan(stage, { supplied: { WETH: weth('10'), WBTC: wbtc('0.5') }, owed: { USDC: usdc('29988.47') } })
      const leg = await stage.leg()
      const first = usd('24018.19079354')
      const move = { asset: 'WBTC', side: 'down', collateral: 'WBTC', debt: 'USDC' } as const
      expect(reportedPrice(leg, move)).toBe(first)
      await expectLastSafe(leg, move, first, 'the first end')

      const [lastDead, secondEnd] = [usd('24013.15789474'), usd('24009.05725568')]
      expect(await edgesOfFall(stage, 'WBTC', [usd('90000'), 1n])).toEqual([first, lastDead, secondEnd])
      expect(await liquidationAt(stage, leg, { ...move, price: lastDead })).toBe('liquidated')
      expect(await liquidationAt(stage, leg, { ...move, price: lastDead - 1n })).toBe(REFUSED)
      await expectLastSafe(leg, move, secondEnd, 'the second end')
    }))
})

describe('forty random loans, a month of interest on each', () => {
  /** Ticks of a walk: some anywhere on it, some close to its end. */
  function ticksBetween(random: Randomness, from: bigint, to: bigint): bigint[] {
    const [low, high] = from < to ? [from, to] : [to, from]
    const near = Array.from({ length: 30 }, (_, i) => (from < to ? to - 2n ** BigInt(i) : to + 2n ** BigInt(i)))
    const anywhere = Array.from({ length: 40 }, () => random.between(low, high))
    return [from, to, ...near, ...anywhere].filter((tick) => tick >= low && tick <= high)
  }

  const seen = { down: 0, up: 0, none: 0, eMode: 0, off: 0, stable: 0, severalCollaterals: 0, bothSides: 0 }

  async function check(random: Randomness, book: LoanBook, what: string): Promise<void> {
    await openLoan(stage, book)
    for (const [symbol, price] of randomPrices(random, 10n)) await stage.chain.setPrice(symbol, price)
    await stage.chain.mine()
    const leg = await stage.leg()
    expect([leg.grade === 'liquidatable', leg.class], what).toEqual([false, 'agree'])
    const pair = await largestPair(stage.chain, book)
    for (const asset of new Set(
      [...entriesOf(book.supplied), ...entriesOf(book.owed), ...entriesOf(book.stable ?? {})].map(([symbol]) => symbol),
    )) {
      const today = await stage.chain.price(asset)
      for (const side of ['down', 'up'] as const) {
        const label = `${what}, ${asset} ${side}`
        const price = reportedPrice(leg, { asset, side })
        const end = price ?? (side === 'down' ? 1n : today * 1_000_000n)
        const walk = ticksBetween(random, today, end)
        const dead = (await sightsAt(stage, asset, walk))
          .map(({ alive }, i) => (alive ? null : walk[i]))
          .filter((tick) => tick !== null)
        expect(dead, `${label}: liquidatable before ${end}`).toEqual([])
        if (price !== null) await expectLastSafe(leg, { asset, side, ...pair }, price, label)
        seen[price === null ? 'none' : side] += 1
      }
    }
    seen.eMode += book.eMode === 0 ? 0 : 1
    seen.off += book.off?.length ?? 0
    seen.stable += Object.keys(book.stable ?? {}).length
    seen.severalCollaterals += Object.keys(book.supplied).length - (book.off?.length ?? 0) > 1 ? 1 : 0
    seen.bothSides += entriesOf(book.supplied).some(([symbol]) => symbol in book.owed) ? 1 : 0
  }

  test('every reported price is the last safe tick, and where none is reported none is', async () => {
    const random = randomness(2)
    for (let i = 0; i < 40; i += 1) {
      const book = randomLoan(random)
      await stage.chain.rehearse(() => check(random, book, `loan ${i}`))
    }
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(3)
  }, 120_000)
})
