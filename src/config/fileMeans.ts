import { Decimal, dec } from '../risk/decimal.ts'
import { DEFAULT_MEANS, type Means } from '../risk/means.ts'
import { type BookFile, groupsIn, readPart } from './bookFile.ts'
import * as schema from './bookSchema.ts'
import { shown, type Tell } from './sentence.ts'

const MS_PER_MINUTE = 60_000

/** What the owner of a book states in `money` and `volatility`; a time left out stays unknown. */
export function fileMeans(book: BookFile, tell: Tell): Means {
  const money = readPart(book, { path: ['money'], value: book.root.money, schema: schema.money }, tell)
  return {
    minutes: { topUp: minutes(money?.topUp), repay: minutes(money?.repay), withdraw: minutes(money?.withdraw) },
    swapCost: money?.swapCost ?? DEFAULT_MEANS.swapCost,
    volatility: new Map(
      groupsIn(book, 'volatility', tell).flatMap(([factor, value]) => volatilityOf(book, factor, { value, tell })),
    ),
  }
}

/** Cut to a thousandth, upwards: 1 s would have digits without end, and to be late is the worse side. */
function minutes(ms: number | undefined): Decimal | null {
  return ms === undefined ? null : dec(ms).div(MS_PER_MINUTE).toDecimalPlaces(3, Decimal.ROUND_UP)
}

type Stated = { readonly value: unknown; readonly tell: Tell }

function volatilityOf(book: BookFile, factor: string, { value, tell }: Stated): (readonly [string, Decimal])[] {
  const path = ['volatility', factor]
  if (!schema.FACTOR.test(factor) && !schema.BASIS.test(factor)) {
    tell(book.place(path), `volatility: ${shown(factor)} must be a factor, as ETH or USD:USDC, or a ratio, as wstETH/ETH`)
    return []
  }
  const share = readPart(book, { path, value, schema: schema.volatility }, tell)
  return share === null ? [] : [[factor, share]]
}
