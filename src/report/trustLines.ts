import type { Anchoring } from '../risk/anchoring.ts'
import type { Findings } from '../risk/findings.ts'
import type { Check } from '../risk/reconcile.ts'
import type { LegView, RiskView } from '../risk/view.ts'
import { circumstanceRows } from './circumstanceRows.ts'
import { labelledRows, type Row } from './layout.ts'
import { legName } from './legName.ts'
import { ageWords, deathPriceWords, driftWords, healthWords, plain } from './words.ts'

/** Why the figures may be believed, set for a terminal. */
export function trustLines(findings: Findings): string[] {
  return labelledRows(trustRows(findings))
}

/** Why the figures may be believed, and which may not: sources and ages, our figures against theirs, what was not read. */
export function trustRows({ view, outlook }: Findings): Row[] {
  return [
    ...sources(view),
    ...selfCheck(view),
    ...gaps(view),
    ...missing(outlook.missing),
    ...circumstanceRows({ view, outlook }),
    ...notes(view),
  ]
}

/** One entry a source: of several readings the oldest, and confirmed only where each is. */
function sources(view: RiskView): Row[] {
  const seen = new Map<string, string>()
  for (const name of new Set(view.legs.map(({ source }) => source.name))) {
    const readings = view.legs.filter(({ source }) => source.name === name)
    const [oldest] = readings.toSorted((a, b) => ageRank(b) - ageRank(a)) as [LegView]
    const { block } = oldest.source
    const at = block === null ? '' : ` block ${block.number.toLocaleString('en-US')},`
    seen.set(name, `${plain(name, 40)}${at} ${ageWords(oldest.age.seconds)}${toldBy(readings)}`)
  }
  return seen.size === 0 ? [] : [{ label: 'SOURCES', text: [...seen.values(), ...anchors(view)].join(' | ') }]
}

/** Who told it, and whether somebody else says the same. An exchange is its own and only source. */
function toldBy(readings: readonly LegView[]): string {
  if (readings.every(({ source }) => source.block === null)) return ''
  const operators = [...new Set(readings.flatMap(({ source }) => source.operators))].map((name) => plain(name, 40))
  const agreed = readings.every(({ source }) => source.confirmed)
  if (operators.length === 0) return agreed ? '' : ' (one source)'
  return agreed ? ` (${operators.join(' and ')} agree)` : ` (one source: ${operators.join(', ')})`
}

const ageRank = ({ age }: LegView): number => age.seconds ?? Number.MAX_SAFE_INTEGER

/** Whether a loan's oracle and an exchange's mark say the same of a price that both use. */
function anchors({ legs, anchoring, corridors }: RiskView): string[] {
  const kinds = new Set(legs.map(({ kind }) => kind))
  const shared = corridors.some(({ kind, legs: each }) => kind === 'market' && dyingKinds(legs, each.keys()) === 2)
  if (kinds.size < 2 || !shared) return []
  const widest = anchoring.reduce<Anchoring | null>(
    (most, one) => (most === null || one.divergence.gt(most.divergence) ? one : most),
    null,
  )
  return widest === null
    ? ['oracle = mark']
    : [`oracle and mark ${driftWords(widest.divergence)} apart (${plain(widest.factor, 12)})`]
}

function dyingKinds(legs: RiskView['legs'], ids: Iterable<string>): number {
  const dying = new Set(ids)
  return new Set(legs.filter(({ id }) => dying.has(id)).map(({ kind }) => kind)).size
}

function selfCheck(view: RiskView): Row[] {
  const all = view.legs.flatMap((leg) => leg.checks.map((check) => ({ ...check, leg })))
  if (all.length === 0) return []
  const told = all.filter(
    ({ figure, agreement }) => agreement === 'agree' && (figure === 'health' || figure.startsWith(PRICE_OF)),
  )
  const agreed = told.map((check) =>
    check.figure === 'health' ? `HF ${healthWords(check.ours)} = contract` : `liq ${priceOf(check)} = venue`,
  )
  const apart = all.filter(({ agreement }) => agreement !== 'agree' && agreement !== 'none' && agreement !== 'ours-only')
  const differ = apart.map((check) => `${legName(check.leg, view.legs, 40)} ${apartWords(check)}`)
  const unsaid = view.legs.flatMap((leg) => {
    const figures = leg.checks.filter(({ agreement }) => agreement === 'ours-only').map(({ figure }) => plain(figure, 60))
    return figures.length === 0 ? [] : [`${legName(leg, view.legs, 40)} tells no ${[...new Set(figures)].join(', ')}`]
  })
  const found = [...agreed, ...differ, ...unsaid].join('; ')
  const clean = apart.length === 0 && unsaid.length === 0
  return [{ label: 'SELF-CHECK', text: found === '' ? 'No drift.' : `${found}.${clean ? ' No drift.' : ''}` }]
}

const PRICE_OF = 'liquidation price '

/** Rounded towards today, whichever side of it the death is on. */
function priceOf({ ours, venue, figure, leg }: Check & { readonly leg: LegView }): string {
  const price = ours ?? venue
  if (price === null) return 'none'
  const symbol = figure.slice(PRICE_OF.length)
  const own = leg.liquidation.filter((one) => one.symbol === symbol)
  const near = own.find((one) => one.price?.minus(price).abs().lte(price.times('0.01')) === true)
  return deathPriceWords(price, near?.side ?? 'down')
}

function apartWords({ figure, ours, venue, drift, agreement, by, leg }: Check & { readonly leg: LegView }): string {
  const name = plain(figure, 60)
  if (by !== null) {
    const here = leg.source.operators.map((operator) => plain(operator, 40)).join(' and ')
    const said = (value: Check['ours']): string => (figure === 'health' ? healthWords(value) : (value?.toFixed(4) ?? 'none'))
    return `DISPUTED ${name}: ${said(ours)} by ${here}, ${said(venue)} by ${plain(by, 40)}; the worse one counts`
  }
  const both = `ours ${ours?.toSignificantDigits(10).toFixed() ?? 'none'}, venue ${venue?.toSignificantDigits(10).toFixed() ?? 'none'}`
  return `${agreement.toUpperCase()} ${name}: ${both}${drift === null ? '' : ` (${driftWords(drift)})`}`
}

function gaps(view: RiskView): Row[] {
  return view.gaps.map(({ leg, reason, hint }) => ({
    label: 'NOT READ',
    text: `${plain(leg, 60)}: ${plain(reason, 400)} ${plain(hint, 300)}`,
  }))
}

function missing(parts: Findings['outlook']['missing']): Row[] {
  return parts.map(({ part, reason }) => ({ label: 'NOT KNOWN', text: `${plain(part, 80)}: ${plain(reason, 300)}` }))
}

function notes(view: RiskView): Row[] {
  const ofLegs = view.legs.flatMap((leg) => leg.notes.map((note) => `${legName(leg, view.legs, 40)}: ${plain(note, 300)}`))
  return [...new Set([...ofLegs, ...view.notes.map((note) => plain(note, 300))])].map((text) => ({ label: 'NOTE', text }))
}
