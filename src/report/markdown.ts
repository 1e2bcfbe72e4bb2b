import type { Findings } from '../risk/findings.ts'
import type { RiskView } from '../risk/view.ts'
import { changeRows, sinceWords } from './changeLines.ts'
import { corridorWords } from './corridorWords.ts'
import type { Format, Surroundings } from './format.ts'
import type { Row } from './layout.ts'
import { footnoteWords, LEG_HEAD, legCells } from './legTable.ts'
import { markdownLine, markdownText } from './markdownText.ts'
import { moveLines } from './moveLines.ts'
import { outlookRows } from './outlookLines.ts'
import { orderLine, verdictLine } from './sentence.ts'
import { trustRows } from './trustLines.ts'
import { timeWords } from './words.ts'

/** The report for chat and GitHub: what the terminal shows, as Markdown in which nothing foreign is active. */
export const markdown: Format = {
  name: 'markdown',
  render: (findings, surroundings) => {
    const { view } = findings
    const order = orderLine(view)
    const blocks = [
      surroundings.banners.map((banner) => `> ${markdownLine(banner)}`).join('\n>\n'),
      headline(view),
      [...(order === null ? [] : [order]), ...moveLines(findings)].map(markdownLine).join('\n\n'),
      legs(findings),
      list([...corridor(view), ...outlookRows(findings), ...trustRows(findings)]),
      ...since(view, surroundings),
      markdownLine(`${view.book}, ${timeWords(view.at)}`),
    ]
    return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
  },
}

function headline(view: RiskView): string {
  const grade = view.verdict.grade.toUpperCase().replace('-', ' ')
  return `**${grade}** ${markdownText(verdictLine(view))}`
}

function legs(findings: Findings): string {
  const rows = legCells(findings)
  if (rows.length === 0) return ''
  const note = footnoteWords(findings)
  const table = [row(LEG_HEAD), row(LEG_HEAD.map(() => '---')), ...rows.map((cells) => row(cells.map(markdownText)))]
  return [table.join('\n'), ...(note === null ? [] : [markdownLine(note)])].join('\n\n')
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function corridor(view: RiskView): Row[] {
  const text = corridorWords(view, '... now ...')
  return text === null ? [] : [{ label: 'SAFE CORRIDOR', text }]
}

function list(rows: readonly Row[]): string {
  return rows.map(({ label, text }) => `- **${label}** ${markdownText(text)}`).join('\n')
}

function since(view: RiskView, { changes }: Surroundings): string[] {
  if (changes === undefined) return []
  if (changes === null) return ['This is the first report: there is none to compare with.']
  return [`**Since the last report** (${markdownText(sinceWords(changes))})`, list(changeRows(changes, view.legs))]
}
