import { type Decimal, ONE, sum, ZERO } from './decimal.ts'
import { factorKind } from './factors.ts'
import type { Cash, Leg } from './leg.ts'
import { reserveUsd } from './rules/aaveV3Slack.ts'
import { notionalAt } from './rules/margin.ts'
import type { LegView, Totals } from './view.ts'

/**
 * Equity, net delta of each market factor and gross leverage of a book whose every leg is known.
 *
 * @see RISK 1.6
 */
export function totalsOf(legs: readonly Leg[], views: readonly LegView[], cash: readonly Cash[]): Totals {
  const counted = cash.flatMap(({ asset, amount, price }) => (price === null ? [] : [{ asset, usd: amount.times(price) }]))
  const equity = sum([...views.map((view) => view.equity), ...counted.map(({ usd }) => usd)])
  const holdings = [...legs.flatMap(exposures), ...counted.map(({ asset, usd }) => [asset.factor, usd] as const)]
  const market = holdings.filter(([factor, usd]) => factorKind(factor) === 'market' && !usd.isZero())
  const netDelta = new Map<string, Decimal>()
  for (const [factor, usd] of market) netDelta.set(factor, (netDelta.get(factor) ?? ZERO).plus(usd))
  const gross = sum(market.map(([, usd]) => usd.abs()))
  return { equity, netDelta, grossLeverage: equity.gt(0) ? gross.div(equity) : null }
}

/** USD by which the leg's equity changes when a factor doubles, holding by holding. */
function exposures(leg: Leg): (readonly [string, Decimal])[] {
  if (leg.kind === 'lending') {
    return leg.reserves.flatMap((r) => [
      [r.asset.factor, reserveUsd(leg, r, r.supplied)] as const,
      [r.asset.factor, reserveUsd(leg, r, r.debt).neg()] as const,
    ])
  }
  const coins = leg.wallet.map(({ asset, amount, price }) => [asset.factor, amount.times(price)] as const)
  const positions = leg.positions.map((p) => {
    const sign = p.side === 'long' ? ONE : ONE.neg()
    // Inverse: face value in USD over the entry, less what the coin itself already counts in the wallet.
    const usd = p.contract === 'linear' ? notionalAt(p, p.mark).times(leg.settlePrice) : p.size.div(p.entry).times(p.mark)
    return [p.factor, usd.times(sign)] as const
  })
  return [...coins, ...positions]
}
