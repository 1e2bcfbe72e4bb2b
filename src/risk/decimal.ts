import { Decimal as Base } from 'decimal.js'

/**
 * The decimal of every reported figure: 60 significant digits, rounded half even, never printed with an exponent.
 * A clone of our own, so that no other package's settings reach it.
 */
export const Decimal = Base.clone({
  precision: 60,
  rounding: Base.ROUND_HALF_EVEN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
  minE: -9e15,
  maxE: 9e15,
})
export type Decimal = Base

const PLAIN_NUMBER = /^[+-]?(\d{1,100}\.?\d{0,100}|\.\d{1,100})([eE][+-]?\d{1,3})?$/

/** Whether a text is a finite decimal number, so that {@link dec} accepts it. */
export function isDecimalText(text: string): boolean {
  return PLAIN_NUMBER.test(text)
}

/**
 * A decimal from text, a bigint or a whole number. Fractions are written as text: a JS number has lost its digits already.
 *
 * @throws RangeError for anything but a plain finite number: foreign text is checked with {@link isDecimalText} first.
 */
export function dec(value: string | number | bigint): Decimal {
  if (typeof value === 'string' && !isDecimalText(value)) throw new RangeError('not a plain decimal number')
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError('not a whole number: write it as text')
  return new Decimal(value)
}

/** Base units of a token to whole units, every digit kept: `fromUnits(1500000n, 6)` is 1.5. */
export function fromUnits(raw: bigint, decimals: number): Decimal {
  // The constructor keeps all digits; a division would round a uint256 to the working precision.
  return new Decimal(`${raw}e-${decimals}`)
}

/**
 * Whole units of a token to base units; the side of the rounding is always named.
 *
 * @param side - `up` for what is owed, `down` for what is owned.
 */
export function toUnits(amount: Decimal, decimals: number, side: 'up' | 'down'): bigint {
  const scaled = new Decimal(`${amount.toFixed()}e${decimals}`)
  return BigInt((side === 'up' ? scaled.ceil() : scaled.floor()).toFixed())
}

export const ZERO = new Decimal(0)
export const ONE = new Decimal(1)

/** The sum of decimals; 0 of none. */
export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO
  for (const value of values) total = total.plus(value)
  return total
}
