import type { Hex } from 'viem'
import { sandboxReserves } from './aaveReserves.ts'
import { ACCOUNTS } from './accounts.ts'
import { type Anvil, startAnvil } from './anvil.ts'
import { keepState, recallState, stateFile } from './chainState.ts'
import { type Chain, connectChain } from './connectChain.ts'
import { deployAave } from './deployAave.ts'
import { TOOLS_FOLDER } from './ensureAnvil.ts'
import { openNode } from './node.ts'

export type { Chain }

type ChainOptions = {
  /** Default: any free port. */
  readonly port?: number
  /** How many reserves `X1`, `X2` ... to list besides the main four. */
  readonly extraReserves?: number
  /** Where the deployed state is kept for the next start; default `.tools`. */
  readonly stateFolder?: string
  /** The head's time, seconds since 1970, in 2025 or later; default: the real one. */
  readonly at?: bigint
}

/** The time of the deployment, 2025-01-01: a fixed one, so that every deployment gives the same state. */
const DEPLOYED_AT = 1_735_689_600n

/**
 * Starts a chain of its own with the market deployed and lenders in it. All addresses are the same each time. Takes seconds the first
 * time, and a fraction of one from then on.
 *
 * @throws SandboxError when anvil cannot be had or does not start.
 */
export async function openChain(options: ChainOptions = {}): Promise<Chain> {
  const { extraReserves = 0, stateFolder = TOOLS_FOLDER, port = 0, at } = options
  const file = stateFile(stateFolder, extraReserves)
  const [anvil, chain] = (await fromState(await recallState(file), port)) ?? (await fromScratch({ port, extraReserves, file }))
  try {
    await chain.mine(at)
  } catch (error) {
    await anvil.stop()
    throw error
  }
  return { ...chain, stop: () => chain.stop().then(anvil.stop) }
}

type Started = readonly [Anvil, Chain]

/** From a kept state; null: there is none, anvil does not take it, or the market is not in it. */
async function fromState(state: Hex | null, port: number): Promise<Started | null> {
  if (state === null) return null
  const anvil = await startAnvil({ port, timestamp: DEPLOYED_AT })
  try {
    await openNode(anvil.url).test.loadState({ state })
    return [anvil, await connectChain(anvil.url)]
  } catch {
    await anvil.stop()
    return null
  }
}

async function fromScratch(wanted: { port: number; extraReserves: number; file: string }): Promise<Started> {
  const anvil = await startAnvil({ port: wanted.port, timestamp: DEPLOYED_AT })
  try {
    const reserves = sandboxReserves(wanted.extraReserves)
    await openNode(anvil.url).miner.send(deployAave(ACCOUNTS.deployer, reserves), DEPLOYED_AT)
    const chain = await connectChain(anvil.url)
    for (const { symbol, liquidity, decimals } of reserves) {
      // Nothing is borrowed yet, so every index stays at 1 until somebody does.
      await chain.supply(ACCOUNTS.supplier, symbol, liquidity * 10n ** BigInt(decimals))
    }
    await keepState(wanted.file, await chain.test.dumpState())
    return [anvil, chain]
  } catch (error) {
    await anvil.stop()
    throw error
  }
}
