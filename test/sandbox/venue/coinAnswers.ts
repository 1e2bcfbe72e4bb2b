import { equityOf, type Held, maintenanceOf, notionalOf, poolsOf, profitOf } from '../venues/held.ts'
import type { Json } from './answers.ts'
import type { CoinContract } from './coinContracts.ts'
import { coinLiquidationPrice } from './coinLiquidationPrice.ts'
import { type CoinMargined, contractOf, contractsIn } from './coinMargined.ts'
import { Num, sum, wire, wireOrZero, ZERO } from './num.ts'

/** `GET /dapi/v1/exchangeInfo`. @see dapi.binance.com as recorded 2026-07-21 (test/fixtures of ZenHive/bourse): sizes are JSON numbers */
export function coinExchangeInfo({ contracts }: CoinMargined, serverTime: number): Json {
  return {
    ...{ timezone: 'UTC', serverTime, exchangeFilters: [] },
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
    symbols: contracts.map((contract) => ({
      ...{ symbol: contract.symbol, pair: contract.pair, contractType: contract.contractType },
      ...{ contractStatus: contract.status, contractSize: contract.contractSize },
      ...{ baseAsset: contract.inverse, quoteAsset: 'USD', marginAsset: contract.inverse },
      ...{ deliveryDate: contract.deliveryDate, onboardDate: 1597042800000 },
      ...{ pricePrecision: contract.pricePrecision, quantityPrecision: 0, liquidationFee: '0.015000' },
      ...{ maintMarginPercent: '2.5000', requiredMarginPercent: '5.0000', triggerProtect: '0.0500', marketTakeBound: '0.05' },
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: contract.tick, maxPrice: '4520958', tickSize: contract.tick },
        { filterType: 'LOT_SIZE', minQty: '1', maxQty: '1000000', stepSize: '1' },
      ],
    })),
  }
}

/** `GET /dapi/v2/leverageBracket`. @see demo-dapi.binance.com as recorded 2026-08-10: JSON numbers, the last cap beyond 2^53 */
export function coinBrackets({ contracts }: CoinMargined): Json {
  return contracts.map(({ symbol, brackets }) => ({
    symbol,
    brackets: brackets.map(({ floor, cap, rate, cum, leverage }, i) => ({
      ...{ bracket: i + 1, initialLeverage: leverage, qtyCap: cap.toNumber(), qtyFloor: floor.toNumber() },
      ...{ maintMarginRatio: rate.toNumber(), cum: cum.toNumber() },
    })),
  }))
}

const HOUR = 3_600_000

/** `GET /dapi/v1/premiumIndex`: a list whatever is asked. @see developers.binance.com Index-Price-and-Mark-Price of COIN-M */
export function coinPremiums(coin: CoinMargined, time: number): Json {
  return coin.contracts.map(({ symbol, pair, contractType, funding }) => {
    const index = wire(coin.indexOf(pair))
    const paid = contractType === 'PERPETUAL'
    return {
      ...{ symbol, pair, markPrice: wire(coin.state.marks.get(symbol) ?? ZERO), indexPrice: index, estimatedSettlePrice: index },
      ...{ lastFundingRate: funding, interestRate: paid ? '0.00010000' : '' },
      ...{ nextFundingTime: paid ? (Math.floor(time / (8 * HOUR)) + 1) * 8 * HOUR : 0, time },
    }
  })
}

/** `GET /dapi/v1/fundingInfo`. @see developers.binance.com Get-Funding-Info of COIN-M */
export function coinFundingInfo(): Json {
  const adjusted = { adjustedFundingRateCap: '0.02500000', adjustedFundingRateFloor: '-0.02500000' }
  return [{ symbol: 'BTCUSD_PERP', ...adjusted, fundingIntervalHours: 8, disclaimer: false }]
}

type Place = { readonly contract: CoinContract; readonly side: string; readonly held: Held | null }

/** A row for every contract and side that there is, with what is held there. */
function places(coin: CoinMargined, sides: readonly string[]): readonly Place[] {
  const { positions, hedge } = coin.state
  const sideOf = ({ amount }: Held): string => (hedge ? (amount.gt(0) ? 'LONG' : 'SHORT') : 'BOTH')
  const symbols = new Set([...coin.contracts, ...positions].map(({ symbol }) => symbol))
  return [...symbols].flatMap((symbol) =>
    sides.map((side) => ({
      ...{ contract: contractOf(coin, symbol), side },
      held: positions.find((one) => one.symbol === symbol && sideOf(one) === side) ?? null,
    })),
  )
}

const FLAT = { leverage: '0', maxQty: '9223372036854775807', entryPrice: '0.00000000', breakEvenPrice: '0.00000000' }

function common(coin: CoinMargined, { contract, side, held }: Place) {
  const { marks } = coin.state
  return {
    ...{ symbol: contract.symbol, positionSide: side, ...FLAT, positionAmt: '0', notionalValue: '0', isolatedWallet: '0' },
    ...(held === null
      ? {}
      : {
          ...{ positionAmt: contractsIn(contract, held.amount).toFixed(), notionalValue: wireOrZero(notionalOf(held, marks)) },
          ...{ leverage: String(held.leverage), maxQty: '1500', entryPrice: held.entry.toFixed(8) },
          ...{ breakEvenPrice: held.entry.toFixed(8), isolatedWallet: wireOrZero(held.isolated ?? ZERO) },
        }),
    updateTime: held === null ? 0 : 1784973214240,
  }
}

/**
 * `GET /dapi/v1/positionRisk`: in hedge mode BOTH, LONG and SHORT of every symbol. Neither the margin asset nor a margin but that of
 * isolated positions is told.
 *
 * @see demo-dapi.binance.com as recorded 2026-07-26; ccxt binance.js parsePositionRisk, sample "coinm"
 */
export function coinPositionRisk(coin: CoinMargined): Json {
  const { marks, hedge } = coin.state
  return places(coin, hedge ? ['BOTH', 'LONG', 'SHORT'] : ['BOTH']).map((place) => {
    const { held, contract } = place
    const pool = held === null ? undefined : poolsOf(coin.state).find(({ positions }) => positions.includes(held))
    const price = pool === undefined ? null : coinLiquidationPrice(pool, contract.symbol, marks)
    const apart = held === null || held.isolated === null ? null : held.isolated.plus(profitOf(held, marks))
    return {
      ...common(coin, place),
      // Of what is held nowhere the recording has no mark either.
      markPrice: wire(held === null ? ZERO : (marks.get(contract.symbol) ?? ZERO)),
      unRealizedProfit: wire(held === null ? ZERO : profitOf(held, marks)),
      liquidationPrice: price === null ? '0' : wireOrZero(price),
      ...{ marginType: apart === null ? 'cross' : 'isolated', isolatedMargin: wire(apart ?? ZERO), isAutoAddMargin: 'false' },
    }
  })
}

/**
 * `GET /dapi/v1/account`: no totals, for nothing adds coins together; in hedge mode LONG and SHORT of every symbol.
 *
 * @see demo-dapi.binance.com as recorded 2026-07-26
 */
export function coinAccount(coin: CoinMargined): Json {
  const { marks, hedge, positions } = coin.state
  const names = new Set([...coin.contracts.map(({ inverse }) => inverse), ...coin.state.coins.keys()])
  const own = (held: Held): Num => notionalOf(held, marks).abs().div(held.leverage)
  return {
    ...{ canDeposit: true, canTrade: true, canWithdraw: true, feeTier: 0, updateTime: 0 },
    assets: [...names].map((asset) => {
      const all = positions.filter(({ inverse }) => inverse === asset)
      const shared = all.filter(({ isolated }) => isolated === null)
      const wallet = coin.state.coins.get(asset) ?? ZERO
      const whole = wallet.plus(sum(all.map(({ isolated }) => isolated ?? ZERO)))
      const [profit, orders] = [sum(all.map((one) => profitOf(one, marks))), coin.orders.get(asset) ?? ZERO]
      const crossEquity = equityOf({ name: asset, wallet, orderMargin: orders, positions: shared }, marks)
      const free = Num.max(ZERO, crossEquity.minus(sum(shared.map(own))).minus(orders))
      return {
        ...{ asset, walletBalance: wire(whole), unrealizedProfit: wire(profit), marginBalance: wire(whole.plus(profit)) },
        maintMargin: wire(sum(all.map((one) => maintenanceOf(one, marks)))),
        initialMargin: wire(sum(all.map(own)).plus(orders)),
        ...{ positionInitialMargin: wire(sum(all.map(own))), openOrderInitialMargin: wire(orders) },
        ...{ maxWithdrawAmount: wire(Num.max(ZERO, Num.min(free, wallet))), crossWalletBalance: wire(wallet) },
        ...{ crossUnPnl: wire(crossEquity.minus(wallet)), availableBalance: wire(free), updateTime: 1784973214240 },
      }
    }),
    positions: places(coin, hedge ? ['LONG', 'SHORT'] : ['BOTH']).map((place) => {
      const { held } = place
      const margin = held === null ? '0' : wireOrZero(own(held))
      return {
        ...common(coin, place),
        isolated: held !== null && held.isolated !== null,
        unrealizedProfit: wire(held === null ? ZERO : profitOf(held, marks)),
        maintMargin: held === null ? '0' : wireOrZero(maintenanceOf(held, marks)),
        ...{ initialMargin: margin, positionInitialMargin: margin, openOrderInitialMargin: '0' },
      }
    }),
  }
}
