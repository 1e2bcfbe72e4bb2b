import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../alerts/policy.ts'
import type { Channel, ChannelSettings, Detail } from '../deliver/channel.ts'
import { DEFAULT_SCHEDULE, type Schedule } from '../schedule.ts'

/** What the configuration must know of the kinds of channel: the names of their settings, and how those are checked. */
export type ChannelKinds = Readonly<
  Record<
    string,
    {
      readonly settings: Channel<unknown>['settings']
      readonly read: (
        options: ChannelSettings['options'],
      ) => { readonly options: unknown } | { readonly problems: readonly string[] }
    }
  >
>

/** A channel of the book file, before its variables are read. */
export type ChannelDraft = {
  readonly place: string
  readonly name: string
  readonly kind: string
  readonly detail: Detail
  readonly reports: boolean
  /** Settings that stand in the file. */
  readonly texts: Readonly<Record<string, string>>
  /** Secret settings, by the names of the variables that hold them. */
  readonly variables: Readonly<Record<string, string>>
}

/** How the dead-man's switch is pinged. */
export const PING_KINDS = ['healthchecks', 'uptime-kuma'] as const
export type PingKind = (typeof PING_KINDS)[number]

/** Everything of a book file that only matters when hullmark runs by itself. */
export type WatchDraft = {
  readonly schedule: Schedule
  /** Whether the book file says when, or has nothing but the usual. */
  readonly scheduled: boolean
  readonly alerts: AlertPolicy
  readonly channels: readonly ChannelDraft[]
  /** As written; null: the usual place. */
  readonly historyFile: string | null
  /** How long single passes are kept before they become one line a day, milliseconds. */
  readonly keepMs: number
  readonly ping: { readonly place: string; readonly kind: PingKind; readonly variable: string } | null
  /** Names for addresses, by the address in lower case. */
  readonly aliases: ReadonlyMap<string, string>
}

export const DEFAULT_KEEP_MS = 30 * 86_400_000

/** Where nothing is said: a report each morning to nobody but the history. */
export const DEFAULT_WATCH: WatchDraft = {
  schedule: DEFAULT_SCHEDULE,
  scheduled: false,
  alerts: DEFAULT_ALERT_POLICY,
  channels: [],
  historyFile: null,
  keepMs: DEFAULT_KEEP_MS,
  ping: null,
  aliases: new Map(),
}
