import type { z } from 'zod'
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../alerts/policy.ts'
import type { Limits } from '../risk/grade.ts'
import { type BookFile, groupsIn, type Path, readPart } from './bookFile.ts'
import * as schema from './bookSchema.ts'
import type { Tell } from './sentence.ts'

/** The alert rules of a book file, with the defaults for all that is left out. */
export function fileAlerts(book: BookFile, tell: Tell): AlertPolicy {
  const given = readPart(book, { path: ['alerts'], value: book.root.alerts, schema: schema.alerts }, tell)
  const limits = (key: 'legLimits' | 'factorLimits'): Readonly<Record<string, Limits>> =>
    Object.fromEntries(groupsIn(book, key, tell).flatMap(([name, value]) => limitsOf(book, [key, name], { value, tell })))
  return {
    ...DEFAULT_ALERT_POLICY,
    badPasses: given?.badPasses ?? DEFAULT_ALERT_POLICY.badPasses,
    goodPasses: given?.goodPasses ?? DEFAULT_ALERT_POLICY.goodPasses,
    off: given?.off ?? DEFAULT_ALERT_POLICY.off,
    repeatMs: { ...DEFAULT_ALERT_POLICY.repeatMs, ...present(given?.repeat) },
    divergence: given?.divergence ?? DEFAULT_ALERT_POLICY.divergence,
    limits: { leg: limits('legLimits'), factor: limits('factorLimits') },
  }
}

type Written = { readonly value: unknown; readonly tell: Tell }

function limitsOf(book: BookFile, path: Path, { value, tell }: Written): (readonly [string, Limits])[] {
  const given = readPart(book, { path, value, schema: schema.ownLimits }, tell)
  if (given === null) return []
  const { notice = given.warning, warning, critical } = given
  if (warning.lte(critical) || notice.lt(warning)) {
    tell(book.place(path), `${path.map(String).join('.')}: the limits must fall from notice to warning to critical`)
    return []
  }
  return [[String(path[1]), { notice, warning, critical }]]
}

/** What is written down, without the names that were left out. */
function present(
  repeat: z.output<typeof schema.alerts>['repeat'],
): Partial<Pick<AlertPolicy['repeatMs'], 'warning' | 'critical' | 'liquidatable'>> {
  return Object.fromEntries(Object.entries(repeat ?? {}).filter(([, ms]) => ms !== undefined))
}
