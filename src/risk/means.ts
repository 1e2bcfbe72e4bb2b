import { type Decimal, dec } from './decimal.ts'

/** What no venue tells and only the owner of a book knows: how long money takes, what a swap costs, how wild prices are. */
export type Means = {
  /** Minutes until money has arrived; null: not said, so nothing is judged by time. */
  readonly minutes: {
    /** From the wallet to an exchange, as margin. */
    readonly topUp: Decimal | null
    /** From the wallet to a loan, as a repayment. */
    readonly repay: Decimal | null
    /** From an exchange to the wallet. */
    readonly withdraw: Decimal | null
  }
  /** What a swap into the coin that a leg takes costs, as a share. */
  readonly swapCost: Decimal
  /** Yearly volatility by factor, as a share: 0.6 is 60 %. Empty: not said, so there are no odds. */
  readonly volatility: ReadonlyMap<string, Decimal>
}

export const DEFAULT_MEANS: Means = {
  minutes: { topUp: null, repay: null, withdraw: null },
  swapCost: dec('0.001'),
  volatility: new Map(),
}
