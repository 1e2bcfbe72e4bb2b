/** A contract of the sandbox venue, as far as the account state needs it. */
export type Contract = {
  readonly symbol: string
  readonly pair: string
  readonly base: string
  /** Quote and margin asset are the same for USDⓈ-M contracts. */
  readonly marginAsset: string
  readonly contractType: 'PERPETUAL' | 'CURRENT_QUARTER'
  /** Milliseconds; perpetuals carry 4133404800000 (the year 2100). */
  readonly deliveryDate: number
  readonly tick: string
  readonly pricePrecision: number
  readonly step: string
  readonly quantityPrecision: number
  /** The mark the sandbox opens with. */
  readonly mark: string
}

const perpetual = { contractType: 'PERPETUAL', deliveryDate: 4133404800000 } as const
const thousandths = { step: '0.001', quantityPrecision: 3, pricePrecision: 2 } as const

/** What the venue lists: perpetuals in two margin assets, and one quarterly as the real list has. */
export const contracts: readonly Contract[] = [
  {
    symbol: 'BTCUSDT',
    pair: 'BTCUSDT',
    base: 'BTC',
    marginAsset: 'USDT',
    ...perpetual,
    ...thousandths,
    tick: '0.10',
    mark: '90000',
  },
  {
    symbol: 'ETHUSDT',
    pair: 'ETHUSDT',
    base: 'ETH',
    marginAsset: 'USDT',
    ...perpetual,
    ...thousandths,
    tick: '0.01',
    mark: '3000',
  },
  {
    ...{ symbol: 'SOLUSDT', pair: 'SOLUSDT', base: 'SOL', marginAsset: 'USDT', ...perpetual },
    ...{ tick: '0.0100', pricePrecision: 4, step: '0.01', quantityPrecision: 2, mark: '150' },
  },
  {
    symbol: 'BTCUSDC',
    pair: 'BTCUSDC',
    base: 'BTC',
    marginAsset: 'USDC',
    ...perpetual,
    ...thousandths,
    tick: '0.1',
    mark: '90000',
  },
  {
    symbol: 'ETHUSDC',
    pair: 'ETHUSDC',
    base: 'ETH',
    marginAsset: 'USDC',
    ...perpetual,
    ...thousandths,
    tick: '0.01',
    mark: '3000',
  },
  {
    ...{
      symbol: 'BTCUSDT_301227',
      pair: 'BTCUSDT',
      base: 'BTC',
      marginAsset: 'USDT',
      ...thousandths,
      tick: '0.1',
      mark: '90900',
    },
    ...{ contractType: 'CURRENT_QUARTER', deliveryDate: Date.UTC(2030, 11, 27, 8) },
  },
]
