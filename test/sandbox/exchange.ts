import { type AccountInput, type AccountState, openAccount } from './venue/account.ts'
import { type AssetIndex, presentIndexes } from './venue/assetIndex.ts'
import { type Bracket, presentBrackets } from './venue/brackets.ts'
import { type Contract, contracts as presentContracts } from './venue/contracts.ts'
import { type FundingState, USUAL_FUNDING } from './venue/funding.ts'
import { type Liquidation, liquidatePool } from './venue/liquidatePool.ts'
import { liquidationPrice } from './venue/liquidationPrice.ts'
import { type Num, num, wire } from './venue/num.ts'
import { isDead, type Marks, markOf, type Pool, type Position } from './venue/pool.ts'
import { poolsOf } from './venue/pools.ts'

export type ExchangeOptions = {
  readonly contracts?: readonly Contract[]
  readonly brackets?: Readonly<Record<string, readonly Bracket[]>>
  readonly indexes?: Readonly<Record<string, AssetIndex>>
  /** Part of a liquidated notional that is charged; default 0.0125, Binance's `liquidationFee` for these contracts. */
  readonly liquidationFee?: string
  /** The venue's clock, milliseconds. */
  readonly now?: () => number
}

/** The venue behind the wire: an account, the marks, and the rule by which it liquidates. */
export type Exchange = {
  readonly state: AccountState
  readonly liquidations: readonly Liquidation[]
  /** `halted`: marks move and nothing is liquidated, as in the moments before the venue acts. */
  engine: 'running' | 'halted'
  /** Marks by symbol, as text. */
  readonly marks: Readonly<Record<string, string>>
  /** Replaces the account whole. */
  readonly account: (input: AccountInput) => readonly Liquidation[]
  /** Moves a mark and liquidates what dies of it; gives back what died. */
  readonly setMark: (symbol: string, mark: string) => readonly Liquidation[]
  /** Moves the worth of a margin asset (`ETHUSD`), likewise. */
  readonly setIndex: (pair: string, index: Partial<AssetIndex>) => readonly Liquidation[]
  /** Changes what a perpetual pays; from then on it is one of the adjusted. */
  readonly setFunding: (symbol: string, funding: Partial<FundingState>) => void
  /** Whether that mark would liquidate anything; nothing is changed. */
  readonly wouldLiquidate: (symbol: string, mark: string) => boolean
  /** The pools as they stand: each isolated position, and the cross pools. */
  readonly pools: () => readonly Pool[]
  readonly poolOf: (position: Position) => Pool
  /** The exact liquidation price of a position's symbol; null: none. */
  readonly liquidationPriceOf: (position: Position) => Num | null
}

/** Opens a venue with an empty account. */
export function createExchange(options: ExchangeOptions = {}): Exchange {
  const now = options.now ?? Date.now
  const fee = num(options.liquidationFee ?? '0.0125')
  const listed = options.contracts ?? presentContracts
  const state: AccountState = {
    ...{ mode: 'single', hedge: false, wallets: new Map(), positions: [], openOrderMargin: new Map(), updateTime: now() },
    // Its limits are adjusted, its interval is not: Binance lists such symbols too.
    funding: new Map([['SOLUSDT', USUAL_FUNDING]]),
    marks: new Map(listed.map(({ symbol, mark }) => [symbol, num(mark)])),
    indexes: new Map(Object.entries({ ...presentIndexes, ...options.indexes })),
    contracts: listed,
    brackets: { ...presentBrackets, ...options.brackets },
  }
  const liquidations: Liquidation[] = []

  const settle = (): readonly Liquidation[] => {
    if (exchange.engine === 'halted') return []
    const dead = poolsOf(state).filter((pool) => isDead(pool, state.marks))
    const died = dead.flatMap((pool) => liquidatePool(state, pool, { fee, at: now() }))
    liquidations.push(...died)
    return died
  }
  const poolOf = (position: Position): Pool => {
    const found = poolsOf(state).find((pool) => pool.positions.includes(position))
    if (found === undefined) throw new Error(`no pool holds this ${position.symbol} position`)
    return found
  }
  const exchange: Exchange = {
    ...{ state, liquidations, engine: 'running', poolOf, pools: () => poolsOf(state) },
    get marks() {
      return Object.fromEntries([...state.marks].map(([symbol, mark]) => [symbol, wire(mark)]))
    },
    account: (input) => {
      openAccount(state, input, now())
      return settle()
    },
    setMark: (symbol, mark) => {
      markOf(state.marks, symbol)
      state.marks.set(symbol, num(mark))
      return settle()
    },
    setIndex: (pair, index) => {
      const before = state.indexes.get(pair)
      if (before === undefined) throw new Error(`the sandbox has no asset index ${pair}`)
      state.indexes.set(pair, { ...before, ...index })
      return settle()
    },
    setFunding: (symbol, funding) => {
      const contract = listed.find((one) => one.symbol === symbol)
      if (contract === undefined) throw new Error(`the sandbox does not list ${symbol}`)
      if (contract.contractType !== 'PERPETUAL') throw new Error(`${symbol} is delivered and pays no funding`)
      state.funding.set(symbol, { ...(state.funding.get(symbol) ?? USUAL_FUNDING), ...funding })
    },
    wouldLiquidate: (symbol, mark) => {
      markOf(state.marks, symbol)
      const marks: Marks = new Map([...state.marks, [symbol, num(mark)]])
      return poolsOf(state).some((pool) => isDead(pool, marks))
    },
    liquidationPriceOf: (position) => liquidationPrice(poolOf(position), position.symbol, state.marks),
  }
  return exchange
}
