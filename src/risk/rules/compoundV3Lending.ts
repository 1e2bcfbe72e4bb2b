import type { Asset } from '../asset.ts'
import { type Decimal, dec, ONE, ZERO } from '../decimal.ts'
import type { CompoundV3Position } from '../lendingPosition.ts'
import { type Balance, lineOf, sumsOf, usdOf } from './balances.ts'
import { accountOf, trigger, trips } from './compoundV3.ts'
import { type LendingRule, movedPrice, type OraclePrice } from './lendingRule.ts'

const FACTOR_SCALE = '1e18'

/** Compound III in the terms of the risk view. @see RISK 1.3 */
export const COMPOUND_V3: LendingRule<CompoundV3Position> = {
  accountOf: (position) => {
    const sums = sumsOf(balancesOf(position))
    const exact = accountOf(position)
    return {
      ...sums,
      exactSlackUsd: exact.debt === 0n ? null : dec(exact.weighted - exact.debt).times(unitUsd(position)),
      health: exact.healthFactor === null ? null : dec(exact.weighted).div(dec(exact.debt)),
      healthRaw: exact.healthFactor,
      tripped: trips(position),
    }
  },
  holdings: balancesOf,
  slackLine: (position, path) => lineOf(balancesOf(position), path),
  roundedDeath: () => null,
  prices: ({ base, collateral }) => [base.asset, ...collateral.map(({ asset }) => asset)],
  oraclePrices,
  shocked: (position, multiplier) => {
    const { base, collateral, quote, quoteUsd } = position
    // The market's prices are counted in its quote unit, so what moves that unit moves them the other way.
    const unit = quote === null ? ONE : multiplier(quote)
    const moved = <T extends { readonly asset: Asset; readonly price: bigint | null }>(one: T): T => ({
      ...one,
      price: movedPrice(one.price, multiplier(one.asset).div(unit)),
    })
    return { ...position, base: moved(base), collateral: collateral.map(moved), quoteUsd: quoteUsd.times(unit) }
  },
  // A lagging "no" of the market proves nothing; its "yes" is a yes.
  reported: ({ reported }) => ({ health: null, tripped: reported.liquidatable }),
  figures: (position) => {
    const ours = trips(position)
    const { liquidatable } = position.reported
    if (ours && !liquidatable) return []
    return [{ figure: 'liquidatable', ours: ours ? 1n : 0n, venue: liquidatable ? 1n : 0n, scale: ONE }]
  },
  notes: (position) => [
    ...(position.absorbPaused ? ['absorption paused: no liquidation while it lasts'] : []),
    ...(position.supplyPaused === true ? ['supplying paused: nothing can be repaid while it lasts'] : []),
    ...(position.withdrawPaused === true ? ['withdrawing paused: nothing can be taken out while it lasts'] : []),
    ...(trips(position) && !position.reported.liquidatable
      ? ['the market still calls it safe: its own view leaves out the interest since it was last used']
      : []),
  ],
}

/** USD of one unit of the market's prices, which have 8 decimals. */
function unitUsd({ quoteUsd }: CompoundV3Position): Decimal {
  return quoteUsd.div('1e8')
}

function balancesOf(position: CompoundV3Position): readonly Balance[] {
  const { base, baseBalance, collateral, venue } = position
  const unit = unitUsd(position)
  return [
    ...collateral.map((held) => ({
      asset: held.asset,
      usd: usdOf(held.balance, { ...held, unitUsd: unit }, venue),
      cover: dec(held.liquidateFactor).div(FACTOR_SCALE),
      borrow: dec(held.borrowFactor).div(FACTOR_SCALE),
    })),
    // What is supplied of the base asset is no collateral: an account supplies or owes it, never both.
    { asset: base.asset, usd: usdOf(baseBalance, { ...base, unitUsd: unit }, venue), cover: ZERO, borrow: ZERO },
  ]
}

function oraclePrices(position: CompoundV3Position): readonly OraclePrice[] {
  const { base, baseBalance, collateral, quote } = position
  const used = [...collateral.filter(({ balance }) => balance > 0n), ...(baseBalance === 0n ? [] : [base])]
  return used.flatMap(({ asset, price }) => {
    // Priced in itself: that feed is a constant. Another token of the same coin has a feed of its own, which may move.
    if (price === null || quote?.key === asset.key) return []
    return [{ asset, price, unitUsd: unitUsd(position), trigger: (direction) => trigger(position, asset.key, direction) }]
  })
}
