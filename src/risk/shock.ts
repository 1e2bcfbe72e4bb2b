import { type Decimal, ONE } from './decimal.ts'
import { factorKind } from './factors.ts'
import type { Leg } from './leg.ts'
import type { FuturesPosition, MarginAccount } from './marginAccount.ts'
import type { PriceRef } from './path.ts'
import { lendingRule } from './rules/lending.ts'

/** Multipliers by the name of a factor or basis: `ETH` -> 0.8 is -20 %. What is not named stays. */
export type Shock = ReadonlyMap<string, Decimal>

/** What a shock does to one price: its factor times its basis. */
export function multiplierOf({ factor, basis }: Pick<PriceRef, 'factor' | 'basis'>, shock: Shock): Decimal {
  const own = shock.get(factor) ?? ONE
  const ratio = basis === null ? undefined : shock.get(basis)
  return ratio === undefined ? own : own.times(ratio)
}

/**
 * The leg at shocked prices, everything else as read. Oracle prices are whole units of 1e-8 USD, rounded half up.
 *
 * @see RISK 1.1
 */
export function shocked(leg: Leg, shock: Shock): Leg {
  if (leg.kind === 'futures') return shockedPool(leg, shock)
  return lendingRule(leg).shocked(leg, (asset) => multiplierOf(asset, shock))
}

/** The leg after one factor or basis, or `ALL` market factors together, moved to a multiplier. */
export function shockAlong(leg: Leg, factor: string, s: Decimal): Leg {
  const moved = factor === 'ALL' ? marketFactors(leg) : [factor]
  return shocked(leg, new Map(moved.map((name) => [name, s])))
}

function marketFactors(leg: Leg): readonly string[] {
  const factors =
    leg.kind === 'lending'
      ? lendingRule(leg).prices(leg)
      : [leg.settle, ...leg.wallet.map(({ asset }) => asset), ...leg.positions]
  return [...new Set(factors.map(({ factor }) => factor))].filter((factor) => factorKind(factor) === 'market')
}

function shockedPool(account: MarginAccount, shock: Shock): MarginAccount {
  const settle = multiplierOf(account.settle, shock)
  return {
    ...account,
    settlePrice: account.settlePrice.times(settle),
    wallet: account.wallet.map((held) => ({ ...held, price: held.price.times(multiplierOf(held.asset, shock)) })),
    positions: account.positions.map((position) => ({ ...position, mark: shockedMark(position, settle, shock) })),
  }
}

/** A linear contract is quoted in its settle coin, an inverse one in USD. */
function shockedMark(position: FuturesPosition, settle: Decimal, shock: Shock): Decimal {
  const multiplier = multiplierOf(position, shock)
  const usd = multiplier === ONE ? position.mark : position.mark.times(multiplier)
  return position.contract === 'linear' && settle !== ONE ? usd.div(settle) : usd
}
