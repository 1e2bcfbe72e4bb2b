import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Address, keccak256, slice, toHex } from 'viem'
import { readChain } from '../src/lending/chainReader.ts'
import { type Decimal, dec } from '../src/risk/decimal.ts'
import { accountOf } from '../src/risk/rules/aaveV3.ts'
import { compileContract } from '../test/contracts/compileContract.ts'
import { asAaveV3, readTools, sandboxQuery } from '../test/support/chainRead.ts'
import { type ChainGas, measureChainGas } from './chainGas.ts'
import type { ProxyCounts, ProxyOpened } from './chainProxy.ts'
import { type ChainStage, openChainStage } from './chainStage.ts'
import type { ChainJob, ReaderAnswer } from './chainWays.ts'
import { median } from './median.ts'

const ROUNDS = 9
const WAYS = ['ping', 'ours', 'multicall', 'helpers'] as const
const TITLES: Readonly<Record<Way, string>> = {
  ping: 'ping (an empty request)',
  ours: 'hullmark',
  multicall: 'viem multicall',
  helpers: '@aave/contract-helpers',
}
/** Relative: contract-helpers leaves out roundings of the contract, each of a unit of the 8th decimal. */
const ALIKE = dec('1e-9')
const BPS = 10n ** 4n
const WAD = 10n ** 18n

type Way = ChainJob['way']
type Cost = ProxyCounts & Pick<ReaderAnswer, 'wallMs' | 'cpuMs'>
type Taken = { readonly cold: Cost[]; readonly warm: Cost[] }
type Child = { readonly ask: (message: unknown) => Promise<unknown>; readonly close: () => void }

/**
 * What reading 200 wallets of a market of 63 reserves costs, beside `@aave/contract-helpers` and viem's multicall, over a wire on which each
 * request takes 50 ms longer.
 *
 * @returns false when a health is not the pool's own, when ours takes more than one request, or when 1,000 wallets take too many calls.
 * @see PERFORMANCE G1 to G3
 */
export async function benchChain(write: (text: string) => void): Promise<boolean> {
  const stage = await openChainStage()
  const proxy = await openChild('chainProxy.ts', [stage.chain.url])
  try {
    const { url } = proxy.first as ProxyOpened
    const job = { url, chainId: stage.chain.chainId, wallets: stage.wallets, ...(await placed(stage)) }
    write(
      '200 wallets, six supplies and three borrows each, in a market of 63 reserves: the real contracts of Aave v3.0, on anvil.\n',
    )
    write('Both peers read a double of the data provider: what contract-helpers decodes today is not what v3.0 has.\n')
    write(`Medians of ${ROUNDS} rounds, each way in a new process; each request takes 50 ms longer than it does.\n\n`)
    const { taken, faults } = await race(job, proxy, await truthOf(stage, url))
    for (const fault of faults.slice(0, 5)) write(`${fault}\n`)
    const fair = judged(taken, write)
    write(`${agreement(faults.length)}\n`)
    const gas = await measureChainGas(stage, job, write)
    return faults.length === 0 && fair && gas.every(({ calls, most }: ChainGas) => calls <= most)
  } finally {
    proxy.close()
    await stage.chain.stop()
  }
}

/** Puts the double and a multicall contract where nothing else is. */
async function placed({ chain }: ChainStage): Promise<Pick<ChainJob, 'provider' | 'pool' | 'dataProvider' | 'multicall'>> {
  const place = async (name: string): Promise<Address> => {
    const address = slice(keccak256(toHex(name)), 12)
    await chain.test.setCode({ address, bytecode: compileContract(name).deployedBytecode })
    return address
  }
  const [dataProvider, multicall] = [await place('UiPoolDataProvider'), await place('Multicall')]
  return { provider: chain.provider, pool: chain.pool, dataProvider, multicall }
}

/** A wallet's health. `uncut`: as it would be if v3.0 did not cut the average threshold to whole basis points before. */
type Truth = { readonly health: bigint; readonly uncut: bigint }

/** Every wallet's health as its pool tells it, read one by one, and the threshold before the cut by our own arithmetic. */
async function truthOf({ chain, wallets }: ChainStage, url: string): Promise<ReadonlyMap<Address, Truth>> {
  const { positions } = await readChain(sandboxQuery(chain, url, wallets), readTools())
  const pairs = positions.map(async (position): Promise<readonly [Address, Truth]> => {
    const { healthFactor, totalDebtBase } = await chain.accountData(position.wallet as Address)
    const { weighted } = accountOf(asAaveV3(position))
    return [position.wallet as Address, { health: healthFactor, uncut: (weighted * WAD) / (totalDebtBase * BPS) }]
  })
  const truth = new Map(await Promise.all(pairs))
  if (truth.size !== wallets.length) throw new RangeError(`${truth.size} of ${wallets.length} wallets have a loan`)
  return truth
}

function agreement(faults: number): string {
  if (faults > 0) return `${faults} healths are NOT the pool's`
  return "every health is the pool's, ours and the multicall's to the last digit; contract-helpers' to 1e-9 but for the cut of v3.0"
}

async function race(
  job: Omit<ChainJob, 'way'>,
  proxy: Child,
  truth: ReadonlyMap<Address, Truth>,
): Promise<{ readonly taken: ReadonlyMap<Way, Taken>; readonly faults: readonly string[] }> {
  const taken = new Map<Way, Taken>(WAYS.map((way) => [way, { cold: [], warm: [] }]))
  const faults: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of WAYS) {
      const reader = await openChild('chainReader.ts', [])
      await reader.ask({ way, ...job } satisfies ChainJob)
      for (const heat of ['cold', 'warm'] as const) {
        await proxy.ask('counts')
        const { healths, ...cost } = (await reader.ask('read')) as ReaderAnswer
        taken.get(way)?.[heat].push({ ...cost, ...((await proxy.ask('counts')) as ProxyCounts) })
        if (way !== 'ping') faults.push(...faultsOf(way, new Map(healths), truth))
      }
      reader.close()
    }
  }
  return { taken, faults }
}

function faultsOf(way: Way, healths: ReadonlyMap<string, string>, truth: ReadonlyMap<Address, Truth>): readonly string[] {
  return [...truth].flatMap(([wallet, { health, uncut }]) => {
    const told = healths.get(wallet)
    const same = told !== undefined && (way === 'helpers' ? isAlike(dec(told), uncut) : told === `${health}`)
    return same ? [] : [`${TITLES[way]}: ${wallet} has ${told ?? 'no health'}, and ${health} by its pool`]
  })
}

/** contract-helpers counts in units, the contract in 1e-18. */
function isAlike(told: Decimal, expected: bigint): boolean {
  const exact = dec(`${expected}e-18`)
  return told.minus(exact).abs().lte(exact.times(ALIKE))
}

const FIELDS = ['wallMs', 'cpuMs', 'requests', 'bytes'] as const

/** The table and the goals. @returns whether ours took one request */
function judged(taken: ReadonlyMap<Way, Taken>, write: (text: string) => void): boolean {
  const of = (way: Way, heat: keyof Taken, field: (typeof FIELDS)[number]): number =>
    median((taken.get(way) as Taken)[heat].map((cost) => cost[field]))
  write(`${''.padEnd(32)}${['wall ms', 'CPU ms', 'requests', 'kB'].map((head) => head.padStart(10)).join('')}\n`)
  for (const way of WAYS) {
    for (const heat of ['cold', 'warm'] as const) {
      const figures = FIELDS.map((field) => of(way, heat, field) / (field === 'bytes' ? 1000 : 1))
      write(`${`${TITLES[way]}, ${heat}`.padEnd(32)}${figures.map((one) => one.toFixed(0).padStart(10)).join('')}\n`)
    }
  }
  const ratio = (way: Way, heat: keyof Taken, field: (typeof FIELDS)[number]) => of(way, heat, field) / of('ours', heat, field)
  const goal = (what: string, value: number, holds: boolean, wanted: string): void =>
    write(`${what.padEnd(54)}${value.toFixed(2).padStart(8)}  ${holds ? 'as wanted' : 'NOT as wanted'}: ${wanted}\n`)
  write('\n')
  for (const heat of ['cold', 'warm'] as const) {
    const ping = 1 / ratio('ping', heat, 'wallMs')
    goal(`wall, ${heat}, over a ping`, ping, ping <= 1.5, 'at most 1.5')
    const helpers = ratio('helpers', heat, 'wallMs')
    goal(`wall, ${heat}, of contract-helpers over ours`, helpers, helpers >= 20, 'at least 20')
    const multicall = ratio('multicall', heat, 'wallMs')
    goal(`wall, ${heat}, of the multicall over ours`, multicall, multicall >= 4, 'at least 4')
    const cpu = ratio('helpers', heat, 'cpuMs')
    goal(`CPU, ${heat}, of contract-helpers over ours`, cpu, cpu >= 15, 'at least 15')
  }
  const bytes = ratio('helpers', 'cold', 'bytes')
  goal('bytes of contract-helpers over ours', bytes, bytes >= 15, 'at least 15')
  const requests = of('ours', 'cold', 'requests')
  goal('requests of ours', requests, requests === 1, 'exactly 1')
  return requests === 1
}

/** A process of the bench's own. `first`: what it said when it was ready. */
async function openChild(file: string, args: readonly string[]): Promise<Child & { readonly first: unknown }> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--import', 'tsx'] })
  const answer = async (): Promise<unknown> => {
    const over = new AbortController()
    try {
      const ended = once(child, 'exit', { signal: over.signal }).then(() => Promise.reject(new RangeError(`${file} ended`)))
      const [message] = (await Promise.race([once(child, 'message', { signal: over.signal }), ended])) as unknown[]
      return message
    } finally {
      over.abort()
    }
  }
  const first = await answer()
  const ask = (message: unknown): Promise<unknown> => {
    child.send(message as object)
    return answer()
  }
  return { first, ask, close: () => void child.kill() }
}
