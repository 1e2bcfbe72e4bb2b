import type { Asset } from './asset.ts'
import type { Decimal } from './decimal.ts'
import type { Source } from './source.ts'

/** One bracket of a venue's maintenance table: from `floor` up to and including `cap`, in settle units of notional. */
export type MarginTier = {
  readonly floor: Decimal
  /** null: no upper end. */
  readonly cap: Decimal | null
  /** Maintenance rate, share of notional. */
  readonly rate: Decimal
  /** Subtracted from `rate x notional`; what Binance calls `cum`. */
  readonly deduction: Decimal
}

/** How a venue decides that a pool is liquidated. Facts of the venue, as data. */
export type MarginRules = {
  /** `below`: equity < maintenance. `at-or-below`: equity <= maintenance. */
  readonly trigger: 'below' | 'at-or-below'
  /**
   * Where the maintenance comes from: a table that the venue publishes, or, because it publishes none, its own liquidation price, which
   * then confirms nothing.
   */
  readonly maintenanceFrom: 'table' | 'liquidation-price'
  /** Which notional the maintenance is taken on. */
  readonly basis: 'mark' | 'entry'
  /** `marginal`: the largest of rate x notional - deduction. `flat`: the rate of the bracket, on all of it. */
  readonly tiers: 'marginal' | 'flat'
  /** Share of notional added to the maintenance in the trigger. */
  readonly closeFeeRate: Decimal
  /** Share of notional the venue takes when it liquidates; null: not known, so between nothing and all that is left. */
  readonly liquidationFeeRate: Decimal | null
  /** Whether margin of open orders is held back from a cross pool's equity. */
  readonly holdsOrderMargin: boolean
  /** Where the rule is published, and when it was read there (ISO date). */
  readonly source: string
  readonly asOf: string
}

/** What holding a perpetual costs, paid once an interval. Above 0 longs pay shorts. */
export type Funding = {
  /** Share of notional. */
  readonly rate: Decimal
  /** 8, 4 or 1: a fact of the symbol, not of the venue. */
  readonly intervalHours: Decimal
  /** Lowest and highest mean of the last days, an interval each: they replace `rate`, which holds for hours only; null: not known. */
  readonly window: { readonly low: Decimal; readonly high: Decimal } | null
}

/** One open position. */
export type FuturesPosition = {
  /** The venue's own name of the market: `ETHUSDT`. */
  readonly symbol: string
  /** What moves its mark. */
  readonly factor: string
  readonly basis: string | null
  readonly contract: 'linear' | 'inverse'
  readonly side: 'long' | 'short'
  /** Above 0. Linear: units of the base coin. Inverse: USD of face value. */
  readonly size: Decimal
  readonly entry: Decimal
  readonly mark: Decimal
  /** The smallest step of the mark price, for the last safe price. */
  readonly tick: Decimal
  readonly tiers: readonly MarginTier[]
  /** null: the venue was not asked, or told none. */
  readonly funding: Funding | null
  /** The venue's own figures; null: it gives none. */
  readonly reported: {
    readonly liquidationPrice: Decimal | null
    readonly maintenance: Decimal | null
    readonly unrealized: Decimal | null
  }
}

/** A balance that backs a pool. */
export type Collateral = {
  readonly asset: Asset
  /** Whole units; may be negative. */
  readonly amount: Decimal
  /** USD of one whole unit. */
  readonly price: Decimal
  /** `par`: a stablecoin counted at 1.00 USD because the venue was not asked for its price. */
  readonly priceFrom: 'venue' | 'par'
  /** Share of a positive balance that counts (1 less the haircut). */
  readonly ratio: Decimal
}

/** An open order that closes a position, or part of it, once a price is reached. */
export type StopOrder = {
  readonly symbol: string
  /** Of the position that it closes. */
  readonly side: 'long' | 'short'
  readonly kind: 'stop' | 'take-profit'
  /** The price that sets it off. */
  readonly trigger: Decimal
  /** Which price that is; null: not told. */
  readonly triggerBy: 'mark' | 'last' | 'index' | null
  /** In units of the position's size; null: all of it. */
  readonly size: Decimal | null
  /** Whether it can only make a position smaller. */
  readonly reduceOnly: boolean
}

/** Funding of one market over the last days, settle units: received less paid. */
export type FundingPaid = { readonly symbol: string; readonly days: number; readonly amount: Decimal }

/** A position's place in the queue of those that are closed against a bankrupt one: `rank` of `of`, the highest first. */
export type AdlRank = { readonly symbol: string; readonly side: 'long' | 'short'; readonly rank: number; readonly of: number }

/** What the venue tells of a pool that decides no liquidation. null: not asked, or not told; empty: there is none. */
export type Circumstances = {
  readonly stops: readonly StopOrder[] | null
  readonly fundingPaid: readonly FundingPaid[] | null
  readonly adl: readonly AdlRank[] | null
}

/** What an exchange liquidates as a whole: a cross pool, or one isolated position. */
export type MarginAccount = {
  readonly kind: 'futures'
  /** `binance/main/USDT-cross`, `binance/main/ETHUSDT-long`: unique in the book. */
  readonly id: string
  /** `Binance USDT cross`. */
  readonly venue: string
  readonly margin: 'cross' | 'isolated'
  readonly hedgeMode: boolean
  /** In what linear positions settle; its price in USD stands in `settlePrice`. */
  readonly settle: Asset
  readonly settlePrice: Decimal
  readonly settlePriceFrom: 'venue' | 'par'
  readonly wallet: readonly Collateral[]
  /** Margin held for open orders, settle units. */
  readonly orderMargin: Decimal
  readonly positions: readonly FuturesPosition[]
  readonly rules: MarginRules
  /** The venue's own figures for the pool, settle units; null: it gives none. */
  readonly reported: {
    readonly equity: Decimal | null
    readonly maintenance: Decimal | null
    /** Of the open positions. */
    readonly initialMargin: Decimal | null
    /** What can be withdrawn or moved out now. */
    readonly withdrawable: Decimal | null
  }
  /** null: the venue was not asked. */
  readonly circumstances: Circumstances | null
  readonly source: Source
}
