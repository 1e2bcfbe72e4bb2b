import type { RescueTransactions, Transaction } from '../risk/payment.ts'
import type { RiskView } from '../risk/view.ts'
import { labelled } from './layout.ts'
import { byHandSentence, cautions, transactionSentence, withdrawalSentence } from './transactionWords.ts'
import { plain } from './words.ts'

/** The largest uint256, which Comet takes for the whole debt. */
const ALL = (2n ** 256n - 1n).toString()

/**
 * Transactions for the terminal. Their data is one unbroken line, so that it can be copied.
 *
 * @param side - How the moves that are done by hand are rounded: `up` for what is needed, `down` for what there is.
 */
export function transactionLines({ steps, withheld }: RescueTransactions, view: RiskView, side: 'up' | 'down'): string[] {
  if (withheld.length > 0) {
    const reasons = withheld.map((reason) => plain(reason, 200)).join('; ')
    return ['', ...labelled('TRANSACTIONS', `none, for they are built from fresh figures only. ${reasons}.`)]
  }
  if (steps.length === 0) return ['', ...labelled('TRANSACTIONS', 'none: there is nothing to be moved.')]
  let count = 0
  const numbered = (sentence: string, one: Transaction, leg: string): string[] => {
    count += 1
    return ['', ...labelled(`${count}`, sentence), ...fields(one, leg, view)]
  }
  return [
    '',
    ...cautions(steps, view).flatMap((caution, i) => labelled(i === 0 ? 'TRANSACTIONS' : '', caution)),
    ...steps.flatMap((step) => {
      const { withdrawal, move } = step
      const first =
        withdrawal === null ? [] : numbered(withdrawalSentence(withdrawal, step, view), withdrawal.transaction, withdrawal.leg)
      if (step.payment === null) return [...first, '', ...labelled('BY HAND', byHandSentence(step, view, side))]
      return [...first, ...step.transactions.flatMap((one) => numbered(transactionSentence(one, step, view), one, move.to))]
    }),
  ]
}

/** @param leg - The id of the leg that the transaction is for. */
function fields({ chainId, from, to, value, call, data }: Transaction, leg: string, { legs }: RiskView): string[] {
  const chain = legs.find(({ id }) => id === leg)?.source.name
  return [
    ['chain', `${chainId}${chain === undefined ? '' : ` (${plain(chain, 40)})`}`],
    ['from', from],
    ['to', to],
    ['value', value.toString()],
    ['call', call.signature],
    ...call.arguments.map((one) => [`  ${one.name}`, one.value === ALL ? `${ALL} (all that is owed then)` : one.value]),
    ['data', data],
  ].map(([name = '', text = '']) => `  ${name.padEnd(20)}${text}`)
}
