import { IncompleteAnswerError } from '../../errors.ts'
import type { Params } from '../ccxtClient.ts'
import type { Reader } from '../ccxtReader.ts'
import type { ForcedClose } from '../exchange.ts'
import { missing, named, type Row, rowsOf, textField } from '../row.ts'
import { BINGX, dataOf, listIn, ONCE, timeIn } from './answers.ts'

/** A span of the venue's time, milliseconds, both ends in it. */
type Span = { readonly start: number; readonly end: number }

/** What is asked of a span, and how many rows an answer holds at most. */
type Asked = { readonly most: number; readonly ask: (span: Span) => Promise<readonly Row[]> }

/** Spans are halved so often: what is still full then does not end. */
const DEPTH = 5

/** All rows of a span. A list without pages that is full is asked for in two halves. */
async function rowsIn(span: Span, { most, ask }: Asked, depth = 0): Promise<readonly Row[]> {
  const rows = await ask(span)
  if (rows.length < most) return rows
  if (depth >= DEPTH) throw new IncompleteAnswerError(BINGX, 'history', { what: 'lists more than one account can have' })
  const middle = Math.floor((span.start + span.end) / 2)
  const halves = [
    { start: span.start, end: middle },
    { start: middle + 1, end: span.end },
  ]
  const found: Row[] = []
  for (const half of halves) found.push(...(await rowsIn(half, { most, ask }, depth + 1)))
  return found
}

const MOST_INCOME = 1000
const MOST_ORDERS = 100

/** Funding received (above 0) and paid, by symbol. @see https://bingx-api.github.io/docs-v3/ "Get Account Profit and Loss Fund Flow" */
export function paymentsOf(reader: Reader, span: Span): Promise<readonly Row[]> {
  return rowsIn(span, {
    most: MOST_INCOME,
    ask: async ({ start, end }) => {
      const params: Params = { incomeType: 'FUNDING_FEE', startTime: start, endTime: end, limit: MOST_INCOME }
      const data = dataOf('income', await reader.ask('swapV2PrivateGetUserIncome', params, ONCE))
      // Where there is nothing it may answer null in place of a list.
      return rowsOf(BINGX, 'income', data ?? []).map((row) => named(row, textField(row, 'symbol')))
    },
  })
}

const KINDS = [
  { autoCloseType: 'LIQUIDATION', kind: 'liquidation' },
  { autoCloseType: 'ADL', kind: 'deleveraging' },
] as const

/** Positions that BingX closed by force since a time of its own. @see https://bingx-api.github.io/docs-v3/ "User's Force Orders" */
export async function readForced(reader: Reader, since: number): Promise<readonly ForcedClose[]> {
  const { venueTime, readAt } = reader.source()
  const span = { start: since, end: venueTime ?? readAt }
  const lists = await Promise.all(
    KINDS.map(async ({ autoCloseType, kind }) => {
      const rows = await rowsIn(span, {
        most: MOST_ORDERS,
        ask: async ({ start, end }) => {
          const params: Params = { autoCloseType, startTime: start, endTime: end, limit: MOST_ORDERS }
          return listIn('forceOrders', await reader.ask('swapV2PrivateGetTradeForceOrders', params, ONCE), 'orders')
        },
      })
      return rows.map((row): ForcedClose => ({ symbol: textField(row, 'symbol'), at: timeOf(row), kind }))
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
