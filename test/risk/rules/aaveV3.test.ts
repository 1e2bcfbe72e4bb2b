import { describe, expect, it } from 'vitest'
import { IncompleteAnswerError, UnsupportedError } from '../../../src/errors.ts'
import { accountOf, blockedUntil, floorsAverageThreshold, trigger, trips } from '../../../src/risk/rules/aaveV3.ts'
import { KNOWN_REVISIONS, roundingOf } from '../../../src/risk/rules/aaveV3Revisions.ts'
import { loanOf, type ReserveSketch } from './loanOf.ts'

const USD = 100_000_000n
const FLOORING = [1, 2, 3, 4, 5, 6, 7, 8]
const SUMMING = [9, 10, 11]

const weth = (price: bigint, threshold: bigint): ReserveSketch => {
  return { symbol: 'WETH', decimals: 18, price, supplied: 10n * 10n ** 18n, threshold }
}
const wbtc = (price: bigint, supplied: bigint): ReserveSketch => ({
  symbol: 'WBTC',
  decimals: 8,
  price,
  supplied,
  threshold: 7800n,
})
const owed = (usdc: bigint): ReserveSketch => ({ symbol: 'USDC', decimals: 6, price: USD, debt: usdc })

/** 10 WETH at 3,000 (83 %), 0.2 WBTC at 90,000 (78 %), 22,000 USDC owed. */
const demo = (revision: number) =>
  loanOf(revision, [weth(3000n * USD, 8300n), wbtc(90_000n * USD, 20_000_000n), owed(22_000_000_000n)])
const [WETH, WBTC, USDC] = [0, 1, 2] as const

describe('accountOf', () => {
  // 30,000 + 18,000 = 48,000. Weighted 30,000 x 8300 + 18,000 x 7800 = 389,400,000, average 8112.5, cut to 8112.
  // 48,000 x 0.8112 = 38,937.6; / 22,000 = 1.76989 0909.., the 18th digit rounded half up.
  it.each(FLOORING)('cuts the average threshold to basis points on revision %i', (revision) => {
    expect(accountOf(demo(revision))).toEqual({
      totalCollateral: 48_000n * USD,
      totalDebt: 22_000n * USD,
      liquidationThreshold: 8112n,
      weighted: 389_400_000n * USD,
      healthFactor: 1_769_890_909_090_909_091n,
    })
    expect(floorsAverageThreshold(revision)).toBe(true)
  })

  // 389,400,000 / 10,000 / 22,000 = 1.77 exactly
  it.each(SUMMING)('takes health from the exact weighted sum on revision %i', (revision) => {
    const account = accountOf(demo(revision))
    expect(account.healthFactor).toBe(1_770_000_000_000_000_000n)
    expect(account.liquidationThreshold).toBe(8112n)
    expect(floorsAverageThreshold(revision)).toBe(false)
  })

  it('knows exactly the revisions whose source was read', () => {
    expect([...KNOWN_REVISIONS.keys()]).toEqual([...FLOORING, ...SUMMING])
  })

  it.each([0, 12, 1.5, Number.NaN])('refuses revision %d', (revision) => {
    expect(() => roundingOf(revision)).toThrow(UnsupportedError)
    expect(() => accountOf(demo(revision))).toThrow(UnsupportedError)
    expect(() => trigger(demo(revision), WETH, 'down')).toThrow(UnsupportedError)
    expect(() => floorsAverageThreshold(revision)).toThrow(UnsupportedError)
  })

  it('rounds the value of a debt down before v3.5 and up from then on', () => {
    // 3 base units of a token with 1 decimal at 7: 21 / 10 = 2.1
    const sketches = [
      { decimals: 0, price: 1n, supplied: 100n, threshold: 8000n },
      { decimals: 1, price: 7n, debt: 3n },
    ]
    expect(accountOf(loanOf(8, sketches)).totalDebt).toBe(2n)
    expect(accountOf(loanOf(9, sketches)).totalDebt).toBe(3n)
  })

  it('rounds the half of a base unit up when it takes the percentage', () => {
    // 5 x 0.5 = 2.5 -> 3 (percentMul, half up); 3 / 3 = 1. By the exact sum it is 25,000 / 3 / 10,000 = 0.8333..
    const sketches = [
      { decimals: 0, price: 1n, supplied: 5n, threshold: 5000n },
      { decimals: 0, price: 1n, debt: 3n },
    ]
    expect(accountOf(loanOf(8, sketches)).healthFactor).toBe(10n ** 18n)
    expect(trips(loanOf(8, sketches))).toBe(false)
    expect(accountOf(loanOf(9, sketches)).healthFactor).toBe(833_333_333_333_333_333n)
    expect(trips(loanOf(9, sketches))).toBe(true)
  })

  it('rounds the last digit of health half up, so that a huge debt may lack a base unit', () => {
    // debt 4e18: two units too little are 1 - 0.5e-18, which is 1 in wad; three are not.
    const short = (missing: bigint) => [
      { decimals: 0, price: 1n, supplied: 4n * 10n ** 18n - missing, threshold: 10_000n },
      { decimals: 0, price: 1n, debt: 4n * 10n ** 18n },
    ]
    expect(trips(loanOf(1, short(2n)))).toBe(false)
    expect(trips(loanOf(1, short(3n)))).toBe(true)
    // From v3.5 on the digit is rounded in 1e22 and then cut: one unit too little is below 1.
    expect(trips(loanOf(11, short(0n)))).toBe(false)
    expect(trips(loanOf(11, short(1n)))).toBe(true)
  })

  it('counts collateral with threshold 0 in the total from v3.6 on only, and never towards health', () => {
    const sketches = [weth(3000n * USD, 8000n), owed(22_000_000_000n)]
    const zero = { symbol: 'JUNK', decimals: 0, price: 1000n * USD, supplied: 5n, threshold: 0n }
    // 30,000 and 5,000; 30,000 x 0.8 / 22,000 = 1.0909..
    expect(accountOf(loanOf(9, [...sketches, zero])).totalCollateral).toBe(30_000n * USD)
    expect(accountOf(loanOf(10, [...sketches, zero])).totalCollateral).toBe(35_000n * USD)
    for (const revision of SUMMING)
      expect(accountOf(loanOf(revision, [...sketches, zero])).healthFactor).toBe(1_090_909_090_909_090_909n)
  })

  it('leaves out collateral that is switched off', () => {
    const off = { ...wbtc(90_000n * USD, 20_000_000n), collateral: false }
    // 30,000 x 0.83 / 22,000 = 1.131818..
    const account = accountOf(loanOf(1, [weth(3000n * USD, 8300n), off, owed(22_000_000_000n)]))
    expect(account.totalCollateral).toBe(30_000n * USD)
    expect(account.healthFactor).toBe(1_131_818_181_818_181_818n)
  })

  it('has no health without debt, and is then never liquidated', () => {
    const loan = loanOf(11, [weth(3000n * USD, 8300n)])
    expect(accountOf(loan).healthFactor).toBeNull()
    expect(trips(loan)).toBe(false)
    expect(trigger(loan, WETH, 'down')).toEqual({ kind: 'none' })
  })

  it('names the asset whose needed price is missing or dead, and needs no other', () => {
    for (const price of [null, 0n, -1n]) {
      const loan = loanOf(11, [weth(3000n * USD, 8300n), { ...wbtc(1n, 20_000_000n), price }, owed(22_000_000_000n)])
      expect(() => accountOf(loan)).toThrow(IncompleteAnswerError)
      expect(() => accountOf(loan)).toThrow('"oracle price of WBTC"')
      expect(() => trigger(loan, WETH, 'down')).toThrow('"oracle price of WBTC"')
      const off = { ...wbtc(1n, 20_000_000n), price, collateral: false }
      expect(trips(loanOf(11, [weth(3000n * USD, 8300n), off, owed(22_000_000_000n)]))).toBe(false)
    }
  })

  it('takes prices in place of those that were read', () => {
    // 10 x 1,500 x 0.83 + 14,040 = 26,490; / 22,000 = 1.2040909..
    expect(accountOf(demo(11), new Map([[WETH, 1500n * USD]])).healthFactor).toBe(1_204_090_909_090_909_090n)
  })
})

describe('trigger', () => {
  it('finds the last safe tick of the demo book before v3.5', () => {
    // At the end the average is cut to 7973: 10 p + 18,000 must reach (22,000e12 - 0.5e4) / 7973 = 2,759,312,680,295.4 base units,
    // so 10 p >= 959,312,680,296.
    const down = trigger(demo(1), WETH, 'down')
    expect(down).toEqual({ kind: 'price', price: 95_931_268_030n, exact: true })
    // 38,937.6 / 22,000 = 1.7698909.. USD per USDC, cut to a tick
    expect(trigger(demo(1), USDC, 'up')).toEqual({ kind: 'price', price: 176_989_090n, exact: true })
  })

  it('finds the last safe tick of the demo book from v3.5 on', () => {
    // (22,000 - 14,040) / 8.3 = 959.03614457.8 -> the tick above
    expect(trigger(demo(11), WETH, 'down')).toEqual({ kind: 'price', price: 95_903_614_458n, exact: true })
    // 38,940 / 22,000 = 1.77 exactly: a health of 1 is not liquidatable, one tick more is
    expect(trigger(demo(11), USDC, 'up')).toEqual({ kind: 'price', price: 177_000_000n, exact: true })
  })

  it('says none where no price in that direction liquidates', () => {
    // 30,000 x 0.83 = 24,900 alone cover the debt: WBTC may fall to nothing
    for (const revision of [1, 11]) {
      expect(trigger(demo(revision), WBTC, 'down')).toEqual({ kind: 'none' })
      expect(trigger(demo(revision), WETH, 'up')).toEqual({ kind: 'none' })
      expect(trigger(demo(revision), USDC, 'down')).toEqual({ kind: 'none' })
    }
  })

  it('says so of an account that is liquidatable today', () => {
    const loan = loanOf(11, [weth(2000n * USD, 8300n), owed(22_000_000_000n)])
    for (const direction of ['down', 'up'] as const) expect(trigger(loan, WETH, direction)).toEqual({ kind: 'liquidatable' })
  })

  // 4e18 owed, so two ten-thousandths of a unit are spared. Cover of the rest: (4e18 - 100) x 10000 + 98 = 4e22 - 999,902;
  // at 100 the moving one adds 999,900: 2 short, alive. At 99 it is dead. Without the spare the end would stand at 101.
  it('spares a huge debt what the last digit of health hides', () => {
    const loan = loanOf(11, [
      { decimals: 0, price: 150n, supplied: 1n, threshold: 9999n },
      { decimals: 0, price: 1n, supplied: 4n * 10n ** 18n - 100n, threshold: 10_000n },
      { decimals: 0, price: 1n, supplied: 98n, threshold: 1n },
      { decimals: 0, price: 1n, debt: 4n * 10n ** 18n },
    ])
    expect(trips(loan, new Map([[0, 100n]]))).toBe(false)
    expect(trips(loan, new Map([[0, 99n]]))).toBe(true)
    expect(trigger(loan, 0, 'down')).toEqual({ kind: 'price', price: 100n, exact: true })
  })

  it('ends at a price of 1, and asks no price of a reserve that neither backs nor owes', () => {
    // 5 x 1 x 0.8 = 4 covers 4 just so; a feed never gives 0.
    const least = { decimals: 0, price: 1n, supplied: 5n, threshold: 8000n }
    for (const revision of [1, 11]) {
      expect(trigger(loanOf(revision, [least, { decimals: 0, price: 1n, debt: 4n }]), 0, 'down')).toEqual({ kind: 'none' })
      const idle = { ...wbtc(1n, 20_000_000n), price: null, collateral: false }
      const loan = loanOf(revision, [weth(3000n * USD, 8300n), idle, owed(22_000_000_000n)])
      for (const direction of ['down', 'up'] as const) expect(trigger(loan, WBTC, direction)).toEqual({ kind: 'none' })
    }
  })

  it('refuses a reserve that is not in the position', () => {
    expect(() => trigger(demo(11), 7, 'down')).toThrow(IncompleteAnswerError)
    expect(() => trigger(demo(11), 7, 'down')).toThrow('"reserve 7"')
  })

  // 10 WETH at 2,500 (82.5 %), 0.5 WBTC (78 %), 29,988.47 USDC owed. Average = 8250 - 450 v / (25,000 + v), v = 0.5 p.
  // At 8103: 25,000 + v >= 299,884,700 / 8103 = 37,009.0954, p >= 24,018.1908.
  // It is 8104 from v = 146 x 25,000 / 304 = 12,006.5789 down, p <= 24,013.1579,
  // and there 25,000 + v >= 299,884,700 / 8104 = 37,004.5286, p >= 24,009.0573.
  it('stops at the first death of a book that is alive again further down', () => {
    const at = (price: bigint) => loanOf(1, [weth(2500n * USD, 8250n), wbtc(price, 50_000_000n), owed(29_988_470_000n)])
    const end = trigger(at(90_000n * USD), WBTC, 'down')
    expect(end).toEqual({ kind: 'price', price: 2_401_819_079_354n, exact: true })
    expect(trips(at(2_401_819_079_354n))).toBe(false)
    expect(trips(at(2_401_819_079_353n))).toBe(true)
    expect(trips(at(2_401_318_000_000n))).toBe(true)
    expect(trips(at(2_401_315_000_000n))).toBe(false)
    expect(trips(at(2_400_906_000_000n))).toBe(false)
    expect(trips(at(2_400_905_000_000n))).toBe(true)
    // Between the two deaths it is alive today, and dies in both directions.
    expect(trigger(at(2_401_100_000_000n), WBTC, 'up')).toMatchObject({ kind: 'price', exact: true })
    expect(trigger(at(2_401_100_000_000n), WBTC, 'down')).toMatchObject({ kind: 'price', exact: true })
  })

  // The same book from v3.5 on: 20,625 + 0.39 p >= 29,988.47, p >= 24,008.897.. and no second life below.
  it('is monotone from v3.5 on', () => {
    const at = (price: bigint) => loanOf(11, [weth(2500n * USD, 8250n), wbtc(price, 50_000_000n), owed(29_988_470_000n)])
    expect(trigger(at(90_000n * USD), WBTC, 'down')).toEqual({ kind: 'price', price: 2_400_889_743_590n, exact: true })
    for (let price = 2_400_889_743_589n; price > 2_300_000_000_000n; price -= 1_234_567_891n) expect(trips(at(price))).toBe(true)
  })

  it('cuts the search short, on the safe side and saying so, where one asset weighs nearly the same on both sides', () => {
    const supplied = 1_234_567_890_123_456_789_012n
    // 80 % of it is owed but for 1 part in 1e18; the rest covers 1.7998 base units, and the two roundings may take 1.8:
    // whether a tick is alive hangs on them alone, for billions of ticks.
    const near = {
      symbol: 'WETH',
      decimals: 18,
      price: 3000n * USD,
      supplied,
      threshold: 8000n,
      debt: (supplied * 8n) / 10n - 1000n,
    }
    const loan = loanOf(11, [near, { decimals: 0, price: 1n, supplied: 2n, threshold: 8999n }])
    const end = trigger(loan, WETH, 'down')
    expect(end).toEqual({ kind: 'price', price: expect.any(BigInt), exact: false })
    if (end.kind !== 'price') return
    // A hundred billion ticks lie in between: every one of the last thousand, and one in some ninety million of the others.
    const ticks = Array.from({ length: 1000 }, (_, n) => end.price + BigInt(n))
    for (let price = end.price; price <= 3000n * USD; price += 87_654_321n) ticks.push(price)
    expect(ticks.length).toBeGreaterThan(2000)
    for (const price of ticks) expect(trips(loan, new Map([[WETH, price]]))).toBe(false)
  })
})

describe('blockedUntil', () => {
  const paused = { paused: true }
  const now = 1_800_000_000n

  it('has nothing to say of an ordinary loan', () => {
    expect(blockedUntil(demo(11))).toEqual({ paused: [], everyPairPaused: false, graceUntil: null })
  })

  it('lists paused reserves, and whether they leave anything to liquidate', () => {
    const [eth, btc, usdc] = [weth(3000n * USD, 8300n), wbtc(90_000n * USD, 20_000_000n), owed(22_000_000_000n)]
    expect(blockedUntil(loanOf(11, [{ ...eth, ...paused }, btc, usdc]))).toMatchObject({ paused: [0], everyPairPaused: false })
    expect(blockedUntil(loanOf(11, [eth, btc, { ...usdc, ...paused }]))).toMatchObject({ paused: [2], everyPairPaused: true })
    expect(blockedUntil(loanOf(11, [eth, { ...btc, active: false }, usdc]))).toMatchObject({
      paused: [1],
      everyPairPaused: false,
    })
    // Supplied, but switched off as collateral: no part of a liquidation.
    const off = { ...btc, ...paused, collateral: false }
    expect(blockedUntil(loanOf(11, [eth, off, usdc]))).toMatchObject({ paused: [], everyPairPaused: false })
  })

  it('gives the time up to which no pair can be liquidated', () => {
    const [eth, btc, usdc] = [weth(3000n * USD, 8300n), wbtc(90_000n * USD, 20_000_000n), owed(22_000_000_000n)]
    const grace = (eth1: bigint, btc1: bigint, usdc1: bigint) =>
      blockedUntil(
        loanOf(11, [
          { ...eth, graceUntil: eth1 },
          { ...btc, graceUntil: btc1 },
          { ...usdc, graceUntil: usdc1 },
        ]),
      ).graceUntil
    expect(grace(now + 60n, 0n, 0n)).toBeNull() // WBTC can be taken at once
    expect(grace(now + 60n, now + 90n, 0n)).toBe(now + 60n)
    expect(grace(now + 60n, now + 90n, now + 75n)).toBe(now + 75n)
    expect(grace(now, now, 0n)).toBe(now) // the contract asks for a later block
    expect(grace(now - 1n, now - 1n, now - 1n)).toBeNull()
    // With WBTC paused only WETH is left.
    const left = loanOf(11, [{ ...eth, graceUntil: now + 60n }, { ...btc, ...paused }, usdc])
    expect(blockedUntil(left).graceUntil).toBe(now + 60n)
  })

  it('knows of a loan without debt only what is paused', () => {
    const eth = weth(3000n * USD, 8300n)
    expect(blockedUntil(loanOf(11, [eth]))).toEqual({ paused: [], everyPairPaused: false, graceUntil: null })
    expect(blockedUntil(loanOf(11, [{ ...eth, ...paused }]))).toEqual({ paused: [0], everyPairPaused: true, graceUntil: null })
  })

  it('a side that is paused throughout has no time at which it ends: the other side tells its own', () => {
    const [eth, usdc] = [{ ...weth(3000n * USD, 8300n), ...paused }, owed(22_000_000_000n)]
    const late = { ...usdc, graceUntil: now + 60n }
    expect(blockedUntil(loanOf(11, [eth, late]))).toEqual({ paused: [0], everyPairPaused: true, graceUntil: now + 60n })
    expect(blockedUntil(loanOf(11, [eth, usdc]))).toEqual({ paused: [0], everyPairPaused: true, graceUntil: null })
  })

  it('without a block takes every grace period for a running one, and none for none', () => {
    const blockless = (reserves: readonly ReserveSketch[]) => {
      const loan = loanOf(11, reserves)
      return blockedUntil({ ...loan, source: { ...loan.source, block: null } })
    }
    const [eth, usdc] = [weth(3000n * USD, 8300n), owed(22_000_000_000n)]
    expect(blockless([{ ...eth, graceUntil: 5n }, usdc]).graceUntil).toBe(5n)
    expect(blockless([eth, usdc]).graceUntil).toBeNull()
    const both = [eth, usdc].map((reserve) => ({ ...reserve, ...paused }))
    expect(blockless(both)).toEqual({ paused: [0, 1], everyPairPaused: true, graceUntil: null })
  })
})
