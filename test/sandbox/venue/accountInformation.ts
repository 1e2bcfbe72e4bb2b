import type { Exchange } from '../exchange.ts'
import type { Json } from './answers.ts'
import { ONE, type Rates, ratesOf } from './assetIndex.ts'
import { Num, sum, wire, ZERO } from './num.ts'
import { maintenanceOf, type Position, profitOf, worth } from './pool.ts'
import { crossWallets } from './pools.ts'
import { contractOf, figures, identity, positionMargin, rows } from './positionRisk.ts'

/** The sums of one asset, isolated positions included except where a name says cross. */
type AssetSums = {
  readonly asset: string
  readonly rates: Rates
  readonly wallet: Num
  readonly crossWallet: Num
  readonly profit: Num
  readonly crossProfit: Num
  readonly maintenance: Num
  readonly positionMargin: Num
  readonly crossPositionMargin: Num
  readonly orderMargin: Num
  readonly updateTime: number
}

/** Assets that Binance lists with a zero balance too. @see ccxt binance.js fetchAccountPositions: "USDC, BTC, ETH, BNB .." */
const ALWAYS_LISTED = ['USDT', 'USDC', 'BTC', 'ETH', 'BNB']

function assetSums(exchange: Exchange): readonly AssetSums[] {
  const { state } = exchange
  const cross = crossWallets(state)
  const orders = rows(exchange)
  return [...new Set([...ALWAYS_LISTED, ...cross.keys()])].map((asset) => {
    const settled = state.positions.filter(({ marginAsset }) => marginAsset === asset)
    const shared = settled.filter(({ isolatedWallet }) => isolatedWallet === null)
    const index = state.indexes.get(`${asset}USD`)
    const over = (positions: readonly Position[], figure: (position: Position) => Num) => sum(positions.map(figure))
    return {
      asset,
      rates: state.mode === 'multi' && index !== undefined ? ratesOf(index) : ONE,
      wallet: state.wallets.get(asset) ?? ZERO,
      crossWallet: cross.get(asset) ?? ZERO,
      profit: over(settled, (p) => profitOf(p, state.marks)),
      crossProfit: over(shared, (p) => profitOf(p, state.marks)),
      maintenance: over(settled, (p) => maintenanceOf(p, state.marks)),
      positionMargin: over(settled, (p) => positionMargin(p, exchange)),
      crossPositionMargin: over(shared, (p) => positionMargin(p, exchange)),
      orderMargin: sum(
        orders.filter(({ symbol }) => contractOf(exchange, symbol).marginAsset === asset).map((row) => row.orderMargin),
      ),
      updateTime: state.wallets.has(asset) ? state.updateTime : 0,
    }
  })
}

const atLeastZero = (value: Num): Num => Num.max(value, ZERO)

/** Equity less initial margins, as `uniAvailableForOrder` of Binance FAQ c983a9268cfa4e70a4916c276bb3b7bc. */
const availableUsd = (sums: readonly AssetSums[]): Num =>
  sum(
    sums.map(({ rates, crossWallet, crossProfit, crossPositionMargin, orderMargin }) =>
      worth(crossWallet.plus(crossProfit), rates).minus(crossPositionMargin.plus(orderMargin).times(rates.ask)),
    ),
  )

function assetRow(sums: AssetSums, available: Num): Json {
  const free = atLeastZero(available)
  return {
    asset: sums.asset,
    walletBalance: wire(sums.wallet),
    unrealizedProfit: wire(sums.profit),
    marginBalance: wire(sums.wallet.plus(sums.profit)),
    maintMargin: wire(sums.maintenance),
    initialMargin: wire(sums.positionMargin.plus(sums.orderMargin)),
    positionInitialMargin: wire(sums.positionMargin),
    openOrderInitialMargin: wire(sums.orderMargin),
    crossWalletBalance: wire(sums.crossWallet),
    crossUnPnl: wire(sums.crossProfit),
    availableBalance: wire(free),
    maxWithdrawAmount: wire(atLeastZero(Num.min(free, sums.crossWallet))),
    updateTime: sums.updateTime,
  }
}

/**
 * `GET /fapi/v3/account`. In single-asset mode the totals are "only for USDT asset" and equal the USDT row; in multi-assets
 * mode they are USD: balances at bid or ask, requirements at the ask.
 *
 * @see developers.binance.com Account-Information-V3 (both modes); ccxt binance.js fetchAccountPositions: there 11.17920750
 * USDT of profit count 11.17675690 (bid), 11.95476475 of maintenance 11.95453485 (ask), and wallet + profit = margin balance
 */
export function accountInformation(exchange: Exchange): Json {
  const { state } = exchange
  const sums = assetSums(exchange)
  const multi = state.mode === 'multi'
  const shared = availableUsd(sums)
  const availableIn = (one: AssetSums) => (multi ? shared.div(one.rates.ask) : availableUsd([one]))
  const total = multi ? usdTotals(sums, shared) : usdtTotals(sums)
  const positions = rows(exchange).map((row) => {
    const { notional, isolatedMargin, isolatedWallet, initialMargin, maintMargin } = figures(row, exchange)
    return {
      ...identity(row, exchange),
      unrealizedProfit: wire(row.position === null ? ZERO : profitOf(row.position, state.marks)),
      ...{ isolatedMargin, notional, isolatedWallet, initialMargin, maintMargin },
      updateTime: row.position?.updateTime ?? 0,
    }
  })
  return { ...total, assets: sums.map((one) => assetRow(one, availableIn(one))), positions }
}

/**
 * `GET /fapi/v3/balance`: a row an asset, `marginAvailable` where it can be used as margin in multi-assets mode.
 *
 * @see developers.binance.com Futures-Account-Balance-V3
 */
export function balances(exchange: Exchange): Json {
  return assetSums(exchange).map(({ asset, wallet, crossWallet, crossProfit, updateTime }) => ({
    ...{ accountAlias: 'SgsR', asset, balance: wire(wallet), crossWalletBalance: wire(crossWallet) },
    ...{ crossUnPnl: wire(crossProfit), availableBalance: wire(crossWallet), maxWithdrawAmount: wire(crossWallet) },
    ...{ marginAvailable: exchange.state.indexes.has(`${asset}USD`), updateTime },
  }))
}

function usdtTotals(sums: readonly AssetSums[]) {
  const usdt = sums.find(({ asset }) => asset === 'USDT')
  if (usdt === undefined) throw new Error('USDT is always listed')
  const available = atLeastZero(availableUsd([usdt]))
  return {
    totalInitialMargin: wire(usdt.positionMargin.plus(usdt.orderMargin)),
    totalMaintMargin: wire(usdt.maintenance),
    totalWalletBalance: wire(usdt.wallet),
    totalUnrealizedProfit: wire(usdt.profit),
    totalMarginBalance: wire(usdt.wallet.plus(usdt.profit)),
    totalPositionInitialMargin: wire(usdt.positionMargin),
    totalOpenOrderInitialMargin: wire(usdt.orderMargin),
    totalCrossWalletBalance: wire(usdt.crossWallet),
    totalCrossUnPnl: wire(usdt.crossProfit),
    availableBalance: wire(available),
    maxWithdrawAmount: wire(atLeastZero(Num.min(available, usdt.crossWallet))),
  }
}

/** Multi-assets mode knows cross margin only, so every total is a total of the one pool. */
function usdTotals(sums: readonly AssetSums[], available: Num) {
  const over = (figure: (one: AssetSums) => Num) => sum(sums.map(figure))
  const positionMargins = over((one) => one.positionMargin.times(one.rates.ask))
  const orderMargins = over((one) => one.orderMargin.times(one.rates.ask))
  const wallet = over((one) => worth(one.wallet, one.rates))
  const balance = over((one) => worth(one.wallet.plus(one.profit), one.rates))
  const free = atLeastZero(available)
  return {
    totalInitialMargin: wire(positionMargins.plus(orderMargins)),
    totalMaintMargin: wire(over((one) => one.maintenance.times(one.rates.ask))),
    totalWalletBalance: wire(wallet),
    totalUnrealizedProfit: wire(balance.minus(wallet)),
    totalMarginBalance: wire(balance),
    totalPositionInitialMargin: wire(positionMargins),
    totalOpenOrderInitialMargin: wire(orderMargins),
    totalCrossWalletBalance: wire(wallet),
    totalCrossUnPnl: wire(balance.minus(wallet)),
    availableBalance: wire(free),
    maxWithdrawAmount: wire(atLeastZero(Num.min(free, wallet))),
  }
}
