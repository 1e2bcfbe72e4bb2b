import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AAVE_V3_MARKETS } from '../../src/lending/aaveV3Markets.ts'
import type { Market } from '../../src/lending/protocol.ts'
import type { ReportJson } from '../../src/report/schema.ts'
import { hullmark } from '../support/hullmark.ts'
import { type OwnerStage, openOwnerStage, REGISTRY, stageAddress } from '../support/ownerStage.ts'
import { openRpcProxy, PASS, type RpcProxy } from '../support/rpcProxy.ts'

/** The commands on a sandbox that calls itself Ethereum; of its markets only the first one is there. */
const [OWNER, PROXY, EMPTY, SAFE] = [1, 2, 3, 4].map(stageAddress) as [`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`]
const [CORE] = AAVE_V3_MARKETS.filter(({ name }) => name === 'ethereum-core') as [Market]

let stage: OwnerStage
let proxy: RpcProxy
const folder = mkdtempSync(join(tmpdir(), 'hullmark-owned-'))
beforeAll(async () => {
  stage = await openOwnerStage()
  const { place, call, lend, chain } = stage
  await place('Forwarder', CORE.address)
  await call('Forwarder', CORE.address, 'toward', [chain.provider])
  // 24,900 of 15,000: 1.66; of 6,000: 4.15.
  await lend(PROXY, 15_000n)
  await lend(SAFE, 6_000n)
  await place('Safe', SAFE)
  await call('Safe', SAFE, 'setup', [[OWNER, PROXY, EMPTY], 2n])
  for (const [owner, account] of [
    [OWNER, PROXY],
    [SAFE, EMPTY],
  ] as const) {
    await place('DsProxy', account)
    await call('DsProxy', account, 'setOwner', [owner])
    await call('ProxyRegistry', REGISTRY, 'built', [owner, account])
  }
  proxy = await openRpcProxy(chain.url)
}, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy?.close()
  await stage?.chain.stop()
})
beforeEach(() => proxy.rule(() => PASS))

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  hullmark(args, { env: { ...env, ETHEREUM_RPC_URL: proxy.url, HULLMARK_CACHE_DIR: folder }, cwd: folder })
const discover = (...args: string[]) => run(['discover', '--chains', 'ethereum', ...args])

describe('discover', () => {
  test("lists a proxy's loan as whose it is, in two requests, and writes the proxy into the book", async () => {
    const { out } = await discover(OWNER, '--write', 'book.yaml')
    expect(out).toContain('Ethereum: 1 position (one source)\n')
    // A second of interest may have come on.
    expect(out).toMatch(/ {2}Aave v3 Ethereum, DSProxy 0x0000\.\.0002 of 0x0000\.\.0001: health 1\.(6600|6599)\n/)
    expect(out).toContain('No chain lists which Safes a wallet owns: the loans of a Safe are found by its own address.\n')
    expect(proxy.requests).toHaveLength(2)
    const book = readFileSync(join(folder, 'book.yaml'), 'utf8')
    expect(book).toContain(`wallet: ["${PROXY}"]`)
    expect(book).not.toContain(OWNER)
  })

  test('a Safe that is named is said to be one, and an account of it without a loan is named', async () => {
    const { out } = await discover(SAFE)
    expect(out).toContain('  Aave v3 Ethereum, 0x0000..0004 (a Safe of 3 owners, 2 of whom sign): health 4.1500\n')
    expect(out).toContain('  DSProxy 0x0000..0003 of 0x0000..0004: no position read\n')
  })

  test('a registry that cannot be read is not "nothing found"', async () => {
    await stage.place('HostileRegistry', REGISTRY)
    const { code, out } = await discover(OWNER)
    await stage.place('ProxyRegistry', REGISTRY)
    expect(code).toBe(3)
    expect(out).toContain("  NOT READ: Maker's proxy registry on Ethereum: Maker's proxy registry on Ethereum did not tell")
  })
})

describe('report', () => {
  test("of a wallet alone has the leg of the wallet's proxy", async () => {
    const { out } = await run(['report', '--format', 'json'], { WALLET: OWNER })
    const { legs, notes } = JSON.parse(out) as ReportJson
    expect(legs.map(({ id, health }) => [id, health?.slice(0, 4)])).toEqual([
      [`aave-v3/ethereum-core/${PROXY.toLowerCase()}`, '1.66'],
    ])
    expect(notes.join()).toContain(
      '0x0000..0002 is a DSProxy of 0x0000..0001, read as well: its transactions are sent through it',
    )
    expect(proxy.requests).toHaveLength(2)
  })

  test('of a book that names the owner says which account is not in it, in one request', async () => {
    const loan = (wallet: string): string =>
      `name: own\nloans:\n  - { protocol: aave-v3, chain: ethereum, wallet: "${wallet}", markets: [ethereum-core] }\n`
    writeFileSync(join(folder, 'own.yaml'), loan(OWNER))
    const { code, out } = await run(['report', '--book', 'own.yaml'])
    expect(code).toBe(0)
    expect(out.replace(/\s+/g, ' ')).toContain('owns the DSProxy 0x0000..0002, which is not in the book')
    expect(proxy.requests).toHaveLength(1)
  })

  test('of a book with a Safe says that its transactions are sent through it', async () => {
    writeFileSync(
      join(folder, 'safe.yaml'),
      `name: safe\nloans:\n  - { protocol: aave-v3, chain: ethereum, wallet: ["${SAFE}", "${EMPTY}"], markets: [ethereum-core] }\n`,
    )
    const { code, out } = await run(['report', '--book', 'safe.yaml'])
    expect(code).toBe(0)
    expect(out.replace(/\s+/g, ' ')).toContain('is a Safe of 3 owners, 2 of whom sign: its transactions are sent through it')
    expect(proxy.requests).toHaveLength(1)
  })

  test('the page of transactions says that the payer is a Safe', async () => {
    writeFileSync(
      join(folder, 'pays.yaml'),
      // A market of one's own: the published one has another pool than the sandbox.
      `name: pays\nloans:\n  - { protocol: aave-v3, chain: ethereum, wallet: "${SAFE}", markets: [{ name: own, address: "${stage.chain.provider}" }] }\n`,
    )
    const { out } = await run(['rescue', '--book', 'pays.yaml', '--tx'])
    expect(out).toContain(SAFE)
    expect(out.replace(/\s+/g, ' ')).toContain(
      '0x0000..0004 is a Safe of 3 owners, 2 of whom sign: its transactions are sent through it.',
    )
  })

  test('a book that discover wrote has the loan, in one request', async () => {
    await discover(OWNER, '--write', 'found.yaml')
    proxy.rule(() => PASS)
    const { code, out } = await run(['report', '--book', 'found.yaml', '--format', 'json'])
    expect([code, (JSON.parse(out) as ReportJson).legs.length, proxy.requests.length]).toEqual([0, 1, 1])
  })
})
