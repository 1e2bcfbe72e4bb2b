import { IncompleteAnswerError, TrackerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, dec, ONE, sum } from '../../risk/decimal.ts'
import type { Collateral, MarginAccount } from '../../risk/marginAccount.ts'
import { decimalField, decimalOrNull } from '../row.ts'
import { counts, otherCollateral, ratioOf, refuseDebts } from './collateral.ts'
import type { Ledger } from './ledger.ts'
import { BYBIT } from './pages.ts'
import { type AccountView, common, crossId, doubt, settlesIn } from './poolView.ts'
import { positionOf, sideOf } from './rows.ts'

/** Where everything that is not the settle coin is worth more than this share of the maintenance, the settle coin may be owed before. */
const MOST_OTHER = dec('0.5')

/**
 * The pool of a cross account: its whole wallet, and all positions.
 *
 * @throws UnsupportedError, IncompleteAnswerError
 */
export function crossPool(view: AccountView): MarginAccount {
  const { ledger, doubts } = view
  if (ledger.options.length > 0) {
    throw new UnsupportedError(BYBIT, 'holds options in this account, which share its margin and whose risk it does not tell')
  }
  refuseDebts(ledger.coins)
  const settles = settlesIn(view)
  const [settle] = settles
  if (settles.length > 1 || settle === undefined) {
    const coins = settles.map((one) => one ?? 'a coin that is not told').join(' and ')
    throw new UnsupportedError(
      BYBIT,
      `backs positions that settle in ${coins} by one wallet, in which one coin is lent for another`,
    )
  }
  if (settle === null) throw new IncompleteAnswerError(BYBIT, `instruments-info of ${ledger.positions[0]?.row.label}`)
  // One wallet backs all: a position that is not told in any coin is missing here.
  for (const [coin, kind] of doubts) throw doubt(coin, kind)
  refuseHedges(ledger)
  if (view.ratios === null) throw new IncompleteAnswerError(BYBIT, 'collateral ratios')
  if (view.ratios instanceof TrackerError) throw view.ratios
  const held = ledger.positions.map((one) => positionOf(one, view))
  const pool = common(view, held, settle)
  const row = ledger.coins.get(settle)
  if (row === undefined) throw new IncompleteAnswerError(BYBIT, `balance of ${settle}`)
  if (!counts(row)) throw new UnsupportedError(BYBIT, `does not count ${settle} as margin here, though positions settle in it`)
  const equity = decimalField(row, 'equity')
  const ratio = ratioOf(settle, equity, view.ratios)
  const others = otherCollateral(ledger.coins, settle, view.ratios)
  const maintenance = decimalField(row, 'totalPositionMM')
  const other = counted(others).div(pool.settlePrice)
  refuseLending({ other, maintenance, settle })
  const own: Collateral = {
    ...{ asset: pool.settle, amount: decimalField(row, 'walletBalance'), price: pool.settlePrice },
    ...{ priceFrom: pool.settlePriceFrom, ratio },
  }
  return {
    ...pool,
    id: crossId(view),
    venue: `${BYBIT} ${settle} cross`,
    margin: 'cross',
    wallet: [own, ...others],
    orderMargin: decimalField(row, 'totalOrderIM'),
    reported: {
      equity: equity.times(equity.gt(0) ? ratio : ONE).plus(other),
      maintenance,
      initialMargin: decimalOrNull(row, 'totalPositionIM'),
      // What is available for orders is told, not what can be taken out.
      withdrawable: null,
    },
  }
}

function counted(others: readonly Collateral[]): Decimal {
  return sum(others.map(({ amount, price, ratio }) => amount.times(price).times(ratio)))
}

type Lending = { readonly other: Decimal; readonly maintenance: Decimal; readonly settle: string }

/**
 * A pool dies where its equity is its maintenance. With less than that in other coins there is still something of the settle coin
 * then; with more it has been lent before, and a debt requires margin of its own.
 */
function refuseLending({ other, maintenance, settle }: Lending): void {
  if (other.lte(maintenance.times(MOST_OTHER))) return
  const hint = `Switch the other coins off as collateral at Bybit, or keep them in the funding wallet: then the ${settle} pool can be told.`
  throw new UnsupportedError(
    BYBIT,
    `counts other coins as margin for ${settle} positions, so that ${settle} is lent before a liquidation`,
    hint,
  )
}

/** @throws UnsupportedError where long and short of one market are held in cross mode: Bybit reckons their margin otherwise */
function refuseHedges({ positions }: Ledger): void {
  const sides = new Map<string, string>()
  for (const { row } of positions) {
    const side = sideOf(row)
    if ((sides.get(row.label) ?? side) !== side) {
      throw new UnsupportedError(
        BYBIT,
        `holds ${row.label} long and short, for which it requires a margin that it does not publish`,
      )
    }
    sides.set(row.label, side)
  }
}
