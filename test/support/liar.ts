import { decodeAbiParameters, decodeFunctionResult, encodeAbiParameters, encodeFunctionResult, type Hex } from 'viem'
import { aaveV3LensAbi } from '../../abis/lens/aaveV3.ts'
import { dispatcherAbi } from '../../abis/lens/dispatcher.ts'
import { packAccounts, type RawAccount, rawAccounts } from './accountBytes.ts'
import type { Reaction, WireAnswer, WireCall } from './rpcProxy.ts'

type Packed = ReturnType<typeof decodeFunctionResult<typeof aaveV3LensAbi, 'read'>>
/** What the Aave v3 lens says of a market, its accounts unpacked. */
export type Sight = Omit<Packed, 'accounts' | 'told'> & { readonly accounts: readonly RawAccount[] }

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
  const packed = decodeFunctionResult({ abi: aaveV3LensAbi, functionName: 'read', data: output })
  return marketBytes(change({ ...packed, accounts: rawAccounts(packed.accounts, Number(packed.told)) }))
}

/** A market as the lens writes it. */
export function marketBytes(sight: Sight): Hex {
  const result = { ...sight, told: BigInt(sight.accounts.length), accounts: packAccounts(sight.accounts) }
  return encodeFunctionResult({ abi: aaveV3LensAbi, functionName: 'read', result })
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
