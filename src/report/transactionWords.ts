import { fromUnits } from '../risk/decimal.ts'
import { loanOfSupply } from '../risk/idleSupplies.ts'
import type { ByHand, Payment, PaymentPart, PreparedStep, PreparedWithdrawal, Transaction } from '../risk/payment.ts'
import type { Move } from '../risk/rescueMove.ts'
import type { RiskView } from '../risk/view.ts'
import { nameOf } from './legName.ts'
import { amountWords, exactWords, plain } from './words.ts'

type Paid = Extract<PreparedStep, { readonly transactions: unknown }>
type Manual = Extract<PreparedStep, { readonly byHand: unknown }>

/** What a withdrawal does, in one sentence with every digit of it. */
export function withdrawalSentence(
  { leg, owner, amount, decimals }: PreparedWithdrawal,
  { move }: PreparedStep,
  view: RiskView,
): string {
  const coin = plain(move.asset.symbol, 12)
  return `Withdraw ${units(amount, { decimals })} ${coin} from ${nameOf(leg, view.legs, 40)} to ${short(owner)}, whose it is.`
}

/** What a transaction does, in one sentence with every digit of it. */
export function transactionSentence({ what, part }: Transaction, { move, payment }: Paid, view: RiskView): string {
  const coin = plain(move.accepts.symbol, 12)
  const venue = nameOf(move.to, view.legs, 40)
  const taker = `the ${payment.protocol === 'aave-v3' ? 'Pool' : 'Comet'} of ${venue}`
  if (part !== null) return `${repayment(part, payment, { coin, venue })}.`
  if (what === 'reset') {
    return `Set what ${taker} may take of ${coin} to 0, for ${coin} refuses to change an allowance that is left.`
  }
  const all = payment.parts.reduce((total, { amount }) => total + amount, 0n)
  const interest = payment.parts.some(({ pays }) => pays === 'all')
    ? ': what is owed, and 0.1 % for the interest until it is mined. What is not taken of it stays allowed'
    : ''
  return `Allow ${taker} to take exactly ${units(all, payment)} ${coin} from ${short(payment.payer)}${interest}.`
}

function repayment(
  { rate, amount, pays }: PaymentPart,
  payment: Payment,
  { coin, venue }: { readonly coin: string; readonly venue: string },
): string {
  const debt = `${rate === 'stable' ? ', of the debt at a stable rate' : ''}${payment.payer === payment.borrower ? '' : `, for ${short(payment.borrower)}`}`
  if (pays === 'all') return `Repay all ${coin} that ${venue} is owed when it is mined, at most ${units(amount, payment)}${debt}`
  const rest = pays === 'part' ? '' : ': all that was owed when it was read, the interest from then on stays owed'
  return `Repay ${units(amount, payment)} ${coin} to ${venue}${debt}${rest}`
}

/** What somebody has to do by hand, and why there is no transaction for it. */
export function byHandSentence({ move, byHand }: Manual, view: RiskView, side: 'up' | 'down'): string {
  const coin = `${amountWords(move.amount, side)} ${plain(move.asset.symbol, 12)}`
  const place = placeOf(move, view)
  const venue = nameOf(move.to, view.legs, 40)
  const accepts = plain(move.accepts.symbol, 12)
  const swapped = move.conversion === null ? '' : `, swapped to ${accepts},`
  const sentences: Readonly<Record<ByHand, string>> = {
    'to-exchange': `Bring ${coin}${swapped} from ${place} to ${venue} by the exchange's own pages: no transaction is built for that, and hullmark never names an address to pay to.`,
    'from-exchange': `Withdraw ${coin} from ${place} to your wallet by the exchange's own pages${move.conversion === null ? '' : `, swap it to ${accepts}`}, then run this again to repay ${venue} with it.`,
    swap: `Swap ${coin} from ${place} to ${accepts}, then run this again to repay ${venue} with it: no transaction is built for a swap.`,
    'other-token': `Change ${coin} from ${place} into the ${accepts} that ${venue} is owed, which is another contract or lies on another chain, then run this again: no transaction is built for a bridge or a swap.`,
    protocol: `Repay ${venue} with ${coin} from ${place} in the protocol's own application: no transaction is built for this protocol.`,
    'contract-unknown': `Repay ${venue} with ${coin} from ${place} in the protocol's own application: the snapshot does not say which contract takes it, so no transaction is built.`,
    'payer-unknown': `Repay ${venue} with ${coin} from ${place} in the protocol's own application: which wallet holds it is not known, so no transaction is built.`,
    'supply-contract': `No transaction is built for ${place}: the node names another contract as its Pool than the Aave address book does. Trust neither that node nor its figures, and use another one.`,
    'other-contract': `No transaction is built for ${venue}: the node names another contract as its Pool than the Aave address book does. Trust neither that node nor its figures, and use another one.`,
  }
  return sentences[byHand]
}

/** What has to be known before anything of it is signed. */
export function cautions(steps: readonly PreparedStep[], view: RiskView): readonly string[] {
  const paid = steps.filter((step) => step.payment !== null)
  const withdrawals = steps.flatMap(({ withdrawal }) => (withdrawal === null ? [] : [withdrawal]))
  if (paid.length === 0 && withdrawals.length === 0) return []
  const unvouched = [
    ...paid.filter(({ contractBy }) => contractBy === 'node').map(({ move }) => move.to),
    ...withdrawals.filter(({ contractBy }) => contractBy === 'node').map(({ leg }) => leg),
  ]
  const told = [...new Set(unvouched)]
  const disputed = paid.filter(({ move }) => view.legs.some(({ id, agreement }) => id === move.to && agreement === 'disputed'))
  const reset = paid.every(({ transactions }) => transactions.some(({ what }) => what === 'reset'))
  return [
    'Nothing is signed or sent. Compare what your wallet shows with chain, recipient, call and amounts here before you sign, and send them in this order, each once the one before is mined.',
    ...payersOf([...paid.map(({ payment }) => payment.payer), ...withdrawals.map(({ owner }) => owner)], view),
    ...blocksOf([...paid.map(({ move }) => move.to), ...withdrawals.map(({ leg }) => leg)], view),
    ...(view.gaps.length > 0 ? ['Not everything was read: these are the moves for what was.'] : []),
    ...disputed.map(
      ({ move }) => `The figures of ${nameOf(move.to, view.legs, 40)} are disputed: these are the moves by our own.`,
    ),
    ...told.map(
      (leg) =>
        `The contract of ${nameOf(leg, view.legs, 40)} was named by the node alone: compare it with the address that the market itself publishes.`,
    ),
    ...(reset ? [] : ['Should an approval fail, an allowance may be left from before: some tokens want it set to 0 first.']),
  ]
}

/** What was noted of those who are to send something: a contract, as a Safe, signs nothing itself. */
function payersOf(all: readonly string[], { notes }: RiskView): readonly string[] {
  const payers = [...new Set(all.map(short))]
  return payers.flatMap((payer) => notes.filter((note) => note.startsWith(`${payer} is `))).map((note) => `${plain(note, 300)}.`)
}

/** As of when the amounts are. */
function blocksOf(touched: readonly string[], { legs }: RiskView): readonly string[] {
  const blocks = legs.flatMap(({ id, source: { block, name } }) =>
    block !== null && touched.includes(id) ? [`block ${block.number} of ${plain(name, 40)}`] : [],
  )
  return blocks.length === 0
    ? []
    : [`The amounts are those of ${[...new Set(blocks)].join(' and ')}: send them soon, or run this again.`]
}

function placeOf({ from }: Move, { cash, legs }: RiskView): string {
  const idle = loanOfSupply(from, legs)
  // Withdrawn by then.
  if (idle !== null) return `your wallet (withdrawn from ${nameOf(idle.id, legs, 40)})`
  const own = cash.find(({ id }) => id === from)
  return own === undefined ? nameOf(from, legs, 40) : plain(own.place, 60)
}

function units(amount: bigint, { decimals }: Pick<Payment, 'decimals'>): string {
  return exactWords(fromUnits(amount, decimals))
}

function short(address: string): string {
  return `${address.slice(0, 6)}..${address.slice(-4)}`
}
