import { decodeFunctionResult, type Hex, hexToBytes } from 'viem'
import { aaveV3LensAbi } from '../../abis/lens/aaveV3.ts'
import type { AaveV3Position, BorrowCurve } from '../risk/lendingPosition.ts'
import { borrowCurve } from './borrowCurve.ts'
import { type PackedAccount, unpackAccounts } from './packedAccounts.ts'
import { plainSymbol } from './plainSymbol.ts'
import { demand, LARGEST, priceOrNull, small, timeOrNull, within, ZERO_ADDRESS } from './sightFigures.ts'

/** One reserve as the pool has it, before any account's e-mode. Units as in `AaveV3Reserve`. */
export type ReserveSight = {
  readonly token: Hex
  readonly symbol: string
  readonly id: number
  readonly decimals: number
  readonly ltv: bigint
  readonly liquidationThreshold: bigint
  readonly liquidationBonus: bigint
  /** The category the reserve belongs to (before v3.2); 0 for none. */
  readonly eModeCategory: number
  readonly active: boolean
  readonly frozen: boolean
  readonly paused: boolean
  readonly supplyRate: bigint
  readonly borrowRate: bigint
  readonly price: bigint | null
  readonly priceUpdatedAt: bigint | null
  /** The contract that the oracle takes the price from, in lower case; null: it does not tell. */
  readonly priceSource: Hex | null
  /** The highest price that the source can tell now; null: it caps none, or does not say. */
  readonly priceCap: bigint | null
  readonly graceUntil: bigint
  readonly available: bigint
  readonly availableKnown: boolean
  /** Of a reserve that one of the wallets owes; null: not told. */
  readonly utilization: bigint | null
  readonly curve: BorrowCurve | null
}

export type EModeSight = {
  readonly id: number
  readonly ltv: bigint
  readonly liquidationThreshold: bigint
  readonly liquidationBonus: bigint
  readonly collateralBitmap: bigint
  readonly ltvzeroBitmap: bigint
  readonly isolated: boolean
  /** The category's own price; null: the reserves' prices hold. */
  readonly price: bigint | null
}

export type BalanceSight = {
  readonly reserve: ReserveSight
  readonly supplied: bigint
  readonly debt: bigint
  /** What of `debt` is owed at a stable rate. */
  readonly stableDebt: bigint
  /** The wallet's own balance; null: the token did not tell. */
  readonly own: bigint | null
  /** Whether supply and debt were read. */
  readonly known: boolean
}

export type AccountSight = {
  readonly known: boolean
  readonly configuration: bigint
  readonly eMode: EModeSight | null
  /** null: the pool's `getUserAccountData` reverts. The health factor is null without debt. */
  readonly totals: PackedAccount['totals']
  readonly native: bigint
  readonly balances: readonly BalanceSight[]
}

export type MarketSight = {
  /** The Pool, as its PoolAddressesProvider names it, in lower case. */
  readonly pool: Hex
  readonly revision: number
  /** Base currency units of 1 USD; null: the market counts in something else. */
  readonly baseUnit: bigint | null
  readonly sentinel: AaveV3Position['sentinel']
  readonly accounts: readonly AccountSight[]
}

/** As the lens counts them. */
const SENTINELS: readonly AaveV3Position['sentinel'][] = [null, 'lets', 'bars', 'silent']

/**
 * Decodes and checks what the Aave v3 lens returned. All or nothing: one figure that cannot be makes the whole unusable.
 *
 * @param wallets - How many wallets were asked for.
 * @returns The market; or null where the bytes are not what the lens writes.
 */
export function decodeSight(bytes: Hex, wallets: number): MarketSight | null {
  try {
    const raw = decodeFunctionResult({ abi: aaveV3LensAbi, functionName: 'read', data: bytes })
    const curves = new Map(raw.curves.map((curve) => [curve.reserve, curve]))
    demand(curves.size === raw.curves.length && raw.curves.every(({ reserve }) => reserve < BigInt(raw.reserves.length)))
    const reserves = raw.reserves.map((reserve, i) => ({ ...toReserve(reserve), ...useOf(reserve, curves.get(BigInt(i))) }))
    const eModes = raw.eModes.map(toEMode)
    demand(raw.told === BigInt(wallets) && reserves.length <= 128)
    demand(new Set(reserves.map(({ id }) => id)).size === reserves.length)
    demand(new Set(reserves.map(({ token }) => token)).size === reserves.length)
    demand(raw.baseUnit > 0n && raw.baseUnit <= 10n ** 36n)
    demand(raw.pool !== ZERO_ADDRESS)
    return {
      pool: raw.pool.toLowerCase() as Hex,
      revision: small(raw.revision, 1_000_000n),
      baseUnit: raw.baseCurrency === ZERO_ADDRESS ? raw.baseUnit : null,
      sentinel: SENTINELS[small(raw.sentinel, 3n)] as AaveV3Position['sentinel'],
      accounts: unpackAccounts(raw.accounts, wallets).map((account) => toAccount(account, reserves, eModes)),
    }
  } catch {
    return null
  }
}

/**
 * How many wallets, from the first on, the bytes tell of; no more than were asked for. Looks at no more than that.
 *
 * @see AaveV3Lens.sol `MarketSight.told`, the second word
 */
export function walletsTold(bytes: Hex, asked: number): number {
  const word = bytes.slice(2 + 64, 2 + 128)
  return /^[0-9a-f]{64}$/.test(word) && BigInt(`0x${word}`) < BigInt(asked) ? Number(BigInt(`0x${word}`)) : asked
}

type Raw = ReturnType<typeof decodeFunctionResult<typeof aaveV3LensAbi, 'read'>>

const RAY = 10n ** 27n

/** Debt by debt and what is available, to the nearest, as the strategy divides. @see DefaultReserveInterestRateStrategyV2 */
function useOf(
  { available, availableKnown }: Raw['reserves'][number],
  curve: Raw['curves'][number] | undefined,
): Pick<ReserveSight, 'utilization' | 'curve'> {
  if (curve === undefined) return { utilization: null, curve: null }
  const { debt } = curve
  const told = borrowCurve(curve, { whole: RAY, highest: LARGEST })
  const known = told !== null && availableKnown && available <= LARGEST && debt > 0n && debt <= LARGEST
  const all = debt + available
  return { utilization: known ? (debt * RAY + all / 2n) / all : null, curve: told }
}

/** @see ReserveConfiguration: the bits of `configuration`. */
function toReserve(raw: Raw['reserves'][number]): Omit<ReserveSight, 'utilization' | 'curve'> {
  const bits = (from: bigint, mask: bigint) => (raw.configuration >> from) & mask
  const token = raw.underlying.toLowerCase() as Hex
  demand(token !== ZERO_ADDRESS)
  return {
    token,
    symbol: plainSymbol(hexToBytes(raw.symbol), token),
    id: small(raw.id, 127n),
    decimals: small(bits(48n, 0xffn), 36n),
    ltv: within(bits(0n, 0xffffn), 10_000n),
    liquidationThreshold: within(bits(16n, 0xffffn), 10_000n),
    liquidationBonus: bits(32n, 0xffffn),
    eModeCategory: Number(bits(168n, 0xffn)),
    active: bits(56n, 1n) === 1n,
    frozen: bits(57n, 1n) === 1n,
    paused: bits(60n, 1n) === 1n,
    supplyRate: within(raw.supplyRate, LARGEST),
    borrowRate: within(raw.borrowRate, LARGEST),
    price: priceOrNull(raw.price),
    priceUpdatedAt: timeOrNull(raw.priceUpdatedAt),
    priceSource: raw.priceSource === ZERO_ADDRESS ? null : (raw.priceSource.toLowerCase() as Hex),
    priceCap: priceOrNull(raw.priceCap),
    graceUntil: within(raw.graceUntil, 2n ** 40n),
    available: raw.availableKnown && raw.available <= LARGEST ? raw.available : 0n,
    availableKnown: raw.availableKnown && raw.available <= LARGEST,
  }
}

function toEMode(raw: Raw['eModes'][number]): EModeSight {
  return {
    id: small(raw.id, 255n),
    ltv: within(raw.ltv, 10_000n),
    liquidationThreshold: within(raw.liquidationThreshold, 10_000n),
    liquidationBonus: within(raw.liquidationBonus, 0xffffn),
    collateralBitmap: within(raw.collateralBitmap, LARGEST),
    ltvzeroBitmap: within(raw.ltvzeroBitmap, LARGEST),
    isolated: raw.isolated,
    price: priceOrNull(raw.price),
  }
}

function toAccount(raw: PackedAccount, reserves: readonly ReserveSight[], eModes: readonly EModeSight[]): AccountSight {
  const eMode = raw.eMode === 0n ? null : eModes.find(({ id }) => BigInt(id) === raw.eMode)
  if (eMode === undefined) throw new RangeError('e-mode')
  if (raw.totals !== null) demand(raw.totals.collateral <= LARGEST && raw.totals.debt <= LARGEST)
  let last = -1
  const balances = raw.balances.map((balance) => {
    const reserve = reserves[balance.reserve]
    if (reserve === undefined || balance.reserve <= last) throw new RangeError('reserve')
    last = balance.reserve
    return {
      reserve,
      supplied: within(balance.supplied, LARGEST),
      debt: within(balance.variableDebt, LARGEST) + within(balance.stableDebt, LARGEST),
      stableDebt: balance.stableDebt,
      // The token is foreign code and may say anything: an absurd balance is no balance.
      own: !balance.notOwned && balance.own <= LARGEST ? balance.own : null,
      known: !balance.unread,
    }
  })
  const { known, configuration, totals } = raw
  return { known, configuration, eMode, totals, native: within(raw.native, LARGEST), balances }
}
