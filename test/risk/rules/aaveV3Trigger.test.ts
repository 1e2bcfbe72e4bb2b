import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AaveV3Position } from '../../../src/risk/lendingPosition.ts'
import { accountOf, trigger, trips } from '../../../src/risk/rules/aaveV3.ts'
import { loanOf, type ReserveSketch } from './loanOf.ts'

type Side = 'collateral' | 'debt' | 'both'
type Direction = 'down' | 'up'

/** How many ticks above today's price the walk of an upward case is followed. */
const REACH = 400n

const amount = (max: number) => fc.integer({ min: 0, max }).map(BigInt)
const threshold = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1000, max: 9500 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 9000, max: 9900 }) }, // as in an e-mode
)

const still = fc.record({
  decimals: fc.integer({ min: 0, max: 2 }),
  price: fc.integer({ min: 1, max: 300 }).map(BigInt),
  supplied: amount(5000),
  collateral: fc.integer({ min: 0, max: 6 }).map((n) => n > 0),
  threshold: threshold.map(BigInt),
})

/**
 * Small books around reserve 0, the one whose price moves: amounts of a few thousand base units, so that one basis point, one
 * base unit and one tick are of a size. A last reserve owes nearly what the rest can bear: most books live, a few do not.
 */
function books(side: Side, revision: number): fc.Arbitrary<AaveV3Position> {
  return fc
    .record({
      decimals: fc.integer({ min: 0, max: 3 }),
      price: fc.oneof(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 300 })),
      tokens: fc.integer({ min: 1, max: 300_000 }),
      threshold: threshold.map(BigInt),
      ownDebt: fc.integer({ min: 0, max: 1020 }),
      others: fc.array(still, { maxLength: 3 }),
      slack: fc.oneof(
        fc.integer({ min: -3, max: 40 }).map((n) => [n, 0] as const),
        fc.integer({ min: 0, max: 999 }).map((n) => [0, n] as const),
      ),
    })
    .map(({ decimals, price, tokens, threshold, ownDebt, others, slack: [units, permille] }) => {
      const unit = 10 ** decimals
      const supplied = side === 'debt' ? 0n : BigInt(Math.ceil((tokens * unit) / 1000))
      const moving = { decimals, price: BigInt(price), threshold, supplied }
      const bears = (reserves: readonly ReserveSketch[]) => {
        const { weighted, totalDebt } = accountOf(loanOf(revision, reserves))
        return weighted / 10_000n - totalDebt
      }
      const debt = side === 'collateral' ? 0n : (bears([moving, ...others]) * BigInt(unit * ownDebt)) / BigInt(1000 * price) + 1n
      const rest = [{ ...moving, debt }, ...others]
      const room = bears(rest)
      const filler = room - (room * BigInt(permille)) / 1000n - BigInt(units)
      return loanOf(revision, [...rest, { decimals: 0, price: 1n, debt: filler > 0n ? filler : 0n }])
    })
}

/** The slow truth: tick after tick by the contract's own formula. */
function walked(loan: AaveV3Position, direction: Direction): string {
  if (trips(loan)) return 'liquidatable'
  const today = priceToday(loan)
  const [step, end] = direction === 'down' ? [-1n, 1n] : [1n, today + REACH]
  const prices = new Map<number, bigint>()
  for (let price = today; price !== end; price += step) {
    if (trips(loan, prices.set(0, price + step))) return `price ${price}`
  }
  return 'none'
}

function closedForm(loan: AaveV3Position, direction: Direction): string {
  const end = trigger(loan, 0, direction)
  if (end.kind !== 'price') return end.kind
  if (!end.exact) return `price ${end.price}, not exact`
  return direction === 'up' && end.price >= priceToday(loan) + REACH ? 'none' : `price ${end.price}`
}

const priceToday = (loan: AaveV3Position): bigint => loan.reserves[0]?.price as bigint

describe.each([1, 8, 9, 11])('the closed form on revision %i', (revision) => {
  const sides: readonly Side[] = ['collateral', 'debt', 'both']
  it.each(sides)('equals the walk tick by tick, the asset as %s', (side) => {
    const seen = new Set<string>()
    const equal = fc.property(books(side, revision), (loan) => {
      for (const direction of ['down', 'up'] as const) {
        const truth = walked(loan, direction)
        expect(closedForm(loan, direction)).toBe(truth)
        seen.add(`${direction} ${truth.split(' ')[0]}`)
      }
    })
    fc.assert(equal, { numRuns: 250, seed: 20_261_122 + revision })
    // Nothing was compared unless both ends came up where they can.
    const dies = side === 'collateral' ? ['down price'] : side === 'debt' ? ['up price'] : ['down price', 'up price']
    expect([...seen]).toEqual(expect.arrayContaining([...dies, 'down none', 'up none']))
  })
})

describe('where an account is dead', () => {
  /** How often an account goes from alive to dead and back while one price falls from today's to 1. */
  const lives = (loan: AaveV3Position): number => {
    let again = 0
    let dead = trips(loan)
    for (let price = priceToday(loan); price >= 1n; price -= 1n) {
      const now = trips(loan, new Map([[0, price]]))
      if (dead && !now) again += 1
      dead = now
    }
    return again
  }

  it('never comes to life again as collateral falls, from v3.5 on', () => {
    for (const revision of [9, 11]) {
      fc.assert(
        fc.property(books('collateral', revision), (loan) => lives(loan) === 0),
        { numRuns: 150, seed: 35 },
      )
    }
  })

  it('does so before v3.5, which is why no bisection will do', () => {
    const found = fc.sample(books('collateral', 8), { numRuns: 600, seed: 35 }).filter((loan) => lives(loan) > 0)
    expect(found.length).toBeGreaterThan(0)
    for (const loan of found) expect(closedForm(loan, 'down')).toBe(walked(loan, 'down'))
  })
})

describe('debts so large that the last digit of health hides base units', () => {
  // A debt of n x 2e18 is spared n: base units before v3.5, and there one threshold throughout, so that its average is not cut;
  // ten-thousandths of one from then on, seen only where a value is weighed by 9999.
  it.each([
    [8, 10_000n],
    [11, 9_999n],
  ])('are walked exactly on revision %i', (revision, threshold) => {
    const huge = fc.record({
      spared: fc.integer({ min: 1, max: 6 }),
      slack: fc.integer({ min: -6, max: 12 }),
      supplied: fc.integer({ min: 0, max: 12 }),
      debt: fc.integer({ min: 0, max: 12 }),
      price: fc.integer({ min: 2, max: 40 }),
    })
    let died = 0
    const equal = fc.property(huge, ({ spared, slack, supplied, debt, price }) => {
      const owed = BigInt(spared) * 2n * 10n ** 18n
      const cover = owed + BigInt(slack) + BigInt((debt - supplied) * price)
      const loan = loanOf(revision, [
        { decimals: 1, price: BigInt(price), supplied: BigInt(supplied * 10 + 3), threshold, debt: BigInt(debt * 10) },
        { decimals: 0, price: 1n, supplied: cover, threshold: 10_000n },
        { decimals: 0, price: 1n, debt: owed },
      ])
      for (const direction of ['down', 'up'] as const) {
        const truth = walked(loan, direction)
        expect(closedForm(loan, direction)).toBe(truth)
        if (truth.startsWith('price')) died += 1
      }
    })
    fc.assert(equal, { numRuns: 150, seed: 18 })
    expect(died).toBeGreaterThan(50)
  })
})
