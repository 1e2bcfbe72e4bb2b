import type { Asset } from '../../src/risk/asset.ts'
import { dec, ONE, sum, toUnits } from '../../src/risk/decimal.ts'
import type { Leg, Snapshot } from '../../src/risk/leg.ts'
import type {
  AaveV3Position,
  AaveV3Reserve,
  AaveV4Position,
  AaveV4Reserve,
  CompoundV3Position,
  LendingPosition,
} from '../../src/risk/lendingPosition.ts'
import type { MarginAccount, MarginTier } from '../../src/risk/marginAccount.ts'
import type { VectorBook as Book, VectorLeg } from '../vectors/form.ts'
import { idOf, isolated, unknownOf } from '../vectors/unknownLegs.ts'
import { aChainSource, anExchangeSource, aReserve, BINANCE_RULES, NOW, SPOKE_RULES } from './books.ts'

/** A worked book of `risk-vectors.json` (its `meta.fields` defines the input), in our own types. */

export type VectorBook = Book

const bps = (share: string): bigint => toUnits(dec(share), 4, 'down')
const e18 = (amount: string): bigint => toUnits(dec(amount), 18, 'down')

export function vectorSnapshot(book: VectorBook): Snapshot {
  const asset = (name: string): Asset => {
    const { factor, basis } = book.assets[name] ?? {}
    return { key: name, symbol: name, factor: factor ?? `OWN:${name}`, basis: basis ?? null }
  }
  const price = (name: string): string | null => (Object.hasOwn(book.assets, name) ? (book.assets[name]?.price ?? null) : null)
  const oracle = (name: string): bigint | null => {
    const usd = price(name)
    return usd === null ? null : toUnits(dec(usd), 8, 'down')
  }
  const loan = (leg: VectorLeg): AaveV3Position => {
    const owes = new Set((leg.borrows ?? []).map((one) => one.asset))
    const supplies = leg.supplies ?? []
    const bare = [...owes].filter((name) => !supplies.some((one) => one.asset === name))
    // An asset may be supplied twice, as collateral and not: what is owed of it stands with the first.
    const rows = [
      ...supplies.map((supply, i) => ({ ...supply, owes: supplies.findIndex((one) => one.asset === supply.asset) === i })),
      ...bare.map((name) => ({ asset: name, amount: '0', lt: '0', ltv: '0', bonus: '0', collateral: false, owes: true })),
    ]
    const reserves = rows.map((row, id): AaveV3Reserve => {
      const inEMode = leg.eMode?.collateral.includes(row.asset) ?? false
      const { lt = '0', ltv = '0', bonus = '0' } = (inEMode ? leg.eMode : row) ?? row
      const owed = sum((leg.borrows ?? []).filter((one) => row.owes && one.asset === row.asset).map(({ amount }) => dec(amount)))
      return aReserve({
        asset: asset(row.asset),
        id,
        decimals: 18,
        price: oracle(row.asset),
        supplied: e18(row.amount),
        debt: toUnits(owed, 18, 'up'),
        collateral: row.collateral !== false,
        inEMode,
        ltv: bps(ltv),
        liquidationThreshold: bps(lt),
        liquidationBonus: 10_000n + bps(bonus),
      })
    })
    return {
      kind: 'lending',
      protocol: 'aave-v3',
      id: leg.id,
      venue: leg.id,
      wallet: '0x',
      contract: null,
      revision: 11,
      baseUnit: 100_000_000n,
      eModeCategory: leg.eMode === undefined ? 0 : 1,
      sentinel: null,
      reserves,
      reported: { totalCollateral: 0n, totalDebt: 0n, healthFactor: null },
      source: aChainSource(),
    }
  }
  const comet = (leg: VectorLeg): CompoundV3Position => ({
    kind: 'lending',
    protocol: 'compound-v3',
    rates: null,
    id: leg.id,
    venue: leg.id,
    wallet: '0x',
    contract: null,
    base: { asset: asset(leg.base as string), decimals: 18, price: oracle(leg.base as string), priceUpdatedAt: null },
    baseBalance: e18(leg.baseBalance as string),
    collateral: (leg.collateral ?? []).map((held) => ({
      asset: asset(held.asset),
      decimals: 18,
      balance: e18(held.amount),
      ...{ price: oracle(held.asset), priceUpdatedAt: null },
      borrowFactor: e18(held.borrowCF),
      liquidateFactor: e18(held.liquidateCF),
      liquidationFactor: e18(held.liquidationFactor),
    })),
    quote: null,
    quoteUsd: ONE,
    absorbPaused: false,
    ...{ supplyPaused: null, withdrawPaused: null, baseAvailable: null },
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
  const pools = (leg: VectorLeg, lacking: ReadonlySet<string>): MarginAccount[] => {
    const settleName = leg.settle as string
    const usd = dec(leg.coinMark ?? (price(settleName) as string))
    const whole = (leg.positions ?? []).filter((p) => isolated(p) && !lacking.has(idOf(leg, p)))
    const crossed = (leg.positions ?? []).filter((p) => !isolated(p) && !lacking.has(leg.id))
    const positions = [...crossed, ...whole].map((p) => {
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
        funding: null,
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
      reported: { equity: null, maintenance: null, initialMargin: null, withdrawable: null },
      circumstances: null,
      source: anExchangeSource(),
    }
    const held = (name: string, amount: string, ratio?: string) => ({
      asset: asset(name),
      amount: dec(amount),
      price: name === settleName ? usd : dec(price(name) as string),
      priceFrom: 'venue' as const,
      ratio: ratio === undefined ? ONE : dec(ratio),
    })
    const cross = (): MarginAccount => ({
      ...shared,
      id: leg.id,
      margin: 'cross',
      wallet: (leg.wallet ?? []).map(({ asset: name, amount, ratio }) => held(name, amount, ratio)),
      orderMargin: dec(leg.openOrderMargin ?? '0'),
      positions: positions.filter((p) => !isolated(p)).map(({ position }) => position),
    })
    const apart = positions.filter(isolated).map(
      ({ position, isoMargin }): MarginAccount => ({
        ...shared,
        id: idOf(leg, position),
        margin: 'isolated',
        wallet: [held(settleName, isoMargin as string)],
        orderMargin: dec(0),
        positions: [position],
      }),
    )
    return lacking.has(leg.id) ? apart : [cross(), ...apart]
  }
  const unknown = book.legs.flatMap((leg) => unknownOf(leg, price))
  const isPriced = ({ coinMark, settle }: VectorLeg): boolean => coinMark !== undefined || price(settle as string) !== null
  const lacking = new Set(unknown.map(({ leg }) => leg))
  return {
    book: 'vector',
    at: NOW,
    legs: book.legs.flatMap((leg): Leg[] => {
      if (leg.status === 'missing') return []
      if (leg.type === 'futures') return isPriced(leg) ? pools(leg, lacking) : []
      return lacking.has(leg.id) ? [] : [lending(leg)]
    }),
    cash: (book.cash ?? []).map(({ id, asset: name, amount }) => {
      const usd = price(name)
      return { id, place: id, asset: asset(name), amount: dec(amount), price: usd === null ? null : dec(usd) }
    }),
    gaps: unknown,
    disputes: [],
    oneSource: [],
    notes: [],
  }
}
