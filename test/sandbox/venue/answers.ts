import type { Exchange } from '../exchange.ts'
import type { AccountState } from './account.ts'
import { ratesOf } from './assetIndex.ts'
import type { Contract } from './contracts.ts'
import { USUAL_FUNDING } from './funding.ts'
import { Num, num, wire } from './num.ts'

/** JSON as it goes over the wire. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** `GET /fapi/v1/exchangeInfo`. @see ccxt binance.js fetchMarkets, sample "futures/usdt-margined (fapi)"; developers.binance.com Exchange-Information */
export function exchangeInfo(state: AccountState, serverTime: number): Json {
  return {
    timezone: 'UTC',
    serverTime,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
    ],
    exchangeFilters: [],
    assets: [...state.indexes.keys()].map((pair) => ({
      asset: pair.slice(0, -'USD'.length),
      marginAvailable: true,
      autoAssetExchange: pair.startsWith('USD') ? '-10000' : '0',
    })),
    symbols: state.contracts.map(listing),
  }
}

function listing(contract: Contract): Json {
  const lots = { minQty: contract.step, maxQty: '10000', stepSize: contract.step }
  return {
    symbol: contract.symbol,
    pair: contract.pair,
    contractType: contract.contractType,
    deliveryDate: contract.deliveryDate,
    onboardDate: 1569398400000,
    status: 'TRADING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: contract.base,
    quoteAsset: contract.marginAsset,
    marginAsset: contract.marginAsset,
    pricePrecision: contract.pricePrecision,
    quantityPrecision: contract.quantityPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: ['Layer-1'],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10000,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: contract.tick, maxPrice: '4529764', tickSize: contract.tick },
      { filterType: 'LOT_SIZE', ...lots },
      { filterType: 'MARKET_LOT_SIZE', ...lots, maxQty: '2000' },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional: '20' },
      { filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: '4' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    permissionSets: ['GRID', 'COPY'],
  }
}

/** `GET /fapi/v1/leverageBracket`. @see ccxt binance.js fetchLeverageTiers, sample "usdm": JSON numbers, one row a symbol */
export function leverageBrackets(state: AccountState): readonly Json[] {
  return state.contracts.flatMap(({ symbol }) => {
    const table = state.brackets[symbol]
    if (table === undefined) return []
    const brackets = table.map(({ floor, cap, rate, cum, leverage }, i) => ({
      bracket: i + 1,
      initialLeverage: leverage,
      notionalCap: cap.toNumber(),
      notionalFloor: floor.toNumber(),
      maintMarginRatio: rate.toNumber(),
      cum: cum.toNumber(),
    }))
    return [{ symbol, brackets }]
  })
}

/** `GET /fapi/v1/assetIndex`. @see developers.binance.com Multi-Assets-Mode-Asset-Index */
export function assetIndexes(state: AccountState, time: number): readonly Json[] {
  return [...state.indexes].map(([symbol, stated]) => {
    const { bid, ask } = ratesOf(stated)
    return {
      ...{ symbol, time, index: wire(num(stated.index)) },
      ...{
        bidBuffer: wire(num(stated.bidBuffer)),
        askBuffer: wire(num(stated.askBuffer)),
        bidRate: wire(bid),
        askRate: wire(ask),
      },
      ...{ autoExchangeBidBuffer: wire(num(stated.bidBuffer)), autoExchangeAskBuffer: wire(num(stated.askBuffer)) },
      ...{ autoExchangeBidRate: wire(bid), autoExchangeAskRate: wire(ask) },
    }
  })
}

const HOUR = 3600 * 1000

/**
 * `GET /fapi/v1/fundingInfo`: only "symbols that had FundingRateCap / FundingRateFloor / fundingIntervalHours adjustment".
 *
 * @see developers.binance.com Get-Funding-Rate-Info: the interval as JSON number
 */
export function fundingInfo(state: AccountState): readonly Json[] {
  return [...state.funding].map(([symbol, { hours }]) => ({
    symbol,
    adjustedFundingRateCap: '0.02500000',
    adjustedFundingRateFloor: '-0.02500000',
    fundingIntervalHours: hours,
    disclaimer: false,
  }))
}

/** `GET /fapi/v1/premiumIndex`. @see ccxt binance.js parseTicker, sample "markPrices"; a quarterly has no funding: "" and 0 */
export function premiumIndexes(state: AccountState, time: number): readonly Json[] {
  return state.contracts.map(({ symbol, contractType }) => {
    const mark = wire(state.marks.get(symbol) ?? new Num(0))
    const perpetual = contractType === 'PERPETUAL'
    const { rate, hours } = state.funding.get(symbol) ?? USUAL_FUNDING
    const interval = hours * HOUR
    return {
      ...{ symbol, markPrice: mark, indexPrice: mark, estimatedSettlePrice: mark },
      lastFundingRate: perpetual ? rate : '',
      interestRate: perpetual ? '0.00010000' : '',
      nextFundingTime: perpetual ? (Math.floor(time / interval) + 1) * interval : 0,
      time,
    }
  })
}

/** `GET /fapi/v1/accountConfig`. @see developers.binance.com Account-Config */
export function accountConfig({ state }: Exchange): Json {
  return {
    ...{ feeTier: 0, canTrade: true, canDeposit: true, canWithdraw: true },
    dualSidePosition: state.hedge,
    updateTime: 0,
    multiAssetsMargin: state.mode === 'multi',
    tradeGroupId: -1,
  }
}
