import { type Band, bandOf } from './band.ts'
import { type Decimal, ONE, ZERO } from './decimal.ts'
import { growthOver } from './rates.ts'
import type { Source } from './source.ts'

/** Rates move between two readings: up to twice what they explain, and down to half of it, is taken for interest. */
const SLACK = 2

/** What the rates explain of a change. */
export type Explained = {
  readonly expected: Band
  /** What the venue's own rounding may add or take. */
  readonly rounding: Decimal
}

/**
 * How much of the change of an amount is interest: all of it where the rates explain it within the tolerance, else what they lead
 * one to expect. An amount that did not change earned nothing.
 */
export function interestIn(change: Decimal, { expected: { low, high }, rounding }: Explained): Decimal {
  if (change.isZero()) return ZERO
  const least = low.isNegative() ? low.times(SLACK) : low.div(SLACK)
  const most = high.isNegative() ? high.div(SLACK) : high.times(SLACK)
  if (change.gte(least.minus(rounding)) && change.lte(most.plus(rounding))) return change
  return low.plus(high).div(2)
}

/**
 * What an amount of a loan grows by in a time.
 *
 * @param rates - Yearly, in ray, as they were read before and now.
 * @param seconds - Not below 0.
 */
export function growthOf(amount: Decimal, rates: readonly bigint[], seconds: bigint): Band {
  const gains = rates.map((ray) => amount.times(growthOver(ray, seconds).minus(ONE)))
  return gains.reduce<Band | null>((band, gain) => widened(band, gain), null) ?? bandOf(ZERO)
}

/** A band that holds one figure more. */
export function widened(band: Band | null, figure: Decimal): Band {
  if (band === null) return bandOf(figure)
  return { low: figure.lt(band.low) ? figure : band.low, high: figure.gt(band.high) ? figure : band.high }
}

/**
 * Seconds between two readings of one source: by the blocks where both have one, else by our clock.
 *
 * @returns null where a clock went back: then nobody knows.
 */
export function secondsBetween(before: Source, now: Source): bigint | null {
  const seconds =
    before.block !== null && now.block !== null
      ? now.block.timestamp - before.block.timestamp
      : BigInt(Math.round((now.readAt - before.readAt) / 1000))
  return seconds < 0n ? null : seconds
}
