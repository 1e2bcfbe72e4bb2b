import type { Asset } from '../asset.ts'
import { Decimal, fromUnits, ONE, sum, ZERO } from '../decimal.ts'
import type { AaveV3Position, AaveV3Reserve } from '../lendingPosition.ts'
import type { Path } from '../path.ts'
import { type Direction, firstDeath, type SlackLine } from '../slackLine.ts'

const BPS = 10_000

// A threshold that is a whole number of basis points may come out of the division a last digit short of it.
const DIVISION_ERROR = new Decimal('1e-40')

/** USD value of an amount of a reserve's token along a path; the caller has made sure that the price is known. */
function reserveUsd(position: AaveV3Position, reserve: AaveV3Reserve, raw: bigint): Decimal {
  const price = new Decimal((reserve.price as bigint).toString()).div(position.baseUnit.toString())
  return fromUnits(raw, reserve.decimals).times(price)
}

type Term = { readonly usd: Decimal; readonly weighted: Decimal; readonly moves: boolean }

const valueAt = (terms: readonly Term[], s: Decimal): Decimal => sum(terms.map(({ usd, moves }) => (moves ? usd.times(s) : usd)))

const weightedAt = (terms: readonly Term[], s: Decimal): Decimal =>
  sum(terms.map(({ weighted, moves }) => (moves ? weighted.times(s) : weighted)))

type Worth = { readonly supplied: Decimal; readonly weighted: Decimal; readonly debt: Decimal }

/** Snapshots never change, so what a position's reserves are worth is worked out once. */
const WORTH = new WeakMap<AaveV3Position, Map<AaveV3Reserve, Worth>>()

function worthOf(position: AaveV3Position, reserve: AaveV3Reserve): Worth {
  const worths = WORTH.get(position) ?? new Map<AaveV3Reserve, Worth>()
  WORTH.set(position, worths)
  const known = worths.get(reserve)
  if (known !== undefined) return known
  const supplied = reserveUsd(position, reserve, reserve.supplied)
  const weighted = supplied.times(reserve.liquidationThreshold.toString()).div(BPS)
  const worth = { supplied, weighted, debt: reserveUsd(position, reserve, reserve.debt) }
  worths.set(reserve, worth)
  return worth
}

function terms(position: AaveV3Position, path: Path): { collateral: Term[]; debt: Term[] } {
  const collateral: Term[] = []
  const debt: Term[] = []
  for (const reserve of position.reserves) {
    const moves = path.moves(reserve.asset)
    if (reserve.collateral && reserve.liquidationThreshold > 0n && reserve.supplied > 0n) {
      const { supplied, weighted } = worthOf(position, reserve)
      collateral.push({ usd: supplied, weighted, moves })
    }
    if (reserve.debt > 0n) debt.push({ usd: worthOf(position, reserve).debt, weighted: ZERO, moves })
  }
  return { collateral, debt }
}

/** A reserve in whole numbers of one unit for all reserves of a position; `price` is known of what counts. */
type Counted = { readonly asset: Asset; readonly cover: bigint; readonly owed: bigint }

/** What covers and what is owed, reserve by reserve; a USD is so many of its units. */
type Counts = { readonly each: readonly Counted[]; readonly owes: boolean; readonly usd: Decimal }

const COUNTS = new WeakMap<AaveV3Position, Counts>()

function countsOf(position: AaveV3Position): Counts {
  const known = COUNTS.get(position)
  if (known !== undefined) return known
  const decimals = position.reserves.reduce((most, reserve) => Math.max(most, reserve.decimals), 0)
  const each = position.reserves.flatMap((reserve): Counted[] => {
    const { asset, supplied, debt, liquidationThreshold, collateral } = reserve
    const covers = collateral && liquidationThreshold > 0n && supplied > 0n
    if (!covers && debt === 0n) return []
    const worth = (reserve.price as bigint) * 10n ** BigInt(decimals - reserve.decimals)
    return [{ asset, cover: covers ? supplied * liquidationThreshold * worth : 0n, owed: debt * BigInt(BPS) * worth }]
  })
  const usd = new Decimal(`${position.baseUnit}e${decimals}`).times(BPS)
  const found = { each, owes: each.some(({ owed }) => owed > 0n), usd }
  COUNTS.set(position, found)
  return found
}

/** The affine model: threshold-weighted collateral less debt, USD. Null when nothing is owed: such a loan never dies. */
export function loanSlack(position: AaveV3Position, path: Path): SlackLine | null {
  const { each, owes, usd } = countsOf(position)
  if (!owes) return null
  let [base, slope] = [0n, 0n]
  for (const { asset, cover, owed } of each) {
    if (path.moves(asset)) slope += cover - owed
    else base += cover - owed
  }
  const piece = { base, slope }
  return {
    at: (s) => new Decimal(base.toString()).plus(s.times(slope.toString())).div(usd),
    edges: [],
    whole: { alive: base + slope > 0n, at: () => piece },
  }
}

/**
 * The multiplier at which the loan dies by a pool that floors its average threshold to whole basis points (before v3.5).
 *
 * The floor takes at most one basis point of the collateral, so the death lies between the root of that lower bound and the
 * root of the affine model: only the steps of the threshold in between have to be looked at.
 *
 * @see Aave v3.0 `GenericLogic.calculateUserAccountData`
 */
export function flooredDeath(position: AaveV3Position, path: Path, direction: Direction): Decimal | null {
  const { collateral, debt } = terms(position, path)
  if (debt.length === 0) return null
  const bound: SlackLine = {
    at: (s) => weightedAt(collateral, s).minus(valueAt(collateral, s).div(BPS)).minus(valueAt(debt, s)),
    edges: [],
  }
  const from = firstDeath(bound, direction)
  if (from === null) return null
  const until = firstDeath({ at: (s) => weightedAt(collateral, s).minus(valueAt(debt, s)), edges: [] }, direction)
  const floored = (s: Decimal): Decimal => {
    const value = valueAt(collateral, s)
    if (value.isZero()) return valueAt(debt, s).neg()
    const threshold = weightedAt(collateral, s).times(BPS).div(value).plus(DIVISION_ERROR).floor()
    return value.times(threshold).div(BPS).minus(valueAt(debt, s))
  }
  return firstDeath({ at: floored, edges: thresholdSteps(collateral, [from, until]) }, direction, from)
}

/** Where the average threshold passes a whole basis point, between two multipliers (null: no end on that side). */
function thresholdSteps(collateral: readonly Term[], [from, until]: readonly [Decimal, Decimal | null]): Decimal[] {
  const still = collateral.filter((term) => !term.moves)
  const moving = collateral.filter((term) => term.moves)
  if (still.length === 0 || moving.length === 0) return []
  const average = (s: Decimal): Decimal => weightedAt(collateral, s).times(BPS).div(valueAt(collateral, s))
  const end = until === null ? averageOf(from.gt(1) ? moving : still) : average(until)
  const ends = [average(from), end].sort((a, b) => a.comparedTo(b)) as [Decimal, Decimal]
  const steps: Decimal[] = []
  for (let k = ends[0].floor(); k.lte(ends[1].ceil()); k = k.plus(1)) {
    // (stillWeighted + s movingWeighted) / (still + s moving) = k
    const below = weightedAt(moving, ONE).times(BPS).minus(valueAt(moving, ONE).times(k))
    // At no multiplier (0 or less, or endless): an edge that no walk meets.
    steps.push(valueAt(still, ONE).times(k).minus(weightedAt(still, ONE).times(BPS)).div(below))
  }
  return steps
}

function averageOf(group: readonly Term[]): Decimal {
  const value = valueAt(group, ONE)
  return value.isZero() ? ZERO : weightedAt(group, ONE).times(BPS).div(value)
}
