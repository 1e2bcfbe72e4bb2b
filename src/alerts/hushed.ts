import type { Hush } from '../history/store.ts'
import type { Alert } from './memory.ts'
import { keyOf, rankOf } from './rule.ts'

/**
 * The hushes that quiet an alert as it stands: a silence anything but liquidatable; an acknowledgement what somebody had been told by
 * then, at least at the level that it stands at, and not what became worse since.
 */
export function coveringHushes(alert: Alert, hushes: readonly Hush[]): readonly Hush[] {
  if (alert.level === 'liquidatable') return acks(alert, hushes)
  return [...hushes.filter((hush) => hush.kind === 'silence' && names(hush, alert)), ...acks(alert, hushes)]
}

function acks(alert: Alert, hushes: readonly Hush[]): readonly Hush[] {
  const { level, roseAt, channels } = alert
  const heard = (by: number): boolean =>
    Object.values(channels).some(({ told }) => told !== null && told.at <= by && rankOf(told.level) >= rankOf(level))
  return hushes.filter(({ kind, at, ...hush }) => kind === 'ack' && names(hush, alert) && (roseAt ?? at) <= at && heard(at))
}

function names({ alert }: Pick<Hush, 'alert'>, { rule, subject }: Alert): boolean {
  return alert === '*' || alert === keyOf({ rule, subject })
}
