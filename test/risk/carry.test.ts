import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bandOf } from '../../src/risk/band.ts'
import { type Carry, carryOf, type WeighedLeg } from '../../src/risk/carry.ts'
import { daysUntilMet, gradeOfDays } from '../../src/risk/daysLeft.ts'
import { Decimal, dec, ONE, ZERO } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { Funding } from '../../src/risk/marginAccount.ts'
import { apyOf, type LoanRates, ownRates, type CarryRates as Rates } from '../../src/risk/rates.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { totalsOf, UNKNOWN_TOTALS } from '../../src/risk/totals.ts'
import { aComet, aLoan, anAsset, aPool, aPosition, aReserve, USDC } from '../support/books.ts'
import { runs } from '../support/runs.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Published = {
  rates: { borrowApy: string; supplyApy: string; fundingPerInterval: string; intervalHours: number }
  supplyPerDay: number
  borrowPerDay: number
  fundingPerDay: number
  netPerDay: number
  loanDaysToLiquidation: number
  futuresDaysToLiquidation: number
  breakEvenDriftPerDay: number
}
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook; extra?: { carry?: Published } }[]
}

const weighed = (legs: readonly Leg[]): WeighedLeg[] => legs.map((leg) => ({ leg, state: solvency(leg) }))
const totals = (legs: readonly Leg[]) =>
  totalsOf(
    legs,
    legs.map((leg) => ({ ...solvency(leg) }) as never),
    [],
  )
const carry = (legs: readonly Leg[], rates: Rates): Carry => carryOf(weighed(legs), rates, totals(legs))
const funding = (rate: string, hours = 8, window: Funding['window'] = null): Funding => ({
  rate: dec(rate),
  intervalHours: dec(hours),
  window,
})
const point = (apy: string) => bandOf(dec(apy))
const flat = (supply: string, borrow: string): LoanRates => ({ supply: point(supply), borrow: point(borrow) })

function near(ours: Decimal | null | undefined, theirs: number | string, what = ''): void {
  const expected = dec(String(theirs))
  expect(ours?.minus(expected).abs().lte(expected.abs().times('1e-9')), `${what} ${ours?.toFixed(15)} is not ${theirs}`).toBe(
    true,
  )
}

describe('the worked books, computed by an independent program', () => {
  const published = vectors.filter(({ extra }) => extra?.carry !== undefined)
  test('at least one', () => expect(published.length).toBeGreaterThan(0))
  for (const { id, book, extra } of published) {
    test(id, () => {
      const wanted = extra?.carry as Published
      const { borrowApy, supplyApy, fundingPerInterval, intervalHours } = wanted.rates
      const rates: Rates = {
        loan: () => flat(supplyApy, borrowApy),
        funding: () => funding(fundingPerInterval, intervalHours),
      }
      const found = carry(vectorSnapshot(book).legs, rates)
      const pairs: [Carry['net'], number, string][] = [
        [found.supply, wanted.supplyPerDay, 'supply'],
        [found.borrow, -wanted.borrowPerDay, 'borrow'],
        [found.funding, -wanted.fundingPerDay, 'funding'],
        [found.net, wanted.netPerDay, 'net'],
        [found.breakEvenDrift, wanted.breakEvenDriftPerDay, 'drift'],
      ]
      for (const [band, figure, what] of pairs) {
        near(band?.low, figure, what)
        near(band?.high, figure, what)
      }
      near(found.legs[0]?.days?.soonest, wanted.loanDaysToLiquidation, 'loan')
      near(found.legs[1]?.days?.latest, wanted.futuresDaysToLiquidation, 'futures')
      near(found.days.soonest, Math.min(wanted.loanDaysToLiquidation, wanted.futuresDaysToLiquidation), 'book')
      expect(found.complete).toBe(true)
      // 12.969282 of 25,000 USD of equity a day; 6.901943 of interest on 30,000 USD of futures
      near(found.ofEquity?.low, wanted.netPerDay / 25_000)
      near(found.breakEvenReturn?.low, wanted.borrowPerDay / 30_000)
    })
  }
})

describe("REPORT's book", () => {
  const loan = aLoan()
  const ray = (apr: string): bigint => BigInt(dec(apr).times('1e27').toFixed(0))
  const [weth, wbtc, usdc] = loan.reserves
  const charged = aLoan({
    reserves: [
      { ...weth, supplyRate: ray('0.019') },
      { ...wbtc, supplyRate: ray('0.0002') },
      { ...usdc, borrowRate: ray('0.0519') },
    ] as typeof loan.reserves,
  })
  const found = carry([charged, aPool()], { loan: ownRates, funding: () => funding('0.0001') })
  const worse = (band: Carry['net']): string | undefined => band?.low.toFixed(2, Decimal.ROUND_FLOOR)

  test('CARRY -19.56 USD/day (funding -18.00, borrow -3.13, supply +1.57)', () => {
    // Funding 60,000 x 0.0001 x 3. Borrow 22,000 (e^(0.0519 / 365) - 1) = 3.1284. Supply 30,000 (e^(0.019 / 365) - 1) = 1.5617 and
    // 18,000 (e^(0.0002 / 365) - 1) = 0.0099. Net -18 - 3.1284 + 1.5716 = -19.5569; all cut to the worse side.
    expect(worse(found.funding)).toBe('-18.00')
    expect(worse(found.borrow)).toBe('-3.13')
    expect(worse(found.supply)).toBe('1.57')
    expect(worse(found.net)).toBe('-19.56')
    expect(found.net?.high.toFixed(3)).toBe('-19.557')
  })

  test('the futures go first: 11,750 of slack at 18 a day', () => {
    // 12,000 less 60,000 x 0.005 - 50 = 250
    near(found.days.soonest, dec(11_750).div(18).toFixed(20))
  })

  test('the loan starts from the health that its pool rounds down', () => {
    // One rate a side would be ln(1.7698909 / 1) / ...: the affine 1.77 would give a later day.
    const [floored, exact] = [charged, { ...charged, revision: 11 }].map(
      (leg) => carry([leg], { loan: () => flat('0', '0.05'), funding: () => null }).days.soonest,
    )
    // 365 ln(1.769890909090909091) / ln(1.05) and 365 ln(1.77) / ln(1.05)
    near(floored, dec('1.769890909090909091').ln().times(365).div(dec('1.05').ln()).toFixed(20))
    near(exact, dec('1.77').ln().times(365).div(dec('1.05').ln()).toFixed(20))
  })
})

describe('what is not known', () => {
  const all: Rates = { loan: () => flat('0.02', '0.05'), funding: () => funding('0.0001') }
  const legs = [aLoan(), aPool()]

  test('missing funding leaves the part, the net and the leg unknown, never 0', () => {
    const found = carry(legs, { ...all, funding: () => null })
    expect(found.funding).toBeNull()
    expect(found.net).toBeNull()
    expect(found.borrow).not.toBeNull()
    expect(found.legs[1]).toMatchObject({ funding: null, net: null, days: null })
    expect(found.breakEvenDrift).toBeNull()
    expect(found.ofEquity).toBeNull()
    expect(found.complete).toBe(false)
    // What is known proves a bound.
    expect(found.days.soonest?.gt(0)).toBe(true)
  })

  test('one of two positions without funding: the pool is unknown', () => {
    const pool = aPool({ positions: [aPosition(), aPosition({ symbol: 'BTCUSDT', factor: 'BTC' })] })
    const found = carry([pool], { ...all, funding: (_, { symbol }) => (symbol === 'BTCUSDT' ? null : funding('0.0001')) })
    expect(found.legs[0]?.net).toBeNull()
    expect(found.days).toEqual({ soonest: null, latest: null })
    expect(found.complete).toBe(false)
  })

  test('a rate of one reserve missing: only what depends on it', () => {
    const loan = (_: unknown, { symbol }: { symbol: string }): LoanRates | null =>
      symbol === 'WBTC' ? null : flat('0.02', '0.05')
    const found = carry([aLoan()], { ...all, loan })
    expect(found.legs[0]).toMatchObject({ supply: null, net: null, days: null })
    // 22,000 (1.05^(1/365) - 1)
    near(found.legs[0]?.borrow?.low, dec('1.05').pow(ONE.div(365)).minus(1).times(-22_000).toFixed(20))
  })

  test('a Compound market of which no rates were read: its collateral earns nothing, its debt is unknown', () => {
    const found = carry([aComet()], { ...all, loan: ownRates })
    expect(found.legs[0]).toMatchObject({ borrow: null, net: null, days: null })
    expect(found.legs[0]?.supply?.low.isZero()).toBe(true)
  })

  test('an unknown leg: no sums', () => {
    const found = carryOf(weighed(legs), all, UNKNOWN_TOTALS)
    expect([found.net, found.supply, found.borrow, found.funding, found.breakEvenDrift]).toEqual([null, null, null, null, null])
    expect(found.legs.every(({ net }) => net !== null)).toBe(true)
    expect(found.days.soonest?.gt(0)).toBe(true)
    expect(found.complete).toBe(false)
  })
})

describe('funding', () => {
  const only = (pool: ReturnType<typeof aPool>, paid: Funding) => carry([pool], { loan: () => null, funding: () => paid })

  test('a short is paid what a long pays, and never dies of it', () => {
    const found = only(aPool({ positions: [aPosition({ side: 'short' })] }), funding('0.0001'))
    // 60,000 x 0.0001 x 3; net delta -60,000: prices may rise by 18 / 60,000 a day
    near(found.net?.low, 18)
    expect(found.days).toEqual({ soonest: null, latest: null })
    near(found.breakEvenDrift?.low, '0.0003')
  })

  test('an interval of an hour counts 24 times a day; a negative rate pays the long', () => {
    near(only(aPool(), funding('0.0001', 1)).net?.low, -144)
    near(only(aPool(), funding('-0.0001', 4)).net?.low, 36)
  })

  test('an inverse contract pays in its coin: face / mark, at the coin of today', () => {
    const pool = aPool({
      settle: anAsset('ETH', 'ETH'),
      settlePrice: dec(3000),
      wallet: [],
      positions: [aPosition({ contract: 'inverse', size: dec(30_000) })],
    })
    // 30,000 / 3,000 = 10 coins x 0.0003 = 0.003 coins = 9 USD
    near(only(pool, funding('0.0001')).net?.low, -9)
  })

  test('a window of rates is a band, and its worse end comes first', () => {
    const window = { low: dec('0.0001'), high: dec('0.0004') }
    const long = only(aPool(), funding('0.01', 8, window))
    near(long.net?.low, -72)
    near(long.net?.high, -18)
    // 11,750 of slack
    near(long.days.soonest, dec(11_750).div(72).toFixed(20))
    near(long.days.latest, dec(11_750).div(18).toFixed(20))
    const short = only(aPool({ positions: [aPosition({ side: 'short' })] }), funding('0.01', 8, window))
    near(short.net?.low, 18)
    near(short.net?.high, 72)
  })

  test('a dead pool has no day left, an empty one all of them', () => {
    const dead = aPool({ wallet: [] })
    expect(only(dead, funding('-0.01')).days.soonest?.isZero()).toBe(true)
    expect(only(aPool({ positions: [] }), funding('0.01')).days).toEqual({ soonest: null, latest: null })
  })
})

describe('loans', () => {
  test('bands: the worse end has the dearest debt and the poorest collateral', () => {
    const rates: Rates = {
      loan: () => ({ supply: { low: dec('0.01'), high: dec('0.03') }, borrow: { low: dec('0.04'), high: dec('0.08') } }),
      funding: () => null,
    }
    const [leg] = carry([aLoan({ revision: 11 })], rates).legs
    const days = (supply: string, borrow: string): string =>
      dec('1.77')
        .ln()
        .times(365)
        .div(ONE.plus(borrow).ln().minus(ONE.plus(supply).ln()))
        .toFixed(20)
    near(leg?.days?.soonest, days('0.01', '0.08'))
    near(leg?.days?.latest, days('0.03', '0.04'))
    expect(leg?.borrow?.low.lt(leg.borrow.high)).toBe(true)
    expect(leg?.supply?.low.lt(leg.supply.high)).toBe(true)
  })

  test('collateral that grows faster than the debt never dies; nothing owed neither; below 1 it is dead', () => {
    const at = (loan: ReturnType<typeof aLoan>, supply: string) =>
      carry([loan], { loan: () => flat(supply, '0.05'), funding: () => null }).days.soonest
    expect(at(aLoan(), '0.06')).toBeNull()
    expect(at(aLoan(), '0.05')).toBeNull()
    const [weth, wbtc] = aLoan().reserves
    expect(at(aLoan({ reserves: [weth, wbtc] as ReturnType<typeof aLoan>['reserves'] }), '0')).toBeNull()
    const deep = aReserve({ asset: USDC, id: 2, decimals: 6, debt: 40_000n * 10n ** 6n, collateral: false })
    expect(at(aLoan({ reserves: [weth, wbtc, deep] as ReturnType<typeof aLoan>['reserves'] }), '0.06')?.isZero()).toBe(true)
  })

  test('what is supplied but is no collateral earns, and delays nothing', () => {
    const idle = aReserve({ asset: anAsset('DAI', 'USD:DAI'), id: 3, decimals: 18, supplied: 10n ** 21n, collateral: false })
    const rates: Rates = { loan: () => flat('0.01', '0.05'), funding: () => null }
    const [without, within] = [aLoan(), aLoan({ reserves: [...aLoan().reserves, idle] })].map((loan) => carry([loan], rates))
    expect(within?.days.soonest?.toFixed()).toBe(without?.days.soonest?.toFixed())
    // 1,000 (1.01^(1/365) - 1)
    near(within?.supply?.low.minus(without?.supply?.low ?? ZERO), dec('1.01').pow(ONE.div(365)).minus(1).times(1000).toFixed(20))
  })
})

describe('daysUntilMet', () => {
  const growing = (usd: number, yearly: string) => ({ usd: dec(usd), log: ONE.plus(dec(yearly)).ln().div(365) })

  test('a dear little debt overtakes a cheap large one', () => {
    // 1,000 at 0 % against 800 at 0 % and 100 at 100 %: 800 + 100 x 2^y = 1,000 -> y = 1
    near(daysUntilMet([growing(1000, '0')], [growing(800, '0'), growing(100, '1')]), 365)
  })

  test('a debt that meets its cover and then falls behind again is met the first time', () => {
    // With u = 1.1^y: cover 100 + u^3 against 98 + 4 u -> u^3 - 4 u + 2 = 0, first root above 1: u = 1.6751309 (the other: 0.5392).
    // At u = 1 the cover is 101 against 102: dead now. With 103 + u^3: u^3 - 4u + 5 > 0 for all u > 1: least 1.92 at 1.1547. Never.
    const cubed = (start: number) => [growing(start, '0'), growing(1, '0.331')]
    const owed = [growing(98, '0'), growing(4, '0.1')]
    expect(daysUntilMet(cubed(100), owed)?.isZero()).toBe(true)
    expect(daysUntilMet(cubed(103), owed)).toBeNull()
    // 101.05 + u^3 = 98 + 4 u -> u^3 - 4u + 3.05 = 0: 0.05 at u = 1, below 0 soon after, above 0 again from 1.27 on.
    const met = daysUntilMet(cubed(dec('101.05') as never), owed)
    const u = dec('1.1').pow((met as Decimal).div(365))
    expect(u.gt(1) && u.lt('1.1')).toBe(true)
    expect(u.pow(3).minus(u.times(4)).plus('3.05').abs().lt('1e-15')).toBe(true)
  })

  test('a debt that gains only later is seen', () => {
    // 1,000 at 1 % against 500 at 0 % and 1 at 10 %: today the debt grows by 0.02 %, slower than its cover.
    const cover = [growing(1000, '0.01')]
    const owed = [growing(500, '0'), growing(1, '0.1')]
    const met = daysUntilMet(cover, owed) as Decimal
    const left = (days: Decimal): Decimal => {
      const years = days.div(365)
      return dec('1.01').pow(years).times(1000).minus(500).minus(dec('1.1').pow(years))
    }
    expect(left(met).abs().lt('1e-12')).toBe(true)
    expect(left(met.minus(1)).gt(0)).toBe(true)
  })

  test('alive all the way to the day, dead after it', () => {
    const part = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 300 }))
    const side = fc.array(part, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(side, side, (has, owes) => {
        const parts = (of: typeof has, by: number) => of.map(([usd, rate]) => growing(usd * by, dec(rate).div(1000).toFixed()))
        const [cover, owed] = [parts(has, 4), parts(owes, 1)]
        const days = daysUntilMet(cover, owed)
        const at = (t: number): number => {
          const of = (all: typeof cover): number =>
            all.reduce((sum, { usd, log }) => sum + usd.toNumber() * Math.exp(log.toNumber() * t), 0)
          return of(cover) / of(owed) - 1
        }
        if (days?.isZero()) {
          expect(at(0)).toBeLessThan(1e-9)
          return
        }
        const end = days === null ? 100_000 : days.toNumber()
        for (let i = 1; i < 50; i++) expect(at((end * i) / 50), `${i} of 50 of ${end}`).toBeGreaterThan(-1e-9)
        if (days !== null) expect(Math.abs(Math.max(0, at(end)))).toBeLessThan(1e-9)
      }),
      runs(200),
    )
  })
})

describe('apyOf', () => {
  test('6.5 % compounded by the second', () => {
    // e^(n ln(1 + x)), n ln(1 + x) = 0.065 - 0.065^2 / (2 n) + 0.065^3 / (3 n^2) with n = 31,536,000
    const n = dec(31_536_000)
    const exponent = dec('0.065')
      .minus(dec('0.004225').div(n.times(2)))
      .plus(dec('0.000274625').div(n.pow(2).times(3)))
    near(apyOf(65n * 10n ** 24n), exponent.exp().minus(1).toFixed(25))
    expect(apyOf(65n * 10n ** 24n).toFixed(6)).toBe('0.067159')
    expect(apyOf(0n).isZero()).toBe(true)
  })
})

test('grade (c): under 30 days notice, under 7 warning, under 1 critical', () => {
  const limits = { notice: dec(30), warning: dec(7), critical: dec(1) }
  const grades = ['0', '0.99', '1', '6.99', '7', '29.99', '30', '1000'].map((days) => gradeOfDays(dec(days), limits))
  expect(grades).toEqual(['critical', 'critical', 'warning', 'warning', 'notice', 'notice', 'ok', 'ok'])
  expect(gradeOfDays(null, limits)).toBe('no-trigger')
})

test('a loan of Compound III is paid for by the rate of its base, and dies of it alone', () => {
  const loan = aComet({ rates: { utilization: 82n * 10n ** 16n, supply: 10n ** 9n, borrow: 2n * 10n ** 9n, curve: null } })
  const found = carry([loan], { loan: ownRates, funding: () => null })
  // 40,000 ((1 + 2e-9)^86,400 - 1) = 6.912597 a day; its cover of 47,640 stands still: ln(47,640 / 40,000) / (86,400 x 2e-9) days
  expect(found.net?.low.toFixed(6)).toBe('-6.912597')
  expect(found.complete).toBe(true)
  near(found.days.soonest, dec('1.191').ln().div(dec('1.000000002').ln()).div(86_400).toFixed(20))
})

test('what a market pays and asks is told by asset, compounded; a pool has none', () => {
  const loan = aLoan({
    reserves: aLoan().reserves.map((one) => ({ ...one, supplyRate: 12n * 10n ** 24n, borrowRate: 65n * 10n ** 24n })),
  })
  const { legs } = carry([loan, aPool()], { loan: ownRates, funding: () => null })
  // (1 + 0.065 / 31,536,000)^31,536,000 - 1, just below e^0.065 - 1 = 0.0671590; e^0.012 - 1 = 0.0120723.
  expect(legs[0]?.rates.map(({ asset, side, apy }) => [asset.symbol, side, apy?.low.toFixed(7)])).toEqual([
    ['WETH', 'supply', '0.0120723'],
    ['WBTC', 'supply', '0.0120723'],
    ['USDC', 'borrow', '0.0671590'],
  ])
  expect(legs[1]?.rates).toEqual([])
  // Comet's collateral earns nothing; what its base costs was not read.
  const comet = carry([aComet()], { loan: ownRates, funding: () => null }).legs[0]
  expect(comet?.rates.find(({ side }) => side === 'borrow')?.apy).toBeNull()
})
