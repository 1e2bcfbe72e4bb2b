import { IncompleteAnswerError, TrackerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, dec, ONE, ZERO } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Cash, Gap } from '../../risk/leg.ts'
import type { FuturesPosition, MarginAccount, MarginRules } from '../../risk/marginAccount.ts'
import type { Source } from '../../risk/source.ts'
import type { AccountReading } from '../exchange.ts'
import { decimalField, decimalOrNull, positiveField, type Row } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { type Anchor, anchoredBy, leastOf } from './anchor.ts'
import { WEEX } from './answers.ts'
import type { CircumstancesOf } from './circumstances.ts'
import { fundingIn, markIn, type Prices } from './funding.ts'
import { assetOf, factorOf, type Tables, termsOf } from './markets.ts'
import {
  assetIn,
  disagreements,
  isIsolated,
  type Ledger,
  poolOf,
  refuseUnknownMargin,
  type Sizes,
  sideOf,
  sizesOf,
  topsUp,
} from './rows.ts'
import { balanceOf, crossWallets, isolatedWallets } from './wallets.ts'

/**
 * How WEEX decides on a liquidation. Its pages contradict each other on equality (the harsher is taken) and on the closing fee, which is
 * in the rate that its own price leads to, if it counts at all.
 */
export const WEEX_RULES: MarginRules = {
  trigger: 'at-or-below',
  maintenanceFrom: 'liquidation-price',
  basis: 'mark',
  // One rate for all of it: by a table of one bracket both kinds ask the same.
  tiers: 'marginal',
  closeFeeRate: ZERO,
  liquidationFeeRate: null,
  // Where what orders hold does not count, it is taken out of the balance.
  holdsOrderMargin: false,
  source: 'https://weexsupport.zendesk.com/hc/en-us/articles/24780414317593',
  asOf: '2026-11-23',
}

const TAKEN = 'WEEX publishes no maintenance table: its liquidation price is taken from WEEX, not checked'
const FUNDED = 'WEEX publishes no maintenance table and gives no liquidation price: the balance pays for the whole position'
const ONE_OF =
  'WEEX does not say whether its balance counts profit, isolated margin and what orders hold: the reading that leaves least is taken'

/** An account as it was read, and what its pools are told with. */
export type AccountView = {
  /** `main`. */
  readonly name: string
  readonly ledger: Ledger
  readonly hedgeMode: boolean
  readonly tables: Tables
  readonly prices: Prices
  readonly circumstancesOf: CircumstancesOf
  readonly source: Source
}

/** The legs of an account, its idle balances, and a gap for each pool that cannot be told. */
export function readPools(view: AccountView): AccountReading {
  const pools = new Map<string, Row[]>()
  for (const row of view.ledger.positions) pools.set(poolOf(row), [...(pools.get(poolOf(row)) ?? []), row])
  const faults = new Map([...disagreements(view.ledger)].map(([asset, fault]) => [`${asset}-cross`, fault]))
  for (const pool of faults.keys()) if (!pools.has(pool)) pools.set(pool, [])
  const accounts: MarginAccount[] = []
  const gaps: Gap[] = []
  for (const [pool, rows] of pools) {
    try {
      const fault = faults.get(pool)
      if (fault !== undefined) throw fault
      accounts.push(buildPool(view, pool, rows))
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      gaps.push(gapOf(`weex/${view.name}/${pool}`, error))
    }
  }
  return { accounts, gaps, cash: idleCash(view, pools), notes: [] }
}

function buildPool(view: AccountView, pool: string, rows: readonly Row[]): MarginAccount {
  for (const row of rows) refuseUnknownMargin(row)
  const [row, ...others] = rows as [Row, ...Row[]]
  if (others.length > 0) {
    const what = `holds ${rows.length} positions in one pool, and publishes no maintenance figures by which they could be told apart`
    throw new UnsupportedError(WEEX, what)
  }
  const { tables, prices, source, name } = view
  const settle = assetIn(row)
  const market = termsOf(row.label, settle, tables)
  if (!isStable(settle)) throw new UnsupportedError(WEEX, `settles in ${settle}, for which it was not asked a price`)
  const isolated = isIsolated(row)
  const sizes = sizesOf(row)
  const mark = freshMark(row, sizes, markIn(prices, row.label))
  const side = sideOf(row)
  const anchor = { side, ...sizes, mark, leverage: leverageOf(row, market.maxLeverage), price: priceIn(row, mark) }
  const wallets = isolated ? isolatedWallets(row, sizes) : crossWallets(view, row, settle)
  const { wallet, rate, note } = maintenanceOf(row.label, anchor, wallets)
  const { funding, note: fundingNote } = fundingIn(prices, row.label, source.venueTime ?? source.readAt)
  const position: FuturesPosition = {
    symbol: row.label,
    ...factorOf(market.base, tables),
    contract: 'linear',
    ...{ side, size: sizes.size, entry: sizes.entry, mark, tick: market.tick, funding },
    tiers: [{ floor: ZERO, cap: null, rate, deduction: ZERO }],
    // What the maintenance was made from cannot confirm it.
    reported: { liquidationPrice: null, maintenance: null, unrealized: sizes.profit },
  }
  const told = view.circumstancesOf([position])
  const asset = assetOf(settle, tables)
  const notes = [...source.notes, ...note, ...(fundingNote === null ? [] : [fundingNote]), ...told.notes]
  return {
    ...{ kind: 'futures', id: `weex/${name}/${pool}`, margin: isolated ? 'isolated' : 'cross' },
    venue: `${WEEX} ${isolated ? `${row.label} isolated` : `${settle} cross`}`,
    ...{ hedgeMode: view.hedgeMode, settle: asset, settlePrice: ONE, settlePriceFrom: 'par' },
    wallet: [{ asset, amount: wallet, price: ONE, priceFrom: 'par', ratio: ONE }],
    orderMargin: isolated ? ZERO : decimalField(balanceOf(view.ledger, settle), 'frozen'),
    ...{ positions: [position], rules: WEEX_RULES },
    // None of its figures is without a doubt of what it counts.
    reported: { equity: null, maintenance: null, initialMargin: null, withdrawable: null },
    ...{ circumstances: told.circumstances, source: { ...source, notes } },
  }
}

/** Marks of two answers of one moment. Further apart, one of them is old, or the size is not in coins. */
const APART = '0.03'

function freshMark(row: Row, { mark: own, size }: Sizes, mark: Decimal): Decimal {
  // A profit is told to so many digits: of a tiny position that is a coarse price.
  const slack = mark.times(APART).plus(dec('0.01').div(size))
  if (own.minus(mark).abs().lte(slack)) return mark
  const what = `reckons the profit of ${row.label} by another mark than it gives`
  throw new IncompleteAnswerError(WEEX, `mark of ${row.label}`, { what })
}

function leverageOf(row: Row, most: Decimal): Decimal {
  const leverage = positiveField(row, 'leverage')
  if (leverage.gte(ONE) && leverage.lte(most)) return leverage
  throw new UnsupportedError(WEEX, `holds ${row.label} at a leverage that its market does not allow`)
}

/** A liquidation price beyond this many times the mark is no price. */
const FAR = dec('1e6')

function priceIn(row: Row, mark: Decimal): Decimal | null {
  const price = decimalOrNull(row, 'liquidatePrice')
  return price?.gt(0) && price.lte(mark.times(FAR)) ? price : null
}

type Maintenance = { readonly wallet: Decimal; readonly rate: Decimal; readonly note: readonly string[] }

/** @throws UnsupportedError where no rate fits what WEEX tells */
function maintenanceOf(symbol: string, anchor: Anchor, wallets: readonly Decimal[]): Maintenance {
  const found = anchoredBy(anchor, wallets)
  const least = leastOf(anchor, found)
  if (least === undefined) {
    throw new UnsupportedError(
      WEEX,
      anchor.price === null
        ? `gives no liquidation price of ${symbol}, and publishes no maintenance table to reckon one by`
        : `gives a liquidation price of ${symbol} that does not fit its balance: no maintenance below the first margin leads to it`,
    )
  }
  return { ...least, note: [anchor.price === null ? FUNDED : TAKEN, ...(found.length > 1 ? [ONE_OF] : [])] }
}

/** Balances that back no cross pool, and that no isolated position draws on. */
function idleCash({ ledger, name, tables }: AccountView, pools: ReadonlyMap<string, unknown>): readonly Cash[] {
  return [...ledger.balances].flatMap(([coin, row]): Cash[] => {
    const drawn = ledger.positions.some((one) => assetIn(one) === coin && topsUp(one))
    const amount = decimalOrNull(row, 'availableBalance')
    if (pools.has(`${coin}-cross`) || drawn || !amount?.gt(0)) return []
    const place = `weex/${name} futures`
    return [{ id: `${place} ${coin}`, place, asset: assetOf(coin, tables), amount, price: isStable(coin) ? ONE : null }]
  })
}
