import fc, { type Arbitrary } from 'fast-check'
import type { VectorBook } from './vectorBook.ts'

/** What random books are made of: assets with prices, and figures as text. */

export type Leg = VectorBook['legs'][number]

/** Which of the harder things a book may hold. All of them by default. */
export type Wish = {
  /** Tiers of which maintenance jumps: rates that hold for the whole position, and tables that do not meet. */
  readonly jumps?: boolean
  /** Collateral that counts for less than its price, and balances below 0. */
  readonly haircuts?: boolean
  readonly inverse?: boolean
}

const FACTORS: Readonly<Record<string, { factor?: string; basis?: string }>> = {
  WETH: { factor: 'ETH' },
  wstETH: { factor: 'ETH', basis: 'wstETH/ETH' },
  WBTC: { factor: 'BTC' },
  LINK: {},
  USDC: { factor: 'USD:USDC' },
  DAI: { factor: 'USD:DAI' },
  USDT: { factor: 'USD:USDT' },
}
export const NAMES = Object.keys(FACTORS)
const PRICES: Readonly<Record<string, number>> = { WETH: 3000, wstETH: 3600, WBTC: 90_000, LINK: 20 }

/** A number as text with so many decimals. Only the shape of the book rests on float64, no expectation does. */
export const text = (value: number, decimals: number): string => value.toFixed(decimals)

/** Thousandths, from `least` to `most`. */
export const share = (least: number, most: number): Arbitrary<number> =>
  fc.integer({ min: least, max: most }).map((n) => n / 1000)

export const somePrices: Arbitrary<VectorBook['assets']> = fc
  .record(Object.fromEntries(NAMES.map((name) => [name, PRICES[name] === undefined ? share(960, 1040) : share(500, 2000)])))
  .map((moved) =>
    Object.fromEntries(
      NAMES.map((name) => [name, { ...FACTORS[name], price: text((PRICES[name] ?? 1) * (moved[name] as number), 4) }]),
    ),
  )

export const priceIn = (assets: VectorBook['assets'], name: string): number => Number(assets[name]?.price)
