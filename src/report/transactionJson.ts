import type { RescueTransactions } from '../risk/payment.ts'
import type { RiskView } from '../risk/view.ts'
import type { TransactionsJson } from './transactionSchema.ts'
import { byHandSentence, cautions, transactionSentence } from './transactionWords.ts'
import { plain } from './words.ts'

/** Transactions as data; the schema in `transactionSchema.ts` describes them. */
export function transactionJson(found: RescueTransactions | null, view: RiskView, side: 'up' | 'down'): TransactionsJson {
  if (found === null) return null
  return {
    withheld: found.withheld.map((reason) => plain(reason, 200)),
    cautions: [...cautions(found.steps, view)],
    steps: found.steps.map((step) => {
      const { from, to } = step.move
      if (step.payment === null) {
        const sentence = byHandSentence(step, view, side)
        return { from, to, byHand: step.byHand, sentence, contractBy: null, transactions: [] }
      }
      const transactions = step.transactions.map((one) => ({
        what: one.what,
        sentence: transactionSentence(one, step, view),
        chainId: one.chainId,
        from: one.from,
        to: one.to,
        value: one.value.toString(),
        data: one.data,
        call: { signature: one.call.signature, arguments: [...one.call.arguments] },
      }))
      return { from, to, byHand: null, sentence: null, contractBy: step.contractBy, transactions }
    }),
  }
}
