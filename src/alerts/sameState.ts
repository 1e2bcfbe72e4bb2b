import type { Alert } from './memory.ts'

/** Whether nothing changed that anybody is told. */
export function sameState(a: Pick<Alert, 'revision' | 'level'>, b: Pick<Alert, 'revision' | 'level'>): boolean {
  return a.revision === b.revision && a.level === b.level
}
