import { IncompleteAnswerError, type TrackerError } from '../../errors.ts'
import { type Decimal, dec, sum } from '../../risk/decimal.ts'
import { decimalField, decimalOrNull, flagField, missing, named, type Row, textField } from '../row.ts'
import { BINGX, listOf } from './answers.ts'

/** Letters of any script. */
const NAME = /^[\p{L}\p{N}_-]{1,60}$/u

/** What two requests told of the linear account. */
export type Ledger = {
  /** Rows with a position, or a size that cannot be read. */
  readonly positions: readonly Row[]
  /** Rows of the balance by coin. */
  readonly balances: ReadonlyMap<string, Row>
}

/** @throws IncompleteAnswerError where the answers do not even list what there is */
export function ledgerOf(positions: unknown, balance: unknown): Ledger {
  const rows = listOf('positions', positions).map((row) => named(row, nameIn(row, 'symbol')))
  const open = rows.filter((row) => decimalOrNull(row, 'positionAmt')?.isZero() !== true)
  for (const row of open) {
    // Without these a position belongs to no pool, and could hide from any.
    nameIn(row, 'currency')
    sideOf(row)
    flagField(row, 'isolated')
  }
  // A coin that was never held is a row of empty texts.
  const held = listOf('balance', balance).filter(({ fields }) => fields.asset !== '')
  const named_ = held.map((row) => named(row, `balance of ${nameIn(row, 'asset')}`))
  return { positions: open, balances: new Map(named_.map((row) => [nameIn(row, 'asset'), row])) }
}

function nameIn(row: Row, field: string): string {
  const name = textField(row, field)
  if (!NAME.test(name)) throw missing(row, field)
  return name
}

export const settleIn = (row: Row): string => textField(row, 'currency')
export const isIsolated = (row: Row): boolean => row.fields.isolated === true

/** @throws IncompleteAnswerError where it is not told, or the sign of the amount says otherwise */
export function sideOf(row: Row): 'long' | 'short' {
  const { positionSide } = row.fields
  if (positionSide !== 'LONG' && positionSide !== 'SHORT') throw missing(row, 'positionSide')
  // Amounts are told without a sign; one that has a sign must agree with the side.
  if (positionSide === 'LONG' && decimalOrNull(row, 'positionAmt')?.lt(0)) throw missing(row, 'positionSide')
  return positionSide === 'LONG' ? 'long' : 'short'
}

/** The name of the pool of each row. Orders that are isolated from each other hold several positions of one market and side. */
export function poolsOf(rows: readonly Row[]): ReadonlyMap<Row, string> {
  const plain = (row: Row): string => (isIsolated(row) ? `${row.label}-${sideOf(row)}` : `${settleIn(row)}-cross`)
  return new Map(
    rows.map((row) => {
      const twins = rows.filter((other) => isIsolated(other) && plain(other) === plain(row))
      return [row, isIsolated(row) && twins.length > 1 ? `${plain(row)}-${idOf(row)}` : plain(row)]
    }),
  )
}

function idOf(row: Row): string {
  const { positionId } = row.fields
  if (typeof positionId === 'string' && /^\d{1,30}$/.test(positionId)) return positionId
  throw missing(row, 'positionId')
}

/** What was set aside for an isolated position: its margin less the profit that is told in it. */
export function postedOf(row: Row): Decimal {
  return decimalField(row, 'margin').minus(decimalField(row, 'unrealizedProfit'))
}

/** Margin that open orders hold; the field has had two spellings. */
export function frozenIn(balance: Row): Decimal {
  return decimalOrNull(balance, 'frozenMargin') ?? decimalField(balance, 'freezedMargin')
}

/** Two answers are a moment apart, and told to four digits. */
const MOVED = '0.005'
const CENT = dec('0.01')

/** Why positions and balance cannot both be whole, by coin; empty: they fit. A trade between the two answers looks like this, too. */
export function disagreements({ positions, balances }: Ledger): ReadonlyMap<string, TrackerError> {
  const faults = new Map<string, TrackerError>()
  for (const coin of new Set([...balances.keys(), ...positions.map(settleIn)])) {
    const balance = balances.get(coin)
    const own = positions.filter((row) => settleIn(row) === coin)
    const fault =
      balance === undefined ? new IncompleteAnswerError(BINGX, `balance of ${coin}`) : disagreement(coin, balance, own)
    if (fault !== null) faults.set(coin, fault)
  }
  return faults
}

function disagreement(coin: string, balance: Row, own: readonly Row[]): TrackerError | null {
  const [money, equity, profit, used] = ['balance', 'equity', 'unrealizedProfit', 'usedMargin'].map((field) =>
    decimalOrNull(balance, field),
  )
  if (!money || !equity || !profit || !used) return missing(balance, 'balance, equity, unrealizedProfit or usedMargin')
  if (money.plus(profit).minus(equity).abs().gt(CENT)) {
    const what = `gives an equity in ${coin} that is not its balance and its profit`
    return new IncompleteAnswerError(BINGX, `equity of ${coin}`, { what })
  }
  const margins = own.map((row) => decimalOrNull(row, 'initialMargin'))
  // A row that cannot be read spoils its own pool, and says so there.
  if (margins.some((margin) => margin === null)) return null
  const slack = used.abs().times(MOVED).plus(CENT)
  if (
    sum(margins as Decimal[])
      .minus(used)
      .abs()
      .lte(slack)
  )
    return null
  const what = `holds margin in ${coin} for positions that it does not list, or lists more than it holds margin for`
  return new IncompleteAnswerError(BINGX, 'positions', { what })
}
