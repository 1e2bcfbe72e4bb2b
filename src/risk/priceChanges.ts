import { medianReferences } from './anchoring.ts'
import { pathsOf } from './corridor.ts'
import { type Decimal, dec, ONE } from './decimal.ts'
import type { Leg } from './leg.ts'
import { alongFactor } from './path.ts'
import { lendingRule } from './rules/lending.ts'
import { divided } from './whole.ts'

/** The price of a factor at both times. */
export type PriceChange = {
  readonly factor: string
  /** USD of one coin, or of a basis the ratio; the median over the legs. Null: no leg tells it. */
  readonly before: Decimal | null
  readonly now: Decimal | null
  /** -0.1 is a fall of 10 %; null where one of the two is not known. */
  readonly move: Decimal | null
}

/** What each factor of either book costs now, and cost before. */
export function priceChanges(before: readonly Leg[], now: readonly Leg[]): readonly PriceChange[] {
  const names = [...new Set([...pathsOf(before), ...pathsOf(now)].filter(({ kind }) => kind !== 'all').map(({ name }) => name))]
  return names.map((factor) => {
    const [was, is] = [priceOf(factor, before), priceOf(factor, now)]
    return {
      factor,
      before: was,
      now: is,
      move: was === null || is === null || was.isZero() ? null : divided(is, was).minus(ONE),
    }
  })
}

function priceOf(factor: string, legs: readonly Leg[]): Decimal | null {
  return medianReferences(legs, alongFactor(factor)).get(factor) ?? settledPrice(factor, legs) ?? ratioOf(factor, legs)
}

/** Of a coin that only backs pools; one that is counted at par was not priced. */
function settledPrice(factor: string, legs: readonly Leg[]): Decimal | null {
  for (const leg of legs) {
    if (leg.kind === 'lending') continue
    const held = leg.wallet.find(
      ({ asset, priceFrom }) => asset.factor === factor && asset.basis === null && priceFrom === 'venue',
    )
    if (held !== undefined) return held.price
    if (leg.settle.factor === factor && leg.settle.basis === null && leg.settlePriceFrom === 'venue') return leg.settlePrice
  }
  return null
}

/** Of a basis: what the asset costs in its factor. */
function ratioOf(basis: string, legs: readonly Leg[]): Decimal | null {
  for (const leg of legs) {
    if (leg.kind !== 'lending') continue
    const found = lendingRule(leg)
      .oraclePrices(leg)
      .find(({ asset }) => asset.basis === basis)
    if (found === undefined) continue
    const coin = medianReferences(legs, alongFactor(found.asset.factor)).get(found.asset.factor)
    if (coin !== undefined && !coin.isZero()) return divided(dec(found.price).times(found.unitUsd), coin)
  }
  return null
}
