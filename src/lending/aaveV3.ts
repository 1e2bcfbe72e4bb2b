import { type Address, encodeFunctionData } from 'viem'
import { aaveV3LensAbi, aaveV3LensCode } from '../../abis/lens/aaveV3.ts'
import { IncompleteAnswerError, type TrackerError, UnsupportedError } from '../errors.ts'
import type { Asset } from '../risk/asset.ts'
import { dec, fromUnits } from '../risk/decimal.ts'
import type { Cash, Gap } from '../risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve } from '../risk/lendingPosition.ts'
import {
  type AccountSight,
  type BalanceSight,
  decodeSight,
  type EModeSight,
  type MarketSight,
  type ReserveSight,
} from './aaveV3Sight.ts'
import { NATIVE, nativeCoin } from './chains.ts'
import { shortAddress } from './plainSymbol.ts'
import type { LendingProtocol, Market, ReadContext, Reading } from './protocol.ts'

/** Aave v3, pool revisions 1 (v3.0) to 11 (v3.7). @see aave-v3-origin `GenericLogic`, `Pool` */
export const aaveV3: LendingProtocol = {
  name: 'aave-v3',
  lens: aaveV3LensCode,
  ask: (markets, wallets) =>
    markets.map((market) => encodeFunctionData({ abi: aaveV3LensAbi, functionName: 'read', args: [market.address, wallets] })),
  read: (markets, wallets, answers, context) => {
    const readings = markets.map((market, i): Reading => {
      const answer = answers[i]
      const venue = market.title
      if (answer === undefined) return nothingOf(venue, new IncompleteAnswerError(venue, 'market'))
      if (!answer.ok) return nothingOf(venue, new IncompleteAnswerError(venue, 'market', { what: answer.reason }))
      const sight = decodeSight(answer.bytes, wallets.length)
      if (sight === null) return nothingOf(venue, new IncompleteAnswerError(venue, 'market'))
      return readMarket({ market, sight, context }, wallets)
    })
    return {
      positions: readings.flatMap(({ positions }) => positions),
      cash: readings.flatMap(({ cash }) => cash),
      gaps: readings.flatMap(({ gaps }) => gaps),
      notes: readings.flatMap(({ notes }) => notes),
    }
  },
}

/** A market as it was seen. */
type Scene = { readonly market: Market; readonly sight: MarketSight; readonly context: ReadContext }

function readMarket(scene: Scene, wallets: readonly Address[]): Reading {
  const positions: AaveV3Position[] = []
  const cash: Cash[] = []
  const gaps: Gap[] = []
  const notes: string[] = []
  for (const [i, account] of scene.sight.accounts.entries()) {
    const wallet = wallets[i] as Address
    const read = readAccount(scene, wallet, account)
    if (read !== null && 'kind' in read) positions.push(read)
    else if (read !== null) gaps.push(gapOf(positionId(scene.market, wallet), read))
    cash.push(...readCash(scene, wallet, account))
    for (const { own, reserve } of account.balances) {
      if (own === null)
        notes.push(`${place(scene, wallet)}: the balance of ${reserve.symbol} could not be read; it is not counted as cash`)
    }
  }
  return { positions, cash, gaps, notes }
}

/** The wallet's position; null where it has none; or why it cannot be told. */
function readAccount(scene: Scene, wallet: Address, account: AccountSight): AaveV3Position | TrackerError | null {
  const { market, sight, context } = scene
  const who = `${market.title}, ${shortAddress(wallet)},`
  if (!account.known) return new IncompleteAnswerError(who, 'getUserConfiguration')
  const unread = account.balances.filter(({ known }) => !known).map(({ reserve }) => reserve.symbol)
  if (unread.length > 0) return new IncompleteAnswerError(who, `balances of ${unread.join(', ')}`)
  const used = account.balances.filter(({ supplied, debt }) => supplied > 0n || debt > 0n)
  if (used.length === 0) {
    // The pool speaks of a debt that no reserve shows: something was held back from us.
    return account.totals !== null && account.totals.debt > 0n ? new IncompleteAnswerError(who, 'debts') : null
  }
  if (sight.baseUnit === null) return new UnsupportedError(who, 'counts in a currency other than USD, which is not known here')
  const reserves = used.map((balance) => readReserve(scene, account, balance))
  if (account.totals === null) return deadPrice(who, reserves)
  const { collateral, debt, healthFactor } = account.totals
  const unknown = used.filter(({ reserve }) => !reserve.availableKnown).map(({ reserve }) => reserve.symbol)
  const held = unknown.map(
    (symbol) => `${symbol}: the token does not tell what the pool holds of it; counted as nothing to withdraw`,
  )
  return {
    kind: 'lending',
    protocol: 'aave-v3',
    id: positionId(market, wallet),
    venue: market.title,
    wallet,
    contract: sight.pool,
    revision: sight.revision,
    baseUnit: sight.baseUnit,
    eModeCategory: account.eMode?.id ?? 0,
    reserves,
    // Without debt the contract says 2^256 - 1, which is no figure.
    reported: { totalCollateral: collateral, totalDebt: debt, healthFactor: debt === 0n ? null : healthFactor },
    source: {
      name: context.chainName,
      readAt: context.readAt,
      venueTime: Number(context.block.timestamp) * 1000,
      block: context.block,
      operators: context.operators,
      confirmed: context.confirmed,
      notes: [...context.notes, ...held],
    },
  }
}

function readReserve({ sight, context }: Scene, account: AccountSight, balance: BalanceSight): AaveV3Reserve {
  const { reserve, supplied, debt, stableDebt } = balance
  const { eMode, configuration } = account
  return {
    asset: assetOf(context, reserve),
    id: reserve.id,
    decimals: reserve.decimals,
    price: priceOf(sight.revision, reserve, eMode),
    priceUpdatedAt: reserve.priceUpdatedAt,
    priceSource: reserve.priceSource,
    supplied,
    collateral: ((configuration >> BigInt(reserve.id * 2 + 1)) & 1n) === 1n,
    debt,
    stableDebt,
    ...parametersOf(sight.revision, reserve, eMode),
    supplyRate: reserve.supplyRate,
    borrowRate: reserve.borrowRate,
    active: reserve.active,
    frozen: reserve.frozen,
    paused: reserve.paused,
    graceUntil: reserve.graceUntil,
    availableLiquidity: reserve.available,
  }
}

/** Before v3.2 a category may have a price of its own for all its reserves, collateral and debt alike. */
function priceOf(revision: number, reserve: ReserveSight, eMode: EModeSight | null): bigint | null {
  const own = revision < 5 && eMode !== null && reserve.eModeCategory === eMode.id ? eMode.price : null
  return own ?? reserve.price
}

type Parameters = Pick<AaveV3Reserve, 'inEMode' | 'ltv' | 'liquidationThreshold' | 'liquidationBonus'>

/**
 * What counts for this account, as its pool's revision does it.
 *
 * @see GenericLogic.calculateUserAccountData (to v3.5: a reserve without a threshold of its own is no collateral in any
 * e-mode), ValidationLogic.getUserReserveLtv (v3.6, v3.7)
 */
function parametersOf(revision: number, reserve: ReserveSight, eMode: EModeSight | null): Parameters {
  const { ltv, liquidationThreshold, liquidationBonus } = reserve
  const listed =
    eMode !== null &&
    (revision < 5 ? reserve.eModeCategory === eMode.id : ((eMode.collateralBitmap >> BigInt(reserve.id)) & 1n) === 1n)
  const decoupled = revision >= 10
  if (!listed || (!decoupled && liquidationThreshold === 0n)) {
    return { inEMode: false, ltv: eMode?.isolated ? 0n : ltv, liquidationThreshold, liquidationBonus }
  }
  const withoutLtv = decoupled ? ((eMode.ltvzeroBitmap >> BigInt(reserve.id)) & 1n) === 1n : ltv === 0n
  return {
    inEMode: true,
    ltv: withoutLtv ? 0n : eMode.ltv,
    liquidationThreshold: eMode.liquidationThreshold,
    liquidationBonus: eMode.liquidationBonus,
  }
}

function readCash({ market, sight, context }: Scene, wallet: Address, account: AccountSight): readonly Cash[] {
  const where = place({ context }, wallet)
  const id = (key: string) => `cash/${wallet.toLowerCase()}/${key}`
  const tokens = account.balances.flatMap(({ reserve, own }): readonly Cash[] => {
    if (own === null || own === 0n) return []
    const asset = assetOf(context, reserve)
    const price = reserve.price === null || sight.baseUnit === null ? null : dec(reserve.price).div(dec(sight.baseUnit))
    return [{ id: id(asset.key), place: where, asset, amount: fromUnits(own, reserve.decimals), price }]
  })
  if (account.native === 0n) return tokens
  const key = `eip155:${market.chainId}/${NATIVE}`
  const asset: Asset = { key, symbol: nativeCoin(market.chainId), ...context.factorOf(market.chainId, NATIVE) }
  return [...tokens, { id: id(key), place: where, asset, amount: fromUnits(account.native, 18), price: null }]
}

function assetOf(context: ReadContext, { token, symbol }: ReserveSight): Asset {
  const { chainId } = context.block
  return { key: `eip155:${chainId}/${token}`, symbol, ...context.factorOf(chainId, token) }
}

/** `getUserAccountData` reverts: with a reserve without price that is the reason, as far as can be seen from outside. */
function deadPrice(who: string, reserves: readonly AaveV3Reserve[]): TrackerError {
  const dead = reserves.filter(({ price }) => price === null).map(({ asset }) => asset.symbol)
  if (dead.length === 0) return new IncompleteAnswerError(who, 'getUserAccountData')
  return new IncompleteAnswerError(who, 'price', {
    what: `has no health: the oracle gives no price for ${dead.join(', ')}`,
    hint: 'The pool itself cannot tell the health until the price feed is back; nothing is assumed in its place.',
    retryable: true,
  })
}

function positionId(market: Market, wallet: Address): string {
  return `${market.protocol}/${market.name}/${wallet.toLowerCase()}`
}

function place({ context }: { readonly context: ReadContext }, wallet: Address): string {
  return `wallet ${shortAddress(wallet)} on ${context.chainName}`
}

function nothingOf(leg: string, error: TrackerError): Reading {
  return { positions: [], cash: [], gaps: [gapOf(leg, error)], notes: [] }
}

function gapOf(leg: string, { code, message, hint, retryable }: TrackerError): Gap {
  return { leg, code, reason: message, hint, retryable }
}
