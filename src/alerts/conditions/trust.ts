import { legName } from '../../report/legName.ts'
import { factorWords } from '../../report/sentence.ts'
import { ageWords, driftWords, healthWords, plain } from '../../report/words.ts'
import { ONE } from '../../risk/decimal.ts'
import { feedAges } from '../../risk/feedAges.ts'
import type { Snapshot } from '../../risk/leg.ts'
import type { Check } from '../../risk/reconcile.ts'
import type { LegView, RiskView } from '../../risk/view.ts'
import type { Weights } from '../policy.ts'
import type { Condition, Level } from '../rule.ts'
import { levels } from './graded.ts'

/** Alerts about the figures themselves: what was not read, what is old, what others see differently. */
export function trust(pass: { readonly snapshot: Snapshot; readonly view: RiskView }, weights: Weights): readonly Condition[] {
  return [
    ...gaps(pass.view),
    ...oldPrices(pass.snapshot, pass.view, weights),
    ...drifts(pass.view),
    ...divergences(pass.view, weights),
  ]
}

/** One a leg or venue, whatever else of it failed. */
function gaps({ gaps: all }: RiskView): Condition[] {
  const seen = new Map<string, Condition>()
  for (const { leg, code, reason } of all) {
    const rule = code === 'stale' ? 'stale' : 'gap'
    const why = plain(reason, 160).replace(/\.$/, '')
    const what = rule === 'stale' ? `old figures, so not known: ${why}` : `not read: ${plain(leg, 80)} (${why})`
    const key = `${rule} ${leg}`
    if (!seen.has(key)) seen.set(key, { rule, subject: leg, level: 'warning', what, figure: null, kind: 'state' })
  }
  return [...seen.values()]
}

/** Loans whose price was not written for longer than any feed leaves its price alone. */
function oldPrices({ legs }: Snapshot, view: RiskView, { oracleSeconds }: Weights): Condition[] {
  return legs.flatMap((loan) => {
    const own = view.legs.find(({ id }) => id === loan.id)
    if (own === undefined || loan.kind !== 'lending') return []
    return feedAges(loan).flatMap(({ asset, seconds }): Condition[] => {
      if (seconds <= oracleSeconds) return []
      const what = `${legName(own, view.legs)}: the oracle's price of ${plain(asset.symbol, 20)} is ${ageWords(seconds)} old`
      return [{ rule: 'stale', subject: `${loan.id}/${asset.key}`, level: 'warning', what, figure: null, kind: 'state' }]
    })
  })
}

const LEVEL_OF: Readonly<Record<string, Level>> = { drift: 'notice', 'venue-only': 'warning', disputed: 'warning' }

function drifts({ legs }: RiskView): Condition[] {
  return legs.flatMap((leg): Condition[] => {
    const level = LEVEL_OF[leg.agreement]
    if (level === undefined) return []
    const worst = leg.checks.find(({ agreement }) => agreement === leg.agreement)
    if (worst !== undefined && worst.by !== null) return [contradiction(leg, legs, worst)]
    const figure = plain(worst?.figure ?? 'a figure', 60)
    const apart = worst?.drift == null ? 'is not what the venue says' : `is ${driftWords(worst.drift)} from the venue's own`
    const what = `${legName(leg, legs)}: our ${figure} ${apart}`
    return [{ rule: 'drift', subject: leg.id, level, what, figure: worst?.drift ?? null, kind: 'state' }]
  })
}

/** Two nodes say different things of one loan at one block: one of them lies, or is broken. */
function contradiction(leg: LegView, legs: readonly LegView[], { figure, ours, venue, by }: Check): Condition {
  const words = (value: Check['ours']): string => (figure === 'health' ? healthWords(value) : (value?.toFixed(4) ?? 'none'))
  const here = leg.source.operators.map((operator) => plain(operator, 40)).join(' and ')
  const what = `${legName(leg, legs)}: ${plain(by ?? '', 40)} says ${figure} ${words(venue)}, ${here} says ${words(ours)}; the worse one counts`
  return { rule: 'drift', subject: leg.id, level: 'warning', what, figure: null, kind: 'state' }
}

function divergences({ anchoring }: RiskView, { divergence: limit, margin }: Weights): Condition[] {
  const single = anchoring.filter(({ factor }) => factor !== 'ALL')
  return (single.length > 0 ? single : anchoring).flatMap(({ factor, divergence }): Condition[] => {
    const by = (most: typeof limit): Level | null => (divergence.gte(most) ? 'warning' : null)
    const found = levels(by(limit), by(limit.div(ONE.plus(margin))))
    const what = `oracle and mark of ${factorWords(factor)} are ${driftWords(divergence)} apart`
    return found === null ? [] : [{ rule: 'divergence', subject: factor, kind: 'state', ...found, what, figure: divergence }]
  })
}
