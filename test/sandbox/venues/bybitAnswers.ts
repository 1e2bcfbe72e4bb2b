import type { Json } from '../venue/answers.ts'
import { Num, num, sum, ZERO } from '../venue/num.ts'
import { equityOf, type Held, maintenanceOf, markOf, notionalOf, poolsOf, profitOf, type VenueState } from './held.ts'

/** The taker fee of the double's user. */
export const TAKER = num('0.00055')

/** Eight decimals, as the venue cuts its amounts. */
const cut = (value: Num): string => value.toDecimalPlaces(8, Num.ROUND_DOWN).toFixed()

const longs = ({ amount }: Held): boolean => amount.gt(0)

/**
 * Share of its value that a position is worth where its first margin is gone: linear `1 -+ 1 / leverage`, inverse the other way round.
 *
 * @see Bybit help center, "The New Margin Calculation": [Position Size x Entry Price x (1 +- 1 / Leverage) x Taker Fee Rate]
 */
export function closing(held: Held): Num {
  const share = num(1).div(held.leverage)
  return longs(held) === (held.inverse === null) ? num(1).minus(share) : num(1).plus(share)
}

const entryValue = ({ amount, entry, inverse }: Held): Num =>
  inverse === null ? amount.abs().times(entry) : amount.abs().div(entry)

/** The fee of closing an isolated position where nothing is left: at the bankruptcy price, whatever was added. */
function isolatedFee(held: Held): Num {
  const margin = held.isolated ?? ZERO
  const value = entryValue(held)
  return (longs(held) === (held.inverse === null) ? value.minus(margin) : value.plus(margin)).times(TAKER)
}

/** What Bybit requires of a position. */
export function requiredOf(held: Held, { marks }: VenueState): Num {
  const fee = held.isolated === null ? notionalOf(held, marks).abs().times(closing(held)).times(TAKER) : isolatedFee(held)
  return maintenanceOf(held, marks).plus(fee)
}

function initialOf(held: Held, { marks }: VenueState): Num {
  if (held.isolated !== null) return held.isolated.plus(isolatedFee(held))
  const value = notionalOf(held, marks).abs()
  return value.div(held.leverage).plus(value.times(closing(held)).times(TAKER))
}

/** @see https://bybit-exchange.github.io/docs/v5/position, response example */
export function positionRow(held: Held, state: VenueState): Json {
  const { symbol, amount, entry, leverage, isolated } = held
  const { marks, hedge } = state
  const price = liquidationPrice(held, state)
  const required = cut(requiredOf(held, state))
  const initial = cut(initialOf(held, state))
  return {
    ...{ positionIdx: hedge ? (longs(held) ? 1 : 2) : 0, riskId: 1, riskLimitValue: '2000000', symbol },
    ...{ side: longs(held) ? 'Buy' : 'Sell', size: amount.abs().toFixed(), avgPrice: entry.toFixed() },
    ...{ positionValue: cut(notionalOf(held, marks).abs()), tradeMode: 0, positionStatus: 'Normal', autoAddMargin: 0 },
    ...{ adlRankIndicator: 2, leverage: String(leverage), positionBalance: '0', markPrice: markOf(marks, symbol).toFixed() },
    ...{ liqPrice: price === null ? '' : price.toDecimalPlaces(4, longs(held) ? Num.ROUND_UP : Num.ROUND_DOWN).toFixed() },
    ...{ bustPrice: '', positionMM: required, positionMMByMp: required, positionIM: initial, positionIMByMp: initial },
    ...{ tpslMode: 'Full', takeProfit: '', stopLoss: '', trailingStop: '0', unrealisedPnl: cut(profitOf(held, marks)) },
    ...{ curRealisedPnl: '0', cumRealisedPnl: '-0.5', seq: 5723621632, isReduceOnly: false, mmrSysUpdatedTime: '' },
    ...{ leverageSysUpdatedTime: '', sessionAvgPrice: '', createdTime: '1676538056258', updatedTime: '1697673600012' },
    ...(isolated === null ? {} : { breakEvenPrice: entry.toFixed() }),
  }
}

/**
 * Where equity is what is required, tier by tier: linear `E + amount x (P - entry) = others + |amount| x P x (rate + fee) - deduction`,
 * inverse `E + amount x (1 / entry - 1 / P) = others + |amount| / P x (rate + fee) - deduction`. The fee of an isolated position stands
 * on both sides. Null where no price above 0 does.
 *
 * @see Bybit help center, "Liquidation Price Calculation under Isolated Mode", solved for any posted margin
 */
function liquidationPrice(held: Held, state: VenueState): Num | null {
  const { marks } = state
  const pool = poolsOf(state).find(({ positions }) => positions.includes(held))
  if (pool === undefined) return null
  const others = sum(pool.positions.filter((one) => one !== held).map((one) => requiredOf(one, state)))
  const base = equityOf(pool, marks).minus(profitOf(held, marks)).minus(others)
  const fee = held.isolated === null ? closing(held).times(TAKER) : ZERO
  const { amount, entry, inverse } = held
  const mark = markOf(marks, held.symbol)
  for (const { floor, cap, rate, cum } of held.brackets) {
    const required = amount.abs().times(rate.plus(fee))
    const price =
      inverse === null
        ? quotient(base.minus(amount.times(entry)).plus(cum), required.minus(amount))
        : quotient(required.plus(amount), base.plus(amount.div(entry)).plus(cum))
    if (price === null) continue
    const value = inverse === null ? price.times(amount.abs()) : amount.abs().div(price)
    if (price.gt(0) && (longs(held) ? price.lte(mark) : price.gte(mark)) && value.gte(floor) && value.lte(cap)) return price
  }
  return null
}

const quotient = (above: Num, below: Num): Num | null => (below.isZero() ? null : above.div(below))

export type WalletExtra = Readonly<Record<string, Readonly<Record<string, Json>>>>

/** @see https://bybit-exchange.github.io/docs/v5/account/wallet-balance, response example */
export function walletAnswer(state: VenueState, main: string, extra: WalletExtra): Json {
  const { marks, positions } = state
  const names = [main, ...state.coins.keys(), ...Object.keys(extra).filter((coin) => coin !== main && !state.coins.has(coin))]
  const coins = names.map((coin) => {
    const own = positions.filter((one) => (one.inverse ?? main) === coin)
    const isolated = sum(own.map((one) => (one.isolated === null ? ZERO : one.isolated)))
    const balance = (coin === main ? state.wallet : (state.coins.get(coin) ?? ZERO)).plus(isolated)
    const equity = balance.plus(sum(own.map((one) => profitOf(one, marks))))
    const price = coin === main ? num(1) : (marks.get(`${coin}USDT`) ?? num(1))
    return {
      ...{ coin, equity: cut(equity), usdValue: cut(equity.times(price)), walletBalance: cut(balance), locked: '0', bonus: '0' },
      ...{ borrowAmount: '0', spotBorrow: '0', accruedInterest: '0', spotHedgingQty: '0', availableToWithdraw: '' },
      ...{
        totalOrderIM: coin === main ? cut(state.orderMargin) : '0',
        totalPositionIM: cut(sum(own.map((one) => initialOf(one, state)))),
      },
      ...{ totalPositionMM: cut(sum(own.map((one) => requiredOf(one, state)))), unrealisedPnl: '0', cumRealisedPnl: '0' },
      ...{ marginCollateral: true, collateralSwitch: true, availableToBorrow: '', ...extra[coin] },
    }
  })
  const totals = { accountIMRate: '0', accountMMRate: '0', totalEquity: '0', totalWalletBalance: '0', totalMarginBalance: '0' }
  const more = {
    totalAvailableBalance: '0',
    totalPerpUPL: '0',
    totalInitialMargin: '0',
    totalMaintenanceMargin: '0',
    accountLTV: '0',
  }
  return { list: [{ accountType: 'UNIFIED', ...totals, ...more, coin: coins as Json }] }
}
