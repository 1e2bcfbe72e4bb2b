import { plain } from '../../report/words.ts'
import { Decimal } from '../../risk/decimal.ts'
import type { Condition } from '../rule.ts'
import type { Stand, Term } from '../stand.ts'

/** An alert about terms of a leg that its venue changed, or its owner by choosing an e-mode; those of new holdings are no change. */
export function changedTerms(leg: string, before: Stand, now: Stand): readonly Condition[] {
  const changed = Object.entries(now.terms).flatMap(([key, term]) => {
    const was = before.terms[key]
    return was === undefined || was.value === term.value ? [] : [{ was, term }]
  })
  if (changed.length === 0) return []
  const worse = changed.some(({ was, term }) => isWorse(was, term))
  const words = changed.slice(0, 3).map(({ was, term }) => wordsOf(was, term))
  const more = changed.length > 3 ? ` and ${changed.length - 3} more` : ''
  const what = `${plain(now.venue, 60)} changed: ${words.join('; ')}${more}`
  return [{ rule: 'parameters', subject: leg, level: worse ? 'warning' : 'notice', what, figure: null, kind: 'event' }]
}

function isWorse(was: Term, { value, worse }: Term): boolean {
  if (worse === 'always' || worse === 'never') return worse === 'always'
  const [old, young] = [new Decimal(was.value), new Decimal(value)]
  return worse === 'down' ? young.lt(old) : young.gt(old)
}

function wordsOf(was: Term, { label, value, shown }: Term): string {
  const name = plain(label, 80)
  if (shown === null) return name
  const words = (text: string): string => (shown === 'share' ? `${new Decimal(text).times(100).toFixed()} %` : plain(text, 40))
  return `${name} ${words(was.value)} -> ${words(value)}`
}
