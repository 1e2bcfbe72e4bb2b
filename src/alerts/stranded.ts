import { type Due, nextDue } from './due.ts'
import { channelOf, type Memory } from './memory.ts'

/** Channels that took nothing the last time and wait for nothing more: no message would ever show that they work again. */
export function stranded(memory: Memory, around: Due): readonly string[] {
  return around.channels.filter(
    (name) => channelOf(memory, name).failingSince !== null && nextDue(memory, { ...around, channels: [name] }) === null,
  )
}
