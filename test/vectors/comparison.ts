import { Decimal, dec, isDecimalText } from '../../src/risk/decimal.ts'

/** An expected number: its exact rational, and the same as a decimal of 12 places. */
export type Exact = { readonly exact: string; readonly dec: string }

/** One field that is not what the book expects. */
export type Difference = { readonly path: string; readonly ours: string; readonly expected: string }

/** Collects the differences of a book, and how many fields were compared. */
export type Comparison = {
  readonly differences: readonly Difference[]
  readonly compared: () => number
  /**
   * Compares everything under `expected` with the value of the same name in `ours`; a field that ours lacks is a difference.
   *
   * @param tolerance - Relative; 1e-9 where nothing else is said.
   */
  readonly same: (path: string, ours: unknown, expected: unknown, tolerance?: Decimal) => void
  /** A field that cannot be compared at all, and why. */
  readonly refuse: (path: string, why: string) => void
}

const TOLERANCE = dec('1e-9')
/** What is expected to be 0 may come out of sums of 1e5 with their last digits; the books' decimals have 12 places. */
const NOTHING = dec('1e-12')

export const RATIONAL = /^-?\d+(\/0*[1-9]\d*)?$/

export function openComparison(): Comparison {
  const differences: Difference[] = []
  let compared = 0
  const differ = (path: string, ours: unknown, expected: unknown): void => {
    differences.push({ path, ours: spell(ours), expected: spell(expected) })
  }
  const same: Comparison['same'] = (path, ours, expected, tolerance = TOLERANCE) => {
    if (isExact(expected)) {
      compared++
      const wanted = rational(expected.exact)
      if (!agrees(wanted, expected.dec)) differ(path, wanted, `dec ${expected.dec}, which is not its exact ${expected.exact}`)
      else if (!(ours instanceof Decimal) || !close(ours, wanted, tolerance)) differ(path, ours, expected.dec)
    } else if (Array.isArray(expected)) {
      if (expected.length === 0) compared++
      if (!Array.isArray(ours) || ours.length !== expected.length) differ(path, ours, expected)
      else for (const [i, item] of expected.entries()) same(`${path}.${i}`, ours[i], item, tolerance)
    } else if (isGroup(expected)) {
      const fields = Object.entries(expected)
      if (fields.length === 0) compared++
      if (!isGroup(ours) || (fields.length === 0 && Object.keys(ours).length > 0)) differ(path, ours, expected)
      else
        for (const [key, value] of fields)
          same(`${path}.${key}`, Object.hasOwn(ours, key) ? ours[key] : undefined, value, tolerance)
    } else {
      compared++
      if (!plainlySame(ours, expected, tolerance)) differ(path, ours, expected)
    }
  }
  const refuse: Comparison['refuse'] = (path, why) => void differences.push({ path, ours: why, expected: 'a figure' })
  return { differences, compared: () => compared, same, refuse }
}

export function isExact(value: unknown): value is Exact {
  return isGroup(value) && typeof value.exact === 'string' && typeof value.dec === 'string'
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal)
}

/** @throws RangeError for anything but a whole number or a fraction of two. */
export function rational(text: string): Decimal {
  if (!RATIONAL.test(text)) throw new RangeError(`${text} is not a fraction of whole numbers`)
  const [numerator = '', denominator = '1'] = text.split('/')
  return new Decimal(numerator).div(denominator)
}

/** Whether a decimal is what its rational says, to the 12 places that it has. */
function agrees(exact: Decimal, text: string): boolean {
  const told = dec(text)
  return told.minus(exact).abs().lte('1e-12') || close(told, exact, TOLERANCE)
}

/** Floats of the books (carry, sigma) and decimal texts are numbers too; all else must be the very same. */
function plainlySame(ours: unknown, expected: unknown, tolerance: Decimal): boolean {
  if (ours instanceof Decimal || typeof ours === 'number') {
    const mine = ours instanceof Decimal ? ours : new Decimal(ours)
    return (
      (typeof expected === 'number' || (typeof expected === 'string' && isDecimalText(expected))) &&
      close(mine, new Decimal(expected), tolerance)
    )
  }
  return ours === expected
}

function close(ours: Decimal, theirs: Decimal, tolerance: Decimal): boolean {
  const limit = theirs.isZero() ? NOTHING : theirs.abs().times(tolerance)
  return ours.minus(theirs).abs().lte(limit)
}

function spell(value: unknown): string {
  if (value instanceof Decimal) return value.toDecimalPlaces(15).toFixed()
  if (value === undefined) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
