import { IncompleteAnswerError } from '../../errors.ts'
import { type Decimal, dec, isDecimalText } from '../../risk/decimal.ts'
import type { FundingPaid } from '../../risk/marginAccount.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { decimalField, type Row, rowsOf, textField } from '../row.ts'

const BINANCE = 'Binance'
const HOUR = 3_600_000
const DAYS = 7
const WEEK = DAYS * 24 * HOUR
const PAGE = 1000
const MOST_PAGES = 20

/** What a symbol paid in one asset; texts, for it is remembered. */
export type Paid = { readonly symbol: string; readonly asset: string; readonly amount: string }

/** Funding of the last 7 days of all symbols, at most an hour old. @throws TrackerError */
export function readPaid(reader: Reader): Promise<{ readonly rows: readonly Paid[] }> {
  const rare: Rare<{ readonly rows: readonly Paid[] }> = {
    key: reader.key('paid', 'own'),
    maxAgeMs: HOUR,
    read: async () => ({ rows: await readIncome(reader) }),
    accept: (cached) => {
      const { rows } = (cached ?? {}) as { rows?: unknown }
      return Array.isArray(rows) && rows.every(isPaid) ? { rows } : null
    },
  }
  return reader.rare(rare)
}

/** @see Binance "Get Income History": pages of at most 1,000 rows, counted from 1; only the times are sure to be kept. */
async function readIncome(reader: Reader): Promise<readonly Paid[]> {
  const { readAt, venueTime } = reader.source()
  const endTime = venueTime ?? readAt
  const sums = new Map<string, { symbol: string; asset: string; amount: Decimal }>()
  for (let page = 1; page <= MOST_PAGES; page++) {
    const params = { incomeType: 'FUNDING_FEE', startTime: endTime - WEEK, endTime, limit: PAGE, page }
    const rows = rowsOf(BINANCE, 'income', await reader.ask('fapiPrivateGetIncome', params, 1))
    for (const row of rows) {
      const [symbol, asset] = [textField(row, 'symbol'), textField(row, 'asset')]
      const before = sums.get(`${symbol} ${asset}`)
      const amount = decimalField(row, 'income')
      sums.set(`${symbol} ${asset}`, { symbol, asset, amount: before === undefined ? amount : before.amount.plus(amount) })
    }
    if (rows.length < PAGE) return [...sums.values()].map(({ amount, ...rest }) => ({ ...rest, amount: amount.toFixed() }))
  }
  throw new IncompleteAnswerError(BINANCE, `income: more than ${PAGE * MOST_PAGES} payments in ${DAYS} days`)
}

function isPaid(value: unknown): value is Paid {
  if (typeof value !== 'object' || value === null) return false
  const { symbol, asset, amount } = value as Partial<Record<keyof Paid, unknown>>
  return typeof symbol === 'string' && typeof asset === 'string' && typeof amount === 'string' && isDecimalText(amount)
}

/** What the positions of a pool have paid in the coin it settles in. */
export function paidFor(rows: readonly Row[], paid: readonly Paid[], settle: string): readonly FundingPaid[] {
  const symbols = new Set(rows.map(({ label }) => label))
  return paid
    .filter(({ symbol, asset }) => asset === settle && symbols.has(symbol))
    .map(({ symbol, amount }) => ({ symbol, days: DAYS, amount: dec(amount) }))
}
