import * as viemChains from 'viem/chains'
import { expect, test } from 'vitest'
import { rpcVariable } from '../../src/config/draft.ts'
import { CHAINS } from '../../src/lending/chains.ts'
import { operatorOf } from '../../src/lending/operatorOf.ts'
import { protocols } from '../../src/lending/protocols.ts'

test('every chain has a production market, and a name, title, id and variable of its own', () => {
  const markets = Object.values(protocols).flatMap((protocol) => protocol.markets)
  for (const { id } of CHAINS) expect(markets.some(({ chainId }) => chainId === id)).toBe(true)
  for (const key of ['name', 'title', 'id'] as const) expect(new Set(CHAINS.map((chain) => chain[key])).size).toBe(CHAINS.length)
  expect(new Set(CHAINS.map(({ name }) => rpcVariable(name))).size).toBe(CHAINS.length)
})

test.each(CHAINS.map((chain) => [chain.title, chain] as const))(
  '%s: id, coin and node are those that viem knows',
  (_title, { id, coin, publicRpcs: [first] }) => {
    const same = Object.values(viemChains).filter((chain) => 'id' in chain && chain.id === id)
    expect(same.map(({ nativeCurrency }) => nativeCurrency.symbol)).toContain(coin)
    const nodes = same.flatMap(({ rpcUrls }) => Object.values(rpcUrls).flatMap(({ http }) => http))
    // Chains without a public node of their own people are asked through PublicNode.
    expect(nodes.includes(first) || new URL(first).hostname.endsWith('-rpc.publicnode.com')).toBe(true)
  },
)

test('the two public nodes of a chain are of two operators, and encrypted', () => {
  for (const { publicRpcs } of CHAINS) {
    expect(new Set(publicRpcs.map(operatorOf)).size).toBe(2)
    for (const url of publicRpcs) expect(url).toMatch(/^https:/)
  }
})
