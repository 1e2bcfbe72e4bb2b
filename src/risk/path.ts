import { factorKind } from './factors.ts'

/** What a price depends on: its factor, its basis if it has one, and its own name (asset key, or a venue's symbol). */
export type PriceRef = { readonly factor: string; readonly basis: string | null; readonly key: string }

/**
 * A one-dimensional shock: every price it moves is multiplied by the same s (1 = now, 0.9 = -10 %), all others stay.
 * A path moves a factor or a basis, never both of one asset, so that every price is affine in s.
 *
 * @see RISK 1.1, 2.1
 */
export type Path = {
  /** `ETH`, `USD:USDC`, `wstETH/ETH`, `ALL`, or the one symbol or asset key that moves. */
  readonly name: string
  readonly kind: 'market' | 'all' | 'peg' | 'single'
  readonly moves: (ref: PriceRef) => boolean
}

/** Everything that shares a factor or a basis moves. */
export function alongFactor(name: string): Path {
  return { name, kind: factorKind(name), moves: (ref) => ref.factor === name || ref.basis === name }
}

/** All market factors move together; pegs and bases stay. */
export const ALL_MARKET: Path = { name: 'ALL', kind: 'all', moves: (ref) => factorKind(ref.factor) === 'market' }

/** One price moves and no other: a venue's own view of a liquidation price. */
export function alongOne(key: string): Path {
  return { name: key, kind: 'single', moves: (ref) => ref.key === key }
}
