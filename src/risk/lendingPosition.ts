import type { Asset } from './asset.ts'
import type { Decimal } from './decimal.ts'
import type { Source } from './source.ts'

/** How a borrow rate climbs as more of the asset is borrowed, in the units of its protocol's rates: as of now, governance may change it. */
export type BorrowCurve = {
  /** The utilization from which on it climbs steeply. */
  readonly kink: bigint
  /** The rate at that utilization, and at 100 %. */
  readonly rateAtKink: bigint
  readonly rateAtFull: bigint
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
  /** The contract that the oracle takes the price from; null: not known. */
  readonly priceSource: string | null
  /**
   * The highest price that the source can tell now, in base currency units: a capped feed stops there, whatever the market does; null: it
   * caps none, or does not say.
   */
  readonly priceCap: bigint | null
  /** aToken balance, interest included, base units of the token. */
  readonly supplied: bigint
  /** The account's collateral switch. */
  readonly collateral: boolean
  /**
   * Variable and stable debt, interest included, base units of the token, as the pool's health counts it: before v3.3 without
   * the discount that some holders of GHO had.
   */
  readonly debt: bigint
  /** What of `debt` is owed at a stable rate (to v3.1); null: not known. */
  readonly stableDebt: bigint | null
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
  /**
   * Ray: all debt of the reserve, interest included, by that debt and what is available, as its rate strategy counts it: what the
   * aToken holds, from v3.1 on the virtual balance. null: not known, or nothing is owed here by the account.
   */
  readonly utilization: bigint | null
  /** Of the variable rate. null: not known, nothing is owed here by the account, or the rate does not follow its use. */
  readonly curve: BorrowCurve | null
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
  /** The Pool, which takes repayments, in lower case; null: not known. */
  readonly contract: string | null
  /** The pool's own `POOL_REVISION`: the rounding follows it. */
  readonly revision: number
  /** Base currency units of 1 USD. */
  readonly baseUnit: bigint
  /** 0 for none. */
  readonly eModeCategory: number
  /**
   * What the market's sentinel says of the sequencer of its chain: it lets liquidations through, it bars those of accounts whose
   * health is 0.95 or more (the sequencer is down, or back for too short a time), or it gave no answer. null: there is none that
   * counts, as from v3.7 on, or it is not known.
   */
  readonly sentinel: 'lets' | 'bars' | 'silent' | null
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
  /** When its feed was last written, seconds since 1970; null: it does not tell. */
  readonly priceUpdatedAt: bigint | null
  /** 1e18 = 100 %: what counts for borrowing. */
  readonly borrowFactor: bigint
  /** 1e18 = 100 %: what covers the debt. */
  readonly liquidateFactor: bigint
  /** 1e18 = 100 %: what an absorption credits. */
  readonly liquidationFactor: bigint
}

/** What a Compound III market pays and asks for its base asset, as its own views say. 1e18 = 100 %. */
export type CompoundV3Rates = {
  /** What is borrowed of what is supplied, by the indices of the last accrual. Above 100 % where reserves are lent out, too. */
  readonly utilization: bigint
  /** A second, not compounded. @see Comet `getSupplyRate`, `getBorrowRate` */
  readonly supply: bigint
  readonly borrow: bigint
  /** null: not known, or the account owes nothing. */
  readonly curve: BorrowCurve | null
}

/** A loan account in one Compound III market (Comet): one base asset, many collaterals. */
export type CompoundV3Position = {
  readonly kind: 'lending'
  readonly protocol: 'compound-v3'
  /** `compound-v3/ethereum-usdc/0xab..`: unique in the book. */
  readonly id: string
  readonly venue: string
  readonly wallet: string
  /** The Comet, which takes repayments, in lower case; null: not known. */
  readonly contract: string | null
  /** `price`: 8 decimals of the market's quote unit; null: the feed gives none. */
  readonly base: Pick<CompoundV3Collateral, 'asset' | 'decimals' | 'price' | 'priceUpdatedAt'>
  /** Base units of the base token, interest accrued to the block; below 0 is debt. */
  readonly baseBalance: bigint
  /** null: not known. */
  readonly rates: CompoundV3Rates | null
  /** Every collateral with a balance. */
  readonly collateral: readonly CompoundV3Collateral[]
  /** What the market's prices are quoted in where that is an asset (ETH or BTC feeds); null: USD. */
  readonly quote: Asset | null
  /** USD of one quote unit: 1 for USD markets. */
  readonly quoteUsd: Decimal
  /** While paused nobody can liquidate. */
  readonly absorbPaused: boolean
  /** While paused nothing can be repaid or supplied; null: not known. */
  readonly supplyPaused: boolean | null
  /** While paused nothing can be withdrawn or borrowed; null: not known. */
  readonly withdrawPaused: boolean | null
  /** Base units of the base token that lie in the market and can be withdrawn or borrowed; null: not known. */
  readonly baseAvailable: bigint | null
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

/** Another node's word on a loan, at the block of the leg, that is not what the leg says. The leg itself is the less healthy of the two. */
export type Dispute = {
  /** The leg's id. */
  readonly leg: string
  /** The operator of the node: `drpc.org`. */
  readonly by: string
  /** The loan as that node has it; null: it knows of none. */
  readonly said: LendingPosition | null
}
