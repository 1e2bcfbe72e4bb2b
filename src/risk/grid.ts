import type { AffineLeg } from './affineLeg.ts'
import { type Decimal, ONE } from './decimal.ts'
import { besideJump, doubtOf, type LegTable, legTable, pieceFrom } from './gridTable.ts'
import type { Leg } from './leg.ts'
import type { Path } from './path.ts'
import { twoFactorLegs } from './twoFactors.ts'
import { isDead, weighLeg } from './weighLeg.ts'

/** One axis: what moves, and the multipliers, at least 0. */
export type GridAxis = { readonly path: Path; readonly at: readonly Decimal[] }

/** Every cell of two shocks; cell (column i, row j) is number `j x columns + i`. */
export type Grid = {
  readonly columns: number
  readonly rows: number
  /** Ids of the legs, in the order of their bits. */
  readonly legs: readonly string[]
  /** 32-bit words of a cell. */
  readonly words: number
  /** Bit b of word w is set where leg 32 w + b is dead. */
  readonly dead: Uint32Array
  /** The smallest cover / required of any leg (health factor, or 1 / margin ratio); Infinity where nothing is required. */
  readonly health: Float64Array
  /** How many signs were too close to tell in float64, and were decided with decimals. */
  readonly rechecked: number
}

type Board = Omit<Grid, 'rechecked'>

/**
 * Which legs die in each cell of a grid of two shocks: float64, with every sign that rounding could turn redone exactly.
 *
 * By the affine model (RISK 0): dead is to require something and have no slack left; equality is dead.
 *
 * @returns the reason where a leg has a price that both axes move.
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 2.2; PERFORMANCE G7
 */
export function grid(legs: readonly Leg[], x: GridAxis, y: GridAxis): Grid | { readonly reason: string } {
  const affine = twoFactorLegs(legs, { x: x.path, y: y.path })
  if ('reason' in affine) return affine
  const tables = affine.map((leg) => legTable(leg, x.at, y.at))
  const [columns, rows] = [x.at.length, y.at.length]
  const words = Math.max(1, Math.ceil(legs.length / 32))
  const board: Board = {
    columns,
    rows,
    legs: legs.map(({ id }) => id),
    words,
    dead: new Uint32Array(columns * rows * words),
    health: new Float64Array(columns * rows).fill(Number.POSITIVE_INFINITY),
  }
  let rechecked = 0
  for (let row = 0; row < rows; row++) {
    // Row by row, so that a row's cells stay at hand for all legs.
    tables.forEach((table, bit) => {
      if (!table.leg.requires) return
      const sweep = table.coupled.length === 0 && table.leg.settled === null ? plainRow : bentRow
      for (const column of sweep(table, { board, row, bit })) {
        decideExactly(table.leg, { board, row, bit, column }, [ONE, x.at[column] as Decimal, y.at[row] as Decimal])
        rechecked++
      }
    })
  }
  return { ...board, rechecked }
}

type Spot = { readonly board: Board; readonly row: number; readonly bit: number }
const NONE: readonly number[] = []

/** One leg along one row where column and row simply add up. @returns the columns that float64 cannot decide. */
function plainRow(table: LegTable, { board, row, bit }: Spot): readonly number[] {
  const { cover, required, doubt } = table.x
  const [coverY, requiredY, doubtY] = [
    table.y.cover[row] as number,
    table.y.required[row] as number,
    table.y.doubt[row] as number,
  ]
  const { columns, words, dead, health } = board
  const mark = 1 << (bit & 31)
  let cell = row * columns
  let word = cell * words + (bit >>> 5)
  let doubtful: number[] | null = null
  for (let i = 0; i < columns; i++, cell++, word += words) {
    const has = (cover[i] as number) + coverY
    const needs = (required[i] as number) + requiredY
    const margin = (doubt[i] as number) + doubtY
    const slack = has - needs
    if (!(slack > margin)) {
      if (slack < -margin && needs > margin) dead[word] = (dead[word] as number) | mark
      else {
        doubtful ??= []
        doubtful.push(i)
        continue
      }
    }
    const ratio = has / needs
    if (ratio < (health[cell] as number) && needs > 0) health[cell] = ratio
  }
  return doubtful ?? NONE
}

/** The same where maintenance depends on both multipliers, or the settle coin counts less when owned. */
function bentRow(table: LegTable, { board, row, bit }: Spot): readonly number[] {
  const { x, y, coupled, ownedShare } = table
  const { columns, words, dead, health } = board
  const yValue = y.at[row] as number
  const pieces = coupled.map(() => 0)
  const doubtful: number[] = []
  for (let i = 0; i < columns; i++) {
    const settled = (x.settled[i] as number) + (y.settled[row] as number)
    const has = (x.cover[i] as number) + (y.cover[row] as number) + (settled > 0 ? settled * ownedShare : settled)
    let needs = (x.required[i] as number) + (y.required[row] as number)
    let margin = (x.doubt[i] as number) + (y.doubt[row] as number)
    for (let c = 0; c < coupled.length; c++) {
      const profile = coupled[c] as (typeof coupled)[number]
      const xValue = x.at[i] as number
      const [p, q] = profile.xOverY ? [xValue, yValue] : [yValue, xValue]
      const k = pieceFrom(profile, { p, q, k: pieces[c] as number })
      pieces[c] = k
      const [risen, started] = [(profile.rise[k] as number) * p, (profile.start[k] as number) * q]
      needs += risen + started
      margin += besideJump(profile, { p, q, k }) ? Number.POSITIVE_INFINITY : doubtOf(Math.abs(risen) + Math.abs(started))
    }
    const slack = has - needs
    const cell = row * columns + i
    const word = cell * words + (bit >>> 5)
    if (!(slack > margin)) {
      if (slack < -margin && needs > margin) dead[word] = (dead[word] as number) | (1 << (bit & 31))
      else {
        doubtful.push(i)
        continue
      }
    }
    const ratio = has / needs
    if (ratio < (health[cell] as number) && needs > 0) health[cell] = ratio
  }
  return doubtful
}

/** A cell that float64 cannot decide, with decimals. */
function decideExactly(
  leg: AffineLeg,
  { board, row, bit, column }: Spot & { readonly column: number },
  at: readonly Decimal[],
): void {
  const weighed = weighLeg(leg, at)
  const cell = row * board.columns + column
  const word = cell * board.words + (bit >>> 5)
  if (isDead(weighed)) board.dead[word] = (board.dead[word] as number) | (1 << (bit & 31))
  if (!weighed.required.gt(0)) return
  board.health[cell] = Math.min(board.health[cell] as number, weighed.cover.div(weighed.required).toNumber())
}
