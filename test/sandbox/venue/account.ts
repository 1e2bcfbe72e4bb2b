import type { AssetIndex } from './assetIndex.ts'
import type { Bracket } from './brackets.ts'
import type { Contract } from './contracts.ts'
import type { FundingState } from './funding.ts'
import { type Num, num } from './num.ts'
import type { Position, PositionSide } from './pool.ts'

/** An account as a test or a demo states it. All figures are decimal text. */
export type AccountInput = {
  /** Single-asset mode: one cross pool for each margin asset. Multi-assets mode: one for the whole account. */
  readonly mode: 'single' | 'multi'
  /** Hedge mode: LONG and SHORT of a symbol side by side; otherwise BOTH. */
  readonly hedge: boolean
  /** Wallet balance by asset, the wallets of isolated positions included, as Binance's `walletBalance`. */
  readonly wallets: Readonly<Record<string, string>>
  readonly positions: readonly PositionInput[]
  /** Initial margin held by open orders, by symbol. */
  readonly openOrderMargin?: Readonly<Record<string, string>>
}

export type PositionInput = {
  readonly symbol: string
  readonly side: PositionSide
  /** Signed: a short is negative. */
  readonly amount: string
  readonly entryPrice: string
  /** Default 20. */
  readonly leverage?: number
  /** Makes the position isolated, with this wallet. */
  readonly isolatedWallet?: string
}

/** The one state that every endpoint answers from. Changed by the methods of the exchange only. */
export type AccountState = {
  mode: 'single' | 'multi'
  hedge: boolean
  wallets: Map<string, Num>
  positions: readonly Position[]
  openOrderMargin: Map<string, Num>
  /** Funding of the symbols that are adjusted; the others pay the usual 0.0001 each 8 hours. */
  readonly funding: Map<string, FundingState>
  /** When balances last changed, by the venue's clock. */
  updateTime: number
  readonly marks: Map<string, Num>
  readonly indexes: Map<string, AssetIndex>
  readonly contracts: readonly Contract[]
  readonly brackets: Readonly<Record<string, readonly Bracket[]>>
}

/** Replaces an account whole. Refuses what the venue could not be in. */
export function openAccount(state: AccountState, input: AccountInput, now: number): void {
  const positions = input.positions.map((position) => positionFrom(position, { input, state, now }))
  state.mode = input.mode
  state.hedge = input.hedge
  state.wallets = new Map(Object.entries(input.wallets).map(([asset, amount]) => [asset, num(amount)]))
  state.positions = positions
  state.updateTime = now
  state.openOrderMargin = new Map(Object.entries(input.openOrderMargin ?? {}).map(([symbol, amount]) => [symbol, num(amount)]))
}

type Context = { readonly input: AccountInput; readonly state: AccountState; readonly now: number }

function positionFrom(stated: PositionInput, { input, state, now }: Context): Position {
  const { symbol, side } = stated
  const contract = state.contracts.find((listed) => listed.symbol === symbol)
  const brackets = state.brackets[symbol]
  if (contract === undefined || brackets === undefined) throw new Error(`the sandbox does not list ${symbol}`)
  const amount = num(stated.amount)
  // A venue cannot be in these states; an account that states one is a mistake of the test.
  if ((side !== 'BOTH') !== input.hedge) throw new Error(`${side} does not exist in ${input.hedge ? 'hedge' : 'one-way'} mode`)
  if (side === 'LONG' ? !amount.gt(0) : side === 'SHORT' ? !amount.lt(0) : amount.isZero()) {
    throw new Error(`${stated.amount} is no amount of a ${side} position`)
  }
  if (input.mode === 'multi' && stated.isolatedWallet !== undefined) throw new Error('multi-assets mode knows cross margin only')
  return {
    ...{ symbol, side, amount, brackets, marginAsset: contract.marginAsset, updateTime: now },
    entry: num(stated.entryPrice),
    leverage: stated.leverage ?? 20,
    isolatedWallet: stated.isolatedWallet === undefined ? null : num(stated.isolatedWallet),
  }
}
