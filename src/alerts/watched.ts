import { plain } from '../report/words.ts'
import type { Memory } from './memory.ts'
import type { AlertPolicy } from './policy.ts'
import type { Condition } from './rule.ts'

/** What the memory says of the channels themselves: one that refuses for good, or takes nothing for long, is told on the others. */
export function watched(
  { channels }: Memory,
  { now, policy }: { readonly now: number; readonly policy: AlertPolicy },
): Condition[] {
  if (policy.off.includes('watch')) return []
  return Object.entries(channels).flatMap(([name, { brokenAt, failingSince, reason }]): Condition[] => {
    const failing = failingSince !== null && now - failingSince >= policy.digestAfterMs
    if (brokenAt === null && !failing) return []
    const why = reason === null ? '' : `: ${plain(reason, 120).replace(/\.$/, '')}`
    const what = `the channel ${plain(name, 40)} ${brokenAt === null ? 'takes no messages' : 'refuses all messages'}${why}`
    return [{ rule: 'watch', subject: name, level: 'warning', what, figure: null, kind: 'state', certain: true }]
  })
}
