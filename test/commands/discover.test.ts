import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, getAddress, pad } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHAINS } from '../../src/lending/chains.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { hullmark } from '../support/hullmark.ts'
import { openRpcProxy, PASS, type RpcProxy } from '../support/rpcProxy.ts'

const ETHER = 10n ** 18n
const [OWNER, SAVER, NOBODY] = ['0xabc001', '0xabc002', '0xabc003'].map((hex) =>
  getAddress(pad(hex as Address, { size: 20 })),
) as [Address, Address, Address]

let chain: Chain
let proxy: RpcProxy
const folder = mkdtempSync(join(tmpdir(), 'hullmark-discover-'))

beforeAll(async () => {
  chain = await openChain()
  for (const wallet of [OWNER, SAVER]) await chain.supply(wallet, 'WETH', 10n * ETHER)
  // 10 WETH at 3,000 and 83 % cover 24,900 of 15,000: 1.66.
  await chain.borrow(OWNER, 'USDC', 15_000_000_000n)
  await chain.mine()
  proxy = await openRpcProxy(chain.url)
  writeFileSync(
    join(folder, 'mine.yaml'),
    [
      'chains:',
      '  sandbox: { id: 31337, title: Sandbox, rpc: SANDBOX_RPC_URL }',
      'loans:',
      `  - { protocol: aave-v3, chain: sandbox, wallet: "${NOBODY}", markets: [{ name: sandbox-core, address: "${chain.provider}" }] }`,
      '',
    ].join('\n'),
  )
}, 60_000)

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy?.close()
  await chain?.stop()
})

beforeEach(() => proxy.rule(() => PASS))

const run = (...args: string[]) =>
  hullmark(['discover', ...args], { env: { SANDBOX_RPC_URL: proxy.url, HULLMARK_CACHE_DIR: folder }, cwd: folder })
const mine = (...args: string[]) => run('--book', 'mine.yaml', '--chains', 'sandbox', ...args)

describe('on a chain of the book file', () => {
  test('what was found stands in one line each, and as lines of a book file', async () => {
    const { code, out, err } = await mine(OWNER, SAVER, NOBODY)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('Sandbox: 2 positions (one source)\n')
    // A second of interest may have come on.
    expect(out).toMatch(/health 1\.(6600|6599)\n/)
    expect(out).toContain('health no debt\n')
    expect(out).toContain(
      [
        'loans:',
        '  - protocol: aave-v3',
        '    chain: sandbox',
        `    wallet: ["${OWNER}", "${SAVER}"]`,
        `    markets: [{ name: sandbox-core, address: "${chain.provider}" }]`,
        '',
      ].join('\n'),
    )
    expect(proxy.requests).toHaveLength(1)
  })

  test('the wallets of the book where none is named', async () => {
    const { code, out } = await mine()
    expect(code).toBe(0)
    expect(out).toBe(
      [
        'Sandbox: nothing found (one source)\n',
        'No position was found.\n',
        'No chain lists which Safes a wallet owns: the loans of a Safe are found by its own address.\n',
      ].join('\n'),
    )
  })

  test('a book file is written once, and never over another', async () => {
    const { code, out } = await mine(OWNER, '--write', 'new.yaml')
    expect(code).toBe(0)
    expect(out).toContain('Written to new.yaml.')
    const written = readFileSync(join(folder, 'new.yaml'), 'utf8')
    expect(written).toContain(`wallet: ["${OWNER}"]`)
    // It is a book file: with the chain added it reads as one.
    writeFileSync(
      join(folder, 'whole.yaml'),
      `${written}chains:\n  sandbox: { id: 31337, title: Sandbox, rpc: SANDBOX_RPC_URL }\n`,
    )
    expect((await run('--book', 'whole.yaml', '--chains', 'sandbox')).out).toContain('1 position')

    const again = await mine(SAVER, '--write', 'new.yaml')
    expect(again.code).toBe(2)
    expect(again.err).toContain('new.yaml exists already; nothing was written.')
    expect(readFileSync(join(folder, 'new.yaml'), 'utf8')).toBe(written)
  })

  test('a node that does not answer is said, and is not "nothing found"', async () => {
    proxy.rule(() => ({ kind: 'reset' }))
    const { code, out } = await mine(OWNER)
    expect(code).toBe(3)
    expect(out).toContain('Sandbox: NOT READ: Sandbox broke the connection.')
  })
})

describe('on chains that are known', () => {
  test('each is asked by its own nodes, in one request', async () => {
    const env = Object.fromEntries(CHAINS.map(({ name }) => [`${name.toUpperCase()}_RPC_URL`, proxy.url]))
    const { code, out } = await hullmark(['discover', OWNER], { env: { ...env, HULLMARK_CACHE_DIR: folder }, cwd: folder })
    expect(code).toBe(3)
    // The sandbox's node is on none of them, and says so.
    for (const { title } of CHAINS) expect(out).toContain(`${title}: NOT READ: The node for ${title} is on chain 31337`)
    expect(proxy.requests).toHaveLength(CHAINS.length)
  })

  test('only those that are named', async () => {
    const { out } = await hullmark(['discover', OWNER, '--chains', 'base,ethereum'], {
      env: { BASE_RPC_URL: proxy.url, ETHEREUM_RPC_URL: proxy.url, HULLMARK_CACHE_DIR: folder },
      cwd: folder,
    })
    expect(out.match(/NOT READ/g)).toHaveLength(2)
    expect(proxy.requests).toHaveLength(2)
  })
})

test.each([
  [['0x12'], 'command line'],
  [[OWNER, '--chains', 'bse'], '"bse" is neither a chain that is known'],
  [[], 'there is nothing to watch'],
])('%j is refused in one sentence', async (args, words) => {
  const { code, err } = await run(...args)
  expect(code).toBe(2)
  expect(err).toContain(words)
  expect(proxy.requests).toHaveLength(0)
})
