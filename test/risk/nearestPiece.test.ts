import { describe, expect, test } from 'vitest'
import type { Spread } from '../../src/risk/covariance.ts'
import { dec } from '../../src/risk/decimal.ts'
import { type FlatPiece, nearestPiece } from '../../src/risk/nearestPiece.ts'

/** A slack and its gradient along two multipliers. */
const piece = (slack: number, x = 0, y = 0): FlatPiece => ({ slack: dec(slack), gradient: [dec(0), dec(x), dec(y)] })
const STAYS = piece(0)
/** Two factors of 1 each that know nothing of each other: sigma is the length of the gradient. */
const spread: Spread = {
  factors: ['X', 'Y'],
  covariance: [
    [1, 0],
    [0, 1],
  ].map((row) => row.map((one) => dec(one))),
}
const nearest = (base: FlatPiece, ...groups: (readonly FlatPiece[])[]) => {
  const found = nearestPiece(base, groups, spread)
  return found === null ? null : [found.slack, ...found.gradient.slice(1)].map((one) => one.toNumber())
}
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

describe('the piece with the smallest slack for its spread', () => {
  test('is what holds now where no choice is nearer', () => {
    // 100 / 10 = 10; with the other bracket 120 / 11.
    expect(nearest(piece(100, 10))).toEqual([100, 10, 0])
    expect(nearest(piece(100, 10), [STAYS, piece(20, 1)])).toEqual([100, 10, 0])
  })

  test('is one choice of each group, in whatever order they stand', () => {
    // The first alone: 130 / 20 = 6.5. The second alone: 120 / sqrt(100 + 225) = 6.66. Both: 150 / sqrt(400 + 225) = 6.
    expect(nearest(piece(100, 10), [STAYS, piece(30, 10)])).toEqual([130, 20, 0])
    expect(nearest(piece(100, 10), [piece(30, 10), STAYS], [piece(20, 0, 15), STAYS])).toEqual([150, 20, 15])
    expect(nearest(piece(100, 10), [STAYS, piece(500, 1), piece(20, 0, 15)], [STAYS, piece(30, 10), piece(40, -10)])).toEqual([
      ...[150, 20, 15],
    ])
  })

  test('is found where only both changes together are worth it, or only the second', () => {
    // One of them: 150 / sqrt(100 + 100) = 10.6, farther than 10. Both: 200 / sqrt(100 + 400) = 8.94.
    expect(nearest(piece(100, 10), [STAYS, piece(50, 0, 10)], [STAYS, piece(50, 0, 10)])).toEqual([200, 10, 20])
    // The first: 200 / 11. The second: 101 / 100. Both: 201 / 101.
    expect(nearest(piece(100, 10), [STAYS, piece(100, 1)], [STAYS, piece(1, 90)])).toEqual([101, 100, 0])
  })

  test('stays what holds now where another one is as near', () => {
    // 150 / 15, looked at because of what the other change might have brought: 150 / sqrt(100 + 100).
    expect(nearest(piece(100, 10), [STAYS, piece(50, 5)], [STAYS, piece(50, 0, 10)])).toEqual([100, 10, 0])
  })

  test('has no spread only where none has', () => {
    expect(nearest(piece(7))).toEqual([7, 0, 0])
    // At the limit already, and no move changes that but one.
    expect(nearest(piece(0), [STAYS, piece(10, 5)])).toEqual([10, 5, 0])
    expect(nearest(piece(7), [STAYS, piece(10, 5)])).toEqual([17, 5, 0])
  })

  test('is proven without a look at every branch', () => {
    // 100 / 10 against 1,000 for a change of 1: of two to the fortieth branches none can be nearer.
    expect(nearest(piece(100, 10), ...many(40, [STAYS, piece(1000, 1)]))).toEqual([100, 10, 0])
    // And none behind the one change that is nearer: 101 / 60. The others are farther by themselves: 160 / 15.
    expect(nearest(piece(100, 10), [STAYS, piece(1, 50)], ...many(40, [STAYS, piece(60, 5)]))).toEqual([101, 60, 0])
    // Changes without any spread take nothing.
    expect(nearest(piece(100, 10), ...many(40, [STAYS, piece(5)]))).toEqual([100, 10, 0])
  })

  test('is given up where too many branches might hold a nearer one', () => {
    // Each might bring a spread of 1 for a slack of 1, where 1 is worth 10; but it lies across, so that 18 of them bring 1.6 for 18.
    expect(nearest(piece(1000, 100), ...many(18, [STAYS, piece(1, 0, 1)]))).toBeNull()
  })
})
