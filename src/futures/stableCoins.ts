/** Coins whose issuer redeems them for a dollar: each has its own peg, and counts at 1.00 where the venue is not asked. */
const STABLE = new Set(['USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'USDP', 'DAI', 'USD1', 'RLUSD'])

/** Whether a venue's name of a coin is that of such a one. */
export function isStable(symbol: string): boolean {
  return STABLE.has(symbol)
}
