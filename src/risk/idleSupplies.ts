import type { Asset } from './asset.ts'
import { type Decimal, dec, fromUnits, toUnits } from './decimal.ts'
import type { Cash, Leg } from './leg.ts'
import type { AaveV3Position, CompoundV3Position, LendingPosition } from './lendingPosition.ts'

/** What lies in a market and covers no debt: it can be withdrawn and used like cash, as far as the market lets it go. */
export type IdleSupplies = {
  /** Never of a snapshot's own cash: its worth is counted in the loan. Named `supply/<leg>#<asset>`. */
  readonly supplies: readonly Cash[]
  /** Why some of it cannot be withdrawn now, in the user's words. */
  readonly limits: readonly string[]
}

/** 8 decimals of the quote unit. @see Comet `PRICE_FEED_DECIMALS` */
const COMET_PRICE_DIGITS = 8

/**
 * The supplies of loan accounts that secure nothing: everything of an account without debt, and of one with debt what is switched off as
 * collateral or has no threshold. Cut to what the market holds of it now.
 *
 * @see Aave v3 `ValidationLogic.validateWithdraw`, `validateHFAndLtv`: only collateral of an account with debt is weighed; Comet `withdrawInternal`
 */
export function idleSupplies(legs: readonly Leg[]): IdleSupplies {
  const found = legs.flatMap((leg) => (leg.kind === 'lending' ? idleIn(leg) : []))
  return {
    supplies: found
      .filter(({ amount }) => amount.gt(0))
      .map(({ leg, asset, amount, price }) => cashOf(leg, { asset, amount, price })),
    limits: found.flatMap(({ limit }) => (limit === null ? [] : [limit])),
  }
}

/** The id of an idle supply begins with that of its loan. */
export function supplyOf(leg: Pick<LendingPosition, 'id'>, assetKey: string): string {
  return `supply/${leg.id}#${assetKey}`
}

/** The loan account that an idle supply lies in; null: the id names no supply of these. */
export function loanOfSupply<T extends { readonly id: string }>(id: string, legs: readonly T[]): T | null {
  return legs.find((leg) => id.startsWith(supplyOf(leg, ''))) ?? null
}

type Idle = {
  readonly leg: LendingPosition
  readonly asset: Cash['asset']
  readonly amount: Decimal
  readonly price: Decimal
  readonly limit: string | null
}

function cashOf(leg: LendingPosition, { asset, amount, price }: Pick<Idle, 'asset' | 'amount' | 'price'>): Cash {
  return { id: supplyOf(leg, asset.key), place: leg.venue, asset, amount, price }
}

function idleIn(leg: LendingPosition): readonly Idle[] {
  if (leg.protocol === 'aave-v3') return idleInAave(leg)
  return leg.protocol === 'compound-v3' ? idleInComet(leg) : []
}

function idleInAave(leg: AaveV3Position): readonly Idle[] {
  const owes = leg.reserves.some(({ debt }) => debt > 0n)
  return leg.reserves.flatMap((reserve): Idle[] => {
    const { asset, supplied, price, decimals, collateral, liquidationThreshold, paused, active } = reserve
    const secures = owes && collateral && liquidationThreshold > 0n
    if (supplied === 0n || price === null || secures) return []
    const shut = paused || !active ? `${asset.symbol} is ${paused ? 'paused' : 'not active'}` : null
    const held = { leg, asset, decimals, price: dec(price).div(dec(leg.baseUnit)) }
    return [cut(held, { supplied, available: reserve.availableLiquidity, shut })]
  })
}

function idleInComet(leg: CompoundV3Position): readonly Idle[] {
  const { base, baseBalance, collateral, quoteUsd, withdrawPaused, baseAvailable } = leg
  // Not known: of an older snapshot, or the token does not tell. Nothing is promised then.
  if (baseBalance < 0n || withdrawPaused === null) return []
  const shut = withdrawPaused ? 'withdrawing is paused' : null
  const priced = (price: bigint): Decimal => fromUnits(price, COMET_PRICE_DIGITS).times(quoteUsd)
  const kept = collateral.flatMap(({ asset, decimals, balance, price }): Idle[] =>
    // A collateral is lent to nobody.
    price === null ? [] : [cut({ leg, asset, decimals, price: priced(price) }, { supplied: balance, available: balance, shut })],
  )
  if (baseBalance === 0n || base.price === null || baseAvailable === null) return kept
  const own = { leg, asset: base.asset, decimals: base.decimals, price: priced(base.price) }
  return [cut(own, { supplied: baseBalance, available: baseAvailable, shut }), ...kept]
}

type Held = Pick<Idle, 'leg' | 'asset' | 'price'> & { readonly decimals: number }
type Let = { readonly supplied: bigint; readonly available: bigint; readonly shut: string | null }

function cut({ decimals, ...held }: Held, { supplied, available, shut }: Let): Idle {
  const free = shut !== null ? 0n : available < supplied ? available : supplied
  const [amount, all] = [fromUnits(free, decimals), fromUnits(supplied, decimals)]
  const what = `${held.asset.symbol} supplied to ${held.leg.id}`
  const limit =
    shut !== null
      ? `${what} cannot be withdrawn: ${shut}`
      : free < supplied
        ? `${what}: at most ${amount.toFixed()} of ${all.toFixed()} can be withdrawn now, the rest is lent out`
        : null
  return { ...held, amount, limit }
}

/** An amount that is a whole number of base units may come out of a division some last digits off it. */
const SPARE_DIGITS = 10

/**
 * The loan account after some of a supply was withdrawn. Rounded to the worse side.
 *
 * @param amount - Whole units, no more than is there.
 */
export function withdrawn(leg: LendingPosition, { key }: Asset, amount: Decimal): LendingPosition {
  const less = (held: bigint, decimals: number): bigint => {
    const out = toUnits(amount.toDecimalPlaces(decimals + SPARE_DIGITS), decimals, 'up')
    return out > held ? 0n : held - out
  }
  if (leg.protocol === 'aave-v3') {
    const reserves = leg.reserves.map((one) =>
      one.asset.key === key ? { ...one, supplied: less(one.supplied, one.decimals) } : one,
    )
    return { ...leg, reserves }
  }
  if (leg.protocol === 'aave-v4') return leg
  const { base, baseBalance } = leg
  const collateral = leg.collateral.map((one) =>
    one.asset.key === key ? { ...one, balance: less(one.balance, one.decimals) } : one,
  )
  return { ...leg, collateral, baseBalance: base.asset.key === key ? less(baseBalance, base.decimals) : baseBalance }
}
