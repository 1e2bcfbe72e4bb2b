/** The reserves that a test names without thinking. */
export type MainSymbol = 'WETH' | 'WBTC' | 'USDC' | 'wstETH'

/** `X1`, `X2`, ...: further reserves for measurements of large markets. */
export type TokenSymbol = MainSymbol | `X${number}`

/** How a reserve is listed. Shares in basis points, prices in 1e-8 USD, rates in percent a year. */
export type ReserveSettings = {
  readonly symbol: TokenSymbol
  readonly decimals: number
  readonly price: bigint
  readonly ltv: bigint
  readonly threshold: bigint
  /** Over 10000: 10500 pays the liquidator 5 %. */
  readonly bonus: bigint
  /** Rate of variable debt at no use, what full optimal use adds to it, and at which use (percent) the optimum lies. */
  readonly rates: { readonly base: bigint; readonly slope: bigint; readonly optimal: bigint }
  readonly eMode: 0 | 1
  readonly stableBorrowing: boolean
  /** What the supplier lends from the start, whole tokens. */
  readonly liquidity: bigint
}

const ether = { decimals: 18, rates: { base: 2n, slope: 4n, optimal: 80n }, stableBorrowing: false } as const

/** In the order of listing: the position is the reserve's id in the pool. */
const MAIN_RESERVES: readonly ReserveSettings[] = [
  { symbol: 'WETH', price: 3_000n, ltv: 8050n, threshold: 8300n, bonus: 10500n, eMode: 1, liquidity: 20_000n, ...ether },
  {
    symbol: 'WBTC',
    price: 90_000n,
    ltv: 7300n,
    threshold: 7800n,
    bonus: 10500n,
    eMode: 0,
    liquidity: 1_000n,
    ...ether,
    decimals: 8,
  },
  {
    symbol: 'USDC',
    decimals: 6,
    price: 1n,
    ltv: 7500n,
    threshold: 7800n,
    bonus: 10450n,
    // A base rate, so that even a lone small loan bears interest like a real one.
    rates: { base: 4n, slope: 4n, optimal: 90n },
    eMode: 0,
    stableBorrowing: true,
    liquidity: 50_000_000n,
  },
  { symbol: 'wstETH', price: 3_600n, ltv: 7850n, threshold: 8100n, bonus: 10600n, eMode: 1, liquidity: 10_000n, ...ether },
].map((reserve) => ({ ...reserve, price: reserve.price * 10n ** 8n }) as ReserveSettings)

/** Category 1. Its prices are the reserves' own. */
export const ETH_CORRELATED = { id: 1, ltv: 9300, threshold: 9500, bonus: 10100, label: 'ETH correlated' } as const

/** All reserves of a sandbox market: the main ones, then `extra` plain ones of 100 USD each. */
export function sandboxReserves(extra: number): readonly ReserveSettings[] {
  const more = Array.from({ length: extra }, (_, index): ReserveSettings => {
    const plain = { price: 100n * 10n ** 8n, ltv: 6000n, threshold: 7000n, bonus: 10750n, eMode: 0, liquidity: 100_000n } as const
    return { symbol: `X${index + 1}`, ...ether, ...plain }
  })
  return [...MAIN_RESERVES, ...more]
}
