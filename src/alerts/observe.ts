import type { Hush } from '../history/store.ts'
import type { Found } from './conditions.ts'
import { coveringHushes } from './hushed.ts'
import type { Alert, Memory } from './memory.ts'
import { notAfter } from './notAfter.ts'
import type { AlertPolicy } from './policy.ts'
import { type AlertKey, type Condition, keyOf, rankOf } from './rule.ts'
import { sameState } from './sameState.ts'
import { newAlert, step } from './step.ts'
import { watched } from './watched.ts'

/** What a pass found; `stands` is left out where nothing was read, as by a test. */
export type Sighting = Pick<Found, 'conditions' | 'unseen'> & Partial<Pick<Found, 'stands'>>

type Around = {
  readonly now: number
  readonly policy: AlertPolicy
  /** Those that are not over: an alert is told again when its own end. */
  readonly hushes?: readonly Hush[]
}

/** What is over, and an event, is forgotten after so long even where a channel could not be told of it. */
const FORGOTTEN_MS = 7 * 86_400_000
/** A mark of a message on its way that never got an outcome keeps its alert so long. */
const LOST_MS = 3_600_000

/**
 * The memory after one pass. What a channel does not take is found here, too.
 *
 * @param found - Conditions of hullmark itself (rule `watch`) stand in it beside those of the pass.
 */
export function observe(before: Memory, found: Sighting, { now, policy, hushes = [] }: Around): Memory {
  const memory = notAfter(before, { now, policy })
  const conditions = new Map<AlertKey, Condition>()
  for (const condition of [...found.conditions, ...watched(memory, { now, policy })]) add(conditions, condition)
  const keys = new Set([...Object.keys(memory.alerts), ...conditions.keys()])
  const alerts: [AlertKey, Alert][] = []
  let revision = memory.revision
  for (const key of keys) {
    const condition = conditions.get(key) ?? null
    const known = Object.hasOwn(memory.alerts, key) ? memory.alerts[key] : undefined
    const alert = known ?? (condition === null ? null : newAlert(condition, `${now.toString(36)}.${revision}`, now))
    if (alert === null) continue
    const next = quieted(step(alert, { condition, unseen: found.unseen(key) }, { now, policy }), hushes)
    const over = isOver(next, now)
    // What is found and not raised is not remembered, and has no state that could change.
    if (known === undefined ? !over : !sameState(alert, next)) revision += 1
    if (!over) alerts.push([key, next])
  }
  return {
    ...memory,
    revision,
    alerts: Object.fromEntries(alerts),
    ...(found.stands === undefined ? {} : { stands: found.stands }),
  }
}

/** Of two conditions of one key the worse one counts. */
function add(all: Map<AlertKey, Condition>, condition: Condition): void {
  const key = keyOf(condition)
  const other = all.get(key)
  if (other === undefined || rankOf(condition.level) > rankOf(other.level)) all.set(key, condition)
}

/** Notes until when an alert is quiet, so that the end of it is not missed. */
function quieted(alert: Alert, hushes: readonly Hush[]): Alert {
  if (alert.level === null) return alert
  const ends = coveringHushes(alert, hushes).map(({ until }) => until)
  return ends.length === 0 ? alert : { ...alert, quietUntil: Math.max(...ends) }
}

/** Whether nobody has to hear of an alert any more. */
function isOver({ level, kind, bad, changedAt, channels }: Alert, now: number): boolean {
  const old = now - changedAt > FORGOTTEN_MS
  if (kind === 'event') return old
  if (level !== null || bad.notice > 0) return false
  const open = Object.values(channels).some(
    ({ told, attempt }) =>
      told !== null || (attempt !== null && (attempt.maybe || (attempt.sendingAt !== null && now - attempt.sendingAt < LOST_MS))),
  )
  return !open || old
}
