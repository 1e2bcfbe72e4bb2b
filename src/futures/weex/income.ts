import { IncompleteAnswerError } from '../../errors.ts'
import type { Reader } from '../ccxtReader.ts'
import type { ForcedClose } from '../exchange.ts'
import { flagField, missing, named, type Row, rowOf, rowsOf, textField } from '../row.ts'
import { ONCE, timeIn, WEEX } from './answers.ts'

const DAY_MS = 86_400_000
/** One question spans 100 days at most. */
const LONGEST_MS = 99 * DAY_MS
const PAGE_SIZE = 100
/** Each question costs 5 of the 500 that an account has in ten seconds. */
const MOST_ASKED = 40

/** Bills of one kind, and when they were written, milliseconds of the venue's clock. */
export type Bills = { readonly incomeType: string; readonly from: number; readonly to: number }

/**
 * All bills of one kind in a span, each question asked once. The next page is named by numbers too long for JSON, so a span that holds
 * more than a page is cut in two instead.
 *
 * @throws IncompleteAnswerError where the list does not end
 * @see https://www.weex.com/api-doc/contract/Account_API/GetBillRecords
 */
export async function readBills(reader: Reader, { incomeType, from, to }: Bills): Promise<readonly Row[]> {
  const bills = new Map<string, Row>()
  const spans: { readonly from: number; readonly to: number }[] = []
  for (let at = from; at <= to; at += LONGEST_MS) spans.push({ from: at, to: Math.min(to, at + LONGEST_MS - 1) })
  for (let asked = 0; spans.length > 0; asked++) {
    const span = spans.pop() as (typeof spans)[number]
    if (asked >= MOST_ASKED || span.from > span.to) {
      throw new IncompleteAnswerError(WEEX, 'account/income', {
        what: `lists more bills of the kind ${incomeType} than are asked`,
      })
    }
    const params = { incomeType, startTime: span.from, endTime: span.to, limit: PAGE_SIZE }
    const page = rowOf(WEEX, 'account/income', await reader.ask('contractPrivatePostCapiV3AccountIncome', params, ONCE))
    if (flagField(page, 'hasNextPage')) {
      const middle = Math.floor((span.from + span.to) / 2)
      spans.push({ from: span.from, to: middle }, { from: middle + 1, to: span.to })
      continue
    }
    for (const row of rowsOf(WEEX, 'account/income', page.fields.items)) bills.set(idOf(row), named(row, `bill ${incomeType}`))
  }
  return [...bills.values()]
}

/** Ids have 18 digits: text, but for the short ones. */
function idOf(row: Row): string {
  const id = row.fields.billId
  return typeof id === 'number' ? String(id) : textField(row, 'billId')
}

export function timeOf(row: Row): number {
  const time = timeIn(row.fields.time)
  if (time === null) throw missing(row, 'time')
  return time
}

/**
 * Liquidations since a time of the venue's clock, oldest first. One writes a bill when it begins and one when it ends; which of them names
 * the market is not told, so both are read, and of a pair the end is kept.
 */
export async function readForced(reader: Reader, since: number): Promise<readonly ForcedClose[]> {
  const { venueTime, readAt } = reader.source()
  const to = venueTime ?? readAt
  const bills = await Promise.all(
    [START, 'finish_liquidate'].map(async (incomeType) =>
      (await readBills(reader, { incomeType, from: since, to })).flatMap((row) => {
        const { symbol } = row.fields
        return typeof symbol === 'string' && symbol !== '' ? [{ symbol, incomeType, at: timeOf(row) }] : []
      }),
    ),
  )
  const told = bills.flat().sort((a, b) => a.at - b.at)
  return told.flatMap(({ symbol, at, incomeType }, i): ForcedClose[] => {
    const next = told.slice(i + 1).find((later) => later.symbol === symbol)
    const ends = incomeType === START && next !== undefined && next.incomeType !== START
    return ends ? [] : [{ symbol, at, kind: 'liquidation' }]
  })
}

const START = 'start_liquidate'
