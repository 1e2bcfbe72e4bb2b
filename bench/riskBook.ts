import type { Asset } from '../src/risk/asset.ts'
import { dec } from '../src/risk/decimal.ts'
import type { Snapshot } from '../src/risk/leg.ts'
import type { AaveV3Position } from '../src/risk/lendingPosition.ts'
import type { FuturesPosition, MarginAccount, MarginTier } from '../src/risk/marginAccount.ts'
import type { Source } from '../src/risk/source.ts'

/**
 * The book that the risk bench measures: a loan of 6 collaterals against 3 stablecoins, and one cross pool of 20 markets, each
 * with a table of 8 brackets. Every figure is a finite decimal, so that whole numbers can hold the book without rounding.
 */

export const AT = Date.UTC(2026, 10, 22, 13, 40)

const COLLATERAL: readonly (readonly [
  symbol: string,
  factor: string,
  basis: string | null,
  price: string,
  amount: string,
  threshold: bigint,
])[] = [
  ['WETH', 'ETH', null, '3000', '60.25', 8300n],
  ['wstETH', 'ETH', 'wstETH/ETH', '3612.5', '20.5', 8100n],
  ['WBTC', 'BTC', null, '90000', '1.75', 7800n],
  ['cbBTC', 'BTC', 'cbBTC/BTC', '89990', '0.6', 7800n],
  ['LINK', 'LINK', null, '18.25', '1500', 7100n],
  ['AAVE', 'AAVE', null, '240', '110', 7600n],
]
const DEBT: readonly (readonly [symbol: string, price: string, amount: string])[] = [
  ['USDC', '1', '150000'],
  ['USDT', '0.9995', '45000'],
  ['GHO', '0.9987', '30000'],
]
const MARKETS = 'ETH BTC SOL LINK AAVE ARB OP UNI LDO CRV SNX GNO MKR ENS BAL RPL STG KNC ZK SUSHI'.split(' ')

function units(amount: string, decimals: number): bigint {
  const [whole = '', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

function tiers(market: number): MarginTier[] {
  const caps = [50, 250, 1000, 3000, 10_000, 20_000, 50_000].map((thousand) => dec(thousand * (1000 + 10 * market)))
  const rates = ['0.004', '0.005', '0.01', '0.02', '0.05', '0.1', '0.125', '0.25'].map((rate) => dec(rate))
  let deduction = dec(0)
  return rates.map((rate, k) => {
    const floor = caps[k - 1] ?? dec(0)
    if (k > 0) deduction = deduction.plus(floor.times(rate.minus(rates[k - 1] ?? rate)))
    return { floor, cap: caps[k] ?? null, rate, deduction }
  })
}

function loan(source: Source): AaveV3Position {
  const asset = (symbol: string, factor: string, basis: string | null): Asset => ({
    key: `eip155:1/${symbol}`,
    symbol,
    factor,
    basis,
  })
  const shared = {
    decimals: 18,
    priceUpdatedAt: null,
    priceSource: null,
    priceCap: null,
    stableDebt: 0n,
    inEMode: false,
    liquidationBonus: 10_500n,
    // 1.8 % and 4.9 % a year
    supplyRate: 18n * 10n ** 24n,
    borrowRate: 49n * 10n ** 24n,
    utilization: null,
    curve: null,
    active: true,
    frozen: false,
    paused: false,
    graceUntil: 0n,
    availableLiquidity: 10n ** 30n,
  }
  const supplied = COLLATERAL.map(([symbol, factor, basis, price, amount, liquidationThreshold], id) => ({
    ...shared,
    asset: asset(symbol, factor, basis),
    id,
    price: units(price, 8),
    supplied: units(amount, 18),
    collateral: true,
    debt: 0n,
    ltv: liquidationThreshold - 300n,
    liquidationThreshold,
  }))
  const owed = DEBT.map(([symbol, price, amount], i) => ({
    ...shared,
    asset: asset(symbol, `USD:${symbol}`, null),
    id: COLLATERAL.length + i,
    price: units(price, 8),
    supplied: 0n,
    collateral: false,
    debt: units(amount, 18),
    ltv: 7500n,
    liquidationThreshold: 7800n,
  }))
  return {
    kind: 'lending',
    protocol: 'aave-v3',
    id: 'aave-v3/ethereum-core/0xab',
    venue: 'Aave v3 Ethereum',
    wallet: '0xab',
    contract: null,
    revision: 11,
    baseUnit: 100_000_000n,
    eModeCategory: 0,
    sentinel: null,
    reserves: [...supplied, ...owed],
    reported: { totalCollateral: 0n, totalDebt: 0n, healthFactor: null },
    source,
  }
}

function pool(source: Source): MarginAccount {
  const settle: Asset = { key: 'binance/USDT', symbol: 'USDT', factor: 'USD:USDT', basis: null }
  const positions = MARKETS.map((factor, i): FuturesPosition => {
    const mark = factor === 'ETH' ? dec(2998) : factor === 'BTC' ? dec(90_050) : dec(7 + i * 3).div(4)
    const worth = dec(factor === 'ETH' ? 640_000 : factor === 'BTC' ? 420_000 : 30_000 + 45_000 * (i % 6))
    return {
      symbol: `${factor}USDT`,
      factor,
      basis: null,
      contract: 'linear',
      side: i % 3 === 1 ? 'short' : 'long',
      size: worth.div(mark).toDecimalPlaces(3),
      entry: mark.times(i % 2 === 0 ? '1.01' : '0.985'),
      mark,
      tick: dec('0.01'),
      tiers: tiers(i),
      funding: { rate: dec('0.0001'), intervalHours: dec(8), window: null },
      reported: { liquidationPrice: null, maintenance: null, unrealized: null },
    }
  })
  return {
    kind: 'futures',
    id: 'binance/main/USDT-cross',
    venue: 'Binance USDT cross',
    margin: 'cross',
    hedgeMode: false,
    settle,
    settlePrice: dec(1),
    settlePriceFrom: 'venue',
    wallet: [{ asset: settle, amount: dec(340_000), price: dec(1), priceFrom: 'venue', ratio: dec(1) }],
    orderMargin: dec(0),
    positions,
    rules: {
      trigger: 'below',
      maintenanceFrom: 'table',
      basis: 'mark',
      tiers: 'marginal',
      closeFeeRate: dec(0),
      liquidationFeeRate: null,
      holdsOrderMargin: false,
      source: 'the bench',
      asOf: '2026-11-22',
    },
    reported: { equity: null, maintenance: null, initialMargin: null, withdrawable: null },
    circumstances: null,
    source,
  }
}

export function benchLegs(): { readonly loan: AaveV3Position; readonly pool: MarginAccount } {
  const block = { chainId: 1, number: 24_100_000n, hash: '0xaa', timestamp: BigInt(AT / 1000 - 8) }
  const chain = { name: 'Ethereum', readAt: AT, venueTime: null, block, operators: [], confirmed: false, notes: [] }
  const venue = { name: 'Binance', readAt: AT, venueTime: AT, block: null, operators: [], confirmed: true, notes: [] }
  return { loan: loan(chain), pool: pool(venue) }
}

export function benchSnapshot(): Snapshot {
  const { loan: first, pool: second } = benchLegs()
  return { book: 'bench', at: AT, legs: [first, second], cash: [], gaps: [], disputes: [], oneSource: [], notes: [] }
}
