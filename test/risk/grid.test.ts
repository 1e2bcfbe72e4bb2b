import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import { type Grid, type GridAxis, grid } from '../../src/risk/grid.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { alongFactor } from '../../src/risk/path.ts'
import { aLoan, aPool, aPosition, aReserve, BINANCE_RULES, USDC, USDT, WETH, WSTETH } from '../support/books.ts'
import { dies, legsOf, turnOf } from '../support/twoFactorBooks.ts'

const axis = (factor: string, at: readonly (string | Decimal)[]): GridAxis => ({
  path: alongFactor(factor),
  at: at.map((s) => (typeof s === 'string' ? dec(s) : s)),
})

function made(legs: readonly Leg[], x: GridAxis, y: GridAxis): Grid {
  const found = grid(legs, x, y)
  if ('reason' in found) throw new RangeError(found.reason)
  return found
}

/** Bits of the cells, a row a line. */
function bits({ dead, columns }: Grid): string[] {
  const rows: string[] = []
  for (let i = 0; i < dead.length; i += columns) rows.push([...dead.slice(i, i + columns)].join(' '))
  return rows
}

describe('grid', () => {
  test("REPORT's book over ETH and BTC", () => {
    // Loan (bit 1): 24,900 x + 14,040 y - 22,000: dead at (0.5, 0.5), and at (0.5, 0.6): 20,874; alive at (0.8, 0.6): 28,344.
    // Pool (bit 2): dies at or below x = 0.803213.
    const found = made(
      [aLoan({ revision: 11 }), aPool()],
      axis('ETH', ['0.5', '0.8', '0.81', '1']),
      axis('BTC', ['0.5', '0.6', '1']),
    )
    expect(bits(found)).toEqual(['3 2 0 0', '3 2 0 0', '2 2 0 0'])
    // (1, 1): the loan has 38,940 / 22,000 = 1.77, the pool 12,000 / 250 = 48.
    expect(found.health[11]).toBeCloseTo(1.77, 12)
    // (0.81, 1): the pool has 12,000 - 11,400 = 600 against 0.004 x 48,600 = 194.4: 3.0864; the loan 34,209 / 22,000 = 1.555.
    expect(found.health[10]).toBeCloseTo(34_209 / 22_000, 12)
    // (0.8, 1): the pool has nothing left.
    expect(found.health[9]).toBeCloseTo(0, 12)
    expect(found.rechecked).toBe(0)
  })

  test('equality is dead, and what is next to it is decided with decimals', () => {
    // 100 ETH at 3,000 with a threshold of 0.8 against 240,000 USDC: health is x / y exactly.
    const reserves = [
      aReserve({ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 10n ** 20n, liquidationThreshold: 8000n }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 240_000n * 10n ** 6n, collateral: false }),
    ]
    const steps = ['1e-15', '1e-20', '1e-40']
    const around = [...steps.map((step) => ONE.minus(step)), ONE, ...steps.map((step) => ONE.plus(step))]
    const found = made([aLoan({ reserves })], axis('ETH', around), axis('USD:USDC', ['1']))
    expect(bits(found)).toEqual(['1 1 1 1 0 0 0'])
    expect(found.rechecked).toBe(7)
  })

  test('a loan without debt and a pool without positions never die and have no health', () => {
    const reserves = [aReserve({ asset: WETH, id: 0, decimals: 18, supplied: 1n })]
    const found = made([aLoan({ reserves }), aPool({ positions: [] })], axis('ETH', ['0', '1']), axis('BTC', ['1']))
    expect([...found.dead, ...found.health]).toEqual([0, 0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })

  test('more than 32 legs take a second word', () => {
    const legs = Array.from({ length: 34 }, (_, i) => aPool({ id: `pool ${i}` }))
    const found = made(legs, axis('ETH', ['0.8', '1']), axis('BTC', ['1']))
    expect([found.words, ...found.dead]).toEqual([2, 0xffffffff, 3, 0, 0])
  })

  test('whole-position brackets jump: just at the cap the lower rate still holds', () => {
    // Short 30 ETH at 3,000 on 2,000: at 1.01 the notional is 90,900, equity 1,100. 1 % to 90,900 included, then 2 %:
    // 909 is covered, 1,818 is not.
    const tiers = [
      { floor: dec(0), cap: dec(90_900), rate: dec('0.01'), deduction: dec(0) },
      { floor: dec(90_900), cap: null, rate: dec('0.02'), deduction: dec(0) },
    ]
    const wallet = [{ asset: USDT, amount: dec(2000), price: ONE, priceFrom: 'par' as const, ratio: ONE }]
    const positions = [aPosition({ side: 'short', size: dec(30), tiers })]
    const pool = aPool({ wallet, positions, rules: { ...BINANCE_RULES, tiers: 'flat' } })
    const at = ['1.0099999999999999999', '1.01', '1.0100000000000000001']
    const found = made([pool], axis('ETH', at), axis('BTC', ['1']))
    expect([bits(found), found.rechecked]).toEqual([['0 0 1'], 3])
    // The same ratio against the settle coin: 1.01 x 2 / 2.
    const against = made(
      [pool],
      axis(
        'ETH',
        at.map((s) => dec(s).times(2)),
      ),
      axis('USD:USDT', ['2']),
    )
    expect([bits(against), against.rechecked]).toEqual([['0 0 1'], 3])
  })

  test('an asset that both axes move is refused', () => {
    const reserves = [aReserve({ asset: WSTETH, id: 0, decimals: 18, supplied: 1n, debt: 1n })]
    expect(grid([aLoan({ reserves })], axis('ETH', ['1']), axis('wstETH/ETH', ['1']))).toEqual({
      reason: 'Aave v3 Ethereum: wstETH depends on more than one of the factors at once.',
    })
  })
})

describe('no sign differs from exact arithmetic', () => {
  test('random books over every pair of factors, beside their deaths too', () => {
    let cells = 0
    let rechecked = 0
    const pairs = fc.constantFrom(['ETH', 'BTC'], ['ETH', 'USD:USDT'], ['USD:USDT', 'BTC'])
    fc.assert(
      fc.property(legsOf(true), pairs, (legs, pair) => {
        const [xName, yName] = pair as [string, string]
        const coarse = ['0.01', '0.3', '0.7', '0.9', '1', '1.1', '1.7', '4'].map((s) => dec(s))
        // Beside each leg's death on each row: the edge found by bisection of the exact rule, and one ulp to either side.
        const deaths = legs.flatMap((leg) => coarse.slice(2, 5).flatMap((y) => turnOf(leg, (s) => ({ [xName]: s, [yName]: y }))))
        const x = [...coarse, ...deaths.flatMap((s) => [s, s.times('0.999999999999999'), s.times('1.000000000000001')])]
        const found = made(legs, axis(xName, x), axis(yName, coarse))
        rechecked += found.rechecked
        for (let cell = 0; cell < found.dead.length; cell++) {
          const [i, j] = [cell % found.columns, Math.floor(cell / found.columns)]
          const at = { [xName]: x[i] as Decimal, [yName]: coarse[j] as Decimal }
          const expected = legs.reduce((mask, leg, bit) => mask | (dies(leg, at) ? 1 << bit : 0), 0)
          if (found.dead[cell] !== expected) expect.fail(`cell ${i} ${j}: ${found.dead[cell]} is not ${expected}`)
          cells++
        }
      }),
      { numRuns: 60, seed: 20 },
    )
    expect(cells).toBeGreaterThan(3000)
    expect(rechecked).toBeGreaterThan(60)
  })
})
