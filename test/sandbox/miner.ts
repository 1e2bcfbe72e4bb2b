import { type Address, BaseError, decodeErrorResult, type Hex, parseAbi } from 'viem'
import { revertName } from './revertName.ts'
import { SandboxError } from './sandboxError.ts'

/** A transaction to be mined. Gas costs nothing here; the limit only has to be enough. */
export type Call = { readonly from: Address; readonly to?: Address; readonly data: Hex; readonly gas?: bigint }

/** Sends one JSON-RPC request. */
export type Rpc = (method: string, params?: readonly unknown[]) => Promise<unknown>

/** What mining takes: the node, and a queue so that two callers do not mix their blocks. */
export type Miner = {
  /** Mines the calls into one block, in this order; null for each that succeeded, else why it reverted. */
  readonly attempt: (calls: readonly Call[], timestamp?: bigint) => Promise<readonly (string | null)[]>
  /** As `attempt`, for calls that have to succeed. Throws a SandboxError naming the first that did not. */
  readonly send: (calls: readonly Call[], timestamp?: bigint) => Promise<void>
}

const DEFAULT_GAS = 8_000_000n
const BLOCK_GAS = 900_000_000n
const REVERT_ABI = parseAbi(['error Error(string reason)', 'error Panic(uint256 code)'])

/**
 * Mines with the time under control: without `timestamp` a block bears the time of the one before it, so no interest accrues.
 */
export function openMiner(rpc: Rpc): Miner {
  let last: Promise<unknown> = Promise.resolve()
  const attempt: Miner['attempt'] = (calls, timestamp) => {
    const turn = last.then(() => mine(rpc, calls, timestamp))
    last = turn.catch(() => undefined)
    return turn
  }
  const send: Miner['send'] = async (calls, timestamp) => {
    const faults = await attempt(calls, timestamp)
    const first = faults.find((fault) => fault !== null)
    if (first !== undefined)
      throw new SandboxError(`A sandbox transaction reverted: ${first}.`, 'The market refuses what was asked.')
  }
  return { attempt, send }
}

async function mine(rpc: Rpc, calls: readonly Call[], timestamp: bigint | undefined): Promise<readonly (string | null)[]> {
  // Asked before anything is sent: what stays behind unmined would slip into the next block.
  if (timestamp !== undefined && timestamp < (await headTime(rpc))) {
    throw new SandboxError(
      `No block can bear the time ${timestamp}, which lies before the head's.`,
      'Use the time of the head or a later one.',
    )
  }
  const hashes: Hex[] = []
  let gas = 0n
  for (const call of calls) {
    const limit = call.gas ?? DEFAULT_GAS
    gas += limit
    if (gas > BLOCK_GAS) {
      await mineBlock(rpc, timestamp)
      gas = limit
    }
    hashes.push((await rpc('eth_sendTransaction', [{ ...call, gas: `0x${limit.toString(16)}`, gasPrice: '0x0' }])) as Hex)
  }
  await mineBlock(rpc, timestamp)
  return Promise.all(hashes.map((hash) => faultOf(rpc, hash)))
}

async function headTime(rpc: Rpc): Promise<bigint> {
  const { timestamp } = (await rpc('eth_getBlockByNumber', ['latest', false])) as { timestamp: Hex }
  return BigInt(timestamp)
}

async function mineBlock(rpc: Rpc, timestamp: bigint | undefined): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await rpc('evm_mine', [{ timestamp: Number(timestamp ?? (await headTime(rpc))) }])
      return
    } catch (error) {
      // Another process (a kept-fresh sandbox) may have mined in between, with a later time.
      const overtaken = timestamp === undefined && tries < 5 && String(error).includes('lower than previous')
      if (!overtaken) throw error
    }
  }
}

async function faultOf(rpc: Rpc, hash: Hex): Promise<string | null> {
  const receipt = (await rpc('eth_getTransactionReceipt', [hash])) as { status: Hex } | null
  if (receipt === null) return 'it was not mined'
  if (receipt.status === '0x1') return null
  const trace = (await rpc('debug_traceTransaction', [hash, { tracer: 'callTracer' }])) as { output?: Hex; error?: string }
  try {
    const { errorName, args } = decodeErrorResult({ abi: REVERT_ABI, data: trace.output ?? '0x' })
    return errorName === 'Error' ? revertName(args[0]) : `panic ${args[0]}`
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    return trace.error ?? trace.output ?? 'without a reason'
  }
}
