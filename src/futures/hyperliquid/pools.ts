import { IncompleteAnswerError, TrackerError, UnsupportedError } from '../../errors.ts'
import type { Asset } from '../../risk/asset.ts'
import { Decimal, dec, ONE, sum, ZERO } from '../../risk/decimal.ts'
import { gapOf } from '../../risk/gap.ts'
import type { Cash, Gap } from '../../risk/leg.ts'
import type { FuturesPosition, MarginAccount, MarginRules, MarginTier } from '../../risk/marginAccount.ts'
import type { Source } from '../../risk/source.ts'
import { decimalField, decimalOrNull, missing, named, positiveField, type Row, rowOf, rowsOf, textField } from '../row.ts'
import { isStable } from '../stableCoins.ts'
import { type Dex, factorOf, HYPERLIQUID, type Market } from './markets.ts'

/** How Hyperliquid decides on a liquidation. */
export const HYPERLIQUID_RULES: MarginRules = {
  trigger: 'below',
  maintenanceFrom: 'table',
  basis: 'mark',
  tiers: 'marginal',
  closeFeeRate: ZERO,
  // Nothing where the book takes it, all that is left where the backstop does.
  liquidationFeeRate: null,
  holdsOrderMargin: false,
  source: 'https://hyperliquid.gitbook.io/hyperliquid-docs/trading/liquidations',
  asOf: '2026-11-23',
}

/** The state of one account on one dex, and what its figures are read with. */
export type StateView = {
  /** `hyperliquid/main`, `hyperliquid/main/sub:hedge`. */
  readonly account: string
  /** The answer to `clearinghouseState`. */
  readonly state: unknown
  readonly dex: Dex
  /** The coin that the dex settles in, by the venue's name of it. */
  readonly settle: string
  readonly source: Source
}

export type StateReading = {
  readonly accounts: readonly MarginAccount[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
}

type Draft = { readonly id: string; readonly build: () => MarginAccount }

/**
 * The pools of one account on one dex: the cross pool, and each isolated position. What is wrong with one of them is a gap beside the
 * others.
 *
 * @throws IncompleteAnswerError where the answer does not even list what there is
 */
export function readState(view: StateView): StateReading {
  const root = rowOf(HYPERLIQUID, 'clearinghouseState', view.state)
  const rows = rowsOf(HYPERLIQUID, 'assetPositions', root.fields.assetPositions).map((row) => {
    const position = rowOf(HYPERLIQUID, 'position', row.fields.position)
    return named(position, textField(position, 'coin'))
  })
  const open = rows.filter((row) => decimalOrNull(row, 'szi')?.isZero() !== true)
  const cross = open.filter((row) => !isIsolated(row))
  const drafts: readonly Draft[] = [
    ...(cross.length > 0 || owes(root) ? [crossDraft(view, root, cross)] : []),
    ...open.filter(isIsolated).map((row) => isolatedDraft(view, row)),
  ]
  const accounts: MarginAccount[] = []
  const gaps: Gap[] = []
  for (const { id, build } of drafts) {
    try {
      accounts.push(build())
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error
      gaps.push(gapOf(id, error))
    }
  }
  // Empty is not zero: margin that is used by no position is a position that is not told.
  const used = decimalField(root, 'crossMaintenanceMarginUsed')
  if (used.gt(0) && cross.length === 0) {
    const what = 'holds maintenance margin for positions, but lists no cross position'
    gaps.push(gapOf(crossId(view), new IncompleteAnswerError(HYPERLIQUID, 'assetPositions', { what })))
  }
  return { accounts, gaps, cash: drafts.length === 0 && gaps.length === 0 ? idle(view, root) : [] }
}

/** Written by the venue as an object; a position without one belongs to nobody. */
function leverageOf(row: Row): Row {
  return named(rowOf(HYPERLIQUID, `leverage of ${row.label}`, row.fields.leverage), row.label)
}

function isIsolated(row: Row): boolean {
  const type = textField(leverageOf(row), 'type')
  if (type !== 'isolated' && type !== 'cross') throw missing(row, 'leverage.type')
  return type === 'isolated'
}

function summaryOf(root: Row): Row {
  return rowOf(HYPERLIQUID, 'crossMarginSummary', root.fields.crossMarginSummary)
}

function owes(root: Row): boolean {
  return decimalField(summaryOf(root), 'totalRawUsd').lt(0)
}

const crossId = ({ account, dex, settle }: StateView): string =>
  `${account}/${dex.name === '' ? '' : `${dex.name}-`}${settle}-cross`

function crossDraft(view: StateView, root: Row, rows: readonly Row[]): Draft {
  const id = crossId(view)
  const { dex, settle } = view
  return {
    id,
    build: () => {
      const positions = rows.map((row) => positionOf(row, dex))
      const summary = summaryOf(root)
      // Raw dollars are the balance less what the positions were bought for: the rest of the equity is their value.
      const paid = positions.map(({ side, size, entry }) => size.times(entry).times(side === 'long' ? 1 : -1))
      return {
        ...common(view),
        id,
        venue: `${HYPERLIQUID} ${dex.name === '' ? '' : `${dex.name} `}${settle} cross`,
        margin: 'cross',
        wallet: wallet(view, decimalField(summary, 'totalRawUsd').plus(sum(paid))),
        positions,
        reported: {
          equity: decimalField(summary, 'accountValue'),
          maintenance: decimalField(root, 'crossMaintenanceMarginUsed'),
          initialMargin: decimalOrNull(summary, 'totalMarginUsed'),
          withdrawable: withdrawable(root),
        },
      }
    },
  }
}

function isolatedDraft(view: StateView, row: Row): Draft {
  const id = `${view.account}/${row.label}-${decimalOrNull(row, 'szi')?.lt(0) ? 'short' : 'long'}`
  return {
    id,
    build: () => {
      const position = positionOf(row, view.dex)
      const { side, size, entry } = position
      const raw = decimalField(leverageOf(row), 'rawUsd')
      return {
        ...common(view),
        id,
        venue: `${HYPERLIQUID} ${row.label} isolated`,
        margin: 'isolated',
        wallet: wallet(view, raw.plus(size.times(entry).times(side === 'long' ? 1 : -1))),
        positions: [position],
        reported: {
          equity: decimalField(row, 'marginUsed'),
          maintenance: null,
          initialMargin: null,
          // The venue tells it of the cross pool alone.
          withdrawable: null,
        },
      }
    },
  }
}

function common({
  settle,
  source,
}: StateView): Pick<
  MarginAccount,
  'kind' | 'hedgeMode' | 'settle' | 'settlePrice' | 'settlePriceFrom' | 'orderMargin' | 'rules' | 'circumstances' | 'source'
> {
  if (!isStable(settle)) throw new UnsupportedError(HYPERLIQUID, `settles in ${settle}, for which it was not asked a price`)
  return {
    kind: 'futures',
    // One position a market: buying beside a short makes it smaller.
    hedgeMode: false,
    settle: assetOf(settle),
    settlePrice: ONE,
    settlePriceFrom: 'par',
    // Orders are let in where there is margin for them, and hold none back.
    orderMargin: ZERO,
    rules: HYPERLIQUID_RULES,
    circumstances: null,
    source,
  }
}

function assetOf(symbol: string): Asset {
  return { key: `hyperliquid/${symbol}`, symbol, factor: isStable(symbol) ? `USD:${symbol}` : symbol, basis: null }
}

function wallet({ settle }: StateView, amount: Decimal): MarginAccount['wallet'] {
  return [{ asset: assetOf(settle), amount, price: ONE, priceFrom: 'par', ratio: ONE }]
}

/**
 * A row of `assetPositions`.
 *
 * @throws IncompleteAnswerError
 * @see Hyperliquid docs, info endpoint, "Retrieve user's perpetuals account summary"
 */
function positionOf(row: Row, dex: Dex): FuturesPosition {
  const market = dex.markets.get(row.label)?.()
  if (market === undefined) throw new IncompleteAnswerError(HYPERLIQUID, `metaAndAssetCtxs of ${row.label}`)
  const tiers = market.tiers()
  // A position keeps the leverage that it was opened under when the market's is lowered: then the table is not the one it dies by.
  if (
    !positiveField(row, 'maxLeverage')
      .times(2)
      .times((tiers[0] as MarginTier).rate)
      .minus(ONE)
      .abs()
      .lt('1e-30')
  ) {
    const what = `holds ${row.label} under another margin table than it lists`
    throw new IncompleteAnswerError(HYPERLIQUID, `margin table of ${row.label}`, { what })
  }
  const signed = decimalField(row, 'szi')
  const liquidation = decimalOrNull(row, 'liquidationPx')
  return {
    symbol: row.label,
    ...factorOf(row.label),
    contract: 'linear',
    side: signed.gt(0) ? 'long' : 'short',
    size: signed.abs(),
    entry: positiveField(row, 'entryPx'),
    mark: markOf(row, market),
    tick: market.tick,
    tiers,
    funding: market.fundingRate === null ? null : { rate: market.fundingRate, intervalHours: ONE, window: null },
    reported: {
      liquidationPrice: liquidation?.gt(0) && liquidation.lte(market.mark.times(FAR)) ? liquidation : null,
      maintenance: null,
      unrealized: decimalOrNull(row, 'unrealizedPnl'),
    },
  }
}

/**
 * The mark by which the state was reckoned, which is a moment older than that of the market's list: what the position is worth by its
 * size, where that is a price to within the six decimals of a worth.
 */
function markOf(row: Row, { mark, tick }: Market): Decimal {
  const [value, size] = [decimalField(row, 'positionValue'), decimalField(row, 'szi').abs()]
  const nearest = value.div(size).div(tick).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).times(tick)
  return nearest.gt(0) && nearest.times(size).minus(value).abs().lte('1e-6') ? nearest : mark
}

/** A liquidation price beyond this many times the mark is no price. */
const FAR = dec('1e6')

function withdrawable(root: Row): Decimal | null {
  const amount = decimalOrNull(root, 'withdrawable')
  return amount?.gte(0) ? amount : null
}

/** Balances that back nothing can be taken out whole. */
function idle({ account, dex, settle }: StateView, root: Row): readonly Cash[] {
  const amount = withdrawable(root)
  if (amount === null || amount.isZero()) return []
  const place = `${account} ${dex.name === '' ? 'perps' : dex.name}`
  return [{ id: `${place} ${settle}`, place, asset: assetOf(settle), amount, price: isStable(settle) ? ONE : null }]
}
