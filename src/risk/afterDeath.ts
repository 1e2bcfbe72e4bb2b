import { Decimal, dec, ONE, ZERO } from './decimal.ts'
import type { Leg } from './leg.ts'
import type { AaveV3Position, AaveV4Position, CompoundV3Position, LendingPosition } from './lendingPosition.ts'
import type { MarginAccount } from './marginAccount.ts'
import { liquidate as liquidateAaveV3 } from './rules/aaveV3Liquidation.ts'
import type { AaveV3Call } from './rules/aaveV3LiquidationCall.ts'
import { liquidate as liquidateAaveV4 } from './rules/aaveV4Liquidate.ts'
import { absorb, type CompoundV3Absorption } from './rules/compoundV3Absorb.ts'
import { lendingRule } from './rules/lending.ts'
import { marginState, trips } from './rules/margin.ts'
import { liquidatePool } from './rules/marginLiquidation.ts'
import { solvency } from './solvency.ts'

/** One figure by the course that costs the user least and by the one that costs most. */
export type Range = { readonly best: Decimal; readonly worst: Decimal }

/** One liquidation of a loan; reserve ids of its collateral and its debt. USD. */
export type LoanStep = Pick<AaveV3Call, 'collateral' | 'debt' | 'repaidUsd' | 'seizedUsd' | 'lossUsd'> & {
  readonly healthBefore: Decimal
  /** Base units, where the rule is computed in the contract's own integers. */
  readonly repaid: bigint | null
  readonly seized: bigint | null
}

/** What is left of a leg after its venue has liquidated it, and what that costs. USD at the leg's prices. */
export type AfterDeath = {
  /** The leg by the worst course. */
  readonly leg: Leg
  readonly bestLeg: Leg
  /** What the venue and its liquidators take beyond the price move. */
  readonly bill: Range
  /** Equity of the leg, no haircut. After = before - bill + writtenOff. */
  readonly equityBefore: Decimal
  readonly equityAfter: Range
  /** What the venue bears: an exchange's shortfall, or a debt that no collateral is left for. */
  readonly writtenOff: Range
  /** The single liquidations of a loan, in their order; none for an exchange, nor where the market takes the whole account. */
  readonly steps: { readonly best: readonly LoanStep[]; readonly worst: readonly LoanStep[] }
}

/** How far a loan's prices are moved against it, at the least, to see whether it stands at its trigger. */
const HAIR = dec('1e-7')

/**
 * What a liquidation at the leg's present prices leaves of it. For a leg that is dead, or stands at its trigger: dead one tick
 * of its marks further, or a hair of its oracle prices (a ten-millionth, or one unit). Any other leg comes back untouched.
 *
 * @throws IncompleteAnswerError when a price the leg needs is missing; UnsupportedError for an unknown pool revision.
 * @see RISK 2.5
 */
export function afterDeath(leg: Leg): AfterDeath {
  if (leg.kind === 'futures') return diesOneTickOn(leg) ? ofPool(leg) : untouched(leg)
  const dying = pushed(leg)
  return dying === null ? untouched(leg) : ofLoan(leg, dying)
}

function untouched(leg: Leg): AfterDeath {
  const { equity } = solvency(leg)
  const none = { best: ZERO, worst: ZERO }
  const steps = { best: [], worst: [] }
  return {
    ...{ leg, bestLeg: leg, bill: none, writtenOff: none, steps },
    equityBefore: equity,
    equityAfter: { best: equity, worst: equity },
  }
}

function ofPool(account: MarginAccount): AfterDeath {
  const { after, bill, equityAtTrigger, residual, shortfall } = liquidatePool(account)
  return {
    ...{ leg: after.worst, bestLeg: after.best, bill, equityBefore: equityAtTrigger, equityAfter: residual },
    writtenOff: { best: shortfall, worst: shortfall },
    steps: { best: [], worst: [] },
  }
}

function diesOneTickOn(account: MarginAccount): boolean {
  if (trips(account, marginState(account))) return true
  const positions = account.positions.map((position) => {
    const { side, mark, tick } = position
    return { ...position, mark: side === 'long' ? mark.minus(tick) : mark.plus(tick) }
  })
  const further = { ...account, positions }
  return positions.every(({ mark }) => mark.gt(0)) && trips(further, marginState(further))
}

/** The loan at prices at which it is dead: its own, or a hair further; null: it lives at those too. */
function pushed(position: LendingPosition): LendingPosition | null {
  const rule = lendingRule(position)
  const dead = (loan: LendingPosition): boolean => rule.accountOf(loan).tripped
  if (dead(position)) return position
  const net = new Map<string, Decimal>()
  for (const { asset, usd } of rule.holdings(position)) net.set(asset.key, usd.plus(net.get(asset.key) ?? ZERO))
  const hairs = new Map(rule.oraclePrices(position).map(({ asset, price }) => [asset.key, hairOf(price)]))
  const further = (side: 'owned' | 'all'): LendingPosition =>
    rule.shocked(position, ({ key }) => {
      const [usd, hair] = [net.get(key), hairs.get(key)]
      if (usd === undefined || hair === undefined || (side === 'owned' && usd.lte(0))) return ONE
      return usd.gt(0) ? ONE.minus(hair) : ONE.plus(hair)
    })
  // Debts keep their price where they can, so that what is repaid is told to the last digit.
  return [further('owned'), further('all')].find(dead) ?? null
}

/** At least one unit of the oracle, for a trigger is rounded to that; a price of one unit stays, 0 is none. */
function hairOf(price: bigint): Decimal {
  return price === 1n ? ZERO : Decimal.max(HAIR, ONE.div(dec(price)))
}

/** One way of a loan's liquidation. */
type Course = {
  readonly after: LendingPosition
  readonly bill: Decimal
  readonly writtenOff: Decimal
  readonly steps: readonly LoanStep[]
}

type Courses = { readonly best: Course; readonly worst: Course }

/** Each protocol's own liquidation. @see RISK 2.5 */
const LIQUIDATIONS: {
  readonly [P in LendingPosition as P['protocol']]: (position: P) => Courses
} = {
  'aave-v3': ofAaveV3,
  'aave-v4': ofAaveV4,
  'compound-v3': ofCompoundV3,
}

function ofLoan(position: LendingPosition, dying: LendingPosition): AfterDeath {
  // The key is the position's own; the compiler cannot see that it picks the liquidation of the same protocol.
  const liquidate = LIQUIDATIONS[dying.protocol] as (position: LendingPosition) => Courses
  const { best, worst } = liquidate(dying)
  const [bestLeg, leg] = [atPricesOf(position, best.after), atPricesOf(position, worst.after)]
  return {
    ...{ leg, bestLeg },
    bill: { best: best.bill, worst: worst.bill },
    equityBefore: solvency(position).equity,
    equityAfter: { best: solvency(bestLeg).equity, worst: solvency(leg).equity },
    writtenOff: { best: best.writtenOff, worst: worst.writtenOff },
    steps: { best: best.steps, worst: worst.steps },
  }
}

function ofAaveV3(position: AaveV3Position): Courses {
  const { best, worst } = liquidateAaveV3(position)
  const course = ({ after, billUsd, badDebtUsd, steps }: typeof best): Course => ({
    ...{ after, bill: billUsd, writtenOff: badDebtUsd },
    steps: steps.map(({ after: _, badDebtUsd: __, ...step }) => step),
  })
  return { best: course(best), worst: course(worst) }
}

/** One pair each time, the one that costs most: which pair a liquidator takes is not known, so the best is not told apart. */
function ofAaveV4(position: AaveV4Position): Courses {
  const steps: LoanStep[] = []
  let [after, bill, writtenOff] = [position, ZERO, ZERO]
  // A step empties a collateral or a debt, or it is the last: more of them come from rounding alone.
  for (let most = 2 * position.reserves.length + 1; most > 0; most--) {
    const done = liquidateAaveV4(after)
    if (done === null) break
    const healthBefore = lendingRule(after).accountOf(after).health as Decimal
    const { collateral, debt, repaidUsd, seizedUsd, penaltyUsd: lossUsd } = done
    steps.push({ ...{ healthBefore, collateral, debt, repaidUsd, seizedUsd, lossUsd }, repaid: null, seized: null })
    after = done.after
    bill = bill.plus(lossUsd)
    writtenOff = writtenOff.plus(done.forgivenUsd)
  }
  const course = { after, bill, writtenOff, steps }
  return { best: course, worst: course }
}

/** The market takes the whole account at once, and there is one way to do it. */
function ofCompoundV3(position: CompoundV3Position): Courses {
  // It is dead, which is all that an absorption asks for.
  const { after, seizedUsd, creditUsd, forgivenUsd } = absorb(position) as CompoundV3Absorption
  const course: Course = { after, bill: seizedUsd.minus(creditUsd), writtenOff: forgivenUsd, steps: [] }
  return { best: course, worst: course }
}

/** What is left, at the prices that the loan came with. A liquidation keeps the protocol and the order of the reserves. */
function atPricesOf(before: LendingPosition, after: LendingPosition): LendingPosition {
  if (after.protocol === 'compound-v3') {
    const { base, quoteUsd } = before as CompoundV3Position
    return { ...after, base, quoteUsd }
  }
  const { reserves } = before as AaveV3Position | AaveV4Position
  const priced = after.reserves.map((reserve, i) => ({ ...reserve, price: (reserves[i] as typeof reserve).price }))
  return { ...after, reserves: priced } as LendingPosition
}
