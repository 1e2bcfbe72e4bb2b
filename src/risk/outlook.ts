import { TrackerError } from '../errors.ts'
import { cashAfterMoves, legsAfterMoves } from './afterMoves.ts'
import { builtInScenarios } from './builtInScenarios.ts'
import { pathsOf } from './corridor.ts'
import { type DebtUse, debtUses } from './debtUse.ts'
import { Decimal, ZERO } from './decimal.ts'
import { type FirstDeath, firstDeathOf } from './firstDeath.ts'
import type { Frontier } from './frontier.ts'
import type { Policy } from './grade.ts'
import { type Ladder, ladderOf } from './ladder.ts'
import type { Cash, Gap, Leg, Snapshot } from './leg.ts'
import { type LegEnd, legEnd } from './legEnd.ts'
import type { Means } from './means.ts'
import { nearestDeath } from './nearestDeath.ts'
import { nearestFrontier } from './nearestFrontier.ts'
import { atNextReport, type NextReport } from './nextReport.ts'
import { type Projection, projection } from './projection.ts'
import { type RescuePlan, rescuePlan } from './rescue.ts'
import { rescueBook } from './rescueBook.ts'
import type { RescueBook } from './rescueDesk.ts'
import { notionalAt } from './rules/margin.ts'
import { type FactorOdds, statedOdds } from './statedOdds.ts'
import { type Outcome, play } from './stress.ts'
import { crossedLimit, type Target, targetFor } from './target.ts'
import type { RiskView } from './view.ts'
import { withoutWithdrawals } from './withoutWithdrawals.ts'
import { withUnread } from './withUnread.ts'

/** What could come of a book, and what can be done about it: the part of a report that is not about the present. */
export type Outlook = {
  /** The best use of the free cash; null: see `missing`. */
  readonly plan: RescuePlan | null
  /** The same with what exchanges would let go; null where that brings no more room. */
  readonly planWithMargin: RescuePlan | null
  /** What it takes to get back over the limit of room that was crossed; null where none was. */
  readonly target: Target | null
  readonly ladder: Ladder | null
  /** How far the first liquidation is with the cash placed now while no exchange lets anything out; null as in the ladder. */
  readonly blocked: Pick<RescuePlan, 'after'> | null
  /** What each leg's venue does to it at its nearest death; none for a leg that does not die. */
  readonly ends: readonly LegEnd[]
  /** The book after its first liquidation; null where nothing dies, or a leg is not known. */
  readonly firstDeath: FirstDeath | null
  /** The book through every built-in scenario, as it is and after the plan's moves; `afterMove` null where there are none. */
  readonly stress: { readonly today: readonly Outcome[]; readonly afterMove: readonly Outcome[] | null } | null
  /** None without a stated volatility. */
  readonly odds: readonly FactorOdds[]
  /** What each loan owes, by leg, with what it would cost in a market that is used up. */
  readonly debts: ReadonlyMap<string, readonly DebtUse[]>
  /** At the next block, of the loans whose rates were read. */
  readonly projections: ReadonlyMap<string, Projection>
  /** When the next report falls due; null: nobody said when. */
  readonly nextReport: NextReport | null
  /** null where there are no two factors, or a leg is not known. */
  readonly frontier: Frontier | null
  /** What could not be worked out, and why. */
  readonly missing: readonly { readonly part: string; readonly reason: string }[]
  readonly means: Means
}

/** What is assumed beyond what was read. */
export type Assumptions = {
  readonly means: Means
  readonly policy: Policy
  /** When the next report falls due, milliseconds since 1970; null: it is not known, or never. */
  readonly nextReport?: number | null | undefined
  /** Told of an error that nobody expected. */
  readonly onBug?: ((error: unknown) => void) | undefined
}

/** The next block of the slowest chain comes within this time. */
const NEXT_BLOCK_SECONDS = 12n

/**
 * Rescue, ladder, what the deaths cost, odds, projection and frontier of the legs that were read. Pure.
 *
 * A part that cannot be worked out is missing with its reason and takes no other with it.
 */
export function outlookOf(
  snapshot: Snapshot,
  view: RiskView,
  { means, policy, nextReport = null, onBug = () => {} }: Assumptions,
): Outlook {
  const legs = snapshot.legs.filter(({ id }) => view.legs.some((one) => one.id === id))
  // What dies next to a leg that nobody knows is a bound, and what is left is not known at all.
  const whole = view.gaps.length === 0
  const missing: { part: string; reason: string }[] = []
  const attempt = <T>(part: string, compute: () => T): T | null => {
    try {
      return compute()
    } catch (error) {
      if (!(error instanceof TrackerError)) onBug(error)
      missing.push({ part, reason: error instanceof TrackerError ? error.message : 'an error of ours' })
      return null
    }
  }
  for (const factor of means.volatility.keys()) {
    if (!view.corridors.some((one) => one.kind === 'market' && one.factor === factor))
      missing.push({ part: 'odds', reason: `the volatility of ${factor} is stated, and no leg is moved by that market` })
  }
  const all = rescueBook(legs, snapshot.cash, { view, means })
  const book: RescueBook = { ...all, donors: [] }
  const plan = attempt('rescue', () => rescuePlan(book))
  const projections = legs.flatMap((leg) => {
    const next = attempt(`projection of ${leg.id}`, () => projection(leg, NEXT_BLOCK_SECONDS))
    return next === null ? [] : [[leg.id, next] as const]
  })
  const paths = nextReport === null ? [] : pathsOf(legs)
  const later = legs.flatMap((leg) => {
    const grade = view.legs.find(({ id }) => id === leg.id)?.grade
    if (nextReport === null || grade === undefined) return []
    const then = attempt(`next report of ${leg.id}`, () => atNextReport(leg, { at: nextReport, grade, policy, paths }))
    return then === null ? [] : [[leg.id, then] as const]
  })
  const debts = legs.flatMap((leg) => {
    const state = view.legs.find(({ id }) => id === leg.id)
    if (leg.kind === 'futures' || state === undefined) return []
    const uses = attempt(`debts of ${leg.id}`, () => debtUses(leg, state))
    return uses === null || uses.length === 0 ? [] : [[leg.id, uses] as const]
  })
  return {
    plan,
    planWithMargin: attempt('rescue with margin', () => farther(all, plan)),
    target: attempt('target', () => {
      const fall = crossedLimit(view, policy)
      return fall === null ? null : targetFor(book, fall)
    }),
    ladder: attempt('ladder', () => ladderOf(book, initialMarginRate(legs), plan ?? undefined)),
    blocked: attempt('withdrawals blocked', () => rescuePlan(withoutWithdrawals(book))),
    ends: legs.flatMap((leg) => attempt(`end of ${leg.id}`, () => endOf(leg, view)) ?? []),
    firstDeath: attempt('first liquidation', () => (whole ? firstDeathOf(legs, snapshot.cash, view) : null)),
    stress: attempt('scenarios', () => stressOf(legs, snapshot.cash, { plan, gaps: view.gaps })),
    odds: attempt('odds', () => statedOdds(view.corridors, means.volatility)) ?? [],
    debts: new Map(debts),
    projections: new Map(projections),
    nextReport: nextReport === null ? null : { at: nextReport, legs: new Map(later) },
    frontier: attempt('frontier', () => (whole ? nearestFrontier(legs, view) : null)),
    missing,
    means,
  }
}

type Known = { readonly plan: RescuePlan | null; readonly gaps: readonly Gap[] }

function stressOf(legs: readonly Leg[], cash: readonly Cash[], { plan, gaps }: Known): Outlook['stress'] {
  const scenarios = builtInScenarios(legs)
  const through = (book: readonly Leg[], money: readonly Cash[]): Outcome[] =>
    scenarios.map((one) => withUnread(play(book, money, one), gaps))
  const moves = plan?.moves ?? []
  const after = moves.length === 0 ? null : through(legsAfterMoves(legs, moves), cashAfterMoves(cash, moves))
  return { today: through(legs, cash), afterMove: after }
}

/** A plan that also moves margin, where it reaches further than the cash alone. */
function farther(book: RescueBook, plan: RescuePlan | null): RescuePlan | null {
  if (plan === null || plan.after === null || book.donors?.length === 0) return null
  const moved = rescuePlan(book)
  return moved.after === null || moved.after.distance.gt(plan.after.distance.times('1.0001')) ? moved : null
}

/** The largest share of notional that a venue holds as initial margin; null where one of them does not tell. */
function initialMarginRate(legs: readonly Leg[]): Decimal | null {
  let most: Decimal | null = null
  for (const leg of legs) {
    if (leg.kind !== 'futures' || leg.positions.length === 0) continue
    const notional = leg.positions.reduce((total, position) => total.plus(notionalAt(position, position.mark)), ZERO)
    if (leg.reported.initialMargin === null || notional.isZero()) return null
    const rate = leg.reported.initialMargin.div(notional)
    most = most === null ? rate : Decimal.max(most, rate)
  }
  return most
}

function endOf(leg: Leg, { legs }: RiskView): LegEnd | null {
  const own = legs.find(({ id }) => id === leg.id)
  if (own === undefined || own.required.isZero()) return null
  const death = own.tripped ? { factor: null, move: ZERO } : nearestDeath(own.liquidation)
  return death === null ? null : legEnd(leg, death, own.equity)
}
