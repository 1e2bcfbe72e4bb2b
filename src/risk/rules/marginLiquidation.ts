import { Decimal, ONE, sum, ZERO } from '../decimal.ts'
import type { MarginAccount } from '../marginAccount.ts'
import { notionalAt, profit } from './margin.ts'

/** What is left of a pool that its exchange has closed. USD. */
export type MarginLiquidation = {
  /** Balances and profit at the marks, no haircut. */
  readonly equityAtTrigger: Decimal
  /** What the user gets back: all that the venue's fee leaves, or nothing. */
  readonly residual: { readonly best: Decimal; readonly worst: Decimal }
  /** What the venue takes of the equity. */
  readonly bill: { readonly best: Decimal; readonly worst: Decimal }
  /** Equity below 0, as an amount: the insurance fund bears it, it is not owed. */
  readonly shortfall: Decimal
  /** The pool without positions; what is left stands in its settle coin. */
  readonly after: { readonly best: MarginAccount; readonly worst: MarginAccount }
}

/**
 * Closes every position of a pool at its marks. How the venue then deals with what is left is between two ends: it takes its
 * published fee, or all of it. Where the fee is not known, between nothing and all of it.
 *
 * @see RISK 2.5
 */
export function liquidatePool(account: MarginAccount): MarginLiquidation {
  const { wallet, positions, settlePrice, rules } = account
  const unrealized = sum(positions.map((position) => profit(position, position.mark)))
  const equityAtTrigger = sum([...wallet.map(({ amount, price }) => amount.times(price)), unrealized.times(settlePrice)])
  const left = Decimal.max(ZERO, equityAtTrigger)
  const notional = sum(positions.map((position) => notionalAt(position, position.mark))).times(settlePrice)
  const fee = rules.liquidationFeeRate === null ? ZERO : notional.times(rules.liquidationFeeRate)
  const best = Decimal.max(ZERO, left.minus(fee))
  return {
    equityAtTrigger,
    residual: { best, worst: ZERO },
    bill: { best: left.minus(best), worst: left },
    shortfall: left.minus(equityAtTrigger),
    after: { best: closed(account, best), worst: closed(account, ZERO) },
  }
}

function closed(account: MarginAccount, usd: Decimal): MarginAccount {
  const { settle: asset, settlePrice: price, settlePriceFrom: priceFrom } = account
  const held = { asset, amount: usd.div(price), price, priceFrom, ratio: ONE }
  return {
    ...account,
    wallet: usd.isZero() ? [] : [held],
    orderMargin: ZERO,
    positions: [],
    reported: { equity: null, maintenance: null, initialMargin: null, withdrawable: null },
  }
}
