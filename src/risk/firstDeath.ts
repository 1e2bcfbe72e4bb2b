import { type BookAfter, bookAfter } from './bookAfter.ts'
import { type Decimal, dec, ONE, ZERO } from './decimal.ts'
import { factorKind } from './factors.ts'
import type { Cash, Leg } from './leg.ts'
import { lendingRule } from './rules/lending.ts'
import { shockAlong } from './shock.ts'
import type { RiskView } from './view.ts'

/** The book after its first liquidation, at the prices of that. */
export type FirstDeath = {
  readonly factor: string
  /** -0.2 is a fall of 20 %, by the dying legs' own prices. */
  readonly move: Decimal
  /** Several where they tie. */
  readonly legs: readonly string[]
  readonly book: BookAfter
  /** What the stablecoin debt that stays is owed in, where it is one coin that is a dollar. */
  readonly debtCoin: string | null
}

/** How far from a dollar a coin may be that is counted as one. */
const AT_PAR = dec('0.001')

/**
 * What the first liquidation of a book leaves; null where nothing dies.
 *
 * @param legs - Those of the view.
 * @throws IncompleteAnswerError when a price a leg needs is missing; UnsupportedError for an unknown pool revision.
 * @see RISK 2.5
 */
export function firstDeathOf(legs: readonly Leg[], cash: readonly Cash[], view: RiskView): FirstDeath | null {
  const { firstLiquidation: first, reason } = view.verdict
  if (first === null) return null
  if (reason === 'tripped') {
    const dead = view.legs.filter(({ tripped }) => tripped).map(({ id }) => id)
    return { factor: first.factor, move: ZERO, legs: dead, book: bookAfter(legs, cash, dead), debtCoin: debtCoin(legs) }
  }
  const corridor = view.corridors.find(({ factor }) => factor === first.factor)
  const wall = first.direction === 'down' ? corridor?.floor : corridor?.ceiling
  if (!wall) return null
  const there = legs.map((leg) => shockAlong(leg, first.factor, wall.at))
  const book = bookAfter(there, cash, wall.legs)
  return { factor: first.factor, move: wall.at.minus(ONE), legs: wall.legs, book, debtCoin: debtCoin(legs) }
}

function debtCoin(legs: readonly Leg[]): string | null {
  const loans = legs.filter((leg) => leg.kind === 'lending')
  const owed = loans.flatMap((loan) => {
    const rule = lendingRule(loan)
    const prices = new Map(rule.oraclePrices(loan).map(({ asset, price, unitUsd }) => [asset.key, dec(price).times(unitUsd)]))
    return rule
      .holdings(loan)
      .filter(({ asset, usd }) => usd.lt(0) && factorKind(asset.factor) === 'peg')
      .map(({ asset }) => ({ asset, price: prices.get(asset.key) ?? ZERO }))
  })
  const coins = new Set(owed.map(({ asset }) => asset.symbol))
  // The figure is in USD: it counts coins only where a coin is a dollar.
  const atPar = owed.every(({ price }) => price.minus(ONE).abs().lte(AT_PAR))
  return coins.size === 1 && atPar ? ([...coins][0] ?? null) : null
}
