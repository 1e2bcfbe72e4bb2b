import type { FirstLiquidation, LegView, RiskView } from '../risk/view.ts'
import { deathPriceWords, healthWords, moveWords, plain } from './words.ts'

/** A factor as people say it: `ALL` is every market factor together, `USD:USDC` the peg of USDC. */
export function factorWords(factor: string): string {
  if (factor === 'ALL') return 'all market factors together'
  if (factor.startsWith('USD:')) return `the USD price of ${plain(factor.slice(4), 20)}`
  return plain(factor.startsWith('OWN:') ? factor.slice(4) : factor, 60)
}

/** `-19.6 % (ETH 2,409.64)`, or `-43.4 % (all market factors together)`. */
export function whereWords({ move, price, factor, direction }: FirstLiquidation): string {
  const where = price === null ? factorWords(factor) : `${factorWords(factor)} ${deathPriceWords(price, direction)}`
  return `${moveWords(move)} (${where})`
}

/** The verdict in one line, without the grade: what kind of danger, how far, and which leg. */
export function verdictLine(view: RiskView): string {
  const { reason, firstLiquidation: first, firstPeg: peg, complete } = view.verdict
  const unread = view.gaps.length > 0 ? `not read: ${unreadWords(view)}` : 'a figure is disputed'
  const bound = complete ? '' : ` at the latest; ${unread}`
  switch (reason) {
    case 'tripped':
      return `${legNames(first, view.legs)} can be liquidated now${complete ? '' : `; ${unread}`}`
    case 'unknown':
      return first === null ? unread : `${unread}; the rest dies at ${whereWords(first)} at the latest`
    case 'peg':
      return peg === null ? unread : `first liquidation if ${factorWords(peg.factor)} moves ${moveWords(peg.move)}${bound}`
    case 'health':
      return `${lowestHealth(view.legs)}${bound === '' ? '' : `; ${unread}`}`
    case 'market':
      return first === null ? unread : `first liquidation at ${whereWords(first)}${bound}`
    case 'none':
      return view.verdict.grade === 'no-risk'
        ? 'nothing is borrowed and no position is open'
        : 'no single price move liquidates anything here'
  }
}

/** Who dies first, and how long the others hold: the second line of the report. */
export function orderLine(view: RiskView): string | null {
  const first = view.verdict.firstLiquidation
  if (first === null || view.legs.length === 0) return null
  if (view.verdict.reason === 'tripped') {
    const loan = view.legs.some(({ id, kind }) => first.legs.includes(id) && kind === 'lending')
    return loan ? 'Anyone may liquidate the loan at these prices.' : 'The exchange closes it at these prices.'
  }
  const living = view.legs.filter(({ required }) => required.gt(0))
  if (living.length === 1)
    return `${capital(legWords(first, view.legs))} is the only leg that ${view.verdict.complete ? 'can be liquidated' : 'was read'}.`
  const names = first.ambiguous
    ? `${legNames(first, view.legs)} die together.`
    : `${capital(legWords(first, view.legs))} dies first.`
  const others = view.legs.filter(({ id, required }) => !first.legs.includes(id) && required.gt(0))
  return [names, ...others.map((leg) => holdWords(leg, view.legs))].join(' ')
}

function holdWords(leg: LegView, all: readonly LegView[]): string {
  const name = capital(kindName(leg, all))
  const falls = leg.liquidation.filter(({ factor }) => factor === 'ALL')
  const nearest = falls.toSorted((a, b) => Number(a.move.abs().comparedTo(b.move.abs())))[0]
  if (nearest !== undefined) return `${name} would hold to ${moveWords(nearest.move)}.`
  return `${name} has no price trigger.`
}

/** "the loan" or "the futures account" where there is one of the kind, else its venue. */
function kindName(leg: LegView, all: readonly LegView[]): string {
  const alone = all.filter(({ kind }) => kind === leg.kind).length === 1
  if (!alone) return plain(leg.venue, 40)
  return leg.kind === 'lending' ? 'the loan' : 'the futures account'
}

function legWords(first: FirstLiquidation, legs: readonly LegView[]): string {
  const leg = legs.find(({ id }) => id === first.legs[0])
  return leg === undefined ? 'a leg' : kindName(leg, legs)
}

function legNames(first: FirstLiquidation | null, legs: readonly LegView[]): string {
  const names = legs.filter(({ id }) => first?.legs.includes(id)).map(({ venue }) => plain(venue, 40))
  return names.join(' and ')
}

function lowestHealth(legs: readonly LegView[]): string {
  const loans = legs.filter(({ kind, health }) => kind === 'lending' && health !== null)
  const lowest = loans.toSorted((a, b) => Number(a.health?.comparedTo(b.health ?? 0) ?? 0))[0]
  return lowest === undefined
    ? 'a loan is close to its limit'
    : `${plain(lowest.venue, 40)} has health ${healthWords(lowest.health)}`
}

function unreadWords({ gaps }: RiskView): string {
  return [...new Set(gaps.map(({ leg }) => plain(leg, 40)))].join(', ')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
