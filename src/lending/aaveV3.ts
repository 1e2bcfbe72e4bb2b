import { type Address, encodeFunctionData } from 'viem'
import { aaveV3LensAbi, aaveV3LensCode } from '../../abis/lens/aaveV3.ts'
import { IncompleteAnswerError, type TrackerError, UnsupportedError } from '../errors.ts'
import { dec } from '../risk/decimal.ts'
import { gapOf } from '../risk/gap.ts'
import type { Cash, Gap } from '../risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve } from '../risk/lendingPosition.ts'
import { AAVE_V3_MARKETS } from './aaveV3Markets.ts'
import {
  type AccountSight,
  type BalanceSight,
  decodeSight,
  type EModeSight,
  type MarketSight,
  type ReserveSight,
  walletsTold,
} from './aaveV3Sight.ts'
import { shortAddress } from './plainSymbol.ts'
import type { LendingProtocol, Market, ReadContext, Reading } from './protocol.ts'
import { readMarkets } from './readMarkets.ts'
import { assetOf, type OwnBalance, walletCash } from './walletCash.ts'

/** Aave v3, pool revisions 1 (v3.0) to 11 (v3.7). @see aave-v3-origin `GenericLogic`, `Pool` */
export const aaveV3: LendingProtocol = {
  name: 'aave-v3',
  title: 'Aave v3',
  supports: 'revisions 3.0 to 3.7, e-modes too; rewards are not counted',
  liquidation: "computed in the pool's own integers, revision by revision; the pool's own health factor beside it",
  markets: AAVE_V3_MARKETS,
  lens: aaveV3LensCode,
  ask: (markets, wallets) =>
    markets.map((market) => encodeFunctionData({ abi: aaveV3LensAbi, functionName: 'read', args: [market.address, wallets] })),
  told: walletsTold,
  read: (markets, wallets, answers, context) =>
    readMarkets(markets, answers, (market, bytes) => {
      const sight = decodeSight(bytes, wallets.length)
      return sight === null ? null : readMarket({ market, sight, context }, wallets)
    }),
}

/** A market as it was seen. */
type Scene = { readonly market: Market; readonly sight: MarketSight; readonly context: ReadContext }

function readMarket(scene: Scene, wallets: readonly Address[]): Reading {
  const { context } = scene
  const positions: AaveV3Position[] = []
  const cash: Cash[] = []
  const gaps: Gap[] = []
  const notes: string[] = []
  for (const [i, account] of scene.sight.accounts.entries()) {
    const wallet = wallets[i] as Address
    const read = readAccount(scene, wallet, account)
    if (read !== null && 'kind' in read) positions.push(read)
    else if (read !== null) gaps.push(gapOf(positionId(scene.market, wallet), read))
    const own = walletCash(
      wallet,
      { balances: account.balances.map((one) => ownBalance(scene, one)), native: account.native },
      context,
    )
    cash.push(...own.cash)
    notes.push(...own.notes)
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
  const shared = sharedPrice(sight.revision, account.eMode, used)
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
    sentinel: sight.sentinel,
    reserves,
    reported: { totalCollateral: collateral, totalDebt: debt, healthFactor },
    source: {
      name: context.chainName,
      readAt: context.readAt,
      venueTime: Number(context.block.timestamp) * 1000,
      block: context.block,
      operators: context.operators,
      confirmed: context.confirmed,
      notes: [...context.notes, ...held, ...shared],
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
    priceCap: reserve.priceCap,
    supplied,
    collateral: ((configuration >> BigInt(reserve.id * 2 + 1)) & 1n) === 1n,
    debt,
    stableDebt,
    ...parametersOf(sight.revision, reserve, eMode),
    supplyRate: reserve.supplyRate,
    borrowRate: reserve.borrowRate,
    ...(debt > 0n ? { utilization: reserve.utilization, curve: reserve.curve } : { utilization: null, curve: null }),
    active: reserve.active,
    frozen: reserve.frozen,
    paused: reserve.paused,
    graceUntil: reserve.graceUntil,
    availableLiquidity: reserve.available,
  }
}

/** Where several reserves have one price, no price of one of them alone means anything on chain. */
function sharedPrice(revision: number, eMode: EModeSight | null, used: readonly BalanceSight[]): readonly string[] {
  const inside = used.filter(({ reserve }) => reserve.eModeCategory === eMode?.id)
  if (revision >= 5 || eMode === null || eMode.price === null || inside.length < 2) return []
  return [
    `e-mode category ${eMode.id} has one price for all its assets: they move together, whatever each of them does elsewhere`,
  ]
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

function ownBalance({ sight: { baseUnit } }: Scene, { reserve, own }: BalanceSight): OwnBalance {
  const { token, symbol, decimals, price } = reserve
  return { token, symbol, decimals, own, price: price === null || baseUnit === null ? null : dec(price).div(dec(baseUnit)) }
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
