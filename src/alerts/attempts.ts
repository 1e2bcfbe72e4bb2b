import { type Alert, type Attempt, type ChannelState, channelOf, type Memory, type Telling, tellingOf } from './memory.ts'
import type { News, Outgoing } from './outgoing.ts'
import type { AlertKey } from './rule.ts'

/** The attempt at a message as it is remembered; null: none. */
export function attemptOf(memory: Memory, { id, channel, kind, news }: Outgoing): Attempt | null {
  const state = channelOf(memory, channel)
  const found = kind === 'digest' ? state.digest : isPost(kind) ? (state[kind]?.attempt ?? null) : ofAlert(memory, channel, news)
  return found?.id === id ? found : null
}

/** How often a message failed. A digest that says something new goes on from the one before: it is the channel that fails. */
export function failuresOf(memory: Memory, outgoing: Outgoing): number {
  const attempt = outgoing.kind === 'digest' ? channelOf(memory, outgoing.channel).digest : attemptOf(memory, outgoing)
  return attempt?.failures ?? 0
}

/** The memory with another attempt in its place. A message that nobody waits for any more leaves none. */
export function withAttempt(memory: Memory, outgoing: Outgoing, attempt: Attempt | null): Memory {
  const { id, channel, kind, news } = outgoing
  if (isPost(kind)) {
    const post = channelOf(memory, channel)[kind]
    return post?.id === id ? withChannel(memory, channel, { [kind]: { ...post, attempt } }) : memory
  }
  // Of a digest, too: an alert that is on its way to somebody may not be forgotten meanwhile. Nor may it be forgotten that it may have arrived by itself.
  const kept = (own: Attempt | null): boolean => kind === 'digest' && own !== null && own.maybe
  const marked = news.reduce<Memory>(
    (all, { key }) =>
      withTelling(all, { key, channel }, (telling) => ({ attempt: kept(telling.attempt) ? telling.attempt : attempt })),
    memory,
  )
  return kind === 'digest' ? withChannel(marked, channel, { digest: attempt }) : marked
}

/** The memory with something else known of a channel. */
export function withChannel(memory: Memory, channel: string, change: Partial<ChannelState>): Memory {
  const state = { ...channelOf(memory, channel), ...change }
  return { ...memory, channels: { ...memory.channels, [channel]: state } }
}

/** The memory with something else known of an alert and a channel; the same where there is no such alert. */
export function withTelling(
  memory: Memory,
  { key, channel }: { readonly key: AlertKey; readonly channel: string },
  change: (telling: Telling) => Partial<Telling>,
): Memory {
  const alert = alertAt(memory, key)
  if (alert === null) return memory
  const telling = tellingOf(alert, channel)
  const channels = { ...alert.channels, [channel]: { ...telling, ...change(telling) } }
  return { ...memory, alerts: { ...memory.alerts, [key]: { ...alert, channels } } }
}

export function isPost(kind: Outgoing['kind']): kind is 'report' | 'test' {
  return kind === 'report' || kind === 'test'
}

function ofAlert(memory: Memory, channel: string, [first]: readonly News[]): Attempt | null {
  const alert = first === undefined ? null : alertAt(memory, first.key)
  return alert === null ? null : tellingOf(alert, channel).attempt
}

function alertAt({ alerts }: Memory, key: AlertKey): Alert | null {
  return (Object.hasOwn(alerts, key) ? alerts[key] : undefined) ?? null
}
