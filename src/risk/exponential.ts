import { type Decimal, ZERO } from './decimal.ts'
import { decimalOf, unitOf, wholeOf, wordsOf } from './whole.ts'

/**
 * Growths and their logarithms, in whole numbers of one unit (`unit` is 1): a series costs a tenth of what decimal.js takes to
 * round the last of 60 digits right, and no rate is known to more than a few of them.
 */

/** Digits that are kept behind the first of a figure; the last few are lost to rounding. */
const DIGITS = 28
const WORD_DIGITS = 7
/** Growths beyond e^this are left to decimal.js: as whole numbers they would be as long as they are large. */
const FARTHEST = 10_000

/** e^x - 1: what 1 earns when it grows by the logarithm x. Small ones keep their digits. */
export function earned(log: Decimal): Decimal {
  if (log.isZero()) return ZERO
  if (log.abs().gt(FARTHEST)) return log.exp().minus(1)
  const words = wordsFor(log)
  return decimalOf(earnedWhole(cut(log, words), unitOf(words)), words)
}

/** e^x. */
export function grown(log: Decimal): Decimal {
  return earned(log).plus(1)
}

/** ln(1 + y), for y above -1. Small ones keep their digits. */
export function logOfGrowth(share: Decimal): Decimal {
  if (share.isZero()) return ZERO
  const words = wordsFor(share)
  return decimalOf(logWhole(cut(share, words), unitOf(words)), words)
}

function wordsFor({ e }: Decimal): number {
  return Math.ceil((DIGITS - Math.min(e, 0)) / WORD_DIGITS)
}

/** A decimal as a whole number of 10^(-7 x words), digits beyond it cut off. */
export function cut(x: Decimal, words: number): bigint {
  const own = Math.max(words, wordsOf(x))
  return wholeOf(x, own) / unitOf(own - words)
}

/** e^x - 1. */
export function earnedWhole(log: bigint, unit: bigint): bigint {
  let x = log
  let halvings = 0
  for (const small = unit / 32n; x > small || x < -small; halvings++) x /= 2n
  let total = x
  for (let term = x, n = 2n; term !== 0n; n++) {
    term = (term * x) / (unit * n)
    total += term
  }
  // (1 + s)^2 - 1
  for (; halvings > 0; halvings--) total = (total * (total + 2n * unit)) / unit
  return total
}

/** ln(1 + y), for y above -1. */
export function logWhole(share: bigint, unit: bigint): bigint {
  let grown = unit + share
  let doublings = 0n
  for (; 2n * grown > 3n * unit; doublings++) grown /= 2n
  for (; 4n * grown < 3n * unit; doublings--) grown *= 2n
  const near = artanhTwice(grown - unit, grown + unit, unit)
  return doublings === 0n ? near : near + doublings * artanhTwice(1n, 3n, unit)
}

/** 2 artanh(over / under): the logarithm of (under + over) / (under - over). */
function artanhTwice(over: bigint, under: bigint, unit: bigint): bigint {
  const z = (over * unit) / under
  const squared = (z * z) / unit
  let total = z
  for (let power = z, n = 3n; power !== 0n; n += 2n) {
    power = (power * squared) / unit
    total += power / n
  }
  return 2n * total
}
