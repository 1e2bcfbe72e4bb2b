import { type Address, decodeAbiParameters, encodeAbiParameters, encodeFunctionResult, getAddress, type Hex, toHex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dispatcherAbi } from '../../abis/lens/dispatcher.ts'
import { ownersLensAbi } from '../../abis/lens/owners.ts'
import { registriesOf, walletKindsOf } from '../../src/lending/accountRegistries.ts'
import { readChain } from '../../src/lending/chainReader.ts'
import { CHAINS } from '../../src/lending/chains.ts'
import { type LensAsk, lensCall } from '../../src/lending/lensCall.ts'
import { pieceOf } from '../../src/lending/lensPieces.ts'
import type { ChainQuery, ChainReading } from '../../src/lending/protocol.ts'
import { readTools, sandboxQuery } from '../support/chainRead.ts'
import { gasCap } from '../support/gasCap.ts'
import { LIST, type OwnerStage, openOwnerStage, REGISTRY, stageAddress } from '../support/ownerStage.ts'
import { openRpcProxy, PASS, type Reaction, type RpcProxy } from '../support/rpcProxy.ts'

const [OWNER, GIVER, TAKER, NOBODY, SAVER, SPAMMED] = Array.from({ length: 6 }, (_, i) => stageAddress(i + 1)) as [
  ...[Address, Address, Address, Address, Address, Address],
]
const [PROXY, GIVEN, DSA_1, DSA_2, SAFE, PROXY_OF_SAFE] = Array.from({ length: 6 }, (_, i) => stageAddress(i + 0x101)) as [
  ...[Address, Address, Address, Address, Address, Address],
]

let stage: OwnerStage
let nodes: RpcProxy[]
beforeAll(async () => {
  stage = await openOwnerStage()
  const { place, call, lend } = stage
  for (const [account, usdc] of [
    [PROXY, 15_000n],
    [GIVEN, 12_000n],
    [DSA_2, 10_000n],
    [SAFE, 6_000n],
  ] as const)
    await lend(account, usdc)
  for (const [owner, proxy] of [
    [OWNER, PROXY],
    [GIVER, GIVEN],
    [SAFE, PROXY_OF_SAFE],
  ] as const) {
    await place('DsProxy', proxy)
    await call('DsProxy', proxy, 'setOwner', [owner])
    await call('ProxyRegistry', REGISTRY, 'built', [owner, proxy])
  }
  await call('DsProxy', GIVEN, 'setOwner', [TAKER])
  for (const account of [DSA_1, DSA_2]) await call('InstaList', LIST, 'add', [SAVER, account])
  await place('Safe', DSA_1)
  await place('Safe', SAFE)
  await call('Safe', SAFE, 'setup', [[OWNER, GIVER, NOBODY], 2n])
  nodes = [await openRpcProxy(stage.chain.url), await openRpcProxy(stage.chain.url)]
}, 120_000)
afterAll(async () => {
  for (const node of nodes ?? []) await node.close()
  await stage?.chain.stop()
})
beforeEach(() => {
  for (const node of nodes) node.rule(() => PASS)
})

type Read = { readonly owned?: ChainQuery['owned']; readonly both?: boolean }

function read(wallets: readonly Address[], { owned = 'read', both = false }: Read = {}): Promise<ChainReading> {
  const urls = nodes.slice(0, both ? 2 : 1).map(({ url }) => url)
  return readChain({ ...sandboxQuery(stage.chain, urls, wallets), owned }, readTools())
}

/** What the questions beside the markets cost in one call. */
async function gasOf(wallets: readonly Address[]): Promise<number> {
  const asks = [...registriesOf(1), walletKindsOf(1)].map((market): LensAsk => {
    const { lens, ask } = pieceOf(market)
    return { lens, input: ask([market], wallets)[0] as Hex }
  })
  const [call, tag, stateOverrides] = lensCall(asks, 'override', 'latest').params
  const tracer = { tracer: 'callTracer', tracerConfig: { onlyTopCall: true }, stateOverrides }
  const request = { method: 'debug_traceCall', params: [{ ...(call as object), gas: toHex(900_000_000) }, tag, tracer] }
  return Number(((await stage.chain.public.request(request as never)) as { gasUsed: Hex }).gasUsed)
}

const requests = (): readonly number[] => nodes.map((node) => node.requests.length)
const holders = ({ positions }: ChainReading): readonly string[] => positions.map(({ wallet }) => wallet)
const reasons = ({ gaps }: ChainReading): readonly string[] => gaps.map(({ reason }) => reason)

describe('a wallet that owns contract accounts', () => {
  test('a DSProxy with a loan is found by its owner, in a second request', async () => {
    const reading = await read([OWNER])
    expect(holders(reading)).toEqual([PROXY])
    expect(reading.owned).toEqual([{ account: PROXY, owner: OWNER, title: 'DSProxy', agreed: true }])
    expect(reading.notes).toContain(
      '0x0000..0101 is a DSProxy of 0x0000..0001, read as well: its transactions are sent through it',
    )
    expect([reading.gaps, requests()]).toEqual([[], [2, 0]])
  })

  test('one that was given away is not followed, neither from the old owner nor from the new one', async () => {
    const reading = await read([GIVER, TAKER])
    expect([reading.positions, reading.owned, reading.gaps]).toEqual([[], [], []])
    expect(requests()).toEqual([1, 0])
  })

  test('two Instadapp accounts of one wallet, of which one has a loan', async () => {
    const reading = await read([SAVER])
    expect(reading.owned.map(({ account, title }) => [account, title])).toEqual([
      [DSA_1, 'Instadapp account'],
      [DSA_2, 'Instadapp account'],
    ])
    expect(holders(reading)).toEqual([DSA_2])
    expect(reading.gaps).toEqual([])
  })

  test('two operators confirm owner and loan, with two requests each', async () => {
    const reading = await read([OWNER, SAVER], { both: true })
    expect(reading.confirmed).toBe(true)
    expect(holders(reading)).toEqual([PROXY, DSA_2])
    // What was borrowed lies there still: it is cash of the owner's.
    expect(reading.cash.filter(({ id }) => id.includes(PROXY.toLowerCase())).map(({ amount }) => amount.toFixed())).toContain(
      '15000',
    )
    expect(requests()).toEqual([2, 2])
  })

  test('an account that is named anyway is read once, in one request', async () => {
    const reading = await read([OWNER, PROXY])
    expect([holders(reading), requests()]).toEqual([[PROXY], [1, 0]])
    expect(reading.notes.join()).not.toContain('read as well')
  })

  test('a book that names its wallets is told of the account, which is not read', async () => {
    const reading = await read([OWNER], { owned: 'named' })
    expect([reading.positions, reading.gaps, requests()]).toEqual([[], [], [1, 0]])
    expect(reading.notes.join()).toContain('0x0000..0001 owns the DSProxy 0x0000..0101, which is not in the book')
  })
})

test('a node that allows little gas a call: in parts, and nothing is missed', async () => {
  nodes[0]?.rule(() => gasCap(10_000_000))
  const many = Array.from({ length: 200 }, (_, i) => stageAddress(0x800 + i))
  const reading = await read([...many, OWNER, SAVER])
  expect([holders(reading).toSorted(), reading.gaps]).toEqual([[PROXY, DSA_2].toSorted(), []])
  expect(nodes[0]?.requests.length).toBeGreaterThan(2)
})

test('every registry stands at an address of its own, on a chain that is known', () => {
  const all = CHAINS.flatMap(({ id }) => registriesOf(id))
  expect(all.map(({ name }) => name).toSorted()).toEqual([
    ...['arbitrum-ds-proxy', 'arbitrum-instadapp', 'avalanche-instadapp', 'base-ds-proxy', 'base-instadapp'],
    ...['ethereum-ds-proxy', 'ethereum-instadapp', 'optimism-ds-proxy', 'optimism-instadapp', 'polygon-instadapp'],
  ])
  for (const { address } of all) expect(getAddress(address)).toBe(address)
  expect(new Set(all.map(({ chainId, address }) => `${chainId}/${address}`)).size).toBe(all.length)
  expect(registriesOf(31337)).toEqual([])
})

describe('a wallet that is a contract', () => {
  test('a Safe is told with its owners, and its own proxy is followed', async () => {
    const reading = await read([SAFE, NOBODY])
    expect(holders(reading)).toEqual([SAFE])
    expect(reading.kinds).toEqual([{ wallet: SAFE, title: 'a Safe of 3 owners, 2 of whom sign' }])
    expect(reading.notes).toContain('0x0000..0105 is a Safe of 3 owners, 2 of whom sign: its transactions are sent through it')
    expect(reading.owned).toEqual([{ account: PROXY_OF_SAFE, owner: SAFE, title: 'DSProxy', agreed: true }])
  })

  test('a DSProxy, an Instadapp account, and any other; no plain account is called one', async () => {
    const { kinds } = await read([PROXY, DSA_1, REGISTRY, OWNER], { owned: 'named' })
    expect(kinds.map(({ wallet, title }) => [wallet, title])).toEqual([
      [DSA_1, 'an Instadapp account'],
      [REGISTRY, 'a contract'],
      [PROXY, 'a DSProxy of 0x0000..0001'],
    ])
  })

  test('an account that borrows code (EIP-7702) stays a plain one', async () => {
    const rpc = stage.chain.public.request as (call: { method: string; params: readonly unknown[] }) => Promise<unknown>
    await rpc({ method: 'anvil_setCode', params: [TAKER, `0xef0100${SAFE.slice(2)}`] })
    expect((await read([TAKER])).kinds).toEqual([])
  })
})

describe('a registry that does not do as it should', () => {
  const hostile = async (at: Address, manner: bigint): Promise<void> => {
    await stage.place('HostileRegistry', at)
    await stage.call('HostileRegistry', at, 'behave', [manner]).catch(() => undefined)
  }
  afterEach(async () => {
    await stage.place('ProxyRegistry', REGISTRY)
    await stage.place('InstaList', LIST)
  })

  test.each([
    ['burns all gas', 0n],
    ['returns rubbish', 1n],
    ['returns one byte', 2n],
  ])('%s: a gap of its own, and everything else is read', async (_, manner) => {
    await hostile(REGISTRY, manner)
    const reading = await read([SAVER, SAFE, NOBODY])
    expect(holders(reading).toSorted()).toEqual([DSA_2, SAFE].toSorted())
    expect(reasons(reading)).toEqual([
      "Maker's proxy registry on Ethereum did not tell which accounts are those of 0x0000..0005, 0x0000..0105, 0x0000..0004.",
    ])
  })

  test.each([
    ['burns all gas', 0n],
    ['returns rubbish', 1n],
    ['returns one byte', 2n],
    ['counts two accounts and names none', 5n],
  ])('a list that %s: the same', async (_, manner) => {
    await hostile(LIST, manner)
    const reading = await read([OWNER])
    expect(holders(reading)).toEqual([PROXY])
    expect(reasons(reading)).toEqual([
      "Instadapp's list of accounts on Ethereum did not tell which accounts are those of 0x0000..0001.",
    ])
  })

  test('in a book that names its wallets it is told, and hides nothing that is in the book', async () => {
    await hostile(LIST, 0n)
    const reading = await read([PROXY], { owned: 'named' })
    expect([holders(reading), reading.gaps]).toEqual([[PROXY], []])
    expect(reading.notes.join()).toContain("Instadapp's list of accounts on Ethereum did not tell")
  })

  test('no contract there: said, and no gap, for nothing can be registered there', async () => {
    const rpc = stage.chain.public.request as (call: { method: string; params: readonly unknown[] }) => Promise<unknown>
    await rpc({ method: 'anvil_setCode', params: [REGISTRY, '0x'] })
    const reading = await read([NOBODY])
    expect(reasons(reading)).toEqual([])
    expect(reading.notes).toContain("Maker's proxy registry on Ethereum has no contract at its address.")
  })

  test('1,000 accounts: the oldest 16 are read, and the rest is a gap', async () => {
    await hostile(LIST, 3n)
    const reading = await read([SPAMMED])
    expect(reading.owned).toHaveLength(16)
    expect(reading.owned[15]?.account.toLowerCase()).toBe('0x0000000000000000000000000000000000dc0010')
    expect(reasons(reading)).toEqual([
      "Instadapp's list of accounts on Ethereum names 1000 accounts of 0x0000..0006, and only the oldest 16 are looked at.",
    ])
  })

  test('1,000 times the same account: read once', async () => {
    await hostile(LIST, 4n)
    const reading = await read([SPAMMED])
    expect(reading.notes.filter((note) => note.includes('read as well'))).toHaveLength(1)
    expect(requests()).toEqual([2, 0])
  })

  test('one that burns all gas gets its share once, however many wallets there are', async () => {
    const forty = Array.from({ length: 40 }, (_, i) => stageAddress(0x500 + i))
    // A registry's word, three of the list and a look at the code: 14.4 k a wallet, and 45 k for the frame.
    expect(await gasOf(forty)).toBeLessThan(700_000)
    await hostile(REGISTRY, 0n)
    await hostile(LIST, 0n)
    expect(await gasOf(forty)).toBeLessThan(700_000)
    const reading = await read(forty)
    expect([reasons(reading).length, requests()]).toEqual([2, [1, 0]])
  })
})

describe('nodes that differ', () => {
  /** A node on which the one wallet owns no DSProxy. The answers are those of the market, the registry, the list and the kinds. */
  const hides: Reaction = {
    kind: 'pass',
    rewrite: (answer, { method }) => {
      if (method !== 'eth_call') return answer
      const outputs = dispatcherAbi[0].outputs
      const [sight] = decodeAbiParameters(outputs, answer.result as Hex)
      const none = [{ ok: true, member: false, listed: 0n, accounts: [] }]
      const output = encodeFunctionResult({ abi: ownersLensAbi, functionName: 'proxies', result: none })
      const answers = sight.answers.map((one, i) => (i === 1 && sight.answers.length === 4 ? { ok: true, output } : one))
      return { ...answer, result: encodeAbiParameters(outputs, [{ ...sight, answers }]) }
    },
  }

  test.each([0, 1])('what one of them alone names is read all the same, and is not confirmed: node %i hides it', async (liar) => {
    nodes[liar]?.rule(() => hides)
    const reading = await read([OWNER], { both: true })
    expect(holders(reading)).toEqual([PROXY])
    expect(reading.confirmed).toBe(false)
    // One word is enough for a loan, not for cash.
    expect(reading.cash.filter(({ id }) => id.includes(PROXY.toLowerCase()))).toEqual([])
    expect(reading.notes.join()).toContain('differ in which accounts the wallets own')
  })

  test('a node that fails in the second look leaves a gap for each account, and the rest stands', async () => {
    nodes[0]?.rule((_, index) => (index === 0 ? PASS : { kind: 'reset' }))
    const reading = await read([SAVER, SAFE])
    expect(holders(reading)).toEqual([SAFE])
    expect(reading.gaps.map(({ leg }) => leg).toSorted()).toEqual([
      'DSProxy 0x0000..0106 of 0x0000..0105',
      'Instadapp account 0x0000..0103 of 0x0000..0005',
      'Instadapp account 0x0000..0104 of 0x0000..0005',
    ])
  })
})
