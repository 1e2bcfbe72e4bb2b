/** A thing with a price. Identified by its key, never by its symbol: on-chain symbols are hostile text. */
export type Asset = {
  /** `eip155:1/0xc02a...` in lower case, or `binance/USDT`. */
  readonly key: string
  /** A label for people. */
  readonly symbol: string
  /** What moves its price: `ETH`, `BTC`, `USD:USDC`; an asset nobody mapped is its own factor, `OWN:<key>`. */
  readonly factor: string
  /** A second factor multiplied on top, as `wstETH/ETH`; null for none. */
  readonly basis: string | null
}

/** The address that stands for a chain's own coin where a token address is expected. @see ERC-7528 */
export const NATIVE = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'
