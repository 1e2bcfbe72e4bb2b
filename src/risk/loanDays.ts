import type { Asset } from './asset.ts'
import type { Band } from './band.ts'
import { type DaysLeft, daysUntilMet, NEVER } from './daysLeft.ts'
import { type Decimal, ONE, sum, ZERO } from './decimal.ts'
import type { Growing } from './growing.ts'
import type { LendingPosition } from './lendingPosition.ts'
import { alongOne } from './path.ts'
import { lendingRule } from './rules/lending.ts'
import type { Solvency } from './solvency.ts'
import { divided } from './whole.ts'

/** The two sides of a loan. */
export type LoanSide = 'supply' | 'borrow'

/** Logarithms of the growth in a day of what is supplied and of what is owed; null where it is not known, or none is. */
export type DailyLogs = { readonly [S in LoanSide]: Band | null }

export const NO_LOGS: DailyLogs = { supply: null, borrow: null }

/**
 * The days until interest alone liquidates a loan, prices still.
 *
 * @returns null where a rate it depends on is not known.
 * @throws IncompleteAnswerError when a price it needs is missing.
 * @see RISK 4
 */
export function loanDays(
  leg: LendingPosition,
  { health, required, tripped }: Pick<Solvency, 'health' | 'required' | 'tripped'>,
  logsOf: (asset: Asset) => DailyLogs,
): DaysLeft | null {
  if (health === null || required.isZero()) return NEVER
  if (tripped) return { soonest: ZERO, latest: ZERO }
  const parts = partsOf(leg)
  // Where the contract rounds the loan down, it starts from there.
  const ratio = divided(sum(parts.map(({ cover }) => cover)), required)
  const start = ratio.gt(health) ? divided(health, ratio) : ONE
  const [worse, better]: readonly [Sides, Sides] = [
    { cover: [], owed: [] },
    { cover: [], owed: [] },
  ]
  for (const { asset, cover, owed } of parts) {
    const { supply, borrow } = logsOf(asset)
    if ((cover.gt(0) && !supply) || (owed.gt(0) && !borrow)) return null
    if (supply && cover.gt(0)) {
      worse.cover.push({ usd: cover.times(start), log: supply.low })
      better.cover.push({ usd: cover.times(start), log: supply.high })
    }
    if (borrow && owed.gt(0)) {
      worse.owed.push({ usd: owed, log: borrow.high })
      better.owed.push({ usd: owed, log: borrow.low })
    }
  }
  const soonest = daysUntilMet(worse.cover, worse.owed)
  return { soonest, latest: same(worse, better) ? soonest : daysUntilMet(better.cover, better.owed) }
}

type Sides = { readonly cover: Growing[]; readonly owed: Growing[] }

/** Where every rate is one number, so are the days. */
function same(a: Sides, b: Sides): boolean {
  const alike = (one: Growing, i: number, of: readonly Growing[]): boolean => of[i]?.log.eq(one.log) === true
  return a.cover.every((one, i) => alike(one, i, b.cover)) && a.owed.every((one, i) => alike(one, i, b.owed))
}

/** What each asset of a loan covers and owes, USD. */
function partsOf(leg: LendingPosition): { asset: Asset; cover: Decimal; owed: Decimal }[] {
  const rule = lendingRule(leg)
  const holdings = rule.holdings(leg)
  return [...new Map(holdings.map(({ asset }) => [asset.key, asset])).values()].flatMap((asset) => {
    const line = rule.slackLine(leg, alongOne(asset.key))
    if (line === null) return []
    const owed = sum(holdings.filter((one) => one.asset.key === asset.key && one.usd.lt(0)).map(({ usd }) => usd)).neg()
    // The slack is affine in each price: what it loses when the price goes to nothing is the price's share of it.
    return [{ asset, cover: line.at(ONE).minus(line.at(ZERO)).plus(owed), owed }]
  })
}
