import type { Earlier } from './memory.ts'
import type { AlertKey, Level, RuleName } from './rule.ts'

/** Why something is told of an alert: `stands` is what a digest repeats beside what is new. */
export type Why = 'raised' | 'escalated' | 'eased' | 'repeated' | 'resolved' | 'stands'

/** What a channel is told of one alert. */
export type News = {
  readonly key: AlertKey
  readonly rule: RuleName
  readonly why: Why
  /** null: it is over. */
  readonly level: Level | null
  /** What the channel was told before; null: nothing. */
  readonly before: Level | null
  readonly revision: number
  readonly what: string
  /** Decimal text. */
  readonly figure: string | null
  readonly earlier: Earlier | null
  /** When it was raised; of what is repeated or stands, since when it is at its level. */
  readonly since: number | null
  /** When it was last found. */
  readonly at: number
}

/** A message on its way to one channel, before it is put into words. */
export type Outgoing = AlertOutgoing | PostOutgoing

type Common = {
  /** The same for every attempt while its state is the same, another for another state or repeat. */
  readonly id: string
  readonly channel: string
  /** The alert's key, or the kind of message. */
  readonly about: string
  /** Whether an earlier attempt may have arrived. */
  readonly again: boolean
}

/** An alert, the end of one, or a digest of several. */
export type AlertOutgoing = Common & {
  readonly kind: 'alert' | 'resolved' | 'digest'
  /** The worst first. */
  readonly news: readonly [News, ...News[]]
  /** Until when this channel is not told of what becomes better, for it was told too many changes; null: it is. */
  readonly heldUntil: number | null
}

/** A report or test message that was put in line by `post`. */
export type PostOutgoing = Common & { readonly kind: 'report' | 'test'; readonly news: readonly [] }

/** Whether a message is about alerts, and not a report or test that was put in line. */
export function isAlert(outgoing: Outgoing): outgoing is AlertOutgoing {
  return outgoing.kind !== 'report' && outgoing.kind !== 'test'
}
