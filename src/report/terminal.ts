import { styleText } from 'node:util'
import type { Wall } from '../risk/corridor.ts'
import { distance } from '../risk/deaths.ts'
import type { Grade } from '../risk/grade.ts'
import { anchored } from '../risk/verdict.ts'
import type { RiskView } from '../risk/view.ts'
import type { Format, Surroundings } from './format.ts'
import { labelled, WIDTH, wrap } from './layout.ts'
import { footnotes, legTable } from './legTable.ts'
import { moveLines } from './moveLines.ts'
import { outlookLines } from './outlookLines.ts'
import { orderLine, verdictLine } from './sentence.ts'
import { trustLines } from './trustLines.ts'
import { moveWords, timeWords } from './words.ts'

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
  render: (findings, surroundings) => {
    const { view } = findings
    const order = orderLine(view)
    const lines = [
      ...surroundings.banners.flatMap((banner) => wrap(banner, '')),
      ...headline(view, surroundings),
      ...(order === null ? [] : wrap(order, '')),
      ...moveLines(findings).flatMap((line) => wrap(line, '')),
      '',
      ...legTable(findings),
      ...footnotes(findings),
      ...corridorLine(view),
      ...outlookLines(findings),
      ...trustLines(findings),
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

function corridorLine({ corridors, anchoring, verdict, legs, gaps }: RiskView): string[] {
  const market = corridors.filter(({ kind }) => kind !== 'peg').map((one) => anchored(one, anchoring))
  if (market.length === 0) return legs.length === 0 ? [] : ['']
  if (verdict.reason === 'tripped') return ['', ...labelled('SAFE CORRIDOR', 'none: a leg can be liquidated now')]
  const floor = nearestWall(market.map((corridor) => corridor.floor))
  const ceiling = nearestWall(market.map((corridor) => corridor.ceiling))
  const left = floor === null ? 'no lower wall' : moveWords(floor.at.minus(1))
  const right = ceiling === null ? 'no upper wall' : moveWords(ceiling.at.minus(1))
  return [
    '',
    labelled(
      'SAFE CORRIDOR',
      `${left} |------------- now -------------| ${right}${gaps.length === 0 ? '' : ', of what was read'}`,
    ),
  ].flat()
}

function nearestWall(walls: readonly (Wall | null)[]): Wall | null {
  return walls.reduce<Wall | null>((best, wall) => {
    if (wall === null) return best
    return best === null || distance(wall.at).lt(distance(best.at)) ? wall : best
  }, null)
}
