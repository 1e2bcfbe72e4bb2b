import type { AlertPolicy } from '../alerts/policy.ts'
import type { ChannelSettings } from '../deliver/channel.ts'
import type { Policy } from '../risk/grade.ts'
import type { Means } from '../risk/means.ts'

/** The book that is watched, and by which rules. */
export type Watched = {
  readonly name: string
  readonly policy: Policy
  readonly means: Means
  readonly alerts: AlertPolicy
  readonly channels: readonly ChannelSettings[]
  /** Names for addresses, by the address in lower case. */
  readonly aliases: ReadonlyMap<string, string>
  /** Fingerprints of its wallets: they tell it from another book of the same name. */
  readonly places: readonly string[]
  /** The names of the chains that are read, as gaps name them. */
  readonly chains: readonly string[]
  readonly banners: readonly string[]
  /** How long single passes are kept, milliseconds. */
  readonly keepMs: number
  /** The time between two looks. */
  readonly lookMs: number
  /** When a report is due next after a time, milliseconds since 1970; null: never. Without it nobody knows. */
  readonly nextReportAfter?: (time: number) => number | null
}
