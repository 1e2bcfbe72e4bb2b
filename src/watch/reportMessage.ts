import type { Detail, Message } from '../deliver/channel.ts'
import { FORMATS } from '../report/formats.ts'
import { orderLine, verdictLine } from '../report/sentence.ts'
import { moveWords, timeWords } from '../report/words.ts'
import type { Changes } from '../risk/changes.ts'
import type { Findings } from '../risk/findings.ts'
import { nearestDeath } from '../risk/nearestDeath.ts'
import { withoutAddresses } from './withoutAddresses.ts'

/** What a report's message is made of besides its findings. */
export type ReportPost = {
  /** The same for every attempt and every channel. */
  readonly id: string
  readonly banners: readonly string[]
  /** Names for addresses, by the address in lower case. */
  readonly aliases: ReadonlyMap<string, string>
  readonly detail: Detail
}

/** What a report tells. */
type Told = { readonly findings: Findings; readonly changes: Changes | undefined }

/** A report as a message: Markdown to read and JSON for programs; where amounts are hidden, distances alone. */
export function reportMessage({ findings, changes }: Told, { id, banners, aliases, detail }: ReportPost): Message {
  const { view } = findings
  const surroundings = { colour: false, banners, changes }
  const data = FORMATS.json.render(findings, surroundings)
  const shown = (text: string): string => (detail.addresses ? text : withoutAddresses(text, aliases))
  return {
    id,
    kind: 'report',
    book: view.book,
    title: shown(`${view.verdict.grade.toUpperCase()} ${verdictLine(view)}`),
    text: shown(detail.amounts ? FORMATS.markdown.render(findings, surroundings) : distances(findings, banners)),
    // The JSON report is all amounts.
    json: detail.amounts ? (detail.addresses ? data : hidden(data, aliases)) : null,
    at: view.at,
    again: false,
  }
}

/** The same JSON without addresses. As one text, so that "wallet 1" is the same in all of it; a name that the owner gave may hold anything. */
function hidden(json: string, aliases: ReadonlyMap<string, string>): string {
  const written = [...aliases].map(([address, name]) => [address, JSON.stringify(name).slice(1, -1)] as const)
  return withoutAddresses(json, new Map(written))
}

/** How far each leg is from its end, and nothing of what it holds. */
function distances({ view }: Findings, banners: readonly string[]): string {
  const legs = view.legs.map((leg) => {
    const death = nearestDeath(leg.liquidation)
    const far = leg.tripped ? 'can be liquidated now' : death === null ? 'no price trigger' : `dies at ${moveWords(death.move)}`
    return `${leg.venue}: ${far} (${leg.grade})`
  })
  const gaps = view.gaps.map(({ reason }) => `Not read: ${reason}`)
  const order = orderLine(view)
  return [...banners, ...(order === null ? [] : [order]), ...legs, ...gaps, timeWords(view.at)].join('\n')
}
