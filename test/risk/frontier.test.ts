import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decimal, dec, sum } from '../../src/risk/decimal.ts'
import { frontier, type Vertex } from '../../src/risk/frontier.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { aLoan, aPool, aPosition, aReserve, USDC, WETH, WSTETH } from '../support/books.ts'
import { dies, legsOf } from '../support/twoFactorBooks.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'

type Published = { x: string; y: string; box: string; vertices: [string, string][] }
const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  vectors: { id: string; book: VectorBook; extra?: { frontier?: Published } }[]
}

const [ETH, BTC] = [alongFactor('ETH'), alongFactor('BTC')]
const FOUR = dec(4)
const text = (found: ReturnType<typeof frontier>): string[] =>
  (found.vertices ?? []).map(({ x, y, legs }) => `${x.toFixed(6)} ${y.toFixed(6)} ${legs.join('+')}`)

describe('frontiers of the worked books, computed by an independent exact-rational program', () => {
  for (const { id, book, extra } of vectors) {
    const published = extra?.frontier
    if (published === undefined) continue
    test(id, () => {
      const axes = { x: alongFactor(published.x), y: alongFactor(published.y) }
      const { vertices } = frontier(vectorSnapshot(book).legs, axes, dec(published.box))
      expect(vertices?.map(({ x, y }) => [x.toFixed(12), y.toFixed(12)])).toEqual(
        published.vertices.map(([x, y]) => [dec(x).toFixed(12), dec(y).toFixed(12)]),
      )
    })
  }
  test('at least one', () => expect(vectors.some(({ extra }) => extra?.frontier !== undefined)).toBe(true))
})

describe('frontier', () => {
  test("REPORT's book: the loan's line and the pool's wall", () => {
    // The loan: 24,900 x + 14,040 y = 22,000 + 0: through (22,000/24,900, 0) = (0.883534, 0) and (0.319679, 1), (0, 1.566952).
    // The pool, bracket 1 (x < 0.8333): 12,000 + 60,000 (x - 1) = 240 x -> x = 48,000/59,760 = 0.803213; there the loan needs
    // y = (22,000 - 20,000)/14,040 = 0.142450 (24,900 x 0.803213 = 20,000).
    const found = frontier([aLoan({ revision: 11 }), aPool()], { x: ETH, y: BTC }, FOUR)
    expect(text(found)).toEqual([
      '0.883534 0.000000 ',
      '4.000000 0.000000 ',
      '4.000000 4.000000 ',
      '0.803213 4.000000 binance/main/USDT-cross',
      '0.803213 0.142450 aave-v3/ethereum/0xab',
    ])
  })

  test('a market factor against a peg: the settle coin moves wallet, entry and deductions', () => {
    // 12,000 y + 60,000 x - 60,000 y = MM, MM = 240 x below x/y = 5/6, else 300 x - 50 y.
    // Bracket 1: 59,760 x = 48,000 y -> x = 0.803213 y, the only wall, since it lies below 5/6 for all y.
    const found = frontier([aPool()], { x: ETH, y: alongFactor('USD:USDT') }, dec(2))
    expect(text(found)).toEqual([
      '0.000000 0.000000 ',
      '2.000000 0.000000 ',
      '2.000000 2.000000 ',
      '1.606426 2.000000 binance/main/USDT-cross',
    ])
  })

  test('all markets together against a peg', () => {
    // 38,940 x = 22,000 y -> at y = 4 x = 2.259887
    const found = frontier([aLoan({ revision: 11 })], { x: ALL_MARKET, y: alongFactor('USD:USDC') }, FOUR)
    expect(text(found)).toEqual([
      '0.000000 0.000000 ',
      '4.000000 0.000000 ',
      '4.000000 4.000000 ',
      '2.259887 4.000000 aave-v3/ethereum/0xab',
    ])
  })

  test('legs that die together share the edge', () => {
    const twin = aPool({ id: 'twin' })
    const found = frontier([aPool(), twin], { x: ETH, y: BTC }, FOUR)
    expect(text(found).filter((line) => line.includes('+'))).toEqual(['0.803213 4.000000 binance/main/USDT-cross+twin'])
  })

  test('nothing that can die: the whole box', () => {
    const found = frontier([aPool({ positions: [] })], { x: ETH, y: BTC }, FOUR)
    expect(found.vertices?.map(({ x, y }) => `${x} ${y}`)).toEqual(['0 0', '4 0', '4 4', '0 4'])
  })

  test('an asset that both axes move is refused: its price is a product', () => {
    const reserves = [
      aReserve({ asset: WSTETH, id: 0, decimals: 18, price: 3600n * 10n ** 8n, supplied: 10n ** 19n }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 9_000n * 10n ** 6n, collateral: false }),
    ]
    const loan = aLoan({ reserves })
    const found = frontier([loan], { x: ETH, y: alongFactor('wstETH/ETH') }, FOUR)
    expect(found.vertices).toBeNull()
    expect(found.reason).toBe('Aave v3 Ethereum: wstETH depends on more than one of the factors at once.')
  })

  test('flat brackets are refused, and a dead leg', () => {
    const flat = aPool({ rules: { ...aPool().rules, tiers: 'flat' } })
    const refused = frontier([flat], { x: ETH, y: BTC }, FOUR)
    expect([refused.vertices, refused.reason]).toEqual([null, 'Binance USDT cross: its maintenance jumps where a bracket ends.'])
    // Along BTC and a peg the position's notional stands still: nothing can jump.
    expect(frontier([flat], { x: BTC, y: alongFactor('USD:USDC') }, FOUR).reason).toBeNull()
    const dead = aPool({ positions: [aPosition({ entry: dec(9000) })] })
    expect(frontier([dead], { x: ETH, y: BTC }, FOUR).reason).toBe('binance/main/USDT-cross can be liquidated now.')
  })

  test('an unpriced balance is refused, not counted as nothing', () => {
    const reserves = [aReserve({ asset: WETH, id: 0, decimals: 18, price: null, supplied: 1n, debt: 1n })]
    expect(() => frontier([aLoan({ reserves })], { x: ETH, y: BTC }, FOUR)).toThrow(/oracle price of WETH/)
  })
})

test('on random books the polygon holds exactly the points at which every leg lives', () => {
  let inside = 0
  let edges = 0
  const pairs = fc.constantFrom(['ETH', 'BTC'], ['ETH', 'USD:USDT'], ['USD:USDT', 'BTC'])
  const point = fc.tuple(fc.integer({ min: 1, max: 399 }), fc.integer({ min: 1, max: 399 }))
  fc.assert(
    fc.property(legsOf(false), pairs, fc.array(point, { minLength: 12, maxLength: 12 }), (legs, pair, points) => {
      const [xName, yName] = pair as [string, string]
      const alive = (x: Decimal, y: Decimal): boolean => legs.every((leg) => !dies(leg, { [xName]: x, [yName]: y }))
      const { vertices } = frontier(legs, { x: alongFactor(xName), y: alongFactor(yName) }, FOUR)
      expect(alive(dec(1), dec(1))).toBe(vertices !== null)
      if (vertices === null) return
      for (const [a, b] of points) {
        const [x, y] = [dec(a).div(100), dec(b).div(100)]
        expect(contains(vertices, x, y)).toBe(alive(x, y))
        if (contains(vertices, x, y)) inside++
      }
      const centre = { x: mean(vertices.map(({ x }) => x)), y: mean(vertices.map(({ y }) => y)) }
      vertices.forEach((from, i) => {
        if (from.legs.length === 0) return
        const to = vertices[(i + 1) % vertices.length] as Vertex
        const [x, y] = [from.x.plus(to.x).div(2), from.y.plus(to.y).div(2)]
        // A hair inside every leg lives, a hair outside those of the label are dead.
        const towards = (value: Decimal, c: Decimal, hair: string): Decimal => value.plus(c.minus(value).times(hair))
        expect(alive(towards(x, centre.x, '1e-20'), towards(y, centre.y, '1e-20'))).toBe(true)
        const out = { [xName]: towards(x, centre.x, '-1e-20'), [yName]: towards(y, centre.y, '-1e-20') }
        for (const id of from.legs) expect(dies(legs.find((leg) => leg.id === id) as Leg, out)).toBe(true)
        edges++
      })
    }),
    { numRuns: 150, seed: 22 },
  )
  expect(inside).toBeGreaterThan(100)
  expect(edges).toBeGreaterThan(60)
})

function mean(values: readonly Decimal[]): Decimal {
  return sum(values).div(values.length)
}

/** Left of every edge of a counter-clockwise polygon. */
function contains(vertices: readonly Vertex[], x: Decimal, y: Decimal): boolean {
  return vertices.every((from, i) => {
    const to = vertices[(i + 1) % vertices.length] as Vertex
    return to.x
      .minus(from.x)
      .times(y.minus(from.y))
      .gt(to.y.minus(from.y).times(x.minus(from.x)))
  })
}
