import { describe, expect, test } from 'vitest'
import { changesBetween } from '../../src/risk/changes.ts'
import { type Decimal, dec, toUnits } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import type { Source } from '../../src/risk/source.ts'
import { agreedLeg } from '../support/agreed.ts'
import {
  aChainSource,
  aComet,
  aLoan,
  anExchangeSource,
  aPool,
  aPosition,
  aReserve,
  aSnapshot,
  aSpoke,
  NOW,
  USDC,
  USDT,
  WETH,
} from '../support/books.ts'

const DAY = 86_400_000

const book = (legs: readonly Leg[], at: number): Snapshot => aSnapshot({ legs, at })
const roomBetween = (before: Snapshot, now: Snapshot) => changesBetween(before, now, { policy: DEFAULT_POLICY }).room

const onChain = (readAt: number, seconds: number): Source =>
  aChainSource({ readAt, block: { chainId: 1, number: 1n, hash: '0xaa', timestamp: BigInt(seconds) } })

/** 10 WETH of 3,000 against 15,000 USDC in a pool that rounds no threshold: 1 - 15,000 / (30,000 x 0.8) = 0.375. */
const loan = (source: Source, price = 3000n): Leg =>
  agreedLeg(
    aLoan({
      revision: 11,
      reserves: [
        aReserve({
          ...{ asset: WETH, id: 0, decimals: 18, price: price * 10n ** 8n },
          ...{ supplied: 10n ** 19n, liquidationThreshold: 8000n },
        }),
        aReserve({ asset: USDC, id: 1, decimals: 6, debt: toUnits(dec(15_000), 6, 'up'), collateral: false }),
      ],
      source,
    }),
  )

/** 20 ETH long; with 12,000 of margin it dies at 48,000 / 19.92 = 2,409.638...: 0.196787... of 3,000 lower. */
const pool = (source: Source, margin = '12000', over: Partial<MarginAccount> = {}): MarginAccount =>
  aPool({ source, wallet: [{ asset: USDT, amount: dec(margin), price: dec(1), priceFrom: 'par', ratio: dec(1) }], ...over })

const shown = (value: Decimal | null | undefined) => value?.toFixed(9) ?? null

test('a rise of the price is room that was won', () => {
  const at = (time: number, price: bigint) => book([loan(onChain(time, time / 1000 - 8), price)], time)
  const { whole, parts } = roomBetween(at(NOW - DAY, 3000n), at(NOW, 4000n))
  // 1 - 15,000 / 32,000 = 0.53125 after 0.375
  expect([shown(whole), shown(parts?.price), shown(parts?.position)]).toEqual(['0.156250000', '0.156250000', '0.000000000'])
})

describe('a leg that went', () => {
  const went = (leg: Leg) => {
    const { whole, parts, unexplained } = roomBetween(book([leg], NOW - DAY), book([], NOW))
    return [unexplained, shown(whole), shown(parts?.position)]
  }

  test('is as fresh as it was when it was read, however long ago that is', () => {
    const then = NOW - DAY
    // A block lasts 120 s, an answer of an exchange 30.
    expect(went(loan(onChain(then - 60_000, then / 1000 - 68)))).toEqual([null, '0.625000000', '0.625000000'])
    const told = pool(anExchangeSource({ readAt: then - 2000, venueTime: then - 2000 }))
    expect(went(told)).toEqual([null, '0.803212851', '0.803212851'])
    const silent = pool(anExchangeSource({ readAt: then - 2000, venueTime: null }))
    expect(went(silent)).toEqual([null, '0.803212851', '0.803212851'])
  })

  test('still tells the time where our clock stands alone', () => {
    // Ours is ten minutes ahead of all others: that is outvoted by two that agree.
    const ahead = 600_000
    const exchange = (name: string, at: number) => anExchangeSource({ name, readAt: at, venueTime: at - ahead })
    const kept = (at: number) => pool(exchange('Binance', at), '40000')
    const gone = pool(exchange('Bybit', NOW - DAY), '12000', { id: 'bybit/main/USDT-cross' })
    const come = loan(onChain(NOW, (NOW - ahead) / 1000))
    const { whole, parts, unexplained } = roomBetween(book([kept(NOW - DAY), gone], NOW - DAY), book([kept(NOW), come], NOW))
    // (60,000 - 40,000) / 19.92 is 1,004: the loan is nearer then. 0.375 - 0.196787...
    expect([unexplained, shown(whole), shown(parts?.position)]).toEqual([null, '0.178212851', '0.178212851'])
  })
})

describe('where the parts cannot be told, the whole still is', () => {
  test('a price is missing on the way', () => {
    const { base } = aComet()
    // Nothing is owed any more, so nobody needs the price of it; what was owed cannot be weighed by it.
    const repaid = aComet({ baseBalance: 0n, base: { ...base, price: null } })
    const { whole, parts, unexplained } = roomBetween(book([aComet()], NOW), book([repaid], NOW))
    // ALL falls to 40,000 / 47,640 before.
    expect(shown(whole)).toBe(shown(dec(40_000).div(47_640)))
    expect([parts, unexplained]).toEqual([null, 'between'])
  })

  test("the venue's own price decides, then or now", () => {
    const safe = pool(anExchangeSource(), '100000')
    const reported = { liquidationPrice: dec(1500), maintenance: null, unrealized: null }
    const doubted = pool(anExchangeSource(), '100000', { positions: [aPosition({ reported })] })
    const worse = roomBetween(book([safe], NOW), book([doubted], NOW))
    expect([shown(worse.whole), worse.parts, worse.unexplained]).toEqual(['-0.500000000', null, 'venue'])
    const better = roomBetween(book([doubted], NOW), book([safe], NOW))
    expect([shown(better.whole), better.parts, better.unexplained]).toEqual(['0.500000000', null, 'venue'])
  })
})

test('interest that one leg does not tell is not told of the book', () => {
  const spoke = (source: Source, debt: bigint) => {
    const [weth, usdc] = aSpoke().reserves
    if (weth === undefined || usdc === undefined) return expect.unreachable()
    return agreedLeg(aSpoke({ reserves: [weth, { ...usdc, debtRay: debt * 10n ** 33n }], source }))
  }
  const at = (time: number, debt: bigint) =>
    book([loan(onChain(time, time / 1000 - 8)), spoke(onChain(time, time / 1000 - 8), debt)], time)
  const { parts } = roomBetween(at(NOW - DAY, 20_000n), at(NOW, 20_400n))
  // 1 - 20,400 / 25,500 after 1 - 20,000 / 25,500
  expect([parts?.interest, parts?.position, shown(parts?.unsplit)]).toEqual([null, null, '-0.015686275'])
})
