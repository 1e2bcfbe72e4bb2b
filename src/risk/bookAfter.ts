import { type AfterDeath, afterDeath, type Range } from './afterDeath.ts'
import type { Asset } from './asset.ts'
import { corridor, pathsOf } from './corridor.ts'
import { Decimal, sum, ZERO } from './decimal.ts'
import { factorKind } from './factors.ts'
import type { Cash, Leg } from './leg.ts'
import type { MarginAccount } from './marginAccount.ts'
import { lendingRule } from './rules/lending.ts'
import { profit } from './rules/margin.ts'
import { solvency } from './solvency.ts'
import { type Totals, totalsOf } from './totals.ts'
import { safetyFactor } from './verdict.ts'

/** A book before and after some of its legs died, at the legs' prices. USD. */
export type BookAfter = {
  /** One for each dead leg, in the order of the book. */
  readonly deaths: readonly AfterDeath[]
  /** The book afterwards, the dead legs by their worst course: for the next event. */
  readonly legs: readonly Leg[]
  /** Everything together, no haircut; money without a price is not counted. */
  readonly equity: { readonly before: Decimal; readonly after: Range }
  /** Stablecoins that the loans owe afterwards. */
  readonly debt: Range
  /** Stablecoins left outside of the loans: free cash and what the exchange pools would leave. */
  readonly stable: Range
  /** Debt for which no stablecoin is left: what has to come out of the collateral, or out of somewhere else. */
  readonly orphanDebt: Range
  /** By market factor; after: by the worst course. */
  readonly netDelta: { readonly before: Totals['netDelta']; readonly after: Totals['netDelta'] }
  /** null: nothing that is left has a trigger. A dead leg that is still in the book makes it 1. */
  readonly safetyFactor: { readonly before: Decimal | null; readonly after: Decimal | null }
}

/**
 * What the death of some legs does to a book. Legs share no cash, so the others survive as before; but what was borrowed is gone
 * while the debt stays, and what the dead legs hedged is open.
 *
 * @param legs - At the prices of the deaths.
 * @throws IncompleteAnswerError when a price a leg needs is missing; UnsupportedError for an unknown pool revision.
 * @see RISK 2.5
 */
export function bookAfter(legs: readonly Leg[], cash: readonly Cash[], deadLegIds: readonly string[]): BookAfter {
  const deaths = new Map(legs.filter(({ id }) => deadLegIds.includes(id)).map((leg) => [leg, afterDeath(leg)]))
  const worst = legs.map((leg) => deaths.get(leg)?.leg ?? leg)
  const best = legs.map((leg) => deaths.get(leg)?.bestLeg ?? leg)
  const range = (figure: (book: readonly Leg[]) => Decimal): Range => ({ best: figure(best), worst: figure(worst) })
  const debt = range(stableDebt)
  const stable = range((book) => stableLeft(book, cash))
  const orphaned = (side: keyof Range): Decimal => Decimal.max(ZERO, debt[side].minus(stable[side]))
  return {
    ...{ deaths: [...deaths.values()], legs: worst, debt, stable },
    equity: { before: equityOf(legs, cash), after: range((book) => equityOf(book, cash)) },
    orphanDebt: { best: orphaned('best'), worst: orphaned('worst') },
    netDelta: { before: deltaOf(legs, cash), after: deltaOf(worst, cash) },
    safetyFactor: { before: factorOf(legs), after: factorOf(worst) },
  }
}

function equityOf(legs: readonly Leg[], cash: readonly Cash[]): Decimal {
  return sum([...legs.map((leg) => solvency(leg).equity), ...cash.map(worth)])
}

function deltaOf(legs: readonly Leg[], cash: readonly Cash[]): Totals['netDelta'] {
  // The views are for the equity alone, which is not asked for here.
  return totalsOf(legs, [], cash).netDelta
}

function factorOf(legs: readonly Leg[]): Decimal | null {
  return safetyFactor(pathsOf(legs).map((path) => corridor(legs, path)))
}

function stableDebt(legs: readonly Leg[]): Decimal {
  const loans = legs.filter((leg) => leg.kind === 'lending')
  const owed = loans.flatMap((loan) => lendingRule(loan).holdings(loan)).filter(({ asset, usd }) => usd.lt(0) && isStable(asset))
  return sum(owed.map(({ usd }) => usd)).neg()
}

/** What stands as collateral in a loan is not counted: it is locked while the debt is there. */
function stableLeft(legs: readonly Leg[], cash: readonly Cash[]): Decimal {
  const pools = legs.filter((leg) => leg.kind === 'futures')
  return sum([...pools.map(stableIn), ...cash.filter(({ asset }) => isStable(asset)).map(worth)])
}

function stableIn({ wallet, positions, settle, settlePrice }: MarginAccount): Decimal {
  const held = wallet.filter(({ asset }) => isStable(asset)).map(({ amount, price }) => amount.times(price))
  const unrealized = isStable(settle) ? positions.map((position) => profit(position, position.mark).times(settlePrice)) : []
  return sum([...held, ...unrealized])
}

function worth({ amount, price }: Cash): Decimal {
  return price === null ? ZERO : amount.times(price)
}

const isStable = ({ factor }: Asset): boolean => factorKind(factor) === 'peg'
