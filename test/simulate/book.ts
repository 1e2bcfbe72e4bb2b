import type { Snapshot } from '../../src/risk/leg.ts'
import { bookAt } from '../watch/bookAt.ts'
import { START } from './story.ts'

const known = new Map<number, Snapshot>()

/** The demo's book at a price, all of it written just before it was read. What was parsed once is only moved in time. */
export function freshBook(now: number, eth: number): Snapshot {
  const base = known.get(eth) ?? bookAt(START, eth)
  known.set(eth, base)
  const aside = now - START
  const seconds = BigInt(Math.floor((now - 1000) / 1000))
  return {
    ...base,
    at: now,
    legs: base.legs.map((leg) => {
      const { source } = leg
      const moved = {
        ...source,
        readAt: source.readAt + aside,
        venueTime: source.venueTime === null ? null : source.venueTime + aside,
        block: source.block === null ? null : { ...source.block, timestamp: seconds },
      }
      if (leg.kind !== 'lending' || leg.protocol !== 'aave-v3') return { ...leg, source: moved }
      return { ...leg, source: moved, reserves: leg.reserves.map((row) => ({ ...row, priceUpdatedAt: seconds - 60n })) }
    }),
  }
}
