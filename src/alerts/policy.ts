import { type Decimal, dec } from '../risk/decimal.ts'
import { SLOWEST_FEED_SECONDS } from '../risk/feedAges.ts'
import { DEFAULT_POLICY, type Limits, type Policy } from '../risk/grade.ts'
import type { Level, RuleName } from './rule.ts'

/** When something is told, how often, and how sure of it one must be. */
export type AlertPolicy = {
  /** Passes in a row that must find it before a notice or a warning is raised; what is worse is raised at once. At least 1. */
  readonly badPasses: number
  /** Passes in a row that must find it better before it is over, or comes down a level. At least 1. */
  readonly goodPasses: number
  /** The lowest level that is told of each rule; rules that are not named: `warning`. */
  readonly tellFrom: Readonly<Partial<Record<RuleName, Level>>>
  /** Rules that are not looked at. */
  readonly off: readonly RuleName[]
  /** Milliseconds after which what still stands is told again; null: never. */
  readonly repeatMs: Readonly<Record<Level, number | null>>
  /** How much better than its limit a figure must be before that counts, as a share of the limit: 0.1 of 20 % is 22 %. */
  readonly margin: Decimal
  /** Changes of one alert that one channel is told within an hour; what sounds better waits then, what is worse never does. */
  readonly changesPerHour: number
  /** Limits of single legs by their ids, and of factors by their names; what is not named here has none. */
  readonly limits: { readonly leg: Readonly<Record<string, Limits>>; readonly factor: Readonly<Record<string, Limits>> }
  /** Seconds since a loan's price source was last written, after which its price is old. */
  readonly oracleSeconds: number
  /** How far oracle and mark may be apart, as a share. */
  readonly divergence: Decimal
  /** A channel that failed for so long, milliseconds, is told the state as it is then, in one message. */
  readonly digestAfterMs: number
  /** More than so many messages at once for a channel become one. */
  readonly digestOver: number
  /** Milliseconds before each next attempt at the same message; the last one holds for all that follow. */
  readonly retryMs: readonly number[]
  /** The same where it may have arrived: whoever hears it and cannot say so is not to hear it every minute. */
  readonly retryMaybeMs: readonly number[]
  /** The longest pause that a channel may ask for, milliseconds. */
  readonly longestWaitMs: number
  /** A channel that refuses for good is tried again after so long, milliseconds: tokens are renewed, blocks are lifted. */
  readonly brokenRetryMs: number
}

/** What the conditions are weighed by: the alerts' own policy and the limits of the grades. */
export type Weights = AlertPolicy & { readonly grades: Policy }

const [MINUTE, HOUR] = [60_000, 3_600_000]

/** @see REPORT "The alert"; RELIABILITY rule 4 */
export const DEFAULT_ALERT_POLICY: AlertPolicy = {
  badPasses: 2,
  goodPasses: 2,
  tellFrom: { position: 'notice', parameters: 'notice' },
  off: [],
  repeatMs: { notice: null, warning: 6 * HOUR, critical: 30 * MINUTE, liquidatable: 10 * MINUTE },
  margin: dec('0.1'),
  changesPerHour: 6,
  limits: { leg: {}, factor: {} },
  oracleSeconds: SLOWEST_FEED_SECONDS,
  divergence: dec('0.02'),
  digestAfterMs: 10 * MINUTE,
  digestOver: 5,
  retryMs: [1_000, 5_000, 15_000, MINUTE],
  retryMaybeMs: [1_000, 5_000, 15_000, MINUTE, 5 * MINUTE],
  longestWaitMs: HOUR,
  brokenRetryMs: HOUR,
}

export const DEFAULT_WEIGHTS: Weights = { ...DEFAULT_ALERT_POLICY, grades: DEFAULT_POLICY }

/** The lowest level of a rule that is told. */
export function toldFrom({ tellFrom }: AlertPolicy, rule: RuleName): Level {
  return tellFrom[rule] ?? 'warning'
}
