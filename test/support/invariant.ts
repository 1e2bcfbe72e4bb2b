import fc from 'fast-check'
import { expect, test } from 'vitest'
import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { type Decimal, dec, ONE, ZERO } from '../../src/risk/decimal.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import type { MarginAccount } from '../../src/risk/marginAccount.ts'
import type { Path } from '../../src/risk/path.ts'
import { KNOWN_REVISIONS } from '../../src/risk/rules/aaveV3Revisions.ts'
import type { Wish } from './randomAssets.ts'
import { aRandomBook } from './randomBook.ts'
import { runs } from './runs.ts'
import { type VectorBook, vectorSnapshot } from './vectorBook.ts'

/** What must hold of every book: properties over random ones. */
const TRIES = runs(200)

/** Sixty digits less what a few additions of large sums lose. */
const EPSILON = dec('1e-40')

/** One random book, with dice to choose a path, a leg or an amount by. */
export type Given = {
  readonly book: VectorBook
  readonly snapshot: Snapshot
  readonly legs: readonly Leg[]
  /** A path of the book. */
  readonly path: Path
  /** From 1 to 1,000. */
  readonly amount: number
  /** One of several, by a third die. */
  readonly oneOf: <T>(of: readonly T[]) => T
}

/** How many of the runs have to meet the condition that the invariant is about. */
export type Coverage = { readonly wish?: Wish; readonly least?: number }

/**
 * An invariant of RISK section 7 as a test. `check` tells whether the book was of the kind that the invariant speaks of:
 * a property that never applies proves nothing, so at least a share of the books must be.
 */
export function invariant(name: string, { wish = {}, least = 0.2 }: Coverage, check: (given: Given) => boolean): void {
  test(name, { timeout: 30_000 + TRIES.numRuns * 1000 }, () => {
    let applied = 0
    const property = fc.property(aRandomBook(wish), fc.nat(999), fc.nat(999), fc.nat(999), (book, die, amount, other) => {
      const snapshot = vectorSnapshot(book)
      const paths = pathsOf(snapshot.legs)
      const oneOf = <T>(of: readonly T[]): T => of[other % of.length] as T
      const path = paths[die % paths.length] as Path
      if (check({ book, snapshot, legs: snapshot.legs, path, amount: amount + 1, oneOf })) applied += 1
    })
    fc.assert(property, TRIES)
    expect(applied, 'books that the invariant speaks of').toBeGreaterThanOrEqual(TRIES.numRuns < 200 ? 1 : TRIES.numRuns * least)
  })
}

/** Where a set of legs lives along a path; 0 and a ten-millionfold price where it has no end. */
export type Reach = { readonly low: Decimal; readonly high: Decimal }

const NEVER = dec(10_000_000)

export function reach(legs: readonly Leg[], path: Path): Reach {
  const { floor, ceiling } = corridor(legs, path)
  return { low: floor?.at ?? ZERO, high: ceiling?.at ?? NEVER }
}

export function expectNoNarrower(after: Reach, before: Reach): void {
  expect(after.low.lte(before.low.times(ONE.plus(EPSILON))), `floor ${before.low} -> ${after.low}`).toBe(true)
  expect(after.high.gte(before.high.times(ONE.minus(EPSILON))), `ceiling ${before.high} -> ${after.high}`).toBe(true)
}

export function expectSameReach(a: Reach, b: Reach): void {
  expectClose(a.low, b.low, 'floor')
  expectClose(a.high, b.high, 'ceiling')
}

export function expectClose(a: Decimal | null, b: Decimal | null, what: string): void {
  if (a === null || b === null) {
    expect(a === b, `${what}: ${a?.toFixed() ?? null} and ${b?.toFixed() ?? null}`).toBe(true)
    return
  }
  const scale = a.abs().gt(b.abs()) ? a.abs() : b.abs()
  expect(a.minus(b).abs().lte(scale.times(EPSILON)), `${what}: ${a} and ${b}`).toBe(true)
}

export const poolsOf = (legs: readonly Leg[]): readonly MarginAccount[] =>
  legs.filter((leg) => leg.kind === 'futures').filter(({ positions }) => positions.length > 0)

/** Aave v3 accounts. */
export const loansOf = (legs: readonly Leg[]): readonly AaveV3Position[] =>
  legs.filter((leg) => leg.kind === 'lending').filter((leg) => leg.protocol === 'aave-v3')

/** The same legs, each Aave v3 account in a pool of another revision: some cut the average threshold to basis points. */
export function atRevisions(legs: readonly Leg[], die: number): readonly Leg[] {
  const known = [...KNOWN_REVISIONS.keys()]
  return legs.map((leg, i) => {
    if (leg.kind !== 'lending' || leg.protocol !== 'aave-v3') return leg
    return { ...leg, revision: known[(die + i) % known.length] as number }
  })
}
