import { dec, isDecimalText } from '../../risk/decimal.ts'
import type { StopOrder } from '../../risk/marginAccount.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { flagField, named, positiveField, type Row, rowsOf, textField } from '../row.ts'
import { sideOf } from './rows.ts'

const BINANCE = 'Binance'
const FRESH_MS = 300_000
/** Asked one by one a symbol costs a weight of 1, all symbols together 40. */
const ONE_BY_ONE = 40

/** What is kept of a conditional order; texts, for it is remembered. `trigger` null: it moves with the price. */
export type Order = {
  readonly symbol: string
  readonly closes: 'LONG' | 'SHORT'
  readonly position: string
  readonly kind: StopOrder['kind'] | null
  readonly trigger: string | null
  readonly by: StopOrder['triggerBy']
  readonly size: string | null
  readonly reduceOnly: boolean
}

type Orders = { readonly symbols: readonly string[]; readonly orders: readonly Order[] }

/** The open conditional orders of some symbols, at most five minutes old. @throws TrackerError */
export function readOrders(reader: Reader, symbols: readonly string[]): Promise<readonly Order[]> {
  const asked = symbols.length <= ONE_BY_ONE ? symbols.map((symbol) => ({ symbol })) : [{}]
  const rare: Rare<Orders> = {
    key: reader.key('stops', 'own'),
    maxAgeMs: FRESH_MS,
    read: async () => {
      const answers = await Promise.all(asked.map((one) => reader.ask('fapiPrivateGetOpenAlgoOrders', one, 1)))
      return { symbols, orders: answers.flatMap((answer) => rowsOf(BINANCE, 'openAlgoOrders', answer).map(orderOf)) }
    },
    accept: (cached) => {
      const { symbols: known, orders } = (cached ?? {}) as Partial<Orders>
      const whole = Array.isArray(known) && symbols.every((symbol) => known.includes(symbol))
      return whole && Array.isArray(orders) && orders.every(isOrder) ? { symbols: known, orders } : null
    },
  }
  return reader.rare(rare).then(({ orders }) => orders)
}

const KINDS: Readonly<Record<string, StopOrder['kind']>> = {
  STOP: 'stop',
  STOP_MARKET: 'stop',
  TAKE_PROFIT: 'take-profit',
  TAKE_PROFIT_MARKET: 'take-profit',
}

/** @see Binance "Current All Algo Open Orders": conditional orders are told here alone since 2025-12-09. */
function orderOf(row: Row): Order {
  const symbol = textField(row, 'symbol')
  const order = named(row, `conditional order of ${symbol}`)
  const kind = KINDS[textField(order, 'orderType')] ?? null
  const all = flagField(order, 'closePosition')
  const by = order.fields.workingType
  return {
    symbol,
    closes: textField(order, 'side') === 'SELL' ? 'LONG' : 'SHORT',
    position: textField(order, 'positionSide'),
    kind,
    trigger: kind === null ? null : positiveField(order, 'triggerPrice').toFixed(),
    by: by === 'MARK_PRICE' ? 'mark' : by === 'CONTRACT_PRICE' ? 'last' : null,
    size: all ? null : positiveField(order, 'quantity').toFixed(),
    reduceOnly: all || flagField(order, 'reduceOnly'),
  }
}

function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null) return false
  const { symbol, closes, position, kind, trigger, by, size, reduceOnly } = value as Partial<Record<keyof Order, unknown>>
  const isNumber = (one: unknown): boolean => typeof one === 'string' && isDecimalText(one) && dec(one).gt(0)
  return (
    typeof symbol === 'string' &&
    (closes === 'LONG' || closes === 'SHORT') &&
    typeof position === 'string' &&
    (kind === null || ((kind === 'stop' || kind === 'take-profit') && isNumber(trigger))) &&
    (by === null || by === 'mark' || by === 'last') &&
    (size === null || isNumber(size)) &&
    typeof reduceOnly === 'boolean'
  )
}

/** The orders that close a position, of an open row of positionRisk. */
export function stopsOf(row: Row, orders: readonly Order[]): readonly StopOrder[] {
  const side = sideOf(row)
  return orders.flatMap(({ symbol, closes, position, kind, trigger, by, size, reduceOnly }): StopOrder[] => {
    const ours = symbol === row.label && closes === side.toUpperCase() && position === row.fields.positionSide
    if (!ours || kind === null || trigger === null) return []
    const closing = { trigger: dec(trigger), triggerBy: by, size: size === null ? null : dec(size) }
    // Where sides are held apart, an order against one cannot open the other.
    return [{ symbol, side, kind, ...closing, reduceOnly: reduceOnly || position !== 'BOTH' }]
  })
}
