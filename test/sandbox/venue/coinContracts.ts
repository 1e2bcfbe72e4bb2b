import type { VenueMarket } from '../venues/held.ts'
import { type BracketRow, bracketTable } from './brackets.ts'

/** A COIN-M contract: face value in USD, everything else in the coin. */
export type CoinContract = VenueMarket & {
  readonly pair: string
  readonly inverse: string
  /** USD of face value. */
  readonly contractSize: number
  readonly contractType: 'PERPETUAL' | 'CURRENT_QUARTER'
  readonly status: string
  /** Milliseconds; perpetuals carry 4133404800000 (the year 2100). */
  readonly deliveryDate: number
  readonly pricePrecision: number
}

/** The largest number of 64 bits: Binance's way to say that the last bracket has no end. */
const NO_CAP = '9223372036854775807'

/** `BTCUSD_PERP` as recorded from demo-dapi, 2026-08-10 (test/fixtures of ZenHive/bourse): caps in BTC. */
const BTC: readonly BracketRow[] = [
  ['5', '0.004', 125],
  ['10', '0.005', 100],
  ['20', '0.01', 50],
  ['50', '0.025', 20],
  ['100', '0.05', 10],
  ['200', '0.1', 5],
  ['400', '0.125', 4],
  ['1000', '0.15', 3],
  ['1500', '0.25', 2],
  [NO_CAP, '0.5', 1],
]

/** Steps of the size that Binance publishes, in the coin. */
const ETH: readonly BracketRow[] = [
  ['15', '0.005', 100],
  ['50', '0.0065', 75],
  ['150', '0.01', 50],
  ['500', '0.02', 25],
  ['1500', '0.05', 10],
  ['4000', '0.1', 5],
  ['10000', '0.25', 2],
  [NO_CAP, '0.5', 1],
]

const SOL: readonly BracketRow[] = [
  ['250', '0.01', 50],
  ['1000', '0.025', 20],
  ['5000', '0.05', 10],
  ['20000', '0.1', 5],
  [NO_CAP, '0.5', 1],
]

const perpetual = { contractType: 'PERPETUAL', status: 'TRADING', deliveryDate: 4133404800000, funding: '0.00010000' } as const
const bitcoin = { pair: 'BTCUSD', inverse: 'BTC', contractSize: 100, tick: '0.1', pricePrecision: 1, brackets: bracketTable(BTC) }

/** What the venue lists: 100 USD a contract for BTC and 10 for the others, as all 30 live ones. */
export const coinContracts: readonly CoinContract[] = [
  { symbol: 'BTCUSD_PERP', ...bitcoin, ...perpetual, mark: '90000' },
  {
    ...{ symbol: 'ETHUSD_PERP', pair: 'ETHUSD', inverse: 'ETH', contractSize: 10, ...perpetual },
    ...{ tick: '0.01', pricePrecision: 2, brackets: bracketTable(ETH), mark: '3000' },
  },
  {
    ...{ symbol: 'SOLUSD_PERP', pair: 'SOLUSD', inverse: 'SOL', contractSize: 10, ...perpetual },
    ...{ tick: '0.001', pricePrecision: 3, brackets: bracketTable(SOL), mark: '150' },
  },
  {
    ...{ symbol: 'BTCUSD_301227', ...bitcoin, contractType: 'CURRENT_QUARTER', status: 'TRADING', mark: '90900', funding: '' },
    deliveryDate: Date.UTC(2030, 11, 27, 8),
  },
]
