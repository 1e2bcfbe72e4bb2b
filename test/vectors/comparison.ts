import { Decimal, dec } from '../../src/risk/decimal.ts'

/** An expected number: its exact rational, and the same as a decimal of 12 places. */
export type Exact = { readonly exact: string; readonly dec: string }

/** One field that is not what the book expects. */
export type Difference = { readonly path: string; readonly ours: string; readonly expected: string }

/** Collects the differences of a book, and how many fields were compared. */
export type Comparison = {
  readonly differences: readonly Difference[]
  readonly compared: () => number
  /** Compares everything under `expected` with the value of the same name in `ours`; a field that ours lacks is a difference. */
  readonly same: (path: string, ours: unknown, expected: unknown) => void
}

const TOLERANCE = dec('1e-9')

export function openComparison(): Comparison {
  const differences: Difference[] = []
  let compared = 0
  const differ = (path: string, ours: unknown, expected: unknown): void => {
    differences.push({ path, ours: spell(ours), expected: spell(expected) })
  }
  const same: Comparison['same'] = (path, ours, expected) => {
    if (isExact(expected)) {
      compared++
      if (!(ours instanceof Decimal) || !close(ours, rational(expected.exact))) differ(path, ours, expected.dec)
    } else if (Array.isArray(expected)) {
      if (!Array.isArray(ours) || ours.length !== expected.length) differ(path, ours, expected)
      else for (const [i, item] of expected.entries()) same(`${path}.${i}`, ours[i], item)
      if (expected.length === 0) compared++
    } else if (typeof expected === 'object' && expected !== null) {
      if (typeof ours !== 'object' || ours === null) differ(path, ours, expected)
      else
        for (const [key, value] of Object.entries(expected)) same(`${path}.${key}`, (ours as Record<string, unknown>)[key], value)
    } else {
      compared++
      if (!plainlySame(ours, expected)) differ(path, ours, expected)
    }
  }
  return { differences, compared: () => compared, same }
}

function isExact(value: unknown): value is Exact {
  return typeof value === 'object' && value !== null && 'exact' in value && 'dec' in value
}

function rational(text: string): Decimal {
  const [numerator = '', denominator = '1'] = text.split('/')
  return dec(numerator).div(dec(denominator))
}

/** Floats of the books (carry, sigma) and decimal texts are numbers too; all else must be the very same. */
function plainlySame(ours: unknown, expected: unknown): boolean {
  if (ours instanceof Decimal || typeof ours === 'number') {
    const mine = ours instanceof Decimal ? ours : new Decimal(ours)
    return (
      (typeof expected === 'number' || (typeof expected === 'string' && /^-?\d/.test(expected))) &&
      close(mine, new Decimal(expected))
    )
  }
  return ours === expected
}

function close(ours: Decimal, theirs: Decimal): boolean {
  return ours.minus(theirs).abs().lte(theirs.abs().times(TOLERANCE))
}

function spell(value: unknown): string {
  if (value instanceof Decimal) return value.toDecimalPlaces(15).toFixed()
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
