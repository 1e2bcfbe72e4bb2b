import { encodeFunctionData, getAddress } from 'viem'
import type { PreparedWithdrawal, Withdrawal } from '../risk/payment.ts'
import { agreed, callOf, PAYMENT_ABI } from './calls.ts'
import { poolCalls } from './contractHelpers.ts'
import { vouching } from './vouching.ts'

/**
 * The transaction of a withdrawal, written offline; nothing is signed or sent.
 *
 * @returns `other-contract` where the contract that was read is not the one published for its market.
 * @see aave-v3-origin `Pool.withdraw`; comet `Comet.withdraw`
 */
export async function prepareWithdrawal(withdrawal: Withdrawal): Promise<PreparedWithdrawal | 'other-contract'> {
  const contractBy = vouching(withdrawal)
  if (contractBy === 'other-contract') return contractBy
  const { protocol, chainId, contract, token, owner, amount } = withdrawal
  const head = { chainId, from: getAddress(owner), to: getAddress(contract), value: 0n, what: 'withdraw', part: null } as const
  const args = protocol === 'aave-v3' ? ([token, amount, owner] as const) : ([token, amount] as const)
  const ours = encodeFunctionData({ abi: PAYMENT_ABI, functionName: 'withdraw', args })
  const data =
    protocol === 'aave-v3'
      ? agreed((await poolCalls({ pool: contract, token, payer: owner, borrower: owner })).withdraw(amount), ours)
      : ours
  return { ...withdrawal, contractBy, transaction: { ...head, data, call: callOf(data) } }
}
