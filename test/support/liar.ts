import { decodeAbiParameters, decodeFunctionResult, encodeAbiParameters, encodeFunctionResult, type Hex } from 'viem'
import { aaveV3LensAbi } from '../../abis/lens/aaveV3.ts'
import { dispatcherAbi } from '../../abis/lens/dispatcher.ts'
import type { Reaction, WireAnswer, WireCall } from './rpcProxy.ts'

/** What the Aave v3 lens says of a market. */
export type Sight = ReturnType<typeof decodeFunctionResult<typeof aaveV3LensAbi, 'read'>>

/** A node that tells of every market what `change` makes of the truth, encoded as the lens would. */
export function lie(change: (truth: Sight) => Sight): Reaction {
  return {
    kind: 'pass',
    rewrite: (answer, { method }) =>
      method === 'eth_call' && typeof answer.result === 'string' ? forged(answer, change) : answer,
  }
}

function forged(answer: WireAnswer, change: (truth: Sight) => Sight): WireAnswer {
  const outputs = dispatcherAbi[0].outputs
  const [sight] = decodeAbiParameters(outputs, answer.result as Hex)
  const answers = sight.answers.map(({ ok, output }) => ({ ok, output: ok ? forgedMarket(output, change) : output }))
  return { ...answer, result: encodeAbiParameters(outputs, [{ ...sight, answers }]) }
}

function forgedMarket(output: Hex, change: (truth: Sight) => Sight): Hex {
  const truth = decodeFunctionResult({ abi: aaveV3LensAbi, functionName: 'read', data: output })
  return encodeFunctionResult({ abi: aaveV3LensAbi, functionName: 'read', result: change(truth) })
}

/**
 * A node whose newest block is `head`: it does not have those behind it. With a `head` that stays, one whose head is frozen.
 */
export function behind(head: () => bigint): Reaction {
  const asked = ({ method, params }: WireCall): unknown => (method === 'eth_call' ? params[1] : params[0])
  const numberOf = (call: WireCall): bigint => (asked(call) === 'latest' ? head() : BigInt(asked(call) as string))
  const pinned = (call: WireCall): WireCall => {
    const tag = `0x${numberOf(call).toString(16)}`
    const [first, , ...rest] = call.params
    return { ...call, params: call.method === 'eth_call' ? [first, tag, ...rest] : [tag, ...call.params.slice(1)] }
  }
  return {
    kind: 'pass',
    forward: pinned,
    rewrite: (answer, call) => {
      if (numberOf(call) <= head()) return answer
      const { id, jsonrpc } = answer
      return call.method === 'eth_call'
        ? { id, jsonrpc, error: { code: -32000, message: 'header not found' } }
        : { id, jsonrpc, result: null }
    },
  }
}
