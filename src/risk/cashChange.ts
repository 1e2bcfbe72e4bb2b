import { type Decimal, sum, ZERO } from './decimal.ts'
import type { Cash } from './leg.ts'
import type { RiskView } from './view.ts'

/** The free cash of a book at both times. */
export type CashChange = {
  /** USD; null where an amount or its price is not known. */
  readonly before: Decimal | null
  readonly now: Decimal | null
  /** What changed; an amount is null where something was not read and the cash is not there. */
  readonly rows: readonly CashRow[]
}

export type CashRow = {
  readonly id: string
  readonly place: string
  /** Foreign text. */
  readonly symbol: string
  readonly before: Decimal | null
  readonly now: Decimal | null
}

/** @param before - The view of then, and `now` of now: with gaps, cash that is not there may only not have been read. */
export function cashChange(before: RiskView, now: RiskView): CashChange {
  const ids = [...new Set([...before.cash, ...now.cash].map(({ id }) => id))]
  const rows = ids.map((id): CashRow => {
    const { place, asset } = (find(now, id) ?? find(before, id)) as Cash
    return { id, place, symbol: asset.symbol, before: amountOf(before, id), now: amountOf(now, id) }
  })
  return {
    before: rows.some((row) => row.before === null) ? null : usdOf(before.cash),
    now: rows.some((row) => row.now === null) ? null : usdOf(now.cash),
    rows: rows.filter((row) => row.before === null || row.now === null || !row.before.eq(row.now)),
  }
}

const find = ({ cash }: RiskView, id: string): Cash | undefined => cash.find((one) => one.id === id)

function amountOf(view: RiskView, id: string): Decimal | null {
  return find(view, id)?.amount ?? (view.gaps.length > 0 ? null : ZERO)
}

function usdOf(cash: readonly Cash[]): Decimal | null {
  const counted = cash.filter(({ amount }) => !amount.isZero())
  const usd = counted.flatMap(({ amount, price }) => (price === null ? [] : [amount.times(price)]))
  return usd.length < counted.length ? null : sum(usd)
}
