import { pricesOf } from './deaths.ts'
import { type Decimal, dec } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { Shock } from './shock.ts'

/** Coins that lost their price on one exchange alone. */
export type VenueBreak = {
  /** Which coins, how far, and where. */
  readonly name: string
  /** The name of the exchange's source. */
  readonly venue: string
  readonly shock: Shock
}

type Break = { readonly coin: string; readonly is: RegExp; readonly low: Decimal }

/**
 * 10 October 2025, Binance, whose marks then followed its own order book: USDe fell to 0.65 USD; wBETH to 430 USD, 88 % below
 * ETH; BNSOL to 34.90 USD with SOL at about 190 USD. Other exchanges, and the oracles of loans, saw none of it.
 */
const BREAKS: readonly Break[] = [
  { coin: 'USDe', is: /^(USD:|OWN:[^/]+\/)USDe$/i, low: dec('0.65') },
  { coin: 'wBETH', is: /^w?BETH\/ETH(@|$)/i, low: dec('0.12') },
  { coin: 'BNSOL', is: /^BNSOL\/SOL(@|$)/i, low: dec('0.18') },
]

/**
 * For each exchange of the book that holds such coins: all of them broken there at once.
 *
 * @see RISK 1.1, 5
 */
export function venueBreaks(legs: readonly Leg[]): readonly VenueBreak[] {
  const pools = legs.filter(({ kind }) => kind === 'futures')
  const venues = new Set(pools.map(({ source }) => source.name))
  return [...venues].flatMap((venue) => {
    const prices = pools.filter(({ source }) => source.name === venue).flatMap(pricesOf)
    const names = new Set(prices.flatMap(({ factor, basis }) => (basis === null ? [factor] : [factor, basis])))
    const found = BREAKS.flatMap(({ coin, is, low }) => {
      const broken = [...names].filter((name) => is.test(name))
      return broken.length === 0 ? [] : [{ said: `${coin} ${low}`, shock: broken.map((name) => [name, low] as const) }]
    })
    if (found.length === 0) return []
    const name = `${found.map(({ said }) => said).join(', ')} on ${venue} alone (10 October 2025)`
    return [{ name, venue, shock: new Map(found.flatMap(({ shock }) => shock)) }]
  })
}
