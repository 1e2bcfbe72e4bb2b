import type { Alert, Attempt, ChannelState, Memory, Post } from './memory.ts'
import type { AlertPolicy } from './policy.ts'

type Around = { readonly now: number; readonly policy: AlertPolicy }

/**
 * The memory on a clock that may have been set back: nothing was told in the future, and no wait is longer than it can have been. Else an
 * alert would be silent until the old time has come again.
 */
export function notAfter(memory: Memory, { now, policy }: Around): Memory {
  const longest = Math.max(0, ...policy.retryMs, ...policy.retryMaybeMs)
  const past = (at: number): number => Math.min(at, now)
  const maybePast = (at: number | null): number | null => (at === null ? null : past(at))
  const attempt = (one: Attempt | null): Attempt | null =>
    one === null
      ? null
      : { ...one, nextAt: one.nextAt === null ? null : Math.min(one.nextAt, now + longest), sendingAt: maybePast(one.sendingAt) }
  const post = (one: Post | null): Post | null =>
    one === null ? null : { ...one, at: past(one.at), attempt: attempt(one.attempt) }
  const channel = (one: ChannelState): ChannelState => ({
    ...one,
    failingSince: maybePast(one.failingSince),
    notBefore: one.notBefore === null ? null : Math.min(one.notBefore, now + policy.longestWaitMs),
    brokenAt: maybePast(one.brokenAt),
    triedAt: maybePast(one.triedAt),
    digest: attempt(one.digest),
    report: post(one.report),
    test: post(one.test),
  })
  const alert = (one: Alert): Alert => ({
    ...one,
    since: maybePast(one.since),
    roseAt: maybePast(one.roseAt),
    changedAt: past(one.changedAt),
    at: past(one.at),
    channels: mapped(one.channels, (telling) => ({
      ...telling,
      told: telling.told === null ? null : { ...telling.told, at: past(telling.told.at) },
      changes: telling.changes.map(past),
      attempt: attempt(telling.attempt),
    })),
  })
  return { ...memory, alerts: mapped(memory.alerts, alert), channels: mapped(memory.channels, channel) }
}

function mapped<T>(all: Readonly<Record<string, T>>, change: (one: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]))
}
