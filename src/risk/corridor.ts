import { type Deaths, deathsOf, nearer, pricesOf } from './deaths.ts'
import type { Decimal } from './decimal.ts'
import { factorKind } from './factors.ts'
import type { Leg } from './leg.ts'
import { ALL_MARKET, alongFactor, type Path } from './path.ts'
import type { Direction } from './slackLine.ts'

/** One end of a corridor: the multiplier, and the legs that die there (several when they tie). */
export type Wall = { readonly at: Decimal; readonly legs: readonly string[] }

/** The range of a factor in which no leg dies. */
export type Corridor = {
  /** `ETH`, `ALL` (all market factors together), `USD:USDC`, `wstETH/ETH`. */
  readonly factor: string
  readonly kind: Path['kind']
  readonly floor: Wall | null
  readonly ceiling: Wall | null
  /** Each leg's own deaths along the path. */
  readonly legs: ReadonlyMap<string, Deaths>
}

/** Legs whose deaths are closer together than this share of the multiplier die together. */
const TIE = '1e-9'

/** The paths a set of legs is exposed to: each market factor alone, all of them together, each peg and basis alone. */
export function pathsOf(legs: readonly Leg[]): readonly Path[] {
  const names = new Set<string>()
  for (const { factor, basis } of legs.flatMap(pricesOf)) {
    names.add(factor)
    if (basis !== null) names.add(basis)
  }
  const sorted = [...names].sort()
  const markets = sorted.filter((name) => factorKind(name) === 'market').map(alongFactor)
  const pegs = sorted.filter((name) => factorKind(name) === 'peg').map(alongFactor)
  return [...markets, ...(markets.length > 0 ? [ALL_MARKET] : []), ...pegs]
}

/**
 * Floor and ceiling along one path: the intersection of the legs' survival intervals.
 *
 * @param deaths - How each leg dies along the path; by default by its own rule.
 * @see RISK 2.1
 */
export function corridor(legs: readonly Leg[], path: Path, deaths: (leg: Leg, path: Path) => Deaths = deathsOf): Corridor {
  const each = legs.map((leg) => [leg.id, deaths(leg, path)] as const)
  return { factor: path.name, kind: path.kind, floor: wall(each, 'down'), ceiling: wall(each, 'up'), legs: new Map(each) }
}

/** Over the legs themselves, never by id: two legs that went under one id may not hide each other's death. */
function wall(each: readonly (readonly [string, Deaths])[], direction: Direction): Wall | null {
  const nearest = each.reduce<Decimal | null>((best, [, deaths]) => nearer(best, deaths[direction]), null)
  if (nearest === null) return null
  const tied = each.filter(([, deaths]) => {
    const s = deaths[direction]
    return s !== null && (s === nearest || s.minus(nearest).abs().lte(nearest.times(TIE)))
  })
  return { at: nearest, legs: tied.map(([id]) => id) }
}
