import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import Fraction from 'fraction.js'
import { describe, expect, test } from 'vitest'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import { accountOf } from '../../src/risk/rules/aaveV3.ts'
import { symbolTrigger } from '../../src/risk/rules/margin.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { totalsOf } from '../../src/risk/totals.ts'
import { safetyFactor } from '../../src/risk/verdict.ts'
import type { LegView } from '../../src/risk/view.ts'
import type { OracleBook } from '../oracle/book.ts'
import { type OracleAnswer, oracle } from '../oracle/oracle.ts'
import { ZERO } from '../oracle/piece.ts'
import { aRandomBook } from '../support/randomBook.ts'
import { runs } from '../support/runs.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

/** Relative, of the larger: our 60 digits less what cancels when a slack is the small difference of large sums. */
const CLOSE = new Decimal('1e-35')

function exact(value: Fraction): Decimal {
  return new Decimal((value.s * value.n).toString()).div(value.d.toString())
}

function same(ours: Decimal | null | undefined, theirs: Fraction | null | undefined, what: string, scale: Decimal = ONE): void {
  const [a, b] = [ours ?? null, theirs === null || theirs === undefined ? null : exact(theirs)]
  if (a === null || b === null) {
    if (a !== b) throw new RangeError(`${what}: ${a?.toFixed(20) ?? 'none'}, the oracle says ${b?.toFixed(20) ?? 'none'}`)
    return
  }
  const allowed = Decimal.max(a.abs(), b.abs(), scale).times(CLOSE)
  if (a.minus(b).abs().gt(allowed)) throw new RangeError(`${what}: ${a.toFixed(40)}, the oracle says ${b.toFixed(40)}`)
}

/** Everything that both programs say of a book. */
function compare(book: VectorBook): void {
  const { legs, cash } = vectorSnapshot(book)
  const told = oracle(book as OracleBook, 'with-balance')
  const states = legs.map((leg) => solvency(leg))
  compareLegs(legs, told)
  const corridors = pathsOf(legs).map((path) => corridor(legs, path))
  expect(corridors.map(({ factor }) => factor).sort()).toEqual([...told.walls.keys()].sort())
  for (const { factor, floor, ceiling, legs: each } of corridors) {
    const walls = told.walls.get(factor)
    for (const [ours, theirs, side] of [
      [floor, walls?.floor, 'floor'],
      [ceiling, walls?.ceiling, 'ceiling'],
    ] as const) {
      same(ours?.at, theirs?.at, `${factor} ${side}`)
      expect([...(ours?.legs ?? [])].sort(), `${factor} ${side} legs`).toEqual([...(theirs?.legs ?? [])].sort())
    }
    for (const { id, deaths } of told.legs) {
      same(each.get(id)?.down, deaths.get(factor)?.down, `${factor} ${id} down`)
      same(each.get(id)?.up, deaths.get(factor)?.up, `${factor} ${id} up`)
    }
  }
  // A leg that is dead now stands at 1 on every path of the market; a book of pegs alone has no such path.
  if (corridors.some(({ kind }) => kind !== 'peg')) same(safetyFactor(corridors), told.safetyFactor, 'safety factor')
  const totals = totalsOf(legs, states as unknown as LegView[], cash)
  same(totals.equity, told.totals.equity, 'equity', dec(1_000_000))
  same(totals.grossLeverage, told.totals.grossLeverage, 'gross leverage')
  for (const factor of new Set([...(totals.netDelta?.keys() ?? []), ...told.totals.netDelta.keys()]))
    same(totals.netDelta?.get(factor), told.totals.netDelta.get(factor), `net delta ${factor}`, dec(1_000_000))
}

function compareLegs(legs: readonly Leg[], told: OracleAnswer): void {
  expect(legs.map(({ id }) => id)).toEqual(told.legs.map(({ id }) => id))
  legs.forEach((leg, i) => {
    const theirs = told.legs[i] as OracleAnswer['legs'][number]
    const ours = solvency(leg)
    const scale = dec(1_000_000)
    for (const figure of ['cover', 'required', 'slack', 'equity'] as const)
      same(ours[figure], theirs[figure], `${leg.id} ${figure}`, scale)
    if (leg.kind === 'lending') {
      if (leg.protocol === 'aave-v3') expect(accountOf(leg).healthFactor, `${leg.id} health`).toBe(theirs.wad)
      return
    }
    same(ours.health, theirs.health, `${leg.id} health`, ours.health?.abs())
    same(ours.marginRatio, theirs.marginRatio, `${leg.id} margin ratio`)
    expect(ours.tripped, `${leg.id} tripped`).toBe(theirs.dead)
    for (const [symbol, { down, up }] of theirs.symbols) {
      same(symbolTrigger(leg, symbol, 'down')?.exact, down, `${leg.id} ${symbol} down`)
      same(symbolTrigger(leg, symbol, 'up')?.exact, up, `${leg.id} ${symbol} up`)
      if (leg.rules.tiers === 'marginal') compareTicks(leg, symbol, { down, up })
    }
  })
}

/** The last safe price is the first tick beyond the exact one, which itself is dead; or today's mark where no tick is left. */
function compareTicks(leg: MarginAccount, symbol: string, exactly: { down: Fraction | null; up: Fraction | null }): void {
  for (const side of ['down', 'up'] as const) {
    const [root, ours] = [exactly[side], symbolTrigger(leg, symbol, side)?.lastSafe]
    const position = leg.positions.find((p) => p.symbol === symbol)
    if (root === null || ours === undefined || position === undefined || ours.eq(position.mark)) continue
    // Ticks are 1e-8. Down: the smallest whole number of them above the root.
    const ticks = side === 'down' ? root.mul(1e8).floor().add(1) : root.mul(1e8).ceil().sub(1)
    expect(ours.toFixed(8), `${leg.id} ${symbol} ${side} last safe`).toBe(exact(ticks).div('1e8').toFixed(8))
  }
}

type Text = { readonly exact: string } | null
type Expected = {
  legs: Record<string, { slackUsd: Text; deadNow: boolean; equityUsd?: Text; maintenanceUsd?: Text; healthFactor?: Text }>
  positions?: { leg: string; symbol: string; side: string; liqPriceSymbolDown: Text; liqPriceSymbolUp: Text }[]
  shocks?: Record<string, { sLo: Text; sHi: Text; perLeg: Record<string, { down: Text; up: Text }> }>
  totals?: { equityUsd: Text; netDeltaUsd: Record<string, Text>; grossLeverage: Text } | null
  unified?: { status: string; safetyFactor: Text }
}
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: OracleBook; expect: Expected }[]
}

describe('the oracle itself gives the worked books, to the last digit of the rational', () => {
  // Not V12a: a mark is missing.
  for (const { id, book, expect: expected } of vectors.filter((one) => one.id !== 'V12a')) {
    test(id, () => {
      const told = oracle(book)
      const is = (ours: Fraction | null | undefined, theirs: Text | undefined, what: string): void => {
        if (theirs !== undefined)
          expect(ours?.toFraction() ?? null, what).toBe(theirs === null ? null : new Fraction(theirs.exact).toFraction())
      }
      for (const leg of told.legs) {
        const theirs = expected.legs[leg.id]
        is(leg.slack, theirs?.slackUsd, `${leg.id} slack`)
        is(leg.cover, theirs?.equityUsd, `${leg.id} equity`)
        is(leg.required, theirs?.maintenanceUsd, `${leg.id} maintenance`)
        is(leg.health, theirs?.healthFactor, `${leg.id} health`)
        if (theirs !== undefined) expect(leg.dead).toBe(theirs.deadNow)
      }
      for (const [name, shock] of Object.entries(expected.shocks ?? {})) {
        const key = name === 'ALL_MARKET' ? 'ALL' : name
        is(told.walls.get(key)?.floor?.at, shock.sLo, `${name} floor`)
        is(told.walls.get(key)?.ceiling?.at, shock.sHi, `${name} ceiling`)
        for (const [leg, { down, up }] of Object.entries(shock.perLeg)) {
          const deaths = told.legs.find((one) => one.id === leg)?.deaths.get(key)
          is(deaths?.down, down, `${name} ${leg} down`)
          is(deaths?.up, up, `${name} ${leg} up`)
        }
      }
      for (const { leg, symbol, side, ...prices } of expected.positions ?? []) {
        const pool = told.legs.find((one) => [leg, `${leg}/${symbol}/${side}`].includes(one.id) && one.symbols.has(symbol))
        is(pool?.symbols.get(symbol)?.down, prices.liqPriceSymbolDown, `${symbol} down`)
        is(pool?.symbols.get(symbol)?.up, prices.liqPriceSymbolUp, `${symbol} up`)
      }
      is(told.totals.equity, expected.totals?.equityUsd, 'equity')
      is(told.totals.grossLeverage, expected.totals?.grossLeverage, 'gross leverage')
      for (const [factor, usd] of Object.entries(expected.totals?.netDeltaUsd ?? {}))
        is(told.totals.netDelta.get(factor) ?? ZERO, usd, factor)
      is(told.safetyFactor, expected.unified?.safetyFactor, 'safety factor')
    })
  }
})

test('a second program in exact rationals agrees on 1,000 random books, on every figure', { timeout: 3_600_000 }, () => {
  fc.assert(fc.property(aRandomBook(), compare), runs(1000))
})
