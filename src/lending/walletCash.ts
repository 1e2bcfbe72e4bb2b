import type { Address, Hex } from 'viem'
import { type Asset, NATIVE } from '../risk/asset.ts'
import { type Decimal, fromUnits } from '../risk/decimal.ts'
import type { Cash } from '../risk/leg.ts'
import { nativeCoin } from './chains.ts'
import { shortAddress } from './plainSymbol.ts'
import type { ReadContext } from './protocol.ts'

/** What a wallet itself holds of one token. */
export type OwnBalance = {
  readonly token: Hex
  readonly symbol: string
  readonly decimals: number
  /** Base units; null: the token did not tell. */
  readonly own: bigint | null
  /** USD; null: not known. */
  readonly price: Decimal | null
}

/** A wallet's free cash: tokens it holds itself, and the chain's coin. What could not be read becomes a note. */
export function walletCash(
  wallet: Address,
  { balances, native }: { readonly balances: readonly OwnBalance[]; readonly native: bigint },
  context: ReadContext,
): { readonly cash: readonly Cash[]; readonly notes: readonly string[] } {
  const { chainId } = context.block
  const place = `wallet ${shortAddress(wallet)} on ${context.chainName}`
  const cashOf = (asset: Asset, amount: Decimal, price: Decimal | null): Cash => ({
    id: `cash/${wallet.toLowerCase()}/${asset.key}`,
    ...{ place, asset, amount, price },
  })
  const tokens = balances.flatMap(({ own, price, decimals, ...token }) =>
    own === null || own === 0n ? [] : [cashOf(assetOf(context, token), fromUnits(own, decimals), price)],
  )
  const coin = { token: NATIVE, symbol: nativeCoin(chainId) } as const
  return {
    cash: native === 0n ? tokens : [...tokens, cashOf(assetOf(context, coin), fromUnits(native, 18), null)],
    notes: balances
      .filter(({ own }) => own === null)
      .map(({ symbol }) => `${place}: the balance of ${symbol} could not be read; it is not counted as cash`),
  }
}

/** A token of the chain as an asset. */
export function assetOf(
  { block: { chainId }, factorOf }: ReadContext,
  { token, symbol }: { readonly token: Hex; readonly symbol: string },
): Asset {
  return { key: `eip155:${chainId}/${token.toLowerCase()}`, symbol, ...factorOf(chainId, token) }
}
