import type { CashRow } from '../risk/cashChange.ts'
import type { Changes } from '../risk/changes.ts'
import type { Decimal } from '../risk/decimal.ts'
import type { LegChange } from '../risk/legChanges.ts'
import type { AmountChange } from '../risk/legSteps.ts'
import type { PriceChange } from '../risk/priceChanges.ts'
import type { LegView } from '../risk/view.ts'
import type { Row } from './layout.ts'
import { legName } from './legName.ts'
import { roomChangeWords } from './roomChangeWords.ts'
import { factorWords } from './sentence.ts'
import { termWords } from './termWords.ts'
import { amountWords, gainWords, movedWords, plain, priceWords, spanWords, timeWords } from './words.ts'

/** When the last report was: "22 Nov 2026 07:40 UTC, 6 h before". */
export function sinceWords({ before, now }: Changes): string {
  const earlier = now > before ? `, ${spanWords(now - before)} before` : ''
  return `${timeWords(before)}${earlier}`
}

/** What changed since the last report, and why the room did. */
export function changeRows(changes: Changes, legs: readonly LegView[]): Row[] {
  const { grade, legs: changed, prices, cash, gaps } = changes
  const known = [...legs, ...changed.filter(({ leg }) => !legs.some(({ id }) => id === leg)).map(named)]
  const nameOf = (change: LegChange): string => legName(named(change), known, 40)
  return [
    { label: 'GRADE', text: grade.before.grade === grade.now.grade ? `still ${grade.now.grade}` : gradeWords(grade) },
    { label: 'ROOM', text: roomChangeWords(changes.room) },
    ...priceRows(prices),
    ...changed.flatMap((change) => legRows(change, nameOf(change))),
    ...(cash.rows.length === 0 ? [] : [{ label: 'FREE CASH', text: cashWords(cash) }]),
    ...gaps.came.map(({ leg, reason }) => ({ label: 'NOT READ NOW', text: `${plain(leg, 60)}: ${plain(reason, 300)}` })),
    ...gaps.went.map(({ leg, reason }) => ({ label: 'MENDED', text: `${plain(leg, 60)}; before: ${plain(reason, 300)}` })),
  ]
}

const named = ({ leg: id, venue, kind }: LegChange) => ({ id, venue, kind })

function gradeWords({ before, now }: Changes['grade']): string {
  return `was ${before.grade}, is ${now.grade}`
}

function priceRows(prices: readonly PriceChange[]): Row[] {
  const words = prices.flatMap(({ factor, before, now, move }) => {
    const name = factorWords(factor)
    if (before !== null && now !== null) {
      if (before.eq(now)) return []
      return [`${name} ${priceWords(before)} to ${priceWords(now)}${move === null ? '' : ` (${movedWords(move)})`}`]
    }
    if (before === null && now === null) return []
    return [`${name} ${before === null ? 'not known' : priceWords(before)} to ${now === null ? 'not known' : priceWords(now)}`]
  })
  return words.length === 0 ? [] : [{ label: 'PRICES', text: words.join(', ') }]
}

const BECAME: Readonly<Record<Exclude<LegChange['what'], 'changed'>, string>> = {
  opened: 'opened',
  closed: 'closed',
  unread: 'not read now: it may still be there',
  'read-again': 'read again: it may have been there before',
}

function legRows({ what, amounts, terms }: LegChange, name: string): Row[] {
  if (what !== 'changed') return [{ label: 'LEG', text: `${name} ${BECAME[what]}` }]
  const own = [...amounts.flatMap(amountChangeWords), ...terms.filter((term) => term.what === 'collateral').map(termWords)]
  const venues = [...new Set(terms.filter((term) => term.what !== 'collateral').map(termWords))]
  return [
    ...(own.length === 0 ? [] : [{ label: 'LEG', text: `${name}: ${own.join('; ')}` }]),
    ...(venues.length === 0 ? [] : [{ label: 'PARAMETERS', text: `${name}: ${venues.join('; ')}` }]),
  ]
}

/** Nothing where interest alone explains it. */
function amountChangeWords({ what, label, before, now, interest }: AmountChange): string[] {
  if (interest !== null && now.minus(before).eq(interest)) return []
  const side = what === 'debt' || what === 'order-margin' || what === 'position' ? 'up' : 'down'
  const kind = what === 'position' ? '' : ` ${what === 'order-margin' ? 'held for orders' : what}`
  return [`${plain(label, 30)}${kind} ${fromTo(before, now, side)}`]
}

/** "20 to 25"; where both read the same, by how much they differ. */
function fromTo(before: Decimal, now: Decimal, side: 'up' | 'down'): string {
  const [from, to] = [amountWords(before, side), amountWords(now, side)]
  const by = now.minus(before)
  return from === to ? `${to} (${by.isNegative() ? '-' : '+'}${amountWords(by.abs(), 'up')})` : `${from} to ${to}`
}

function cashWords({ before, now, rows }: Changes['cash']): string {
  const usd = (total: Decimal | null): string => (total === null ? 'not known' : `${gainWords(total)} USD`)
  return `${usd(before)} to ${usd(now)} (${rows.map(cashRowWords).join('; ')})`
}

function cashRowWords({ symbol, place, before, now }: CashRow): string {
  const words =
    before === null || now === null
      ? `${before === null ? 'not read' : amountWords(before, 'down')} to ${now === null ? 'not read' : amountWords(now, 'down')}`
      : fromTo(before, now, 'down')
  return `${plain(symbol, 12)} ${words} in ${plain(place, 60)}`
}
