import { type Address, pad, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import type { Market } from '../../src/lending/protocol.ts'
import { protocols } from '../../src/lending/protocols.ts'
import { compileContract } from '../contracts/compileContract.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { readTools, sandboxQuery } from '../support/chainRead.ts'
import { openRpcProxy, type RpcProxy } from '../support/rpcProxy.ts'

/** Wallets whose last byte says what they have. @see test/contracts/Legacy.sol */
const [NOTHING, SUPPLY, LOAN, DEAD, EMPTY] = [0, 1, 2, 3, 4].map((kind): Address => pad(toHex(0xabc00 + kind), { size: 20 })) as [
  ...[Address, Address, Address, Address, Address],
]
const AT: Address = '0x000000000000000000000000000000000000a2a2'

let chain: Chain
let proxy: RpcProxy
beforeAll(async () => {
  chain = await openChain()
  const body = { jsonrpc: '2.0', id: 1, method: 'anvil_setCode', params: [AT, compileContract('Legacy').deployedBytecode] }
  await fetch(chain.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  await chain.mine()
  proxy = await openRpcProxy(chain.url)
}, 60_000)
afterAll(async () => {
  await proxy?.close()
  await chain?.stop()
})

const market = (protocol: 'aave-v2' | 'compound-v2', address = AT): Market => ({
  ...{ name: 'old', title: 'Old', protocol, chainId: chain.chainId, address },
})
const read = (markets: readonly Market[], wallets: readonly Address[]) =>
  readChain({ ...sandboxQuery(chain, proxy.url, wallets), markets }, readTools())

describe.each(['aave-v2', 'compound-v2'] as const)('%s', (protocol) => {
  test('a loan is named and unknown; a supply alone is said; nothing is nothing', async () => {
    const { positions, gaps, notes } = await read([market(protocol)], [NOTHING, SUPPLY, LOAN, EMPTY])
    expect(positions).toEqual([])
    expect(gaps).toMatchObject([{ leg: `${protocol}/old/${LOAN.toLowerCase()}`, code: 'unsupported', retryable: false }])
    expect(gaps[0]?.reason).toContain('holds a loan, which is named here and not weighed')
    expect(notes.filter((note) => note.includes('Old'))).toEqual([
      '0x0000..bc01 still has a supply in Old, and owes nothing there',
    ])
  })

  test('a wallet that cannot be told is unknown, and no other is', async () => {
    const { gaps } = await read([market(protocol)], [DEAD, NOTHING])
    expect(gaps).toMatchObject([{ leg: `${protocol}/old/${DEAD.toLowerCase()}`, code: 'incomplete-answer' }])
  })

  test('a market that is not there is a gap of its own', async () => {
    const { gaps } = await read([market(protocol, '0x000000000000000000000000000000000000a2a3')], [LOAN])
    expect(gaps).toMatchObject([{ leg: 'Old', code: 'incomplete-answer' }])
    expect(gaps[0]?.reason).toContain('has no contract at its address')
  })
})

test('beside the markets that are kept it costs no request', async () => {
  proxy.rule(() => ({ kind: 'pass' }))
  const [kept] = sandboxQuery(chain, proxy.url, []).markets as [Market]
  await read([kept, market('aave-v2'), { ...market('compound-v2'), name: 'older' }], [SUPPLY, LOAN])
  expect(proxy.requests).toHaveLength(1)
})

test('the old markets of every chain have names of their own', () => {
  const all = Object.values(protocols).flatMap(({ markets }) => markets)
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  expect(new Set(all.map(({ chainId, address }) => `${chainId}/${address.toLowerCase()}`)).size).toBe(all.length)
  expect(protocols['aave-v2'].markets.map(({ name }) => name)).toContain('polygon-v2')
})
