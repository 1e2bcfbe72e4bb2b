import { factorKind } from '../risk/factors.ts'
import { nearestDeath } from '../risk/nearestDeath.ts'
import type { FirstLiquidation, LegView, RiskView } from '../risk/view.ts'
import { kindName, legName } from './legName.ts'
import { daysWords, deathPriceWords, healthWords, moveWords, plain } from './words.ts'

/** A factor as people say it: `ALL` is every market factor together, `USD:USDC` the peg of USDC. */
export function factorWords(factor: string): string {
  if (factor === 'ALL') return 'all market factors together'
  if (factor.startsWith('USD:')) return `the USD price of ${plain(factor.slice(4), 20)}`
  return plain(factor.startsWith('OWN:') ? factor.slice(4) : factor, 60)
}

/**
 * Whose price a figure is: the factor where that is the coin itself, else the label of what is priced, for a wstETH does not cost
 * what an ETH costs. What nobody mapped goes by its key: its label is hostile text.
 */
export function pricedWords(factor: string, label: string | null, limit = 40): string {
  const own = factor.startsWith('OWN:') || label === null || label === factor || label === `W${factor}`
  if (own || /^[-_/]?(PERP|USD)/.test(label.startsWith(factor) ? label.slice(factor.length) : '')) return factorWords(factor)
  return plain(label, limit)
}

/** `-19.6 % (ETH 2,409.64)`, or `-43.4 % (all market factors together)`. */
export function whereWords({ move, price, priceOf, factor, direction }: FirstLiquidation): string {
  const where = price === null ? factorWords(factor) : `${pricedWords(factor, priceOf)} ${deathPriceWords(price, direction)}`
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
    case 'days':
      return `interest and funding alone liquidate ${dyingOfCarry(view)} in ${daysLeft(view.verdict)}, prices still${bound === '' ? '' : `; ${unread}`}`
    case 'tiers':
      return first === null ? tablesUnmet(view) : `first liquidation at ${whereWords(first)}${bound}; ${tablesUnmet(view)}`
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
    const dead = new Set(view.legs.filter(({ id }) => first.legs.includes(id)).map(({ kind }) => kind))
    if (dead.size === 2) return 'Anyone may liquidate the loan, and the exchange closes the futures, at these prices.'
    return dead.has('lending') ? 'Anyone may liquidate the loan at these prices.' : 'The exchange closes it at these prices.'
  }
  const living = view.legs.filter(({ required }) => required.gt(0))
  if (living.length === 1)
    return `${capital(legWords(first, view.legs))} is the only leg that ${view.gaps.length === 0 ? 'can be liquidated' : 'was read'}.`
  const names = first.ambiguous ? together(view, first) : `${capital(legWords(first, view.legs))} dies first.`
  const others = view.legs.filter(({ id, required }) => !first.legs.includes(id) && required.gt(0))
  return [names, ...others.map((leg) => holdWords(leg, view.legs))].join(' ')
}

/** Several that tie, or of which prices that differ do not tell which is the first. */
function together({ legs, anchoring }: RiskView, first: FirstLiquidation): string {
  const names = legNames(first, legs)
  const apart = anchoring.some(({ factor, floor, ceiling }) => {
    const wall = first.direction === 'down' ? floor : ceiling
    return factor === first.factor && wall?.ambiguous === true
  })
  return apart
    ? `Either of ${names} dies first: oracle and mark differ, and the order depends on which is right.`
    : `${names} die together.`
}

function holdWords(leg: LegView, all: readonly LegView[]): string {
  const name = capital(kindName(leg, all))
  if (leg.tripped) return `${name} can be liquidated now.`
  const nearest = nearestDeath(leg.liquidation)
  if (nearest === null) return `${name} has no price trigger.`
  const { factor, move } = nearest
  if (factor === null || (factor !== 'ALL' && factorKind(factor) === 'peg')) return `${name} has no market trigger.`
  return `${name} would hold to ${moveWords(move)}.`
}

function legWords(first: FirstLiquidation, legs: readonly LegView[]): string {
  const leg = legs.find(({ id }) => id === first.legs[0])
  return leg === undefined ? 'a leg' : kindName(leg, legs)
}

function legNames(first: FirstLiquidation | null, legs: readonly LegView[]): string {
  const names = legs.filter(({ id }) => first?.legs.includes(id)).map((leg) => legName(leg, legs, 40))
  return names.join(' and ')
}

function daysLeft({ days, daysAtMost }: RiskView['verdict']): string {
  return daysAtMost === null ? daysWords(days) : `at most ${daysWords(daysAtMost)}`
}

/** The leg whose days are the fewest. */
function dyingOfCarry({ carry, legs }: RiskView): string {
  const soonest = carry.legs.find(({ days }) => days?.soonest?.eq(carry.days.soonest ?? -1) === true)
  const leg = legs.find(({ id }) => id === soonest?.leg)
  return leg === undefined ? 'a leg' : kindName(leg, legs)
}

function tablesUnmet({ legs }: RiskView): string {
  const names = legs.filter(({ unmet }) => unmet).map((leg) => legName(leg, legs, 40))
  return `the maintenance table of ${names.join(' and ')} does not meet`
}

function lowestHealth(legs: readonly LegView[]): string {
  const loans = legs.filter(({ kind, health }) => kind === 'lending' && health !== null)
  const lowest = loans.toSorted((a, b) => Number(a.health?.comparedTo(b.health ?? 0) ?? 0))[0]
  return lowest === undefined
    ? 'a loan is close to its limit'
    : `${legName(lowest, legs, 40)} has health ${healthWords(lowest.health)}`
}

function unreadWords({ gaps }: RiskView): string {
  return [...new Set(gaps.map(({ leg }) => plain(leg, 40)))].join(', ')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
