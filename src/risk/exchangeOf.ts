import type { Cash, Leg } from './leg.ts'

/** How the keys of what lives on a chain begin; on an exchange it is the exchange's name. */
const CHAIN = 'eip155:'

/** The exchange that holds a pool or cash, by the name in its asset's key; null: it lies on a chain. */
export function exchangeOf(place: Leg | Cash): string | null {
  if ('kind' in place && place.kind === 'lending') return null
  const { key } = 'kind' in place ? place.settle : place.asset
  return key.startsWith(CHAIN) ? null : (key.split('/')[0] ?? null)
}
