import { decodeFunctionResult, type Hex, hexToBytes } from 'viem'
import { compoundV3LensAbi } from '../../abis/lens/compoundV3.ts'
import type { BorrowCurve } from '../risk/lendingPosition.ts'
import { borrowCurve } from './borrowCurve.ts'
import { plainSymbol } from './plainSymbol.ts'
import { demand, LARGEST, priceOrNull, small, timeOrNull, within, ZERO_ADDRESS } from './sightFigures.ts'

/** An asset of the market. `price`: 8 decimals of the market's quote unit; null: its feed gives none. */
export type AssetSight = {
  readonly token: Hex
  readonly symbol: string
  readonly decimals: number
  readonly price: bigint | null
  readonly priceUpdatedAt: bigint | null
  /** The contract that the market takes the price from, in lower case. */
  readonly priceSource: Hex
}

/** The asset that is lent and borrowed. */
export type BaseSight = AssetSight & {
  /** Whether its feed says that it counts in USD, as `USDC / USD` does. */
  readonly feedInUsd: boolean
  /** 1e18 = 100 %. */
  readonly utilization: bigint
  /** A second, not compounded: 1e18 = 100 %. */
  readonly supplyRate: bigint
  readonly borrowRate: bigint
  /** null: not asked, for nobody owes, or not told. */
  readonly curve: BorrowCurve | null
  /** What can be withdrawn or borrowed now; null: the token does not tell. */
  readonly available: bigint | null
}

/** A collateral. Factors: 1e18 = 100 %. */
export type CollateralSight = AssetSight & {
  readonly borrowFactor: bigint
  readonly liquidateFactor: bigint
  readonly liquidationFactor: bigint
  readonly supplyCap: bigint
  readonly totalSupply: bigint
}

export type HeldSight = {
  readonly asset: CollateralSight
  readonly balance: bigint
  /** The wallet's own balance; null: the token did not tell. */
  readonly own: bigint | null
  /** Whether the balance in the market was read. */
  readonly known: boolean
}

export type CometAccountSight = {
  readonly known: boolean
  /** Interest accrued to the block; one of the two is 0. */
  readonly supplied: bigint
  readonly debt: bigint
  /** The market's own view, which leaves out the interest since it was last used; null: it reverts. */
  readonly liquidatable: boolean | null
  readonly native: bigint
  /** The wallet's own balance of the base asset; null: the token did not tell. */
  readonly ownBase: bigint | null
  readonly held: readonly HeldSight[]
}

export type CometSight = {
  readonly supplyPaused: boolean
  readonly withdrawPaused: boolean
  readonly absorbPaused: boolean
  readonly base: BaseSight
  readonly collateral: readonly CollateralSight[]
  /** What the feed of the quote unit says; null: no price, or no feed was asked for. */
  readonly quote: { readonly price: bigint; readonly decimals: number; readonly priceUpdatedAt: bigint | null } | null
  readonly accounts: readonly CometAccountSight[]
}

const WHOLE = 10n ** 18n
/** The contract holds scales in 64 bits, so no token of it has more decimals. */
const MOST_DECIMALS = 19
/** It holds rates in 64 bits, too. */
const HIGHEST_RATE = 2n ** 64n - 1n

/**
 * Decodes and checks what the Compound III lens returned. All or nothing: one figure that cannot be makes the whole unusable.
 *
 * @param wallets - How many wallets were asked for.
 * @returns The market; or null where the bytes are not what the lens writes.
 */
export function decodeComet(bytes: Hex, wallets: number): CometSight | null {
  try {
    const raw = decodeFunctionResult({ abi: compoundV3LensAbi, functionName: 'read', data: bytes })
    const base = toBase(raw.base)
    const collateral = raw.assets.map(toCollateral)
    demand(raw.accounts.length === wallets)
    demand(new Set([base, ...collateral].map(({ token }) => token)).size === collateral.length + 1)
    const { price, decimals, priceUpdatedAt } = raw.quote
    const quoted = priceOrNull(price)
    return {
      supplyPaused: raw.supplyPaused,
      withdrawPaused: raw.withdrawPaused,
      absorbPaused: raw.absorbPaused,
      base,
      collateral,
      quote:
        quoted === null ? null : { price: quoted, decimals: small(decimals, 36n), priceUpdatedAt: timeOrNull(priceUpdatedAt) },
      accounts: raw.accounts.map((account) => toAccount(account, collateral)),
    }
  } catch {
    return null
  }
}

type Raw = ReturnType<typeof decodeFunctionResult<typeof compoundV3LensAbi, 'read'>>
type RawAsset = Pick<Raw['assets'][number], 'token' | 'symbol' | 'scale' | 'price' | 'priceUpdatedAt' | 'priceFeed'>

function toAsset(raw: RawAsset): AssetSight {
  const token = raw.token.toLowerCase() as Hex
  demand(token !== ZERO_ADDRESS)
  return {
    token,
    symbol: plainSymbol(hexToBytes(raw.symbol), token),
    decimals: decimalsOf(raw.scale),
    price: priceOrNull(raw.price),
    priceUpdatedAt: timeOrNull(raw.priceUpdatedAt),
    priceSource: raw.priceFeed.toLowerCase() as Hex,
  }
}

/** The contract divides by a scale, not by decimals: one that is no power of ten would make every amount another one. */
function decimalsOf(scale: bigint): number {
  const decimals = scale.toString().length - 1
  demand(scale === 10n ** BigInt(decimals) && decimals <= MOST_DECIMALS)
  return decimals
}

function toBase(raw: Raw['base']): BaseSight {
  return {
    ...toAsset(raw),
    feedInUsd: / \/ USD\b/.test(new TextDecoder().decode(hexToBytes(raw.feedName))),
    utilization: within(raw.utilization, LARGEST),
    supplyRate: within(raw.supplyRate, HIGHEST_RATE),
    borrowRate: within(raw.borrowRate, HIGHEST_RATE),
    curve: borrowCurve(raw, { whole: WHOLE, highest: HIGHEST_RATE }),
    available: raw.availableKnown && raw.available <= LARGEST ? raw.available : null,
  }
}

function toCollateral(raw: Raw['assets'][number]): CollateralSight {
  return {
    ...toAsset(raw),
    borrowFactor: within(raw.borrowFactor, WHOLE),
    liquidateFactor: within(raw.liquidateFactor, WHOLE),
    liquidationFactor: within(raw.liquidationFactor, WHOLE),
    supplyCap: within(raw.supplyCap, LARGEST),
    totalSupply: within(raw.totalSupply, LARGEST),
  }
}

function toAccount(raw: Raw['accounts'][number], assets: readonly CollateralSight[]): CometAccountSight {
  demand(raw.supplied === 0n || raw.debt === 0n)
  let last = -1n
  const held = raw.balances.map(({ asset: index, balance, own, failed }): HeldSight => {
    const asset = assets[small(index, 127n)]
    if (asset === undefined || index <= last) throw new RangeError('asset')
    last = index
    return {
      asset,
      balance: within(balance, LARGEST),
      // The token is foreign code and may say anything: an absurd balance is no balance.
      own: (failed & 2n) === 0n && own <= LARGEST ? own : null,
      known: (failed & 1n) === 0n,
    }
  })
  return {
    known: raw.ok,
    supplied: within(raw.supplied, LARGEST),
    debt: within(raw.debt, LARGEST),
    liquidatable: raw.liquidatableOk ? raw.liquidatable : null,
    native: within(raw.native, LARGEST),
    ownBase: raw.ownBaseOk && raw.ownBase <= LARGEST ? raw.ownBase : null,
    held,
  }
}
