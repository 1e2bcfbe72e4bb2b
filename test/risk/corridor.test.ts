import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { deathsOf } from '../../src/risk/deaths.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { symbolTrigger } from '../../src/risk/rules/margin.ts'
import { safetyFactor } from '../../src/risk/verdict.ts'
import { aLoan, aPool, aPosition } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Number_ = { exact: string; dec: string } | null
type Expected = {
  positions?: { leg: string; symbol: string; side: string; liqPriceSymbolDown: Number_; liqPriceSymbolUp: Number_ }[]
  shocks?: Record<
    string,
    {
      sLo: Number_
      sHi: Number_
      firstDown: string | null
      firstUp: string | null
      perLeg: Record<string, { down: Number_; up: Number_ }>
    }
  >
  unified?: { safetyFactor: Number_ }
}
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; title: string; book: VectorBook; expect: Expected }[]
}

/** Relative 1e-9, against the exact rational. */
function expectSame(ours: Decimal | null, theirs: Number_, what: string): void {
  if (theirs === null || ours === null) {
    expect(ours?.toFixed() ?? null, what).toBe(theirs === null ? null : theirs.dec)
    return
  }
  const [numerator = '', denominator = '1'] = theirs.exact.split('/')
  const exact = dec(numerator).div(dec(denominator))
  expect(ours.minus(exact).abs().lte(exact.abs().times('1e-9')), `${what}: ${ours.toFixed(15)} is not ${theirs.dec}`).toBe(true)
}

describe('corridors of the worked books, computed by an independent exact-rational program', () => {
  // Not V12a: a missing mark is refused before it gets here.
  const usable = vectors.filter(({ id }) => id !== 'V12a')
  test('enough of them', () => expect(usable.length).toBeGreaterThanOrEqual(21))

  for (const { id, title, book, expect: expected } of usable) {
    test(`${id} ${title}`, () => {
      const { legs } = vectorSnapshot(book)
      for (const [name, shock] of Object.entries(expected.shocks ?? {})) {
        const path = name === 'ALL_MARKET' ? ALL_MARKET : alongFactor(name)
        const found = corridor(legs, path)
        expectSame(found.floor?.at ?? null, shock.sLo, `${name} floor`)
        expectSame(found.ceiling?.at ?? null, shock.sHi, `${name} ceiling`)
        if (shock.firstDown !== null) expect(found.floor?.legs).toContain(shock.firstDown)
        if (shock.firstUp !== null) expect(found.ceiling?.legs).toContain(shock.firstUp)
        for (const [leg, deaths] of Object.entries(shock.perLeg)) {
          expectSame(found.legs.get(leg)?.down ?? null, deaths.down, `${name} ${leg} down`)
          expectSame(found.legs.get(leg)?.up ?? null, deaths.up, `${name} ${leg} up`)
        }
      }
      for (const p of expected.positions ?? []) {
        const pool = legs.find(
          (leg) =>
            leg.kind === 'futures' &&
            leg.positions.some(({ symbol, side }) => symbol === p.symbol && side === p.side) &&
            leg.id.startsWith(p.leg),
        )
        if (pool?.kind !== 'futures') throw new RangeError(`no pool for ${p.symbol}`)
        expectSame(symbolTrigger(pool, p.symbol, 'down')?.exact ?? null, p.liqPriceSymbolDown, `${p.symbol} down`)
        expectSame(symbolTrigger(pool, p.symbol, 'up')?.exact ?? null, p.liqPriceSymbolUp, `${p.symbol} up`)
      }
      if (expected.unified !== undefined) {
        const corridors = pathsOf(legs).map((path) => corridor(legs, path))
        expectSame(safetyFactor(corridors), expected.unified.safetyFactor, 'safety factor')
      }
    })
  }
})

test('V25 a table whose brackets do not meet takes the larger claim, so the pool dies at 2,595.96', () => {
  // 10 ETH long at 3,000 on 5,000 less 800 of order margin; 0.4 % to 50,000, then 1 % less 100. Below 50,000 the second line is
  // the larger above 16,667 of notional: 4,200 + 10 (P - 3,000) = 0.1 P - 100 -> P = 25,700 / 9.9 = 2,595.96.
  // The published 2,593.56 is 0.006 n - 20, a line between the two: there the pool has 135.6 of equity and needs 159.4.
  const book = vectors.find(({ id }) => id === 'V25')?.book as VectorBook
  const [pool] = vectorSnapshot(book).legs
  expect(pool?.kind === 'futures' ? symbolTrigger(pool, 'ETHUSDT', 'down')?.exact.toFixed(2) : null).toBe('2595.96')
})

describe('deathsOf', () => {
  test("REPORT's loan dies at -43.4 % of all markets: the pool's floored threshold, not the affine 1.77", () => {
    // 48,000 s x 0.8112 = 22,000 -> s = 0.5650066; the affine model would say 22,000 / 38,940 = 0.5649718
    expect(deathsOf(aLoan(), ALL_MARKET).down?.toFixed(7)).toBe('0.5650066')
    // v3.5 and later do not floor
    expect(deathsOf(aLoan({ revision: 11 }), ALL_MARKET).down?.toFixed(7)).toBe('0.5649718')
  })

  test("REPORT's loan dies at -68.0 % of ETH alone", () => {
    // affine: 24,900 s + 14,040 = 22,000 -> s = 0.319679; floored, a little earlier
    const s = deathsOf(aLoan(), alongFactor('ETH')).down
    expect(s?.toFixed(3)).toBe('0.320')
    expect(s?.gte('0.319679')).toBe(true)
  })

  test('a pool without positions never dies', () => {
    expect(deathsOf(aPool({ positions: [] }), ALL_MARKET)).toEqual({ down: null, up: null })
  })

  test("REPORT's futures die at 2,409.64", () => {
    // Tier 1 at the price (20 x 2,409 = 48,193 < 50,000): 12,000 + 20 (P - 3,000) = 0.004 x 20 P -> P = 48,000 / 19.92 = 2,409.638...
    const trigger = symbolTrigger(aPool(), 'ETHUSDT', 'down')
    expect(trigger?.exact.toFixed(6)).toBe('2409.638554')
    expect(trigger?.lastSafe.toFixed()).toBe('2409.64')
  })

  test('equality is safe or not by the strictness of the venue', () => {
    // 1,000 + (P - 2,000) = 0.5 P -> P = 2,000 exactly, a whole tick
    const flat = [{ floor: dec(0), cap: null, rate: dec('0.5'), deduction: dec(0) }]
    const positions = [aPosition({ size: dec(1), entry: dec(2000), mark: dec(3000), tiers: flat })]
    const wallet = [{ ...aPool().wallet[0], amount: dec(1000) }] as const
    const pool = aPool({ positions, wallet: wallet as never })
    expect(symbolTrigger(pool, 'ETHUSDT', 'down')?.lastSafe.toFixed()).toBe('2000')
    const strict = { ...pool, rules: { ...pool.rules, trigger: 'at-or-below' as const } }
    expect(symbolTrigger(strict, 'ETHUSDT', 'down')?.lastSafe.toFixed()).toBe('2000.01')
  })
})

describe('the paths of a book', () => {
  const names = (...legs: Parameters<typeof pathsOf>[0]) => pathsOf(legs).map(({ name, kind }) => `${kind} ${name}`)

  test('each market by its name, all of them together, then each peg', () => {
    const btc = aPosition({ symbol: 'BTCUSDT', factor: 'BTC' })
    const staked = aPosition({ symbol: 'WBETHUSDT', factor: 'ETH', basis: 'wBETH/ETH' })
    expect(names(aPool({ positions: [staked, aPosition({ factor: 'SOL' }), btc] }), aLoan())).toEqual([
      ...['market BTC', 'market ETH', 'market SOL', 'all ALL', 'peg USD:USDC', 'peg USD:USDT', 'peg wBETH/ETH'],
    ])
  })

  test('no "all markets" where there is none', () => {
    expect(names(aPool({ positions: [] }))).toEqual(['peg USD:USDT'])
    expect(names()).toEqual([])
  })
})
