import { dec, ONE, toUnits } from '../../src/risk/decimal.ts'
import type {
  AaveV3Position,
  AaveV3Reserve,
  AaveV4Position,
  AaveV4Reserve,
  Asset,
  CompoundV3Position,
  Gap,
  Leg,
  LendingPosition,
  MarginAccount,
  MarginTier,
  Snapshot,
} from '../../src/risk/leg.ts'
import { aChainSource, anExchangeSource, aReserve, BINANCE_RULES, NOW, SPOKE_RULES } from './books.ts'

/** A worked book of `risk-vectors.json` (its `meta.fields` defines the input), in our own types. */

type VectorAsset = { price?: string | null; factor?: string; basis?: string }
type VectorPosition = {
  symbol: string
  factor: string
  contract: 'linear' | 'inverse'
  side: 'long' | 'short'
  qty: string
  entry: string
  /** null: the venue gave none. */
  mark: string | null
  tiers: { cap: string | null; mmr: string; cum?: string }[]
  margin?: 'cross' | 'isolated'
  isoMargin?: string
}
type VectorLeg = {
  id: string
  type: string
  status?: string
  supplies?: { asset: string; amount: string; lt: string; ltv: string; bonus: string; collateral?: boolean }[]
  borrows?: { asset: string; amount: string }[]
  base?: string
  baseBalance?: string
  collateral?: { asset: string; amount: string; borrowCF: string; liquidateCF: string; liquidationFactor: string }[]
  eMode?: { lt: string; ltv: string; bonus: string; collateral: string[] }
  settle?: string
  wallet?: { asset: string; amount: string; ratio?: string }[]
  coinMark?: string
  openOrderMargin?: string
  closeFeeRate?: string
  liquidationFeeRate?: string
  mmBasis?: 'mark' | 'entry'
  tierKind?: 'marginal' | 'flat'
  positions?: VectorPosition[]
}
export type VectorBook = {
  assets: Record<string, VectorAsset>
  legs: VectorLeg[]
  cash?: { id: string; asset: string; amount: string }[]
}

const bps = (share: string): bigint => toUnits(dec(share), 4, 'down')
const e18 = (amount: string): bigint => toUnits(dec(amount), 18, 'down')

export function vectorSnapshot(book: VectorBook): Snapshot {
  const asset = (name: string): Asset => {
    const { factor, basis } = book.assets[name] ?? {}
    return { key: name, symbol: name, factor: factor ?? `OWN:${name}`, basis: basis ?? null }
  }
  const price = (name: string): string | null => book.assets[name]?.price ?? null
  const loan = (leg: VectorLeg): AaveV3Position => {
    const names = [...new Set([...(leg.supplies ?? []), ...(leg.borrows ?? [])].map((one) => one.asset))]
    const reserves = names.map((name, id): AaveV3Reserve => {
      const supply = leg.supplies?.find((one) => one.asset === name)
      const borrow = leg.borrows?.find((one) => one.asset === name)
      const inEMode = leg.eMode?.collateral.includes(name) ?? false
      const terms = inEMode ? leg.eMode : supply
      const usd = price(name)
      return aReserve({
        asset: asset(name),
        id,
        decimals: 18,
        price: usd === null ? null : toUnits(dec(usd), 8, 'down'),
        supplied: supply === undefined ? 0n : toUnits(dec(supply.amount), 18, 'down'),
        debt: borrow === undefined ? 0n : toUnits(dec(borrow.amount), 18, 'up'),
        collateral: supply !== undefined && supply.collateral !== false,
        inEMode,
        ltv: bps(terms?.ltv ?? '0'),
        liquidationThreshold: bps(terms?.lt ?? '0'),
      })
    })
    return {
      kind: 'lending',
      protocol: 'aave-v3',
      id: leg.id,
      venue: leg.id,
      wallet: '0x',
      revision: 11,
      baseUnit: 100_000_000n,
      eModeCategory: leg.eMode === undefined ? 0 : 1,
      reserves,
      reported: { totalCollateral: 0n, totalDebt: 0n, healthFactor: null },
      source: aChainSource(),
    }
  }
  const oracle = (name: string): bigint | null => {
    const usd = price(name)
    return usd === null ? null : toUnits(dec(usd), 8, 'down')
  }
  const comet = (leg: VectorLeg): CompoundV3Position => ({
    kind: 'lending',
    protocol: 'compound-v3',
    id: leg.id,
    venue: leg.id,
    wallet: '0x',
    base: { asset: asset(leg.base as string), decimals: 18, price: oracle(leg.base as string) },
    baseBalance: e18(leg.baseBalance as string),
    collateral: (leg.collateral ?? []).map((held) => ({
      asset: asset(held.asset),
      decimals: 18,
      balance: e18(held.amount),
      price: oracle(held.asset),
      borrowFactor: e18(held.borrowCF),
      liquidateFactor: e18(held.liquidateCF),
      liquidationFactor: e18(held.liquidationFactor),
    })),
    quote: null,
    quoteUsd: ONE,
    absorbPaused: false,
    reported: { liquidatable: false },
    source: aChainSource(),
  })
  const spoke = (leg: VectorLeg): AaveV4Position => ({
    kind: 'lending',
    protocol: 'aave-v4',
    id: leg.id,
    venue: leg.id,
    wallet: '0x',
    reserves: loan(leg).reserves.map((reserve): AaveV4Reserve => {
      const { asset, id, decimals, price, supplied, collateral, debt, frozen, paused } = reserve
      const { liquidationThreshold: collateralFactor, ltv: latestCollateralFactor } = reserve
      const bonus = leg.supplies?.find(({ asset: name }) => name === asset.key)?.bonus
      return {
        ...{ asset, id, decimals, price, supplied, collateral, collateralFactor, latestCollateralFactor, frozen, paused },
        debtRay: debt * 10n ** 27n,
        maxLiquidationBonus: 10_000n + bps(bonus ?? '0'),
      }
    }),
    liquidation: SPOKE_RULES,
    reported: { totalCollateralValue: 0n, totalDebtValueRay: 0n, healthFactor: null },
    source: aChainSource(),
  })
  const lending = (leg: VectorLeg): LendingPosition => {
    if (leg.type === 'compound-v3') return comet(leg)
    return leg.type === 'aave-v4' ? spoke(leg) : loan(leg)
  }
  const pools = (leg: VectorLeg): MarginAccount[] => {
    const settleName = leg.settle as string
    const usd = dec(leg.coinMark ?? price(settleName) ?? '1')
    const positions = (leg.positions ?? []).map((p) => {
      let floor = dec(0)
      const tiers = p.tiers.map(({ cap, mmr, cum }): MarginTier => {
        const tier = { floor, cap: cap === null ? null : dec(cap), rate: dec(mmr), deduction: dec(cum ?? '0') }
        floor = tier.cap ?? floor
        return tier
      })
      const { symbol, factor, contract, side } = p
      const position = {
        symbol,
        factor,
        basis: null,
        contract,
        side,
        size: dec(p.qty),
        entry: dec(p.entry),
        mark: dec(p.mark as string),
        tick: dec('0.00000001'),
        tiers,
      }
      return { ...p, position: { ...position, reported: { liquidationPrice: null, maintenance: null, unrealized: null } } }
    })
    const shared = {
      kind: 'futures' as const,
      venue: leg.id,
      hedgeMode: true,
      settle: asset(settleName),
      settlePrice: usd,
      settlePriceFrom: 'venue' as const,
      rules: {
        ...BINANCE_RULES,
        trigger: 'at-or-below' as const,
        basis: leg.mmBasis ?? 'mark',
        tiers: leg.tierKind ?? 'marginal',
        closeFeeRate: dec(leg.closeFeeRate ?? '0'),
        liquidationFeeRate: dec(leg.liquidationFeeRate ?? '0'),
        holdsOrderMargin: true,
      },
      reported: { equity: null, maintenance: null },
      source: anExchangeSource(),
    }
    const held = (name: string, amount: string, ratio?: string) => ({
      asset: asset(name),
      amount: dec(amount),
      price: name === settleName ? usd : dec(price(name) as string),
      priceFrom: 'venue' as const,
      ratio: ratio === undefined ? ONE : dec(ratio),
    })
    const cross: MarginAccount = {
      ...shared,
      id: leg.id,
      margin: 'cross',
      wallet: (leg.wallet ?? []).map(({ asset: name, amount, ratio }) => held(name, amount, ratio)),
      orderMargin: dec(leg.openOrderMargin ?? '0'),
      positions: positions.filter(({ margin }) => margin !== 'isolated').map(({ position }) => position),
    }
    const isolated = positions
      .filter(({ margin }) => margin === 'isolated')
      .map(
        ({ position, isoMargin }): MarginAccount => ({
          ...shared,
          id: `${leg.id}/${position.symbol}/${position.side}`,
          margin: 'isolated',
          wallet: [held(settleName, isoMargin as string)],
          orderMargin: dec(0),
          positions: [position],
        }),
      )
    return [cross, ...isolated]
  }
  return {
    book: 'vector',
    at: NOW,
    legs: book.legs
      .filter((leg) => missing(leg) === null)
      .flatMap((leg): Leg[] => (leg.type === 'futures' ? pools(leg) : [lending(leg)])),
    cash: (book.cash ?? []).map(({ id, asset: name, amount }) => {
      const usd = price(name)
      return { id, place: id, asset: asset(name), amount: dec(amount), price: usd === null ? null : dec(usd) }
    }),
    gaps: book.legs.flatMap((leg) => gapsOf(leg)),
    notes: [],
  }
}

/** What a leg lacks, in the books' words; null: nothing. A leg with a missing figure is wholly unknown. */
function missing({ status, positions = [] }: VectorLeg): string | null {
  if (status === 'missing') return 'missing'
  const unmarked = positions.find(({ mark }) => mark === null)
  return unmarked === undefined ? null : `${unmarked.symbol}.mark`
}

function gapsOf(leg: VectorLeg): Gap[] {
  const reason = missing(leg)
  return reason === null ? [] : [{ leg: leg.id, code: 'incomplete-answer', reason, hint: 'cross', retryable: false }]
}
