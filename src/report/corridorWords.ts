import type { Wall } from '../risk/corridor.ts'
import { distance } from '../risk/deaths.ts'
import { anchored } from '../risk/verdict.ts'
import type { RiskView } from '../risk/view.ts'
import { moveWords } from './words.ts'

/**
 * How far the markets may go either way before a leg dies.
 *
 * @param between - What is drawn between the two walls.
 * @returns null where no market factor is held.
 */
export function corridorWords({ corridors, anchoring, verdict, gaps }: RiskView, between: string): string | null {
  const market = corridors.filter(({ kind }) => kind !== 'peg').map((one) => anchored(one, anchoring))
  if (market.length === 0) return null
  if (verdict.reason === 'tripped') return 'none: a leg can be liquidated now'
  const floor = nearestWall(market.map((corridor) => corridor.floor))
  const ceiling = nearestWall(market.map((corridor) => corridor.ceiling))
  const left = floor === null ? 'no lower wall' : moveWords(floor.at.minus(1))
  const right = ceiling === null ? 'no upper wall' : moveWords(ceiling.at.minus(1))
  return `${left} ${between} ${right}${gaps.length === 0 ? '' : ', of what was read'}`
}

function nearestWall(walls: readonly (Wall | null)[]): Wall | null {
  return walls.reduce<Wall | null>((best, wall) => {
    if (wall === null) return best
    return best === null || distance(wall.at).lt(distance(best.at)) ? wall : best
  }, null)
}
