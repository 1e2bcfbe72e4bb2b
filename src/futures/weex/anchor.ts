import { Decimal, dec, ONE } from '../../risk/decimal.ts'
import type { FuturesPosition } from '../../risk/marginAccount.ts'

/** The only position of a pool, and what WEEX says of its end. */
export type Anchor = Pick<FuturesPosition, 'side' | 'size' | 'entry' | 'mark'> & {
  readonly leverage: Decimal
  /** WEEX's own liquidation price; null: it says there is none now. */
  readonly price: Decimal | null
}

/** A balance, and the maintenance rate (share of notional, closing fee in it) by which a pool with that balance dies where WEEX says. */
export type Anchored = { readonly wallet: Decimal; readonly rate: Decimal }

/** Digits of a rate. It is rounded up, so that WEEX's own price is one that liquidates. */
const DIGITS = 24

/**
 * What a pool with one position requires, worked out backwards from WEEX's own liquidation price: of the balances that its answers may
 * mean, those with which a rate above 0 and below the first margin of the position's leverage leads to that price. Empty: none does, and
 * nothing can be told.
 *
 * Where WEEX gives no price, a long whose balance pays for all of it cannot be liquidated at any such rate; the highest stands for it.
 *
 * @param wallets - Every balance that the pool may have, profit not counted.
 */
export function anchoredBy(anchor: Anchor, wallets: readonly Decimal[]): readonly Anchored[] {
  const { side, size, entry, leverage, price } = anchor
  const most = ONE.div(leverage)
  if (price === null) {
    const least = Decimal.min(...wallets)
    return side === 'long' && least.gt(size.times(entry)) ? [{ wallet: least, rate: most }] : []
  }
  return wallets.flatMap((wallet): Anchored[] => {
    const rate = wallet.plus(profitAt(anchor, price)).div(size.times(price))
    return rate.gt(0) && rate.lt(most) ? [{ wallet, rate: rate.toDecimalPlaces(DIGITS, Decimal.ROUND_UP) }] : []
  })
}

/** The one of several that leaves the pool the least above its maintenance today. */
export function leastOf(anchor: Anchor, all: readonly Anchored[]): Anchored | undefined {
  const left = ({ wallet, rate }: Anchored): Decimal =>
    wallet.plus(profitAt(anchor, anchor.mark)).minus(rate.times(anchor.size).times(anchor.mark))
  return all.toSorted((a, b) => left(a).cmp(left(b)))[0]
}

function profitAt({ side, size, entry }: Anchor, price: Decimal): Decimal {
  return price
    .minus(entry)
    .times(size)
    .times(side === 'long' ? 1 : -1)
}

/**
 * Every balance that a figure may mean when it is not told what is counted in it.
 *
 * @param parts - For each thing that may or may not be in the figure, the amounts it may be there with beside none.
 */
export function readingsOf(told: Decimal, parts: readonly (readonly Decimal[])[]): readonly Decimal[] {
  const all = parts.reduce<readonly Decimal[]>(
    (found, amounts) => found.flatMap((one) => [dec(0), ...amounts].map((amount) => one.minus(amount))),
    [told],
  )
  return [...new Map(all.map((one) => [one.toFixed(), one])).values()]
}
