import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, sum } from '../../risk/decimal.ts'
import { decimalField, decimalOrNull, missing, positiveField, type Row } from '../row.ts'
import { readingsOf } from './anchor.ts'
import { WEEX } from './answers.ts'
import type { Tables } from './markets.ts'
import { assetIn, isIsolated, type Ledger, type Sizes, topsUp } from './rows.ts'

type Held = { readonly ledger: Ledger; readonly tables: Tables }

/** It is not told whether the margin of an isolated position counts its profit. */
export function isolatedWallets(row: Row, { profit }: Sizes): readonly Decimal[] {
  return readingsOf(positiveField(row, 'isolatedMargin'), [[profit]])
}

/** The balance of a coin. @throws IncompleteAnswerError where there is none */
export function balanceOf({ balances }: Ledger, asset: string): Row {
  const row = balances.get(asset)
  if (row === undefined) throw new IncompleteAnswerError(WEEX, `balance of ${asset}`)
  return row
}

/**
 * The balances that a cross pool may have. It is not told whether `balance` counts profit, the margin of isolated positions, and what open
 * orders hold.
 *
 * @throws UnsupportedError where the pool may be backed by more, or drained by other positions
 */
export function crossWallets({ ledger, tables }: Held, row: Row, asset: string): readonly Decimal[] {
  if (ledger.positions.some((one) => assetIn(one) === asset && topsUp(one))) {
    throw new UnsupportedError(WEEX, `may take from the ${asset} balance for an isolated position that tops up itself`)
  }
  const other = [...ledger.balances].find(
    ([coin, one]) => coin !== asset && tables.backing.includes(coin) && decimalOrNull(one, 'balance')?.isZero() !== true,
  )
  if (other !== undefined) throw new UnsupportedError(WEEX, 'counts several coins as margin, by shares that it does not publish')
  const balance = balanceOf(ledger, asset)
  const apart = ledger.positions.filter((one) => assetIn(one) === asset && isIsolated(one))
  const frozen = decimalField(balance, 'frozen')
  if (frozen.lt(0)) throw missing(balance, 'frozen')
  const [own, beside] = [decimalField(row, 'unrealizePnl'), sum(apart.map((one) => decimalField(one, 'unrealizePnl')))]
  const margin = sum(apart.map((one) => decimalField(one, 'isolatedMargin')))
  return readingsOf(decimalField(balance, 'balance'), [[own, own.plus(beside)], [margin, margin.minus(beside)], [frozen]])
}
