import { attemptOf, failuresOf, withAttempt } from './attempts.ts'
import type { Memory } from './memory.ts'
import type { Outgoing } from './outgoing.ts'

/**
 * Marks a message as on its way, to be stored before it is sent: a mark that never gets an outcome makes the next attempt `again`.
 *
 * @param now - Milliseconds since 1970.
 */
export function sending(memory: Memory, outgoing: Outgoing, now: number): Memory {
  const before = attemptOf(memory, outgoing)
  return withAttempt(memory, outgoing, {
    id: outgoing.id,
    failures: failuresOf(memory, outgoing),
    nextAt: null,
    sendingAt: now,
    maybe: before !== null && (before.maybe || before.sendingAt !== null),
  })
}
