import { IncompleteAnswerError, type TrackerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, sum } from '../../risk/decimal.ts'
import { decimalField, decimalOrNull, flagField, missing, named, positiveField, type Row, rowsOf, textField } from '../row.ts'
import { WEEX } from './answers.ts'

/** Letters of any script. */
const NAME = /^[\p{L}\p{N}_-]{1,40}$/u

/** What two requests told of an account. */
export type Ledger = {
  /** Rows of allPosition with a position, or a size that cannot be read. */
  readonly positions: readonly Row[]
  /** Rows of balance by coin. */
  readonly balances: ReadonlyMap<string, Row>
}

/** @throws IncompleteAnswerError where the answers do not even list what there is */
export function ledgerOf(positions: unknown, balance: unknown): Ledger {
  const rows = rowsOf(WEEX, 'allPosition', positions).map((row) => named(row, nameIn(row, 'symbol')))
  const open = rows.filter((row) => decimalOrNull(row, 'size')?.isZero() !== true)
  // Without these a position belongs to no pool, and could hide from any.
  for (const row of open) {
    nameIn(row, 'asset')
    sideOf(row)
    textField(row, 'marginType')
  }
  const balances = rowsOf(WEEX, 'balance', balance).map((row) => named(row, `balance of ${nameIn(row, 'asset')}`))
  return {
    positions: open,
    balances: new Map(balances.map((row) => [nameIn(row, 'asset'), row])),
  }
}

function nameIn(row: Row, field: string): string {
  const name = textField(row, field)
  if (!NAME.test(name)) throw missing(row, field)
  return name
}

export const assetIn = (row: Row): string => textField(row, 'asset')

export function sideOf(row: Row): 'long' | 'short' {
  const side = textField(row, 'side')
  if (side !== 'LONG' && side !== 'SHORT') throw missing(row, 'side')
  return side === 'LONG' ? 'long' : 'short'
}

export const isIsolated = (row: Row): boolean => row.fields.marginType === 'ISOLATED'

/** Whether an isolated position may draw on the balance that backs the cross pool. What is not told may be so. */
export const topsUp = (row: Row): boolean => isIsolated(row) && row.fields.isAutoAppendIsolatedMargin !== false

/** The name of the pool that a row belongs to. */
export function poolOf(row: Row): string {
  return isIsolated(row) ? `${row.label}-${sideOf(row)}` : `${assetIn(row)}-cross`
}

/** @throws UnsupportedError for margin of a kind whose pool is not told */
export function refuseUnknownMargin(row: Row): void {
  const { marginType, separatedMode } = row.fields
  if (marginType !== 'ISOLATED' && marginType !== 'CROSSED') {
    throw new UnsupportedError(WEEX, `holds ${row.label} with margin of a kind that hullmark does not know`)
  }
  if (separatedMode !== 'COMBINED')
    throw new UnsupportedError(WEEX, `holds ${row.label} apart from other orders of the same side`)
  if (isIsolated(row) && flagField(row, 'isAutoAppendIsolatedMargin')) {
    throw new UnsupportedError(WEEX, `tops up the margin of ${row.label} by itself, so that its price is not where the loss ends`)
  }
}

/** What a row says of its own size and worth. */
export type Sizes = {
  readonly size: Decimal
  readonly entry: Decimal
  readonly profit: Decimal
  /** The mark that its profit was reckoned by. */
  readonly mark: Decimal
}

/** @see ccxt weex.js parsePosition: `openValue` is what was paid, without fees; `size` is in coins */
export function sizesOf(row: Row): Sizes {
  const [size, paid, profit] = [positiveField(row, 'size'), positiveField(row, 'openValue'), decimalField(row, 'unrealizePnl')]
  const mark = paid.plus(sideOf(row) === 'long' ? profit : profit.neg()).div(size)
  return { size, entry: paid.div(size), profit, mark }
}

/** Two answers are a moment apart: profits may have moved by so much of what is held. */
const MOVED = '0.005'
const CENT = '0.01'

/**
 * Why positions and balances cannot both be whole, by the coin of the pool; empty: they fit. A trade between the two answers looks like
 * this, too.
 */
export function disagreements({ positions, balances }: Ledger): ReadonlyMap<string, TrackerError> {
  const faults = new Map<string, TrackerError>()
  for (const [asset, row] of balances) {
    const fault = disagreement(asset, row, positions)
    if (fault !== null) faults.set(asset, fault)
  }
  return faults
}

function disagreement(asset: string, balance: Row, positions: readonly Row[]): TrackerError | null {
  const [total, free, frozen, profit] = ['balance', 'availableBalance', 'frozen', 'unrealizePnl'].map((field) =>
    decimalOrNull(balance, field),
  )
  if (!total || !free || !frozen || !profit) return missing(balance, 'balance, availableBalance, frozen or unrealizePnl')
  const own = positions.filter((row) => assetIn(row) === asset)
  if (own.length === 0) {
    const used = total.minus(free).minus(frozen)
    if (used.abs().lte(CENT) && profit.abs().lte(CENT)) return null
    const what = `holds margin in ${asset} for positions, but lists no position in it`
    return new IncompleteAnswerError(WEEX, 'allPosition', { what })
  }
  const told = own.map((row) => ({ row, profit: decimalOrNull(row, 'unrealizePnl'), paid: decimalOrNull(row, 'openValue') }))
  // A row that cannot be read spoils its own pool, and says so there.
  if (told.some((one) => one.profit === null || one.paid === null)) return null
  const slack = sum(told.map(({ paid }) => (paid as Decimal).abs()))
    .times(MOVED)
    .plus(CENT)
  // It is not told whether the sum counts isolated positions.
  const sums = [told, told.filter(({ row }) => !isIsolated(row))].map((some) => sum(some.map((one) => one.profit as Decimal)))
  if (sums.some((one) => one.minus(profit).abs().lte(slack))) return null
  const what = `gives a profit of all positions in ${asset} that is not the sum of those it lists`
  return new IncompleteAnswerError(WEEX, 'allPosition', { what })
}
