import type { Json } from '../venue/answers.ts'
import { Num, num, sum, ZERO } from '../venue/num.ts'
import { equityOf, type Held, markOf, notionalOf, poolsOf, profitOf, type VenueState } from './held.ts'
import { boughtOf, type Listing, ruleOf } from './mexcMarkets.ts'

/** Amounts are JSON numbers of up to eleven decimals, cut. @see acc, "Get all asset information": 32.80984793658 */
const amountOf = (value: Num): number => value.toDecimalPlaces(11, Num.ROUND_DOWN).toNumber()

const marketOf = (state: VenueState, symbol: string): Listing => state.markets.find((one) => one.symbol === symbol) as Listing

/** Margin of a position: what was set aside for it, else its first margin. */
const marginOf = (held: Held): Num => held.isolated ?? boughtOf(held).div(held.leverage)

/**
 * The price at which the pool would be liquidated by this market alone: of linear ones (sum(a E) - base) / (sum(a) - f sum(|a|)), with
 * what all else leaves as base; cut to the tick, 0 where there is none.
 */
function liquidatePrice(held: Held, state: VenueState): number {
  const pool = poolsOf(state).find(({ positions }) => positions.includes(held))
  const market = marketOf(state, held.symbol)
  if (pool === undefined) return 0
  const { fee, maintenance } = ruleOf(state.markets as readonly Listing[])
  const { marks } = state
  const own = pool.positions.filter(({ symbol }) => symbol === held.symbol)
  const rest = pool.positions.filter(({ symbol }) => symbol !== held.symbol)
  const charged = sum(pool.positions.map((one) => maintenance(one, marks))).plus(
    sum(rest.map((one) => fee.times(notionalOf(one, marks).abs()))),
  )
  const base = equityOf({ ...pool, positions: rest }, marks)
    .minus(pool.orderMargin)
    .minus(charged)
  const signed = sum(own.map(({ amount }) => amount))
  const gross = sum(own.map(({ amount }) => amount.abs()))
  const [above, below] =
    held.inverse === null
      ? [sum(own.map(({ amount, entry }) => amount.times(entry))).minus(base), signed.minus(fee.times(gross))]
      : [signed.plus(fee.times(gross)), base.plus(sum(own.map(({ amount, entry }) => amount.div(entry))))]
  if (below.isZero()) return 0
  const price = above.div(below)
  return price.gt(0) ? price.div(market.tick).toDecimalPlaces(0, Num.ROUND_DOWN).times(market.tick).toNumber() : 0
}

/** A row of open_positions. @see https://www.mexc.com/api-docs/futures/account-and-trading-endpoints "Get open positions" */
export function positionRow(held: Held, state: VenueState, more: { readonly [field: string]: Json }): Json {
  const { symbol, amount, entry, leverage, isolated } = held
  const market = marketOf(state, symbol)
  const average = entry.toNumber()
  const margin = amountOf(marginOf(held))
  return {
    ...{
      positionId: idOf(held, state),
      symbol,
      positionType: amount.gt(0) ? 1 : 2,
      openType: isolated === null ? 2 : 1,
      state: 1,
    },
    ...{ holdVol: amount.abs().div(market.contractSize).toNumber(), frozenVol: 0, closeVol: 0 },
    ...{ holdAvgPrice: average, holdAvgPriceFullyScale: entry.toFixed(), openAvgPrice: average, closeAvgPrice: 0 },
    ...{ openAvgPriceFullyScale: entry.toFixed(), liquidatePrice: liquidatePrice(held, state), oim: margin, im: margin },
    ...{ holdFee: 0, realised: 0, leverage, marginRatio: 0.0027, createTime: 1761868800000, updateTime: 1761868800000 },
    ...{ autoAddIm: false, version: 1, profitRatio: 0, newOpenAvgPrice: average, newCloseAvgPrice: 0, closeProfitLoss: 0 },
    ...{ fee: 0, deductFeeList: [], totalFee: 0, adlLevel: 2, ...more },
  }
}

export const idOf = (held: Held, { positions }: VenueState): number => 1_109_973_831 + positions.indexOf(held)

/** Rows of account/assets, one a coin, those without anything included. @see acc, "Get all asset information" */
export function assetRow(coin: string, state: VenueState, more: { readonly [field: string]: Json }): Json {
  const { marks } = state
  const held = state.positions.filter(({ symbol }) => marketOf(state, symbol).settle === coin)
  const isolated = sum(held.map((one) => one.isolated ?? ZERO))
  const main = coin === 'USDT'
  const wallet = (main ? state.wallet : (state.coins.get(coin) ?? ZERO)).plus(isolated)
  const unrealized = sum(held.map((one) => profitOf(one, marks))).toDecimalPlaces(11, Num.ROUND_DOWN)
  const frozen = main ? state.orderMargin : ZERO
  const margin = sum(held.map(marginOf))
  const available = amountOf(Num.max(wallet.minus(margin).minus(frozen), ZERO))
  return {
    ...{ currency: coin, positionMargin: amountOf(margin), availableBalance: available, cashBalance: available },
    ...{ frozenBalance: amountOf(frozen), equity: wallet.plus(unrealized).toNumber(), unrealized: unrealized.toNumber() },
    ...{ bonus: 0, availableCash: available, availableOpen: available, debtAmount: 0, contributeMarginAmount: 0 },
    ...{ vcoinId: '128f589271cb4951b03e71e6323eb7be', ...more },
  }
}

/** A row of contract/ticker. @see https://www.mexc.com/api-docs/futures/market-endpoints "Get ticker" */
export function tickerRow({ symbol, funding }: Listing, state: VenueState, timestamp: number): Json {
  const price = markOf(state.marks, symbol).toNumber()
  return {
    ...{ contractId: 1, symbol, lastPrice: price, bid1: price, ask1: price, volume24: 1000, amount24: 1000, holdVol: 1000 },
    ...{ lower24Price: price, high24Price: price, riseFallRate: 0, riseFallValue: 0, indexPrice: price, fairPrice: price },
    ...{ fundingRate: num(funding).toNumber(), maxBidPrice: price * 1.2, minAskPrice: price * 0.8, timestamp },
  }
}
