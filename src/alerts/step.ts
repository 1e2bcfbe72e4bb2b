import type { Alert } from './memory.ts'
import type { AlertPolicy } from './policy.ts'
import { type Condition, type Level, rankOf, worseLevel } from './rule.ts'

/** What a pass says of one alert: its condition (null: nothing was found), and whether it could look at all. */
export type Sight = { readonly condition: Condition | null; readonly unseen: boolean }

type Around = { readonly now: number; readonly policy: AlertPolicy }

/** An alert that nothing was found of yet. */
export function newAlert({ rule, subject, kind }: Condition, born: string, now: number): Alert {
  return {
    ...{ rule, subject, kind, born, level: null, revision: 0, since: null, roseAt: null, changedAt: now, at: now },
    ...{ bad: { notice: 0, warning: 0 }, good: { passes: 0, level: null }, what: '', figure: null, earlier: null, began: null },
    ...{ quietUntil: null, channels: {} },
  }
}

/**
 * One pass more for one alert. Worse is believed at once from critical on, and after some passes in a row below that; better only after
 * some passes in a row that looked. What was not looked at makes nothing better, and takes no count of bad passes back.
 */
export function step(alert: Alert, sight: Sight, { now, policy }: Around): Alert {
  const { condition, unseen } = sight
  if (alert.kind === 'event') return condition === null ? alert : happened(alert, condition, now)
  const found = foundLevel(alert, condition)
  const better = rankOf(found) < rankOf(alert.level)
  const seen = condition !== null && !(unseen && better) ? { ...alert, ...figuresOf(condition, now) } : alert
  if (rankOf(found) > rankOf(alert.level))
    return worse(seen, found as Level, { now, policy, certain: condition?.certain === true })
  if (unseen) return { ...seen, good: NONE }
  if (!better) return { ...seen, bad: NEVER, good: NONE }
  return improved({ ...seen, bad: NEVER }, found, { now, policy })
}

const NEVER = { notice: 0, warning: 0 }
const NONE = { passes: 0, level: null }

/** The level found; where the figure is better by too little to be believed, no lower than what that holds up. */
function foundLevel({ level: stands }: Alert, condition: Condition | null): Level | null {
  if (condition === null) return null
  const { level, holds = null } = condition
  return worseLevel(level, rankOf(holds) < rankOf(stands) ? holds : stands)
}

function figuresOf({ what, figure }: Condition, now: number): Pick<Alert, 'what' | 'figure' | 'at'> {
  return { what, figure: figure?.toFixed() ?? null, at: now }
}

function worse(alert: Alert, found: Level, { now, policy, certain }: Around & { readonly certain: boolean }): Alert {
  const { bad, level } = alert
  const counts = {
    notice: bad.notice + 1,
    warning: rankOf(found) >= rankOf('warning') ? bad.warning + 1 : 0,
  }
  const atOnce = certain || rankOf(found) >= rankOf('critical')
  const next = atOnce
    ? found
    : counts.warning >= policy.badPasses
      ? 'warning'
      : counts.notice >= policy.badPasses
        ? 'notice'
        : null
  if (rankOf(next) <= rankOf(level)) return { ...alert, bad: counts, good: NONE }
  const since = level === null ? now : alert.since
  return { ...moved(alert, next, now), bad: rankOf(found) > rankOf(next) ? counts : NEVER, good: NONE, roseAt: now, since }
}

function improved(alert: Alert, found: Level | null, { now, policy }: Around): Alert {
  const good = { passes: alert.good.passes + 1, level: worseLevel(found, alert.good.level) }
  if (good.passes < policy.goodPasses) return { ...alert, good }
  return { ...moved(alert, good.level, now), good: NONE, ...(good.level === null ? { quietUntil: null } : {}) }
}

/** What has happened. What happened before and some channel has not heard of yet is told with it, and is no less bad for it. */
function happened(alert: Alert, condition: Condition, now: number): Alert {
  const before = isUnheard(alert) ? alert : null
  const what = before === null ? condition.what : `${before.what}; ${condition.what}`
  const seen = { ...alert, ...figuresOf({ ...condition, what }, now) }
  return { ...moved(seen, worseLevel(condition.level, before?.level ?? null), now), since: now, roseAt: now }
}

/** Whether an event waits for a channel that was tried with it. Joined without end it would fit nowhere. */
function isUnheard({ revision, channels, what }: Alert): boolean {
  const waits = Object.values(channels).some(
    ({ told, attempt }) => attempt !== null && (told === null || told.revision < revision),
  )
  return waits && what.length < MOST_OF_EVENTS
}

const MOST_OF_EVENTS = 600

function moved(alert: Alert, level: Level | null, now: number): Alert {
  const began = level === null || alert.figure === null ? null : { figure: alert.figure, at: now }
  return { ...alert, level, revision: alert.revision + 1, changedAt: now, earlier: alert.began, began }
}
