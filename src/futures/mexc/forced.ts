import type { Reader } from '../ccxtReader.ts'
import type { ForcedClose } from '../exchange.ts'
import { missing, type Row, textField } from '../row.ts'
import { pagesOf, timeIn } from './answers.ts'

/** Filled. */
const DONE = 3
const KINDS = [
  { category: 2, kind: 'liquidation' },
  { category: 4, kind: 'deleveraging' },
] as const

/**
 * Positions that MEXC has taken over or deleveraged since a time of its own, oldest first.
 *
 * @see https://www.mexc.com/api-docs/futures/account-and-trading-endpoints "Get historical orders" (`category`: 1 limit, 2 system
 * take-over, 3 close, 4 ADL)
 */
export async function readForced(reader: Reader, since: number): Promise<readonly ForcedClose[]> {
  const lists = await Promise.all(
    KINDS.map(async ({ category, kind }) => {
      const rows = await pagesOf(reader, 'order/list/history_orders', {
        call: 'contractPrivateGetOrderListHistoryOrders',
        // Both names stand in editions of the documentation; the one it does not know it leaves alone.
        params: { category, states: DONE, startTime: since, start_time: since },
        ...{ page: 'page_num', size: 'page_size' },
      })
      return rows.map((row) => ({ symbol: textField(row, 'symbol'), at: timeOf(row), kind }))
    }),
  )
  return lists
    .flat()
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at)
}

function timeOf(row: Row): number {
  const time = timeIn(row.fields.updateTime)
  if (time === null) throw missing(row, 'updateTime')
  return time
}
