import { type Address, type Hex, pad } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lookAt } from '../../src/alerts/conditions.ts'
import { EMPTY_MEMORY, type Memory } from '../../src/alerts/memory.ts'
import { observe } from '../../src/alerts/observe.ts'
import { DEFAULT_WEIGHTS } from '../../src/alerts/policy.ts'
import { rankOf } from '../../src/alerts/rule.ts'
import { boundedFetch } from '../../src/boundedFetch.ts'
import { CLOCK } from '../../src/clock.ts'
import { collect } from '../../src/collect.ts'
import { openBudgets } from '../../src/futures/budget.ts'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY, GRADES, type Grade } from '../../src/risk/grade.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import type { RiskView } from '../../src/risk/view.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { sandboxQuery } from '../support/chainRead.ts'
import { behind, lie, type Sight } from '../support/liar.ts'
import { openRpcProxy, PASS, type Reaction, type RpcProxy } from '../support/rpcProxy.ts'

/**
 * A node that lies: what it answers is well formed and consistent, and says that the loan is safer than it is. Whoever asks it alone cannot
 * know; whoever asks two never says that anything is better than the honest one says.
 */

const ETHER = 10n ** 18n
const USER: Address = pad('0xabc001', { size: 20 })
const OTHER: Address = pad('0xabc002', { size: 20 })
const MOST = 2n ** 256n - 1n

let chain: Chain
let proxies: RpcProxy[]
/** A block at which WETH cost a half more. */
let calmBlock: bigint

beforeAll(async () => {
  chain = await openChain()
  const price = await chain.price('WETH')
  await chain.setPrice('WETH', (price * 3n) / 2n)
  // 10 WETH at 3,000 and 83 % cover 24,900 of 23,000: -7.6 %, critical. The other wallet owes next to nothing.
  for (const wallet of [USER, OTHER]) await chain.supply(wallet, 'WETH', 10n * ETHER)
  await chain.borrow(USER, 'USDC', 23_000_000_000n)
  await chain.borrow(OTHER, 'USDC', 100_000_000n)
  calmBlock = await chain.public.getBlockNumber()
  await chain.setPrice('WETH', price)
  await chain.mine((await chain.block()).timestamp + 600n)
  proxies = [await openRpcProxy(chain.url), await openRpcProxy(chain.url), await openRpcProxy(chain.url)]
}, 60_000)

afterAll(async () => {
  for (const proxy of proxies ?? []) await proxy.close()
  await chain?.stop()
})

beforeEach(() => {
  for (const proxy of proxies) proxy.rule(() => PASS)
})

type Account = Sight['accounts'][number]
type Balance = Account['balances'][number]

/** A lie about the account of the wallet that is asked for. */
const account = (change: (truth: Account) => Account): Reaction =>
  lie((truth) => ({ ...truth, accounts: truth.accounts.map(change) }))

const reserves = (change: (truth: Sight['reserves'][number]) => Partial<Sight['reserves'][number]>): Reaction =>
  lie((truth) => ({ ...truth, reserves: truth.reserves.map((one) => ({ ...one, ...change(one) })) }))

const debtOf =
  (share: bigint) =>
  (truth: Account): Account => ({
    ...truth,
    balances: truth.balances.map((one) => ({ ...one, variableDebt: (one.variableDebt * share) / 100n })),
  })

/** The loan with figures that fit each other, as a forger who knows the protocol would write it. */
const consistent = (truth: Account): Account => {
  const half = debtOf(50n)(truth)
  return { ...half, totalDebt: truth.totalDebt / 2n, healthFactor: truth.healthFactor * 2n }
}

const collateralTwice = (truth: Account): Account => ({
  ...truth,
  balances: truth.balances.map((one) => ({ ...one, supplied: one.supplied * 2n })),
  totalCollateral: truth.totalCollateral * 2n,
  healthFactor: truth.healthFactor * 2n,
})

const THRESHOLD = 0xffffn << 16n
const withThreshold = (configuration: bigint, bps: bigint): bigint => (configuration & ~THRESHOLD) | (bps << 16n)

/** Another wallet's answer in place of the one that was asked for. */
const anotherWallet: Reaction = {
  kind: 'pass',
  forward: (call) =>
    call.method === 'eth_call' ? { ...call, params: [swapped(call.params[0] as { data: Hex }), ...call.params.slice(1)] } : call,
}
const swapped = (call: { data: Hex }): { data: Hex } => ({
  ...call,
  data: call.data.replaceAll(USER.slice(2).toLowerCase(), OTHER.slice(2).toLowerCase()) as Hex,
})

const LIES: Readonly<Record<string, () => Reaction>> = {
  'no debt': () => account((truth) => ({ ...debtOf(0n)(truth), totalDebt: 0n, healthFactor: MOST })),
  'half the debt, and totals as they are': () => account(debtOf(50n)),
  'half the debt, all figures to match': () => account(consistent),
  'twice the collateral': () => account(collateralTwice),
  'an old price': () => reserves(({ id, price }) => ({ price: id === 0n ? (price * 3n) / 2n : price })),
  'a better threshold': () => reserves(({ configuration }) => ({ configuration: withThreshold(configuration, 9900n) })),
  "another wallet's answer": () => anotherWallet,
  'no position at all': () =>
    account((truth) => ({ ...truth, configuration: 0n, totalCollateral: 0n, totalDebt: 0n, healthFactor: MOST, balances: [] })),
  'the health alone': () => account((truth) => ({ ...truth, healthFactor: truth.healthFactor * 3n })),
  'more collateral of another kind': () =>
    account((truth) => ({
      ...truth,
      configuration: truth.configuration | (1n << 3n),
      balances: [...truth.balances, { ...(truth.balances[0] as Balance), reserve: 1n, supplied: 10n ** 9n, variableDebt: 0n }],
    })),
  'the debt in a coin without worth': () =>
    lie((truth) => ({
      ...truth,
      reserves: truth.reserves.map((one) => (one.id === 2n ? { ...one, price: 1n } : one)),
      accounts: truth.accounts.map((one) => ({ ...one, totalDebt: 1n, healthFactor: MOST / 2n })),
    })),
  'a block of an hour ago, for the newest': () => behind(() => calmBlock),
}

async function pass(nodes: readonly number[]): Promise<{ readonly snapshot: Snapshot; readonly view: RiskView }> {
  const query = sandboxQuery(
    chain,
    nodes.map((index) => (proxies[index] as RpcProxy).url),
    [USER],
  )
  const snapshot = await collect(
    { name: 'main', chains: [query], accounts: [], requestMs: 10_000, passMs: 30_000 },
    {
      signal: new AbortController().signal,
      fetch: boundedFetch(),
      // Blocks bear a time of their own here: the head is fresh by the clock that matters.
      now: () => Number(headTime) * 1000,
      cache: { get: () => Promise.resolve(null), set: () => Promise.resolve() },
      budgets: openBudgets(CLOCK),
      onBug: (error) => {
        throw error
      },
    },
  )
  return { snapshot, view: assess(snapshot, DEFAULT_POLICY) }
}

let headTime = 0n
beforeEach(async () => {
  headTime = (await chain.block()).timestamp
})

const isBetter = (grade: Grade, than: Grade): boolean => GRADES.indexOf(grade) > GRADES.indexOf(than)

/** The levels of everything that was raised, and what the next passes made of it. */
function alarms(passes: readonly { readonly snapshot: Snapshot; readonly view: RiskView }[]): readonly Memory[] {
  let memory: Memory = EMPTY_MEMORY
  return passes.map((one, index) => {
    const now = Number(headTime) * 1000 + index * 60_000
    memory = observe(memory, lookAt(one, memory.stands, DEFAULT_WEIGHTS), { now, policy: DEFAULT_WEIGHTS })
    return memory
  })
}

function expectNoneBetter(before: Memory, after: Memory): void {
  const raised = Object.entries(before.alerts).filter(([, { level, kind }]) => level !== null && kind === 'state')
  expect(raised.map(([key]) => key)).toContain('room')
  for (const [key, { level }] of raised)
    expect(rankOf(after.alerts[key]?.level ?? null), key).toBeGreaterThanOrEqual(rankOf(level))
}

const textOf = ({ legs }: Snapshot): string =>
  JSON.stringify(
    legs.map(({ source: _, ...leg }) => leg),
    (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  )

test('the honest book is critical; each lie is one, and most would be believed by whoever asks the liar alone', async () => {
  const honest = await pass([0])
  expect(honest.view.verdict.grade).toBe('critical')
  let calmer = 0
  for (const [name, reaction] of Object.entries(LIES)) {
    proxies[0]?.rule(reaction)
    const lied = await pass([0])
    expect(textOf(lied.snapshot), name).not.toBe(textOf(honest.snapshot))
    if (isBetter(lied.view.verdict.grade, 'critical')) calmer += 1
  }
  expect(calmer).toBeGreaterThanOrEqual(8)
})

test('the only node, for ever: no second one can say otherwise. The loan is told to be gone, and believed after passes that agree', async () => {
  const honest = await pass([0])
  proxies[0]?.rule(LIES['no debt'] as () => Reaction)
  const lied = await pass([0])
  const after = alarms([honest, lied, lied, lied, lied]).map(({ alerts }) => alerts.room?.level ?? null)
  expect(after).toEqual(['critical', 'critical', 'critical', null, null])
  const told = Object.values(alarms([honest, lied])[1]?.alerts ?? {}).find(({ rule }) => rule === 'vanished')
  expect(told).toMatchObject({ level: 'critical', what: expect.stringContaining('is gone: liquidated or closed?') })
})

describe.each(Object.entries(LIES))('%s', (_name, reaction) => {
  test.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [0, [0, 1, 2]],
    [1, [0, 1, 2]],
    [2, [0, 1, 2]],
  ])('by node %i of %j: never better than the honest one says', async (liar, nodes) => {
    proxies[liar]?.rule(reaction)
    const { view } = await pass(nodes)
    expect(isBetter(view.verdict.grade, 'critical')).toBe(false)
  })

  test('while the honest one is down, pass after pass: no alert comes down', async () => {
    const honest = await pass([0, 1])
    proxies[0]?.rule(() => ({ kind: 'reset' }))
    proxies[1]?.rule(reaction)
    const lied = await pass([0, 1])
    const [before, ...after] = alarms([honest, lied, lied, lied, lied, lied, lied])
    for (const memory of after) expectNoneBetter(before as Memory, memory)
  })

  test('by the only node, now and then: no alert comes down', async () => {
    const honest = await pass([0])
    proxies[0]?.rule(reaction)
    const lied = await pass([0])
    const [before, ...after] = alarms([honest, honest, lied, honest, honest, honest, honest, lied, honest])
    for (const memory of after) expectNoneBetter(before as Memory, memory)
  })
})
