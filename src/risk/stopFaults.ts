import { type Decimal, ZERO } from './decimal.ts'
import type { MarginAccount, StopOrder } from './marginAccount.ts'
import type { Liquidation, StopFault } from './view.ts'

/**
 * Looks at the stops of a pool. Nothing is said where the venue was not asked for them.
 *
 * @param liquidation - The prices at which the pool dies, each symbol alone.
 */
export function stopFaults(
  { circumstances, positions, hedgeMode }: MarginAccount,
  liquidation: readonly Liquidation[],
): readonly StopFault[] {
  const stops = circumstances?.stops ?? []
  const beyond = stops.flatMap((stop): StopFault[] => {
    const end = endOf(stop, liquidation)
    if (stop.kind !== 'stop' || end === null) return []
    const late = stop.side === 'long' ? stop.trigger.lt(end) : stop.trigger.gt(end)
    const { symbol, side, trigger } = stop
    return late ? [{ symbol, side, fault: 'beyond-liquidation', trigger, liquidation: end }] : []
  })
  // Where both sides are held apart, an order for one of them can only close it.
  if (hedgeMode) return beyond
  const flips = positions.flatMap(({ symbol, side, size }): StopFault[] => {
    const loose = stops.filter((stop) => stop.symbol === symbol && stop.side === side && !stop.reduceOnly)
    const closes = loose.reduce((sum, one) => sum.plus(one.size ?? size), ZERO)
    return closes.gt(size) ? [{ symbol, side, fault: 'may-flip', trigger: null, liquidation: null }] : []
  })
  return [...beyond, ...flips]
}

/** Where the symbol's own price ends the pool on the side that a stop guards. */
function endOf({ symbol, side }: StopOrder, liquidation: readonly Liquidation[]): Decimal | null {
  const guarded = side === 'long' ? 'down' : 'up'
  return liquidation.find((one) => one.symbol === symbol && one.factor === null && one.side === guarded)?.price ?? null
}
