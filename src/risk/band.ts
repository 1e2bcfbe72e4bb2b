import { type Decimal, ZERO } from './decimal.ts'

/** A figure between two ends: the same twice where it is known as one number. */
export type Band = { readonly low: Decimal; readonly high: Decimal }

export const NOTHING: Band = { low: ZERO, high: ZERO }

/** The band between two figures, in whichever order they come. */
export function bandOf(one: Decimal, other: Decimal = one): Band {
  return one.lte(other) ? { low: one, high: other } : { low: other, high: one }
}

/** The band of sums; null when one of them is not known: a part of a sum would look like the whole. */
export function sumOfBands(bands: Iterable<Band | null>): Band | null {
  let total = NOTHING
  for (const band of bands) {
    if (band === null) return null
    const low = total.low.plus(band.low)
    // One number twice stays so.
    total = { low, high: total.low === total.high && band.low === band.high ? low : total.high.plus(band.high) }
  }
  return total
}

/** A band times a figure, below 0 too. */
export function scaled({ low, high }: Band, by: Decimal): Band {
  const one = low.times(by)
  const other = high === low ? one : high.times(by)
  return by.isNegative() ? { low: other, high: one } : { low: one, high: other }
}

/** What a rising function makes of a band. */
export function eachEnd({ low, high }: Band, of: (value: Decimal) => Decimal): Band {
  const least = of(low)
  return { low: least, high: high === low || high.eq(low) ? least : of(high) }
}
