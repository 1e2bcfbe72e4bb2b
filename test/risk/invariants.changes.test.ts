import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesBetween } from '../../src/risk/changes.ts'
import { dec, sum } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import type { RoomParts } from '../../src/risk/roomChange.ts'
import { shocked } from '../../src/risk/shock.ts'
import { agreed, agreedLeg } from '../support/agreed.ts'
import { aRandomBook } from '../support/randomBook.ts'
import { runs } from '../support/runs.ts'
import { vectorSnapshot } from '../support/vectorBook.ts'

/** What must hold of the changes between any two books. */

const TRIES = runs(60)
const someBook = aRandomBook().map((book) => agreed(vectorSnapshot(book)))
const between = (before: Snapshot, now: Snapshot) => changesBetween(before, now, { policy: DEFAULT_POLICY }).room

const total = ({ price, interest, position, unsplit, parameters }: RoomParts) =>
  sum([price, interest, position, unsplit, parameters].filter((part) => part !== null))

test('the parts sum to the whole, to the last digit', { timeout: 30_000 + TRIES.numRuns * 1000 }, () => {
  let applied = 0
  fc.assert(
    fc.property(someBook, someBook, (before, now) => {
      const { whole, parts, unexplained } = between(before, now)
      expect(parts === null).toBe(unexplained !== null)
      if (parts === null || whole === null) return
      expect(total(parts).eq(whole), `${total(parts)} and ${whole}`).toBe(true)
      // Either apart or together, never both and never neither.
      expect(parts.unsplit === null).toBe(parts.interest !== null && parts.position !== null)
      applied += 1
    }),
    TRIES,
  )
  expect(applied, 'pairs that are known on both sides').toBeGreaterThan(TRIES.numRuns / 2)
})

test('no change: all of it is 0', { timeout: 30_000 + TRIES.numRuns * 1000 }, () => {
  let applied = 0
  fc.assert(
    fc.property(someBook, (book) => {
      const changes = changesBetween(book, { ...book }, { policy: DEFAULT_POLICY })
      expect([changes.legs, changes.cash.rows, changes.gaps]).toEqual([[], [], { came: [], went: [] }])
      if (changes.room.parts === null) return
      const { price, interest, position, unsplit, parameters } = changes.room.parts
      expect([price, interest, position, parameters].map((part) => part?.toFixed() ?? null)).toEqual(['0', '0', '0', '0'])
      expect(unsplit).toBeNull()
      applied += 1
    }),
    TRIES,
  )
  expect(applied).toBeGreaterThan(TRIES.numRuns / 2)
})

test('where prices alone moved, all of it is price', { timeout: 30_000 + TRIES.numRuns * 1000 }, () => {
  let applied = 0
  fc.assert(
    fc.property(someBook, fc.integer({ min: 60, max: 150 }), (before, percent) => {
      const shock = new Map([['ETH', dec(percent).div(100)]])
      const now = { ...before, legs: before.legs.map((leg) => agreedLeg(shocked(leg, shock))) }
      const { whole, parts } = between(before, now)
      if (whole === null || parts === null) return
      expect(parts.price.eq(whole)).toBe(true)
      if (!whole.isZero()) applied += 1
    }),
    TRIES,
  )
  expect(applied, 'books with a room that ETH moves').toBeGreaterThan(TRIES.numRuns / 4)
})
