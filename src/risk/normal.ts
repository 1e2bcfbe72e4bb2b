/** Step of the trapezoidal rule: its error is e^(-pi^2 / STEP^2), 7e-18. */
const STEP = 0.5
/** Beyond it a term is below 1e-18 of the first. */
const TERMS = 13
/** Between the two ways of computing it: near 0 the correction of the sum would cancel it, far from 0 the series is long. */
const SMALL = 0.5
/** Here the correction ends: the pole it stands for has left the strip of the rule. */
const POLE = Math.PI / STEP
/** e^(-x x) is 0 in float64 beyond. */
const LARGEST = 27.3

/**
 * The complementary error function, to about 1e-15 of its own size: also far out, where 1 - erf(x) has lost its digits.
 *
 * @see Near 0 the series of erf; else the trapezoidal rule on erfc(x) = (2x / pi) e^(-x^2) * integral of e^(-t^2) / (t^2 + x^2)
 * over t > 0, with the residue of its pole (Chiarella and Reichel 1968)
 */
export function erfc(x: number): number {
  if (Math.abs(x) < SMALL) return 1 - erfSeries(x)
  if (x < 0) return 2 - erfc(-x)
  if (x > LARGEST) return 0
  let sum = 0
  // Smallest first, so that no digit is lost.
  for (let k = TERMS; k >= 1; k--) sum += Math.exp(-((k * STEP) ** 2)) / ((k * STEP) ** 2 + x * x)
  const integral = ((STEP * x) / Math.PI) * (1 / (x * x) + 2 * sum) * expOfMinusSquare(x)
  return x < POLE ? integral - 2 / Math.expm1((2 * Math.PI * x) / STEP) : integral
}

/** erf near 0: 2 / sqrt(pi) * sum of (-1)^n x^(2n+1) / (n! (2n+1)). */
function erfSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; n <= 16; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

/** x x would be rounded, and e to it multiplies the error by x x: a part of x whose square is exact goes first. */
function expOfMinusSquare(x: number): number {
  const head = Math.round(x * 16) / 16
  return Math.exp(-head * head) * Math.exp(-(x - head) * (x + head))
}

/** The standard normal distribution function: the share of it at or below x. */
export function normalCdf(x: number): number {
  return erfc(-x * Math.SQRT1_2) / 2
}
