import type { Range } from '../risk/afterDeath.ts'
import type { Decimal } from '../risk/decimal.ts'
import type { Liquidation } from '../risk/view.ts'
import type { ReportJson } from './schema.ts'
import { plain } from './words.ts'

/** The smallest parts of the JSON report. Plain decimal text, never an exponent. */

export const text = (value: Decimal): string => value.toFixed()
export const textOrNull = (value: Decimal | null): string | null => (value === null ? null : value.toFixed())

export function liquidationJson(one: Liquidation): ReportJson['legs'][number]['liquidation'][number] {
  return {
    ...one,
    symbol: one.symbol === null ? null : plain(one.symbol),
    asset: one.asset === null ? null : plain(one.asset),
    price: textOrNull(one.price),
    move: text(one.move),
  }
}

export const rangeJson = ({ best, worst }: Range): { best: string; worst: string } => ({ best: text(best), worst: text(worst) })
