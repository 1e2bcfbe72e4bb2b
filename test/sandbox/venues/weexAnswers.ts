import type { Json } from '../venue/answers.ts'
import { Num, num, sum, ZERO } from '../venue/num.ts'
import {
  equityOf,
  type Held,
  maintenanceOf,
  markOf,
  notionalOf,
  poolsOf,
  profitOf,
  type VenueMarket,
  type VenueState,
} from './held.ts'

export type Fields = { readonly [field: string]: Json }

/** What the venue counts in figures that its documentation leaves open; a test tries each. */
export type WeexMeanings = {
  /** Whether `balance` holds the profit of positions. */
  profitInBalance: boolean
  /** Whether `balance` holds margin of isolated positions, and their profit where it holds any. */
  isolatedInBalance: boolean
  /** Whether `isolatedMargin` holds the profit of its position. */
  profitInIsolated: boolean
  /** Which way a liquidation price is rounded to its tick: to the side where the position is dead, to the other, or to the nearest. */
  rounding: 'dead' | 'alive' | 'nearest'
  /** Closing fee that the trigger counts, share of notional. */
  fee: string
  /** Whether what orders hold counts for nothing. */
  holdsOrderMargin: boolean
}

/** Amounts with eight decimals. */
const wire = (value: Num): string => value.toDecimalPlaces(8, Num.ROUND_DOWN).toFixed()

/**
 * `LP = mark - (TV - TMM) / ((L - S)(1 - MMR))` where longs outweigh shorts, with `1 + MMR` where shorts do: L and S what is held of the
 * symbol, TV the value of the pool, TMM its maintenance. None above 0: "0".
 *
 * @see https://weexsupport.zendesk.com/hc/en-us/articles/24780414317593 (Futures Pro: estimated liquidation price)
 */
function liquidatePrice(held: Held, state: VenueState, { fee, rounding, holdsOrderMargin }: WeexMeanings, tick: string): string {
  const pool = poolsOf(state).find(({ positions }) => positions.includes(held))
  if (pool === undefined) throw new Error('a position without a pool')
  const { marks } = state
  const net = sum(pool.positions.filter(({ symbol }) => symbol === held.symbol).map(({ amount }) => amount))
  if (net.isZero()) return '0'
  const required = (one: Held): Num => maintenanceOf(one, marks).plus(notionalOf(one, marks).abs().times(fee))
  const value = equityOf(pool, marks).minus(holdsOrderMargin ? pool.orderMargin : ZERO)
  const rate = required(held).div(notionalOf(held, marks).abs())
  const left = value.minus(sum(pool.positions.map(required)))
  const long = net.gt(0)
  const price = markOf(marks, held.symbol).minus(left.div(net.times(long ? num(1).minus(rate) : num(1).plus(rate))))
  const way = { dead: long ? 'floor' : 'ceil', alive: long ? 'ceil' : 'floor', nearest: 'round' } as const
  const rounded = price.div(tick)[way[rounding]]().times(tick)
  return rounded.gt(0) ? rounded.toFixed() : '0'
}

/** @see ccxt weex.js, sample of fetchPositions; ccxt ts/src/test/static/response/weex.json, fetchPositionsForSymbol */
export function positionRow(held: Held, state: VenueState, meanings: WeexMeanings, own: Fields): Json {
  const { symbol, amount, entry, leverage, isolated } = held
  const paid = amount.abs().times(entry)
  const profit = profitOf(held, state.marks)
  const margin = isolated === null ? ZERO : isolated.plus(meanings.profitInIsolated ? profit : ZERO)
  const { tick } = state.markets.find((one) => one.symbol === symbol) as VenueMarket
  return {
    ...{ id: '749422759074857895', asset: 'USDT', symbol, side: amount.gt(0) ? 'LONG' : 'SHORT' },
    ...{ marginType: isolated === null ? 'CROSSED' : 'ISOLATED', separatedMode: 'COMBINED', separatedOpenOrderId: '0' },
    ...{ leverage: num(leverage).toFixed(2), size: amount.abs().toFixed(), openValue: paid.toFixed() },
    ...{ openFee: wire(paid.times('0.0008')), fundingFee: '0', isolatedMargin: wire(margin), isAutoAppendIsolatedMargin: false },
    marginSize: wire(notionalOf(held, state.marks).abs().div(leverage)),
    ...{ cumOpenSize: amount.abs().toFixed(), cumOpenValue: paid.toFixed(), cumOpenFee: '0', cumCloseSize: '0' },
    ...{ cumCloseValue: '0', cumCloseFee: '0', cumFundingFee: '0', cumLiquidateFee: '0' },
    ...{ createdMatchSequenceId: '14770315288', updatedMatchSequenceId: '14770315288' },
    ...{ createdTime: '1778676309365', updatedTime: '1778676309365', unrealizePnl: wire(profit) },
    liquidatePrice: liquidatePrice(held, state, meanings, tick),
    ...own,
  }
}

/** @see JKorf/Weex.Net, GetBalances (a sample of the documentation): text, five fields */
export function balanceRow(state: VenueState, meanings: WeexMeanings, own: Fields): Json {
  const { marks, positions, wallet, orderMargin } = state
  const profitsOf = (some: readonly Held[]): Num => sum(some.map((one) => profitOf(one, marks)))
  const profit = profitsOf(positions.filter(({ isolated }) => isolated === null))
  const others = profitsOf(positions).minus(profit)
  const apart = sum(positions.map(({ isolated }) => isolated ?? ZERO)).plus(meanings.profitInBalance ? others : ZERO)
  const counted = wallet.plus(meanings.profitInBalance ? profit : ZERO)
  const used = sum(
    positions.filter(({ isolated }) => isolated === null).map((one) => notionalOf(one, marks).abs().div(one.leverage)),
  )
  return {
    asset: 'USDT',
    balance: wire(counted.plus(meanings.isolatedInBalance ? apart : ZERO)),
    availableBalance: wire(Num.max(counted.minus(used).minus(orderMargin), ZERO)),
    frozen: wire(orderMargin),
    unrealizePnl: wire(profit),
    ...own,
  }
}

/** Numbers in JSON, as in the documentation. @see JKorf/Weex.Net, GetExchangeInfo; ccxt weex.js, sample of fetchMarkets */
export function symbolRow({ symbol, tick }: VenueMarket): Json {
  return {
    ...{ symbol, baseAsset: symbol.replace(/USDT$/, ''), quoteAsset: 'USDT', marginAsset: 'USDT' },
    ...{ pricePrecision: num(tick).decimalPlaces(), quantityPrecision: 6, contractVal: 0.001, forwardContractFlag: true },
    ...{ delivery: ['00:00:00', '08:00:00', '16:00:00'], minLeverage: 1, maxLeverage: 400 },
    ...{ makerFeeRate: 0.0002, takerFeeRate: 0.0008, minOrderSize: 0.001, maxPositionSize: 20000000 },
  }
}

/** @see ccxt ts/src/test/static/response/weex.json, fetchFundingRates: the rate paid last stands beside the coming one */
export function premiumRow({ symbol, funding }: VenueMarket, { marks }: VenueState, time: number): Json {
  const mark = markOf(marks, symbol).toFixed()
  return {
    ...{ symbol, markPrice: mark, indexPrice: mark, forecastFundingRate: funding, lastFundingRate: '0.00007959' },
    ...{ interestRate: '0.001', nextFundingTime: time + 3_600_000, time, collectCycle: 480 },
  }
}
