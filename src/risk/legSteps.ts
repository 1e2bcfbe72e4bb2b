import { interestIn, secondsBetween } from './accrued.ts'
import { type Decimal, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { Amount, LegKind, LegPair, Term } from './legKind.ts'
import { AAVE_V3_KIND, AAVE_V4_KIND, COMPOUND_V3_KIND } from './loanKinds.ts'
import { POOL_KIND } from './poolKind.ts'

/** An amount of a leg that is not as it was. Whole units. */
export type AmountChange = {
  readonly what: Amount['what']
  /** The asset's or market's label: foreign text. */
  readonly label: string
  readonly before: Decimal
  readonly now: Decimal
  /** How much of the change the rates explain; null: not known, for they were not read. */
  readonly interest: Decimal | null
}

/** A term of a leg that is not as it was. */
export type TermChange = {
  readonly what: Term['what']
  /** The asset's or market's label, foreign text; null: of the leg as a whole. */
  readonly label: string | null
  /** A share of 1 as decimal text, or a text that can only be compared. */
  readonly before: string
  readonly now: string
}

/** A leg on its way from what it was to what it is, one cause after the other, without the venue's own figures. */
export type LegSteps = {
  readonly before: Leg
  readonly priced: Leg
  readonly grown: Leg
  readonly moved: Leg
  readonly now: Leg
  /** Whether all interest is known; if not, what is of it stands in `moved`. */
  readonly split: boolean
  readonly amounts: readonly AmountChange[]
  readonly terms: readonly TermChange[]
}

/** @returns null where the two are not the same kind of leg: then one was closed and another opened. */
export function legSteps(before: Leg, now: Leg): LegSteps | null {
  if (before.kind === 'futures') return now.kind === 'futures' ? stepsOf(POOL_KIND, { before, now }) : null
  if (now.kind === 'futures') return null
  if (before.protocol === 'aave-v3') return now.protocol === 'aave-v3' ? stepsOf(AAVE_V3_KIND, { before, now }) : null
  if (before.protocol === 'aave-v4') return now.protocol === 'aave-v4' ? stepsOf(AAVE_V4_KIND, { before, now }) : null
  if (now.protocol !== 'compound-v3' || now.base.asset.key !== before.base.asset.key) return null
  return stepsOf(COMPOUND_V3_KIND, { before, now })
}

/** A leg without the venue's own figures. */
export function bareLeg(leg: Leg): Leg {
  if (leg.kind === 'futures') return POOL_KIND.bare(leg)
  if (leg.protocol === 'aave-v3') return AAVE_V3_KIND.bare(leg)
  return leg.protocol === 'aave-v4' ? AAVE_V4_KIND.bare(leg) : COMPOUND_V3_KIND.bare(leg)
}

function stepsOf<L extends Leg>(kind: LegKind<L>, pair: LegPair<L>): LegSteps {
  const amounts = amountChanges(kind, pair)
  const growth = new Map(
    amounts.flatMap(({ key, interest }) => (interest === null || interest.isZero() ? [] : [[key, interest] as const])),
  )
  const priced = kind.priced(pair)
  // The source of now: how old a reading is plays no part in why the room changed.
  const at = (leg: L): L => ({ ...kind.bare(leg), source: pair.now.source })
  return {
    before: at(pair.before),
    priced: at(priced),
    grown: at(kind.grown(priced, growth)),
    moved: at(kind.moved(pair)),
    now: at(pair.now),
    split: amounts.every(({ interest }) => interest !== null),
    amounts: amounts.map(({ key, ...change }) => change),
    terms: termChanges(kind, pair),
  }
}

type Keyed<T> = T & { readonly key: string }

function amountChanges<L extends Leg>(kind: LegKind<L>, pair: LegPair<L>): Keyed<AmountChange>[] {
  const seconds = secondsBetween(pair.before.source, pair.now.source)
  const [before, now] = [numbered(kind.amounts(pair.before)), numbered(kind.amounts(pair.now))]
  const interestOf = (amount: Amount | undefined, change: Decimal): Decimal | null => {
    // What was not there, or had no time, earned nothing.
    if (amount === undefined || amount.value.isZero() || seconds === 0n) return ZERO
    const expected = seconds === null ? null : kind.expected(pair, amount, seconds)
    return expected === null ? null : interestIn(change, { expected, rounding: kind.rounding(pair.before, amount) })
  }
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((id): Keyed<AmountChange>[] => {
    const [was, is] = [before.get(id), now.get(id)]
    const { key, what, label } = (is ?? was) as Amount
    const [from, to] = [was?.value ?? ZERO, is?.value ?? ZERO]
    if (from.eq(to)) return []
    return [{ key, what, label, before: from, now: to, interest: interestOf(was, to.minus(from)) }]
  })
}

/** Of what is there before and now: what came or went has no terms to compare. */
function termChanges<L extends Leg>(kind: LegKind<L>, { before, now }: LegPair<L>): TermChange[] {
  const earlier = numbered(kind.terms(before))
  return [...numbered(kind.terms(now))].flatMap(([id, { what, label, value }]) => {
    const was = earlier.get(id)
    return was === undefined || was.value === value ? [] : [{ what, label, before: was.value, now: value }]
  })
}

/** By key, and by its place among those of the same key: two of one name may not hide each other. */
function numbered<T extends { readonly key: string }>(rows: readonly T[]): Map<string, T> {
  const seen = new Map<string, number>()
  return new Map(
    rows.map((row) => {
      const place = (seen.get(row.key) ?? 0) + 1
      seen.set(row.key, place)
      return [`${row.key} ${place}`, row]
    }),
  )
}
