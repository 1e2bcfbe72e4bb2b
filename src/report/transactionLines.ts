import type { PreparedStep, RescueTransactions, Transaction } from '../risk/payment.ts'
import type { RiskView } from '../risk/view.ts'
import { labelled } from './layout.ts'
import { byHandSentence, cautions, transactionSentence } from './transactionWords.ts'
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
  return [
    '',
    ...cautions(steps, view).flatMap((caution, i) => labelled(i === 0 ? 'TRANSACTIONS' : '', caution)),
    ...steps.flatMap((step) => {
      if (step.payment === null) return ['', ...labelled('BY HAND', byHandSentence(step, view, side))]
      return step.transactions.flatMap((one) => {
        count += 1
        return ['', ...labelled(`${count}`, transactionSentence(one, step, view)), ...fields(one, step, view)]
      })
    }),
  ]
}

function fields({ chainId, from, to, value, call, data }: Transaction, { move }: PreparedStep, { legs }: RiskView): string[] {
  const chain = legs.find(({ id }) => id === move.to)?.source.name
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
