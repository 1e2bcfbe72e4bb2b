import type { DebtUse } from '../risk/debtUse.ts'
import { type Decimal, dec } from '../risk/decimal.ts'
import type { Findings } from '../risk/findings.ts'
import type { Row } from './layout.ts'
import { nameOf } from './legName.ts'
import { daysWords, flowWords, plain, shareWords, useWords } from './words.ts'

/** Days that are farther off are not worth a place: rates do not stand still for a year. */
const FAR = dec(365)

/**
 * What the debt that a market could make dearest costs, and what it would cost if all of its asset were borrowed. Of a loan that only
 * earns, that its rewards do not count.
 */
export function rateRows({ view, outlook: { debts } }: Findings): Row[] {
  const known = [...debts].flatMap(([leg, uses]) =>
    uses.flatMap(({ apy, ...use }) => (apy === null || tellsNothing(apy, use) ? [] : [{ leg, use: { ...use, apy } }])),
  )
  const flows = view.carry.legs.filter(({ rates }) => rates.length > 0).flatMap(({ supply, borrow }) => [supply, borrow])
  const paid = flows.some((band) => band !== null && !(band.low.isZero() && band.high.isZero()))
  if (known.length === 0) return paid ? [{ label: 'RATES', text: NO_REWARDS }] : []
  const [first, ...others] = known.toSorted((a, b) => most(b.use).comparedTo(most(a.use))) as [Known, ...Known[]]
  const name = debts.size > 1 ? `${nameOf(first.leg, view.legs, 40)}: ` : ''
  const climbing = others.filter(({ use }) => most(use).gt(0)).length
  const more = climbing === 0 ? '' : `; ${climbing} other ${climbing === 1 ? 'debt climbs' : 'debts climb'}, too`
  return [{ label: 'RATES', text: `${name}${rateWords(first.use)}${more}; ${NO_REWARDS}` }]
}

const NO_REWARDS = 'rewards not counted'

type RatedUse = DebtUse & { readonly apy: Decimal }
type Known = { readonly leg: string; readonly use: RatedUse }

const tellsNothing = (apy: Decimal, { used, climb }: Omit<DebtUse, 'apy'>): boolean =>
  apy.isZero() && used === null && climb === null

const most = ({ climb }: DebtUse): Decimal => climb?.morePerDay ?? dec(-1)

function rateWords({ asset, apy, used, climb }: RatedUse): string {
  const now = `${plain(asset.symbol, 12)} borrow ${shareWords(apy)}${used === null ? '' : ` at ${useWords(used, 'up')} used`}`
  if (climb === null || climb.morePerDay === null) return `${now}, how it would climb is not known`
  if (climb.morePerDay.isZero()) return `${now}, the most it asks`
  const beyond = `beyond ${useWords(climb.kink, 'down')}`
  const full = shareWords(climb.apyAtFull)
  const where = used?.gt(climb.kink) === true ? `, ${beyond} where it climbs: to ${full}` : `; ${beyond} it climbs to ${full}`
  return `${now}${where} (${flowWords(climb.morePerDay.neg())} USD/day more${daysLeft(climb.days?.soonest ?? null)})`
}

function daysLeft(days: Decimal | null): string {
  return days === null || days.isZero() || days.gte(FAR) ? '' : `, ${daysWords(days)} to liquidation`
}
