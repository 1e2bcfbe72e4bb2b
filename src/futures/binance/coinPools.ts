import { TrackerError } from '../../errors.ts'
import { type Decimal, sum, ZERO } from '../../risk/decimal.ts'
import type { Cash } from '../../risk/leg.ts'
import type { MarginAccount, MarginRules } from '../../risk/marginAccount.ts'
import type { Source } from '../../risk/source.ts'
import type { AccountReading } from '../exchange.ts'
import { decimalOrNull, type Row, textField } from '../row.ts'
import type { CoinMarkets, PriceOf } from './coinMarkets.ts'
import { type CoinTerms, coinPositionOf } from './coinRows.ts'
import { buildPools, type Draft, isolatedPool, sortRows } from './drafts.ts'
import { assetOf } from './markets.ts'
import { crossParts, isolatedParts } from './pools.ts'
import { isIsolated, type Ledger } from './rows.ts'

/** How Binance decides on a COIN-M liquidation: as on USDⓈ-M, in the coin. */
export const COIN_RULES: MarginRules = {
  trigger: 'below',
  maintenanceFrom: 'table',
  basis: 'mark',
  tiers: 'marginal',
  closeFeeRate: ZERO,
  // Charged on what Binance liquidates itself, at a rate of each market that it does not tie to the trigger.
  liquidationFeeRate: null,
  holdsOrderMargin: false,
  source: 'https://www.binance.com/en/support/faq/ceccfcfb4e3a45e3b48b0b1bb1a8ae46',
  asOf: '2026-11-23',
}

/** All that the COIN-M legs of an account are made of. */
export type CoinView = CoinTerms & {
  /** The user's name of the account. */
  readonly name: string
  /** Completed. */
  readonly ledger: Ledger
  readonly hedgeMode: boolean
  readonly priceOf: PriceOf
  readonly source: Source
}

/** Said, so that no line about stops is not taken for no stops. */
const NOT_ASKED = 'stops and funding paid are not asked for on COIN-M'

// Told apart from the pools of USDⓈ-M, where the same coin can be margin.
const [BEFORE, AFTER] = ['coin-m-', '-cross'] as const
const crossPool = (coin: string): string => `${BEFORE}${coin}${AFTER}`

/** The COIN-M legs of an account, its idle coins, and a gap for each pool that cannot be told. */
export function readCoinPools(view: CoinView): AccountReading {
  const drafts = sortRows({
    ledger: view.ledger,
    crossPool,
    poolOf: (row) => (isIsolated(row) ? isolatedPool(row) : crossPool(coinOf(row))),
    marginOf: coinOf,
    positionOf: (row) => coinPositionOf(row, view),
  })
  const built = buildPools(
    drafts,
    (pool) => `binance/${view.name}/${pool}`,
    (pool, draft) => buildPool(view, pool, draft),
  )
  const idle = view.ledger.assets.filter(({ label }) => !drafts.has(crossPool(label)))
  return { ...built, cash: idleCoins(view.name, idle, view), notes: [] }
}

const coinOf = (row: Row): string => textField(row, 'marginAsset')

function buildPool(view: CoinView, pool: string, draft: Draft): MarginAccount {
  const [first] = draft.rows
  const coin = first === undefined ? pool.slice(BEFORE.length, -AFTER.length) : coinOf(first)
  const settle = assetOf(coin, view.markets)
  const terms = { settle, settlePrice: view.priceOf(settle.symbol), settlePriceFrom: 'venue' as const }
  const common = {
    kind: 'futures' as const,
    id: `binance/${view.name}/${pool}`,
    hedgeMode: view.hedgeMode,
    ...terms,
    positions: draft.held.map(({ position }) => position),
    rules: COIN_RULES,
    circumstances: null,
    source: { ...view.source, notes: [...view.source.notes, ...new Set(draft.held.flatMap(({ notes }) => notes)), NOT_ASKED] },
  }
  return first !== undefined && isIsolated(first)
    ? { ...common, venue: `Binance ${first.label} isolated`, ...isolatedParts(draft, terms) }
    : { ...common, venue: `Binance COIN-M ${settle.symbol} cross`, ...coinCrossParts(view, draft, terms) }
}

/**
 * As on USDⓈ-M, but Binance does not say whether its sum of a coin's maintenance counts isolated positions here, too. The sum is taken
 * as what comes nearer to the figures of its rows: if neither is near, the comparison with ours shows it.
 */
function coinCrossParts(view: CoinView, draft: Draft, terms: Parameters<typeof crossParts>[2]): ReturnType<typeof crossParts> {
  const parts = crossParts(view, draft, terms)
  const row = view.ledger.assets.find(({ label }) => label === terms.settle.symbol)
  const [whole, without] = [row === undefined ? null : decimalOrNull(row, 'maintMargin'), parts.reported.maintenance]
  const own = draft.rows.map((one) => decimalOrNull(one, 'maintMargin')).filter((margin) => margin !== null)
  if (whole === null || without === null || own.length < draft.rows.length) return parts
  const off = (figure: Decimal): Decimal => figure.minus(sum(own)).abs()
  return { ...parts, reported: { ...parts.reported, maintenance: off(whole).lt(off(without)) ? whole : without } }
}

function priceOrNull(priceOf: PriceOf, coin: string): Decimal | null {
  try {
    return priceOf(coin)
  } catch (error) {
    if (error instanceof TrackerError) return null
    throw error
  }
}

/** Coins that back no leg and can be withdrawn; a coin that Binance lists no price of is not counted. */
export function idleCoins(
  name: string,
  assets: readonly Row[],
  { markets, priceOf }: { readonly markets: CoinMarkets; readonly priceOf: PriceOf },
): readonly Cash[] {
  const place = `binance/${name} COIN-M`
  return assets.flatMap((row) => {
    const amount = decimalOrNull(row, 'maxWithdrawAmount')
    if (amount === null || !amount.gt(0)) return []
    return [
      { id: `${place} ${row.label}`, place, asset: assetOf(row.label, markets), amount, price: priceOrNull(priceOf, row.label) },
    ]
  })
}
