/** A reserve as the market double lists it, the same in every revision. Basis points: 10000 is 100 %. */
export type Listing = {
  readonly symbol: string
  readonly decimals: number
  /** 1e8 = 1 USD. */
  readonly price: bigint
  readonly ltv: bigint
  readonly threshold: bigint
  readonly bonus: bigint
  /** The category the reserve belongs to before v3.2; 0 for none. */
  readonly category: bigint
  readonly frozen?: true
  /** Without a virtual balance, as GHO was before v3.4. */
  readonly facilitated?: true
  /** 1e27 = 1; every digit is something, so that each product is rounded. */
  readonly liquidityIndex: bigint
  readonly borrowIndex: bigint
  /** Of the variable rate, basis points: optimal use, base, slope up to it, slope beyond. Default: 8000, 100, 400, 6000. */
  readonly rates?: readonly [bigint, bigint, bigint, bigint]
}

const RAY = 10n ** 27n
const usd = (price: string): bigint => BigInt(Math.round(Number(price) * 1e8))
const plain = { category: 0n, liquidityIndex: RAY, borrowIndex: RAY }

/** By reserve id: a place that holds null was given up by a reserve that was dropped. */
export const LISTINGS: readonly (Listing | null)[] = [
  {
    ...{ symbol: 'WETH', decimals: 18, price: usd('3000.12345678'), ltv: 8050n, threshold: 8300n, bonus: 10_500n, category: 1n },
    ...{ liquidityIndex: 1_043_218_765_432_109_876_543_210_987n, borrowIndex: 1_071_928_374_655_647_382_910_192_837n },
  },
  {
    ...{ symbol: 'WBTC', decimals: 8, price: usd('90123.45678901'), ltv: 7300n, threshold: 7800n, bonus: 10_500n, category: 4n },
    ...{ liquidityIndex: 1_003_300_221_199_883_377_662_244_551n, borrowIndex: 1_011_213_141_516_171_819_202_122_232n },
  },
  {
    ...{ symbol: 'USDC', decimals: 6, price: usd('0.99987654'), ltv: 7500n, threshold: 7800n, bonus: 10_450n, category: 2n },
    rates: [9200n, 50n, 550n, 4000n],
    ...{ liquidityIndex: 1_098_765_432_198_765_432_198_765_433n, borrowIndex: 1_143_219_876_543_219_876_543_219_877n },
  },
  null,
  {
    ...{
      symbol: 'wstETH',
      decimals: 18,
      price: usd('3701.00000001'),
      ltv: 7850n,
      threshold: 8100n,
      bonus: 10_600n,
      category: 1n,
    },
    ...{ liquidityIndex: 1_000_000_000_000_000_000_000_000_003n, borrowIndex: 1_020_304_050_607_080_901_020_304_051n },
  },
  {
    ...{ symbol: 'RAYS', decimals: 27, price: usd('12.34567891'), ltv: 6500n, threshold: 7000n, bonus: 10_750n, category: 3n },
    ...{ liquidityIndex: 1_234_567_891_011_121_314_151_617_181n, borrowIndex: 1_357_911_131_517_192_123_252_729_313n },
  },
  {
    ...{
      symbol: 'GHO',
      decimals: 18,
      price: usd('0.99950001'),
      ltv: 0n,
      threshold: 0n,
      bonus: 0n,
      category: 2n,
      facilitated: true,
    },
    ...{ liquidityIndex: RAY, borrowIndex: 1_111_222_333_444_555_666_777_888_999n },
  },
  {
    ...plain,
    ...{ symbol: 'LINK', decimals: 18, price: usd('17.17171717'), ltv: 0n, threshold: 6500n, bonus: 10_700n, category: 3n },
    frozen: true,
  },
  // No collateral by itself: from v3.6 on it is one inside a category.
  { ...plain, symbol: 'weETH', decimals: 18, price: usd('3913.77777777'), ltv: 0n, threshold: 0n, bonus: 0n, category: 1n },
]

export type CategoryListing = {
  readonly id: number
  readonly ltv: bigint
  readonly threshold: bigint
  readonly bonus: bigint
  /** Symbols that the category takes as collateral, from v3.2 on. */
  readonly takes: readonly string[]
  /** Of these without loan-to-value, from v3.6 on. */
  readonly withoutLtv?: readonly string[]
  /** From v3.7 on. */
  readonly isolated?: true
  /** Before v3.2: the price that holds for all its reserves. */
  readonly price?: bigint
}

export const CATEGORIES: readonly CategoryListing[] = [
  {
    ...{ id: 1, ltv: 9300n, threshold: 9500n, bonus: 10_100n, takes: ['WETH', 'wstETH', 'weETH'] },
    withoutLtv: ['wstETH'],
  },
  { id: 2, ltv: 9000n, threshold: 9300n, bonus: 10_150n, takes: ['USDC', 'GHO'] },
  { id: 3, ltv: 8800n, threshold: 9000n, bonus: 10_200n, takes: ['RAYS', 'LINK'], isolated: true },
  { id: 4, ltv: 8500n, threshold: 8800n, bonus: 10_300n, takes: ['WBTC'], price: usd('89500.10203040') },
]
