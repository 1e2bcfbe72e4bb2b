import { withChannel } from './attempts.ts'
import { channelOf, type Memory } from './memory.ts'
import type { Outgoing } from './outgoing.ts'

/** A report or test message for some channels. */
export type NewPost = {
  readonly kind: 'report' | 'test'
  readonly id: string
  readonly channels: readonly string[]
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Puts a report or test message in line for each channel, in the place of an older one that still waits. */
export function post(memory: Memory, { kind, id, channels, at }: NewPost): Memory {
  return channels.reduce((all, channel) => withChannel(all, channel, { [kind]: { id, at, attempt: null } }), memory)
}

/** Takes a report or test message out of its line: what it told of is gone. Alerts stay: they are told as they stand. */
export function withoutPost(memory: Memory, { kind, id, channel }: Outgoing): Memory {
  if (kind !== 'report' && kind !== 'test') return memory
  return channelOf(memory, channel)[kind]?.id === id ? withChannel(memory, channel, { [kind]: null }) : memory
}
