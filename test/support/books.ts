import type { Asset } from '../../src/risk/asset.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve, AaveV4Position, CompoundV3Position } from '../../src/risk/lendingPosition.ts'
import type { FuturesPosition, MarginAccount, MarginRules, MarginTier } from '../../src/risk/marginAccount.ts'
import type { Source } from '../../src/risk/source.ts'

/** Books in our own types, for tests of the pure parts. */

export const NOW = Date.UTC(2026, 10, 22, 13, 40)

export function anAsset(symbol: string, factor: string, basis: string | null = null): Asset {
  return { key: `eip155:1/${symbol.toLowerCase()}`, symbol, factor, basis }
}

export const WETH = anAsset('WETH', 'ETH')
export const WBTC = anAsset('WBTC', 'BTC')
export const USDC = anAsset('USDC', 'USD:USDC')
export const WSTETH = anAsset('wstETH', 'ETH', 'wstETH/ETH')
export const USDT: Asset = { key: 'binance/USDT', symbol: 'USDT', factor: 'USD:USDT', basis: null }

export function aChainSource(over: Partial<Source> = {}): Source {
  const block = { chainId: 1, number: 24_100_000n, hash: '0xaa', timestamp: BigInt(NOW / 1000 - 8) }
  return {
    name: 'Ethereum',
    readAt: NOW,
    venueTime: null,
    block,
    operators: [],
    confirmed: false,
    notes: [],
    ...over,
  }
}

export function anExchangeSource(over: Partial<Source> = {}): Source {
  return {
    name: 'Binance',
    readAt: NOW - 2000,
    venueTime: NOW - 2000,
    block: null,
    operators: [],
    confirmed: true,
    notes: [],
    ...over,
  }
}

export function aReserve(over: Partial<AaveV3Reserve> & Pick<AaveV3Reserve, 'asset' | 'id' | 'decimals'>): AaveV3Reserve {
  return {
    price: 100_000_000n,
    priceUpdatedAt: null,
    priceSource: null,
    priceCap: null,
    supplied: 0n,
    collateral: true,
    debt: 0n,
    stableDebt: 0n,
    inEMode: false,
    ltv: 7500n,
    liquidationThreshold: 7800n,
    liquidationBonus: 10450n,
    supplyRate: 0n,
    borrowRate: 0n,
    utilization: null,
    curve: null,
    active: true,
    frozen: false,
    paused: false,
    graceUntil: 0n,
    availableLiquidity: 10n ** 30n,
    ...over,
  }
}

/** REPORT's loan: 10 WETH + 0.2 WBTC against 22,000 USDC on a v3.0 pool, health 1.769890909. */
export function aLoan(over: Partial<AaveV3Position> = {}): AaveV3Position {
  return {
    kind: 'lending',
    protocol: 'aave-v3',
    id: 'aave-v3/ethereum/0xab',
    venue: 'Aave v3 Ethereum',
    wallet: '0xab',
    contract: '0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2',
    revision: 1,
    baseUnit: 100_000_000n,
    eModeCategory: 0,
    sentinel: null,
    reserves: [
      aReserve({
        asset: WETH,
        id: 0,
        decimals: 18,
        price: 3000n * 10n ** 8n,
        supplied: 10n ** 19n,
        liquidationThreshold: 8300n,
        ltv: 8050n,
      }),
      aReserve({ asset: WBTC, id: 1, decimals: 8, price: 90_000n * 10n ** 8n, supplied: 20_000_000n }),
      aReserve({ asset: USDC, id: 2, decimals: 6, debt: 22_000n * 10n ** 6n, collateral: false }),
    ],
    // 30,000 + 18,000 USD; (30,000 x 0.83 + 18,000 x 0.78) / 48,000 = 0.81125, floored to 81.12 %; x 48,000 / 22,000
    reported: { totalCollateral: 48_000n * 10n ** 8n, totalDebt: 22_000n * 10n ** 8n, healthFactor: 1_769_890_909_090_909_091n },
    source: aChainSource(),
    ...over,
  }
}

/** 10 WETH and 0.3 WBTC against 40,000 USDC in a Compound III market: 30,000 x 0.895 + 27,000 x 0.77 = 47,640. */
export function aComet(over: Partial<CompoundV3Position> = {}): CompoundV3Position {
  const share = (percent: bigint): bigint => percent * 10n ** 15n
  return {
    kind: 'lending',
    protocol: 'compound-v3',
    id: 'compound-v3/ethereum-usdc/0xab',
    venue: 'Compound III Ethereum USDC',
    wallet: '0xab',
    contract: '0xc3d688b66703497daa19211eedff47f25384cdc3',
    base: { asset: USDC, decimals: 6, price: 10n ** 8n, priceUpdatedAt: null },
    baseBalance: -40_000n * 10n ** 6n,
    rates: null,
    collateral: [
      {
        asset: WETH,
        decimals: 18,
        balance: 10n ** 19n,
        price: 3000n * 10n ** 8n,
        priceUpdatedAt: null,
        borrowFactor: share(825n),
        liquidateFactor: share(895n),
        liquidationFactor: share(950n),
      },
      {
        asset: WBTC,
        decimals: 8,
        balance: 30_000_000n,
        price: 90_000n * 10n ** 8n,
        priceUpdatedAt: null,
        borrowFactor: share(700n),
        liquidateFactor: share(770n),
        liquidationFactor: share(950n),
      },
    ],
    quote: null,
    quoteUsd: dec(1),
    absorbPaused: false,
    supplyPaused: false,
    withdrawPaused: false,
    baseAvailable: 10n ** 15n,
    reported: { liquidatable: false },
    source: aChainSource(),
    ...over,
  }
}

/** A liquidation restores a health of 1.05; the bonus grows from half its largest at 1 to all of it at 0.9. */
export const SPOKE_RULES: AaveV4Position['liquidation'] = {
  targetHealthFactor: 1_050_000_000_000_000_000n,
  healthFactorForMaxBonus: 900_000_000_000_000_000n,
  liquidationBonusFactor: 5000n,
  dust: 1000n * 10n ** 26n,
}

/** 10 WETH against 20,000 USDC in an Aave v4 spoke: 30,000 x 0.85 / 20,000 = 1.275. */
export function aSpoke(over: Partial<AaveV4Position> = {}): AaveV4Position {
  const reserve = { collateral: true, supplied: 0n, debtRay: 0n, frozen: false, paused: false, maxLiquidationBonus: 10_500n }
  return {
    kind: 'lending',
    protocol: 'aave-v4',
    id: 'aave-v4/ethereum-main/0xab',
    venue: 'Aave v4 Ethereum Main',
    wallet: '0xab',
    reserves: [
      {
        ...reserve,
        ...{ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 10n ** 19n },
        ...{ collateralFactor: 8500n, latestCollateralFactor: 8500n },
      },
      {
        ...reserve,
        ...{ asset: USDC, id: 1, decimals: 6, price: 10n ** 8n, debtRay: 20_000n * 10n ** 33n, collateral: false },
        ...{ collateralFactor: 7800n, latestCollateralFactor: 7800n },
      },
    ],
    liquidation: SPOKE_RULES,
    reported: {
      totalCollateralValue: 30_000n * 10n ** 26n,
      totalDebtValueRay: 20_000n * 10n ** 53n,
      healthFactor: 1_275_000_000_000_000_000n,
    },
    source: aChainSource(),
    ...over,
  }
}

/** Binance's published ETHUSDT brackets, the first two: 0.4 % to 50,000; 0.5 % less 50 to 600,000. */
export const ETH_TIERS: readonly MarginTier[] = [
  { floor: dec(0), cap: dec(50_000), rate: dec('0.004'), deduction: dec(0) },
  { floor: dec(50_000), cap: dec(600_000), rate: dec('0.005'), deduction: dec(50) },
]

export const BINANCE_RULES: MarginRules = {
  trigger: 'below',
  maintenanceFrom: 'table',
  basis: 'mark',
  tiers: 'marginal',
  closeFeeRate: dec(0),
  liquidationFeeRate: null,
  holdsOrderMargin: false,
  source: 'Binance FAQ b3c689c1f50a44cabb3a84e663b81d93',
  asOf: '2026-11-22',
}

export function aPosition(over: Partial<FuturesPosition> = {}): FuturesPosition {
  return {
    symbol: 'ETHUSDT',
    factor: 'ETH',
    basis: null,
    contract: 'linear',
    side: 'long',
    size: dec(20),
    entry: dec(3000),
    mark: dec(3000),
    tick: dec('0.01'),
    tiers: ETH_TIERS,
    funding: null,
    reported: { liquidationPrice: null, maintenance: null, unrealized: null },
    ...over,
  }
}

/** REPORT's futures account: 20 ETH long at 3,000 on 12,000 USDT of cross margin. */
export function aPool(over: Partial<MarginAccount> = {}): MarginAccount {
  return {
    kind: 'futures',
    id: 'binance/main/USDT-cross',
    venue: 'Binance USDT cross',
    margin: 'cross',
    hedgeMode: false,
    settle: USDT,
    settlePrice: dec(1),
    settlePriceFrom: 'par',
    wallet: [{ asset: USDT, amount: dec(12_000), price: dec(1), priceFrom: 'par', ratio: dec(1) }],
    orderMargin: dec(0),
    positions: [aPosition()],
    rules: BINANCE_RULES,
    reported: { equity: null, maintenance: null, initialMargin: null, withdrawable: null },
    circumstances: null,
    source: anExchangeSource(),
    ...over,
  }
}

export function aSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  return { book: 'main', at: NOW, legs: [aLoan(), aPool()], cash: [], gaps: [], disputes: [], oneSource: [], notes: [], ...over }
}
