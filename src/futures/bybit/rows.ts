import { IncompleteAnswerError } from '../../errors.ts'
import { Decimal, dec, ONE } from '../../risk/decimal.ts'
import type { FuturesPosition, MarginTier } from '../../risk/marginAccount.ts'
import { decimalField, decimalOrNull, missing, positiveField, type Row, textField } from '../row.ts'
import type { TakerFees } from './fees.ts'
import type { FundingOf } from './funding.ts'
import type { Listed, MarginMode } from './ledger.ts'
import { factorOf, type Market, type Markets } from './markets.ts'
import { BYBIT } from './pages.ts'
import type { TiersOf } from './tiers.ts'

/** A liquidation price beyond this many times the mark is none. */
const FAR = dec('1e6')
/** No taker pays more. */
const HIGHEST_FEE = dec('0.01')

/** What positions are read with. */
export type PositionTerms = {
  readonly mode: MarginMode
  readonly markets: Markets
  readonly tiersOf: TiersOf
  readonly feeOf: TakerFees
  readonly fundingOf: FundingOf
}

/** A position, and what its pool must know of it. */
export type Held = {
  readonly position: FuturesPosition
  readonly market: Market
  /** Margin that is set aside for this position alone, profit not counted, settle units; null in cross mode. */
  readonly own: Decimal | null
  readonly hedged: boolean
  readonly notes: readonly string[]
}

/** The market of a listed position. @throws IncompleteAnswerError where it is not in the table, or another coin is told */
export function marketOf({ row, category, settle }: Listed, markets: Markets): Market {
  const market = markets[row.label]
  if (market === undefined || market.category !== category)
    throw new IncompleteAnswerError(BYBIT, `instruments-info of ${row.label}`)
  if (settle !== null && market.settle !== settle) throw missing(row, 'settleCoin')
  return market
}

/** @throws IncompleteAnswerError where the side is not told */
export function sideOf(row: Row): 'long' | 'short' {
  const side = textField(row, 'side')
  if (side !== 'Buy' && side !== 'Sell') throw missing(row, 'side')
  const index = String(row.fields.positionIdx)
  if (!['0', side === 'Buy' ? '1' : '2'].includes(index)) throw missing(row, 'positionIdx')
  return side === 'Buy' ? 'long' : 'short'
}

/**
 * A row of `position/list` as a position.
 *
 * Besides `rate x value - deduction` Bybit requires the fee of closing at the price that leaves nothing. In cross mode that is a
 * share of today's value, `(1 -+ 1 / leverage) x taker fee`, and stands in the tiers. In isolated mode it is fixed when the margin
 * is posted, and part of both sides: it is left out of both.
 *
 * @throws IncompleteAnswerError, UnsupportedError
 * @see https://www.bybit.com/en/help-center/article/Understanding-the-Adjustment-and-Impact-of-the-New-Margin-Calculation
 */
export function positionOf(listed: Listed, terms: PositionTerms): Held {
  const { row } = listed
  const market = marketOf(listed, terms.markets)
  const side = sideOf(row)
  const { funding, note } = terms.fundingOf(row.label, market)
  const mark = positiveField(row, 'markPrice')
  const bare = {
    symbol: row.label,
    ...factorOf(market),
    contract: market.category,
    side,
    size: positiveField(row, 'size'),
    entry: entryOf(row, market),
    mark,
    tick: dec(market.tick),
    tiers: terms.tiersOf(row.label),
    funding,
    reported: {
      liquidationPrice: priceOf(row, mark, market),
      maintenance: null,
      unrealized: decimalOrNull(row, 'unrealisedPnl'),
    },
  }
  const maintenance = decimalField(row, 'positionMM')
  const taker = terms.feeOf(row.label, market.category)
  const fees: Fees = { taker, rest: restOf(bare, maintenance) }
  const found =
    taker === null ? [`${row.label}: the fee of closing is not told; it is taken from the maintenance that Bybit names`] : []
  const common = {
    ...{ market, hedged: String(row.fields.positionIdx) !== '0' },
    notes: [...(note === null ? [] : [note]), ...stateNotes(row), ...found],
  }
  if (terms.mode === 'isolated') {
    const { own, fee } = posted(row, bare, fees)
    return { ...common, own, position: { ...bare, reported: { ...bare.reported, maintenance: maintenance.minus(fee) } } }
  }
  const share = crossFee(row, bare, fees)
  const tiers = bare.tiers.map((tier): MarginTier => ({ ...tier, rate: tier.rate.plus(share) }))
  return { ...common, own: null, position: { ...bare, tiers, reported: { ...bare.reported, maintenance } } }
}

/** What is known of the fee of closing. */
type Fees = {
  /** The user's rate; null: not told. */
  readonly taker: Decimal | null
  /** What the venue requires beyond its tiers, settle units. */
  readonly rest: Decimal
}

/** USDC contracts settle their profit every eight hours: what is still unsettled counts from there. */
function entryOf(row: Row, { settle }: Market): Decimal {
  const session = settle === 'USDC' ? decimalOrNull(row, 'sessionAvgPrice') : null
  return session?.gt(0) ? session : positiveField(row, 'avgPrice')
}

/** Empty, or at the lowest price there is: none. */
function priceOf(row: Row, mark: Decimal, { tick }: Market): Decimal | null {
  const price = decimalOrNull(row, 'liqPrice')
  return price?.gt(tick) && price.lte(mark.times(FAR)) ? price : null
}

/** Settle units. */
function valueAt({ contract, size }: FuturesPosition, price: Decimal): Decimal {
  return contract === 'linear' ? size.times(price) : size.div(price)
}

function restOf(bare: FuturesPosition, maintenance: Decimal): Decimal {
  const value = valueAt(bare, bare.mark)
  return maintenance.minus(Decimal.max(...bare.tiers.map(({ rate, deduction }) => value.times(rate).minus(deduction))))
}

/** Whether a position at its lowest worth is worth less than it was entered at. */
const shrinks = ({ contract, side }: FuturesPosition): boolean => (side === 'long') === (contract === 'linear')

/** The fee of closing a cross position as a share of its value: of what it is worth where its first margin is gone. */
function crossFee(row: Row, bare: FuturesPosition, { taker, rest }: Fees): Decimal {
  const margin = ONE.div(positiveField(row, 'leverage'))
  if (taker !== null) return taker.times(shrinks(bare) ? ONE.minus(margin) : ONE.plus(margin))
  return likely(row, rest.div(valueAt(bare, bare.mark)))
}

/**
 * What was posted for an isolated position: `positionIM` holds it, margin that was added, and the fee of closing where it is all
 * lost, which is `(value -+ margin) x taker fee`.
 */
function posted(row: Row, bare: FuturesPosition, { taker, rest }: Fees): { readonly own: Decimal; readonly fee: Decimal } {
  const all = positiveField(row, 'positionIM')
  const value = valueAt(bare, bare.entry)
  if (taker === null) {
    likely(row, rest.div(value))
    return { own: all.minus(rest), fee: rest }
  }
  const own = all.minus(value.times(taker)).div(shrinks(bare) ? ONE.minus(taker) : ONE.plus(taker))
  return { own, fee: all.minus(own) }
}

/** @throws IncompleteAnswerError for a share that is no fee: then the tiers are not those the venue reckons with */
function likely(row: Row, share: Decimal): Decimal {
  if (share.lt(0) || share.gte(HIGHEST_FEE)) throw new IncompleteAnswerError(BYBIT, `takerFeeRate of ${row.label}`)
  return share
}

function stateNotes(row: Row): readonly string[] {
  const { positionStatus: status } = row.fields
  const notes: string[] = []
  if (status === 'Liq') notes.push(`${row.label}: Bybit is liquidating the position`)
  if (status === 'Adl') notes.push(`${row.label}: Bybit is deleveraging the position`)
  if (row.fields.isReduceOnly === true) {
    notes.push(`${row.label}: Bybit has lowered its risk limit, and may raise the maintenance margin of the position`)
  }
  return notes
}
