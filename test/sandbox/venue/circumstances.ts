import type { Json } from './answers.ts'
import type { Liquidation } from './liquidatePool.ts'

/** A conditional order as a test states it. */
export type StopInput = {
  readonly symbol: string
  readonly side: 'BUY' | 'SELL'
  readonly type: string
  readonly trigger: string
  /** Left out: the whole position. */
  readonly quantity?: string
  readonly positionSide?: 'BOTH' | 'LONG' | 'SHORT'
  readonly reduceOnly?: boolean
  readonly workingType?: string
}

/** A payment of funding: below 0 it was paid. */
export type PaymentInput = { readonly symbol: string; readonly asset: string; readonly income: string; readonly time: number }

/** What a test puts beside the account; may be changed while the server runs. */
export type Beside = {
  stops: readonly StopInput[]
  payments: readonly PaymentInput[]
  /** Free coins of the spot wallet. */
  spot: Readonly<Record<string, string>>
}

/**
 * `GET /fapi/v1/openAlgoOrders`, all of them at once.
 *
 * @see developers.binance.com "Current All Algo Open Orders" (the BNBUSDT row: triggerPrice and quantity as text, flags as flags)
 */
export function openAlgoOrders({ stops }: Beside, now: number): readonly { readonly symbol: string }[] {
  return stops.map(({ symbol, side, type, trigger, quantity, positionSide = 'BOTH', reduceOnly = false, workingType }, i) => ({
    algoId: 3_000_000_000_003_505 + i,
    clientAlgoId: `stop-${i}`,
    algoType: 'CONDITIONAL',
    orderType: type,
    ...{ symbol, side, positionSide, timeInForce: 'GTC', quantity: quantity ?? '0.000', algoStatus: 'NEW' },
    ...{ actualOrderId: '', actualPrice: '0.00000', triggerPrice: trigger, price: '0.000', icebergQuantity: null },
    ...{ tpTriggerPrice: '0.000', tpPrice: '0.000', slTriggerPrice: '0.000', slPrice: '0.000', tpOrderType: '' },
    ...{ selfTradePreventionMode: 'EXPIRE_MAKER', workingType: workingType ?? 'CONTRACT_PRICE', priceMatch: 'NONE' },
    ...{ closePosition: quantity === undefined, priceProtect: false, reduceOnly },
    ...{ createTime: now, updateTime: now, triggerTime: 0, goodTillDate: 0 },
  }))
}

/**
 * `GET /fapi/v1/income`: what lies between the times, in pages counted from 1.
 *
 * @see developers.binance.com "Get Income History": default 100 rows, at most 1,000, without times the last 7 days
 */
export function income({ payments }: Beside, query: URLSearchParams, now: number): Json {
  const type = query.get('incomeType')
  const start = Number(query.get('startTime') ?? now - 7 * 86_400_000)
  const end = Number(query.get('endTime') ?? now)
  const limit = Math.min(1000, Number(query.get('limit') ?? 100))
  const first = (Number(query.get('page') ?? 1) - 1) * limit
  const all = payments.filter(({ time }) => time >= start && time <= end && (type === null || type === 'FUNDING_FEE'))
  return all.slice(first, first + limit).map(({ symbol, asset, income: paid, time }, i) => ({
    ...{ symbol, incomeType: 'FUNDING_FEE', income: paid, asset, info: 'FUNDING_FEE', time },
    // Real ones are beyond what a float holds.
    ...{ tranId: 900_000_000 + first + i, tradeId: '' },
  }))
}

/**
 * `GET /fapi/v1/forceOrders`: the orders by which the venue itself closed something.
 *
 * @see developers.binance.com "User's Force Orders": clientOrderId begins with `autoclose-`; without startTime the 7 days before endTime
 */
export function forceOrders(liquidations: readonly Liquidation[], query: URLSearchParams, now: number): Json {
  const start = Number(query.get('startTime') ?? now - 7 * 86_400_000)
  return liquidations
    .filter(({ at }) => at >= start)
    .map(({ symbol, side, amount, mark, at }, i) => ({
      ...{ orderId: 6_071_832_819 + i, symbol, status: 'FILLED', clientOrderId: `autoclose-${at}-${i}` },
      ...{ price: mark, avgPrice: mark, origQty: amount.replace('-', ''), executedQty: amount.replace('-', ''), cumQuote: '0' },
      ...{ timeInForce: 'IOC', type: 'LIMIT', reduceOnly: false, closePosition: false },
      ...{ side: amount.startsWith('-') ? 'BUY' : 'SELL', positionSide: side, stopPrice: '0', workingType: 'CONTRACT_PRICE' },
      ...{ origType: 'LIMIT', time: at, updateTime: at },
    }))
}
