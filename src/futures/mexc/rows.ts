import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, dec, sum } from '../../risk/decimal.ts'
import type { FuturesPosition } from '../../risk/marginAccount.ts'
import { decimalField, decimalOrNull, missing, named, positiveField, type Row, rowsOf, textField } from '../row.ts'
import { choiceField, dataOf, MEXC } from './answers.ts'
import type { FundingOf } from './funding.ts'
import { contractOf, factorOf, type Markets, type Terms, termsOf, tiersOf } from './markets.ts'

/** A liquidation price beyond this many times the mark is none. */
const FAR = dec('1e6')
/** Letters of any script: it lists symbols that are not ASCII. */
const SYMBOL = /^[\p{L}\p{N}_().-]{1,40}$/u

/** What two requests told of an account. */
export type Ledger = {
  /** Rows of open_positions that hold anything, or an amount that cannot be read; labelled with their symbol. */
  readonly positions: readonly Row[]
  /** Rows of account/assets, labelled with their coin. */
  readonly assets: readonly Row[]
}

/** @throws IncompleteAnswerError where the answers do not even list what there is */
export function ledgerOf(positions: unknown, assets: unknown): Ledger {
  const listed = rowsOf(MEXC, 'open_positions', dataOf('open_positions', positions)).map((row) => {
    const symbol = textField(row, 'symbol')
    if (!SYMBOL.test(symbol)) throw missing(row, 'symbol')
    return named(row, symbol)
  })
  return {
    positions: listed.filter((row) => decimalOrNull(row, 'holdVol')?.isZero() !== true),
    assets: rowsOf(MEXC, 'account/assets', dataOf('account/assets', assets)).map((row) => named(row, textField(row, 'currency'))),
  }
}

/** What a coin gives to positions in other coins, and what it owes for them. */
export const SHARED = ['contributeMarginAmount', 'debtAmount'] as const

/**
 * Whether coins back each other, as they do in multi-asset mode. The API has no word for the mode itself.
 *
 * @see https://www.mexc.co/learn/article/what-is-multi-asset-mode-/1
 */
export function sharesAssets({ assets }: Ledger): boolean {
  return assets.some((row) => SHARED.some((field) => decimalOrNull(row, field)?.isZero() === false))
}

/** A cross pool is a leg when it holds margin for orders, or owes. Positions make it one anyway. */
export function isLive(row: Row): boolean {
  const [orders, equity] = [decimalOrNull(row, 'frozenBalance'), decimalOrNull(row, 'equity')]
  const owes = equity?.lt(0) || decimalOrNull(row, 'availableBalance')?.lt(0)
  return orders === null || equity === null || !orders.isZero() || owes === true
}

/** The coins that hold margin of positions while no position in them is told: empty is not zero. */
export function emptyButMargined({ positions, assets }: Ledger, markets: Markets): readonly string[] {
  const told = new Set(positions.map(({ label }) => markets[label]?.settle))
  return assets.flatMap((row) => {
    const margin = decimalOrNull(row, 'positionMargin')
    return margin?.isZero() === true || told.has(row.label) ? [] : [row.label]
  })
}

/** @throws IncompleteAnswerError unless the row names its side */
export function sideOf(row: Row): 'long' | 'short' {
  return choiceField(row, 'positionType', [1, 2]) === 1 ? 'long' : 'short'
}

/** @throws IncompleteAnswerError unless the row names its margin mode */
export function isIsolated(row: Row): boolean {
  return choiceField(row, 'openType', [1, 2]) === 1
}

/** Margin set aside for isolated positions of a coin, profit not counted. */
export function isolatedMargin({ positions }: Ledger, markets: Markets, settle: string): readonly Decimal[] {
  return positions.filter((row) => markets[row.label]?.settle === settle && isIsolated(row)).map((row) => decimalField(row, 'im'))
}

/** A position by what orders and payments name. */
export type Place = { readonly symbol: string; readonly side: 'long' | 'short'; readonly row: Row }

/** The rows of open_positions that name their side: another one spoils its pool. */
export function placesOf(rows: readonly Row[]): readonly Place[] {
  return rows
    .filter((row) => ['1', '2'].includes(String(row.fields.positionType)))
    .map((row) => ({ symbol: row.label, side: sideOf(row), row }))
}

/** That the positions of a coin do not add up to the margin it holds for them; null: they do, or it is not told. */
export function marginGap({ positions, assets }: Ledger, markets: Markets, settle: string): string | null {
  const row = assets.find(({ label }) => label === settle)
  const held = row === undefined ? null : decimalOrNull(row, 'positionMargin')
  const told = positions.filter(({ label }) => markets[label]?.settle === settle).map((one) => decimalOrNull(one, 'im'))
  if (held === null || told.some((margin) => margin === null)) return null
  const all = sum(told.filter((margin) => margin !== null))
  if (all.minus(held).abs().lte(held.abs().times('0.01'))) return null
  return `MEXC holds ${held.toFixed()} ${settle} of margin for positions, and its positions name ${all.toFixed()}`
}

/** What positions are read with. */
export type PositionTerms = {
  readonly markets: Markets
  /** Fair prices by symbol. */
  readonly marks: ReadonlyMap<string, Decimal>
  readonly fundingOf: FundingOf
}

/** A position, the terms of its market, and what must be known of it. */
export type Held = {
  readonly position: FuturesPosition
  readonly terms: Terms
  readonly row: Row
  readonly notes: readonly string[]
}

/**
 * A row of open_positions as a position.
 *
 * @throws IncompleteAnswerError, UnsupportedError
 * @see https://www.mexc.com/api-docs/futures/account-and-trading-endpoints "Get open positions"
 */
export function positionOf(row: Row, { markets, marks, fundingOf }: PositionTerms): Held {
  const symbol = row.label
  const market = markets[symbol]
  if (market === undefined) throw new IncompleteAnswerError(MEXC, `contract/detail of ${symbol}`)
  if (choiceField(row, 'state', [1, 2, 3]) !== 1) {
    throw new UnsupportedError(MEXC, `has taken over the position in ${symbol}: it is being liquidated`)
  }
  const contract = contractOf(symbol, market)
  const terms = termsOf(symbol, markets)
  const mark = marks.get(symbol)
  if (mark === undefined) throw new IncompleteAnswerError(MEXC, `fairPrice of ${symbol}`)
  const side = sideOf(row)
  // The other field is cut to the tick.
  const full = 'holdAvgPriceFullyScale' in row.fields ? 'holdAvgPriceFullyScale' : 'holdAvgPrice'
  const entry = positiveField(row, full)
  const { funding, note } = fundingOf(symbol)
  const liquidation = decimalOrNull(row, 'liquidatePrice')
  const position: FuturesPosition = {
    symbol,
    ...factorOf(market.base, markets),
    contract,
    side,
    size: positiveField(row, 'holdVol').times(terms.unit),
    entry,
    mark,
    tick: dec(terms.tick),
    tiers: tiersOf(terms, { contract, side, entry }),
    funding,
    reported: {
      liquidationPrice: liquidation?.gt(0) && liquidation.lte(mark.times(FAR)) ? liquidation : null,
      maintenance: null,
      unrealized: null,
    },
  }
  const added = `${symbol}: MEXC adds margin to this position from the balance by itself, so its price can move further away`
  const notes = [...(note === null ? [] : [note]), ...(row.fields.autoAddIm === true ? [added] : [])]
  return { position, terms, row, notes }
}
