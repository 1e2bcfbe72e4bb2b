import type { Decimal } from '../../risk/decimal.ts'
import type { StopOrder } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { decimalOrNull, named, positiveField, type Row, textField } from '../row.ts'
import { aboveZero, choiceField, listOf, ONCE, pagesOf } from './answers.ts'
import { type Markets, termsOf } from './markets.ts'
import { type Place, sideOf } from './rows.ts'

/** Trigger orders may live longer, but the venue asks for a span, and other lists of it end at 90 days. */
const PLAN_SPAN_MS = 90 * 86_400_000 - 1

/** What orders are understood with. */
export type StopTerms = { readonly places: readonly Place[]; readonly markets: Markets; readonly hedgeMode: boolean }

/**
 * The open orders that close what is held, once a price is reached: those attached to positions, trigger orders and trailing ones.
 *
 * @throws TrackerError where one of the lists cannot be read: without it the others would look like all
 * @see https://www.mexc.com/api-docs/futures/account-and-trading-endpoints "Get TP/SL order list", "Get plan order list"
 */
export async function readStops(reader: Reader, terms: StopTerms): Promise<readonly StopOrder[]> {
  const { venueTime, readAt } = reader.source()
  const end = venueTime ?? readAt
  const [attached, planned, trailing] = await Promise.all([
    reader.ask('contractPrivateGetStoporderOpenOrders', {}, ONCE),
    pagesOf(reader, 'planorder/list/orders', {
      call: 'contractPrivateGetPlanorderListOrders',
      params: { states: 1, start_time: end - PLAN_SPAN_MS, end_time: end },
      ...{ page: 'page_num', size: 'page_size' },
    }),
    pagesOf(reader, 'trackorder/list/orders', {
      call: 'contractPrivateGetTrackorderListOrders',
      params: { states: '0,1' },
      ...{ page: 'pageIndex', size: 'pageSize' },
    }),
  ])
  const rows = (list: readonly Row[]): readonly Row[] => list.map((row) => named(row, `order in ${textField(row, 'symbol')}`))
  return [
    ...rows(listOf('stoporder/open_orders', attached)).flatMap((row) => attachedStops(row, terms)),
    ...rows(planned).flatMap((row) => plannedStop(row, terms)),
    ...rows(trailing).flatMap((row) => trailingStop(row, terms)),
  ]
}

/** One row may hold a stop and a take-profit. One without a position waits with an entry. */
function attachedStops(row: Row, terms: StopTerms): readonly StopOrder[] {
  const position = row.fields.positionId
  if (position === undefined || position === null || String(position) === '0' || decimalOrNull(row, 'isFinished')?.eq(1))
    return []
  const [symbol, side] = [textField(row, 'symbol'), sideOf(row)]
  if (!isHeld(terms, symbol, side)) return []
  const apart = row.fields.profitLossVolType === 'SEPARATE'
  const whole = decimalOrNull(row, 'volType')?.eq(2) === true
  const one = (kind: StopOrder['kind'], names: Names): readonly StopOrder[] => {
    const trigger = aboveZero(row, names.price)
    if (trigger === null) return []
    const size = whole ? null : sizeOf(row, apart && aboveZero(row, names.volume) !== null ? names.volume : 'vol', terms)
    // A reversing order opens the other side after it has closed this one.
    const reduceOnly = decimalOrNull(row, names.reverse)?.eq(1) !== true
    return [{ symbol, side, kind, trigger, triggerBy: triggerOf(row, names.trend), size, reduceOnly }]
  }
  return [...one('stop', LOSS), ...one('take-profit', PROFIT)]
}

type Names = { readonly price: string; readonly volume: string; readonly trend: string; readonly reverse: string }
const LOSS: Names = { price: 'stopLossPrice', volume: 'stopLossVol', trend: 'lossTrend', reverse: 'stopLossReverse' }
const PROFIT: Names = { price: 'takeProfitPrice', volume: 'takeProfitVol', trend: 'profitTrend', reverse: 'takeProfitReverse' }

function plannedStop(row: Row, terms: StopTerms): readonly StopOrder[] {
  const side = closedSide(row, terms)
  if (side === null || decimalOrNull(row, 'state')?.eq(1) !== true) return []
  const falling = choiceField(row, 'triggerType', [1, 2]) === 2
  const kind = falling === (side === 'long') ? 'stop' : 'take-profit'
  return [{ ...common(row, side, terms), kind, trigger: positiveField(row, 'triggerPrice') }]
}

/** A trailing order that has not begun to follow has no price yet that would set it off. */
function trailingStop(row: Row, terms: StopTerms): readonly StopOrder[] {
  const side = closedSide(row, terms)
  const trigger = aboveZero(row, 'triggerPrice')
  return side === null || trigger === null ? [] : [{ ...common(row, side, terms), kind: 'stop', trigger }]
}

function common(row: Row, side: 'long' | 'short', terms: StopTerms): Omit<StopOrder, 'kind' | 'trigger'> {
  return {
    symbol: textField(row, 'symbol'),
    side,
    triggerBy: triggerOf(row, 'trend'),
    size: sizeOf(row, 'vol', terms),
    // Where sides are held apart, an order to close one does nothing else.
    reduceOnly: terms.hedgeMode || row.fields.reduceOnly === true,
  }
}

/**
 * The side that an order closes, of what is held; null: none. Where one position is held a market, an order to open against it makes
 * it smaller first.
 */
function closedSide(row: Row, terms: StopTerms): 'long' | 'short' | null {
  const order = choiceField(row, 'side', [1, 2, 3, 4])
  const closes = order === 2 || order === 4
  if (!closes && terms.hedgeMode) return null
  const side = order === 1 || order === 2 ? 'short' : 'long'
  return isHeld(terms, textField(row, 'symbol'), side) ? side : null
}

function isHeld({ places }: StopTerms, symbol: string, side: 'long' | 'short'): boolean {
  return places.some((one) => one.symbol === symbol && one.side === side)
}

function sizeOf(row: Row, field: string, { markets }: StopTerms): Decimal {
  return positiveField(row, field).times(termsOf(textField(row, 'symbol'), markets).unit)
}

function triggerOf(row: Row, field: string): StopOrder['triggerBy'] {
  const by = decimalOrNull(row, field)
  if (by === null) return null
  return by.eq(1) ? 'last' : by.eq(2) ? 'mark' : by.eq(3) ? 'index' : null
}
