import { Decimal } from 'decimal.js'

/** The sandbox exchange's own decimals: wide enough that sums and products of what a venue publishes are exact. */
export const Num = Decimal.clone({ precision: 120, toExpNeg: -200, toExpPos: 200, defaults: true })
export type Num = Decimal

/** Reads the text of a number. */
export const num = (text: Decimal.Value): Num => new Num(text)
export const ZERO: Num = num(0)

export const sum = (terms: readonly Num[]): Num => terms.reduce((total, term) => total.plus(term), ZERO)

/**
 * Text as Binance writes amounts: eight decimals, cut and not rounded.
 *
 * Its own samples show the cut: 1992.46079250 at 20x gives `99.62303962` (exactly ...96 25), 49.72023376 at 20x gives
 * `2.48601168` (exactly ...68 8), index 0.99987691 less a buffer of 0.0001 on the ask side gives `0.99997689` (exactly ...68 97691).
 */
export function wire(value: Num): string {
  const cut = value.toDecimalPlaces(8, Num.ROUND_DOWN)
  return cut.isZero() ? '0.00000000' : cut.toFixed(8)
}

/** The same for the fields that Binance shortens to `0` where there is nothing: margins and notionals of a position. */
export function wireOrZero(value: Num): string {
  const text = wire(value)
  return text === '0.00000000' ? '0' : text
}
