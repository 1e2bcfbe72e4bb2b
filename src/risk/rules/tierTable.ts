import { IncompleteAnswerError } from '../../errors.ts'
import { type Decimal, ZERO } from '../decimal.ts'
import type { FuturesPosition, MarginAccount } from '../marginAccount.ts'
import { unitOf } from '../whole.ts'
import { wholeTier } from './wholeTier.ts'

/** A place where two brackets of a maintenance table do not ask the same. */
export type UnmetBracket = { readonly symbol: string; readonly at: Decimal }

/** Two brackets may differ by a hundredth of a settle unit where they meet: venues round their deductions to the cent. */
const CENTS = 100n

/**
 * The places at which a pool's maintenance tables do not meet: there the larger maintenance of both is taken. Tables that are flat
 * by their venue's rule jump at every bracket and are not looked at.
 *
 * @throws IncompleteAnswerError for a table with a hole: what a notional in it requires is not known.
 * @see RISK 1.4
 */
export function unmetBrackets({ venue, positions, rules }: MarginAccount): readonly UnmetBracket[] {
  const found: UnmetBracket[] = []
  for (const { symbol, tiers } of positions) {
    const sorted = tiers.toSorted((a, b) => a.floor.comparedTo(b.floor))
    let reached: Decimal | null = ZERO
    sorted.forEach((tier, k) => {
      if (reached?.lt(tier.floor)) throw new IncompleteAnswerError(venue, holeOf(symbol, reached, tier.floor))
      const before = sorted[k - 1]
      if (before !== undefined && rules.tiers === 'marginal' && !joined(before, tier)) found.push({ symbol, at: tier.floor })
      reached = reached === null || tier.cap === null ? null : tier.cap.gt(reached) ? tier.cap : reached
    })
  }
  return found
}

const holeOf = (symbol: string, from: Decimal, to: Decimal): string =>
  `maintenance bracket of ${symbol} between ${from.toFixed()} and ${to.toFixed()}`

type Tier = FuturesPosition['tiers'][number]

function joined(before: Tier, tier: Tier): boolean {
  if (before.cap !== tier.floor && !before.cap?.eq(tier.floor)) return false
  // In whole numbers: every bracket of every position is looked at.
  const [a, b] = [wholeTier(before), wholeTier(tier)]
  const rates = Math.max(a.rate.words, b.rate.words)
  const sloped = b.floor.words + rates
  const words = Math.max(1, sloped, a.deduction.words, b.deduction.words)
  const steeper = b.floor.whole * (b.rate.whole * unitOf(rates - b.rate.words) - a.rate.whole * unitOf(rates - a.rate.words))
  const [ends, begins] = [a, b].map(({ deduction }) => deduction.whole * unitOf(words - deduction.words)) as [bigint, bigint]
  const apart = steeper * unitOf(words - sloped) - begins + ends
  return (apart < 0n ? -apart : apart) <= unitOf(words) / CENTS
}
