import type { AffineLeg, Form } from './affineLeg.ts'
import type { Decimal } from './decimal.ts'
import type { Profile } from './tierProfile.ts'

/** Float64 errs by less than 1e-15 of what is added up; within this share of it a sign is not trusted. */
const DOUBT = 1e-12

/** What one multiplier adds to a leg, USD, for each of its values. */
export type AxisTable = {
  /** The multipliers themselves. */
  readonly at: Float64Array
  readonly cover: Float64Array
  readonly required: Float64Array
  readonly settled: Float64Array
  /** How far from 0 a slack must be to be trusted; Infinity next to a jump. */
  readonly doubt: Float64Array
}

/** Maintenance that depends on both multipliers: `rise x p + start x q` from `from` on, p / q being x / y or y / x. */
export type CoupledTable = {
  readonly xOverY: boolean
  readonly from: Float64Array
  readonly rise: Float64Array
  readonly start: Float64Array
  readonly jumps: boolean
}

/** A leg over a grid: the sum of a column's and a row's entries, and of what depends on both. */
export type LegTable = {
  readonly leg: AffineLeg
  readonly x: AxisTable
  readonly y: AxisTable
  readonly coupled: readonly CoupledTable[]
  readonly ownedShare: number
}

const X = 1
const Y = 2

/** Tables of a leg over two axes. What stands still is counted with the columns. */
export function legTable(leg: AffineLeg, x: readonly Decimal[], y: readonly Decimal[]): LegTable {
  const jumps = leg.bent !== null
  const alongX = axisTable(leg, X, x)
  const alongY = axisTable(leg, Y, y)
  addStill(leg, alongX)
  const coupled: CoupledTable[] = []
  for (const profile of leg.profiles) {
    if (profile.p !== 0 && profile.q !== 0) coupled.push(coupledTable(profile, jumps))
    else if (profile.p === X || profile.q === X) addProfile(alongX, profile, jumps)
    else addProfile(alongY, profile, jumps)
  }
  return { leg, x: alongX, y: alongY, coupled, ownedShare: leg.settled?.ownedShare.toNumber() ?? 1 }
}

function axisTable(leg: AffineLeg, axis: number, at: readonly Decimal[]): AxisTable {
  const { cover, required, settled, doubt } = onAxis(leg, axis)
  const multipliers = Float64Array.from(at, (s) => s.toNumber())
  return {
    at: multipliers,
    cover: multipliers.map((s) => cover * s),
    required: multipliers.map((s) => required * s),
    settled: multipliers.map((s) => settled * s),
    doubt: multipliers.map((s) => doubt * s),
  }
}

function addStill(leg: AffineLeg, table: AxisTable): void {
  const { cover, required, settled, doubt } = onAxis(leg, 0)
  for (const i of table.at.keys()) {
    table.cover[i] = (table.cover[i] as number) + cover
    table.required[i] = (table.required[i] as number) + required
    table.settled[i] = (table.settled[i] as number) + settled
    table.doubt[i] = (table.doubt[i] as number) + doubt
  }
}

/** What a leg has on one axis, and how far to trust it. */
function onAxis(leg: AffineLeg, axis: number): { cover: number; required: number; settled: number; doubt: number } {
  const of = (form: Form | undefined): number => form?.[axis]?.toNumber() ?? 0
  const [cover, required, settled] = [of(leg.cover), of(leg.required), of(leg.settled?.usd)]
  return { cover, required, settled, doubt: doubtOf(Math.abs(cover) + Math.abs(required) + Math.abs(settled)) }
}

function coupledTable({ p, pieces }: Profile, jumps: boolean): CoupledTable {
  return {
    xOverY: p === X,
    from: Float64Array.from(pieces, ({ from }) => from.toNumber()),
    rise: Float64Array.from(pieces, ({ rise }) => rise.toNumber()),
    start: Float64Array.from(pieces, ({ start }) => start.toNumber()),
    jumps,
  }
}

/** A profile of one multiplier against what stands still. */
function addProfile(table: AxisTable, profile: Profile, jumps: boolean): void {
  const pieces = coupledTable(profile, jumps)
  const onP = profile.p !== 0
  let k = 0
  for (const [i, s] of table.at.entries()) {
    const [p, q] = onP ? [s, 1] : [1, s]
    k = pieceFrom(pieces, { p, q, k })
    const [risen, started] = [(pieces.rise[k] as number) * p, (pieces.start[k] as number) * q]
    table.required[i] = (table.required[i] as number) + risen + started
    const doubt = besideJump(pieces, { p, q, k }) ? Number.POSITIVE_INFINITY : doubtOf(Math.abs(risen) + Math.abs(started))
    table.doubt[i] = (table.doubt[i] as number) + doubt
  }
}

/** Where on a profile: the two multipliers, and a piece to begin the search at (neighbouring cells are neighbours here too). */
export type Place = { readonly p: number; readonly q: number; readonly k: number }

/** The piece that holds at p / q, searched from a neighbour's. */
export function pieceFrom({ from }: CoupledTable, { p, q, k: near }: Place): number {
  let k = near
  while (k > 0 && p <= (from[k] as number) * q) k--
  while (k + 1 < from.length && p > (from[k + 1] as number) * q) k++
  return k
}

/** Whether the ratio is so near to a jump that the other side may be the true one. */
export function besideJump({ from, jumps }: CoupledTable, { p, q, k }: Place): boolean {
  if (!jumps) return false
  const beside = (edge: number | undefined): boolean => edge !== undefined && edge > 0 && Math.abs(p - edge * q) <= DOUBT * p
  return beside(from[k]) || beside(from[k + 1])
}

/** The share of what is added up within which a sign is not trusted. */
export function doubtOf(size: number): number {
  return DOUBT * size
}
