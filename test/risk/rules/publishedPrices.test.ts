import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Decimal, dec, ONE } from '../../../src/risk/decimal.ts'
import type { FuturesPosition, MarginAccount, MarginRules, MarginTier } from '../../../src/risk/marginAccount.ts'
import { symbolTrigger } from '../../../src/risk/rules/margin.ts'
import { anAsset, aPool, aPosition, BINANCE_RULES, USDT } from '../../support/books.ts'

/** Liquidation prices that venues, their libraries and their traders have published, by the rules of each. */

type Figure = 'walletBalance' | 'entry' | 'size' | 'mmr' | 'taker' | 'leverage' | 'margin' | 'extraMargin' | 'mmDeduction'
type More = 'contracts' | 'contractSize' | 'mark' | 'equity' | 'totalMaintenance' | 'rawUsd' | 'maxLeverage'
type Held = { pair: string; entry: number; size: number; mark: number; mmr: number; cum: number }
type Case = Partial<Record<Figure | More, number>> & {
  id: string
  model: string
  side: 'long' | 'short'
  target?: string
  positions?: Held[]
  expected: number
  tolerance: number
}
const { vectors } = JSON.parse(readFileSync(new URL('../../fixtures/liquidation-vectors.json', import.meta.url), 'utf8')) as {
  vectors: Case[]
}

/** A figure of a case, every digit of its text; one that is not there is an error, never 0. */
function given(value: number | undefined): Decimal {
  if (value === undefined) throw new RangeError('the case does not give it')
  return dec(String(value))
}

const oneTier = (rate: Decimal, deduction: Decimal = dec(0)): MarginTier[] => [{ floor: dec(0), cap: null, rate, deduction }]

/** What is in the settle coin, and what is open. */
const pool = (balance: Decimal, positions: FuturesPosition[], rules: Partial<MarginRules> = {}): MarginAccount =>
  aPool({
    wallet: [{ asset: USDT, amount: balance, price: ONE, priceFrom: 'par', ratio: ONE }],
    positions,
    rules: { ...BINANCE_RULES, ...rules },
  })

/** One position that is marked at its entry. */
const at = (entry: Decimal, { side, size }: Case, tiers: MarginTier[]): FuturesPosition =>
  aPosition({ symbol: 'ONE', side, size: given(size), entry, mark: entry, tiers })

type Built = { readonly account: MarginAccount; readonly symbol: string }

/** How the source of each model computes: what differs between venues is data of the pool's rules. */
const MODELS: Readonly<Record<string, (one: Case) => Built>> = {
  // All positions share the wallet; maintenance of each is mmr x notional - cum at its mark.
  'linear-cross': ({ walletBalance, positions = [], target = '' }) => {
    const open = positions.map((p) =>
      aPosition({
        ...{ symbol: p.pair, factor: p.pair.slice(0, 3), size: given(p.size), entry: given(p.entry), mark: given(p.mark) },
        tiers: oneTier(given(p.mmr), given(p.cum)),
      }),
    )
    return { account: pool(given(walletBalance), open), symbol: target }
  },
  // margin +- size (P - entry) = (mmr + taker) size P. The source takes no part of `cum`: 12 / 1.0106 = 11.874134, not 12.01 / 1.0106.
  'linear-isolated-taker': (one) => {
    const position = at(given(one.entry), one, oneTier(given(one.mmr)))
    return {
      account: { ...pool(given(one.margin), [position], { closeFeeRate: given(one.taker) }), margin: 'isolated' },
      symbol: 'ONE',
    }
  },
  // rawUsd = margin + size x entry for a short, so every entry gives the same; half of the initial margin at the largest leverage.
  'hyperliquid-isolated-rawusd': (one) => {
    const [entry, sign] = [dec(40), one.side === 'short' ? 1 : -1]
    const margin = given(one.rawUsd).minus(given(one.size).times(entry).times(sign))
    const position = at(entry, one, oneTier(ONE.div(given(one.maxLeverage)).div(2)))
    return { account: { ...pool(margin, [position]), margin: 'isolated' }, symbol: 'ONE' }
  },
  // Face value = contracts x contract size in USD, wallet in the coin.
  'inverse-cross': ({ side, contracts, contractSize, entry, mmr, walletBalance }) => {
    const [BTC, mark] = [anAsset('BTC', 'BTC'), given(entry)]
    const size = given(contracts).times(given(contractSize))
    const position = aPosition({
      ...{ symbol: 'ONE', factor: 'BTC', contract: 'inverse', side, size, entry: mark, mark },
      ...{ tick: dec('0.1'), tiers: oneTier(given(mmr)) },
    })
    const wallet = [{ asset: BTC, amount: given(walletBalance), price: mark, priceFrom: 'venue' as const, ratio: ONE }]
    return { account: aPool({ settle: BTC, settlePrice: mark, wallet, positions: [position] }), symbol: 'ONE' }
  },
  // Maintenance on the entry value: 400 + (P - 20,000) = 20,000 x 0.5 % -> 19,700.
  'bybit-linear-isolated': (one) => {
    const entry = given(one.entry)
    const margin = entry.times(given(one.size)).div(given(one.leverage)).plus(given(one.extraMargin))
    const position = at(entry, one, oneTier(given(one.mmr), given(one.mmDeduction)))
    return { account: { ...pool(margin, [position], { basis: 'entry' }), margin: 'isolated' }, symbol: 'ONE' }
  },
  // Of the account's maintenance, 4.4, this position's own 0.4 grows with its mark; the other 4 stand still in another symbol:
  // 5 + (P - 100) = 4 + 0.004 P -> P = 99 / 0.996.
  'account-cross': (one) => {
    const [mark, rate] = [given(one.mark), given(one.mmr)]
    const others = given(one.totalMaintenance).minus(rate.times(mark).times(given(one.size)))
    const still = aPosition({
      symbol: 'OTHERS',
      factor: 'OTHERS',
      size: ONE,
      entry: others.times(10),
      mark: others.times(10),
      tiers: oneTier(dec('0.1')),
    })
    return { account: pool(given(one.equity), [at(mark, one, oneTier(rate)), still]), symbol: 'ONE' }
  },
}

/** Cases that cannot be computed from what they give, and why. */
const NOT_COMPUTABLE: Readonly<Record<string, string>> = {}

const computable = vectors.filter(({ id }) => !Object.hasOwn(NOT_COMPUTABLE, id))

function price(one: Case): Decimal | undefined {
  const build = MODELS[one.model]
  if (build === undefined) throw new RangeError(`nobody taught us the model ${one.model}`)
  const { account, symbol } = build(one)
  return symbolTrigger(account, symbol, one.side === 'long' ? 'down' : 'up')?.exact
}

const within = (ours: Decimal | undefined, { expected, tolerance }: Case): boolean | undefined =>
  ours?.minus(String(expected)).abs().lte(String(tolerance))

describe('published liquidation prices', () => {
  test('every case of the file is computed, or listed with the reason', () => {
    expect(vectors).toHaveLength(8)
    expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length)
    const listed = Object.keys(NOT_COMPUTABLE)
    expect([...computable.map(({ id }) => id), ...listed].toSorted()).toEqual(vectors.map(({ id }) => id).toSorted())
  })

  test.each(computable)('$id', (one) => {
    const ours = price(one)
    expect(within(ours, one), `${ours?.toFixed(12)} is not ${one.expected} +- ${one.tolerance}`).toBe(true)
  })

  test.each(computable)('$id: its tolerance would tell a price that is off by it', (one) => {
    const off = (side: 1 | -1) => within(price(one)?.plus(String(one.tolerance * 2 * side)), one)
    expect([off(1), off(-1)]).toEqual([false, false])
  })

  test('the raw balance of an isolated short says it whatever the entry was', () => {
    const raw = vectors.find(({ model }) => model === 'hyperliquid-isolated-rawusd') as Case
    // 211.144417 / (4 x 1.05)
    expect(price(raw)?.toFixed(10)).toBe('50.2724802381')
  })
})
