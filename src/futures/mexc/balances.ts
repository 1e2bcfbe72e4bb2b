import { IncompleteAnswerError } from '../../errors.ts'
import { type Decimal, sum, ZERO } from '../../risk/decimal.ts'
import type { MarginAccount } from '../../risk/marginAccount.ts'
import { decimalField, decimalOrNull } from '../row.ts'
import { MEXC } from './answers.ts'
import type { Markets } from './markets.ts'
import { type Held, isolatedMargin, type Ledger, marginGap, SHARED } from './rows.ts'

type Balances = { readonly ledger: Ledger; readonly markets: Markets }

/** What stands behind the positions of a pool, and what the venue says of it. */
export type Parts = Pick<MarginAccount, 'orderMargin' | 'reported'> & { readonly wallet: Decimal }

/** Initial margin as the positions name it, settle units; null where one of them does not. */
function initialMargin(held: readonly Held[]): Decimal | null {
  const told = held.map(({ row }) => decimalOrNull(row, 'im'))
  return told.every((margin) => margin?.gte(0)) ? sum(told.filter((margin) => margin !== null)) : null
}

/** An isolated position: its own margin. */
export function isolatedParts(held: readonly Held[]): Parts {
  if (held.length !== 1) throw new IncompleteAnswerError(MEXC, 'open_positions', { what: 'lists one isolated position twice' })
  const { row } = held[0] as Held
  return {
    wallet: decimalField(row, 'im'),
    // What orders hold stands apart from it.
    orderMargin: ZERO,
    reported: { equity: null, maintenance: null, initialMargin: null, withdrawable: null },
  }
}

/**
 * The cross pool of a coin: its equity "excluding margin and unrealized PnL in isolated margin mode".
 *
 * @see https://blog.mexc.com/words-explanations-in-futures/ (equity = wallet balance + unrealized PnL, of all positions)
 */
export function crossParts({ ledger, markets }: Balances, settle: string, held: readonly Held[]): Parts {
  const row = ledger.assets.find(({ label }) => label === settle)
  if (row === undefined) throw new IncompleteAnswerError(MEXC, `balance of ${settle}`)
  // Missing, they cannot be told to be 0: then the coin may stand for others.
  for (const field of SHARED) decimalField(row, field)
  const equity = decimalField(row, 'equity')
  const apart = isolatedMargin(ledger, markets, settle)
  const orderMargin = decimalField(row, 'frozenBalance')
  const withdrawable = decimalOrNull(row, 'availableCash')
  return {
    wallet: equity.minus(decimalField(row, 'unrealized')).minus(sum(apart)),
    orderMargin,
    reported: {
      // It counts isolated positions, too, and what orders hold, which the rule leaves out.
      equity: apart.length === 0 ? equity.minus(orderMargin) : null,
      maintenance: null,
      initialMargin: initialMargin(held),
      withdrawable: withdrawable?.gte(0) ? withdrawable : null,
    },
  }
}

/** What must be known of the balance of a coin. */
export function balanceNotes({ ledger, markets }: Balances, settle: string): readonly string[] {
  const gap = marginGap(ledger, markets, settle)
  const row = ledger.assets.find(({ label }) => label === settle)
  const bonus = row === undefined ? null : decimalOrNull(row, 'bonus')
  const vanishing = `${bonus?.toFixed()} ${settle} of the balance is a bonus: it ends by itself, and with any withdrawal`
  return [...(gap === null ? [] : [gap]), ...(bonus?.gt(0) ? [vanishing] : [])]
}
