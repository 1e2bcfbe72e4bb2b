import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Address, type Hex, pad } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { readTools, sandboxQuery } from '../support/chainRead.ts'
import { openRpcProxy, PASS, type WireCall } from '../support/rpcProxy.ts'
import { runs } from '../support/runs.ts'
import { randomness } from '../truth/randomness.ts'

/**
 * Honest nodes are some blocks apart, and follow different branches for a block or two. They answer from what a real chain answered at
 * each of its blocks, on either branch, so that thousands of passes take seconds.
 */

const ETHER = 10n ** 18n
const USER: Address = pad('0xabc001', { size: 20 })
/** Blocks of the common trunk, and of each branch that follows it. */
const [TRUNK, BRANCH] = [24, 3]

/** A block as a node tells of it, and what the lens sees there. */
type Told = { readonly header: { readonly number: Hex; readonly hash: Hex }; readonly lens: Hex }

/** What a node knows: a chain of blocks, the last of which is its newest. */
type Knowledge = readonly Told[]

let chain: Chain
let branches: readonly [Knowledge, Knowledge]
const nodes: { readonly server: Server; knows: Knowledge }[] = []

beforeAll(async () => {
  chain = await openChain()
  await chain.supply(USER, 'WETH', 10n * ETHER)
  await chain.borrow(USER, 'USDC', 20_000_000_000n)
  const question = await lensQuestion()
  const ask = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const answer = await fetch(chain.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    return ((await answer.json()) as { result: unknown }).result
  }
  const told = async (): Promise<Told> => {
    const header = (await ask('eth_getBlockByNumber', ['latest', false])) as Told['header']
    const [call, , overrides] = question
    return { header, lens: (await ask('eth_call', [call, header.number, overrides])) as Hex }
  }
  /** Each block 12 s after the one before it, with another price now and then. */
  const grow = async (blocks: number, prices: (block: number) => bigint | null): Promise<Told[]> => {
    const grown: Told[] = []
    for (let i = 0; i < blocks; i++) {
      const price = prices(i)
      if (price !== null) await chain.setPrice('WETH', price)
      await chain.mine((await chain.block()).timestamp + 12n)
      grown.push(await told())
    }
    return grown
  }
  const start = await chain.price('WETH')
  const trunk = await grow(TRUNK, (i) => (i % 4 === 3 ? (start * BigInt(1000 + (i % 7) - 3)) / 1000n : null))
  const first = await chain.rehearse(() => grow(BRANCH, () => (start * 1002n) / 1000n))
  const second = await grow(BRANCH, () => (start * 997n) / 1000n)
  branches = [
    [...trunk, ...first],
    [...trunk, ...second],
  ]
  for (const branch of branches) nodes.push(await openNode(branch))
}, 120_000)

afterAll(async () => {
  for (const { server } of nodes) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  await chain?.stop()
})

/** The lens call as the reader puts it. */
async function lensQuestion(): Promise<readonly unknown[]> {
  const proxy = await openRpcProxy(chain.url)
  proxy.rule(() => PASS)
  await readChain(sandboxQuery(chain, proxy.url, [USER]), readTools())
  await proxy.close()
  return proxy.requests[0]?.calls.find(({ method }) => method === 'eth_call')?.params ?? []
}

async function openNode(knows: Knowledge): Promise<{ readonly server: Server; knows: Knowledge }> {
  const node = {
    knows,
    server: createServer((request, response) => {
      let text = ''
      request.on('data', (chunk) => {
        text += chunk
      })
      request.on('end', () => {
        const calls = [JSON.parse(text)].flat() as WireCall[]
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(calls.map((call) => ({ jsonrpc: '2.0', id: call.id, ...answerOf(node.knows, call) }))))
      })
    }),
  }
  await new Promise<void>((resolve) => node.server.listen(0, '127.0.0.1', resolve))
  return node
}

function answerOf(knows: Knowledge, { method, params }: WireCall): object {
  const tag = method === 'eth_call' ? params[1] : params[0]
  const told = tag === 'latest' ? knows.at(-1) : knows.find(({ header }) => BigInt(header.number) === BigInt(tag as string))
  if (method !== 'eth_call') return { result: told?.header ?? null }
  return told === undefined ? { error: { code: -32000, message: 'header not found' } } : { result: told.lens }
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

test('honest nodes 0 to 3 blocks apart, on one branch or two, never make a dispute', async () => {
  const { numRuns } = runs(1500)
  const { pick, chance, between } = randomness(20261123)
  let confirmed = 0
  for (let pass = 0; pass < numRuns; pass++) {
    const tip = Number(between(8n, BigInt(TRUNK + BRANCH)))
    for (const node of nodes) {
      // Mostly both follow the same branch; else the ends of their chains differ.
      node.knows = (chance(0.7) ? branches[0] : pick(branches)).slice(0, tip - Number(between(0n, 3n)))
    }
    const query = sandboxQuery(
      chain,
      nodes.map(({ server }) => urlOf(server)),
      [USER],
    )
    const reading = await readChain(query, readTools())
    expect(reading.disputes).toEqual([])
    expect(reading.gaps).toEqual([])
    expect(reading.positions).toHaveLength(1)
    if (reading.confirmed) confirmed += 1
  }
  // Nodes on one branch confirm each other unless the price has moved between their blocks: that is what the newer one alone can tell.
  expect(confirmed / numRuns).toBeGreaterThan(0.8)
}, 600_000)
