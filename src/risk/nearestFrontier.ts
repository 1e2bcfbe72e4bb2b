import { distance } from './deaths.ts'
import { Decimal, dec } from './decimal.ts'
import { type Frontier, frontier } from './frontier.ts'
import type { Leg } from './leg.ts'
import { alongFactor } from './path.ts'
import type { RiskView } from './view.ts'

/** Both multipliers run from 0 to here. */
const BOX = dec(2)

/**
 * The frontier of the two market factors with the nearest walls, or of one and the nearest peg; null where there are no two.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 2.2
 */
export function nearestFrontier(legs: readonly Leg[], { corridors }: RiskView): Frontier | null {
  const ranked = (kind: 'market' | 'peg'): string[] =>
    corridors
      .filter((one) => one.kind === kind)
      .flatMap(({ factor, floor, ceiling }) => {
        const walls = [floor, ceiling].flatMap((wall) => (wall === null ? [] : [distance(wall.at)]))
        return walls.length === 0 ? [] : [{ factor, far: Decimal.min(...walls) }]
      })
      .toSorted((a, b) => a.far.comparedTo(b.far))
      .map(({ factor }) => factor)
  const [x, second] = ranked('market')
  const y = second ?? ranked('peg')[0]
  return x === undefined || y === undefined ? null : frontier(legs, { x: alongFactor(x), y: alongFactor(y) }, BOX)
}
