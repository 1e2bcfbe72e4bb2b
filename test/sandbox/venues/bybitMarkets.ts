import { bracketTable } from '../venue/brackets.ts'
import type { VenueMarket } from './held.ts'

/** A market as Bybit lists it. */
export type Listing = VenueMarket & { readonly base: string; readonly settle: string; readonly contractType: string }

/** Caps and rates of the size that Bybit publishes (BTCUSDT: 0.5 % to 2 million, then 0.56 %). */
const TIERS = [
  ['2000000', '0.005', 100],
  ['2600000', '0.0056', 90],
  ['10000000', '0.01', 50],
  ['1000000000', '0.02', 25],
] as const
const COIN_TIERS = [
  ['150', '0.005', 100],
  ['300', '0.01', 50],
  ['100000', '0.02', 25],
] as const

export function listing(symbol: string, more: Pick<Listing, 'base' | 'mark' | 'tick'> & Partial<Listing>): Listing {
  const rows = more.inverse === undefined ? TIERS : COIN_TIERS
  return { symbol, funding: '0.0001', settle: 'USDT', contractType: 'LinearPerpetual', brackets: bracketTable(rows), ...more }
}

export const BYBIT_MARKETS: readonly Listing[] = [
  listing('BTCUSDT', { base: 'BTC', mark: '90000', tick: '0.10' }),
  listing('ETHUSDT', { base: 'ETH', mark: '3000', tick: '0.01' }),
  listing('SOLUSDT', { base: 'SOL', mark: '150', tick: '0.010' }),
  listing('BTCPERP', { base: 'BTC', mark: '90000', tick: '0.10', settle: 'USDC' }),
  listing('ETHUSD', { base: 'ETH', mark: '3000', tick: '0.05', settle: 'ETH', contractType: 'InversePerpetual', inverse: 'ETH' }),
]
