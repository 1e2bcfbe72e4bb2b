import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { anchoring, medianReferences } from '../../src/risk/anchoring.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { aLoan, aPool, aPosition, aReserve, WETH, WSTETH } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Exact = { exact: string; dec: string }
type Published = {
  reference: string
  oracleDeviation: string
  firstDown: string
} & Record<
  'loanTriggerPrice' | 'futuresTriggerPrice' | 'loanS' | 'loanSConservative' | 'futuresS' | 'divergenceOracleVsMark',
  Exact
>
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook; extra?: { anchoring?: Published } }[]
}

function same(ours: Decimal | null | undefined, { exact }: Exact): void {
  const [numerator = '', denominator = '1'] = exact.split('/')
  const theirs = dec(numerator).div(dec(denominator))
  expect(ours?.div(theirs).minus(1).abs().lte('1e-9'), `${ours?.toFixed(15)} is not ${exact}`).toBe(true)
}

const ETH = alongFactor('ETH')
const at = (usd: string | number, oracleDeviation = '0.005') => ({
  references: new Map([['ETH', dec(usd)]]),
  oracleDeviation: dec(oracleDeviation),
})

/** 10 ETH at 3,030 by the oracle against 20,000 USDC, threshold 83 %: dies at 20,000 / 8.3 = 2,409.64. */
const loan = (oracle: number, over: Partial<AaveV3Position['reserves'][number]> = {}): AaveV3Position => {
  const [, , usdc] = aLoan().reserves
  const price = BigInt(oracle) * 10n ** 8n
  const weth = aReserve({ asset: WETH, id: 0, decimals: 18, price, supplied: 10n ** 19n, liquidationThreshold: 8300n, ...over })
  return aLoan({ revision: 11, reserves: [weth, { ...usdc, debt: 20_000n * 10n ** 6n } as typeof weth] })
}

describe('the worked books, computed by an independent program', () => {
  const published = vectors.filter(({ extra }) => extra?.anchoring !== undefined)
  test('at least one', () => expect(published.length).toBeGreaterThan(0))
  for (const { id, book, extra } of published) {
    test(id, () => {
      const wanted = extra?.anchoring as Published
      const { legs } = vectorSnapshot(book)
      const found = anchoring(legs, ETH, at(wanted.reference, wanted.oracleDeviation))
      const [aave, futures] = found?.legs ?? []
      same(aave?.trigger.down, wanted.loanTriggerPrice)
      same(futures?.trigger.down, wanted.futuresTriggerPrice)
      same(aave?.anchored.down, wanted.loanS)
      same(aave?.widened.down, wanted.loanSConservative)
      same(futures?.anchored.down, wanted.futuresS)
      same(futures?.widened.down, wanted.futuresS)
      same(found?.divergence, wanted.divergenceOracleVsMark)
      // By own prices the futures go first (0.8856 against 0.8748), from one reference the loan: both are named.
      expect(found?.floor?.ambiguous).toBe(true)
      expect(found?.floor?.legs.toSorted()).toEqual(['aave', 'hyperliquid'])
      expect(found?.floor?.legs).toContain(wanted.firstDown)
      same(found?.floor?.at, wanted.loanSConservative)
      expect(found?.ceiling).toBeNull()
    })
  }
})

describe('anchoring', () => {
  test('one price for all: nothing to anchor', () => {
    expect(anchoring([aLoan(), aPool()], ETH, at(3000))).toBeNull()
    expect(anchoring([aLoan()], ETH, at(2900))).toBeNull()
  })

  test('without a reference nothing is guessed', () => {
    expect(anchoring([loan(3030), aPool()], ETH, { ...at(3000), references: new Map() })).toBeNull()
  })

  test('the same leg first in every order is not ambiguous', () => {
    // The pool dies at 2,409.64 too; with 5,000 less on it at (13,000 + 0) ... : 20 (3,000 - P) = 7,000 - maintenance, so near 2,660.
    const pool = aPool({ wallet: [{ ...aPool().wallet[0], amount: dec(7000) } as never] })
    const found = anchoring([loan(3030), pool], ETH, at(3000))
    expect(found?.floor).toMatchObject({ legs: [pool.id], ambiguous: false })
    // 7,000 + 20 (P - 3,000) = 0.005 x 20 P - 50 -> P = 52,950 / 19.9 = 2,660.80; / 3,000
    expect(found?.floor?.at.toFixed(6)).toBe('0.886935')
  })

  test('on the rise the oracle is assumed too high, and the cheapest multiplier counts', () => {
    // A short of 20 from 3,000 on 12,000, marked at 2,990: 12,000 + 20 (3,000 - P) = 0.005 x 20 P - 50 -> P = 72,050 / 20.1 = 3,584.58
    const short = aPool({ positions: [aPosition({ side: 'short', mark: dec(2990) })] })
    // A loan of ETH against USDC: 10,000 x 0.78 / 2 owed = dies at 3,900.
    const [, , usdc] = aLoan().reserves
    const weth = aReserve({ asset: WETH, id: 0, decimals: 18, price: 3030n * 10n ** 8n, debt: 2n * 10n ** 18n })
    const stable = { ...usdc, debt: 0n, supplied: 10_000n * 10n ** 6n, collateral: true } as typeof weth
    const owing = aLoan({ revision: 11, reserves: [weth, stable] })
    const found = anchoring([owing, short], ETH, at(3000))
    const [first, second] = found?.legs ?? []
    expect(first?.trigger.up?.toFixed(4)).toBe('3900.0000')
    expect(first?.anchored.up?.toFixed(6)).toBe('1.300000')
    // 3,900 / (3,000 x 1.005)
    expect(first?.widened.up?.toFixed(6)).toBe('1.293532')
    expect(second?.trigger.up?.toFixed(2)).toBe('3584.58')
    // 3,584.577 / 3,000 is nearer than 3,584.577 / 2,990
    expect(found?.ceiling?.at.toFixed(6)).toBe('1.194859')
    expect(found?.ceiling).toMatchObject({ legs: [short.id], ambiguous: false })
  })

  test('an oracle that may be low enough to have killed the loan: no room is left', () => {
    // Dies at 2,409.64: a reference of 2,415 less 0.5 % is 2,402.93.
    const found = anchoring([loan(2430), aPool()], ETH, at(2415))
    expect(found?.floor?.at.toFixed()).toBe('1')
    expect(found?.legs[0]?.anchored.down?.toFixed(4)).toBe('0.9978')
  })

  test('all markets together are anchored factor by factor', () => {
    const both = { references: new Map([...at(3000).references, ['BTC', dec(89_000)]]), oracleDeviation: dec(0) }
    const pool = aPool({ positions: [aPosition({ mark: dec(2990) })] })
    const found = anchoring([aLoan({ revision: 11 }), pool], ALL_MARKET, both)
    // 22,000 / (30,000 x 0.83 + 0.2 x 89,000 x 0.78 = 38,784)
    expect(found?.legs[0]?.anchored.down?.toFixed(8)).toBe(dec(22_000).div(38_784).toFixed(8))
    expect(found?.legs[0]?.price).toBeNull()
    expect(anchoring([aLoan({ revision: 11 }), pool], ALL_MARKET, at(3000))).toBeNull()
  })

  test('a staked coin does not tell what the coin costs', () => {
    const staked = loan(3600, { asset: WSTETH })
    expect(medianReferences([staked], ETH).size).toBe(0)
    const found = anchoring([staked, aPool(), aPool({ id: 'other', positions: [aPosition({ mark: dec(2990) })] })], ETH, at(3000))
    expect(found?.legs[0]?.price).toBeNull()
    expect(found?.legs[0]?.anchored).toEqual(found?.legs[0]?.own)
  })

  test('two symbols in one pool: the one that brings death nearer decides', () => {
    const marks = [2990, 3010].map((mark, i) =>
      aPosition({ symbol: `ETH${i}`, size: dec(10), entry: dec(mark), mark: dec(mark) }),
    )
    const pool = aPool({ positions: marks })
    const found = anchoring([pool], ETH, at(3000))
    const own = found?.legs[0]?.own.down as Decimal
    // All marks x 3,000 / 3,010: then the multiplier is the own one x 3,010 / 3,000.
    expect(found?.legs[0]?.anchored.down?.div(own.times(3010).div(3000)).minus(1).abs().lt('1e-20')).toBe(true)
  })
})

describe('medianReferences', () => {
  const marked = (mark: number): Leg => aPool({ id: `${mark}`, positions: [aPosition({ mark: dec(mark) })] })
  const median = (legs: readonly Leg[]) => medianReferences(legs, ETH).get('ETH')?.toFixed()

  test('the middle of three, the mean of the middle two', () => {
    expect(median([marked(2990), loan(3030), marked(3000)])).toBe('3000')
    expect(median([marked(2990), loan(3030)])).toBe('3010')
    expect(median([])).toBeUndefined()
  })

  test('a mark in a settle coin that lost its peg is worth less', () => {
    expect(median([{ ...marked(3000), settlePrice: dec('0.99') } as Leg])).toBe('2970')
  })
})
