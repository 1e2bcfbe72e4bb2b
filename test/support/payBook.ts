import type { Asset } from '../../src/risk/asset.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Cash } from '../../src/risk/leg.ts'
import type { AaveV3Position, CompoundV3Position } from '../../src/risk/lendingPosition.ts'
import type { Move } from '../../src/risk/rescueMove.ts'
import { aComet, aLoan } from './books.ts'

/** Loans and cash with addresses as chains have them, for payments. */

export const ALICE = '0x90f79bf6eb2c4f870365e785982e1f101e93b906'
export const BOB = '0x15d34aaf54267db7d7c367839aaf71a00a2c6a65'
/** Ethereum's own, as the issuers and Aave publish them. */
export const TOKENS = {
  USDC: '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48',
  USDT: '0xdac17f958d2ee523a2206206994597c13d831ec7',
} as const
export const AAVE_POOL = '0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2'
export const COMET_USDC = '0xc3d688b66703497daa19211eedff47f25384cdc3'

export const onChain = (symbol: keyof typeof TOKENS, chainId = 1): Asset => ({
  ...{ key: `eip155:${chainId}/${TOKENS[symbol]}`, symbol, factor: `USD:${symbol}`, basis: null },
})

/** 22,000 of a coin owed in Aave's core market on Ethereum, on a pool of v3.7. */
export function aaveLoan(over: Partial<AaveV3Position> = {}, symbol: keyof typeof TOKENS = 'USDC'): AaveV3Position {
  const reserves = aLoan().reserves.map((one) => (one.debt > 0n ? { ...one, asset: onChain(symbol) } : one))
  // 30,000 x 0.83 + 18,000 x 0.78 = 38,940 against 22,000, by v3.5's unrounded average.
  const reported = { ...aLoan().reported, healthFactor: 1_770_000_000_000_000_000n }
  const place = { id: `aave-v3/ethereum-core/${ALICE}`, wallet: ALICE, contract: AAVE_POOL }
  return aLoan({ ...place, revision: 11, reserves, reported, ...over })
}

/** 40,000 USDC owed in Compound's USDC market on Ethereum. */
export function cometLoan(over: Partial<CompoundV3Position> = {}): CompoundV3Position {
  const base = { ...aComet().base, asset: onChain('USDC') }
  return aComet({ id: `compound-v3/ethereum-usdc/${ALICE}`, wallet: ALICE, base, contract: COMET_USDC, ...over })
}

/** Coins in a wallet on Ethereum. */
export function coins(amount: string, wallet: string = ALICE, asset: Asset = onChain('USDC')): Cash {
  const place = `wallet ${wallet.slice(0, 6)}..${wallet.slice(-4)} on Ethereum`
  return { id: `cash/${wallet}/${asset.key}`, place, asset, amount: dec(amount), price: dec(1) }
}

/** So much of the cash to a leg, one for one. */
export function moved(cash: Cash, to: { readonly id: string }, amount: string, over: Partial<Move> = {}): Move {
  const units = dec(amount)
  const { id: from, asset } = cash
  const base = { from, to: to.id, what: 'repay', usd: units, amount: units, asset } as const
  return { ...base, accepts: asset, arrives: units, conversion: null, minutes: null, lacksGas: false, ...over }
}
