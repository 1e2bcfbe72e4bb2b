import type { Json } from '../venue/answers.ts'
import { Num, num, sum, ZERO } from '../venue/num.ts'
import { type Listing, TAKER } from './bingxMarkets.ts'
import { equityOf, type Held, maintenanceOf, markOf, notionalOf, poolsOf, profitOf, type VenueState } from './held.ts'

export type Fields = { readonly [field: string]: Json }

/** Amounts are texts of four decimals. @see docs-v3 "Query position data", "Query account data" */
const wire = (value: Num): string => value.toDecimalPlaces(4, Num.ROUND_HALF_UP).toFixed(4)

const initialOf = ({ amount, entry, leverage }: Held): Num => amount.abs().times(entry).div(leverage)

/** What one pool is charged and backed with: the two sides of its risk. */
function sidesOf(held: Held, state: VenueState): { readonly required: Num; readonly equity: Num; readonly rest: Num } {
  const pool = poolsOf(state).find(({ positions }) => positions.includes(held))
  if (pool === undefined) return { required: ZERO, equity: ZERO, rest: ZERO }
  const charged = (one: Held): Num => maintenanceOf(one, state.marks).plus(num(TAKER).times(notionalOf(one, state.marks).abs()))
  const equity = equityOf(pool, state.marks).minus(pool.orderMargin)
  const others = pool.positions.filter(({ symbol }) => symbol !== held.symbol)
  const rest = equityOf({ ...pool, positions: others }, state.marks)
    .minus(pool.orderMargin)
    .minus(sum(others.map(charged)))
  return { required: sum(pool.positions.map(charged)), equity, rest }
}

/**
 * The price at which the risk of the pool is 100 % by this market alone, in the bracket of now: `(base + sum(c) - sum(s Q E)) /
 * (sum(Q (r + f)) - sum(s Q))`; a JSON number, 0 where there is none.
 */
function liquidationPrice(held: Held, state: VenueState): number {
  const pool = poolsOf(state).find(({ positions }) => positions.includes(held))
  const own = (pool?.positions ?? []).filter(({ symbol }) => symbol === held.symbol)
  const { rest } = sidesOf(held, state)
  const mark = markOf(state.marks, held.symbol)
  const rates = own.map((one) => {
    const value = one.amount.abs().times(mark)
    return one.brackets.find(({ cap }) => value.lte(cap)) ?? one.brackets.at(-1)
  })
  const above = rest
    .plus(sum(rates.map((tier) => tier?.cum ?? ZERO)))
    .minus(sum(own.map(({ amount, entry }) => amount.times(entry))))
  const below = sum(own.map(({ amount }, i) => amount.abs().times((rates[i]?.rate ?? ZERO).plus(TAKER)))).minus(
    sum(own.map(({ amount }) => amount)),
  )
  if (below.isZero()) return 0
  const price = above.div(below)
  return price.gt(0) ? price.toNumber() : 0
}

/** A row of positions. @see docs-v3 "Query position data"; ccxt bingx.js, sample of fetchPositions; recordings of 2026-09 */
export function positionRow(held: Held, state: VenueState, more: Fields): Json {
  const { symbol, amount, entry, isolated, leverage } = held
  const mark = markOf(state.marks, symbol)
  const profit = profitOf(held, state.marks)
  const { required, equity } = sidesOf(held, state)
  const risk = equity.gt(0) ? required.div(equity) : num(1)
  return {
    ...{ positionId: String(1_792_480_725_958_881_280n + BigInt(state.positions.indexOf(held))), symbol, currency: 'USDT' },
    ...{
      positionAmt: amount.abs().toFixed(),
      availableAmt: amount.abs().toFixed(),
      positionSide: amount.gt(0) ? 'LONG' : 'SHORT',
    },
    ...{ isolated: isolated !== null, avgPrice: entry.toFixed(), initialMargin: wire(initialOf(held)) },
    ...{ margin: wire((isolated ?? initialOf(held)).plus(profit)), leverage, unrealizedProfit: wire(profit) },
    ...{ realisedProfit: '-0.2119', liquidationPrice: liquidationPrice(held, state), pnlRatio: '-0.7465' },
    ...{ maxMarginReduction: '0.0000', riskRate: risk.toFixed(4), markPrice: mark.toFixed(), minIncreaseMargin: '' },
    ...{ positionValue: wire(amount.abs().times(mark)), onlyOnePosition: !state.hedge, createTime: 1721088016688 },
    ...{ updateTime: 1721088016688, ...more },
  }
}

/** Rows of balance: a coin that was never held is a row of empty texts. @see docs-v3 "Query account data" */
export function balanceRows(state: VenueState, more: Fields): readonly Json[] {
  const { positions, wallet, orderMargin, marks } = state
  const posted = sum(positions.map(({ isolated }) => isolated ?? ZERO))
  const balance = wallet.plus(posted)
  const profit = sum(positions.map((one) => profitOf(one, marks)))
  const used = sum(positions.map(initialOf))
  const row = {
    ...{ userId: '116***295', asset: 'USDT', balance: wire(balance), equity: wire(num(wire(balance)).plus(wire(profit))) },
    ...{ unrealizedProfit: wire(profit), realizedProfit: '-109.2504', usedMargin: wire(used), frozenMargin: wire(orderMargin) },
    ...{ availableMargin: wire(Num.max(balance.minus(used).minus(orderMargin), ZERO)), shortUid: '12851936', ...more },
  }
  const empty = Object.fromEntries(Object.keys(row).map((name) => [name, '']))
  return [row, empty]
}

/** A row of premiumIndex. @see recording of 2026-09-29 */
export function markRow({ symbol, funding }: Listing, state: VenueState): Json {
  const mark = markOf(state.marks, symbol).toFixed()
  return {
    ...{ symbol, markPrice: mark, indexPrice: mark, lastFundingRate: funding, nextFundingTime: 1790697600000 },
    ...{ fundingIntervalHours: 8, minFundingRate: '-0.003000', maxFundingRate: '0.003000', updateTime: 1790668800000 },
  }
}
