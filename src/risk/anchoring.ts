import { type Deaths, deathsOf, nearer } from './deaths.ts'
import { Decimal, dec, ONE } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { Path } from './path.ts'
import { lendingRule } from './rules/lending.ts'
import { shocked } from './shock.ts'
import type { Direction } from './slackLine.ts'
import { divided } from './whole.ts'

/** What the legs' own prices are measured against. */
export type Anchor = {
  /** USD of each factor: one price for all legs. */
  readonly references: ReadonlyMap<string, Decimal>
  /** How far a loan's oracle may stand from it before it is written again, as a share: 0.005. */
  readonly oracleDeviation: Decimal
}

/** How a leg dies along a path, as multipliers of its own prices and of the reference. */
export type AnchoredLeg = {
  readonly leg: string
  /** USD by the leg's own oracle or mark; null where several prices move, or the leg holds none of the factor by itself. */
  readonly price: Decimal | null
  /** USD at which the leg dies; null with `price` or without a death. */
  readonly trigger: { readonly down: Decimal | null; readonly up: Decimal | null }
  readonly own: Deaths
  /** From the reference. */
  readonly anchored: Deaths
  /** From the reference with a loan's oracle as far on the wrong side of it as it may be. */
  readonly widened: Deaths
}

/** One side of an anchored path. */
export type AnchoredWall = {
  /** The nearest of all multipliers, own, anchored and widened. */
  readonly at: Decimal
  /** The legs that die first by their own prices, from the reference, and from the reference widened: together. */
  readonly legs: readonly string[]
  /** Whether these orders name different legs: the sentence then says "either". */
  readonly ambiguous: boolean
}

export type Anchoring = {
  readonly factor: string
  /** How far the dearest own price stands above the cheapest, of the factor that differs most. */
  readonly divergence: Decimal
  readonly legs: readonly AnchoredLeg[]
  readonly floor: AnchoredWall | null
  readonly ceiling: AnchoredWall | null
}

/** Legs whose deaths are closer together than this share of the multiplier die together. */
const TIE = '1e-9'

/**
 * Where each leg dies along a path when all start from one price: oracle and mark differ now, but the market that moves them is
 * one. Two orders of death that differ are both told.
 *
 * @returns null where the legs' own prices agree, or a factor that moves has no reference: the corridor says it all.
 * @throws IncompleteAnswerError when a price a leg needs is missing.
 * @see RISK 6 "Anchoring"
 */
export function anchoring(legs: readonly Leg[], path: Path, anchor: Anchor): Anchoring | null {
  const prices = legs.map((leg) => pricesByFactor(leg, path))
  const factors = [...new Set(prices.flatMap((own) => [...own.keys()]))]
  if (factors.some((factor) => !anchor.references.has(factor))) return null
  const divergence = factors.reduce<Decimal>((most, factor) => {
    const spread = spreadOf(prices.flatMap((own) => own.get(factor) ?? []))
    return spread.gt(most) ? spread : most
  }, dec(0))
  if (divergence.isZero()) return null
  const anchored = legs.map((leg, i) => anchoredLeg(leg, { path, anchor, prices: prices[i] as OwnPrices }))
  return { factor: path.name, divergence, legs: anchored, floor: wall(anchored, 'down'), ceiling: wall(anchored, 'up') }
}

/**
 * A reference for every factor that a path moves: the median of the legs' own prices. An index that belongs to no leg is better.
 */
export function medianReferences(legs: readonly Leg[], path: Path): ReadonlyMap<string, Decimal> {
  const prices = new Map<string, Decimal[]>()
  for (const leg of legs) {
    for (const [factor, own] of pricesByFactor(leg, path)) prices.set(factor, [...(prices.get(factor) ?? []), median(own)])
  }
  return new Map([...prices].map(([factor, all]) => [factor, median(all)]))
}

/** USD prices of one leg by the factor they are the price of: several where it trades several symbols of it. */
type OwnPrices = ReadonlyMap<string, readonly Decimal[]>

/** A price with a basis is a product with a ratio of its own: it does not tell what the factor costs. */
function pricesByFactor(leg: Leg, path: Path): OwnPrices {
  const found = new Map<string, Decimal[]>()
  const add = (factor: string, price: Decimal): void => void found.set(factor, [...(found.get(factor) ?? []), price])
  if (leg.kind === 'futures') {
    for (const { factor, basis, symbol, contract, mark } of leg.positions) {
      if (basis !== null || !path.moves({ factor, basis, key: symbol })) continue
      add(factor, contract === 'linear' ? mark.times(leg.settlePrice) : mark)
    }
    return found
  }
  for (const { asset, price, unitUsd } of lendingRule(leg).oraclePrices(leg)) {
    if (asset.basis === null && path.moves(asset)) add(asset.factor, dec(price).times(unitUsd))
  }
  return found
}

type Setting = { readonly path: Path; readonly anchor: Anchor; readonly prices: OwnPrices }

function anchoredLeg(leg: Leg, { path, anchor, prices }: Setting): AnchoredLeg {
  const own = deathsOf(leg, path)
  const from = (direction: Direction, deviation: Decimal): Decimal | null => {
    const multiplier = direction === 'down' ? ONE.minus(deviation) : ONE.plus(deviation)
    const shock = new Map([...prices].map(([factor, all]) => [factor, startOf(all, anchor, { factor, direction, multiplier })]))
    const [only = ONE] = shock.values()
    return path.kind === 'market' && shock.size <= 1
      ? startedAt(only, own[direction], direction)
      : deathsOf(shocked(leg, shock), path)[direction]
  }
  const both = (deviation: Decimal): Deaths => ({ down: from('down', deviation), up: from('up', deviation) })
  const anchored = both(dec(0))
  const [single] = prices.size === 1 ? [...prices.values()] : []
  const price = single?.length === 1 ? (single[0] as Decimal) : null
  const trigger = (s: Decimal | null): Decimal | null => (s === null || price === null ? null : price.times(s))
  return {
    leg: leg.id,
    price,
    trigger: { down: trigger(own.down), up: trigger(own.up) },
    own,
    anchored,
    widened: leg.kind === 'lending' ? both(anchor.oracleDeviation) : anchored,
  }
}

/** A path that moves one factor goes on from wherever it starts; what is past its death there is dead at once. */
function startedAt(start: Decimal, death: Decimal | null, direction: Direction): Decimal | null {
  if (death === null) return null
  const left = divided(death, start)
  return direction === 'down' ? Decimal.min(ONE, left) : Decimal.max(ONE, left)
}

type Start = { readonly factor: string; readonly direction: Direction; readonly multiplier: Decimal }

/** What takes the leg's prices to the reference: of several symbols the one that brings the death nearest decides. */
function startOf(own: readonly Decimal[], { references }: Anchor, { factor, direction, multiplier }: Start): Decimal {
  const sorted = [...own].sort((a, b) => a.comparedTo(b))
  const decisive = (direction === 'down' ? sorted.at(-1) : sorted[0]) as Decimal
  return divided((references.get(factor) as Decimal).times(multiplier), decisive)
}

function wall(legs: readonly AnchoredLeg[], direction: Direction): AnchoredWall | null {
  const orders = (['own', 'anchored', 'widened'] as const).map((kind) => firstOf(legs, (leg) => leg[kind][direction]))
  const at = orders.reduce<Decimal | null>((best, order) => nearer(best, order.at), null)
  if (at === null) return null
  const named = new Set(orders.flatMap((order) => order.legs))
  return { at, legs: [...named], ambiguous: named.size > 1 }
}

function firstOf(
  legs: readonly AnchoredLeg[],
  death: (leg: AnchoredLeg) => Decimal | null,
): { at: Decimal | null; legs: string[] } {
  const at = legs.reduce<Decimal | null>((best, leg) => nearer(best, death(leg)), null)
  if (at === null) return { at, legs: [] }
  const tied = legs.filter((leg) => death(leg)?.minus(at).abs().lte(at.times(TIE)) === true)
  return { at, legs: tied.map(({ leg }) => leg) }
}

function spreadOf(prices: readonly (readonly Decimal[] | Decimal)[]): Decimal {
  const sorted = prices.flat().sort((a, b) => a.comparedTo(b)) as Decimal[]
  const [least, most] = [sorted[0] as Decimal, sorted.at(-1) as Decimal]
  return least === most || least.isZero() ? dec(0) : divided(most, least).minus(ONE)
}

function median(values: readonly Decimal[]): Decimal {
  const sorted = [...values].sort((a, b) => a.comparedTo(b))
  const upper = sorted[Math.floor(sorted.length / 2)] as Decimal
  return sorted.length % 2 === 1 ? upper : upper.plus(sorted[sorted.length / 2 - 1] as Decimal).div(2)
}
