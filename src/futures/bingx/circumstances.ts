import { TrackerError } from '../../errors.ts'
import { dec, sum } from '../../risk/decimal.ts'
import type { Circumstances, FundingPaid, StopOrder } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalField, decimalOrNull, named, positiveField, type Row, textField } from '../row.ts'
import { listIn, ONCE } from './answers.ts'
import { paymentsOf } from './income.ts'
import type { Held } from './risk.ts'

const DAYS = 7
const DAY_MS = 86_400_000

/** The circumstances of a pool, by its positions, and what must be said of them. */
export type CircumstancesOf = (held: readonly Held[]) => {
  readonly circumstances: Circumstances | null
  readonly notes: readonly string[]
}

/** Where nothing is held nothing is asked. */
export const NOT_ASKED: CircumstancesOf = () => ({ circumstances: null, notes: [] })

/**
 * Reads what BingX tells of open positions beside their margin: each list is asked once, and one that fails costs no leg. Its queue for
 * deleveraging is shown in its app alone.
 */
export async function readCircumstances(reader: Reader, hedgeMode: boolean): Promise<CircumstancesOf> {
  const { venueTime, readAt } = reader.source()
  const end = venueTime ?? readAt
  const [orders, payments] = await Promise.all([
    orFault(readOrders(reader)),
    orFault(paymentsOf(reader, { start: end - DAYS * DAY_MS, end })),
  ])
  return (held) => {
    const symbols = new Set(held.map(({ position }) => position.symbol))
    const own = orders instanceof TrackerError ? [] : orders.filter((row) => symbols.has(row.label))
    const stops = orders instanceof TrackerError ? null : own.flatMap((row) => stopIn(row, held, hedgeMode))
    const trailing = own.filter((row) => /^TRAILING/.test(textField(row, 'type'))).map(({ label }) => label)
    return {
      circumstances: { stops, fundingPaid: payments instanceof TrackerError ? null : paidOf(payments, symbols), adl: null },
      notes: [
        ...(orders instanceof TrackerError ? [`stops were not read: ${orders.message}`] : []),
        ...(payments instanceof TrackerError ? [`funding paid was not read: ${payments.message}`] : []),
        ...[...new Set(trailing)].map((symbol) => `a trailing stop of ${symbol} follows the price: it has none of its own yet`),
      ],
    }
  }
}

/** Every open order, plain and conditional. @see https://bingx-api.github.io/docs-v3/ "Current All Open Orders" */
async function readOrders(reader: Reader): Promise<readonly Row[]> {
  const rows = listIn('openOrders', await reader.ask('swapV2PrivateGetTradeOpenOrders', {}, ONCE), 'orders')
  return rows.map((row) => named(row, textField(row, 'symbol')))
}

/** What sets an order off, by its type; one that only waits for a price of its own is none. */
const KINDS: Readonly<Record<string, StopOrder['kind'] | 'by price'>> = {
  STOP: 'stop',
  STOP_MARKET: 'stop',
  TAKE_PROFIT: 'take-profit',
  TAKE_PROFIT_MARKET: 'take-profit',
  TRIGGER_LIMIT: 'by price',
  TRIGGER_MARKET: 'by price',
  TRIGGER_REVERSE_MARKET: 'by price',
}

/** The stop that an order is for one of these positions; none where it closes nothing of them. */
function stopIn(row: Row, held: readonly Held[], hedgeMode: boolean): readonly StopOrder[] {
  const type = textField(row, 'type')
  const told = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined
  if (told === undefined) return []
  const closes = textField(row, 'side') === 'SELL' ? 'long' : 'short'
  const { positionSide } = row.fields
  if (positionSide !== 'BOTH' && positionSide !== closes.toUpperCase()) return []
  const position = held.find((one) => one.position.symbol === row.label && one.position.side === closes)?.position
  if (position === undefined) return []
  const trigger = positiveField(row, 'stopPrice')
  const losing = trigger.lt(position.mark) === (closes === 'long')
  const kind = told === 'by price' ? (losing ? 'stop' : 'take-profit') : told
  const all = String(row.fields.closePosition) === 'true'
  const size = all ? null : decimalField(row, 'origQty').minus(decimalOrNull(row, 'executedQty') ?? dec(0))
  const reverses = type === 'TRIGGER_REVERSE_MARKET'
  const reduceOnly = !reverses && (all || hedgeMode || row.fields.reduceOnly === true)
  return [{ symbol: row.label, side: closes, kind, trigger, triggerBy: triggerOf(row), size, reduceOnly }]
}

function triggerOf({ fields }: Row): StopOrder['triggerBy'] {
  if (fields.workingType === 'MARK_PRICE') return 'mark'
  if (fields.workingType === 'CONTRACT_PRICE') return 'last'
  return fields.workingType === 'INDEX_PRICE' ? 'index' : null
}

function paidOf(payments: readonly Row[], symbols: ReadonlySet<string>): readonly FundingPaid[] {
  return [...symbols].flatMap((symbol): FundingPaid[] => {
    const own = payments.filter(({ label }) => label === symbol)
    return own.length === 0 ? [] : [{ symbol, days: DAYS, amount: sum(own.map((row) => decimalField(row, 'income'))) }]
  })
}
