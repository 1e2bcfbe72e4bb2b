import { corridor, pathsOf } from '../../src/risk/corridor.ts'
import { type Decimal, ONE } from '../../src/risk/decimal.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import { FARTHEST } from '../../src/risk/reachForm.ts'
import { safetyFactor } from '../../src/risk/verdict.ts'
import { USDC } from './books.ts'

/** What the properties of the rescue share. */

export const cashOf = (amount: Decimal): Cash => ({ id: 'wallet', place: 'wallet', asset: USDC, amount, price: ONE })

/** By the corridors of the report, which share no code with the rescue. */
export function distanceOf(book: readonly Leg[]): Decimal | null {
  const paths = pathsOf(book).filter(({ kind }) => kind !== 'peg')
  return withinEnd(safetyFactor(paths.map((path) => corridor(book, path))))
}

/** Nothing further than a millionfold is looked at: at its end one rounding tells a death from none. */
export function withinEnd(distance: Decimal | null): Decimal | null {
  return distance?.gte(FARTHEST.minus(1)) ? null : distance
}

/** A hair of sixty digits. */
const JUST_OVER = ONE.plus('1e-40')

/** Whether one distance is no further than another; `null` is never. */
export function atMost(a: Decimal | null, b: Decimal | null): boolean {
  return b === null || a?.lte(b.times(JUST_OVER)) === true
}
