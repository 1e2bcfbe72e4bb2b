import { type Decimal, dec, ONE, ZERO } from './decimal.ts'
import { legAt, type Stop } from './journey.ts'
import type { Stage } from './scenarios.ts'
import type { Shock } from './shock.ts'
import { solvency } from './solvency.ts'

/** Legs that die nearer to each other than 2^-20 of the way die together. */
const HALVINGS = 20
const HALF = dec('0.5')

/** By the course that costs most. */
type Dying = { readonly worst: Pick<Stop, 'home'> }

/** The way from one stage to the next. */
type Way = { readonly from: Stage; readonly to: Stage }

/**
 * The legs that one stage kills in the order in which they die when its prices are walked to in a straight line, all of them
 * alike; those that die together as they stand in the book.
 *
 * @see RISK 5: dead legs in order
 */
export function inOrderOfDeath<T extends Dying>(dying: readonly T[], way: Way): readonly T[] {
  return sorted(dying, way, { near: ZERO, far: ONE, left: HALVINGS })
}

type Stretch = { readonly near: Decimal; readonly far: Decimal; readonly left: number }

function sorted<T extends Dying>(dying: readonly T[], way: Way, { near, far, left }: Stretch): readonly T[] {
  if (dying.length < 2 || left === 0) return dying
  const middle = near.plus(far).times(HALF)
  const there = stageOn(way, middle)
  const dead = dying.map(({ worst }) => solvency(legAt(worst.home, there)).tripped)
  const first = dying.filter((_, i) => dead[i])
  const later = dying.filter((_, i) => !dead[i])
  return [
    ...sorted(first, way, { near, far: middle, left: left - 1 }),
    ...sorted(later, way, { near: middle, far, left: left - 1 }),
  ]
}

/** Of the thresholds, all of the cut is there from the beginning. */
function stageOn({ from, to }: Way, share: Decimal): Stage {
  const mix = (a: Shock, b: Shock): Shock => {
    const names = new Set([...a.keys(), ...b.keys()])
    const part = (name: string): Decimal => {
      const [start, end] = [a.get(name) ?? ONE, b.get(name) ?? ONE]
      return start.plus(end.minus(start).times(share))
    }
    return new Map([...names].map((name) => [name, part(name)]))
  }
  return { ...to, oracle: mix(from.oracle, to.oracle), exchange: mix(from.exchange, to.exchange) }
}
