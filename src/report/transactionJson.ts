import type { RescueTransactions, Transaction } from '../risk/payment.ts'
import type { RiskView } from '../risk/view.ts'
import type { TransactionsJson } from './transactionSchema.ts'
import { byHandSentence, cautions, transactionSentence, withdrawalSentence } from './transactionWords.ts'
import { plain } from './words.ts'

/** Transactions as data; the schema in `transactionSchema.ts` describes them. */
export function transactionJson(found: RescueTransactions | null, view: RiskView, side: 'up' | 'down'): TransactionsJson {
  if (found === null) return null
  return {
    withheld: found.withheld.map((reason) => plain(reason, 200)),
    cautions: [...cautions(found.steps, view)],
    steps: found.steps.map((step) => {
      const { move, withdrawal } = step
      const { from, to } = move
      const first = withdrawal === null ? [] : [oneJson(withdrawal.transaction, withdrawalSentence(withdrawal, step, view))]
      if (step.payment === null) {
        const sentence = byHandSentence(step, view, side)
        return { from, to, byHand: step.byHand, sentence, contractBy: withdrawal?.contractBy ?? null, transactions: first }
      }
      const own = step.transactions.map((one) => oneJson(one, transactionSentence(one, step, view)))
      // The least that can be said of both contracts.
      const contractBy = withdrawal?.contractBy === 'node' ? 'node' : step.contractBy
      return { from, to, byHand: null, sentence: null, contractBy, transactions: [...first, ...own] }
    }),
  }
}

function oneJson({ what, chainId, from, to, value, data, call }: Transaction, sentence: string) {
  const { signature } = call
  return { what, sentence, chainId, from, to, value: value.toString(), data, call: { signature, arguments: [...call.arguments] } }
}
