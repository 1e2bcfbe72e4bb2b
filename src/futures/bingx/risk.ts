import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, dec, sum } from '../../risk/decimal.ts'
import type { FuturesPosition, MarginTier } from '../../risk/marginAccount.ts'
import { decimalOrNull, type Row } from '../row.ts'
import { BINGX } from './answers.ts'

/** A position of a pool with its row. */
export type Held = { readonly row: Row; readonly position: FuturesPosition }

/** Its risk is told to four digits; between its answers the marks move. */
const ROUNDED = dec('0.00006')
const MOVED = dec('0.02')

/**
 * Holds what we take a pool to require against the risk that BingX states of it: `(maintenance + closing fees) / equity`, the same for all
 * positions of a pool. It differs where the position keeps an older table, or where open orders raise the maintenance: neither is told
 * otherwise.
 *
 * @param equity - Of the pool, what orders hold taken off, settle units.
 * @returns Whether there was anything to hold it against.
 * @throws IncompleteAnswerError where BingX reckons with other figures than it publishes
 * @see https://bingx.pro/en/support/articles/11263299509391
 */
export function checkRisk(held: readonly Held[], equity: Decimal, fee: Decimal): boolean {
  const rates = held.map(({ row }) => decimalOrNull(row, 'riskRate'))
  if (rates.some((rate) => rate === null)) return false
  const required = sum(held.map(({ position }) => requiredOf(position, fee)))
  const slack = required.times(MOVED).plus(equity.abs().times(ROUNDED))
  const apart = (rates as Decimal[]).some((rate) => rate.times(equity).minus(required).abs().gt(slack))
  if (!apart) return true
  const what =
    'states a risk that its published maintenance table does not lead to: open orders may raise it, or the position keeps an older table'
  throw new IncompleteAnswerError(BINGX, 'riskRate', { what })
}

function requiredOf({ size, mark, tiers, symbol }: FuturesPosition, fee: Decimal): Decimal {
  const notional = size.times(mark)
  const tier = tierAt(tiers, notional)
  if (tier === undefined) throw new UnsupportedError(BINGX, `holds more of ${symbol} than its maintenance table reaches`)
  return notional.times(tier.rate.plus(fee)).minus(tier.deduction)
}

function tierAt(tiers: readonly MarginTier[], notional: Decimal): MarginTier | undefined {
  return tiers.find(({ cap }) => cap === null || notional.lte(cap))
}
