import { Decimal, ZERO } from './decimal.ts'

/** A figure between two ends: the same twice where it is known as one number. */
export type Band = { readonly low: Decimal; readonly high: Decimal }

export const NOTHING: Band = { low: ZERO, high: ZERO }

/** The band between two figures, in whichever order they come. */
export function bandOf(one: Decimal, other: Decimal = one): Band {
  return { low: Decimal.min(one, other), high: Decimal.max(one, other) }
}

/** The band of sums; null when one of them is not known: a part of a sum would look like the whole. */
export function sumOfBands(bands: Iterable<Band | null>): Band | null {
  let total = NOTHING
  for (const band of bands) {
    if (band === null) return null
    total = { low: total.low.plus(band.low), high: total.high.plus(band.high) }
  }
  return total
}

/** A band times a figure, below 0 too. */
export function scaled(band: Band, by: Decimal): Band {
  return bandOf(band.low.times(by), band.high.times(by))
}

/** What a rising function makes of a band. */
export function eachEnd({ low, high }: Band, of: (value: Decimal) => Decimal): Band {
  const least = of(low)
  return { low: least, high: high.eq(low) ? least : of(high) }
}
