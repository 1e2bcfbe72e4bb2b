import type { PreparedStep, RescueStep } from '../risk/payment.ts'
import { preparePayment } from './preparePayment.ts'
import { prepareWithdrawal } from './prepareWithdrawal.ts'

/** A step of a rescue with its transactions. What is withdrawn from, or paid to, a contract that is not its market's has none at all. */
export async function prepareStep(step: RescueStep): Promise<PreparedStep> {
  const { move } = step
  const withdrawal = step.withdrawal === null ? null : await prepareWithdrawal(step.withdrawal)
  if (withdrawal === 'other-contract') return { move, withdrawal: null, payment: null, byHand: 'supply-contract' }
  if (step.payment === null) return { ...step, withdrawal }
  const done = await preparePayment(step.payment)
  if (done === 'other-contract') return { move, withdrawal: null, payment: null, byHand: done }
  return { move, withdrawal, payment: step.payment, ...done }
}
