import { attemptOf, failuresOf, isPost, withAttempt, withChannel, withTelling } from './attempts.ts'
import { channelOf, type Memory, type Telling } from './memory.ts'
import { lastHour } from './newsFor.ts'
import type { News, Outgoing } from './outgoing.ts'
import { pauseAfter } from './pauseAfter.ts'
import type { AlertPolicy } from './policy.ts'
import { withoutPost } from './post.ts'

/** What came of an attempt: the channel took the message, or why it did not. */
export type Told = 'told' | Failure

export type Failure = {
  /** One sentence, without secrets. */
  readonly reason: string
  /** The pause that the other side asks for, milliseconds; null: none. */
  readonly retryAfterMs: number | null
  /** Whether it may have arrived all the same. */
  readonly maybe: boolean
  /** Whether trying again cannot help: a token that was revoked. */
  readonly permanent: boolean
  /** Whether it is this message that is refused, for its size or its words: another one may be taken. */
  readonly ofMessage?: boolean
}

/** So many different digests of one failure are remembered. */
const MOST_DIGESTS = 50

type Around = { readonly now: number; readonly policy: AlertPolicy }

/** The memory after an attempt. What is told is what the message said, whatever came after it was written. */
export function told(memory: Memory, outgoing: Outgoing, { outcome, now, policy }: Around & { readonly outcome: Told }): Memory {
  return outcome === 'told' ? arrived(memory, outgoing, now) : failed(memory, outgoing, { outcome, now, policy })
}

function arrived(memory: Memory, outgoing: Outgoing, now: number): Memory {
  const { channel, kind, news, id } = outgoing
  const heard = news.reduce(
    (all, one) => withTelling(all, { key: one.key, channel }, (telling) => hears(telling, one, now)),
    memory,
  )
  const state = channelOf(heard, channel)
  return withChannel(heard, channel, {
    ...{ failingSince: null, reason: null, notBefore: null, brokenAt: null, triedAt: null, test: null },
    digest: kind === 'digest' || state.digest === null ? null : { ...state.digest, failures: 0 },
    maybeDigests: kind === 'digest' ? [] : state.maybeDigests,
    ...(isPost(kind) && state[kind]?.id === id ? { [kind]: null } : {}),
  })
}

function hears({ changes, count }: Telling, { why, level, revision, figure, what }: News, now: number): Telling {
  const change = why !== 'repeated' && why !== 'stands'
  return {
    told: level === null ? null : { level, revision, at: now, figure, what },
    changes: [...lastHour(changes, now), ...(change ? [now] : [])],
    count: count + 1,
    attempt: null,
  }
}

function failed(memory: Memory, outgoing: Outgoing, { outcome, now, policy }: Around & { readonly outcome: Failure }): Memory {
  // Sent again it would be refused again, and it says nothing of the channel.
  if (outcome.ofMessage === true && isPost(outgoing.kind)) return withoutPost(memory, outgoing)
  const failures = failuresOf(memory, outgoing) + 1
  const maybe = outcome.maybe || attemptOf(memory, outgoing)?.maybe === true
  const { failingSince, brokenAt, notBefore, triedAt, maybeDigests } = channelOf(memory, outgoing.channel)
  const marked = withAttempt(memory, outgoing, {
    id: outgoing.id,
    failures,
    nextAt: now + pauseAfter({ failures, maybe }, policy),
    sendingAt: null,
    maybe,
  })
  const broken = outcome.permanent ? (brokenAt ?? now) : brokenAt
  return withChannel(marked, outgoing.channel, {
    failingSince: failingSince ?? now,
    reason: outcome.reason,
    notBefore: outcome.retryAfterMs === null ? notBefore : now + Math.min(outcome.retryAfterMs, policy.longestWaitMs),
    brokenAt: broken,
    maybeDigests:
      outgoing.kind === 'digest' && maybe ? [...new Set([...maybeDigests, outgoing.id])].slice(-MOST_DIGESTS) : maybeDigests,
    triedAt: broken === null ? triedAt : now,
  })
}
