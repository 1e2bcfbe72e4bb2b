import { kindName } from '../report/legName.ts'
import { orderLine, pricedWords, verdictLine, whereWords } from '../report/sentence.ts'
import { ageWords, deathPriceWords, moveWords, needWords, plain } from '../report/words.ts'
import { ONE } from '../risk/decimal.ts'
import type { Target } from '../risk/target.ts'
import type { RiskView } from '../risk/view.ts'
import type { AlertPost } from './alertPost.ts'
import type { News } from './outgoing.ts'
import type { RuleName } from './rule.ts'

/** Rules that say how far something is: they are followed by where it dies and what helps. */
const OF_DISTANCE: readonly RuleName[] = ['room', 'leg', 'factor', 'peg', 'health', 'days']

/** At most three lines under an alert's title: where it dies, the cheapest fix, how long the others hold and how old that is. */
export function alertLines({ rule, level }: News, { view, target, detail, now }: AlertPost): readonly string[] {
  if (view === null) return ['How the book stands now is not known yet.']
  const order = orderLine(view)
  const last = [...(order === null ? [] : [order]), ageLine(view, now)].join(' ')
  const dies = level !== null && OF_DISTANCE.includes(rule) ? deathLine(view) : null
  if (dies === null) return [`Now ${view.verdict.grade}: ${verdictLine(view)}.`, last]
  const fix = fixLine(view, target, detail.amounts)
  return [`${dies}.`, ...(fix === null ? [] : [fix]), last]
}

/** `ETH 2,830.00 -> dies at 2,412.00`, or the move where several prices do; null: nothing dies of the market, or is dead already. */
function deathLine(view: RiskView): string | null {
  const { firstLiquidation: first, reason, complete } = view.verdict
  if (first === null || reason === 'tripped' || reason === 'peg' || !complete) return null
  const one = view.legs
    .filter(({ id }) => first.legs.includes(id))
    .flatMap(({ liquidation }) => liquidation)
    .find(({ price, symbol, asset }) => first.price !== null && price?.eq(first.price) && (symbol ?? asset) === first.priceOf)
  if (one?.price == null || first.price === null) return `Dies at ${whereWords(first)}`
  // Today's price is rounded towards the death: what is shown is not farther from it than what is so.
  const today = deathPriceWords(one.price.div(one.move.plus(ONE)), first.direction === 'down' ? 'up' : 'down')
  const name = pricedWords(first.factor, first.priceOf)
  return `${name} ${today} -> dies at ${deathPriceWords(first.price, first.direction)} (${moveWords(first.move)})`
}

/** What it takes to get back over the limit that was crossed. */
function fixLine({ legs }: RiskView, target: Target | null, amounts: boolean): string | null {
  if (target === null || target.least.totalUsd.isZero() || target.least.perLeg.length === 0) return null
  const wants = target.least.perLeg.map(({ leg: id, usd, accepts }) => {
    const leg = legs.find((one) => one.id === id)
    const place = leg === undefined ? plain(id, 60) : kindName(leg, legs)
    const coin = plain(accepts.symbol, 12)
    const what = amounts ? `${needWords(usd)} USD of ${coin}` : coin
    return leg?.kind === 'lending' ? `${what} repaid to ${place}` : `${what} added to the margin of ${place}`
  })
  return `Cheapest fix: ${wants.join(' and ')} -> room ${moveWords(target.fall.neg())}.`
}

/** How old the oldest figure is by now. */
function ageLine({ legs, at }: RiskView, now: number): string {
  const waited = Math.max(0, now - at) / 1000
  const ages = legs.map(({ age }) => age.seconds)
  if (ages.length === 0) return `Looked ${ageWords(waited)} ago.`
  const oldest = ages.reduce<number | null>((most, age) => (most === null || age === null ? null : Math.max(most, age)), 0)
  return `Data ${oldest === null ? 'of unknown age' : `${ageWords(oldest + waited)} old`}.`
}
