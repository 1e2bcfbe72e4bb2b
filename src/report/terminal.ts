import { styleText } from 'node:util'
import Table from 'cli-table3'
import type { Corridor, Wall } from '../risk/corridor.ts'
import { distance } from '../risk/deaths.ts'
import { ONE } from '../risk/decimal.ts'
import { factorKind } from '../risk/factors.ts'
import type { Grade } from '../risk/grade.ts'
import type { Check } from '../risk/reconcile.ts'
import type { LegView, Liquidation, RiskView } from '../risk/view.ts'
import type { Format, Surroundings } from './format.ts'
import { orderLine, verdictLine } from './sentence.ts'
import { ageWords, deathPriceWords, driftWords, healthWords, moveWords, plain, roomBar, shareWords, timeWords } from './words.ts'

const WIDTH = 80
const LABEL = 16

const COLOUR: Record<Grade, Parameters<typeof styleText>[0]> = {
  liquidatable: ['bold', 'red'],
  critical: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  unknown: ['bold', 'magenta'],
  notice: 'yellow',
  ok: 'green',
  'no-trigger': 'green',
  'no-risk': 'green',
}

/** The page for a terminal: at most 80 columns, verdict first. @see REPORT "The terminal report" */
export const terminal: Format = {
  name: 'terminal',
  render: (view, surroundings) => {
    const order = orderLine(view)
    const lines = [
      ...surroundings.banners.flatMap((banner) => wrap(banner, '')),
      ...headline(view, surroundings),
      ...(order === null ? [] : wrap(order, '')),
      '',
      ...legTable(view),
      ...footnotes(view),
      ...corridorLine(view.corridors),
      ...sources(view),
      ...selfCheck(view),
      ...gaps(view),
      ...notes(view),
    ]
    return `${lines.join('\n').trimEnd()}\n`
  },
}

function headline(view: RiskView, { colour }: Surroundings): string[] {
  const grade = view.verdict.grade
  const label = grade.toUpperCase().replace('-', ' ')
  const [first = '', ...rest] = wrap(`${label}  ${verdictLine(view)}`, '')
  const time = timeWords(view.at)
  const room = WIDTH - first.length - time.length
  const head = rest.length === 0 && room >= 2 ? [`${first}${' '.repeat(Math.min(room, 3))}${time}`] : [first, ...rest, time]
  const painted = colour ? styleText(COLOUR[grade], label, { validateStream: false }) : label
  return [head[0]?.replace(label, () => painted) ?? '', ...head.slice(1)]
}

function legTable(view: RiskView): string[] {
  if (view.legs.length === 0) return []
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
    ].map((part) => [part, '']),
  )
  const table = new Table({
    chars: { ...none, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: [26, 21, 21, 6],
    wordWrap: true,
    head: ['LEG', 'NOW', 'DIES AT', 'ROOM'],
  })
  for (const leg of view.legs) {
    const death = nearestDeath(leg)
    table.push([plain(leg.venue, 60), nowWords(leg), death.words, death.move === null ? '' : roomBar(death.move)])
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

function nowWords(leg: LegView): string {
  if (leg.kind === 'lending') return leg.health === null ? 'no debt' : `HF ${healthWords(leg.health)}`
  if (leg.required.isZero()) return 'no position'
  return `margin ratio ${leg.marginRatio === null || leg.marginRatio.gte(ONE) ? 'over 100 %' : shareWords(leg.marginRatio)}`
}

type Death = { readonly words: string; readonly move: Liquidation['move'] | null; readonly together: boolean }

/** The nearest end of a leg: the one price that ends it where one price does, else the move of the factor. */
function nearestDeath(leg: LegView): Death {
  if (leg.tripped) return { words: 'NOW', move: null, together: false }
  const paths = leg.liquidation.filter(({ factor }) => factor !== null)
  const market = nearestOf(paths.filter(({ factor }) => factor === 'ALL' || factorKind(factor as string) === 'market'))
  const nearest = market ?? nearestOf(paths)
  if (nearest === null) return { words: 'no trigger', move: null, together: false }
  const alone = leg.liquidation.filter(
    ({ factor, side, move }) => factor === null && side === nearest.side && move.minus(nearest.move).abs().lte('0.0001'),
  )
  const [only] = alone
  if (alone.length === 1 && only?.price) {
    return {
      words: `${plain(nearest.factor as string, 12)} ${deathPriceWords(only.price, only.side)}`,
      move: nearest.move,
      together: false,
    }
  }
  const together = nearest.factor === 'ALL'
  const words = together ? `${moveWords(nearest.move)} *` : `${plain(nearest.factor as string, 12)} ${moveWords(nearest.move)}`
  return { words, move: nearest.move, together }
}

/** The nearest by log-distance; on a tie the single factor rather than all together. */
function nearestOf(candidates: readonly Liquidation[]): Liquidation | null {
  return candidates.reduce<Liquidation | null>((best, one) => {
    if (best === null) return one
    const a = distance(one.move.plus(1))
    const b = distance(best.move.plus(1))
    const closer = a.lt(b.times('0.999999999'))
    const tie = a.lte(b.times('1.000000001'))
    return closer || (tie && best.factor === 'ALL') ? one : best
  }, null)
}

function footnotes(view: RiskView): string[] {
  const together = view.legs.filter((leg) => nearestDeath(leg).together)
  if (together.length === 0) return []
  const alone = together.flatMap((leg) =>
    leg.liquidation
      .filter(({ factor, side }) => factor !== null && factor !== 'ALL' && factorKind(factor) === 'market' && side === 'down')
      .map(({ factor, move }) => `${plain(factor as string, 20)} alone ${moveWords(move)}`),
  )
  return wrap(['* all market factors falling together', ...new Set(alone)].join('; '), '  ')
}

function corridorLine(corridors: readonly Corridor[]): string[] {
  const market = corridors.filter(({ kind }) => kind !== 'peg')
  if (market.length === 0) return []
  const floor = nearestWall(market.map((corridor) => corridor.floor))
  const ceiling = nearestWall(market.map((corridor) => corridor.ceiling))
  const left = floor === null ? 'no lower wall' : moveWords(floor.at.minus(1))
  const right = ceiling === null ? 'no upper wall' : moveWords(ceiling.at.minus(1))
  return ['', labelled('SAFE CORRIDOR', `${left} |------------- now -------------| ${right}`)].flat()
}

function nearestWall(walls: readonly (Wall | null)[]): Wall | null {
  return walls.reduce<Wall | null>((best, wall) => {
    if (wall === null) return best
    return best === null || distance(wall.at).lt(distance(best.at)) ? wall : best
  }, null)
}

function sources(view: RiskView): string[] {
  const seen = new Map<string, string>()
  for (const { source, age } of view.legs) {
    const block = source.block === null ? '' : ` block ${source.block.number.toLocaleString('en-US')},`
    const trust = source.block === null || source.confirmed ? '' : ' (one source)'
    seen.set(source.name, `${plain(source.name, 40)}${block} ${ageWords(age.seconds)}${trust}`)
  }
  return seen.size === 0 ? [] : labelled('SOURCES', [...seen.values()].join(' | '))
}

function selfCheck(view: RiskView): string[] {
  const all = view.legs.flatMap(({ checks, venue }) => checks.map((check) => ({ ...check, leg: venue })))
  if (all.length === 0) return []
  const told = all.filter(
    ({ figure, agreement }) => agreement === 'agree' && (figure === 'health' || figure.startsWith('liquidation price')),
  )
  const agreed = told.map((check) =>
    check.figure === 'health' ? `HF ${healthWords(check.ours)} = contract` : `liq ${priceOf(check)} = venue`,
  )
  const apart = all.filter(({ agreement }) => agreement !== 'agree' && agreement !== 'none')
  const differ = apart.map((check) => `${plain(check.leg, 30)} ${apartWords(check)}`)
  return labelled(
    'SELF-CHECK',
    `${[...agreed, ...differ].join('; ')}${apart.length === 0 ? '. No drift.' : '.'}`.replace(/^\. /, ''),
  )
}

function priceOf({ ours, venue }: Check): string {
  const price = ours ?? venue
  return price === null ? 'none' : deathPriceWords(price, 'down')
}

function apartWords({ figure, ours, venue, drift, agreement }: Check): string {
  const name = plain(figure, 60)
  if (agreement === 'ours-only') return `${name}: the venue tells none`
  const both = `ours ${ours?.toSignificantDigits(10).toFixed() ?? 'none'}, venue ${venue?.toSignificantDigits(10).toFixed() ?? 'none'}`
  return `${agreement.toUpperCase()} ${name}: ${both}${drift === null ? '' : ` (${driftWords(drift)})`}`
}

function gaps(view: RiskView): string[] {
  return view.gaps.flatMap(({ leg, reason, hint }) =>
    labelled('NOT READ', `${plain(leg, 60)}: ${plain(reason, 400)} ${plain(hint, 300)}`),
  )
}

function notes(view: RiskView): string[] {
  const ofLegs = view.legs.flatMap(({ venue, notes: own }) => own.map((note) => `${plain(venue, 40)}: ${plain(note, 300)}`))
  return [...new Set([...ofLegs, ...view.notes.map((note) => plain(note, 300))])].flatMap((note) => labelled('NOTE', note))
}

function labelled(label: string, text: string): string[] {
  const [first = '', ...rest] = wrap(text, ' '.repeat(LABEL), WIDTH - LABEL)
  return [`${label.padEnd(LABEL)}${first.trimStart()}`, ...rest]
}

/** Breaks at spaces; later lines begin with the indent. A word longer than a line is cut. */
function wrap(text: string, indent: string, width: number = WIDTH): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((one) => one.match(new RegExp(`.{1,${width - 4}}`, 'gu')) ?? [''])) {
    const limit = lines.length === 0 ? width : width - (width === WIDTH ? indent.length : 0)
    if (line !== '' && line.length + 1 + word.length > limit) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((one, i) => (i === 0 ? one : `${indent}${one}`))
}
