import { TrackerError } from '../../errors.ts'
import type { AdlRank, Circumstances } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, type Row } from '../row.ts'
import { paidFor, readPaid } from './fundingPaid.ts'
import { sideOf } from './rows.ts'
import { type Order, readOrders, stopsOf } from './stops.ts'

/** Binance numbers the queue from 0 to 4. */
const HEAD_OF_QUEUE = 4

/** What was told of the account besides its pools. */
export type CircumstanceReading = {
  /** The circumstances of a pool: of its open rows of positionRisk, and the coin it settles in. */
  readonly of: (rows: readonly Row[], settle: string) => Circumstances
  readonly notes: readonly string[]
}

/**
 * Reads stops and funding paid of the open positions, and finds their places in the queue in the rows themselves. Whatever goes wrong
 * costs no leg: it is then not known, with a note.
 *
 * @param open - The open rows of positionRisk.
 */
export async function readCircumstances(reader: Reader, open: readonly Row[]): Promise<CircumstanceReading> {
  if (open.length === 0) return { of: () => ({ stops: null, fundingPaid: null, adl: null }), notes: [] }
  const symbols = [...new Set(open.map(({ label }) => label))].sort()
  const [orders, paid] = await Promise.all([orFault(readOrders(reader, symbols)), orFault(readPaid(reader))])
  const notes = [
    ...(orders instanceof TrackerError ? [`stops were not read: ${orders.message}`] : othersNote(orders)),
    ...(paid instanceof TrackerError ? [`funding paid was not read: ${paid.message}`] : []),
  ]
  return {
    notes,
    of: (rows, settle) => ({
      stops: orders instanceof TrackerError ? null : rows.flatMap((row) => stopsOf(row, orders)),
      fundingPaid: paid instanceof TrackerError ? null : paidFor(rows, paid.rows, settle),
      adl: ranksOf(rows),
    }),
  }
}

/** Trailing stops, and what Binance may add: their price is not fixed, so nothing can be said of it. */
function othersNote(orders: readonly Order[]): readonly string[] {
  const others = [...new Set(orders.filter(({ kind }) => kind === null).map(({ symbol }) => symbol))]
  return others.length === 0 ? [] : [`orders whose price moves (trailing stops) are not looked at: ${others.join(', ')}`]
}

function ranksOf(rows: readonly Row[]): readonly AdlRank[] | null {
  const ranks = rows.map((row) => {
    const rank = decimalOrNull(row, 'adl')
    return rank?.isInteger() && rank.gte(0) && rank.lte(HEAD_OF_QUEUE)
      ? { symbol: row.label, side: sideOf(row), rank: rank.toNumber(), of: HEAD_OF_QUEUE }
      : null
  })
  return ranks.every((one) => one !== null) ? ranks : null
}
