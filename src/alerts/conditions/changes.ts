import { plain, shareWords } from '../../report/words.ts'
import { Decimal, dec, ONE } from '../../risk/decimal.ts'
import type { Condition, Level } from '../rule.ts'
import type { Holding, Stand } from '../stand.ts'

/** Milliseconds of a year. */
const YEAR = 365 * 86_400_000
/** Where a rate is not known, more than any market asks. */
const HIGH_RATE = dec(5)
/** The last digits of balances that are kept as shares of a pool. */
const NOISE = dec('0.000001')

type Change = { readonly key: string; readonly before: Holding | null; readonly now: Holding | null }

/** Alerts about what one leg holds now and did not hold before, or the other way round. */
export function changes(leg: string, before: Stand, now: Stand): readonly Condition[] {
  const found = [...new Set([...Object.keys(before.holdings), ...Object.keys(now.holdings)])].map(
    (key): Change => ({ key, before: before.holdings[key] ?? null, now: now.holdings[key] ?? null }),
  )
  const gone = found.filter((one) => one.now === null && !turned(one, found) && one.before?.kind !== 'collateral')
  const moved = found.filter((one) => !gone.includes(one)).flatMap((one) => wordsOf(one, now.at - before.at) ?? [])
  const shrunk = (kind: Holding['kind']) => moved.some((one) => one.kind === kind && one.smaller)
  const venue = plain(now.venue, 60)
  // A liquidation takes a part of the debt and of the collateral at once: so may the owner.
  const seized = shrunk('debt') && shrunk('collateral')
  return [
    ...gone.map(({ key, before: was }) =>
      event('vanished', `${leg}/${key}`, [
        'critical',
        `${plain(was?.label ?? '', 40)} ${was?.kind === 'debt' ? 'debt ' : ''}of ${venue} is gone: liquidated or closed?`,
      ]),
    ),
    ...(seized
      ? [event('vanished', leg, ['critical', `${venue}: ${listed(moved)}: liquidated in part, or repaid and withdrawn?`])]
      : moved.length > 0
        ? [event('position', leg, ['notice', `${venue}: ${listed(moved)}`])]
        : []),
  ]
}

/** A leg of the past that is not there any more. */
export function vanishedLeg(leg: string, before: Stand): readonly Condition[] {
  const holds = Object.values(before.holdings)
  if (holds.length === 0) return []
  const owed = holds.some(({ kind }) => kind !== 'collateral')
  const venue = plain(before.venue, 60)
  return [
    owed
      ? event('vanished', leg, ['critical', `${venue} is gone: liquidated or closed?`])
      : event('position', leg, ['notice', `${venue} is empty now`]),
  ]
}

/** A leg that was not there before. */
export function newLeg(leg: string, now: Stand): readonly Condition[] {
  const holds = Object.values(now.holdings)
  if (holds.length === 0) return []
  return [
    event('position', leg, [
      'notice',
      `${plain(now.venue, 60)}: ${listed(holds.map((one) => ({ words: `${nameOf(one)} opened` })))}`,
    ]),
  ]
}

function event(rule: 'vanished' | 'position', subject: string, [level, what]: readonly [Level, string]): Condition {
  return { rule, subject, level, what, figure: null, kind: 'event' }
}

/** A long that became a short, or the other way round: a liquidation opens nothing. */
function turned({ key, now }: Change, all: readonly Change[]): boolean {
  const other = key.endsWith('/long')
    ? key.replace(/long$/, 'short')
    : key.endsWith('/short')
      ? key.replace(/short$/, 'long')
      : null
  return now === null && all.some((one) => one.key === other && one.before === null)
}

type Moved = { readonly kind: Holding['kind']; readonly smaller: boolean; readonly words: string }

/** How a holding changed; null: no more than interest explains. */
function wordsOf({ before, now }: Change, elapsed: number): Moved | null {
  const one = now ?? before
  if (one === null) return null
  const name = nameOf(one)
  if (before === null) return { kind: one.kind, smaller: false, words: `${name} opened` }
  if (now === null) return { kind: one.kind, smaller: true, words: `${name} closed` }
  const share = new Decimal(now.amount).div(before.amount).minus(ONE)
  if (share.gte(NOISE.neg()) && share.lte(grownBy([before, now], elapsed))) return null
  const by = shareWords(share.abs())
  return { kind: one.kind, smaller: share.lt(0), words: `${name} ${share.lt(0) ? 'smaller' : 'larger'} by ${by}` }
}

/** The most that interest explains, as a share: twice the higher of the known rates, for rates move in between. */
function grownBy(both: readonly Holding[], elapsed: number): Decimal {
  const rates = both.map(({ rate }) => (rate === null ? HIGH_RATE : new Decimal(rate)))
  const years = new Decimal(Math.max(0, elapsed)).div(YEAR)
  return Decimal.max(...rates)
    .times(2)
    .times(years)
    .plus(NOISE)
}

function nameOf({ label, kind }: Holding): string {
  return kind === 'position' ? plain(label, 40) : `${plain(label, 20)} ${kind}`
}

/** The first few, and how many more. */
function listed(all: readonly Pick<Moved, 'words'>[]): string {
  const [first, rest] = [all.slice(0, 3), all.length - 3]
  return `${first.map(({ words }) => words).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
