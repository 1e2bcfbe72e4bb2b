import { type Decimal, sum, ZERO } from './decimal.ts'
import { factorKind } from './factors.ts'
import type { Cash, Leg } from './leg.ts'
import { lendingRule } from './rules/lending.ts'
import { notionalAt } from './rules/margin.ts'

import { divided } from './whole.ts'

/** Sums over the book, USD. Null when a leg is unknown, a part of the sum would look like the whole. */
export type Totals = {
  readonly equity: Decimal | null
  readonly netDelta: ReadonlyMap<string, Decimal> | null
  readonly grossLeverage: Decimal | null
  readonly netLeverage: Decimal | null
}

/**
 * Equity, net delta of each market factor and gross leverage of a book whose every leg is known.
 *
 * @see RISK 1.6
 */
export function totalsOf(legs: readonly Leg[], views: readonly { readonly equity: Decimal }[], cash: readonly Cash[]): Totals {
  const counted = cash.flatMap(({ asset, amount, price }) => (price === null ? [] : [{ asset, usd: amount.times(price) }]))
  const equity = sum([...views.map((view) => view.equity), ...counted.map(({ usd }) => usd)])
  const holdings = [...legs.flatMap(exposures), ...counted.map(({ asset, usd }) => [asset.factor, usd] as const)]
  const market = holdings.filter(([factor, usd]) => factorKind(factor) === 'market' && !usd.isZero())
  const netDelta = new Map<string, Decimal>()
  for (const [factor, usd] of market) netDelta.set(factor, (netDelta.get(factor) ?? ZERO).plus(usd))
  const gross = sum(market.map(([, usd]) => usd.abs()))
  const net = sum([...netDelta.values()].map((usd) => usd.abs()))
  const solvent = equity.gt(0)
  return {
    equity,
    netDelta,
    grossLeverage: solvent ? divided(gross, equity) : null,
    netLeverage: solvent ? divided(net, equity) : null,
  }
}

/** The totals of a book of which something is not known. */
export const UNKNOWN_TOTALS: Totals = { equity: null, netDelta: null, grossLeverage: null, netLeverage: null }

/** USD by which the leg's equity changes when a factor doubles, holding by holding. */
function exposures(leg: Leg): (readonly [string, Decimal])[] {
  if (leg.kind === 'lending') {
    return lendingRule(leg)
      .holdings(leg)
      .map(({ asset, usd }) => [asset.factor, usd] as const)
  }
  const coins = leg.wallet.map(({ asset, amount, price }) => [asset.factor, amount.times(price)] as const)
  const positions = leg.positions.map((p) => {
    // Inverse: face value in USD over the entry, less what the coin itself already counts in the wallet.
    const usd = p.contract === 'linear' ? notionalAt(p, p.mark).times(leg.settlePrice) : p.size.div(p.entry).times(p.mark)
    return [p.factor, p.side === 'long' ? usd : usd.neg()] as const
  })
  return [...coins, ...positions]
}
