import { legName } from '../../report/legName.ts'
import { daysWords, healthWords } from '../../report/words.ts'
import { gradeOfDays } from '../../risk/daysLeft.ts'
import { ONE } from '../../risk/decimal.ts'
import { gradeOfHealth } from '../../risk/grade.ts'
import type { RiskView } from '../../risk/view.ts'
import type { Weights } from '../policy.ts'
import { type Condition, LEVELS, type Level, rankOf } from '../rule.ts'
import { graded, levelOf, levels } from './graded.ts'

/** Alerts about what no price has to move for: low health, and interest and funding that eat what is left. */
export function endurance(view: RiskView, weights: Weights): readonly Condition[] {
  return [...healths(view, weights), ...days(view, weights)]
}

function healths({ legs }: RiskView, { grades, margin, off }: Weights): Condition[] {
  const { lowHealth } = grades
  // As for the other limits, the margin is a share of what there is between the limit and the end, which is at 1.
  const wider = { ...grades, lowHealth: lowHealth.plus(lowHealth.minus(ONE).times(margin)) }
  return legs.flatMap((leg): Condition[] => {
    if (leg.kind !== 'lending' || leg.health === null) return []
    // That it can be liquidated now is said by `room` already.
    const most: Level = off.includes('room') ? 'liquidatable' : 'warning'
    const by = (policy: typeof grades): Level | null => capped(levelOf(gradeOfHealth(leg.health, policy)), most)
    const found = levels(by(grades), by(wider))
    const what = `${legName(leg, legs)} has health ${healthWords(leg.health)}`
    return found === null ? [] : [{ rule: 'health', subject: leg.id, kind: 'state', ...found, what, figure: leg.health }]
  })
}

function days({ verdict }: RiskView, { grades, margin }: Weights): Condition[] {
  const left = verdict.days ?? verdict.daysAtMost
  if (left === null) return []
  const found = graded(grades.days, margin, (limits) => gradeOfDays(left, limits))
  const bound = verdict.days === null ? 'at most ' : ''
  const what = `interest and funding alone liquidate in ${bound}${daysWords(left)}, prices still`
  return found === null ? [] : [{ rule: 'days', subject: '', kind: 'state', ...found, what, figure: left }]
}

function capped(level: Level | null, most: Level): Level | null {
  return level === null ? null : (LEVELS[Math.min(rankOf(level), rankOf(most))] ?? null)
}
