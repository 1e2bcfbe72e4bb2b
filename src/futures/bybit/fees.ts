import { TrackerError } from '../../errors.ts'
import { type Decimal, dec, isDecimalText } from '../../risk/decimal.ts'
import type { Rare, Reader } from '../ccxtReader.ts'
import { orFault } from '../orFault.ts'
import { decimalOrNull, rowsOf } from '../row.ts'
import type { Category } from './markets.ts'
import { BYBIT, resultOf } from './pages.ts'

const DAY = 86_400_000

/** The user's own taker fee by symbol; null: not told. */
export type TakerFees = (symbol: string, category: Category) => Decimal | null

/**
 * The fee of closing is part of what Bybit requires, and it is the user's own. Where it is not told (a demo account), it is
 * found in the maintenance that the venue names.
 *
 * @see https://bybit-exchange.github.io/docs/v5/account/fee-rate
 */
export async function readTakerFees(reader: Reader, categories: ReadonlySet<Category>): Promise<TakerFees> {
  const read = await Promise.all(
    [...categories].map(async (category) => [category, await orFault(feesOf(reader, category))] as const),
  )
  const byCategory = new Map(read)
  return (symbol, category) => {
    const fees = byCategory.get(category)
    const told = fees === undefined || fees instanceof TrackerError ? undefined : fees[symbol]
    return told === undefined ? null : dec(told)
  }
}

type Fees = Readonly<Record<string, string>>

function feesOf(reader: Reader, category: Category): Promise<Fees> {
  const rare: Rare<Fees> = {
    key: reader.key(`fees-${category}`, 'own'),
    maxAgeMs: DAY,
    read: async () => {
      const result = resultOf('fee-rate', await reader.ask('privateGetV5AccountFeeRate', { category }, 1))
      const fees: Record<string, string> = Object.create(null)
      for (const row of rowsOf(BYBIT, 'fee-rate', result.fields.list)) {
        const rate = decimalOrNull(row, 'takerFeeRate')
        if (typeof row.fields.symbol === 'string' && rate?.gte(0) && rate.lt('0.01')) fees[row.fields.symbol] = rate.toFixed()
      }
      return fees
    },
    accept: (cached) =>
      typeof cached === 'object' &&
      cached !== null &&
      Object.values(cached).every((rate) => typeof rate === 'string' && isDecimalText(rate))
        ? Object.assign(Object.create(null), cached)
        : null,
  }
  return reader.rare(rare)
}
