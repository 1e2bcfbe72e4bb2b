import type { Asset } from './asset.ts'
import { type Coin, coinsOf } from './coins.ts'
import { pathsOf } from './corridor.ts'
import { Decimal, ONE, sum, ZERO } from './decimal.ts'
import { keepFraction, type Shocked } from './keepFraction.ts'
import type { Leg } from './leg.ts'
import type { LendingPosition } from './lendingPosition.ts'
import type { FuturesPosition, MarginAccount } from './marginAccount.ts'
import { needCurve, type Reference } from './need.ts'
import { alongOne, type Path } from './path.ts'
import { lendingRule } from './rules/lending.ts'
import { notionalAt } from './rules/margin.ts'

/** One way to reach a wanted room without any cash: a part of a position closed, or of a collateral sold to repay. */
export type Reduction =
  | {
      readonly what: 'close'
      readonly leg: string
      readonly symbol: string
      readonly side: FuturesPosition['side']
      /** Share of the position that stays. */
      readonly keep: Decimal
      /** What is closed, USD at today's mark. */
      readonly usd: Decimal
    }
  | {
      readonly what: 'sell-collateral'
      readonly leg: string
      readonly asset: Asset
      /** What is repaid with it. */
      readonly repays: Asset
      /** What is sold, USD. */
      readonly usd: Decimal
    }

/** What a reduction has to reach, and what trading costs. */
export type ReductionTerms = {
  /** 0.25: survive a fall to 0.75 and a rise to 1/0.75. */
  readonly fall: Decimal
  readonly sides: Reference['sides']
  /** Share of what is closed or sold. */
  readonly feeRate: Decimal
}

/**
 * For every leg that does not survive the wanted move: the ways to reduce it so that it does, the smallest first; each is enough
 * by itself for its leg. A leg for which none is enough has no entry.
 *
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 3 A4
 */
export function reductionsOf(legs: readonly Leg[], terms: ReductionTerms): readonly Reduction[] {
  const paths = pathsOf(legs).filter(({ kind }) => kind !== 'peg')
  const found = legs.flatMap((leg): readonly Reduction[] =>
    leg.kind === 'futures' ? closings(leg, paths, terms) : sales(leg, paths, terms),
  )
  return found.toSorted((a, b) => a.usd.comparedTo(b.usd))
}

function closings(
  account: MarginAccount,
  paths: readonly Path[],
  { fall, sides, feeRate }: ReductionTerms,
): readonly Reduction[] {
  const low = ONE.minus(fall)
  const ends = [ONE, ...sides.map((side) => (side === 'down' ? low : ONE.div(low)))]
  const moves: Shocked[] = paths.flatMap((path) => ends.map((at) => ({ path, at })))
  return account.positions.flatMap((position) => {
    const keep = keepFraction(account, position, { moves, feeRate })
    if (keep === null || keep.eq(ONE)) return []
    const usd = notionalAt(position, position.mark).times(account.settlePrice).times(ONE.minus(keep))
    return [{ what: 'close' as const, leg: account.id, symbol: position.symbol, side: position.side, keep, usd }]
  })
}

function sales(position: LendingPosition, paths: readonly Path[], terms: ReductionTerms): readonly Reduction[] {
  const coin = coinsOf(position, paths).find(({ closed }) => closed === null)
  if (coin === undefined) return []
  const rule = lendingRule(position)
  const holdings = rule.holdings(position)
  return assetsOf(holdings).flatMap((asset) => {
    const of = holdings.filter((one) => one.asset.key === asset.key).map(({ usd }) => usd)
    const owned = sum(of.filter((usd) => usd.gt(0)))
    const line = rule.slackLine(position, alongOne(asset.key))
    if (line === null) return []
    // What the slack loses when the price goes to nothing is the asset's share of it: the cover less what is owed of it.
    const cover = line.at(ONE).minus(line.at(ZERO)).plus(owned).minus(sum(of))
    if (!cover.gt(0)) return []
    const usd = leastSale(position, { asset, weight: cover.div(owned), coin, paths }, terms)
    // More than there is cannot be sold, and more than is owed cannot be repaid.
    if (usd === null || usd.isZero() || usd.gt(owned) || coin.cap?.lt(usd.times(ONE.minus(terms.feeRate)))) return []
    return [{ what: 'sell-collateral' as const, leg: position.id, asset, repays: coin.asset, usd }]
  })
}

function assetsOf(holdings: readonly { readonly asset: Asset }[]): readonly Asset[] {
  return [...new Map(holdings.map(({ asset }) => [asset.key, asset])).values()]
}

type Sale = { readonly asset: Asset; readonly weight: Decimal; readonly coin: Coin; readonly paths: readonly Path[] }

/** A dollar sold repays (1 - cost) and takes its weighted share from the cover, each moved by its own price. */
function leastSale(
  position: LendingPosition,
  { asset, weight, coin, paths }: Sale,
  { fall, sides, feeRate }: ReductionTerms,
): Decimal | null {
  const distance = ONE.div(ONE.minus(fall))
  let least = ZERO
  let most: Decimal | null = null
  for (const path of paths) {
    for (const side of sides) {
      const curve = needCurve(position, { paths: [path], sides: [side] }, coin.asset)
      if (curve === null) continue
      const s = side === 'down' ? ONE.div(distance) : distance
      const moved = (path.moves(asset) ? s : ONE).div(path.moves(coin.asset) ? s : ONE)
      const ends = [
        { need: curve.at(ONE).usd, gain: ONE.minus(feeRate).minus(weight) },
        { need: curve.at(distance).usd, gain: ONE.minus(feeRate).minus(weight.times(moved)) },
      ]
      for (const { need, gain } of ends) {
        if (need.gt(0) && gain.lte(0)) return null
        if (need.gt(0)) least = Decimal.max(least, need.div(gain))
        else if (gain.lt(0)) most = most === null ? need.div(gain) : Decimal.min(most, need.div(gain))
      }
    }
  }
  return most?.lt(least) ? null : least
}
