import type { BlockStamp } from '../../src/risk/source.ts'
import { SANDBOX_CHAIN_ID } from './anvil.ts'
import type { Node } from './node.ts'

/** The sandbox chain's time, which moves only when told to. */
export type Clock = {
  readonly block: () => Promise<BlockStamp>
  /** Mines an empty block; default: at the real time, or the head's where that is later. */
  readonly mine: (timestamp?: bigint) => Promise<void>
  /** Mines at the real time, now and again, so that the head is never old. Keeps the process alive; returns how to end it. */
  readonly keepFresh: (intervalMs: number) => () => void
  /** Does the work, then puts the chain back as it was. Time is not moved on by `keepFresh` meanwhile. For one caller at a time. */
  readonly rehearse: <T>(work: () => Promise<T>) => Promise<T>
  /** Ends all that `keepFresh` started. */
  readonly endFreshness: () => void
}

const realTime = (): bigint => BigInt(Math.floor(Date.now() / 1000))

export function openClock({ public: client, rpc, miner }: Node): Clock {
  const timers = new Set<NodeJS.Timeout>()
  let rehearsals = 0
  const block: Clock['block'] = async () => {
    const { number, hash, timestamp } = await client.getBlock()
    return { chainId: SANDBOX_CHAIN_ID, number, hash, timestamp }
  }
  const mine: Clock['mine'] = async (timestamp) => {
    if (timestamp !== undefined) return miner.send([], timestamp)
    const [head, now] = [(await block()).timestamp, realTime()]
    return miner.send([], head < now ? now : undefined)
  }
  const keepFresh: Clock['keepFresh'] = (intervalMs) => {
    // A node that is gone is noticed by whoever asks it something: no reason to end the process from a timer.
    const beat = (): void => void (rehearsals === 0 && mine().catch(() => undefined))
    const timer = setInterval(beat, intervalMs)
    timers.add(timer)
    return () => {
      timers.delete(timer)
      clearInterval(timer)
    }
  }
  const rehearse: Clock['rehearse'] = async (work) => {
    rehearsals += 1
    const before = await rpc('evm_snapshot')
    try {
      return await work()
    } finally {
      rehearsals -= 1
      await rpc('evm_revert', [before])
    }
  }
  const endFreshness = (): void => {
    for (const timer of timers) clearInterval(timer)
    timers.clear()
  }
  return { block, mine, keepFresh, rehearse, endFreshness }
}
