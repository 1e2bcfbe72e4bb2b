import { type Due, nextDue } from './due.ts'
import { type Alert, channelOf, type Memory } from './memory.ts'
import { rankOf } from './rule.ts'

/** What stands now, the worst first: states only, for an event does not last. */
export function standing({ alerts }: Memory): readonly Alert[] {
  return Object.values(alerts)
    .filter(({ kind, level }) => kind === 'state' && level !== null)
    .toSorted((a, b) => rankOf(b.level) - rankOf(a.level) || (a.since ?? 0) - (b.since ?? 0))
}

/**
 * The channels that took nothing for so long, milliseconds, though something waits for them, and those that refuse for good: where they are
 * all of them, nobody is warned.
 */
export function deafChannels(memory: Memory, around: Due, forMs: number): readonly string[] {
  return around.channels.filter((name) => {
    const { failingSince, brokenAt } = channelOf(memory, name)
    const failing = failingSince !== null && around.now - failingSince >= forMs
    return brokenAt !== null || (failing && nextDue(memory, { ...around, channels: [name] }) !== null)
  })
}
