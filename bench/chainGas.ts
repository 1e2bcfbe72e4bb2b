import { type Address, encodeFunctionData, type Hex, pad, parseAbi, toHex } from 'viem'
import { deadline } from '../src/deadline.ts'
import { aaveV3 } from '../src/lending/aaveV3.ts'
import { readChain } from '../src/lending/chainReader.ts'
import { lensCall } from '../src/lending/lensCall.ts'
import { POOL_ABI } from '../test/sandbox/aaveAbi.ts'
import { readTools, sandboxMarket, sandboxQuery } from '../test/support/chainRead.ts'
import { gasCap } from '../test/support/gasCap.ts'
import { openRpcProxy } from '../test/support/rpcProxy.ts'
import type { ChainStage } from './chainStage.ts'
import type { ChainJob } from './chainWays.ts'

/** How many calls 1,000 wallets took under a node's cap, and how many they may take. */
export type ChainGas = { readonly calls: number; readonly most: number }

const CAPS = [30, 50, 550]
const MANY = 1000
const MILLION = 1_000_000
const USER_RESERVES = parseAbi(['function getUserReservesData(address provider, address user)'])

/** What a wallet costs in gas, and into how many calls many are split. */
export async function measureChainGas(
  stage: ChainStage,
  { provider, pool, dataProvider }: Pick<ChainJob, 'provider' | 'pool' | 'dataProvider'>,
  write: (text: string) => void,
): Promise<readonly ChainGas[]> {
  const { chain, wallets } = stage
  const market = sandboxMarket(chain)
  const trace = async (params: readonly unknown[]): Promise<number> => {
    const [call, tag, stateOverrides] = params as [object, string, object | undefined]
    const tracer = { tracer: 'callTracer', tracerConfig: { onlyTopCall: true }, stateOverrides }
    const request = { method: 'debug_traceCall', params: [{ ...call, gas: toHex(900 * MILLION) }, tag, tracer] }
    return Number(((await chain.public.request(request as never)) as { gasUsed: Hex }).gasUsed)
  }
  const lens = async (list: readonly Address[]): Promise<number> => {
    const [input] = aaveV3.ask([market], list) as [Hex]
    return trace(lensCall([{ lens: aaveV3.lens, input }], 'override', 'latest').params)
  }
  const nobody = Array.from({ length: wallets.length }, (_, i): Address => pad(toHex(0xabcdef0000 + i), { size: 20 }))
  const fixed = await lens([])
  const empty = ((await lens(nobody)) - fixed) / wallets.length
  const whole = ((await lens(wallets)) - fixed) / wallets.length
  const [wallet] = wallets as [Address]
  const account = encodeFunctionData({ abi: POOL_ABI, functionName: 'getUserAccountData', args: [wallet] })
  const rows = encodeFunctionData({ abi: USER_RESERVES, functionName: 'getUserReservesData', args: [provider, wallet] })
  const k = (gas: number): string => `${(gas / 1000).toFixed(0)} k`
  write(`\ngas: ${k(fixed)} for the market; ${k(empty)} for a wallet with nothing, ${k(whole)} for one with nine positions\n`)
  write(
    `  of these ${k(126 * 2100)} are 126 balances that the chain's state has to be opened for, at 2,100 each: own and supplied\n`,
  )
  write(
    `  what nine positions add, the walk: ${k(whole - empty)} (goal 75 k); a call of getUserAccountData alone, with nothing opened before, is ${k(await trace([{ to: pool, data: account }, 'latest']))}\n`,
  )
  write(
    `  getUserReservesData of the data provider: ${k(await trace([{ to: dataProvider, data: rows }, 'latest']))} a wallet\n\n`,
  )

  const many = [...wallets, ...wallets.map((_, i) => nobody[i] as Address), ...more(MANY - 2 * wallets.length)]
  const total = fixed + wallets.length * whole + (MANY - wallets.length) * empty
  const results: ChainGas[] = []
  const proxy = await openRpcProxy(chain.url)
  try {
    for (const cap of CAPS) {
      proxy.rule(() => gasCap(cap * MILLION))
      const { positions, gaps } = await readChain(
        sandboxQuery(chain, proxy.url, many),
        readTools({ requestMs: 60_000, signal: deadline(null) }),
      )
      const calls = proxy.requests.length
      const most = Math.ceil(total / (0.8 * cap * MILLION)) + 1
      results.push({ calls: positions.length === wallets.length && gaps.length === 0 ? calls : Number.POSITIVE_INFINITY, most })
      write(
        `${MANY} wallets under a cap of ${cap} million a call: ${calls} calls (at most ${most}), ${positions.length} positions\n`,
      )
    }
  } finally {
    await proxy.close()
  }
  return results
}

function more(count: number): readonly Address[] {
  return Array.from({ length: count }, (_, i) => pad(toHex(0xfedcba0000 + i), { size: 20 }))
}
