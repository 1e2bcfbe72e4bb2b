import type { Range } from '../risk/afterDeath.ts'
import type { Band } from '../risk/band.ts'
import { type Decimal, dec, ZERO } from '../risk/decimal.ts'
import type { Findings } from '../risk/findings.ts'
import type { FirstDeath } from '../risk/firstDeath.ts'
import { type Outcome, survivalOf } from '../risk/stress.ts'
import type { LegView, RiskView } from '../risk/view.ts'
import { labelledRows, type Row } from './layout.ts'
import { legName } from './legName.ts'
import { nextReportRows } from './nextReportLines.ts'
import { rateRows } from './rateLines.ts'
import { factorWords } from './sentence.ts'
import { chanceWords, costWords, daysWords, flowWords, gainWords, plain } from './words.ts'

/** What could come, set for a terminal. */
export function outlookLines(findings: Findings): string[] {
  return labelledRows(outlookRows(findings))
}

/** What could come: after the first death, in past crashes, with time, and how long money takes. */
export function outlookRows(findings: Findings): Row[] {
  if (findings.view.legs.length === 0) return []
  return [
    ...firstDeath(findings),
    ...replay(findings),
    ...odds(findings),
    ...carry(findings),
    ...rateRows(findings),
    ...nextReportRows(findings),
    ...moneyClock(findings),
  ]
}

function firstDeath({ view, outlook }: Findings): Row[] {
  const { firstDeath: first, ends } = outlook
  const ids = first?.legs ?? view.verdict.firstLiquidation?.legs ?? []
  const dying = view.legs.filter(({ id }) => ids.includes(id))
  if (dying.length === 0) return []
  const lost = dying.map((leg) => {
    const end = ends.find(({ leg: id }) => id === leg.id)
    const name = dying.length === 1 && kindsAlone(leg, view) ? '' : `${legName(leg, view.legs)}: `
    if (end === undefined) return `${name}what it costs is not known`
    return `${name}${rangeWords(end.lost)} ${plain(end.coin ?? 'USD', 12)} lost`
  })
  return [{ label: deathLabel(dying), text: [...lost, ...staying(first, dying, view)].join('; ') }]
}

/** The debt that is still there, and the stablecoins there are for it. */
function staying(first: FirstDeath | null, dying: readonly LegView[], { legs }: RiskView): string[] {
  if (first === null) return ['what stays is not known, for not every leg is']
  const { debt, stable } = first.book
  if (!debt.worst.gt(0)) return []
  const coin = plain(first.debtCoin ?? 'USD', 12)
  // Margin that lives on is no cash: it is at work there.
  const margin = legs.some(({ kind, id }) => kind === 'futures' && !dying.some((leg) => leg.id === id))
  return [`${costWords(debt.worst)} ${coin} debt stays (${gainWords(stable.worst)} ${margin ? 'cash and margin' : 'cash'})`]
}

function kindsAlone({ kind }: LegView, { legs }: RiskView): boolean {
  return legs.filter((one) => one.kind === kind).length === 1
}

function deathLabel(dying: readonly LegView[]): string {
  const kinds = new Set(dying.map(({ kind }) => kind))
  if (kinds.size > 1) return 'IF BOTH DIE'
  return kinds.has('lending') ? 'IF LOAN DIES' : 'IF FUTURES DIE'
}

function rangeWords({ best, worst }: Range): string {
  const [low, high] = [costWords(best), costWords(worst)]
  return low === high ? high : `${low}-${high}`
}

function replay({ view, outlook: { stress } }: Findings): Row[] {
  if (stress === null || view.verdict.grade === 'no-risk') return []
  const of = (outcomes: readonly Outcome[]): string => {
    const { survived, unknown, of: all } = survivalOf(outcomes.filter(({ kind }) => kind === 'replay'))
    return `${survived} of ${all}${unknown === 0 ? '' : ` (${unknown} not known)`}`
  }
  const after = stress.afterMove === null ? '' : `; after the move ${of(stress.afterMove)}`
  return [{ label: 'REPLAY', text: `today ${of(stress.today)} survived${after}` }]
}

function odds({ view, outlook }: Findings): Row[] {
  if (view.verdict.reason === 'tripped') return []
  const unread = view.gaps.length === 0 ? '' : '; of what was read'
  return outlook.odds.map(({ factor, odds: all }) => {
    const horizons = all.map(
      ({ hours, low, high }) =>
        `${hours === 24 ? '24 h' : `${hours / 24} d`}: ${betweenWords(chanceWords(low), chanceWords(high))}`,
    )
    const what = `that ${factorWords(factor)} alone liquidates a leg`
    return { label: 'ODDS', text: `${what}, ${horizons.join('; ')} (no drift, stated volatility${unread})` }
  })
}

function betweenWords(low: string, high: string): string {
  if (low === high) return high
  return low.startsWith('under') ? `${low} to ${high}` : `between ${low} and ${high}`
}

const FLOWS = ['funding', 'borrow', 'supply'] as const

/** Days that are farther off than this are not worth a place: rates do not stand still for a year. */
const FAR = dec(365)

function carry({ view: { carry: all, gaps } }: Findings): Row[] {
  const parts = FLOWS.flatMap((flow) => part(flow, all[flow]))
  const days = all.days.soonest
  const left = (at: string): string =>
    days === null || days.isZero() || days.gte(FAR) ? '' : `; ${at}${daysWords(days)} to liquidation, prices still`
  if (all.net !== null) {
    if (parts.length === 0) return []
    return [{ label: 'CARRY', text: `${bandWords(all.net)} USD/day (${parts.join(', ')})${left('')}` }]
  }
  if (gaps.length > 0) return [{ label: 'CARRY', text: `not known: not every leg is${left('at most ')}` }]
  const unknown = FLOWS.filter((flow) => all[flow] === null)
  const known = parts.length === 0 ? '' : ` (${parts.join(', ')})`
  const what = `${listed(unknown)} ${unknown.length === 1 ? 'was' : 'were'} not read`
  return [{ label: 'CARRY', text: `not known: ${what}${known}${left('at most ')}` }]
}

/** "funding, borrow and supply" */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function part(name: string, band: Band | null): string[] {
  return band === null || (band.low.isZero() && band.high.isZero()) ? [] : [`${name} ${bandWords(band)}`]
}

function bandWords({ low, high }: Band): string {
  return low.eq(high) ? flowWords(low) : `${flowWords(low)} to ${flowWords(high)}`
}

function moneyClock({ view, outlook: { means } }: Findings): Row[] {
  if (view.verdict.grade === 'no-risk') return []
  const { topUp, repay, withdraw } = means.minutes
  const told: [string, Decimal | null][] = [
    ['margin top-up', topUp],
    ['repay', repay],
    ['withdraw', withdraw],
  ]
  const known = told.flatMap(([what, minutes]) =>
    minutes === null ? [] : [`${what} ~${costWords(minutes.lt(1) && minutes.gt(ZERO) ? minutes.ceil() : minutes)} min`],
  )
  const text =
    known.length === 0
      ? 'not stated: how long your money takes belongs under "money" in the book file'
      : `${known.join('; ')} (book file)`
  return [{ label: 'MONEY CLOCK', text }]
}
