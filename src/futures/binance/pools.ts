import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, ONE, sum, ZERO } from '../../risk/decimal.ts'
import type { Cash } from '../../risk/leg.ts'
import type { Collateral, MarginAccount, MarginRules } from '../../risk/marginAccount.ts'
import type { AccountReading } from '../exchange.ts'
import { decimalField, decimalOrNull, type Row } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { type AccountView, buildPools, crossPool, type Draft, draftPools } from './drafts.ts'
import { assetOf } from './markets.ts'
import { type Held, isIsolated } from './rows.ts'

const BINANCE = 'Binance'

/** How Binance decides on a USDⓈ-M liquidation. */
export const BINANCE_RULES: MarginRules = {
  trigger: 'below',
  maintenanceFrom: 'table',
  basis: 'mark',
  tiers: 'marginal',
  closeFeeRate: ZERO,
  // Binance charges a clearance fee on what it liquidates itself, and nothing where the order book takes it first.
  liquidationFeeRate: null,
  holdsOrderMargin: false,
  source: 'https://www.binance.com/en/support/faq/b3c689c1f50a44cabb3a84e663b81d93',
  asOf: '2026-11-22',
}

/** The legs of an account, its idle balances, and a gap for each pool that cannot be told. */
export function readPools(view: AccountView): AccountReading {
  const drafts = draftPools(view)
  const built = buildPools(
    drafts,
    (pool) => `binance/${view.name}/${pool}`,
    (pool, draft) => buildPool(view, pool, draft),
  )
  return { ...built, cash: idleCash(view, drafts), notes: [] }
}

function buildPool(view: AccountView, pool: string, draft: Draft): MarginAccount {
  const cross = pool.endsWith('-cross')
  const settles = new Set(draft.held.map(({ margin }) => margin))
  if (settles.size > 1) throw new UnsupportedError(BINANCE, 'settles positions of one multi-assets pool in different coins')
  const [only] = settles
  const settle = only ?? (view.index === null ? pool.slice(0, -'-cross'.length) : 'USDT')
  const { price, from } = settlePrice(view, settle)
  const common = {
    kind: 'futures' as const,
    id: `binance/${view.name}/${pool}`,
    hedgeMode: view.hedgeMode,
    settle: assetOf(settle, view.markets),
    settlePrice: price,
    settlePriceFrom: from,
    positions: draft.held.map(({ position }) => position),
    rules: BINANCE_RULES,
    circumstances: view.circumstances.of(draft.rows, settle),
    source: { ...view.source, notes: [...view.source.notes, ...new Set(draft.held.flatMap(({ notes }) => notes))] },
  }
  if (!cross) return { ...common, venue: `Binance ${(draft.rows[0] as Row).label} isolated`, ...isolatedParts(draft, common) }
  return view.index === null
    ? { ...common, venue: `Binance ${settle} cross`, ...crossParts(view, draft, common) }
    : { ...common, venue: 'Binance multi-assets cross', ...multiParts(view, draft, common) }
}

type Common = Pick<MarginAccount, 'settle' | 'settlePrice' | 'settlePriceFrom'>
type Parts = Pick<MarginAccount, 'margin' | 'wallet' | 'orderMargin' | 'reported'>

/**
 * In multi-assets mode maintenance and losses are charged at the ask rate, so that is what one unit of the settle coin costs.
 *
 * @see Binance FAQ c983a9268cfa4e70a4916c276bb3b7bc: 0.5 x 20,000 x 0.8 % x 0.99495 + 20 x 600 x 1 % x 1 = 199.596
 */
function settlePrice({ index }: AccountView, settle: string): { readonly price: Decimal; readonly from: 'venue' | 'par' } {
  if (index !== null) {
    const rates = index.get(settle)
    if (rates === undefined) throw new IncompleteAnswerError(BINANCE, `assetIndex of ${settle}`)
    return { price: rates().ask, from: 'venue' }
  }
  if (!isStable(settle)) throw new UnsupportedError(BINANCE, `settles in ${settle}, for which it was not asked a price`)
  return { price: ONE, from: 'par' }
}

/** What backs one isolated position. @throws IncompleteAnswerError */
export function isolatedParts({ rows, held }: Draft, { settle, settlePrice: price, settlePriceFrom }: Common): Parts {
  const row = rows[0] as Row
  return {
    margin: 'isolated',
    wallet: [{ asset: settle, amount: decimalField(row, 'isolatedWallet'), price, priceFrom: settlePriceFrom, ratio: ONE }],
    orderMargin: decimalField(row, 'openOrderInitialMargin'),
    reported: {
      equity: decimalField(row, 'isolatedMargin'),
      maintenance: (held[0] as Held).position.reported.maintenance,
      initialMargin: initialMargin(rows),
      // The venue tells it of the wallet alone.
      withdrawable: null,
    },
  }
}

/**
 * Initial margin of a pool's own positions, settle units; null where one of them does not tell. Not the sum in the asset's row: it
 * counts isolated positions too, and Binance itself calls such sums useless beside them.
 */
function initialMargin(rows: readonly Row[]): Decimal | null {
  const told = rows.map((row) => decimalOrNull(row, 'positionInitialMargin'))
  return told.every((margin) => margin?.gte(0)) ? sum(told.filter((margin) => margin !== null)) : null
}

/** What Binance lets go now; below 0 it is no such figure. */
function withdrawable(row: Row): Decimal | null {
  const amount = decimalOrNull(row, 'maxWithdrawAmount')
  return amount?.gte(0) ? amount : null
}

/** What backs the positions that share the balance of one asset. @throws IncompleteAnswerError */
export function crossParts(
  { ledger }: Pick<AccountView, 'ledger'>,
  { rows }: Draft,
  { settle: asset, settlePrice: price, settlePriceFrom }: Common,
): Parts {
  const settle = asset.symbol
  const row = ledger.assets.find(({ label }) => label === settle)
  if (row === undefined) throw new IncompleteAnswerError(BINANCE, `balance of ${settle}`)
  const wallet = decimalField(row, 'crossWalletBalance')
  const profit = decimalOrNull(row, 'crossUnPnl')
  // The venue counts isolated positions in this sum; their own rows say how much.
  const isolated = [...ledger.risks.values()]
    .filter((one) => one.fields.marginAsset === settle && isIsolated(one))
    .map((one) => decimalField(one, 'maintMargin'))
  return {
    margin: 'cross',
    wallet: [{ asset, amount: wallet, price, priceFrom: settlePriceFrom, ratio: ONE }],
    orderMargin: decimalField(row, 'openOrderInitialMargin'),
    reported: {
      equity: profit === null ? null : wallet.plus(profit),
      maintenance: decimalField(row, 'maintMargin').minus(sum(isolated)),
      initialMargin: initialMargin(rows),
      withdrawable: withdrawable(row),
    },
  }
}

function multiParts(view: AccountView, { rows }: Draft, { settle, settlePrice: price }: Common): Parts {
  const { totals } = view.ledger
  return {
    margin: 'cross',
    wallet: view.ledger.assets.flatMap((row) => collateralOf(view, row, settle.symbol)),
    orderMargin: decimalField(totals, 'totalOpenOrderInitialMargin').div(price),
    reported: {
      // In this mode the totals are in USD, haircuts taken.
      equity: decimalOrNull(totals, 'totalMarginBalance')?.div(price) ?? null,
      maintenance: decimalOrNull(totals, 'totalMaintMargin')?.div(price) ?? null,
      initialMargin: initialMargin(rows),
      // Of all assets together: "maximum virtual amount for transfer out in USD".
      withdrawable: withdrawable(totals)?.div(price) ?? null,
    },
  }
}

function collateralOf({ index, backing, markets }: AccountView, row: Row, settle: string): readonly Collateral[] {
  const amount = decimalField(row, 'crossWalletBalance')
  // Of the settle coin both rates are needed whatever its balance: with the profit of the positions it may change its sign.
  const settles = row.label === settle
  if (amount.isZero() && !settles) return []
  // Listed is not taken: what the venue does not count backs nothing. A debt counts whatever it is in.
  if (amount.gt(0) && !settles && backing?.has(row.label) !== true) return []
  const rates = index?.get(row.label)?.()
  if (rates === undefined) {
    // The venue counts only what its index lists: a balance beside it backs nothing, a debt beside it cannot be weighed.
    if (amount.gt(0)) return []
    throw new IncompleteAnswerError(BINANCE, `assetIndex of ${row.label}`)
  }
  const asset = assetOf(row.label, markets)
  // What is owed counts at the dearer rate, what is owned at the cheaper one.
  return amount.gt(0) || settles
    ? [{ asset, amount, price: rates.index, priceFrom: 'venue', ratio: rates.bid.div(rates.index) }]
    : [{ asset, amount, price: rates.ask, priceFrom: 'venue', ratio: ONE }]
}

/** Balances that back no leg and can be withdrawn. */
function idleCash(view: AccountView, drafts: ReadonlyMap<string, Draft>): readonly Cash[] {
  return view.ledger.assets.flatMap((row) => {
    if (drafts.has(crossPool(view, row.label))) return []
    const amount = decimalOrNull(row, 'maxWithdrawAmount')
    if (amount === null || !amount.gt(0)) return []
    const place = `binance/${view.name} futures`
    return [
      { id: `${place} ${row.label}`, place, asset: assetOf(row.label, view.markets), amount, price: cashPrice(view, row.label) },
    ]
  })
}

function cashPrice({ index }: AccountView, symbol: string): Decimal | null {
  if (index === null) return isStable(symbol) ? ONE : null
  const rates = index.get(symbol)
  return rates === undefined ? null : rates().index
}
