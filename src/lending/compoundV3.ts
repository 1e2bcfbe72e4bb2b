import { type Address, encodeFunctionData, zeroAddress } from 'viem'
import { compoundV3LensAbi, compoundV3LensCode } from '../../abis/lens/compoundV3.ts'
import { IncompleteAnswerError, TrackerError, UnsupportedError } from '../errors.ts'
import type { Asset } from '../risk/asset.ts'
import { type Decimal, dec, fromUnits, ONE } from '../risk/decimal.ts'
import { gapOf } from '../risk/gap.ts'
import type { Cash, Gap } from '../risk/leg.ts'
import type { CompoundV3Position, CompoundV3Rates } from '../risk/lendingPosition.ts'
import { COMPOUND_V3_MARKETS, listedQuote } from './compoundV3Markets.ts'
import { type AssetSight, type BaseSight, type CometAccountSight, type CometSight, decodeComet } from './compoundV3Sight.ts'
import { shortAddress } from './plainSymbol.ts'
import type { LendingProtocol, Market, ReadContext, Reading } from './protocol.ts'
import { readMarkets } from './readMarkets.ts'
import { assetOf, walletCash } from './walletCash.ts'

/** Compound III (Comet), with up to 15 collaterals or, as extended, 24. @see compound-finance/comet `CometWithExtendedAssetList` */
export const compoundV3: LendingProtocol = {
  name: 'compound-v3',
  title: 'Compound III',
  supports:
    'debts with interest accrued to the block, up to 24 collaterals, markets that count in ETH, wstETH or BTC; rewards are not counted',
  liquidation: "computed in the market's own integers; its own view of the account beside it",
  markets: COMPOUND_V3_MARKETS,
  lens: compoundV3LensCode,
  ask: (markets, wallets) =>
    markets.map((market) => {
      const args = [market.address, listedQuote(market)?.feed ?? zeroAddress, wallets] as const
      return encodeFunctionData({ abi: compoundV3LensAbi, functionName: 'read', args })
    }),
  read: (markets, wallets, answers, context) =>
    readMarkets(markets, answers, (market, bytes) => {
      const sight = decodeComet(bytes, wallets.length)
      return sight === null ? null : readMarket({ market, sight, context, unit: unitOf(market, sight, context) }, wallets)
    }),
}

/** What the market's prices are counted in: `quote` null for USD. */
type Unit = { readonly quote: Asset | null; readonly quoteUsd: Decimal }

/** A market as it was seen. `unit`: or why it is not known. */
type Scene = {
  readonly market: Market
  readonly sight: CometSight
  readonly context: ReadContext
  readonly unit: Unit | TrackerError
}

/** 8 decimals of the quote unit: every feed of a market has them. @see Comet `PRICE_FEED_DECIMALS` */
const PRICE_DECIMALS = 8

function unitOf(market: Market, { base, quote }: CometSight, context: ReadContext): Unit | TrackerError {
  const listed = listedQuote(market)
  const inUsd = { quote: null, quoteUsd: ONE }
  if (listed === null) return inUsd
  // A market of the user's own: nobody but its feeds tells what it counts in, and USD may not be taken for granted.
  if (listed === undefined)
    return base.feedInUsd ? inUsd : new UnsupportedError(market.title, 'counts in a currency that is not known here')
  const { token, symbol } = listed
  if (quote !== null) return { quote: assetOf(context, { token, symbol }), quoteUsd: fromUnits(quote.price, quote.decimals) }
  return new IncompleteAnswerError(market.title, 'price', {
    what: `has no worth in USD: it counts in ${symbol}, and the feed of its price is dead`,
    hint: 'Its health can do without, but nothing else of it can be told, so it is left unknown until the feed is back.',
    retryable: true,
  })
}

function readMarket(scene: Scene, wallets: readonly Address[]): Reading {
  const positions: CompoundV3Position[] = []
  const cash: Cash[] = []
  const gaps: Gap[] = []
  const notes: string[] = []
  for (const [i, account] of scene.sight.accounts.entries()) {
    const wallet = wallets[i] as Address
    const read = readAccount(scene, wallet, account)
    if (read instanceof TrackerError) gaps.push(gapOf(positionId(scene.market, wallet), read))
    else if (read !== null) positions.push(read)
    const own = walletCash(wallet, ownBalances(scene, account), scene.context)
    cash.push(...own.cash)
    notes.push(...own.notes)
  }
  return { positions, cash, gaps, notes }
}

/** The wallet's position; null where it has none; or why it cannot be told. */
function readAccount(scene: Scene, wallet: Address, account: CometAccountSight): CompoundV3Position | TrackerError | null {
  const { market, sight, context, unit } = scene
  const who = `${market.title}, ${shortAddress(wallet)},`
  if (!account.known) return new IncompleteAnswerError(who, 'borrowBalanceOf')
  const unread = account.held.filter(({ known }) => !known).map(({ asset }) => asset.symbol)
  if (unread.length > 0) return new IncompleteAnswerError(who, `balances of ${unread.join(', ')}`)
  const held = account.held.filter(({ balance }) => balance > 0n)
  const baseBalance = account.supplied - account.debt
  if (held.length === 0 && baseBalance === 0n) return null
  // The position type asks for USD of the quote unit, as everything beyond health does: without it there is no position.
  if (unit instanceof TrackerError) return unit
  const used: readonly AssetSight[] = [...held.map(({ asset }) => asset), ...(baseBalance === 0n ? [] : [sight.base])]
  const dead = used.filter(({ price }) => price === null).map(({ symbol }) => symbol)
  if (dead.length > 0) return deadPrice(who, dead)
  if (account.liquidatable === null) return new IncompleteAnswerError(who, 'isLiquidatable')
  return {
    kind: 'lending',
    protocol: 'compound-v3',
    id: positionId(market, wallet),
    venue: market.title,
    wallet,
    contract: market.address.toLowerCase(),
    base: pricedAsset(scene, sight.base),
    baseBalance,
    rates: ratesOf(sight.base, baseBalance),
    collateral: held.map(({ asset, balance }) => ({
      ...pricedAsset(scene, asset),
      balance,
      borrowFactor: asset.borrowFactor,
      liquidateFactor: asset.liquidateFactor,
      liquidationFactor: asset.liquidationFactor,
    })),
    ...unit,
    absorbPaused: sight.absorbPaused,
    supplyPaused: sight.supplyPaused,
    withdrawPaused: sight.withdrawPaused,
    baseAvailable: sight.base.available,
    reported: { liquidatable: account.liquidatable },
    source: {
      name: context.chainName,
      readAt: context.readAt,
      venueTime: Number(context.block.timestamp) * 1000,
      block: context.block,
      operators: context.operators,
      confirmed: context.confirmed,
      notes: context.notes,
    },
  }
}

function ratesOf({ utilization, supplyRate, borrowRate, curve }: BaseSight, baseBalance: bigint): CompoundV3Rates {
  return { utilization, supply: supplyRate, borrow: borrowRate, curve: baseBalance < 0n ? curve : null }
}

function pricedAsset({ context }: Scene, asset: AssetSight): CompoundV3Position['base'] {
  return { asset: assetOf(context, asset), decimals: asset.decimals, price: asset.price, priceUpdatedAt: asset.priceUpdatedAt }
}

function ownBalances({ sight, unit }: Scene, account: CometAccountSight): Parameters<typeof walletCash>[1] {
  const balances = [{ asset: sight.base, own: account.ownBase }, ...account.held]
  return {
    native: account.native,
    balances: balances.map(({ asset: { token, symbol, decimals, price }, own }) => ({
      ...{ token, symbol, decimals, own },
      price: price === null || unit instanceof TrackerError ? null : unit.quoteUsd.times(dec(price)).div(10 ** PRICE_DECIMALS),
    })),
  }
}

/** Without a price the market can neither weigh the account nor absorb it. @see Comet `getPrice`: `BadPrice` */
function deadPrice(who: string, symbols: readonly string[]): TrackerError {
  return new IncompleteAnswerError(who, 'price', {
    what: `has no health: its feed gives no price for ${symbols.join(', ')}`,
    hint: 'The market itself cannot weigh the account until the price feed is back; nothing is assumed in its place.',
    retryable: true,
  })
}

function positionId(market: Market, wallet: Address): string {
  return `${market.protocol}/${market.name}/${wallet.toLowerCase()}`
}
