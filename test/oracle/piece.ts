import Fraction from 'fraction.js'

/** Exact arithmetic of functions of one multiplier s > 0 that are sums of a/s, b and c s from piece to piece. */

export const ZERO = new Fraction(0)
export const ONE = new Fraction(1)

/** Coefficients of s^-1, s^0, s^1. */
export type Poly = readonly [Fraction, Fraction, Fraction]

export const NOTHING: Poly = [ZERO, ZERO, ZERO]

/** `value x s^power`. */
export function monomial(value: Fraction, power: number): Poly {
  if (power < -1 || power > 1) throw new RangeError(`no power ${power}`)
  return [-1, 0, 1].map((p) => (p === power ? value : ZERO)) as unknown as Poly
}

export const plus = (a: Poly, b: Poly): Poly => a.map((x, i) => x.add(b[i] as Fraction)) as unknown as Poly
export const minus = (a: Poly, b: Poly): Poly => a.map((x, i) => x.sub(b[i] as Fraction)) as unknown as Poly
export const total = (all: readonly Poly[]): Poly => all.reduce(plus, NOTHING)

/** The value at s > 0. */
export function valueAt([low, still, high]: Poly, s: Fraction): Fraction {
  return low.div(s).add(still).add(high.mul(s))
}

/** Multiplied by s where there is a part in 1/s, so that the sign stays and what is left is `[a, b]` of a + b s. */
export function affine([low, still, high]: Poly): readonly [Fraction, Fraction] {
  if (low.equals(0)) return [still, high]
  if (!high.equals(0)) throw new RangeError('a quadratic: not a book the oracle knows')
  return [low, still]
}

/** Where it is 0; null: nowhere above 0. */
export function rootOf(poly: Poly): Fraction | null {
  const [a, b] = affine(poly)
  if (b.equals(0)) return null
  const root = a.neg().div(b)
  return root.gt(0) ? root : null
}

/** A part of the slack: the first case whose condition is at least 0 holds; the last one has none. */
export type Part = { readonly cases: readonly { readonly when: readonly Poly[]; readonly is: Poly }[] }

export const always = (is: Poly): Part => ({ cases: [{ when: [], is }] })

/** The largest of several: each case holds where it is at least every other. */
export function largest(of: readonly Poly[]): Part {
  return { cases: of.map((is) => ({ when: of.filter((other) => other !== is).map((other) => minus(is, other)), is })) }
}

/** The polynomial that holds at s. */
export function activeAt({ cases }: Part, s: Fraction): Poly {
  const found = cases.find(({ when }) => when.every((condition) => valueAt(condition, s).gte(0)))
  if (found === undefined) throw new RangeError('no case holds')
  return found.is
}

/** Every multiplier at which some part may change its case. */
export function kinksOf(parts: readonly Part[]): Fraction[] {
  return parts.flatMap(({ cases }) =>
    cases.flatMap(({ when }) => when.map(rootOf).filter((root): root is Fraction => root !== null)),
  )
}
