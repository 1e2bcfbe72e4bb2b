import type { Move } from './rescueMove.ts'

/** An address in lower case. */
type Address = `0x${string}`

/** A repayment that a wallet can make: all that its transactions need. Amounts in base units of the token. */
export type Payment = {
  readonly protocol: 'aave-v3' | 'compound-v3'
  readonly chainId: number
  /** `ethereum-core`: the market's name, under which its contract may be published. */
  readonly market: string
  /** What takes the repayment: the Pool, the Comet. */
  readonly contract: Address
  readonly token: Address
  readonly decimals: number
  /** Who pays, and whose debt it is. */
  readonly payer: Address
  readonly borrower: Address
  /** One for each kind of debt that is paid. Compound III has `variable` alone. */
  readonly parts: readonly PaymentPart[]
}

export type PaymentPart = {
  readonly rate: 'variable' | 'stable'
  /** The most that is taken. */
  readonly amount: bigint
  /**
   * What of the debt is meant: `part` of it; `all`, where `amount` also covers the interest until it is mined; `all-but-interest`, where
   * the wallet holds no more than what was owed when it was read.
   */
  readonly pays: 'part' | 'all' | 'all-but-interest'
}

/** What is taken out of a market first, because it lies idle there. Amounts in base units of the token. */
export type Withdrawal = {
  readonly protocol: 'aave-v3' | 'compound-v3'
  /** The leg it lies in. */
  readonly leg: string
  readonly chainId: number
  readonly market: string
  readonly contract: Address
  readonly token: Address
  readonly decimals: number
  /** Whose it is, who sends, and who gets it. */
  readonly owner: Address
  readonly amount: bigint
}

/** Why there is no transaction for a move: somebody has to do it by hand, or something is not known. */
export type ByHand =
  | 'to-exchange'
  | 'from-exchange'
  | 'swap'
  | 'other-token'
  | 'protocol'
  | 'contract-unknown'
  | 'payer-unknown'
  | 'other-contract'
  | 'supply-contract'

/** A move with the payment that does it, and with what has to be withdrawn before; null: nothing has to, or not by a transaction. */
export type RescueStep = { readonly move: Move; readonly withdrawal: Withdrawal | null } & (
  | { readonly payment: Payment }
  | { readonly payment: null; readonly byHand: ByHand }
)

/** An unsigned transaction. Addresses with their checksum. */
export type Transaction = {
  readonly what: 'withdraw' | 'reset' | 'approve' | 'repay'
  readonly chainId: number
  readonly from: string
  readonly to: string
  /** Wei. */
  readonly value: bigint
  readonly data: string
  /** What `data` says, decoded from it: `approve(address spender, uint256 amount)`. */
  readonly call: { readonly signature: string; readonly arguments: readonly { readonly name: string; readonly value: string }[] }
  /** The part of the payment that it pays; null: it pays nothing. */
  readonly part: PaymentPart | null
}

/** Transactions in the order in which they are sent, and who says that the contract is the market's. */
export type Prepared = {
  readonly transactions: readonly Transaction[]
  /** `published`: the address book; `settings`: the user's book file or hullmark's list; `node`: nobody but the node that was read. */
  readonly contractBy: 'published' | 'settings' | 'node'
}

/** A withdrawal with its one transaction. */
export type PreparedWithdrawal = Withdrawal & { readonly transaction: Transaction; readonly contractBy: Prepared['contractBy'] }

/** A step with its transactions, the withdrawal's before the others. */
export type PreparedStep = { readonly move: Move; readonly withdrawal: PreparedWithdrawal | null } & (
  | (Prepared & { readonly payment: Payment })
  | { readonly payment: null; readonly byHand: ByHand }
)

/** What `rescue --tx` found. */
export type RescueTransactions = {
  readonly steps: readonly PreparedStep[]
  /** Why none is built at all, one reason each; empty where they are. */
  readonly withheld: readonly string[]
}
