import type { Exchange } from '../exchange.ts'
import type { Json } from './answers.ts'
import type { Contract } from './contracts.ts'
import { type Num, num, wire, wireOrZero, ZERO } from './num.ts'
import { maintenanceOf, markOf, notionalOf, type Position, profitOf } from './pool.ts'

/** The taker fee that a break-even price contains, as in ccxt's sample: 2.3483 breaks even at 2.349356735. */
const TAKER = num('0.00045')

/** A position, or the place of one where only orders stand. */
export type Row = {
  readonly symbol: string
  readonly position: Position | null
  readonly orderMargin: Num
}

/** "Only symbols that have positions or open orders will be returned" (Position-Information-V3). */
export function rows({ state }: Exchange): readonly Row[] {
  const held = state.positions.map((position, i): Row => {
    const first = state.positions.findIndex(({ symbol }) => symbol === position.symbol) === i
    const orderMargin = first ? (state.openOrderMargin.get(position.symbol) ?? ZERO) : ZERO
    return { symbol: position.symbol, position, orderMargin }
  })
  const ordered = [...state.openOrderMargin]
    .filter(([symbol]) => !state.positions.some((position) => position.symbol === symbol))
    .map(([symbol, orderMargin]): Row => ({ symbol, position: null, orderMargin }))
  return [...held, ...ordered]
}

export function contractOf({ state }: Exchange, symbol: string): Contract {
  const contract = state.contracts.find((listed) => listed.symbol === symbol)
  if (contract === undefined) throw new Error(`the sandbox does not list ${symbol}`)
  return contract
}

export const positionMargin = (position: Position, exchange: Exchange): Num =>
  notionalOf(position, exchange.state.marks).abs().div(position.leverage)

/** The fields that positionRisk and account have in common. */
export function figures({ position, orderMargin }: Row, exchange: Exchange) {
  const { state } = exchange
  const own = position === null ? ZERO : positionMargin(position, exchange)
  const wallet = position?.isolatedWallet ?? null
  return {
    notional: position === null ? '0' : wireOrZero(notionalOf(position, state.marks)),
    isolatedMargin: position === null || wallet === null ? '0' : wireOrZero(wallet.plus(profitOf(position, state.marks))),
    isolatedWallet: wallet === null ? '0' : wireOrZero(wallet),
    initialMargin: wireOrZero(own.plus(orderMargin)),
    maintMargin: position === null ? '0' : wireOrZero(maintenanceOf(position, state.marks)),
    positionInitialMargin: wireOrZero(own),
    openOrderInitialMargin: wireOrZero(orderMargin),
  }
}

export function identity({ symbol, position }: Row, exchange: Exchange) {
  return {
    symbol,
    positionSide: position?.side ?? (exchange.state.hedge ? 'LONG' : 'BOTH'),
    positionAmt: (position?.amount ?? ZERO).toFixed(contractOf(exchange, symbol).quantityPrecision),
  }
}

/**
 * `GET /fapi/v3/positionRisk`.
 *
 * @see developers.binance.com Position-Information-V3 (the ADAUSDT and COMPUSDT rows: quantities with the symbol's
 * precision, prices of entry without trailing zeros, `"0"` where nothing is, adl and updateTime as JSON numbers);
 * ccxt binance.js parsePositionRisk, sample "usdm"
 */
export function positionRisk(exchange: Exchange): readonly Json[] {
  const { state } = exchange
  return rows(exchange).map((row) => {
    const { position, symbol } = row
    const { isolatedMargin, notional, isolatedWallet, ...margins } = figures(row, exchange)
    const price = position === null ? null : exchange.liquidationPriceOf(position)
    return {
      ...identity(row, exchange),
      entryPrice: position?.entry.toFixed() ?? '0.0',
      breakEvenPrice: position === null ? '0.0' : breakEven(position).toFixed(),
      markPrice: wire(markOf(state.marks, symbol)),
      unRealizedProfit: wire(position === null ? ZERO : profitOf(position, state.marks)),
      liquidationPrice: price === null ? '0' : wireOrZero(price),
      ...{ isolatedMargin, notional },
      marginAsset: contractOf(exchange, symbol).marginAsset,
      isolatedWallet,
      ...margins,
      ...{ adl: position === null ? 0 : 2, bidNotional: '0', askNotional: '0' },
      updateTime: position?.updateTime ?? 0,
    }
  })
}

const breakEven = ({ amount, entry }: Position): Num => entry.times(amount.gt(0) ? TAKER.plus(1) : num(1).minus(TAKER))
