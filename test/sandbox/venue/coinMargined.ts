import type { Exchange } from '../exchange.ts'
import { type DeathRule, deadAt, type HeldInput, hold, marketOf, markOf, openState, type VenueState } from '../venues/held.ts'
import { type CoinContract, coinContracts } from './coinContracts.ts'
import { type Num, num, ZERO } from './num.ts'

/** What an account holds on COIN-M, as a test states it. Figures are decimal text. */
export type CoinInput = {
  /** Wallets of the cross pools by coin: what is set aside for isolated positions is not in them. */
  readonly coins?: Readonly<Record<string, string>>
  /** Amounts are signed USD of face value: so many whole contracts. */
  readonly positions: readonly HeldInput[]
  /** Margin that open orders hold, by coin. */
  readonly orders?: Readonly<Record<string, string>>
  readonly hedge?: boolean
}

/** The COIN-M half of an account, its marks, and the rule by which Binance liquidates there. */
export type CoinMargined = {
  /** What is listed; may be changed. */
  contracts: readonly CoinContract[]
  readonly state: VenueState
  orders: ReadonlyMap<string, Num>
  /** Replaces what is held there whole. */
  readonly account: (input: CoinInput) => void
  readonly setMark: (symbol: string, mark: string) => void
  /** The price of a pair (`BTCUSD`); until it is set that of its perpetual. */
  readonly setIndex: (pair: string, price: string) => void
  readonly indexOf: (pair: string) => Num
  /** The pools that die where one mark stands elsewhere. */
  readonly deadAt: (symbol: string, mark: string) => readonly string[]
}

/** @see Binance FAQ 360033525271 "Liquidation Protocols": "collateral < maintenance margin"; no fee of closing, no margin of orders */
const RULE: DeathRule = { atEquality: false, fee: ZERO }

/** Opens the half with nothing in it. Since 2026-06-30 both halves keep positions in one mode, one-way or hedge. */
export function openCoinMargined(exchange: Exchange): CoinMargined {
  const state = openState(coinContracts)
  const indexes = new Map<string, Num>()
  const coin: CoinMargined = {
    ...{ contracts: coinContracts, state, orders: new Map() },
    account: ({ coins = {}, positions, orders = {}, hedge = false }) => {
      const usdm = exchange.state
      if (usdm.positions.length > 0 && usdm.hedge !== hedge) throw new Error('both halves of an account are in one position mode')
      for (const { symbol, amount } of positions) contractsIn(contractOf(coin, symbol), num(amount))
      const settled = positions.map(({ symbol }) => [contractOf(coin, symbol).inverse, '0'])
      hold(state, { wallet: '0', coins: { ...Object.fromEntries(settled), ...coins }, positions, hedge })
      coin.orders = new Map(Object.entries(orders).map(([name, amount]) => [name, num(amount)]))
      usdm.hedge = hedge
    },
    setMark: (symbol, mark) => {
      markOf(state.marks, symbol)
      state.marks.set(symbol, num(mark))
    },
    setIndex: (pair, price) => indexes.set(pair, num(price)),
    indexOf: (pair) => indexes.get(pair) ?? markOf(state.marks, `${pair}_PERP`),
    deadAt: (symbol, mark) => deadAt(state, RULE, { symbol: marketOf(state, symbol).symbol, mark }),
  }
  return coin
}

/** A contract that an account may be in, whether or not it is listed now. */
export function contractOf({ contracts }: Pick<CoinMargined, 'contracts'>, symbol: string): CoinContract {
  const contract = [...contracts, ...coinContracts].find((listed) => listed.symbol === symbol)
  if (contract === undefined) throw new Error(`the sandbox does not list ${symbol}`)
  return contract
}

/** Contracts of a face value. */
export function contractsIn({ symbol, contractSize }: CoinContract, face: Num): Num {
  const count = face.div(contractSize)
  if (!count.isInteger()) throw new Error(`${face.toFixed()} USD are no whole contracts of ${symbol}`)
  return count
}
