import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Asset } from '../../src/risk/asset.ts'
import { type Spread, spreadOver } from '../../src/risk/covariance.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import type { FuturesPosition, MarginTier } from '../../src/risk/marginAccount.ts'
import { sigmaDistance } from '../../src/risk/sigmaDistance.ts'
import { aLoan, aPool, aPosition, aReserve, USDC, USDT, WSTETH } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Published = { factors: string[]; annualVol: number[]; rho: number; perLeg: Record<string, number> }
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook; extra?: { sigmaDistance24h?: Published } }[]
}

const DAY = dec(24)
const near = (ours: Decimal | null, theirs: string | number): void =>
  expect(
    ours
      ?.div(dec(String(theirs)))
      .minus(1)
      .abs()
      .lte('1e-9'),
    `${ours?.toFixed(15)} is not ${theirs}`,
  ).toBe(true)

/** One factor with a standard deviation of its own over the horizon. */
const alone = (factor: string, sigma: string): Spread => ({ factors: [factor], covariance: [[dec(sigma).pow(2)]] })

describe('the worked books, computed by an independent program', () => {
  for (const { id, book, extra } of vectors) {
    const published = extra?.sigmaDistance24h
    if (published === undefined) continue
    test(id, () => {
      const { factors, annualVol, rho } = published
      const annual = annualVol.map((vol) => dec(String(vol)))
      const spread = spreadOver({ factors, annual, correlation: () => dec(String(rho)) }, DAY)
      for (const leg of vectorSnapshot(book).legs) {
        const expected = published.perLeg[leg.id]
        if (expected !== undefined) near(sigmaDistance(leg, spread).z, expected)
      }
    })
  }
  test('at least one', () => expect(vectors.some(({ extra }) => extra?.sigmaDistance24h !== undefined)).toBe(true))
})

describe('sigmaDistance', () => {
  test('a later bracket may be nearer than the one that holds now', () => {
    // REPORT's pool: slack now 12,000 - 250 = 11,750, slope 60,000 - 300 (bracket 2) -> 11,750 / 59,700 = 0.196817.
    // Bracket 1: 12,000 - 240 = 11,760, slope 60,000 - 240 -> 11,760 / 59,760 = 0.196787, the nearer. At a sigma of 1 %: 19.68.
    near(sigmaDistance(aPool(), alone('ETH', '0.01')).z, dec(11_760).div('597.6').toFixed(20))
  })

  test('V03 by hand: the loan has one piece', () => {
    // REPORT's loan: slack 24,900 + 14,040 - 22,000 = 16,940; BTC alone: 16,940 / (14,040 x 0.02) = 60.327635
    near(sigmaDistance(aLoan(), alone('BTC', '0.02')).z, dec(16_940).div('280.8').toFixed(20))
  })

  test('a peg moves the wallet, the entry and the deductions of a pool', () => {
    // USDT: bracket 2 now: 12,000 y + 60,000 - 60,000 y - 300 + 50 y: slope -47,950; bracket 1: -48,000 and 240.
    // 11,750 / 47,950 = 0.245047; 11,760 / 48,000 = 0.245: bracket 1 again.
    near(sigmaDistance(aPool(), alone('USD:USDT', '0.01')).z, '24.5')
  })

  test('nothing that moves it, nothing that it needs, dead now', () => {
    expect(sigmaDistance(aPool(), alone('SOL', '0.01'))).toEqual({ z: null, reason: null })
    expect(sigmaDistance(aPool({ positions: [] }), alone('ETH', '0.01'))).toEqual({ z: null, reason: null })
    const dead = aPool({ positions: [aPosition({ entry: dec(9000) })] })
    expect(sigmaDistance(dead, alone('ETH', '0.01')).z?.toFixed()).toBe('0')
  })

  test('correlations that no market can have, and flat brackets, are refused', () => {
    const spread: Spread = {
      factors: ['ETH', 'BTC'],
      covariance: [
        [ONE, dec(-3)],
        [dec(-3), ONE],
      ],
    }
    expect(sigmaDistance(aLoan(), spread)).toEqual({ z: null, reason: 'The correlations contradict each other.' })
    const flat = aPool({ rules: { ...aPool().rules, tiers: 'flat' } })
    expect(sigmaDistance(flat, alone('ETH', '0.01'))).toMatchObject({ z: null, reason: expect.stringContaining('jumps') })
  })

  test('a haircut on the settle coin: what is owed costs more than what is owned counts', () => {
    // 12,000 at 0.9 now; settled = 12,000 + 20 (P - 3,000). Owned: 0.9 (12,000 + 60,000 d) - MM; owed: 12,000 + 60,000 d - MM.
    // Bracket 1: (10,800 - 240) / (54,000 - 240) = 0.196429; as if owed: 11,760 / 59,760 = 0.196787. The first is nearer.
    const wallet = [{ asset: USDT, amount: dec(12_000), price: ONE, priceFrom: 'par' as const, ratio: dec('0.9') }]
    near(sigmaDistance(aPool({ wallet }), alone('ETH', '0.01')).z, dec(10_560).div('537.6').toFixed(20))
  })

  test('what is owed may be nearer than what is owned', () => {
    // 1,000 at 0.9 beside 5,000 that stand still. In bracket 2 owned: 0.9 x 1,000 + 5,000 - 250 = 5,650 over 54,000 - 300, which is
    // 0.10521; owed: 1,000 + 5,000 - 250 = 5,750 over 60,000 - 300, which is 0.09631 (bracket 1: 5,760 / 59,760 = 0.09639).
    const held = (asset: Asset, amount: number, ratio: string) => ({
      ...{ asset, amount: dec(amount), price: ONE, priceFrom: 'par' as const },
      ratio: dec(ratio),
    })
    const wallet = [held(USDT, 1000, '0.9'), held({ ...USDC, key: 'binance/USDC' }, 5000, '1')]
    near(sigmaDistance(aPool({ wallet }), alone('ETH', '0.01')).z, dec(5750).div(597).toFixed(20))
  })

  test('a staked coin moves with its coin, or with its rate, but not with both', () => {
    // 10 at 3,600, threshold 0.78, against 22,000: 28,080 - 22,000 = 6,080
    const [, , usdc] = aLoan().reserves
    const staked = aReserve({ asset: WSTETH, id: 0, decimals: 18, price: 3600n * 10n ** 8n, supplied: 10n ** 19n })
    const loan = aLoan({ reserves: [staked, usdc as typeof staked] })
    const expected = dec(6080).div('280.8').toFixed(20)
    near(sigmaDistance(loan, alone('ETH', '0.01')).z, expected)
    near(sigmaDistance(loan, alone('wstETH/ETH', '0.01')).z, expected)
    // Beside other factors it keeps its own: USDC alone has 6,080 / (22,000 x 0.01).
    const beside = (factors: readonly string[], covariance: Spread['covariance']): Spread => ({ factors, covariance })
    const [none, some] = [dec(0), dec('0.0001')]
    near(
      sigmaDistance(
        loan,
        beside(
          ['BTC', 'wstETH/ETH'],
          [
            [some, none],
            [none, some],
          ],
        ),
      ).z,
      expected,
    )
    near(
      sigmaDistance(
        loan,
        beside(
          ['BTC', 'USD:USDC'],
          [
            [some, none],
            [none, some],
          ],
        ),
      ).z,
      dec(6080).div(220).toFixed(20),
    )
    expect(
      sigmaDistance(
        loan,
        beside(
          ['ETH', 'wstETH/ETH'],
          [
            [some, none],
            [none, some],
          ],
        ),
      ),
    ).toEqual({
      ...{ z: null, reason: 'Aave v3 Ethereum: wstETH depends on more than one of the factors at once.' },
    })
  })

  test('a loan without debt and a pool without positions never die, whatever becomes of what they hold', () => {
    const coin: Asset = { key: 'binance/BTC', symbol: 'BTC', factor: 'BTC', basis: null }
    const wallet = [{ asset: coin, amount: ONE, price: dec(90_000), priceFrom: 'venue' as const, ratio: dec('0.9') }]
    expect(sigmaDistance(aPool({ wallet, positions: [] }), alone('BTC', '0.01'))).toEqual({ z: null, reason: null })
    const reserves = aLoan().reserves.map((one) => ({ ...one, debt: 0n }))
    expect(sigmaDistance(aLoan({ reserves }), alone('ETH', '0.01'))).toEqual({ z: null, reason: null })
  })

  test('the search finds what trying every combination finds', () => {
    const tiers = (n: number): MarginTier[] => {
      const caps = [20_000, 60_000, 200_000, null]
      const rates = ['0.004', '0.01', '0.05', '0.2']
      let deduction = dec(0)
      return rates.slice(0, n).map((rate, k) => {
        const floor = k === 0 ? dec(0) : dec(caps[k - 1] as number)
        if (k > 0) deduction = deduction.plus(floor.times(dec(rate).minus(dec(rates[k - 1] as string))))
        return { floor, cap: caps[k] === null ? null : dec(caps[k] as number), rate: dec(rate), deduction }
      })
    }
    const position = (factor: string, side: 'long' | 'short', size: number): FuturesPosition =>
      aPosition({ symbol: `${factor}USDT`, factor, side, size: dec(size), entry: dec(1000), mark: dec(1000), tiers: tiers(4) })
    const factors = ['A', 'B', 'C', 'D']
    const sizes = [18, 55, 150, 300]
    const positions = factors.map((factor, i) => position(factor, i % 2 === 0 ? 'long' : 'short', sizes[i] as number))
    const wallet = [{ asset: USDT, amount: dec(90_000), price: ONE, priceFrom: 'par' as const, ratio: ONE }]
    const covariance = factors.map((_, i) => factors.map((__, j) => dec(i === j ? '0.0025' : '0.002')))
    const { z } = sigmaDistance(aPool({ positions, wallet }), { factors, covariance })
    let best = Number.POSITIVE_INFINITY
    for (let pick = 0; pick < 4 ** 4; pick++) {
      let slack = 90_000
      const gradient = factors.map((_, i) => {
        const tier = tiers(4)[Math.floor(pick / 4 ** i) % 4] as MarginTier
        const notional = (sizes[i] as number) * 1000
        slack -= tier.rate.toNumber() * notional - tier.deduction.toNumber()
        return notional * ((i % 2 === 0 ? 1 : -1) - tier.rate.toNumber())
      })
      let variance = 0
      for (const [i, a] of gradient.entries()) {
        for (const [j, b] of gradient.entries()) variance += a * b * (i === j ? 0.0025 : 0.002)
      }
      best = Math.min(best, slack / Math.sqrt(variance))
    }
    near(z, best)
  })
})
