import type { Asset } from './asset.ts'
import { type Decimal, dec, fromUnits, ONE, sum, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { AaveV3Position } from './lendingPosition.ts'
import { formOf, type Need, type Probe } from './needProbe.ts'
import { type Line, lineAt, oneAxis, plusLine } from './oneAxis.ts'
import type { Path } from './path.ts'
import { fallTo, type ReachForm } from './reachForm.ts'
import { floorsAverageThreshold } from './rules/aaveV3.ts'
import type { Direction } from './slackLine.ts'
import { walkedNeed } from './walkedNeed.ts'

/** Which moves have to be survived: the reference market shocks, on one side or on both. */
export type Reference = { readonly paths: readonly Path[]; readonly sides: readonly Direction[] }

/**
 * What a leg needs to live everywhere between now and a distance h, on every reference path: USD of the coin that it takes, at
 * today's price of that coin. Below 0 it has that much to spare. Never falls with h.
 */
export type NeedCurve = {
  readonly leg: string
  readonly at: (h: Decimal) => Need
}

const FLOOR_STEP = dec('0.0001')

/**
 * The need of a leg; null for one that requires nothing, since it never dies.
 *
 * A concave slack is above 0 between two points at which it is, so now and the wanted distance decide; a slack that is not
 * (flat tiers) is walked. Pools that cut the average threshold to whole basis points are asked for what the cut can take at most.
 *
 * @param coin - What is repaid or posted: where a path moves its price, what it adds moves too.
 * @throws IncompleteAnswerError when a price that counts is missing.
 * @see RISK 3: need_l(h) = max(0, -slack(1), -slack(1/h), -slack(h))
 */
export function needCurve(leg: Leg, { paths, sides }: Reference, coin: Asset): NeedCurve | null {
  const probes = paths.flatMap((path) => probesOf(leg, path, { sides, coin }))
  if (probes.length === 0) return null
  return {
    leg: leg.id,
    at: (h) => {
      let most: Need | null = null
      for (const probe of probes) {
        const need = probe.at(h)
        // On a tie the first one stays: a single factor says more than all together.
        if (most === null || need.usd.gt(most.usd)) most = need
      }
      return most as Need
    },
  }
}

function probesOf(
  leg: Leg,
  path: Path,
  { sides, coin }: { readonly sides: readonly Direction[]; readonly coin: Asset },
): readonly Probe[] {
  const axis = oneAxis(leg, path)
  const coinMoves = path.moves(coin)
  if ('reason' in axis || !axis.concave) {
    return leg.kind === 'futures' && leg.positions.length > 0
      ? sides.map((direction) => walkedNeed(leg, path, { direction, coinMoves }))
      : []
  }
  if (!axis.requires) return []
  const loss = flooredLoss(leg, path)
  const needAt = (s: Decimal): Line & { readonly usd: Decimal } => {
    const { cover, required } = axis.at(s)
    const line = plusLine(plusLine(required, cover, ONE.neg()), loss)
    return { ...line, usd: lineAt(line, s) }
  }
  const now = needAt(ONE)
  const standing: ReachForm = { fixed: now.usd, fall: ZERO, rise: ZERO }
  return sides.map((direction) => {
    const down = direction === 'down'
    const at = (h: Decimal): Need => {
      const s = down ? (coinMoves ? ONE.div(h) : fallTo(h)) : h
      const then = needAt(s)
      const usd = coinMoves ? then.usd.div(s) : then.usd
      const form = formOf(then, { down, coinMoves })
      return usd.gt(now.usd)
        ? { usd, form, path: path.name, direction }
        : { usd: now.usd, form: standing, path: path.name, direction }
    }
    return { at }
  })
}

/** What the cut of the average threshold takes of the cover: exact where the average stands still, else at most 1 bp. */
function flooredLoss(leg: Leg, path: Path): Line {
  const none = { still: ZERO, moving: ZERO }
  if (leg.kind !== 'lending' || leg.protocol !== 'aave-v3' || !floorsAverageThreshold(leg.revision)) return none
  const counted = leg.reserves.filter((r) => r.collateral && r.liquidationThreshold > 0n && r.supplied > 0n)
  const still = groupOf(
    leg,
    counted.filter(({ asset }) => !path.moves(asset)),
  )
  const moving = groupOf(
    leg,
    counted.filter(({ asset }) => path.moves(asset)),
  )
  if (moving.value.isZero()) return { still: cutOf(still), moving: ZERO }
  if (still.value.isZero()) return { still: ZERO, moving: cutOf(moving) }
  return { still: still.value.times(FLOOR_STEP), moving: moving.value.times(FLOOR_STEP) }
}

type Group = { readonly value: Decimal; readonly weighted: Decimal }

function groupOf({ baseUnit }: AaveV3Position, reserves: AaveV3Position['reserves']): Group {
  const held = reserves.map(({ supplied, decimals, price, liquidationThreshold }) => {
    // A missing price was refused when the affine model was made.
    const usd = fromUnits(supplied, decimals)
      .times(dec(price as bigint))
      .div(dec(baseUnit))
    return { usd, weighted: usd.times(dec(liquidationThreshold)).times(FLOOR_STEP) }
  })
  return { value: sum(held.map(({ usd }) => usd)), weighted: sum(held.map(({ weighted }) => weighted)) }
}

function cutOf({ value, weighted }: Group): Decimal {
  if (value.isZero()) return ZERO
  // A whole number of basis points may come out of the division a last digit short of it.
  const average = weighted.div(value).div(FLOOR_STEP).plus('1e-40').floor()
  const cut = weighted.minus(value.times(average).times(FLOOR_STEP))
  return cut.lt(value.times('1e-30')) ? ZERO : cut
}
