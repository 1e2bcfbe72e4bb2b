import { type Num, num } from './num.ts'

/** What an asset is worth as margin in multi-assets mode. */
export type AssetIndex = { readonly index: string; readonly bidBuffer: string; readonly askBuffer: string }

/** USD paid for an asset that is owned, and charged for one that is owed. */
export type Rates = { readonly bid: Num; readonly ask: Num }

/** In single-asset mode nothing is converted. */
export const ONE: Rates = { bid: num(1), ask: num(1) }

/**
 * Bid and ask rate of an index, with the eight decimals in which they are published and used.
 *
 * @see `GET /fapi/v1/assetIndex`: index 1.92957370 and buffers of 0.1 give 1.73661633 and 2.12253107.
 */
export function ratesOf({ index, bidBuffer, askBuffer }: AssetIndex): Rates {
  const cut = (value: Num) => value.toDecimalPlaces(8, 1)
  return {
    bid: cut(num(index).times(num(1).minus(bidBuffer))),
    ask: cut(num(index).times(num(1).plus(askBuffer))),
  }
}

/** The pairs the sandbox opens with; haircuts of 5 and 10 % as in Binance's list of margin assets. */
export const presentIndexes: Readonly<Record<string, AssetIndex>> = {
  USDTUSD: { index: '1', bidBuffer: '0.0001', askBuffer: '0.0001' },
  USDCUSD: { index: '1', bidBuffer: '0.0001', askBuffer: '0.0001' },
  BTCUSD: { index: '90000', bidBuffer: '0.05', askBuffer: '0.05' },
  ETHUSD: { index: '3000', bidBuffer: '0.05', askBuffer: '0.05' },
  BNBUSD: { index: '900', bidBuffer: '0.05', askBuffer: '0.05' },
  SOLUSD: { index: '150', bidBuffer: '0.1', askBuffer: '0.1' },
}
