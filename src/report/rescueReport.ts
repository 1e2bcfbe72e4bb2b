import { distance } from '../risk/deaths.ts'
import { type Decimal, dec, ONE } from '../risk/decimal.ts'
import { factorKind } from '../risk/factors.ts'
import type { Findings } from '../risk/findings.ts'
import { supplyOf } from '../risk/idleSupplies.ts'
import type { RescueTransactions } from '../risk/payment.ts'
import type { Reduction } from '../risk/reduction.ts'
import type { Target } from '../risk/target.ts'
import type { LegView } from '../risk/view.ts'
import { fencedPage } from './fencedPage.ts'
import type { FormatName } from './formats.ts'
import { labelled, wrap } from './layout.ts'
import { legName, nameOf } from './legName.ts'
import { actions, believing, bestUse } from './moveLines.ts'
import { planJson, targetJson } from './outlookJson.ts'
import { verdictLine } from './sentence.ts'
import { transactionJson } from './transactionJson.ts'
import { transactionLines } from './transactionLines.ts'
import { chosenWords, moveWords, needWords, plain, timeWords } from './words.ts'

/** What `rescue` was asked for; null: not asked for. */
type Asked = {
  readonly target: Target | null
  readonly transactions: RescueTransactions | null
  readonly banners: readonly string[]
}

type Render = (findings: Findings, asked: Asked) => string

/** A death at the wanted move itself is what was asked for. */
const SHORT = dec('0.999999')

/** What `hullmark rescue` prints. */
export const RESCUE_FORMATS: Readonly<Record<FormatName, Render>> = {
  terminal: (findings, asked) => `${page(findings, asked).join('\n')}\n`,
  markdown: (findings, asked) => fencedPage(page(findings, asked).join('\n')),
  json: ({ view, outlook }, { target, transactions, banners }) => {
    const { verdict, gaps, book, at } = view
    const shown = { grade: verdict.grade, complete: verdict.complete, sentence: verdictLine(view) }
    const unread = gaps.map(({ leg, code, reason }) => ({ leg, code, reason: plain(reason, 500) }))
    const found = {
      target: targetJson(target),
      bestUse: planJson(outlook.plan),
      transactions: transactionJson(transactions, view, target === null ? 'down' : 'up'),
    }
    return `${JSON.stringify({ schemaVersion: 1, book, at: new Date(at).toISOString(), banners, verdict: shown, ...found, gaps: unread }, null, 2)}\n`
  },
}

function page({ view, outlook }: Findings, { target, transactions, banners }: Asked): string[] {
  return [
    ...banners.flatMap((banner) => wrap(banner, '')),
    ...(target === null ? [] : wrap(headline(view, target), '')),
    ...wrap(`Now, ${timeWords(view.at)}: ${verdictLine(view)}.`, ''),
    '',
    ...(target === null ? [] : targetLines(target, view)),
    ...bestUse(outlook, view).flatMap((line, i) => labelled(i === 0 ? 'BEST USE NOW' : '', line)),
    ...limitsOf(target, outlook).flatMap((limit) => labelled('LIMIT', limitWords(limit, view))),
    ...view.gaps.flatMap(({ leg, reason }) => labelled('NOT READ', `${plain(leg, 60)}: ${plain(reason, 300)}`)),
    ...(transactions === null ? [] : transactionLines(transactions, view, target === null ? 'down' : 'up')),
  ]
}

function targetLines(target: Target, view: Findings['view']): string[] {
  const { least, reductions } = target
  return [
    ...least.perLeg.flatMap(({ leg, usd, accepts }) =>
      labelled('NEEDED', `${needWords(usd)} USD in ${plain(accepts.symbol, 12)} for ${nameOf(leg, view.legs)}`),
    ),
    ...beyondHelp(view, target).flatMap((leg) =>
      labelled('BEYOND HELP', `${leg} dies nearer, and no cash that it takes mends that`),
    ),
    ...(least.moves.length === 0 ? [] : labelled('WITH THE CASH', `${actions(least.moves, view, 'up')}.`)),
    ...(least.shortUsd.gt(0) ? labelled('STILL MISSING', `${needWords(least.shortUsd)} USD`) : []),
    ...reductions.flatMap((reduction) => labelled('OR WITHOUT CASH', reductionWords(reduction, view))),
  ]
}

function limitsOf(target: Target | null, { plan }: Findings['outlook']): readonly string[] {
  return target === null ? (plan?.limits ?? []) : target.least.limits
}

/** What is needed in all. That nothing is, is said only where nothing that dies nearer was left out. */
function headline(view: Findings['view'], target: Target): string {
  const { least, fall } = target
  const wanted = `${chosenWords(fall.neg())} and ${moveWords(ONE.div(ONE.minus(fall)).minus(ONE))}`
  const trust = `${believing(view)}${view.gaps.length > 0 ? ', of what was read' : ''}`
  if (least.totalUsd.gt(0)) return `${needWords(least.totalUsd)} USD are needed to survive ${wanted} of every market${trust}`
  return beyondHelp(view, target).length > 0
    ? `NO CASH HELPS  to survive ${wanted} of every market`
    : `NOTHING NEEDED  the book survives ${wanted} of every market as it is${trust}`
}

/** Legs that die within the wanted move, and for which no cash is asked: it would not help them. */
function beyondHelp({ legs }: Findings['view'], { least, fall }: Target): string[] {
  const wanted = ONE.div(ONE.minus(fall)).times(SHORT)
  const dies = ({ tripped, liquidation }: LegView): boolean =>
    tripped ||
    liquidation.some(
      ({ factor, move }) =>
        factor !== null && (factor === 'ALL' || factorKind(factor) === 'market') && distance(move.plus(1)).lt(wanted),
    )
  return legs.filter((leg) => dies(leg) && !least.perLeg.some(({ leg: id }) => id === leg.id)).map((leg) => legName(leg, legs))
}

/** What is written for other programs, with names in place of ids. */
function limitWords(limit: string, { legs, cash }: Findings['view']): string {
  const named = cash.reduce((text, { id, asset, place }) => text.replaceAll(id, `${asset.symbol} in ${place}`), limit)
  const withSupplies = legs.reduce((text, leg) => {
    const idle = supplyOf(leg, '')
    return text
      .split(' ')
      .map((word) => (word.startsWith(idle) ? `what lies idle in ${leg.id}` : word))
      .join(' ')
  }, named)
  return plain(
    legs.reduce((text, leg) => text.replaceAll(leg.id, legName(leg, legs)), withSupplies),
    300,
  )
}

function reductionWords(one: Reduction, view: Findings['view']): string {
  const usd = needWords(one.usd)
  if (one.what === 'close') {
    return `close ${usd} USD of the ${plain(one.symbol, 20)} ${one.side} of ${nameOf(one.leg, view.legs)} (${shareWordsUp(ONE.minus(one.keep))} of it)`
  }
  const [sold, repaid] = [plain(one.asset.symbol, 12), plain(one.repays.symbol, 12)]
  return `sell ${usd} USD of the ${sold} of ${nameOf(one.leg, view.legs)} and repay ${repaid} with it`
}

function shareWordsUp(share: Decimal): string {
  return `${needWords(share.times(100))} %`
}
