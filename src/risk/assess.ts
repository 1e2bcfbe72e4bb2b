import { TrackerError } from '../errors.ts'
import { ageOf } from './age.ts'
import { type Anchoring, anchoring, medianReferences } from './anchoring.ts'
import { type Carry, carryOf } from './carry.ts'
import { type Corridor, corridor, pathsOf } from './corridor.ts'
import { gradeOfDays } from './daysLeft.ts'
import { type Deaths, deathsOf, nearer } from './deaths.ts'
import { Decimal, ONE } from './decimal.ts'
import { gapOf } from './gap.ts'
import { type Grade, gradeOfDeath, gradeOfHealth, type Policy, worse } from './grade.ts'
import type { Gap, Leg, Snapshot } from './leg.ts'
import { legNotes } from './legNotes.ts'
import type { Dispute } from './lendingPosition.ts'
import { liquidationsOf } from './liquidations.ts'
import type { Path } from './path.ts'
import { ownRates } from './rates.ts'
import { type Agreement, checkDispute, checkLoan, checkPool, worstAgreement } from './reconcile.ts'
import { lendingRule } from './rules/lending.ts'
import { unmetBrackets } from './rules/tierTable.ts'
import { type Solvency, solvency } from './solvency.ts'
import type { Source } from './source.ts'
import { stopFaults } from './stopFaults.ts'
import { totalsOf, UNKNOWN_TOTALS } from './totals.ts'
import { safetyFactor, verdictOf } from './verdict.ts'
import type { LegView, RiskView } from './view.ts'

/**
 * The risk view of a snapshot: pure, so the same snapshot gives the same view for ever.
 *
 * A leg that lacks anything it needs, or is too old, becomes a gap; the others are weighed without it and prove a bound.
 *
 * @param onBug - Told of an error that nobody expected; its leg is a gap `bug` and hides no other.
 */
export function assess(snapshot: Snapshot, policy: Policy, onBug: (error: unknown) => void = () => {}): RiskView {
  const gaps: Gap[] = [...snapshot.gaps]
  const sources = snapshot.legs.map(({ source }) => source)
  const known: { leg: Leg; view: LegView }[] = []
  // What the other node says may move with something else.
  const versions = snapshot.disputes.flatMap(({ said }) => (said === null ? [] : [said]))
  const paths = new Map(pathsOf([...snapshot.legs, ...versions]).map((path) => [path.name, path]))
  for (const leg of snapshot.legs) {
    try {
      const disputes = snapshot.disputes.filter((one) => one.leg === leg.id)
      const weighed = weigh(leg, { paths: [...paths.values()], sources, disputes, at: snapshot.at, policy })
      if ('code' in weighed) gaps.push(weighed)
      else known.push({ leg, view: weighed })
    } catch (error) {
      gaps.push(gapOf(leg.id, error))
      if (!(error instanceof TrackerError)) onBug(error)
    }
  }
  const legs = known.map(({ leg }) => leg)
  const views = known.map(({ view }) => view)
  const disputed = views.some(({ agreement }) => agreement === 'disputed')
  // A price that only the venue has is one witness, and worse needs no second one.
  const doubted = new Set(views.filter(({ agreement }) => DOUBTED.has(agreement)).map(({ id }) => id))
  const deaths = (leg: Leg, path: Path): Deaths => {
    const own = doubted.has(leg.id) ? cautious(leg, path) : deathsOf(leg, path)
    return withOthers(
      own,
      snapshot.disputes.filter((one) => one.leg === leg.id),
      path,
    )
  }
  // The same paths as before, so that what is known of a leg along one is not worked out again.
  const corridors: Corridor[] = pathsOf([...legs, ...versions]).map(({ name }) => corridor(legs, paths.get(name) as Path, deaths))
  const whole = gaps.length === 0
  const totals = whole ? totalsOf(legs, views, snapshot.cash) : UNKNOWN_TOTALS
  const carry = carryOf(
    known.map(({ leg, view }) => ({ leg, state: view })),
    { loan: ownRates, funding: (_, { funding }) => funding },
    totals,
  )
  // The price of an unknown leg would change what the others are measured against, so the bound is of their own prices.
  const apart = whole ? anchoringsOf(legs, [...paths.values()], policy) : []
  const evidence = { legs: views, corridors, days: { soonest: carry.days.soonest, complete: carry.complete }, anchoring: apart }
  const verdict = verdictOf({ ...evidence, complete: whole && !disputed }, policy)
  return {
    book: snapshot.book,
    at: snapshot.at,
    verdict,
    legs: views.map((view) => withDays(view, carry, policy)),
    corridors,
    safetyFactor: !whole ? null : verdict.reason === 'tripped' ? ONE : safetyFactor(corridors),
    totals,
    carry,
    anchoring: apart,
    cash: snapshot.cash,
    gaps,
    notes: snapshot.notes,
  }
}

const DOUBTED: ReadonlySet<Agreement> = new Set(['disputed', 'venue-only'])

/** Along every market path: from what price each leg starts makes a difference to nothing else. */
function anchoringsOf(legs: readonly Leg[], paths: readonly Path[], { oracleDeviation }: Policy): readonly Anchoring[] {
  const markets = paths.filter(({ kind }) => kind !== 'peg')
  return markets.flatMap((path) => anchoring(legs, path, { references: medianReferences(legs, path), oracleDeviation }) ?? [])
}

function withDays(view: LegView, { legs }: Carry, policy: Policy): LegView {
  const days = legs.find(({ leg }) => leg === view.id)?.days?.soonest ?? null
  return days === null ? view : { ...view, grade: worse(view.grade, gradeOfDays(days, policy.days)) }
}

type Setting = {
  readonly paths: readonly Path[]
  readonly sources: readonly Source[]
  readonly disputes: readonly Dispute[]
  readonly at: number
  readonly policy: Policy
}

function weigh(leg: Leg, { paths, sources, disputes, at, policy }: Setting): LegView | Gap {
  const age = ageOf(leg.source, sources, at)
  if (age.stale) {
    const hint = 'An old figure is not a figure: the leg is unknown until the source is fresh again.'
    return { leg: leg.id, code: 'stale', reason: `${leg.venue}: ${age.reason}`, hint, retryable: true }
  }
  const unmet = leg.kind === 'futures' && unmetBrackets(leg).length > 0
  const checks = leg.kind === 'lending' ? [...checkLoan(leg), ...disputes.map((one) => checkDispute(leg, one))] : checkPool(leg)
  const state = worseOfTwo(leg, solvency(leg))
  const liquidation = state.required.gt(0) ? liquidationsOf(leg, paths) : []
  return {
    ...state,
    id: leg.id,
    venue: leg.venue,
    kind: leg.kind,
    grade: state.tripped
      ? 'liquidatable'
      : worse(unmet ? 'notice' : 'no-risk', gradeOfLeg(leg, state, { paths, disputes, policy })),
    unmet,
    revision: leg.kind === 'lending' && leg.protocol === 'aave-v3' ? leg.revision : null,
    liquidation,
    agreement: worstAgreement(checks),
    checks,
    source: leg.source,
    age,
    settle: leg.kind === 'futures' ? leg.settle.symbol : null,
    circumstances: leg.kind === 'futures' ? leg.circumstances : null,
    stopFaults: leg.kind === 'futures' ? stopFaults(leg, liquidation) : [],
    notes: legNotes(leg),
  }
}

/** Where the contract calls the loan less healthy than we do, its word counts. */
function worseOfTwo(leg: Leg, state: Solvency): Solvency {
  if (leg.kind === 'futures') return state
  const reported = lendingRule(leg).reported(leg)
  const tripped = state.tripped || reported.tripped
  return reported.health === null || state.health?.lte(reported.health)
    ? { ...state, tripped }
    : { ...state, health: reported.health, tripped }
}

function gradeOfLeg(
  leg: Leg,
  { required, health }: Solvency,
  { paths, disputes, policy }: Pick<Setting, 'paths' | 'disputes' | 'policy'>,
): Grade {
  let grade: Grade = required.gt(0) ? 'no-trigger' : 'no-risk'
  if (leg.kind === 'lending') grade = worse(grade, gradeOfHealth(health, policy))
  for (const path of paths) {
    const { down, up } = withOthers(deathsOf(leg, path), disputes, path)
    const limits = path.kind === 'peg' ? policy.peg : policy.room
    for (const s of [down, up]) if (s !== null) grade = worse(grade, gradeOfDeath(s, limits))
  }
  return grade
}

/** On each side the nearest death by any node's word: one witness is enough for what is worse. */
function withOthers(own: Deaths, disputes: readonly Dispute[], path: Path): Deaths {
  return disputes.reduce(({ down, up }, { said }) => {
    const other = said === null ? null : deathsOf(said, path)
    return { down: nearer(down, other?.down ?? null), up: nearer(up, other?.up ?? null) }
  }, own)
}

/** Where our price and the venue's disagree beyond tolerance, or only the venue has one, the nearer of the two counts. @see RISK 1.5, 6 */
function cautious(leg: Leg, path: Path): Deaths {
  let { down, up } = deathsOf(leg, path)
  if (leg.kind === 'lending') {
    // The contract's own health counts where it is the worse one: a uniform fall to 1/health ends the loan.
    const reported = lendingRule(leg).reported(leg).health
    if (reported?.gt(0) && down !== null) down = nearer(down, Decimal.min(ONE, ONE.div(reported)))
  } else {
    for (const { factor, basis, symbol, mark, reported } of leg.positions) {
      if (reported.liquidationPrice === null || !path.moves({ factor, basis, key: symbol })) continue
      const s = reported.liquidationPrice.div(mark)
      if (s.lt(1)) down = nearer(down, s)
      else up = nearer(up, s)
    }
  }
  return { down, up }
}
