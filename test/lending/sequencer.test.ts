import { type Address, type Hex, pad, toHex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import { CHAINS } from '../../src/lending/chains.ts'
import { sequencerOf } from '../../src/lending/sequencer.ts'
import { compileContract } from '../contracts/compileContract.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { readTools, sandboxQuery } from '../support/chainRead.ts'
import { openRpcProxy, type RpcProxy } from '../support/rpcProxy.ts'

/** A local chain that takes itself for Base, with a feed of ours at the address of Base's. */
const BASE = 8_453
const FEED: Address = '0xBCF85224fc0756B9Fa45aA7892530B47e10b6433'

let chain: Chain
let proxy: RpcProxy
const rpc = async (method: string, ...params: readonly unknown[]): Promise<void> => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  await fetch(chain.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}
const place = (code: Hex) => rpc('anvil_setCode', FEED, code)
const tell = async (status: bigint, since: bigint, silent = 0n): Promise<void> => {
  for (const [slot, value] of [status, since, silent].entries())
    await rpc('anvil_setStorageAt', FEED, pad(toHex(slot)), pad(toHex(value)))
  await chain.mine()
}

beforeAll(async () => {
  chain = await openChain()
  await chain.supply(chain.accounts.borrower, 'WETH', 10n ** 18n)
  await rpc('anvil_setChainId', BASE)
  proxy = await openRpcProxy(chain.url)
}, 60_000)
afterAll(async () => {
  await proxy?.close()
  await chain?.stop()
})
beforeEach(() => place(compileContract('SequencerFeed').deployedBytecode))

async function read() {
  const query = sandboxQuery(chain, proxy.url, [chain.accounts.borrower])
  const markets = query.markets.map((market) => ({ ...market, chainId: BASE }))
  return readChain({ ...query, endpoint: { ...query.endpoint, chainId: BASE }, markets }, readTools())
}
const ofSequencer = ({ gaps, notes }: Awaited<ReturnType<typeof read>>) => ({
  gaps: gaps.filter(({ leg }) => leg.includes('sequencer')),
  notes: notes.filter((note) => note.includes('sequencer')),
})

describe('the sequencer of a rollup', () => {
  test('is asked with everything else, in one request; while it is up nothing is said', async () => {
    await tell(0n, 1_700_000_000n)
    proxy.rule(() => ({ kind: 'pass' }))
    const reading = await read()
    expect(ofSequencer(reading)).toEqual({ gaps: [], notes: [] })
    expect(reading.positions).toHaveLength(1)
    expect(proxy.requests).toHaveLength(1)
  })

  test('is down: a gap, for nothing there may look calm; the loan is told all the same', async () => {
    // 2023-11-14 22:13:20 UTC
    await tell(1n, 1_700_000_000n)
    const reading = await read()
    const { gaps } = ofSequencer(reading)
    expect(gaps).toMatchObject([{ leg: "Base's sequencer", code: 'incomplete-answer', retryable: true }])
    expect(gaps[0]?.reason).toContain('is down since 2023-11-14 22:13:20')
    expect(reading.positions).toHaveLength(1)
  })

  test('is back for less than an hour: said; an hour later no more', async () => {
    const { timestamp } = await chain.block()
    await tell(0n, timestamp - 600n)
    expect(ofSequencer(await read()).notes[0]).toMatch(
      /^Base's sequencer was down and is back since .*: liquidations may come at once$/,
    )
    const now = (await chain.block()).timestamp
    await tell(0n, now - 3_600n)
    expect(ofSequencer(await read())).toEqual({ gaps: [], notes: [] })
  })

  test.each([
    ['does not answer', () => tell(0n, 0n, 1n)],
    ['is not there', () => place('0x')],
    ['tells a time that no calendar holds', () => tell(1n, 2n ** 200n)],
    ['answers in other words', () => place('0x600160005260206000f3')],
  ])('a feed that %s is said, and costs nothing else', async (_, broken) => {
    await broken()
    const reading = await read()
    expect(ofSequencer(reading)).toEqual({ gaps: [], notes: ["whether Base's sequencer is up could not be read"] })
    expect(reading.positions).toHaveLength(1)
  })
})

test('feeds are those of rollups that are known, one a chain', () => {
  const with_ = CHAINS.filter(({ id }) => sequencerOf(id).length > 0).map(({ name }) => name)
  expect(with_).toEqual(
    expect.arrayContaining([
      'arbitrum',
      'base',
      'optimism',
      'scroll',
      'metis',
      'soneium',
      'zksync',
      'mantle',
      'celo',
      'xlayer',
      'megaeth',
    ]),
  )
  expect(with_).toHaveLength(11)
  expect(sequencerOf(1)).toEqual([])
})
