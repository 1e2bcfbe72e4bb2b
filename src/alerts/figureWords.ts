import { daysWords, driftWords, healthWords, moveWords } from '../report/words.ts'
import { dec } from '../risk/decimal.ts'
import type { RuleName } from './rule.ts'

/** A rule's figure as its sentence says it: `21.0 %`, `1.0432`, `6.5 days`. */
export function figureWords(rule: RuleName, figure: string): string {
  const value = dec(figure)
  if (rule === 'health') return healthWords(value)
  if (rule === 'days') return daysWords(value)
  if (rule === 'drift' || rule === 'divergence') return driftWords(value)
  const words = moveWords(value)
  return rule === 'room' || rule === 'leg' ? `${words.slice(1)}${value.gt(0) ? ' up' : ''}` : words
}

/** How long something lasted, rounded down: `40 s`, `12 min`, `6 h`, `3 d`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}
