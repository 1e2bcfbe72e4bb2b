import { TrackerError } from '../../errors.ts'
import { type Decimal, sum } from '../../risk/decimal.ts'
import type { AdlRank, Circumstances, FundingPaid, MarginAccount, StopOrder } from '../../risk/marginAccount.ts'
import type { Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalField, decimalOrNull, positiveField, type Row } from '../row.ts'
import type { Ledger, Listed } from './ledger.ts'
import { allRows, BYBIT } from './pages.ts'

const DAY = 86_400_000
const DAYS = 7

/** What was read besides the figures that decide, with what could not be. */
export type Around = { readonly of: (account: MarginAccount) => Circumstances; readonly notes: readonly string[] }

/**
 * Reads what tells about pools but decides no liquidation: asked once, for accounts that hold positions. A failure costs no leg.
 *
 * @param settles - The coins that open linear positions settle in.
 */
export async function readCircumstances(reader: Reader, ledger: Ledger, settles: readonly string[]): Promise<Around> {
  const [stops, paid] = await Promise.all([orFault(readStops(reader, ledger, settles)), orFault(readPaid(reader))])
  const notes = [
    ...(stops instanceof TrackerError ? [`${BYBIT}: stops were not read: ${stops.message}`] : []),
    ...(paid instanceof TrackerError ? [`${BYBIT}: the funding that was paid was not read: ${paid.message}`] : []),
  ]
  return {
    notes,
    of: ({ positions }) => {
      const own = (symbol: string): boolean => positions.some((one) => one.symbol === symbol)
      const sided = ({ symbol, side }: Pick<StopOrder, 'symbol' | 'side'>): boolean =>
        positions.some((one) => one.symbol === symbol && one.side === side)
      return {
        stops: stops instanceof TrackerError ? null : stops.filter(sided),
        fundingPaid: paid instanceof TrackerError ? null : paid.filter(({ symbol }) => own(symbol)),
        adl: ledger.positions.flatMap(ranked).filter(sided),
      }
    },
  }
}

/** One to five: five is closed first. */
function ranked({ row }: Listed): AdlRank[] {
  const rank = Number(row.fields.adlRankIndicator)
  if (!Number.isSafeInteger(rank) || rank < 1 || rank > 5) return []
  return [{ symbol: row.label, side: row.fields.side === 'Sell' ? 'short' : 'long', rank, of: 5 }]
}

/** @see https://bybit-exchange.github.io/docs/v5/order/open-order */
async function readStops(reader: Reader, { positions }: Ledger, settles: readonly string[]): Promise<readonly StopOrder[]> {
  const asked: Readonly<Record<string, string>>[] = settles.map((settleCoin) => ({ category: 'linear', settleCoin }))
  if (positions.some(({ category }) => category === 'inverse')) asked.push({ category: 'inverse' })
  const lists = await Promise.all(
    asked.map((params) =>
      allRows(reader, {
        ...{ call: 'privateGetV5OrderRealtime', params: { ...params, orderFilter: 'StopOrder', limit: 50 } },
        ...{ label: `order/realtime ${params.category}`, tries: 1 },
      }),
    ),
  )
  return lists.flat().flatMap(stopOf)
}

const TAKES = new Set(['TakeProfit', 'PartialTakeProfit'])
const STOPS = new Set(['StopLoss', 'PartialStopLoss'])
const PRICES: Readonly<Record<string, StopOrder['triggerBy']>> = { LastPrice: 'last', MarkPrice: 'mark', IndexPrice: 'index' }

/** An order that closes at a price. One that trails the price, or watches the margin rate, has none; one that may open is an entry. */
function stopOf(row: Row): StopOrder[] {
  const { symbol, stopOrderType, triggerBy, tpslMode } = row.fields
  const [reduceOnly, closes] = [row.fields.reduceOnly === true, row.fields.closeOnTrigger === true]
  const type = String(stopOrderType)
  const whole = TAKES.has(type) || STOPS.has(type)
  if (typeof symbol !== 'string' || !(whole || (type === 'Stop' && (reduceOnly || closes)))) return []
  const side = row.fields.side === 'Sell' ? 'long' : 'short'
  const falls = String(row.fields.triggerDirection) === '2'
  const kind = whole ? (STOPS.has(type) ? 'stop' : 'take-profit') : falls === (side === 'long') ? 'stop' : 'take-profit'
  const size = decimalOrNull(row, 'qty')
  return [
    {
      ...{ symbol, side, kind, trigger: positiveField(row, 'triggerPrice'), triggerBy: PRICES[String(triggerBy)] ?? null },
      size: size?.gt(0) && !(whole && tpslMode === 'Full') ? size : null,
      reduceOnly: reduceOnly || closes || whole,
    },
  ]
}

/** Rows of the transaction log between two moments, at most seven days apart. */
export function transactions(reader: Reader, type: string, [from, to]: readonly [number, number]): Promise<readonly Row[]> {
  return allRows(reader, {
    call: 'privateGetV5AccountTransactionLog',
    params: { accountType: 'UNIFIED', type, startTime: from, endTime: to, limit: 50 },
    ...{ label: `transaction-log ${type}`, tries: 1 },
  })
}

/** @see https://bybit-exchange.github.io/docs/v5/account/transaction-log: "Positive fee value means receive funding" */
async function readPaid(reader: Reader): Promise<readonly FundingPaid[]> {
  const { readAt } = reader.source()
  const now = readAt - reader.offsetMs()
  const rows = await transactions(reader, 'SETTLEMENT', [now - DAYS * DAY, now])
  const bySymbol = new Map<string, Decimal[]>()
  for (const row of rows) {
    const { symbol, funding } = row.fields
    if (typeof symbol !== 'string' || symbol === '' || funding === '') continue
    bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), decimalField(row, 'funding')])
  }
  return [...bySymbol].map(([symbol, amounts]) => ({ symbol, days: DAYS, amount: sum(amounts) }))
}
