import { pathsOf } from '../../src/risk/corridor.ts'
import type { Decimal } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { ALL_MARKET, alongFactor, type Path } from '../../src/risk/path.ts'
import type { Shock } from '../../src/risk/shock.ts'
import { type Entry, figure } from './entry.ts'

/** The books' name of all market factors together. */
const ALL = 'ALL_MARKET'

export function pathNamed(name: string): Path {
  return name === ALL ? ALL_MARKET : alongFactor(name)
}

/** Multipliers by factor; all markets together are told by each of them, and what is named by itself goes before. */
export function shockOf(entry: Entry, legs: readonly Leg[]): Shock {
  const markets = pathsOf(legs).filter(({ kind }) => kind === 'market')
  const named = Object.keys(entry).filter((name) => name !== ALL)
  return new Map<string, Decimal>([
    ...(Object.hasOwn(entry, ALL) ? markets.map(({ name }) => [name, figure(entry, ALL)] as const) : []),
    ...named.map((name) => [name, figure(entry, name)] as const),
  ])
}
