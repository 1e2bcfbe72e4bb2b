import { TrackerError } from '../../errors.ts'
import { sum } from '../../risk/decimal.ts'
import type { Circumstances, FundingPaid, StopOrder } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalField, decimalOrNull, named, positiveField, type Row, textField } from '../row.ts'
import { pagesOf } from './answers.ts'
import { readBills } from './income.ts'

const DAYS = 7
const DAY_MS = 86_400_000

/** A position of which the circumstances are asked. */
export type Place = { readonly symbol: string; readonly side: 'long' | 'short' }

/** The circumstances of a pool, by its positions, and what must be said of them. */
export type CircumstancesOf = (places: readonly Place[]) => {
  readonly circumstances: Circumstances
  readonly notes: readonly string[]
}

/** Reads what WEEX tells of open positions beside their margin: each list is asked once, and one that fails costs no leg. */
export async function readCircumstances(reader: Reader): Promise<CircumstancesOf> {
  const [stops, paid] = await Promise.all([orFault(readStops(reader)), orFault(readPaid(reader))])
  const notes = [
    ...(stops instanceof TrackerError ? [`stops were not read: ${stops.message}`] : []),
    ...(paid instanceof TrackerError ? [`funding paid was not read: ${paid.message}`] : []),
  ]
  return (places) => ({
    circumstances: {
      stops:
        stops instanceof TrackerError
          ? null
          : stops.filter((stop) => places.some(({ symbol, side }) => symbol === stop.symbol && side === stop.side)),
      fundingPaid: paid instanceof TrackerError ? null : paid.filter((one) => places.some(({ symbol }) => symbol === one.symbol)),
      // The venue describes the queue, and tells nobody's place in it.
      adl: null,
    },
    notes,
  })
}

/**
 * Open orders that close what is held once a price is reached. WEEX keeps them in two lists, whose pages it counts from 0 and from 1.
 *
 * @see ccxt weex.js, samples of fetchOpenOrders
 */
async function readStops(reader: Reader): Promise<readonly StopOrder[]> {
  const [plain, conditional] = await Promise.all([
    pagesOf(reader, 'openOrders', { call: 'contractPrivateGetCapiV3OpenOrders', firstPage: 0 }),
    pagesOf(reader, 'openAlgoOrders', { call: 'contractPrivateGetCapiV3OpenAlgoOrders', firstPage: 1 }),
  ])
  return [
    ...plain.flatMap((row) => stopIn(row, { type: 'type', trigger: 'stopPrice', size: 'origQty' })),
    ...conditional.flatMap((row) => stopIn(row, { type: 'orderType', trigger: 'triggerPrice', size: 'quantity' })),
  ]
}

type Names = { readonly type: string; readonly trigger: string; readonly size: string }

function stopIn(order: Row, names: Names): readonly StopOrder[] {
  const symbol = textField(order, 'symbol')
  const row = named(order, `order in ${symbol}`)
  const side = closedSide(row)
  const trigger = decimalOrNull(row, names.trigger)
  // A limit order waits for no trigger, and a trailing one that has not begun to follow has none yet.
  if (side === null || !trigger?.gt(0)) return []
  return [
    {
      ...{ symbol, side, trigger },
      kind: textField(row, names.type).startsWith('TAKE_PROFIT') ? 'take-profit' : 'stop',
      triggerBy: TRIGGERS[String(row.fields.workingType)] ?? null,
      size: row.fields.closePosition === true ? null : positiveField(row, names.size),
      // An order against the side that it names can do nothing else.
      reduceOnly: true,
    },
  ]
}

const TRIGGERS: Readonly<Record<string, StopOrder['triggerBy']>> = {
  CONTRACT_PRICE: 'last',
  MARK_PRICE: 'mark',
  INDEX_PRICE: 'index',
}

/** The side of the position that an order closes; null: it opens one. */
function closedSide(row: Row): 'long' | 'short' | null {
  const [side, of] = [textField(row, 'side'), row.fields.positionSide]
  const closes = row.fields.reduceOnly === true || row.fields.closePosition === true
  if (side === 'SELL' && (of === 'LONG' || (of !== 'SHORT' && closes))) return 'long'
  return side === 'BUY' && (of === 'SHORT' || (of !== 'LONG' && closes)) ? 'short' : null
}

/** Above 0 was received: a bill's `income` is signed. @see ccxt weex.js, sample of fetchLedger */
async function readPaid(reader: Reader): Promise<readonly FundingPaid[]> {
  const { venueTime, readAt } = reader.source()
  const to = venueTime ?? readAt
  const bills = await readBills(reader, { incomeType: 'position_funding', from: to - DAYS * DAY_MS, to })
  const told = bills.map((row) => ({ symbol: textField(row, 'symbol'), amount: decimalField(row, 'income') }))
  return [...new Set(told.map(({ symbol }) => symbol))].map((symbol) => ({
    symbol,
    days: DAYS,
    amount: sum(told.filter((one) => one.symbol === symbol).map(({ amount }) => amount)),
  }))
}
