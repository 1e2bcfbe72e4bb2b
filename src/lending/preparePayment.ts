import { type Address, encodeFunctionData, getAddress, type Hex, maxUint256 } from 'viem'
import type { Payment, PaymentPart, Prepared, Transaction } from '../risk/payment.ts'
import { PAYMENT_ABI as ABI, agreed, callOf } from './calls.ts'
import { poolCalls } from './contractHelpers.ts'
import { tokenKey } from './factorOf.ts'
import { vouching } from './vouching.ts'

/** As `Pool.repay` counts them. @see `DataTypes.InterestRateMode` */
const MODES = { stable: 1n, variable: 2n } as const

/** Tokens that refuse to change an allowance that is left: it has to be 0 before. @see TetherToken `approve` on Ethereum */
const RESETS: ReadonlySet<string> = new Set([tokenKey(1, '0xdAC17F958D2ee523a2206206994597C13D831ec7')])

/**
 * The transactions of a repayment, in the order in which they are sent: the approval of exactly what may be taken, then the repayment
 * itself. Written offline; nothing is signed or sent.
 *
 * @returns `other-contract` where the contract that was read is not the one published for its market.
 */
export async function preparePayment(payment: Payment): Promise<Prepared | 'other-contract'> {
  const contractBy = vouching(payment)
  if (contractBy === 'other-contract') return contractBy
  const { chainId, token, contract, payer, parts } = payment
  const head = { chainId, from: getAddress(payer), value: 0n }
  const write = payment.protocol === 'aave-v3' ? await aaveWriter(payment) : cometWriter(payment)
  const approval = (what: 'reset' | 'approve', amount: bigint): Transaction => {
    const data = write.approve(amount)
    return { ...head, what, to: getAddress(token), data, call: callOf(data), part: null }
  }
  const repayments = parts.map((part): Transaction => {
    const data = write.repay(part)
    return { ...head, what: 'repay', to: getAddress(contract), data, call: callOf(data), part }
  })
  const all = parts.reduce((total, { amount }) => total + amount, 0n)
  const resets = RESETS.has(tokenKey(chainId, token)) ? [approval('reset', 0n)] : []
  return { contractBy, transactions: [...resets, approval('approve', all), ...repayments] }
}

type Writer = { readonly approve: (amount: bigint) => Hex; readonly repay: (part: PaymentPart) => Hex }

async function aaveWriter({ contract: pool, token, payer, borrower }: Payment): Promise<Writer> {
  const calls = await poolCalls({ pool, token, payer, borrower })
  return {
    // The package writes no approval of nothing.
    approve: (amount) => (amount === 0n ? approve(pool, 0n) : agreed(calls.approve(amount), approve(pool, amount))),
    // More than is owed is not taken: the pool cuts the amount to the debt.
    repay: ({ amount, rate }) => {
      const args = [token, amount, MODES[rate], borrower] as const
      return agreed(calls.repay(amount, rate), encodeFunctionData({ abi: ABI, functionName: 'repay', args }))
    },
  }
}

function cometWriter({ contract: comet, token, payer, borrower }: Payment): Writer {
  return {
    approve: (amount) => approve(comet, amount),
    repay: ({ amount: most, pays }) => {
      // Comet keeps what is more than the debt as a supply, except for this amount: it stands for all that is owed then.
      const amount = pays === 'all' ? maxUint256 : most
      return payer === borrower
        ? encodeFunctionData({ abi: ABI, functionName: 'supply', args: [token, amount] })
        : encodeFunctionData({ abi: ABI, functionName: 'supplyTo', args: [borrower, token, amount] })
    },
  }
}

function approve(spender: Address, amount: bigint): Hex {
  return encodeFunctionData({ abi: ABI, functionName: 'approve', args: [spender, amount] })
}
