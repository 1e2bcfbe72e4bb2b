import { legName } from '../../report/legName.ts'
import { factorWords } from '../../report/sentence.ts'
import { moveWords } from '../../report/words.ts'
import { type Decimal, ONE } from '../../risk/decimal.ts'
import { gradeOfDeath, type Limits } from '../../risk/grade.ts'
import { nearestDeath } from '../../risk/nearestDeath.ts'
import type { LegView, RiskView } from '../../risk/view.ts'
import type { Weights } from '../policy.ts'
import type { Condition } from '../rule.ts'
import { graded } from './graded.ts'
import { nearestWall } from './nearestWall.ts'

/** Alerts about how far prices may still move: of the book, of single legs and factors, of pegs. */
export function distances(view: RiskView, weights: Weights): readonly Condition[] {
  return [...room(view, weights), ...legs(view, weights), ...factors(view, weights), ...pegs(view, weights)]
}

/** The book's first liquidation by market factors. Of an incomplete book it is a bound, which may worsen an alert. */
function room({ verdict, legs: all }: RiskView, { grades, margin }: Weights): Condition[] {
  const first = verdict.firstLiquidation
  if (first === null) return []
  const named = all.filter(({ id }) => first.legs.includes(id))
  const names = named
    .map((leg) => shortName(leg, all))
    .join(first.ambiguous && !named.every(({ tripped }) => tripped) ? ' or ' : ' and ')
  const common = { rule: 'room', subject: '', figure: first.move, kind: 'state' } as const
  if (all.some(({ tripped }) => tripped)) return [{ ...common, level: 'liquidatable', what: `${names} can be liquidated now` }]
  const found = byMove(first.move, grades.room, margin)
  return found === null
    ? []
    : [{ ...common, ...found, what: `${names} ${verdict.complete ? '' : 'at most '}${farWords(first.move)} from liquidation` }]
}

function legs({ legs: all }: RiskView, { limits, margin }: Weights): Condition[] {
  return all.flatMap((leg): Condition[] => {
    const own = limitsOf(limits.leg, leg.id)
    if (own === null) return []
    const common = { rule: 'leg', subject: leg.id, kind: 'state' } as const
    if (leg.tripped)
      return [{ ...common, level: 'liquidatable', what: `${legName(leg, all)} can be liquidated now`, figure: null }]
    const move = nearestDeath(leg.liquidation)?.move ?? null
    const found = move === null ? null : byMove(move, own, margin)
    if (move === null || found === null) return []
    return [{ ...common, ...found, what: `${legName(leg, all)} ${farWords(move)} from liquidation`, figure: move }]
  })
}

function factors({ corridors }: RiskView, { limits, margin }: Weights): Condition[] {
  return corridors.flatMap((corridor): Condition[] => {
    const own = limitsOf(limits.factor, corridor.factor)
    const at = own === null ? null : nearestWall(corridor)
    if (own === null || at === null) return []
    const move = at.minus(ONE)
    const found = byMove(move, own, margin)
    const what = `first liquidation if ${factorWords(corridor.factor)} moves ${moveWords(move)}`
    return found === null ? [] : [{ rule: 'factor', subject: corridor.factor, kind: 'state', ...found, what, figure: move }]
  })
}

function pegs({ corridors }: RiskView, { grades, margin }: Weights): Condition[] {
  return corridors.flatMap((corridor): Condition[] => {
    const at = corridor.kind === 'peg' ? nearestWall(corridor) : null
    if (at === null) return []
    const move = at.minus(ONE)
    const found = byMove(move, grades.peg, margin)
    const what = `first liquidation if ${factorWords(corridor.factor)} moves ${moveWords(move)}`
    return found === null ? [] : [{ rule: 'peg', subject: corridor.factor, kind: 'state', ...found, what, figure: move }]
  })
}

function byMove(move: Decimal, limits: Limits, margin: Decimal) {
  return graded(limits, margin, (some) => gradeOfDeath(move.plus(ONE), some))
}

function limitsOf(limits: Readonly<Record<string, Limits>>, name: string): Limits | null {
  return (Object.hasOwn(limits, name) ? limits[name] : undefined) ?? null
}

/** `14.8 %` down, `25.4 % up`: how far something is, rounded to the worse side. */
function farWords(move: Decimal): string {
  const words = moveWords(move)
  return move.gt(0) ? `${words.slice(1)} up` : words.slice(1)
}

/** "loan" or "futures" where there is one of the kind, else its name. */
function shortName(leg: LegView, all: readonly LegView[]): string {
  if (all.filter(({ kind }) => kind === leg.kind).length > 1) return legName(leg, all, 40)
  return leg.kind === 'lending' ? 'loan' : 'futures'
}
