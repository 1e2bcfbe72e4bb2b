import { toHex } from 'viem'
import type { Reaction } from './rpcProxy.ts'

/** A node that lets a call have so much gas and no more, whatever the call asks for: as geth does, silently. */
export function gasCap(gas: number): Reaction {
  return {
    kind: 'pass',
    forward: (call) => {
      if (call.method !== 'eth_call') return call
      const [what, ...rest] = call.params
      return { ...call, params: [{ ...(what as object), gas: toHex(gas) }, ...rest] }
    },
  }
}
