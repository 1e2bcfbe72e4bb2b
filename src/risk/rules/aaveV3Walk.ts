import { ceilDiv } from './ceilDiv.ts'

/**
 * A loan in which one oracle price moves: where the walk along that price meets the first liquidatable tick.
 *
 * With x the value of the moving collateral and y that of the moving debt, both whole base units, an account is alive while
 *
 *     slope x + base >= required(debt + y)
 *
 * where the pool weighs by the exact sum, slope is the asset's threshold and base the weight of the rest; where it cuts the
 * average threshold to k basis points, slope is k and base is k x (rest of the collateral) + 5000, the half that `percentMul`
 * adds: another line for each k, each valid on one stretch of prices.
 */
export type MovingBook = {
  readonly rounding: { readonly floorsAverageThreshold: boolean; readonly debt: 'down' | 'up' }
  /** The account without the moving reserve, base currency units (`weighted`: x basis points). */
  readonly still: { readonly totalCollateral: bigint; readonly weighted: bigint; readonly totalDebt: bigint }
  /** What of the moving asset backs the loan, base units of the token. */
  readonly supplied: bigint
  /** Its liquidation threshold, basis points. */
  readonly threshold: bigint
  /** What of it is owed, base units of the token. */
  readonly owed: bigint
  /** Base units of one token. */
  readonly unit: bigint
}

type Line = { readonly slope: bigint; readonly base: bigint }
type Stretch = { readonly from: bigint; readonly to: bigint }
type Budget = { steps: number }

const BPS = 10_000n
const HALF_BPS = 5_000n
/** `wadDiv` rounds half up: with a debt of n times this, n base units too little still make a health of 1. */
const TWO_WAD = 2n * 10n ** 18n
/** Steps looked at one by one before the answer is cut short. Only one asset on both sides of nearly the same weight needs many. */
const MOST_STEPS = 20_000

/**
 * The first liquidatable tick from `from` (alive) towards `to`, both included; null for none.
 *
 * `exact: false`: every tick before it is proven alive, but it may be alive itself: the search was cut short.
 */
export function firstDeadTick(
  book: MovingBook,
  from: bigint,
  to: bigint,
): { readonly tick: bigint; readonly exact: boolean } | null {
  const budget = { steps: MOST_STEPS }
  const { totalCollateral, weighted } = book.still
  if (!book.rounding.floorsAverageThreshold) {
    return firstDeadOn(book, { line: { slope: book.threshold, base: weighted }, stretch: { from, to } }, budget)
  }
  // Cutting to whole basis points takes less than one basis point of the collateral: below this line nothing has to be looked at.
  const worst = lowerBound(book, { slope: book.threshold - 1n, base: weighted - totalCollateral + HALF_BPS })
  for (let at: bigint | null = from; at !== null; ) {
    const unsure: bigint | null = firstUnsure(worst, { from: at, to })
    if (unsure === null) return null
    const threshold = averageThreshold(book, unsure)
    const end = lastTickOf(book, threshold, { from: unsure, to })
    const line = { slope: threshold, base: threshold * totalCollateral + HALF_BPS }
    const dead = firstDeadOn(book, { line, stretch: { from: unsure, to: end } }, budget)
    if (dead !== null) return dead
    at = end === to ? null : end + (from < to ? 1n : -1n)
  }
  return null
}

/** The first dead tick of a stretch on which one line holds. */
function firstDeadOn(
  book: MovingBook,
  { line, stretch }: { readonly line: Line; readonly stretch: Stretch },
  budget: Budget,
): { readonly tick: bigint; readonly exact: boolean } | null {
  const { from, to } = stretch
  const bound = lowerBound(book, line)
  let at = firstUnsure(bound, stretch)
  while (at !== null) {
    if (!aliveOn(book, line, at)) return { tick: at, exact: true }
    // Alive here, so the first dead tick is one at which a value steps to the worse side.
    const next = from < to ? nextRiseOfDebt(book, at) : nextFallOfCollateral(book, at)
    if (next === null || (from < to ? next > to : next < to)) return null
    at = firstUnsure(bound, { from: next, to })
    budget.steps -= 1
    if (at !== null && budget.steps < 0) return { tick: at, exact: false }
  }
  return null
}

function aliveOn(book: MovingBook, { slope, base }: Line, price: bigint): boolean {
  const debt = book.still.totalDebt + debtAt(book, price)
  const spared = debt / TWO_WAD
  const required = BPS * debt - (book.rounding.floorsAverageThreshold ? BPS * spared : spared)
  return slope * collateralAt(book, price) + base >= required
}

const collateralAt = ({ supplied, unit }: MovingBook, price: bigint): bigint => (supplied * price) / unit

const debtAt = ({ owed, unit, rounding }: MovingBook, price: bigint): bigint =>
  rounding.debt === 'up' ? ceilDiv(owed * price, unit) : (owed * price) / unit

/** The nearest lower tick at which the collateral is worth less; null for none. */
function nextFallOfCollateral(book: MovingBook, price: bigint): bigint | null {
  const value = collateralAt(book, price)
  return value === 0n ? null : (value * book.unit - 1n) / book.supplied
}

/** The nearest higher tick at which the debt is worth more; null for none. */
function nextRiseOfDebt(book: MovingBook, price: bigint): bigint | null {
  if (book.owed === 0n) return null
  const value = debtAt(book, price)
  return book.rounding.debt === 'up' ? (value * book.unit) / book.owed + 1n : ceilDiv((value + 1n) * book.unit, book.owed)
}

/**
 * A straight line under cover less required: at a price p with `rise p + start >= 0` the account is alive on the given line,
 * however the roundings fall. The collateral loses at most `unit - gcd` parts of a base unit, a debt rounded up gains as much.
 */
function lowerBound(book: MovingBook, { slope, base }: Line): { readonly rise: bigint; readonly start: bigint } {
  const { supplied, owed, unit, still, rounding } = book
  const lost = unit - gcd(supplied, unit)
  const gained = rounding.debt === 'up' ? unit - gcd(owed, unit) : 0n
  return {
    rise: slope * supplied - BPS * owed,
    start: (base - BPS * still.totalDebt) * unit - slope * lost - BPS * gained,
  }
}

/** The first tick of a walk that a lower bound does not prove alive; null if it proves all of them. */
function firstUnsure({ rise, start }: { readonly rise: bigint; readonly start: bigint }, { from, to }: Stretch): bigint | null {
  if (rise * from + start < 0n) return from
  if (from <= to) {
    if (rise >= 0n) return null
    const unsure = start / -rise + 1n
    return unsure > to ? null : unsure
  }
  if (rise <= 0n) return null
  const unsure = ceilDiv(-start, rise) - 1n
  return unsure < to ? null : unsure
}

/** The average threshold of the account at a price, basis points, cut to a whole number as the pool does. */
function averageThreshold(book: MovingBook, price: bigint): bigint {
  const value = collateralAt(book, price)
  const total = book.still.totalCollateral + value
  return total === 0n ? 0n : (book.still.weighted + book.threshold * value) / total
}

/** The last tick of a walk at which the average threshold is still the given one; it is monotone in the price. */
function lastTickOf(book: MovingBook, average: bigint, { from, to }: Stretch): bigint {
  const { supplied, unit } = book
  if (supplied === 0n) return to
  if (from > to) {
    const lowest = lowestValueOf(book, average)
    if (lowest <= 0n || book.still.totalCollateral + collateralAt(book, from) === 0n) return to
    const tick = ceilDiv(lowest * unit, supplied)
    return tick < to ? to : tick
  }
  const highest = highestValueOf(book, average)
  if (highest === null) return to
  const tick = ((highest + 1n) * unit - 1n) / supplied
  return tick > to ? to : tick
}

/** The smallest value of the moving collateral that keeps the average; 0 or less: all of them down to 0 do. */
function lowestValueOf({ still, threshold }: MovingBook, average: bigint): bigint {
  const { totalCollateral, weighted } = still
  if (threshold * totalCollateral > weighted) return ceilDiv(average * totalCollateral - weighted, threshold - average)
  const over = weighted - (average + 1n) * totalCollateral
  return over < 0n ? 0n : over / (average + 1n - threshold) + 1n
}

/** The largest value of the moving collateral that keeps the average; null: there is none. */
function highestValueOf({ still, threshold }: MovingBook, average: bigint): bigint | null {
  const { totalCollateral, weighted } = still
  if (threshold * totalCollateral > weighted) {
    const gap = threshold - average - 1n
    return gap <= 0n ? null : ceilDiv((average + 1n) * totalCollateral - weighted, gap) - 1n
  }
  // The average falls towards the threshold, but for no collateral at all: then it is 0 until the moving one is worth something.
  return average === threshold ? null : (weighted - average * totalCollateral) / (average - threshold)
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}
