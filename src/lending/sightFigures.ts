/**
 * Checks of what a lens wrote. Each throws a RangeError, which the decoder of the sight catches: a figure that cannot be makes
 * the whole sight unusable.
 */

/** Far beyond any real amount or rate: what lies above was not written by a market. */
export const LARGEST = 2n ** 128n
export const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000'

export function demand(holds: boolean): asserts holds {
  if (!holds) throw new RangeError('a figure that cannot be')
}

export function within(value: bigint, most: bigint): bigint {
  demand(value <= most)
  return value
}

export function small(value: bigint, most: bigint): number {
  return Number(within(value, most))
}

/** A lens writes 0 where a feed gives no price. */
export function priceOrNull(price: bigint): bigint | null {
  return price === 0n ? null : within(price, LARGEST)
}

/** Seconds since 1970. A feed is foreign code: a time that cannot be is no time. */
export function timeOrNull(time: bigint): bigint | null {
  return time === 0n || time > 2n ** 40n ? null : time
}
