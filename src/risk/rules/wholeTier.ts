import type { Decimal } from '../decimal.ts'
import type { MarginTier } from '../marginAccount.ts'
import { wholeOf, wordsOf } from '../whole.ts'

/** A whole number of 10^(-7 x words). */
export type Exact = { readonly whole: bigint; readonly words: number }

/** A bracket of a maintenance table in whole numbers. */
export type WholeTier = { readonly floor: Exact; readonly rate: Exact; readonly deduction: Exact }

/** Tables never change, and a shock leaves them as they are: what is converted once serves every account that holds them. */
const TIERS = new WeakMap<MarginTier, WholeTier>()

export function wholeTier(tier: MarginTier): WholeTier {
  const known = TIERS.get(tier)
  if (known !== undefined) return known
  const found = { floor: exact(tier.floor), rate: exact(tier.rate), deduction: exact(tier.deduction) }
  TIERS.set(tier, found)
  return found
}

function exact(x: Decimal): Exact {
  const words = wordsOf(x)
  return { whole: wholeOf(x, words), words }
}
