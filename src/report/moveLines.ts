import { type Decimal, ONE, sum, ZERO } from '../risk/decimal.ts'
import type { Findings } from '../risk/findings.ts'
import { loanOfSupply } from '../risk/idleSupplies.ts'
import type { Naive, RescuePlan } from '../risk/rescue.ts'
import type { Move } from '../risk/rescueMove.ts'
import type { Room } from '../risk/room.ts'
import type { Target } from '../risk/target.ts'
import type { RiskView } from '../risk/view.ts'
import { kindName, legName } from './legName.ts'
import { amountWords, costWords, moveWords, needWords, plain } from './words.ts'

/** The one move of money that buys the most room, beside what the usual guesses would bring. */
export function moveLines({ view, outlook: { plan, planWithMargin, target } }: Findings): string[] {
  if (view.verdict.grade === 'no-risk' || plan === null) return []
  const lines = bestUse({ plan, planWithMargin }, view)
  return lines.length > 0 ? lines : wanting(target, plan, view)
}

/** The best use of the cash, and of margin where that goes further; nothing where no money helps. */
export function bestUse(
  { plan, planWithMargin }: Pick<Findings['outlook'], 'plan' | 'planWithMargin'>,
  view: RiskView,
): string[] {
  return plan === null ? [] : [...recommended(plan, view), ...moving(planWithMargin, plan, view)]
}

function recommended(plan: RescuePlan, view: RiskView): string[] {
  if (plan.moves.length === 0) return []
  const instead = alternatives(plan)
  return [
    `${actions(plan.moves, view)}: ${outcome(plan.after, view, plan.before)}.`,
    ...(instead === null ? [] : [`(${instead})`]),
  ]
}

/** Margin that can be moved from where it is idle, when that goes further than the cash. */
function moving(plan: RescuePlan | null, cashOnly: RescuePlan, view: RiskView): string[] {
  if (plan === null || plan.moves.length === 0) return []
  const more = cashOnly.moves.length === 0 ? '' : 'Or: '
  return [`${more}${actions(plan.moves, view)}: ${outcome(plan.after, view, plan.before)}.`]
}

/** Without cash that helps: what is missing, and what could be closed instead. */
function wanting(target: Target | null, plan: RescuePlan, view: RiskView): string[] {
  if (target === null || target.least.totalUsd.isZero()) return []
  const { perLeg } = target.least
  const wants = perLeg.map(
    ({ leg, usd, accepts }) => `${needWords(usd)} USD of ${plain(accepts.symbol, 12)} ${placing(leg, view)}`,
  )
  const lead = plan.unspent.gt(0) ? 'The free cash cannot be used, or comes too late' : 'No free cash that helps was found'
  const unread = view.gaps.length > 0 ? ' (of what was read)' : ''
  return [
    `${lead}: ${wants.join(' and ')} would bring the room to ${moveWords(target.fall.neg())}${believing(view)}${unread}.${reducing(target)}`,
  ]
}

/** The smallest reduction of each leg that has to be helped; nothing where one of them has none, for the rest would not be enough. */
function reducing({ least, reductions }: Target): string {
  const legs = [...new Set(least.perLeg.map(({ leg }) => leg))]
  const smallest = legs.map((leg) => reductions.find((one) => one.leg === leg))
  const words = smallest.flatMap((one) => {
    if (one === undefined) return []
    if (one.what === 'close') return [`close ${needWords(one.usd)} USD of the ${plain(one.symbol, 20)} ${one.side}`]
    return [`sell ${needWords(one.usd)} USD of ${plain(one.asset.symbol, 12)} and repay ${plain(one.repays.symbol, 12)} with it`]
  })
  return words.length === 0 || words.length < legs.length ? '' : ` Or ${words.join(', and ')}.`
}

/** "added to the margin", "repaid to the loan". */
function placing(id: string, view: RiskView): string {
  const lending = view.legs.find((leg) => leg.id === id)?.kind === 'lending'
  return lending ? `repaid to ${goal(id, view)}` : `added ${goal(id, view)}`
}

/**
 * Moves in words, with what they cost and how long they take.
 *
 * @param side - `down`: of what there is; `up`: what is needed at least.
 */
export function actions(moves: readonly Move[], view: RiskView, side: 'up' | 'down' = 'down'): string {
  const words = moves.map((move) => action(move, view, side)).join(' and ')
  const cost = sum(moves.map(({ conversion }) => conversion?.costUsd ?? ZERO))
  const known = moves.flatMap(({ minutes }) => (minutes === null ? [] : [minutes]))
  const longest = known.reduce<Decimal | null>((most, one) => (most === null || one.gt(most) ? one : most), null)
  const asides = [
    ...(cost.gt(0) ? [`swap about ${costWords(cost)} USD`] : []),
    ...(longest?.gt(10) ? [`about ${costWords(longest)} min`] : []),
    ...(moves.some(({ lacksGas }) => lacksGas === true) ? ['the wallet holds no coin for gas'] : []),
    ...(view.gaps.length > 0 ? ['of what was read'] : []),
  ]
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${asides.length === 0 ? '' : ` (${asides.join(', ')})`}`
}

function action({ from, to, what, amount, asset, accepts, conversion }: Move, view: RiskView, side: 'up' | 'down'): string {
  const donor = view.legs.find(({ id }) => id === from)
  const idle = loanOfSupply(from, view.legs)
  const coin = `${amountWords(amount, side)} ${plain(asset.symbol, 12)}`
  const taken = donor === undefined ? coin : `${coin} from ${kindName(donor, view.legs)}`
  if (idle !== null) {
    const swapped = conversion === null ? '' : `, swap it to ${plain(accepts.symbol, 12)}`
    const then = what === 'repay' ? `repay ${goal(to, view)} with it` : `add it ${goal(to, view)}`
    return `withdraw ${coin} that lie idle in ${legName(idle, view.legs, 40)}${swapped} and ${then}`
  }
  if (conversion !== null) {
    const then = what === 'repay' ? `repay ${goal(to, view)} with it` : `add it ${goal(to, view)}`
    return `swap ${taken} to ${plain(accepts.symbol, 12)} and ${then}`
  }
  if (donor !== undefined) return `move ${taken} ${what === 'repay' ? `into ${goal(to, view)}` : goal(to, view)}`
  return what === 'repay' ? `repay ${taken} of ${goal(to, view)}` : `add ${taken} ${goal(to, view)}`
}

/** "the loan", "to the margin"; with the venue's name where there are several. */
function goal(id: string, { legs }: RiskView): string {
  const leg = legs.find((one) => one.id === id)
  if (leg === undefined) return plain(id, 40)
  const alone = legs.filter(({ kind }) => kind === leg.kind).length === 1
  if (leg.kind === 'lending') return alone ? 'the loan' : legName(leg, legs, 40)
  return alone ? 'to the margin' : `to the margin of ${legName(leg, legs, 40)}`
}

function outcome(after: Room | null, view: RiskView, before: Room | null): string {
  if (after === null) return `then no move of the markets liquidates anything${believing(view)}`
  const grows = before === null || after.distance.gt(before.distance)
  return `room ${grows ? 'grows to' : 'stays at'} ${moveWords(after.move)}${believing(view)}`
}

/** Whose figures a plan goes by where they differ: the verdict takes the nearer, a plan cannot. */
export function believing({ anchoring, legs }: Pick<RiskView, 'anchoring' | 'legs'>): string {
  if (legs.some(({ agreement }) => agreement === 'disputed')) return ', by our own figures'
  return anchoring.length > 0 ? ", by each venue's own price" : ''
}

/** What the other ways of using the same money would bring. */
function alternatives({ moves, before, naive }: RescuePlan): string | null {
  const kinds = new Set(moves.map(({ what }) => what))
  if (kinds.size === 1) {
    const [guess, words] = kinds.has('repay')
      ? ([naive.allToMargin, 'Adding it to the margin'] as const)
      : ([naive.allToLoan, 'Repaying the loan with it'] as const)
    return guess === null ? null : `${words} instead would ${leaving(guess, before)}.`
  }
  const guesses = [
    ['all to the loan', naive.allToLoan],
    ['all to the margin', naive.allToMargin],
    ['half and half', naive.half],
  ] as const
  const told = guesses.flatMap(([words, guess]) => (guess === null ? [] : [`${words} ${roomOf(guess)}`]))
  return told.length === 0 ? null : `Instead, ${told.join('; ')}.`
}

function leaving(guess: NonNullable<Naive>, before: Room | null): string {
  if (guess.room === null) return 'leave no trigger'
  const same = before !== null && guess.room.distance.lte(before.distance.times(ONE.plus('0.0005')))
  return `${same ? 'leave the room at' : 'bring it to'} ${roomOf(guess)}`
}

function roomOf({ room }: NonNullable<Naive>): string {
  return room === null ? 'no trigger' : moveWords(room.move)
}
