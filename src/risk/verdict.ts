import type { AnchoredWall, Anchoring } from './anchoring.ts'
import type { Corridor, Wall } from './corridor.ts'
import { gradeOfDays } from './daysLeft.ts'
import { distance, nearer } from './deaths.ts'
import { type Decimal, ONE, ZERO } from './decimal.ts'
import { GRADES, type Grade, gradeOfDeath, gradeOfHealth, type Policy } from './grade.ts'
import type { Direction } from './slackLine.ts'
import type { FirstLiquidation, LegView, Liquidation, Reason, Verdict } from './view.ts'

/** What is known when the verdict is made. */
export type Evidence = {
  readonly legs: readonly LegView[]
  readonly corridors: readonly Corridor[]
  /** Where the legs' own prices differ. */
  readonly anchoring: readonly Anchoring[]
  /** Days until interest and funding alone liquidate something, null for never; and whether the rates of all legs are known. */
  readonly days: { readonly soonest: Decimal | null; readonly complete: boolean }
  /** False when a leg is unknown or a figure is disputed. */
  readonly complete: boolean
}

type Measured = { readonly grade: Grade; readonly reason: Reason }

/**
 * The grade of a book: the worst of market room, peg room, days left and health. What is known proves a bound, so a bound that is
 * already `warning` or worse is the grade; else an incomplete book is `unknown`. "Safe" is never said from a bound.
 *
 * @see RISK 2.3, 6; REPORT "Grades"
 */
export function verdictOf({ legs, corridors, anchoring, days, complete }: Evidence, policy: Policy): Verdict {
  const market = nearest(corridors.filter(({ kind }) => kind !== 'peg').map((corridor) => anchored(corridor, anchoring)))
  const peg = nearest(corridors.filter(({ kind }) => kind === 'peg'))
  const tripped = legs.filter((leg) => leg.tripped)
  // On a tie the first one is the reason.
  const measures: Measured[] = [
    { grade: legs.some((leg) => leg.required.gt(0)) ? 'no-trigger' : 'no-risk', reason: 'none' },
    ...(tripped.length === 0 ? [] : [{ grade: 'liquidatable' as const, reason: 'tripped' as const }]),
    ...(market === null ? [] : [{ grade: gradeOfDeath(market.at, policy.room), reason: 'market' as const }]),
    ...(peg === null ? [] : [{ grade: gradeOfDeath(peg.at, policy.peg), reason: 'peg' as const }]),
    ...(days.soonest === null ? [] : [{ grade: gradeOfDays(days.soonest, policy.days), reason: 'days' as const }]),
    ...(legs.some(({ unmet }) => unmet) ? [{ grade: 'notice' as const, reason: 'tiers' as const }] : []),
    ...legs
      .filter((leg) => leg.kind === 'lending')
      .map((leg) => ({ grade: gradeOfHealth(leg.health, policy), reason: 'health' as const })),
    ...(complete ? [] : [{ grade: 'unknown' as const, reason: 'unknown' as const }]),
  ]
  const { grade, reason } = measures.reduce((a, b) => (GRADES.indexOf(b.grade) < GRADES.indexOf(a.grade) ? b : a))
  const first = tripped.length > 0 ? deadNow(tripped, market) : market === null ? null : firstLiquidation(market, legs)
  const room = first?.move ?? null
  return {
    grade,
    reason,
    complete,
    room: complete ? room : null,
    atMost: complete ? null : room,
    firstLiquidation: first,
    firstPeg: peg === null ? null : firstLiquidation(peg, legs),
    days: days.complete ? days.soonest : null,
    daysAtMost: days.complete ? null : days.soonest,
  }
}

/** Where the legs' own prices differ, the nearer of own and anchored counts, and every leg that may be the first is named. */
export function anchored(corridor: Corridor, apart: readonly Anchoring[]): Corridor {
  const found = apart.find(({ factor }) => factor === corridor.factor)
  if (found === undefined) return corridor
  return { ...corridor, floor: nearerWall(corridor.floor, found.floor), ceiling: nearerWall(corridor.ceiling, found.ceiling) }
}

function nearerWall(own: Wall | null, from: AnchoredWall | null): Wall | null {
  const at = nearer(own?.at ?? null, from?.at ?? null)
  return at === null ? null : { at, legs: [...new Set([...(own?.legs ?? []), ...(from?.legs ?? [])])] }
}

/** The wall nearest to today over several corridors; on a tie the single factor, which says more than "all together". */
type Nearest = Wall & { readonly factor: string; readonly direction: Direction; readonly each: Corridor['legs'] }

function nearest(corridors: readonly Corridor[]): Nearest | null {
  let best: Nearest | null = null
  for (const { factor, floor, ceiling, legs: each } of corridors) {
    for (const [direction, wall] of [
      ['down', floor],
      ['up', ceiling],
    ] as const) {
      if (wall !== null && (best === null || distance(wall.at).lt(distance(best.at).times('0.999999999'))))
        best = { ...wall, factor, direction, each }
    }
  }
  return best
}

function firstLiquidation({ at, legs: ids, factor, direction, each }: Nearest, legs: readonly LegView[]): FirstLiquidation {
  const [only] = ids.length === 1 ? ids : []
  // Its price is the leg's own, from wherever the move is measured.
  const own = only === undefined ? at : (each.get(only)?.[direction] ?? at)
  const one = legs.flatMap(({ id, liquidation }) => (id === only ? aloneAt(liquidation, own.minus(ONE), direction) : []))[0]
  const price = one?.price ?? null
  const priceOf = one?.symbol ?? one?.asset ?? null
  return { legs: ids, factor, direction, move: at.minus(ONE), price, priceOf, ambiguous: ids.length > 1 }
}

/** The exact end of the one market that decides, where that market alone is what moves; empty where several do. */
function aloneAt(ends: readonly Liquidation[], move: Decimal, direction: Direction): readonly Liquidation[] {
  const alone = ends.filter(
    ({ factor, side, move: own }) => factor === null && side === direction && own.minus(move).abs().lte('0.0001'),
  )
  return alone.length === 1 ? alone : []
}

/** What is dead dies of anything; named is the factor that is nearest, as for the living. */
function deadNow(tripped: readonly LegView[], market: Nearest | null): FirstLiquidation {
  const legs = tripped.map(({ id }) => id)
  const { factor, direction } = market ?? ({ factor: 'ALL', direction: 'down' } as const)
  return { legs, factor, direction, move: ZERO, price: null, priceOf: null, ambiguous: legs.length > 1 }
}

/** min over market shocks of min(1/floor, ceiling), the wall itself: a tie is a matter of names alone. @see RISK 2.3 */
export function safetyFactor(corridors: readonly Corridor[]): Decimal | null {
  const walls = corridors.filter(({ kind }) => kind !== 'peg').flatMap(({ floor, ceiling }) => [floor, ceiling])
  return walls.reduce<Decimal | null>((least, wall) => {
    const far = wall === null ? null : distance(wall.at)
    return least === null || far?.lt(least) ? far : least
  }, null)
}
