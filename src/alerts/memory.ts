import { StoreError } from '../errors.ts'
import { memorySchema } from './memoryForm.ts'
import type { AlertKey, Level, RuleName } from './rule.ts'
import type { Stands } from './stand.ts'

/** A figure of an alert as it was at some time, decimal text. */
export type Earlier = { readonly figure: string; readonly at: number }

/** What a channel was last told of an alert. */
export type Told = {
  readonly level: Level
  readonly revision: number
  readonly at: number
  readonly figure: string | null
  /** The sentence that it was told. */
  readonly what: string
}

/** One message and one channel: whether it is on its way, and when it is tried next. Times are milliseconds since 1970. */
export type Attempt = {
  /** The message's id: another message begins anew. */
  readonly id: string
  readonly failures: number
  /** null: now. */
  readonly nextAt: number | null
  /** Began at that time and has no outcome; null: every attempt has one. */
  readonly sendingAt: number | null
  /** Whether an earlier attempt may have arrived. */
  readonly maybe: boolean
}

/** An alert and one channel. */
export type Telling = {
  /** null: it was told nothing, or that it is over. */
  readonly told: Told | null
  /** Changes that it was told, within the last hour. */
  readonly changes: readonly number[]
  /** How many messages it was told: a part of the next one's id. */
  readonly count: number
  readonly attempt: Attempt | null
}

/** What is known of one alert. */
export type Alert = {
  readonly rule: RuleName
  readonly subject: string
  readonly kind: 'state' | 'event'
  /** What it stands at; null: it is not raised, or over. */
  readonly level: Level | null
  /** Grows with every change of `level`, and with every event: what is told is told of a revision. */
  readonly revision: number
  /** Passes in a row that found at least a notice and at least a warning, while it stood lower. */
  readonly bad: { readonly notice: number; readonly warning: number }
  /** Passes in a row that found it better, and the worst level that they found; null: none. */
  readonly good: { readonly passes: number; readonly level: Level | null }
  /** Tells it from any other alert that ever had this key. */
  readonly born: string
  /** When it was last raised; null: never yet. */
  readonly since: number | null
  /** When it last became worse; null: never yet. */
  readonly roseAt: number | null
  /** When `level` last changed. */
  readonly changedAt: number
  /** When it was last found. */
  readonly at: number
  readonly what: string
  readonly figure: string | null
  /** The figure that `level` was before its last change began with. */
  readonly earlier: Earlier | null
  /** The figure that `level` began with, which becomes `earlier`. */
  readonly began: Earlier | null
  /** Until when it was acknowledged or silenced: after that it is told again. */
  readonly quietUntil: number | null
  /** By channel. */
  readonly channels: Readonly<Record<string, Telling>>
}

/** A report or test message that waits for a channel. */
export type Post = { readonly id: string; readonly at: number; readonly attempt: Attempt | null }

/** What is known of a channel. */
export type ChannelState = {
  /** Since when nothing arrived any more; null: the last attempt arrived. */
  readonly failingSince: number | null
  /** Why the last attempt failed. */
  readonly reason: string | null
  /** It asked to be left alone until then. */
  readonly notBefore: number | null
  /** Since when it refuses for good; null: it does not. */
  readonly brokenAt: number | null
  /** When it was last tried after that. */
  readonly triedAt: number | null
  /** The digest on its way. */
  readonly digest: Attempt | null
  /** Ids of digests that may have arrived although no answer did: how things stand may become again what it was. */
  readonly maybeDigests: readonly string[]
  readonly report: Post | null
  readonly test: Post | null
}

/** Everything that the alerts of one book remember. */
export type Memory = {
  readonly version: 1
  /** Grows whenever an alert's state changes: a part of a digest's id. */
  readonly revision: number
  readonly alerts: Readonly<Record<AlertKey, Alert>>
  readonly channels: Readonly<Record<string, ChannelState>>
  /** null: no pass was looked at yet. */
  readonly stands: Stands | null
}

export const EMPTY_MEMORY: Memory = { version: 1, revision: 0, alerts: {}, channels: {}, stands: null }

export const NEW_CHANNEL: ChannelState = {
  failingSince: null,
  reason: null,
  notBefore: null,
  brokenAt: null,
  triedAt: null,
  digest: null,
  maybeDigests: [],
  report: null,
  test: null,
}

export const NEW_TELLING: Telling = { told: null, changes: [], count: 0, attempt: null }

/** What is known of a channel, or that nothing is. */
export function channelOf({ channels }: Pick<Memory, 'channels'>, name: string): ChannelState {
  return (Object.hasOwn(channels, name) ? channels[name] : undefined) ?? NEW_CHANNEL
}

/** What a channel was told of an alert, or that it was told nothing. */
export function tellingOf({ channels }: Pick<Alert, 'channels'>, name: string): Telling {
  return (Object.hasOwn(channels, name) ? channels[name] : undefined) ?? NEW_TELLING
}

/** The memory as text for the store. */
export function memoryText(memory: Memory): string {
  return JSON.stringify(memory)
}

/**
 * Reads what {@link memoryText} wrote. Nothing is filled in.
 *
 * @throws StoreError for anything else: the alerts then begin anew, and tell everything that stands.
 */
export function parseMemory(text: string): Memory {
  const hint = 'The alerts begin anew: what stands is told again.'
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new StoreError("The alerts' memory is not JSON.", hint)
  }
  const parsed = memorySchema.safeParse(raw)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.slice(0, 3).map(({ path }) => path.map(String).join('.').slice(0, 80))
  throw new StoreError(`The alerts' memory cannot be read (${where.join(', ')}).`, hint)
}

/** Whether whoever listens to a channel may know of an alert: it was told, or is on its way, or its answer was lost. */
export function mayBeKnown({ told, attempt }: Telling): boolean {
  return told !== null || (attempt !== null && (attempt.maybe || attempt.sendingAt !== null))
}
