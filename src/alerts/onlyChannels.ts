import type { Alert, Memory } from './memory.ts'

/** The memory without channels that the book no longer names: nothing is ever told there again, so nothing of theirs is over either. */
export function onlyChannels(memory: Memory, names: readonly string[]): Memory {
  const named = <T>(all: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))
  const alert = (one: Alert): Alert => ({ ...one, channels: named(one.channels) })
  return {
    ...memory,
    alerts: Object.fromEntries(Object.entries(memory.alerts).map(([key, one]) => [key, alert(one)])),
    channels: named(memory.channels),
  }
}
