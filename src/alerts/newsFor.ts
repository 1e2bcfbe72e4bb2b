import type { Hush } from '../history/store.ts'
import { coveringHushes } from './hushed.ts'
import { type Alert, mayBeKnown, type Telling, tellingOf } from './memory.ts'
import type { News, Why } from './outgoing.ts'
import { type AlertPolicy, toldFrom } from './policy.ts'
import { keyOf, type Level, rankOf } from './rule.ts'

type Around = { readonly now: number; readonly policy: AlertPolicy; readonly hushes: readonly Hush[] }

const HOUR = 3_600_000

/** What a channel has to be told of an alert by now: the difference between how it stands and what the channel heard; null: nothing. */
export function newsFor(alert: Alert, channel: string, around: Around): News | null {
  if (alert.rule === 'watch' && alert.subject === channel) return null
  const telling = tellingOf(alert, channel)
  const level = toldLevel(alert, around.policy)
  const why = alert.kind === 'event' ? whyEvent(alert, telling, around) : whyState({ ...alert, told: level }, telling, around)
  return why === null ? null : news(alert, telling, { why, level })
}

/** How an alert stands, as a digest says it beside what is new; null: it does not stand, or is quiet. */
export function standingNews(alert: Alert, channel: string, { now, policy, hushes }: Around): News | null {
  if (alert.kind === 'event' || (alert.rule === 'watch' && alert.subject === channel)) return null
  const level = toldLevel(alert, policy)
  const telling = tellingOf(alert, channel)
  if (level === null || active(alert, hushes, now).length > 0 || rankOf(level) < rankOf(telling.told?.level ?? null)) return null
  return news(alert, telling, { why: 'stands', level })
}

/** Until when improvements wait after a change that is told now; null: they do not. */
export function heldUntil({ changes }: Telling, why: Why, { now, policy }: Pick<Around, 'now' | 'policy'>): number | null {
  if (why !== 'raised' && why !== 'escalated') return null
  const after = [...lastHour(changes, now), now]
  const most = mostChanges(policy)
  return after.length < most ? null : (after[after.length - most] as number) + HOUR
}

/** The changes of the last hour. */
export function lastHour(changes: readonly number[], now: number): readonly number[] {
  return changes.filter((at) => at > now - HOUR)
}

/** So many changes are told whatever they are; one that sounds worse always. */
function mostChanges({ changesPerHour }: AlertPolicy): number {
  return Math.max(1, changesPerHour - 1)
}

function toldLevel({ level, rule }: Alert, policy: AlertPolicy): Level | null {
  return rankOf(level) >= rankOf(toldFrom(policy, rule)) ? level : null
}

function active(alert: Alert, hushes: readonly Hush[], now: number): readonly Hush[] {
  return coveringHushes(
    alert,
    hushes.filter(({ until }) => until > now),
  )
}

function whyEvent(alert: Alert, { told, changes }: Telling, { now, policy, hushes }: Around): Why | null {
  if (toldLevel(alert, policy) === null || (told !== null && told.revision >= alert.revision)) return null
  if (active(alert, hushes, now).length > 0) return null
  const many = lastHour(changes, now).length >= policy.changesPerHour
  return many && rankOf(alert.level) < rankOf('critical') ? null : 'raised'
}

function whyState(alert: Alert & { readonly told: Level | null }, telling: Telling, { now, policy, hushes }: Around): Why | null {
  const { told: level, quietUntil, good, roseAt } = alert
  const { told, changes } = telling
  const quiet = active(alert, hushes, now)
  const better = lastHour(changes, now).length < mostChanges(policy)
  if (level === null) {
    // That something is over may be heard although it was acknowledged.
    return mayBeKnown(telling) && better && !quiet.some(({ kind }) => kind === 'silence') ? 'resolved' : null
  }
  if (quiet.length > 0) return null
  if (told === null) return 'raised'
  if (rankOf(level) > rankOf(told.level)) return 'escalated'
  if (rankOf(level) < rankOf(told.level)) return better ? 'eased' : null
  // It became better while nobody wanted to hear of it, and then as bad as before: that is worse than what was acknowledged.
  if (quietUntil !== null && roseAt !== null && roseAt > told.at) return 'escalated'
  // The last pass found it better: to say that it is so still would be wrong, and the next one decides.
  if (good.passes > 0) return null
  const again = policy.repeatMs[level]
  if (again !== null && now - told.at >= again) return 'repeated'
  return quietUntil !== null && quietUntil <= now && told.at < quietUntil ? 'repeated' : null
}

function news(alert: Alert, { told }: Telling, { why, level }: { readonly why: Why; readonly level: Level | null }): News {
  const { rule, subject, revision, what, figure, changedAt, at } = alert
  const heard = told === null || told.figure === null ? null : { figure: told.figure, at: told.at }
  const earlier = told === null ? alert.earlier : heard
  return {
    key: keyOf({ rule, subject }),
    rule,
    why,
    level,
    before: told?.level ?? null,
    revision,
    // What is over was as it was told, not as it is now.
    what: why === 'resolved' ? (told?.what ?? what) : what,
    figure,
    earlier,
    // What stands still stands so since it last changed: critical for half an hour is not critical for the day that it was a warning.
    since: why === 'repeated' || why === 'stands' ? changedAt : alert.since,
    at,
  }
}
