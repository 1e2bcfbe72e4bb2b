import Fraction from 'fraction.js'
import type { OracleBook } from './book.ts'
import { type Pool, type ProfitRule, poolsOf, priceOf, type Ref, refOf, refOfPosition, type Shift, STILL } from './legs.ts'
import { activeAt, affine, kinksOf, ONE, type Part, total, valueAt, ZERO } from './piece.ts'

/**
 * A second program for the joint view, in exact rationals: every piece of the slack is kept as its coefficients, and each root
 * is a quotient. It shares no code with `src`, and reads the book as it is described, not as we store it.
 */

type Deaths = { readonly down: Fraction | null; readonly up: Fraction | null }
type Wall = { readonly at: Fraction; readonly legs: readonly string[] } | null

export type OracleLegAnswer = {
  readonly id: string
  readonly cover: Fraction
  readonly required: Fraction
  readonly slack: Fraction
  /** cover / required; null: nothing is required. */
  readonly health: Fraction | null
  readonly marginRatio: Fraction | null
  readonly wad: bigint | null
  readonly equity: Fraction
  readonly dead: boolean
  /** By shock: factors, `ALL`, pegs. */
  readonly deaths: ReadonlyMap<string, Deaths>
  /** Liquidation prices by symbol, everything else still. */
  readonly symbols: ReadonlyMap<string, Deaths>
}

export type OracleAnswer = {
  readonly legs: readonly OracleLegAnswer[]
  readonly walls: ReadonlyMap<string, { readonly floor: Wall; readonly ceiling: Wall }>
  readonly safetyFactor: Fraction | null
  readonly totals: {
    readonly equity: Fraction
    readonly netDelta: ReadonlyMap<string, Fraction>
    readonly grossLeverage: Fraction | null
  }
}

const HIGHEST = new Fraction(1_000_000)

export function oracle(book: OracleBook, profit: ProfitRule = 'in-full'): OracleAnswer {
  const pools = poolsOf(book, profit)
  const shocks = shocksOf(pools.flatMap(({ refs }) => refs))
  const legs = pools.map((pool) => answerOf(pool, shocks))
  const walls = new Map([...shocks.keys()].map((name) => [name, wallsOf(legs, name)]))
  return { legs, walls, safetyFactor: safetyOf(legs, walls), totals: totalsOf(book, pools) }
}

const isPeg = (factor: string): boolean => !factor.startsWith('OWN:') && (/^(USD|EUR):/.test(factor) || factor.includes('/'))

function shocksOf(refs: readonly Ref[]): ReadonlyMap<string, Shift> {
  const names = new Set(refs.flatMap(({ factor, basis }) => (basis === null ? [factor] : [factor, basis])))
  const shocks = new Map<string, Shift>()
  for (const name of names) shocks.set(name, ({ factor, basis }) => (factor === name || basis === name ? 1 : 0))
  if ([...names].some((name) => !isPeg(name))) shocks.set('ALL', ({ factor }) => (isPeg(factor) ? 0 : 1))
  return shocks
}

function answerOf(pool: Pool, shocks: ReadonlyMap<string, Shift>): OracleLegAnswer {
  const now = (parts: readonly Part[]): Fraction => parts.reduce((sum, part) => sum.add(valueAt(activeAt(part, ONE), ONE)), ZERO)
  const cover = now(pool.cover(STILL))
  const required = now(pool.required(STILL)).neg()
  const along = (shift: Shift): Deaths => {
    if (!pool.requires) return { down: null, up: null }
    const parts = [...pool.cover(shift), ...pool.required(shift)]
    return { down: deathOf(parts, 'down'), up: deathOf(parts, 'up') }
  }
  const priced = (s: Fraction | null, mark: string): Fraction | null => (s === null ? null : s.mul(mark))
  const symbols = pool.positions.map((p) => {
    const { down, up } = along(({ key }) => (key === refOfPosition(p).key ? 1 : 0))
    return [p.symbol, { down: priced(down, p.mark), up: priced(up, p.mark) }] as const
  })
  return {
    id: pool.id,
    cover,
    required,
    slack: cover.sub(required),
    health: required.equals(0) ? null : cover.div(required),
    marginRatio: cover.gt(0) ? required.div(cover) : null,
    wad: pool.wad,
    equity: pool.equity,
    dead: pool.requires && cover.lte(required),
    deaths: new Map([...shocks].map(([name, shift]) => [name, along(shift)])),
    symbols: new Map(symbols),
  }
}

/** The first s, from 1, at which the slack is at most 0 or its limit is; null: none above 0 and up to a million. */
function deathOf(parts: readonly Part[], direction: 'down' | 'up'): Fraction | null {
  const slackAt = (s: Fraction): Fraction => parts.reduce((sum, part) => sum.add(valueAt(activeAt(part, s), s)), ZERO)
  if (slackAt(ONE).lte(0)) return ONE
  const down = direction === 'down'
  const kinks = kinksOf(parts).filter((s) => (down ? s.lt(1) : s.gt(1) && s.lt(HIGHEST)))
  const stops = [...kinks.sort((a, b) => a.compare(b) * (down ? -1 : 1)), down ? ZERO : HIGHEST]
  let near = ONE
  for (const far of stops) {
    if (far.equals(near)) continue
    const middle = near.add(far).div(2)
    const piece = total(parts.map((part) => activeAt(part, middle)))
    if (valueAt(piece, near).lte(0)) return near
    const [a, b] = affine(piece)
    const root = b.equals(0) ? null : a.neg().div(b)
    if (root?.gt(0) && (down ? root.gte(far) && root.lt(near) : root.lte(far) && root.gt(near))) return root
    near = far
  }
  return null
}

function wallsOf(legs: readonly OracleLegAnswer[], name: string): { floor: Wall; ceiling: Wall } {
  const wall = (side: 'down' | 'up'): Wall => {
    const each = legs.flatMap(({ id, deaths }) => {
      const at = deaths.get(name)?.[side] ?? null
      return at === null ? [] : [{ id, at }]
    })
    const [first, ...rest] = each.map(({ at }) => at)
    if (first === undefined) return null
    const at = rest.reduce((best, one) => ((side === 'down' ? one.gt(best) : one.lt(best)) ? one : best), first)
    return { at, legs: each.filter((one) => one.at.sub(at).abs().lte(at.mul('0.000000001'))).map(({ id }) => id) }
  }
  return { floor: wall('down'), ceiling: wall('up') }
}

function safetyOf(legs: readonly OracleLegAnswer[], walls: OracleAnswer['walls']): Fraction | null {
  if (legs.some(({ dead }) => dead)) return ONE
  const far = [...walls].flatMap(([name, { floor, ceiling }]) =>
    isPeg(name) ? [] : [...(floor === null ? [] : [ONE.div(floor.at)]), ...(ceiling === null ? [] : [ceiling.at])],
  )
  const [first, ...rest] = far
  return first === undefined ? null : rest.reduce((best, one) => (one.lt(best) ? one : best), first)
}

function totalsOf(book: OracleBook, pools: readonly Pool[]): OracleAnswer['totals'] {
  const cash = (book.cash ?? []).map(
    ({ asset, amount }) => [refOf(book, asset).factor, priceOf(book, asset).mul(amount)] as const,
  )
  const equity = [...pools.map((pool) => pool.equity), ...cash.map(([, usd]) => usd)].reduce((sum, one) => sum.add(one), ZERO)
  const holdings = [...pools.flatMap(({ deltas }) => deltas), ...cash].filter(([factor, usd]) => !isPeg(factor) && !usd.equals(0))
  const netDelta = new Map<string, Fraction>()
  for (const [factor, usd] of holdings) netDelta.set(factor, (netDelta.get(factor) ?? ZERO).add(usd))
  const gross = holdings.reduce((sum, [, usd]) => sum.add(usd.abs()), ZERO)
  return { equity, netDelta, grossLeverage: equity.gt(0) ? gross.div(equity) : null }
}
