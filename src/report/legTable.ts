import Table from 'cli-table3'
import { Decimal, ONE } from '../risk/decimal.ts'
import { factorKind } from '../risk/factors.ts'
import type { Findings } from '../risk/findings.ts'
import type { LegEnd } from '../risk/legEnd.ts'
import { nearestDeath } from '../risk/nearestDeath.ts'
import type { Direction } from '../risk/slackLine.ts'
import type { Solvency } from '../risk/solvency.ts'
import type { LegView, Liquidation } from '../risk/view.ts'
import { wrap } from './layout.ts'
import { legName } from './legName.ts'
import { pricedWords } from './sentence.ts'
import { costWords, deathPriceWords, healthWords, moveWords, plain, roomBar, shareWords } from './words.ts'

const EDGES = ['top', 'bottom', 'left', 'right'].flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
/** A table without lines. */
export const NO_LINES = Object.fromEntries([...EDGES, 'mid', 'mid-mid'].map((part) => [part, '']))

/** What the columns of the table of legs hold. */
export const LEG_HEAD = ['LEG', 'NOW', 'DIES AT', 'ROOM', 'LIQUIDATION COST'] as const

/** One row a leg, in the columns of {@link LEG_HEAD}: how it stands, where it dies, and what that costs. */
export function legCells({ view, outlook }: Findings): string[][] {
  return view.legs.map((leg) => {
    const death = deathOf(leg)
    const end = outlook.ends.find(({ leg: id }) => id === leg.id)
    const bar = death.move === null ? '' : roomBar(death.move)
    return [legName(leg, view.legs), stateWords(leg, leg.kind), death.words, bar, end === undefined ? '' : billWords(end, leg)]
  })
}

/** The table of legs, set for a terminal. */
export function legTable({ view, outlook }: Findings): string[] {
  if (view.legs.length === 0) return []
  const table = new Table({
    chars: { ...NO_LINES, middle: ' ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: [19, 19, 14, 6, 18],
    wordWrap: true,
    head: [...LEG_HEAD],
  })
  table.push(...legCells({ view, outlook }))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

/** A loan by its health, a pool by its margin ratio. */
export function stateWords({ health, marginRatio, required }: Solvency, kind: LegView['kind']): string {
  if (kind === 'lending') return health === null ? 'no debt' : `HF ${healthWords(health)}`
  if (required.isZero()) return 'no position'
  return `margin ratio ${marginRatio === null || marginRatio.gte(ONE) ? 'over 100 %' : shareWords(marginRatio)}`
}

/** By the worst course: `550 (5 % of half)` for a loan whose half is repaid by force, `193 to the venue` for an exchange. */
function billWords({ bill, call }: LegEnd, { kind }: LegView): string {
  const usd = costWords(bill.worst)
  if (kind === 'futures') return `${usd} to the venue`
  return call === null ? usd : `${usd} (${shareOf(call.bonus)} of ${debtShare(call.ofDebt)})`
}

function shareOf(share: LegEnd['bill']['worst']): string {
  return `${share.times(100).toDecimalPlaces(4).toDecimalPlaces(1, Decimal.ROUND_CEIL).toFixed()} %`
}

function debtShare(share: LegEnd['bill']['worst']): string {
  const near = (to: string): boolean => share.minus(to).abs().lte('0.001')
  if (near('0.5')) return 'half'
  return near('1') ? 'all' : shareOf(share)
}

type Death = { readonly words: string; readonly move: Liquidation['move'] | null; readonly together: Direction | null }

/** The nearest end of a leg: the one price that ends it where one price does, else the move of the factor. */
function deathOf(leg: LegView): Death {
  if (leg.tripped) return { words: 'NOW', move: null, together: null }
  const nearest = nearestDeath(leg.liquidation)
  if (nearest === null) return { words: 'no trigger', move: null, together: null }
  const factor = plain(nearest.factor as string, 12)
  const alone = leg.liquidation.filter(
    (one) => one.factor === null && one.side === nearest.side && one.move.minus(nearest.move).abs().lte('0.0001'),
  )
  const [only] = alone
  if (alone.length === 1 && only?.price) {
    const priced = plain(pricedWords(nearest.factor as string, only.symbol ?? only.asset), 12)
    return { words: `${priced} ${deathPriceWords(only.price, only.side)}`, move: nearest.move, together: null }
  }
  const together = nearest.factor === 'ALL' ? nearest.side : null
  const words = together !== null ? `${moveWords(nearest.move)} *` : `${factor} ${moveWords(nearest.move)}`
  return { words, move: nearest.move, together }
}

/** What the star in the table means, set for a terminal. */
export function footnotes(findings: Findings): string[] {
  const words = footnoteWords(findings)
  return words === null ? [] : wrap(words, '  ')
}

/** What the star in the table means, and how far each factor may go alone; null: there is no star. */
export function footnoteWords({ view }: Findings): string | null {
  const starred = view.legs.flatMap((leg) => {
    const { together } = deathOf(leg)
    return together === null ? [] : [{ leg, side: together }]
  })
  const sides = new Set(starred.map(({ side }) => side))
  if (sides.size === 0) return null
  const way = sides.size === 2 ? 'moving' : sides.has('down') ? 'falling' : 'rising'
  const alone = starred.flatMap(({ leg, side }) => {
    const words = leg.liquidation
      .filter((one) => one.factor !== null && one.factor !== 'ALL' && factorKind(one.factor) === 'market' && one.side === side)
      .map(({ factor, move }) => `${plain(factor as string, 20)} alone ${moveWords(move)}`)
    if (words.length === 0) return []
    return [`${starred.length === 1 ? '' : `${legName(leg, view.legs, 40)}: `}${words.join(', ')}`]
  })
  return [`* all market factors ${way} together`, ...alone].join('; ')
}
