import type { Decimal } from './decimal.ts'

/** A thing with a price. Identified by its key, never by its symbol: on-chain symbols are hostile text. */
export type Asset = {
  /** `eip155:1/0xc02a...` in lower case, or `binance/USDT`. */
  readonly key: string
  /** A label for people. */
  readonly symbol: string
  /** What moves its price: `ETH`, `BTC`, `USD:USDC`; an asset nobody mapped is its own factor, `OWN:<key>`. */
  readonly factor: string
  /** A second factor multiplied on top, as `wstETH/ETH`; null for none. */
  readonly basis: string | null
}

/** The block that an answer was read at. */
export type BlockStamp = {
  readonly chainId: number
  readonly number: bigint
  readonly hash: string
  /** Seconds since 1970, of the block. */
  readonly timestamp: bigint
}

/** Where a leg's figures come from, and how old they are: our clock and the venue's side by side. */
export type Source = {
  /** `Ethereum`, `Binance`. */
  readonly name: string
  /** Our clock when the answer had arrived, milliseconds since 1970. */
  readonly readAt: number
  /** The venue's clock for the same moment, milliseconds since 1970; null where it tells none. */
  readonly venueTime: number | null
  readonly block: BlockStamp | null
  /** Whether a second, independent operator gave the same answer. */
  readonly confirmed: boolean
  /** What the reader should know of how it was read: `two requests: the node refuses batches`. */
  readonly notes: readonly string[]
}

/** One reserve of an Aave v3 market as one account uses it. Integers as the contracts hold them. */
export type AaveV3Reserve = {
  readonly asset: Asset
  /** Position in the pool's list: the bit in configuration and e-mode bitmaps. */
  readonly id: number
  readonly decimals: number
  /** Oracle price in base currency units (1e8 = 1 USD), the e-mode's own price source applied; null: the feed gives none. */
  readonly price: bigint | null
  /** When the reserve's price source was last written, seconds since 1970; null: it does not tell. */
  readonly priceUpdatedAt: bigint | null
  /** aToken balance, interest included, base units of the token. */
  readonly supplied: bigint
  /** The account's collateral switch. */
  readonly collateral: boolean
  /** Variable and stable debt, interest included, base units of the token. */
  readonly debt: bigint
  /** Whether the account's e-mode category takes this reserve as collateral: then the three below are the category's. */
  readonly inEMode: boolean
  /** Basis points (10000 = 100 %). */
  readonly ltv: bigint
  /** Basis points. */
  readonly liquidationThreshold: bigint
  /** Basis points over 10000: 10500 pays the liquidator 5 %. */
  readonly liquidationBonus: bigint
  /** Yearly rates in ray (1e27 = 100 %), not compounded. */
  readonly supplyRate: bigint
  readonly borrowRate: bigint
  readonly active: boolean
  readonly frozen: boolean
  readonly paused: boolean
  /** No liquidation of this reserve before that time, seconds since 1970; 0n where there is none. */
  readonly graceUntil: bigint
  /** What can be withdrawn or borrowed now, base units of the token. */
  readonly availableLiquidity: bigint
}

/** A loan account in one Aave v3 market. */
export type AaveV3Position = {
  readonly kind: 'lending'
  readonly protocol: 'aave-v3'
  /** `aave-v3/ethereum-core/0xab..`: unique in the book. */
  readonly id: string
  /** `Aave v3 Ethereum`. */
  readonly venue: string
  readonly wallet: string
  /** The pool's own `POOL_REVISION`: the rounding follows it. */
  readonly revision: number
  /** Base currency units of 1 USD. */
  readonly baseUnit: bigint
  /** 0 for none. */
  readonly eModeCategory: number
  /** Every reserve in which the account has a balance or a debt. */
  readonly reserves: readonly AaveV3Reserve[]
  /** What `getUserAccountData` says at the same block; `healthFactor` null without debt. */
  readonly reported: {
    readonly totalCollateral: bigint
    readonly totalDebt: bigint
    readonly healthFactor: bigint | null
  }
  readonly source: Source
}

/** One collateral of a Compound III market as one account holds it. Integers as the contract holds them. */
export type CompoundV3Collateral = {
  readonly asset: Asset
  readonly decimals: number
  /** Base units of the token. */
  readonly balance: bigint
  /** 8 decimals of the market's quote unit; null: the feed gives none. */
  readonly price: bigint | null
  /** 1e18 = 100 %: what counts for borrowing. */
  readonly borrowFactor: bigint
  /** 1e18 = 100 %: what covers the debt. */
  readonly liquidateFactor: bigint
  /** 1e18 = 100 %: what an absorption credits. */
  readonly liquidationFactor: bigint
}

/** A loan account in one Compound III market (Comet): one base asset, many collaterals. */
export type CompoundV3Position = {
  readonly kind: 'lending'
  readonly protocol: 'compound-v3'
  /** `compound-v3/ethereum-usdc/0xab..`: unique in the book. */
  readonly id: string
  readonly venue: string
  readonly wallet: string
  /** `price`: 8 decimals of the market's quote unit; null: the feed gives none. */
  readonly base: { readonly asset: Asset; readonly decimals: number; readonly price: bigint | null }
  /** Base units of the base token, interest accrued to the block; below 0 is debt. */
  readonly baseBalance: bigint
  /** Every collateral with a balance. */
  readonly collateral: readonly CompoundV3Collateral[]
  /** What the market's prices are quoted in where that is an asset (ETH or BTC feeds); null: USD. */
  readonly quote: Asset | null
  /** USD of one quote unit: 1 for USD markets. */
  readonly quoteUsd: Decimal
  /** While paused nobody can liquidate. */
  readonly absorbPaused: boolean
  /** The market's own views at the same block. They use the index of the last accrual, so they may lag behind. */
  readonly reported: { readonly liquidatable: boolean }
  readonly source: Source
}

/** One reserve of an Aave v4 spoke as one account uses it. Integers as the contracts hold them. */
export type AaveV4Reserve = {
  readonly asset: Asset
  /** The spoke's own reserve id: one asset may stand in a spoke twice. */
  readonly id: number
  /** At most 18. */
  readonly decimals: number
  /** Oracle price, 1e8 = 1 USD; null: the feed gives none. */
  readonly price: bigint | null
  /** Base units of the token, interest included, rounded down. */
  readonly supplied: bigint
  /** The account's collateral switch. */
  readonly collateral: boolean
  /** Drawn and premium debt, base units of the token times 1e27: the spoke weighs it unrounded. */
  readonly debtRay: bigint
  /** Basis points, under the key of the risk terms that the account holds: these decide its liquidation. */
  readonly collateralFactor: bigint
  /** Basis points, under the latest key: the next borrow, withdrawal or switched-off collateral brings all of them into force. */
  readonly latestCollateralFactor: bigint
  /** Basis points over 10000, under the account's key: 10500 pays the liquidator at most 5 %. */
  readonly maxLiquidationBonus: bigint
  readonly frozen: boolean
  readonly paused: boolean
}

/** A loan account in one Aave v4 spoke: each spoke has a health of its own. */
export type AaveV4Position = {
  readonly kind: 'lending'
  readonly protocol: 'aave-v4'
  /** `aave-v4/ethereum-main/0xab..`: unique in the book. */
  readonly id: string
  readonly venue: string
  readonly wallet: string
  /** Every reserve in which the account has a balance or a debt. */
  readonly reserves: readonly AaveV4Reserve[]
  /** How the spoke sizes a liquidation. */
  readonly liquidation: {
    /** 1e18 = 1, at least 1: the health that a liquidation restores. */
    readonly targetHealthFactor: bigint
    /** 1e18 = 1, below 1: from there down the bonus is the largest. */
    readonly healthFactorForMaxBonus: bigint
    /** Basis points: share of the largest bonus that is paid at a health of 1. */
    readonly liquidationBonusFactor: bigint
    /** 1e26 = 1 USD: a liquidation leaves nothing or at least this much. */
    readonly dust: bigint
  }
  /** What `getUserAccountData` says at the same block; `healthFactor` null without debt. */
  readonly reported: {
    /** 1e26 = 1 USD. */
    readonly totalCollateralValue: bigint
    /** 1e53 = 1 USD. */
    readonly totalDebtValueRay: bigint
    readonly healthFactor: bigint | null
  }
  readonly source: Source
}

/** A loan account. One shape a protocol; `protocol` tells them apart. */
export type LendingPosition = AaveV3Position | CompoundV3Position | AaveV4Position

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
  readonly source: Source
}

/** The smallest thing a venue liquidates as a whole. */
export type Leg = LendingPosition | MarginAccount

/** Free money outside every leg. */
export type Cash = {
  readonly id: string
  /** `wallet 0xab..cd on Ethereum`. */
  readonly place: string
  readonly asset: Asset
  /** Whole units. */
  readonly amount: Decimal
  /** USD of one whole unit; null: not known, so it is not counted. */
  readonly price: Decimal | null
}

/** Something that could not be read, with the reason. A view with a gap is never `ok`. */
export type Gap = {
  /** The leg, or the venue when not even its legs could be listed. */
  readonly leg: string
  readonly code: string
  /** One sentence for the user. */
  readonly reason: string
  readonly hint: string
  readonly retryable: boolean
}

/** Everything that one pass read, and nothing derived: saved, replayed, and the whole input of the risk view. */
export type Snapshot = {
  readonly book: string
  /** Our clock when the last answer had arrived, milliseconds since 1970. */
  readonly at: number
  readonly legs: readonly Leg[]
  readonly cash: readonly Cash[]
  readonly gaps: readonly Gap[]
  /** Facts about the reading that belong to no leg: `no position found in Aave v3 Ethereum for 0x..`. */
  readonly notes: readonly string[]
}
