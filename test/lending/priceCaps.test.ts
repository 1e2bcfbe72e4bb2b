import { type Hex, pad, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import { lendingRule } from '../../src/risk/rules/lending.ts'
import { compileContract } from '../contracts/compileContract.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { tokenOf } from '../sandbox/market.ts'
import { asAaveV3, readTools, sandboxQuery } from '../support/chainRead.ts'
import { openRpcProxy, type RpcProxy } from '../support/rpcProxy.ts'

/** Feeds of ours that cap their price, in the place of those of the real oracle: what they say they can reach is what they reach. */
const ONE = 10n ** 8n
const RATIO = 10n ** 18n

let chain: Chain
let proxy: RpcProxy
const rpc = async (method: string, ...params: readonly unknown[]): Promise<void> => {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  await fetch(chain.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}
const place = async (symbol: 'WETH' | 'USDC', contract: 'StableCap' | 'RatioCap', words: readonly bigint[]): Promise<void> => {
  const { aggregator } = tokenOf(chain, symbol)
  await rpc('anvil_setCode', aggregator, compileContract(contract).deployedBytecode)
  for (const [slot, word] of words.entries()) await set(aggregator, slot, word)
}
const set = (feed: Hex, slot: number, word: bigint) => rpc('anvil_setStorageAt', feed, pad(toHex(slot)), pad(toHex(word)))

beforeAll(async () => {
  chain = await openChain()
  proxy = await openRpcProxy(chain.url)
  await chain.supply(chain.accounts.borrower, 'WETH', 10n ** 19n)
  await chain.borrow(chain.accounts.borrower, 'USDC', 10n ** 10n)
}, 60_000)
afterAll(async () => {
  await proxy?.close()
  await chain?.stop()
})

const reading = () => readChain(sandboxQuery(chain, proxy.url, [chain.accounts.borrower]), readTools())

async function read(symbol: string) {
  const { positions } = await reading()
  const [loan] = positions.map(asAaveV3)
  if (loan === undefined) throw new RangeError('no loan')
  const reserve = loan.reserves.find(({ asset }) => asset.symbol === symbol)
  const notes = lendingRule(loan)
    .notes(loan)
    .filter((note) => note.startsWith(`${symbol}:`))
  return { price: reserve?.price, priceCap: reserve?.priceCap, notes }
}

test('a feed that caps nothing has no cap', async () => {
  expect(await read('WETH')).toMatchObject({ priceCap: null, notes: [] })
})

describe('a stablecoin', () => {
  test('far below its cap nothing is said; near it, and at it, it is', async () => {
    await place('USDC', 'StableCap', [ONE, 104_000_000n])
    await chain.mine()
    expect(await read('USDC')).toEqual({ price: ONE, priceCap: 104_000_000n, notes: [] })
    const { aggregator } = tokenOf(chain, 'USDC')
    await set(aggregator, 0, 103_500_000n)
    await chain.mine()
    // 1.04 / 1.035 = 1.00483..
    expect((await read('USDC')).notes).toEqual([
      'USDC: its feed is capped at 1.04 USD, 0.49 % from here: the loan does not see a higher price',
    ])
    await set(aggregator, 0, 2n * ONE)
    await chain.mine()
    expect(await read('USDC')).toEqual({
      ...{ price: 104_000_000n, priceCap: 104_000_000n },
      notes: ['USDC: its feed stands at its cap, 1.04 USD: the loan does not see a higher price'],
    })
  })
})

describe('a staked coin', () => {
  test('what it says it can reach is what it reaches when its ratio runs away', async () => {
    const { timestamp } = await chain.block()
    // 1.2 a thousand seconds ago, and a ten-millionth more each second: 1.2001 now, at a ratio of 1.19 and a base of 3,000.
    const words = [3_000n * ONE, (119n * RATIO) / 100n, (12n * RATIO) / 10n, timestamp - 1_000n, RATIO / 10_000_000n]
    await place('WETH', 'RatioCap', words)
    await chain.mine(timestamp + 1n)
    const before = await read('WETH')
    expect(before.price).toBe(3_570n * ONE)
    // 3,000 x 1.2001001 = 3,600.3003
    expect(before.priceCap).toBe(360_030_030_000n)
    expect(before.notes).toEqual([
      'WETH: its feed is capped at 3600.3 USD, 0.85 % from here: the loan does not see a higher price',
    ])
    await set(tokenOf(chain, 'WETH').aggregator, 1, 5n * RATIO)
    await rpc('evm_setNextBlockTimestamp', Number(timestamp + 1n))
    await rpc('anvil_mine')
    const after = await read('WETH')
    expect([after.price, after.priceCap]).toEqual([before.priceCap, before.priceCap])
    expect(after.notes[0]).toContain('stands at its cap')
  })

  test.each([
    ['a snapshot from the future', [3_000n * ONE, RATIO, RATIO, 2n ** 40n, 1n]],
    ['a ratio of nothing', [3_000n * ONE, 0n, RATIO, 1n, 1n]],
    ['a growth beyond all bounds', [3_000n * ONE, RATIO, RATIO, 1n, 2n ** 200n]],
  ])('%s is no cap', async (_, words) => {
    await place('WETH', 'RatioCap', words)
    await chain.mine()
    const { positions, gaps } = await reading()
    // The feed itself may fail with such terms: then there is no price, and nothing is made up.
    if (positions.length === 0) expect(gaps).toHaveLength(1)
    else expect((await read('WETH')).priceCap).toBeNull()
  })
})
