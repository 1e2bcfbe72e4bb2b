import { TrackerError } from '../../errors.ts'
import { ONE, ZERO } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Gap } from '../../risk/leg.ts'
import type { MarginAccount } from '../../risk/marginAccount.ts'
import { decimalOrNull, missing } from '../row.ts'
import { debtIn } from './collateral.ts'
import { crossPool } from './crossPool.ts'
import type { Ledger, Listed } from './ledger.ts'
import { BYBIT } from './pages.ts'
import { type AccountView, common, crossId, doubt } from './poolView.ts'
import { positionOf } from './rows.ts'

export type PoolReading = { readonly accounts: readonly MarginAccount[]; readonly gaps: readonly Gap[] }

/** The pools of an account: all positions together, or each alone. */
export function readPools(view: AccountView): PoolReading {
  const { ledger, account } = view
  const accounts: MarginAccount[] = []
  const gaps: Gap[] = []
  const tell = (id: string, build: () => MarginAccount): void => {
    try {
      accounts.push(build())
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      gaps.push(gapOf(id, error))
    }
  }
  const shared = ledger.mode === 'cross' && backs(ledger)
  if (shared) tell(crossId(view), () => crossPool(view))
  else {
    for (const one of ledger.positions) tell(isolatedId(view, one), () => isolatedPool(view, one))
    for (const [coin, kind] of view.doubts) if (kind === 'none') gaps.push(gapOf(`${account}/${coin}`, doubt(coin, kind)))
  }
  return { accounts, gaps }
}

/** Whether the wallet of a cross account stands in for anything: positions, options, or a debt. */
export function backs({ positions, options, coins }: Ledger): boolean {
  return positions.length + options.length > 0 || debtIn(coins) !== null
}

function isolatedId({ account }: AccountView, { row }: Listed): string {
  return `${account}/${row.label}-${row.fields.side === 'Sell' ? 'short' : 'long'}`
}

function isolatedPool(view: AccountView, listed: Listed): MarginAccount {
  const held = positionOf(listed, view)
  const { settle } = held.market
  const kind = view.doubts.get(settle)
  if (kind !== undefined) throw doubt(settle, kind)
  if (held.own === null) throw missing(listed.row, 'positionIM')
  const { reported } = held.position
  const pool = common(view, [held], settle)
  return {
    ...pool,
    id: isolatedId(view, listed),
    venue: `${BYBIT} ${listed.row.label} isolated`,
    margin: 'isolated',
    wallet: [{ asset: pool.settle, amount: held.own, price: pool.settlePrice, priceFrom: pool.settlePriceFrom, ratio: ONE }],
    orderMargin: ZERO,
    reported: {
      equity: reported.unrealized === null ? null : held.own.plus(reported.unrealized),
      maintenance: reported.maintenance,
      initialMargin: decimalOrNull(listed.row, 'positionIM'),
      withdrawable: null,
    },
  }
}
