import { distance } from './deaths.ts'
import { factorKind } from './factors.ts'
import type { Liquidation } from './view.ts'

const [CLOSER, FARTHER] = ['0.999999999', '1.000000001']

/** The nearest death of a leg by market factors, else by a peg; on a tie a single factor rather than all together. Null: none. */
export function nearestDeath(liquidation: readonly Liquidation[]): Liquidation | null {
  const paths = liquidation.filter(({ factor }) => factor !== null)
  const market = paths.filter(({ factor }) => factor === 'ALL' || factorKind(factor as string) === 'market')
  return (market.length > 0 ? market : paths).reduce<Liquidation | null>((best, one) => {
    if (best === null) return one
    const [far, least] = [distance(one.move.plus(1)), distance(best.move.plus(1))]
    const closer = far.lt(least.times(CLOSER))
    const tie = far.lte(least.times(FARTHER))
    return closer || (tie && best.factor === 'ALL') ? one : best
  }, null)
}
