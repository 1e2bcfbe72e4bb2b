import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ccxt from 'ccxt'
import { boundedFetch } from '../src/boundedFetch.ts'
import { openCache } from '../src/cache.ts'
import { CLOCK } from '../src/clock.ts'
import { collect } from '../src/collect.ts'
import { openBudgets } from '../src/futures/budget.ts'
import type { Cache, ExchangeAccount } from '../src/futures/exchange.ts'
import { Secret } from '../src/secret.ts'
import { median } from './median.ts'
import type { VenueCounts, VenueOpened, VenueOrder } from './venueServer.ts'

const MINUTE = 60_000
const LIMIT = 2400
const CROWD = 480

type Cost = VenueCounts & { readonly cpuMs: number; readonly wallMs: number; readonly answered: number }
type Desk = VenueOpened & { readonly tell: (order: VenueOrder) => Promise<VenueCounts>; readonly close: () => void }

/**
 * What reading many accounts of one venue costs, beside plain ccxt (an instance an account, `fetchPositions` and `fetchBalance`), and
 * whether a crowd of accounts keeps within what the venue allows.
 *
 * @returns false when an account was not read, when the venue refused anything, or when the crowd took over 1.1 times what it must
 * @see PERFORMANCE G6
 */
export async function benchVenues(write: (text: string) => void): Promise<boolean> {
  write('Binance: 650 markets, each account with three positions; the venue is a process of its own\n\n')
  write(`${'accounts'.padEnd(26)}${['requests', 'kB', 'CPU ms', 'wall ms'].map((head) => head.padStart(10)).join('')}\n`)
  let whole = true
  for (const [many, rounds] of [
    [1, 9],
    [10, 9],
    [100, 1],
  ] as const) {
    const costs = await compare(many, rounds)
    for (const [name, cost] of costs) {
      write(
        `${`${many} ${name}`.padEnd(26)}${[cost.requests, cost.bytes / 1000, cost.cpuMs, cost.wallMs].map((one) => one.toFixed(0).padStart(10)).join('')}\n`,
      )
      whole &&= cost.answered === many
    }
    const [, ours, , theirs] = costs.map(([, cost]) => cost.cpuMs / many)
    if (ours !== undefined && theirs !== undefined)
      write(`${' '.repeat(26)}warm CPU an account: ${(ours / theirs).toFixed(2)} of plain ccxt\n`)
  }
  return (await crowd(write)) && whole
}

async function compare(many: number, rounds: number): Promise<readonly (readonly [string, Cost])[]> {
  const taken = new Map<string, Cost[]>()
  const note = (name: string, cost: Cost) => taken.set(name, [...(taken.get(name) ?? []), cost])
  for (let round = 0; round < rounds; round++) {
    // A venue of its own each round: nothing is cached, and nothing is spent of a budget.
    const desk = await openDesk()
    const folder = await mkdtemp(join(tmpdir(), 'hullmark-bench-'))
    const accounts = accountsOf(desk, many)
    const cache = openCache(folder, { now: Date.now, warn: () => undefined })
    note('hullmark, cold', await cost(desk, () => ours(accounts, cache)))
    note('hullmark, warm', await cost(desk, () => ours(accounts, cache)))
    const instances = accounts.map((_, i) => plainInstance(desk, i))
    note('plain ccxt, cold', await cost(desk, () => plain(instances)))
    note('plain ccxt, warm', await cost(desk, () => plain(instances)))
    desk.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return [...taken].map(([name, costs]) => {
    const middle = (field: keyof Cost): number => median(costs.map((one) => one[field]))
    const fields = ['requests', 'bytes', 'weight', 'refused', 'cpuMs', 'wallMs', 'answered'] as const
    return [name, Object.fromEntries(fields.map((field) => [field, middle(field)])) as Cost]
  })
}

/** All at once, against a venue that bans: from the first moment of one of its minutes, so that no minute is cut short. */
async function crowd(write: (text: string) => void): Promise<boolean> {
  const desk = await openDesk()
  const [first] = accountsOf(desk, 1)
  if (first === undefined) return false
  const cache = alike(new Map())
  await ours([first], cache)
  await new Promise((resolve) => setTimeout(resolve, MINUTE - (Date.now() % MINUTE) + 50))
  await desk.tell({ kind: 'limit', perMinute: LIMIT })
  const spent = await cost(desk, () => ours(accountsOf(desk, CROWD), cache))
  desk.close()
  const { weight } = spent
  const least = (Math.ceil(weight / LIMIT) - 1) * MINUTE
  const ratio = spent.wallMs / least
  write(
    `\n${CROWD} accounts, warm, against a venue that bans at ${LIMIT} a minute: ${spent.answered} read, ${spent.refused} refused, weight ${weight}\n`,
  )
  write(
    `${(spent.wallMs / 1000).toFixed(1)} s where ${(least / 1000).toFixed(0)} s is the least that the limit leaves: ${ratio.toFixed(3)} (at most 1.1)\n`,
  )
  return spent.answered === CROWD && spent.refused === 0 && ratio <= 1.1
}

async function openDesk(): Promise<Desk> {
  const child: ChildProcess = fork(fileURLToPath(new URL('venueServer.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  const [opened] = (await once(child, 'message')) as [VenueOpened]
  return {
    ...opened,
    tell: async (order) => {
      child.send(order)
      const [counts] = (await once(child, 'message')) as [VenueCounts]
      return counts
    },
    close: () => void child.kill(),
  }
}

function accountsOf({ url, apiKey, apiSecret, moreKeys }: Desk, many: number): readonly ExchangeAccount[] {
  return [apiKey, ...moreKeys].slice(0, many).map((one, i) => ({
    ...{ name: `a${i}`, exchange: 'binance', environment: 'live', allowTrading: false, endpoint: url },
    credential: { kind: 'key', apiKey: new Secret(one), apiSecret: new Secret(apiSecret), passphrase: null },
  }))
}

async function ours(accounts: readonly ExchangeAccount[], cache: Cache): Promise<number> {
  const snapshot = await collect(
    { name: 'bench', chains: [], accounts, requestMs: 30_000, passMs: 30 * MINUTE },
    {
      ...{ signal: new AbortController().signal, fetch: boundedFetch(), now: Date.now, cache },
      budgets: openBudgets(CLOCK),
      onBug: (bug) => console.error(bug),
    },
  )
  for (const { reason } of snapshot.gaps.slice(0, 3)) console.error(reason)
  return snapshot.legs.length
}

type Plain = InstanceType<typeof ccxt.binanceusdm>

function plainInstance({ url, apiKey, apiSecret, moreKeys }: Desk, i: number): Plain {
  const instance = new ccxt.binanceusdm({
    apiKey: [apiKey, ...moreKeys][i] ?? apiKey,
    secret: apiSecret,
    options: { maxRetriesOnFailure: 3 },
  })
  instance.fetchImplementation = (address: string, init: RequestInit) => fetch(`${url}/${address.slice('https://'.length)}`, init)
  return instance
}

async function plain(instances: readonly Plain[]): Promise<number> {
  const read = await Promise.all(instances.map(async (one) => [await one.fetchPositions(), await one.fetchBalance()] as const))
  return read.filter(([positions]) => positions.length === 3).length
}

async function cost(desk: Desk, work: () => Promise<number>): Promise<Cost> {
  await desk.tell({ kind: 'reset' })
  const cpu = process.cpuUsage()
  const begin = performance.now()
  const answered = await work()
  const wallMs = performance.now() - begin
  const { user, system } = process.cpuUsage(cpu)
  return { ...(await desk.tell({ kind: 'counts' })), cpuMs: (user + system) / 1000, wallMs, answered }
}

/** A cache in memory in which what belongs to one key belongs to all: they open the same account, and learning that again takes hours. */
function alike(values: Map<string, unknown>): Cache {
  const common = (key: string): string => key.replace(/:[0-9a-f]{16}$/, '')
  return {
    get: async (key) => values.get(common(key)) ?? null,
    set: async (key, value) => void values.set(common(key), value),
  }
}
