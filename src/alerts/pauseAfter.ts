import type { Attempt } from './memory.ts'
import type { AlertPolicy } from './policy.ts'

/** How long to wait after an attempt that failed, milliseconds. */
export function pauseAfter({ failures, maybe }: Pick<Attempt, 'failures' | 'maybe'>, policy: AlertPolicy): number {
  const pauses = maybe ? policy.retryMaybeMs : policy.retryMs
  return pauses[Math.min(failures, pauses.length) - 1] ?? 0
}
