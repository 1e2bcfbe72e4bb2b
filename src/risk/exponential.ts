import { Decimal, ZERO } from './decimal.ts'

/**
 * Growths and their logarithms to 20 digits: far more than a rate is known to, at a tenth of the time that decimal.js takes to
 * round the last of 60 digits right.
 */
const Short = Decimal.clone({ precision: 22 })
const LEAST = '1e-21'
/** So small that a dozen terms of the series are enough. */
const SMALL = '0.03'
/** Here the series of the logarithm is no shorter than decimal.js's own. */
const NEAR = '0.15'

/** e^x - 1: what 1 earns when it grows by the logarithm x. Small ones keep their digits. */
export function earned(log: Decimal): Decimal {
  let x: Decimal = new Short(log)
  let halvings = 0
  for (; x.abs().gt(SMALL); halvings++) x = x.div(2)
  let term = x
  let sum = x
  for (let n = 2; term.abs().gt(sum.abs().times(LEAST)); n++) {
    term = term.times(x).div(n)
    sum = sum.plus(term)
  }
  // (1 + s)^2 - 1
  for (; halvings > 0; halvings--) sum = sum.times(sum.plus(2))
  return new Decimal(sum)
}

/** e^x. */
export function grown(log: Decimal): Decimal {
  return earned(log).plus(1)
}

/** ln(1 + y), for y above -1. Small ones keep their digits. */
export function logOfGrowth(share: Decimal): Decimal {
  if (share.isZero()) return ZERO
  const y: Decimal = new Short(share)
  // ln(1 + y) = 2 artanh(y / (2 + y))
  const z = y.div(y.plus(2))
  if (z.abs().gt(NEAR)) return new Decimal(y.plus(1).ln())
  const squared = z.times(z)
  let power = z
  let sum = z
  for (let n = 3; power.abs().gt(sum.abs().times(LEAST)); n += 2) {
    power = power.times(squared)
    sum = sum.plus(power.div(n))
  }
  return new Decimal(sum.times(2))
}
