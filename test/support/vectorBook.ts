import { dec, ONE, toUnits } from '../../src/risk/decimal.ts'
import type { AaveV3Position, AaveV3Reserve, Asset, Leg, MarginAccount, MarginTier, Snapshot } from '../../src/risk/leg.ts'
import { aChainSource, anExchangeSource, aReserve, BINANCE_RULES, NOW } from './books.ts'

/** A worked book of `risk-vectors.json` (its `meta.fields` defines the input), in our own types. */

type VectorAsset = { price?: string | null; factor?: string; basis?: string }
type VectorPosition = {
  symbol: string
  factor: string
  contract: 'linear' | 'inverse'
  side: 'long' | 'short'
  qty: string
  entry: string
  mark: string
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
        mark: dec(p.mark),
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
      .filter(({ status }) => status !== 'missing')
      .flatMap((leg): Leg[] => (leg.type === 'futures' ? pools(leg) : [loan(leg)])),
    cash: (book.cash ?? []).map(({ id, asset: name, amount }) => {
      const usd = price(name)
      return { id, place: id, asset: asset(name), amount: dec(amount), price: usd === null ? null : dec(usd) }
    }),
    gaps: [],
    notes: [],
  }
}
