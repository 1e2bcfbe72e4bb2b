import { decodeFunctionData, type Hex, parseAbi } from 'viem'
import type { Transaction } from '../risk/payment.ts'

/** The calls that a rescue is made of. @see ERC-20; aave-v3-origin `IPool`; comet `CometMainInterface` */
export const PAYMENT_ABI = parseAbi([
  'function approve(address spender, uint256 amount)',
  'function repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)',
  'function supply(address asset, uint256 amount)',
  'function supplyTo(address dst, address asset, uint256 amount)',
  'function withdraw(address asset, uint256 amount, address to)',
  'function withdraw(address asset, uint256 amount)',
])

/** Two encoders that know nothing of each other: what they do not agree on is shown to nobody. */
export function agreed(one: Hex, other: Hex): Hex {
  if (one !== other) throw new RangeError('two encoders wrote different calls for one payment')
  return one
}

/** What a call says, out of its own bytes. */
export function callOf(data: Hex): Transaction['call'] {
  const { functionName, args } = decodeFunctionData({ abi: PAYMENT_ABI, data })
  const { inputs } = PAYMENT_ABI.find(
    (one) => one.name === functionName && one.inputs.length === args.length,
  ) as (typeof PAYMENT_ABI)[number]
  return {
    signature: `${functionName}(${inputs.map(({ type, name }) => `${type} ${name}`).join(', ')})`,
    arguments: inputs.map(({ name }, i) => ({ name, value: String(args[i]) })),
  }
}
