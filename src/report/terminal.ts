import { styleText } from 'node:util'
import type { Findings } from '../risk/findings.ts'
import type { Grade } from '../risk/grade.ts'
import type { RiskView } from '../risk/view.ts'
import { changeRows, sinceWords } from './changeLines.ts'
import { corridorWords } from './corridorWords.ts'
import type { Format, Surroundings } from './format.ts'
import { labelled, labelledRows, WIDTH, wrap } from './layout.ts'
import { footnotes, legTable } from './legTable.ts'
import { moveLines } from './moveLines.ts'
import { outlookLines } from './outlookLines.ts'
import { orderLine, verdictLine } from './sentence.ts'
import { trustLines } from './trustLines.ts'
import { plain, timeWords } from './words.ts'

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
      ...surroundings.banners.flatMap((banner) => wrap(plain(banner, 400), '')),
      ...headline(view, surroundings),
      ...(order === null ? [] : wrap(order, '')),
      ...moveLines(findings).flatMap((line) => wrap(line, '')),
      '',
      ...legTable(findings),
      ...footnotes(findings),
      ...corridorLine(view),
      ...outlookLines(findings),
      ...trustLines(findings),
      ...changeLines(findings, surroundings),
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

function corridorLine(view: RiskView): string[] {
  const words = corridorWords(view, '|------------- now -------------|')
  if (words === null) return view.legs.length === 0 ? [] : ['']
  return ['', ...labelled('SAFE CORRIDOR', words)]
}

function changeLines({ view }: Findings, { changes }: Surroundings): string[] {
  if (changes === undefined) return []
  if (changes === null) return ['', ...labelled('SINCE', 'this is the first report: there is none to compare with')]
  return ['', ...labelled('SINCE', sinceWords(changes)), ...labelledRows(changeRows(changes, view.legs))]
}
