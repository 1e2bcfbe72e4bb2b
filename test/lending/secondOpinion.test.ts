import { type Address, pad, toHex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import type { ChainReading } from '../../src/lending/protocol.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { MARKED_KEY, onlyPosition, readTools, sandboxQuery } from '../support/chainRead.ts'
import { behind, lie } from '../support/liar.ts'
import { openRpcProxy, PASS, type RpcProxy } from '../support/rpcProxy.ts'

const ETHER = 10n ** 18n
const USER: Address = pad('0xabc001', { size: 20 })

let chain: Chain
let proxies: RpcProxy[]

beforeAll(async () => {
  chain = await openChain()
  await chain.supply(USER, 'WETH', 10n * ETHER)
  await chain.borrow(USER, 'USDC', 15_000_000_000n)
  proxies = [await openRpcProxy(chain.url), await openRpcProxy(chain.url), await openRpcProxy(chain.url)]
}, 60_000)

afterAll(async () => {
  for (const proxy of proxies ?? []) await proxy.close()
  await chain?.stop()
})

beforeEach(() => {
  for (const proxy of proxies) proxy.rule(() => PASS)
})

const operator = (index: number): string => new URL((proxies[index] as RpcProxy).url).host
const requests = (): number[] => proxies.map((proxy) => proxy.requests.length)

/** Reads by the first so many of the three nodes. */
function read(nodes: number, wallets: readonly Address[] = [USER]): Promise<ChainReading> {
  const urls = proxies.slice(0, nodes).map(({ url }) => url)
  return readChain(sandboxQuery(chain, urls, wallets), readTools())
}

const noDebt = lie((truth) => ({
  ...truth,
  accounts: truth.accounts.map((account) => ({
    ...account,
    ...{ totalDebt: 0n, healthFactor: 2n ** 256n - 1n },
    balances: account.balances.map((balance) => ({ ...balance, variableDebt: 0n, stableDebt: 0n })),
  })),
}))

describe('two nodes that say the same', () => {
  test('confirm each other, with one request each, whatever the number of wallets', async () => {
    const wallets = [USER, ...Array.from({ length: 39 }, (_, i): Address => pad(toHex(0xcafe00 + i), { size: 20 }))]
    const reading = await read(2, wallets)
    expect(requests()).toEqual([1, 1, 0])
    expect(reading).toMatchObject({ confirmed: true, disputes: [], gaps: [] })
    expect(onlyPosition(reading).source).toMatchObject({ confirmed: true, operators: [operator(0), operator(1)], notes: [] })
    const [call] = proxies[1]?.requests[0]?.calls ?? []
    // At the block of the first one's answer, not at whatever is newest now.
    expect(call?.params[1]).toBe(toHex(await chain.public.getBlockNumber()))
  })

  test('also where they tell otherwise how a rate follows use, which decides no loan: the word of the first is kept', async () => {
    const told = onlyPosition(await read(2)).reserves.find(({ debt }) => debt > 0n)
    expect(told?.curve).not.toBeNull()
    proxies[1]?.rule(() =>
      lie((truth) => ({ ...truth, curves: truth.curves.map((one) => ({ ...one, rateAtFull: 1n, debt: 1n })) })),
    )
    const reading = await read(2)
    expect(reading).toMatchObject({ confirmed: true, disputes: [] })
    expect(onlyPosition(reading).reserves.find(({ debt }) => debt > 0n)).toEqual(told)
  })

  test('a third is not asked', async () => {
    await read(3)
    expect(requests()).toEqual([1, 1, 0])
  })

  test('agree as well that there is nothing', async () => {
    const reading = await read(2, [pad('0xdead', { size: 20 })])
    expect(reading).toMatchObject({ confirmed: true, positions: [], gaps: [] })
    expect(reading.notes.join()).toContain('no position found')
  })
})

describe('one node', () => {
  test('is one source', async () => {
    const reading = await read(1)
    expect(reading.confirmed).toBe(false)
    expect(onlyPosition(reading).source).toMatchObject({ confirmed: false, operators: [operator(0)] })
  })

  test('where the other does not answer, in either place, and the report says why without a key', async () => {
    for (const down of [0, 1]) {
      proxies[down]?.rule(() => ({ kind: 'reset' }))
      const reading = await read(2)
      expect(reading.confirmed).toBe(false)
      expect(onlyPosition(reading).source).toMatchObject({ confirmed: false, operators: [operator(1 - down)] })
      expect(reading.notes.join()).toContain(`Sandbox (${operator(down)}) broke the connection`)
      expect(reading.notes.join()).toContain(`Sandbox: one source, ${operator(1 - down)}`)
      expect(JSON.stringify(reading.notes)).not.toContain(MARKED_KEY)
      proxies[down]?.rule(() => PASS)
    }
  })

  test('of three where two are down', async () => {
    for (const proxy of proxies.slice(0, 2)) proxy.rule(() => ({ kind: 'reset' }))
    expect(onlyPosition(await read(3)).source).toMatchObject({ confirmed: false, operators: [operator(2)] })
  })

  test('none: the fault is thrown', async () => {
    for (const proxy of proxies) proxy.rule(() => ({ kind: 'reset' }))
    await expect(read(3)).rejects.toThrow(`Sandbox (${operator(0)}) broke the connection.`)
  })
})

describe('two nodes that say different things of one block', () => {
  test.each([0, 1])('node %i denies the debt: the loan with the debt counts, and both are told', async (liar) => {
    proxies[liar]?.rule(() => noDebt)
    const reading = await read(2)
    expect(reading.confirmed).toBe(false)
    expect(onlyPosition(reading).reported.totalDebt).toBe(1_500_000_000_000n)
    expect(onlyPosition(reading).source).toMatchObject({ confirmed: false, operators: [operator(1 - liar)] })
    expect(reading.disputes).toMatchObject([{ by: operator(liar), said: { reported: { totalDebt: 0n } } }])
  })

  test.each([0, 1, 2])('of three, node %i alone: the two that agree are believed, and it is named', async (liar) => {
    proxies[liar]?.rule(() => noDebt)
    const reading = await read(3)
    expect(reading).toMatchObject({ confirmed: true, disputes: [] })
    expect(onlyPosition(reading).reported.totalDebt).toBe(1_500_000_000_000n)
    expect(requests()).toEqual(liar === 2 ? [1, 1, 0] : [1, 1, 1])
    if (liar < 2) expect(reading.notes.join()).toContain(`${operator(liar)} says otherwise than`)
  })

  test('one denies the whole loan', async () => {
    proxies[1]?.rule(() =>
      lie((truth) => ({
        ...truth,
        accounts: truth.accounts.map((account) => ({
          ...account,
          ...{ configuration: 0n, totalCollateral: 0n, totalDebt: 0n, healthFactor: 2n ** 256n - 1n, balances: [] },
        })),
      })),
    )
    const reading = await read(2)
    expect(onlyPosition(reading).reported.totalDebt).toBe(1_500_000_000_000n)
    expect(reading.disputes).toMatchObject([{ by: operator(1), said: null }])
  })

  test('one sees more cash: only what both see is counted', async () => {
    const truth = await read(1)
    proxies[1]?.rule(() =>
      lie((sight) => ({ ...sight, accounts: sight.accounts.map((account) => ({ ...account, native: account.native + ETHER })) })),
    )
    const reading = await read(2)
    expect(reading.cash).toEqual(truth.cash)
    expect(reading.notes.join()).toContain('the nodes differ in what the wallet holds')
  })
})

describe('nodes at different blocks', () => {
  test('the second is some blocks behind: what both know is confirmed, and no dispute', async () => {
    await chain.mine()
    const head = await chain.public.getBlockNumber()
    proxies[1]?.rule(() => behind(() => head - 1n))
    const reading = await read(2)
    expect(reading).toMatchObject({ confirmed: true, disputes: [] })
    expect(onlyPosition(reading).source.block?.number).toBe(head - 1n)
    expect(reading.notes.join()).toContain('are not at the same block')
  })

  test('the first is some blocks behind: its block is confirmed by the second', async () => {
    const head = await chain.public.getBlockNumber()
    proxies[0]?.rule(() => behind(() => head - 1n))
    const reading = await read(2)
    expect(reading).toMatchObject({ confirmed: true, disputes: [] })
    expect(requests()).toEqual([1, 1, 0])
  })

  test('the price has fallen since: the newer reading counts, though one node alone has it', async () => {
    const before = await chain.public.getBlockNumber()
    const price = await chain.price('WETH')
    await chain.setPrice('WETH', (price * 8n) / 10n)
    await chain.mine()
    proxies[1]?.rule(() => behind(() => before))
    const reading = await read(2)
    expect(onlyPosition(reading).reserves[0]?.price).toBe((price * 8n) / 10n)
    expect(reading).toMatchObject({ confirmed: false, disputes: [] })

    // The other way round: the one that is behind is asked first. Its block is real and confirmed, but yesterday's.
    proxies[1]?.rule(() => PASS)
    proxies[0]?.rule(() => behind(() => before))
    await chain.mine((await chain.block()).timestamp + 600n)
    const late = await read(2)
    expect(onlyPosition(late).reserves[0]?.price).toBe((price * 8n) / 10n)
    expect(late.confirmed).toBe(false)
    await chain.setPrice('WETH', price)
  })
})
