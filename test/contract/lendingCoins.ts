import type { Coin } from './lendingContract.ts'

/** How each coin is listed on every stage. Prices: whole USD, and half a dollar for what only calls itself one. */
export const LISTED: Readonly<Record<Coin, { readonly symbol: string; readonly decimals: number; readonly price: bigint }>> = {
  usd: { symbol: 'USDC', decimals: 6, price: 100_000_000n },
  eth: { symbol: 'WETH', decimals: 18, price: 300_000_000_000n },
  btc: { symbol: 'WBTC', decimals: 8, price: 9_000_000_000_000n },
  fake: { symbol: 'USDC', decimals: 18, price: 50_000_000n },
  // Escapes, a right-to-left override and a zero-width space around markup.
  hostile: { symbol: '\u001b[31m<b>US\u202eD\u200bC', decimals: 18, price: 1_000_000_000n },
}
