import type { Hush } from '../history/store.ts'
import { type Alert, type Attempt, channelOf, type Memory, type Post, tellingOf } from './memory.ts'
import { heldUntil, newsFor, standingNews } from './newsFor.ts'
import type { News, Outgoing } from './outgoing.ts'
import { pauseAfter } from './pauseAfter.ts'
import type { AlertPolicy } from './policy.ts'
import { rankOf } from './rule.ts'

/** What has to be known to say what is due. */
export type Due = {
  readonly now: number
  readonly policy: AlertPolicy
  /** Those that are not over. */
  readonly hushes: readonly Hush[]
  /** The channels that may be told something now: those to which nothing is on its way. */
  readonly channels: readonly string[]
}

/** What every channel must be told now, the worst first. Each channel is told the state as it is, never what it missed. */
export function due(memory: Memory, around: Due): readonly Outgoing[] {
  return waiting(memory, around)
    .filter(({ at }) => at <= around.now)
    .map(({ outgoing }) => outgoing)
}

/** When the next message that waits already may be tried, milliseconds since 1970; null: none waits. */
export function nextDue(memory: Memory, around: Due): number | null {
  const times = waiting(memory, around).map(({ at }) => at)
  return times.length === 0 ? null : Math.min(...times)
}

/** How many messages wait for channels that did not take what was sent last, or want to be left alone. */
export function untold(memory: Memory, around: Due): number {
  return waiting(memory, around).filter(({ outgoing: { channel } }) => {
    const { failingSince, brokenAt, notBefore } = channelOf(memory, channel)
    return failingSince !== null || brokenAt !== null || (notBefore !== null && notBefore > around.now)
  }).length
}

type Waiting = { readonly outgoing: Outgoing; readonly at: number }

function waiting(memory: Memory, around: Due): readonly Waiting[] {
  return around.channels.flatMap((channel) => {
    const { notBefore, brokenAt, triedAt } = channelOf(memory, channel)
    const all = ofChannel(memory, channel, around)
    const opens = Math.max(
      notBefore ?? Number.NEGATIVE_INFINITY,
      brokenAt === null ? Number.NEGATIVE_INFINITY : (triedAt ?? brokenAt) + around.policy.brokenRetryMs,
    )
    // One message is enough to see whether it takes any again.
    const some = brokenAt === null ? all : all.slice(0, 1)
    return some.map(({ outgoing, at }) => ({
      outgoing,
      // A token may have been renewed meanwhile, and this is what the channel is there for: once, as it comes up.
      at:
        brokenAt !== null && triedAt !== null && urgentSince(memory, outgoing, triedAt)
          ? Math.max(at, notBefore ?? at)
          : Math.max(at, opens),
    }))
  })
}

/** Whether a message tells of something that became critical or worse after a time. */
function urgentSince({ alerts }: Memory, { news }: { readonly news: readonly News[] }, time: number): boolean {
  return news.some(({ key, level }) => {
    const { roseAt = null } = alerts[key] ?? {}
    return rankOf(level) >= rankOf('critical') && roseAt !== null && roseAt > time
  })
}

type Item = { readonly alert: Alert; readonly news: News }

function ofChannel(memory: Memory, channel: string, around: Due): readonly Waiting[] {
  const { now, policy } = around
  const { failingSince, report, test } = channelOf(memory, channel)
  const [first, ...rest] = listed(memory, (alert) => newsFor(alert, channel, around))
  const reports = ofPost('report', report, { channel, now })
  // Whatever else arrives tests the channel as well.
  if (first === undefined) return reports.length > 0 ? reports : ofPost('test', test, { channel, now })
  const items = [first, ...rest] as const
  const late = failingSince !== null && now - failingSince >= policy.digestAfterMs
  const alerts =
    late || items.length > policy.digestOver
      ? [digest(memory, channel, { around, items })]
      : items.map((item) => one(item, channel, around))
  // A report must not end the time in which a channel fails before the alerts do: what waited would come one by one.
  const opens = failingSince === null ? now : Math.min(...alerts.map(({ at }) => at))
  return [...alerts, ...reports.map(({ outgoing, at }) => ({ outgoing, at: Math.max(at, opens) }))]
}

/** News, the worst first, and the older first of what is alike. */
function listed(memory: Memory, newsOf: (alert: Alert) => News | null): Item[] {
  const items = Object.values(memory.alerts).flatMap((alert) => {
    const news = newsOf(alert)
    return news === null ? [] : [{ alert, news }]
  })
  return items.toSorted((a, b) => rankOf(b.news.level) - rankOf(a.news.level) || a.alert.changedAt - b.alert.changedAt)
}

function one({ alert, news }: Item, channel: string, { now, policy }: Due): Waiting {
  const telling = tellingOf(alert, channel)
  const id = `${alert.born}.${alert.revision}.${telling.count}`
  return {
    outgoing: {
      ...{ id, channel, kind: news.why === 'resolved' ? 'resolved' : 'alert', about: news.key, news: [news] },
      ...{ again: mayHaveArrived(telling.attempt, id), heldUntil: heldUntil(telling, news.why, { now, policy }) },
    },
    at: openAt(telling.attempt, id, now),
  }
}

/** What is new and what stands, as one message. */
function digest(memory: Memory, channel: string, { around, items }: { around: Due; items: readonly [Item, ...Item[]] }): Waiting {
  const fresh = new Set(items.map(({ news }) => news.key))
  const standing = listed(memory, (alert) => standingNews(alert, channel, around)).filter(({ news }) => !fresh.has(news.key))
  const told = Object.values(memory.alerts).reduce((count, alert) => count + tellingOf(alert, channel).count, 0)
  const id = `${items[0].alert.born}.d${memory.revision}.${told}`
  const { digest: attempt, maybeDigests } = channelOf(memory, channel)
  const all = [...items, ...standing].map((item) => item.news)
  const [worst = items[0].news, ...rest] = all.toSorted((a, b) => rankOf(b.level) - rankOf(a.level))
  return {
    outgoing: {
      id,
      channel,
      kind: 'digest',
      about: 'digest',
      news: [worst, ...rest],
      again: mayHaveArrived(attempt, id) || maybeDigests.includes(id),
      heldUntil: null,
    },
    at: digestAt(attempt, id, { memory, around, items }),
  }
}

/** A digest that says something new waits like the one before it, but for what became critical meanwhile. */
type Told = { readonly memory: Memory; readonly around: Due; readonly items: readonly Item[] }

function digestAt(attempt: Attempt | null, id: string, { memory, around, items }: Told): number {
  const { now, policy } = around
  if (attempt === null || attempt.nextAt === null || attempt.failures === 0) return openAt(attempt, id, now)
  const triedAt = attempt.nextAt - pauseAfter(attempt, policy)
  return urgentSince(memory, { news: items.map(({ news }) => news) }, triedAt) ? now : attempt.nextAt
}

function ofPost(kind: 'report' | 'test', post: Post | null, { channel, now }: { channel: string; now: number }): Waiting[] {
  if (post === null) return []
  const { id, attempt } = post
  const outgoing: Outgoing = { id, channel, kind, about: kind, news: [], again: mayHaveArrived(attempt, id) }
  return [{ outgoing, at: openAt(attempt, id, now) }]
}

/** When a message may be tried: another one than was tried last at once. */
function openAt(attempt: Attempt | null, id: string, now: number): number {
  return attempt?.id === id ? (attempt.nextAt ?? now) : now
}

function mayHaveArrived(attempt: Attempt | null, id: string): boolean {
  return attempt?.id === id && (attempt.maybe || attempt.sendingAt !== null)
}
