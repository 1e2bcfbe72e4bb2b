import Table from 'cli-table3'
import { ONE } from '../risk/decimal.ts'
import type { Solvency } from '../risk/solvency.ts'
import type { RiskView } from '../risk/view.ts'
import type { WhatIf } from '../risk/whatIf.ts'
import { fencedPage } from './fencedPage.ts'
import { text, textOrNull } from './figuresJson.ts'
import type { FormatName } from './formats.ts'
import { labelled, wrap } from './layout.ts'
import { legName, nameOf } from './legName.ts'
import { NO_LINES, stateWords } from './legTable.ts'
import { outcomeJson } from './stressJson.ts'
import { chosenWords, costWords, gainWords, plain, timeWords } from './words.ts'

/** What a `whatif` page is made of. */
export type WhatIfFindings = { readonly view: RiskView; readonly result: WhatIf; readonly banners: readonly string[] }

/** What `hullmark whatif` prints. */
export const WHAT_IF_FORMATS: Readonly<Record<FormatName, (findings: WhatIfFindings) => string>> = {
  terminal: (findings) => `${page(findings).join('\n')}\n`,
  json: (findings) => `${JSON.stringify(asJson(findings), null, 2)}\n`,
  markdown: (findings) => fencedPage(page(findings).join('\n')),
}

function page({ view, result, banners }: WhatIfFindings): string[] {
  const { shock, outcome, aftermath } = result
  const moves = [...shock].map(([factor, s]) => `${plain(factor, 40)} ${chosenWords(s.minus(ONE))}`)
  const dead = outcome.stages.flatMap(({ dead: each }) => each.map(({ leg }) => leg))
  const names = [...new Set(dead)].map((id) => nameOf(id, view.legs))
  const sentence =
    names.length > 0
      ? `${names.join(', then ')} ${names.length === 1 ? 'is' : 'are'} liquidated.`
      : outcome.survived === null
        ? 'Nothing of what is known is liquidated.'
        : 'Nothing is liquidated.'
  const { equity } = outcome
  return [
    ...banners.flatMap((banner) => wrap(banner, '')),
    ...wrap(`WHAT IF  ${moves.join(', ')}, from the prices of ${timeWords(view.at)}`, ''),
    ...wrap(sentence, ''),
    '',
    ...legRows(view, result),
    ...(equity === null
      ? labelled('EQUITY', 'not known, for not every leg or coin is')
      : labelled('EQUITY', `${gainWords(equity.before)} USD now, ${gainWords(equity.after.worst)} USD then`)),
    ...(outcome.bill.worst.gt(0)
      ? labelled('VENUES TAKE', `up to ${costWords(outcome.bill.worst)} USD beyond the price move`)
      : []),
    ...(equity !== null && aftermath?.orphanDebt.worst.gt(0)
      ? labelled('ORPHAN DEBT', `${costWords(aftermath.orphanDebt.worst)} USD of debt without a stablecoin left for it`)
      : []),
    ...outcome.unknown.flatMap(({ leg, why }) => labelled('NOT KNOWN', `${nameOf(leg, view.legs)}: ${plain(why, 300)}`)),
  ]
}

function legRows(view: RiskView, { legs, outcome }: WhatIf): string[] {
  if (view.legs.length === 0) return []
  const table = new Table({
    chars: { ...NO_LINES, middle: ' ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: [24, 21, 15, 17],
    wordWrap: true,
    head: ['LEG', 'NOW', 'THEN', 'LIQUIDATION COST'],
  })
  for (const leg of view.legs) {
    const own = legs.find(({ leg: id }) => id === leg.id)
    const deaths = outcome.stages.flatMap(({ dead }) => dead.filter(({ leg: id }) => id === leg.id))
    const [death] = deaths
    const then = own === undefined ? '' : death === undefined ? shortState(own.after, leg.kind) : 'liquidated'
    table.push([
      legName(leg, view.legs),
      own === undefined ? '' : stateWords(own.now, leg.kind),
      then,
      death === undefined ? '' : death.bill.worst.isZero() ? 'nothing is left' : costWords(death.bill.worst),
    ])
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

const shortState = (state: Solvency, kind: RiskView['legs'][number]['kind']): string =>
  stateWords(state, kind).replace('margin ratio', 'ratio')

function asJson({ view, result, banners }: WhatIfFindings): unknown {
  const { shock, legs, outcome, aftermath } = result
  return {
    schemaVersion: 1,
    book: view.book,
    at: new Date(view.at).toISOString(),
    banners,
    shock: Object.fromEntries([...shock].map(([factor, s]) => [factor, text(s.minus(ONE))])),
    complete: view.verdict.complete,
    legs: legs.map(({ leg, now, after }) => ({ leg, now: stateJson(now), after: stateJson(after) })),
    outcome: outcomeJson(outcome),
    orphanDebtUsd: aftermath === null || outcome.equity === null ? null : text(aftermath.orphanDebt.worst),
    safetyFactorAfter: aftermath === null || outcome.equity === null ? null : textOrNull(aftermath.safetyFactor.after),
    gaps: view.gaps.map(({ leg, code, reason }) => ({ leg, code, reason: plain(reason, 500) })),
  }
}

function stateJson({ health, marginRatio, slack, equity, tripped }: Solvency): Record<string, string | boolean | null> {
  return { health: textOrNull(health), marginRatio: textOrNull(marginRatio), slack: text(slack), equity: text(equity), tripped }
}
