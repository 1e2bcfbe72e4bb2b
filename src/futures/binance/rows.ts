import { IncompleteAnswerError, UnsupportedError } from '../../errors.ts'
import { type Decimal, dec, ONE } from '../../risk/decimal.ts'
import type { FuturesPosition } from '../../risk/marginAccount.ts'
import { decimalField, decimalOrNull, missing, named, positiveField, type Row, rowOf, rowsOf, textField } from '../row.ts'
import { type BracketForm, type Brackets, tiersOf, USDM_BRACKETS } from './brackets.ts'
import type { FundingOf } from './funding.ts'
import { factorOf, type Market, type Markets } from './markets.ts'

const BINANCE = 'Binance'
/** A mark is set each second: one that stood for so long is not what the venue would liquidate by. */
const OLD_MARK_MS = 5 * 60_000

/** A liquidation price beyond this many times the mark is Binance's way to say "none". */
const FAR = dec('1e6')
/** Letters of any script: Binance lists symbols that are not ASCII. */
const SYMBOL = /^[\p{L}\p{N}_-]{1,40}$/u

/** What two requests told of an account. */
export type Ledger = {
  /** v3/account; on COIN-M v1. */
  readonly totals: Row
  readonly assets: readonly Row[]
  /** Its rows by symbol and side, those with a position. */
  readonly held: ReadonlyMap<string, Row>
  /** Rows of positionRisk by symbol and side, those with a position or an amount that cannot be read. */
  readonly risks: ReadonlyMap<string, Row>
  /** Whether any row names a side: then the account holds long and short apart. */
  readonly sides: boolean
}

/** @throws IncompleteAnswerError where the answers do not even list what there is */
export function ledgerOf(positionRisk: unknown, account: unknown): Ledger {
  const totals = rowOf(BINANCE, 'account', account)
  const assets = rowsOf(BINANCE, 'assets of account', totals.fields.assets).map((row) => named(row, textField(row, 'asset')))
  const risks = rowsOf(BINANCE, 'positionRisk', positionRisk)
  const all = [...rowsOf(BINANCE, 'positions of account', totals.fields.positions), ...risks]
  return {
    totals,
    assets,
    held: open(totals.fields.positions),
    risks: open(positionRisk),
    sides: all.some(({ fields }) => fields.positionSide === 'LONG' || fields.positionSide === 'SHORT'),
  }
}

function open(list: unknown): Map<string, Row> {
  const rows = new Map<string, Row>()
  for (const row of rowsOf(BINANCE, 'positions', list)) {
    const symbol = textField(row, 'symbol')
    if (!SYMBOL.test(symbol)) throw missing(row, 'symbol')
    if (decimalOrNull(row, 'positionAmt')?.isZero() === true) continue
    rows.set(`${symbol} ${textField(row, 'positionSide')}`, named(row, symbol))
  }
  return rows
}

/** Whether both answers speak of the same positions. They are a moment apart: a trade between them is no fault. */
export function disagreements({ held, risks }: Ledger): readonly string[] {
  const amount = (row: Row | undefined): Decimal | null => (row === undefined ? null : decimalOrNull(row, 'positionAmt'))
  return [...new Set([...held.keys(), ...risks.keys()])].filter((key) => {
    const [a, b] = [amount(held.get(key)), amount(risks.get(key))]
    return a === null || b === null || !a.eq(b)
  })
}

/** Symbols of all positions, whichever answer names them. */
export function symbolsOf({ held, risks }: Ledger): ReadonlySet<string> {
  return new Set([...held.values(), ...risks.values()].map(({ label }) => label))
}

/** What positions are read with. */
export type Tables = { readonly markets: Markets; readonly brackets: Brackets }

/** What positions are read with, and what they cost. */
export type PositionTerms = Tables & { readonly fundingOf: FundingOf }

/** A position, what it is margined in, and what must be known of it. */
export type Held = { readonly position: FuturesPosition; readonly margin: string; readonly notes: readonly string[] }

/**
 * A row of v3/positionRisk as a position.
 *
 * @throws IncompleteAnswerError, UnsupportedError
 * @see Binance "Position Information V3"
 */
export function positionOf(row: Row, terms: PositionTerms): Held {
  const symbol = row.label
  const market = terms.markets[symbol]
  if (market === undefined) throw new IncompleteAnswerError(BINANCE, `exchangeInfo of ${symbol}`)
  if (textField(row, 'marginAsset') !== market.quote) {
    throw new UnsupportedError(BINANCE, `quotes ${symbol} in ${market.quote} but margins it in another currency`)
  }
  return heldOf(row, terms, { market, contract: 'linear', unit: ONE, form: USDM_BRACKETS })
}

/** What the positions of one product are. */
export type Product = {
  readonly market: Market
  readonly contract: FuturesPosition['contract']
  /** What one of `positionAmt` is, in units of a position's size. */
  readonly unit: Decimal
  readonly form: BracketForm
}

/** @throws IncompleteAnswerError */
export function heldOf(row: Row, { markets, brackets, fundingOf }: PositionTerms, product: Product): Held {
  const symbol = row.label
  const { market, contract, unit, form } = product
  const amount = decimalField(row, 'positionAmt')
  const mark = positiveField(row, 'markPrice')
  const { tiers, notes } = tiersOf(symbol, brackets, form)
  const { funding, note, markAgeMs } = fundingOf(symbol)
  if (markAgeMs !== null && markAgeMs > OLD_MARK_MS) {
    const what = `has not set the mark of ${symbol} for ${Math.floor(markAgeMs / 60_000)} minutes`
    throw new IncompleteAnswerError(BINANCE, `time of ${symbol}`, { what, retryable: true })
  }
  const liquidation = decimalOrNull(row, 'liquidationPrice')
  const position: FuturesPosition = {
    symbol,
    ...factorOf(market.base, markets),
    contract,
    side: namedSide(row, amount),
    size: amount.abs().times(unit),
    entry: positiveField(row, 'entryPrice'),
    mark,
    tick: dec(market.tick),
    tiers,
    funding,
    reported: {
      liquidationPrice: liquidation?.gt(0) && liquidation.lte(mark.times(FAR)) ? liquidation : null,
      maintenance: decimalOrNull(row, 'maintMargin'),
      unrealized: decimalOrNull(row, 'unRealizedProfit'),
    },
  }
  return { position, margin: market.margin, notes: note === null ? notes : [...notes, note] }
}

/** The side of an open row. */
export const sideOf = (row: Row): 'long' | 'short' => (decimalField(row, 'positionAmt').lt(0) ? 'short' : 'long')

function namedSide(row: Row, amount: Decimal): 'long' | 'short' {
  const named = textField(row, 'positionSide')
  const side = amount.gt(0) ? 'long' : 'short'
  if (named === 'BOTH' || named === side.toUpperCase()) return side
  throw missing(row, 'positionSide')
}

/**
 * Whether a position has margin of its own. COIN-M names the margin mode; v3 of USDⓈ-M does not: there an isolated position is one
 * with an isolated margin.
 */
export function isIsolated(row: Row): boolean {
  const { marginType } = row.fields
  if (marginType === 'isolated' || marginType === 'cross') return marginType === 'isolated'
  return !decimalField(row, 'isolatedMargin').isZero() || !decimalField(row, 'isolatedWallet').isZero()
}
