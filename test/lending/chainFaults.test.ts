import { type Address, pad, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readChain } from '../../src/lending/chainReader.ts'
import type { Reading, ReadTools } from '../../src/lending/protocol.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { faultOf, MARKED_KEY, onlyPosition, readTools, sandboxQuery } from '../support/chainRead.ts'
import { gasCap } from '../support/gasCap.ts'
import { openRpcProxy, PASS, type Reaction, type RpcProxy, type Rule, type WireCall } from '../support/rpcProxy.ts'

const ETHER = 10n ** 18n
const user: Address = pad('0xbeef01', { size: 20 })

let chain: Chain
let proxy: RpcProxy

beforeAll(async () => {
  chain = await openChain()
  proxy = await openRpcProxy(chain.url)
  await chain.supply(user, 'WETH', 10n * ETHER)
  await chain.borrow(user, 'USDC', 12_000_000_000n)
}, 60_000)

afterAll(async () => {
  await proxy?.close()
  await chain?.stop()
})

/** Reads through the proxy under a rule. */
function read(rule: Rule, changes: { tools?: Partial<ReadTools>; wallets?: readonly Address[] } = {}): Promise<Reading> {
  proxy.rule(rule)
  return readChain(sandboxQuery(chain, proxy.url, changes.wallets ?? [user]), readTools(changes.tools))
}

const answer = (body: string | Uint8Array, status = 200, headers = {}): Reaction => ({ kind: 'answer', body, status, headers })
const overrides = (call: WireCall | undefined): boolean => call?.method === 'eth_call' && call.params.length > 2
const refusal = (calls: readonly WireCall[], code: number, message: string): Reaction =>
  answer(JSON.stringify(calls.map(({ id }) => ({ jsonrpc: '2.0', id, error: { code, message } }))))

async function expectTheLoan(reading: Reading): Promise<void> {
  const { totalCollateralBase, totalDebtBase, healthFactor } = await chain.accountData(user)
  expect(onlyPosition(reading).reported).toEqual({ totalCollateral: totalCollateralBase, totalDebt: totalDebtBase, healthFactor })
  expect(reading.gaps).toEqual([])
}

describe('a node that can do less', () => {
  const REFUSALS: readonly (readonly [string, Rule])[] = [
    [
      'with an error object',
      ({ batch }) => (batch ? answer('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}') : PASS),
    ],
    ['with an error for each', ({ batch, calls }) => (batch ? refusal(calls, -32600, 'batch requests are not supported') : PASS)],
    ['with HTTP 400', ({ batch }) => (batch ? answer('Bad Request', 400, { 'content-type': 'text/plain' }) : PASS)],
    ['with one answer instead of two', ({ batch }) => (batch ? answer('{"jsonrpc":"2.0","id":1,"result":"0x"}') : PASS)],
  ]
  test.each(REFUSALS)('refuses batches %s: two requests, and the report says so', async (_, rule) => {
    const reading = await read(rule)
    await expectTheLoan(reading)
    expect(proxy.requests.map(({ calls }) => calls.map(({ method }) => method))).toEqual([
      ['eth_call', 'eth_getBlockByNumber'],
      ['eth_call'],
      ['eth_getBlockByNumber'],
    ])
    expect(onlyPosition(reading).source.notes).toEqual(['two requests instead of one: the Sandbox node refuses batches'])
  })

  test('refuses state overrides: read by creation code', async () => {
    const reading = await read(({ calls }) =>
      overrides(calls[0])
        ? {
            kind: 'pass',
            rewrite: (given, { method }) =>
              method === 'eth_call'
                ? { id: given.id, jsonrpc: '2.0', error: { code: -32602, message: 'too many arguments, want at most 2' } }
                : given,
          }
        : PASS,
    )
    await expectTheLoan(reading)
    expect(proxy.requests).toHaveLength(2)
    expect(onlyPosition(reading).source.notes).toEqual([
      'the Sandbox node refuses state overrides; read by creation code instead',
    ])
  })

  test('ignores state overrides without a word: read by creation code', async () => {
    const reading = await read(() => ({
      kind: 'pass',
      forward: (call) => (overrides(call) ? { ...call, params: call.params.slice(0, 2) } : call),
    }))
    await expectTheLoan(reading)
    expect(proxy.requests).toHaveLength(2)
  })

  test('refuses overrides and batches', async () => {
    const reading = await read(({ calls: [call], batch }) => {
      if (batch) return answer('{"error":"batch"}', 400)
      const error = { code: -32602, message: 'invalid argument 2' }
      return overrides(call) ? answer(JSON.stringify({ jsonrpc: '2.0', id: call?.id, error })) : PASS
    })
    await expectTheLoan(reading)
    expect(onlyPosition(reading).source.notes).toHaveLength(2)
  })

  test('lets nobody run code of their own: a fault, not an empty account', async () => {
    const error = await faultOf(
      read(() => ({
        kind: 'pass',
        rewrite: (given, { method }) =>
          method === 'eth_call' ? { id: given.id, jsonrpc: '2.0', error: { code: -32601, message: 'not available' } } : given,
      })),
    )
    expect(error.message).toBe('Sandbox refuses eth_call with overrides and with creation code (error -32601).')
  })

  test('caps a call at 2 million gas: asked for the rest at the same block, nobody is lost', async () => {
    const wallets = [user, ...Array.from({ length: 119 }, (_, i): Address => pad(toHex(0xcafe00 + i), { size: 20 }))]
    await chain.supply(wallets[119] as Address, 'WETH', ETHER)
    const reading = await read(() => gasCap(2_000_000), { wallets })
    expect(reading.gaps).toEqual([])
    expect(reading.positions.map(({ wallet }) => wallet)).toEqual([user, wallets[119]])
    expect(proxy.requests.length).toBeGreaterThan(2)
    const { hash } = await chain.block()
    const pinned = proxy.requests.slice(1).flatMap(({ calls }) => calls.map(({ params }) => params[1]))
    for (const block of pinned) expect(block).toEqual({ blockHash: hash, requireCanonical: true })
    expect(reading.positions[0]?.source.notes[0]).toMatch(/^\d+ calls: the Sandbox node could not answer all in one$/)
  })

  test('caps a call at less than one wallet needs: a gap, and an end', async () => {
    const reading = await read(() => gasCap(1_200_000), { wallets: [user, pad('0xcafe', { size: 20 })] })
    expect(reading.positions).toEqual([])
    expect(reading.gaps.map(({ reason }) => reason)).toEqual([
      'Aave v3 Sandbox needs more gas or room than the node allows for one call.',
    ])
    expect(reading.notes).toEqual([])
  })

  test('refuses large requests as such: asked in halves', async () => {
    const wallets = [user, ...Array.from({ length: 7 }, (_, i): Address => pad(toHex(0xdead00 + i), { size: 20 }))]
    const size = (call: WireCall | undefined): number => (call?.params[0] as { data: string } | undefined)?.data.length ?? 0
    let largest = 0
    const reading = await read(
      ({ calls }) => {
        const bytes = size(calls.find(({ method }) => method === 'eth_call'))
        largest = Math.max(largest, bytes)
        if (bytes < largest) return PASS
        return {
          kind: 'pass',
          rewrite: (given, { method }) =>
            method === 'eth_call'
              ? { id: given.id, jsonrpc: '2.0', error: { code: -32000, message: 'request too large' } }
              : given,
        }
      },
      { wallets },
    )
    await expectTheLoan(reading)
    expect(proxy.requests).toHaveLength(3)
  })
})

describe('the block', () => {
  const header = (change: (header: Record<string, string>) => object): Reaction => ({
    kind: 'pass',
    rewrite: (given, { method }) =>
      method === 'eth_getBlockByNumber' ? { ...given, result: change(given.result as Record<string, string>) } : given,
  })

  test('a header of another block is asked for again by number', async () => {
    const reading = await read((_, index) =>
      index === 0 ? header((real) => ({ ...real, number: toHex(BigInt(real.number as string) - 1n) })) : PASS,
    )
    await expectTheLoan(reading)
    const { number, hash } = await chain.block()
    expect(
      proxy.requests.map(({ calls }) => calls.map(({ method, params }) => [method, params[method === 'eth_call' ? 1 : 0]])),
    ).toEqual([
      [
        ['eth_call', 'latest'],
        ['eth_getBlockByNumber', 'latest'],
      ],
      [['eth_getBlockByNumber', toHex(number)]],
    ])
    expect(onlyPosition(reading).source.block?.hash).toBe(hash)
  })

  test('a header that stays another one is not accepted, but everything is read once more, pinned', async () => {
    const reading = await read((_, index) =>
      index < 2 ? header((real) => ({ ...real, parentHash: `0x${'11'.repeat(32)}` })) : PASS,
    )
    await expectTheLoan(reading)
    expect(proxy.requests).toHaveLength(3)
  })

  const LIES: readonly (readonly [string, object])[] = [
    ['time', { timestamp: '0x10' }],
    ['parent', { parentHash: `0x${'11'.repeat(32)}` }],
  ]
  test.each(LIES)('a header with a false %s is never used', async (_, lie) => {
    const error = await faultOf(read(() => header((real) => ({ ...real, ...lie }))))
    expect(error.message).toBe('Sandbox answered from two different blocks, twice.')
    expect(proxy.requests).toHaveLength(3)
  })

  test.each([
    ['null', null],
    ['a text', 'x'],
    ['an object without hash', { number: '0x1', timestamp: '0x1' }],
    ['a wrong number', { number: 'NaN' }],
  ])('%s for a header is no header', async (_, result) => {
    const error = await faultOf(
      read(() => ({ kind: 'pass', rewrite: (given, { method }) => (method === 'eth_call' ? given : { ...given, result }) })),
    )
    expect(error.message).toBe('Sandbox returned no usable "block header".')
  })

  test('a node of another chain is refused with both numbers', async () => {
    const query = sandboxQuery(chain, proxy.url, [user])
    proxy.rule(() => PASS)
    const error = await faultOf(
      readChain({ ...query, endpoint: { ...query.endpoint, title: 'Arbitrum', chainId: 42161 } }, readTools()),
    )
    expect(error.message).toBe('The node for Arbitrum is on chain 31337, not 42161.')
    expect(error).toMatchObject({ code: 'unreachable', retryable: false })
  })
})

describe('a node that fails', () => {
  const DEEP = `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  const CASES: readonly (readonly [string, Rule, string, string, number])[] = [
    [
      'answers a web page',
      () => answer('<html>hi</html>', 200, { 'content-type': 'text/html' }),
      'answered garbage: something that is not JSON',
      'incomplete-answer',
      1,
    ],
    ['answers {}', () => answer('{}'), 'answered garbage: something that is no answer to the question', 'incomplete-answer', 3],
    [
      'answers null',
      () => answer('null'),
      'answered garbage: something that is no answer to the question',
      'incomplete-answer',
      2,
    ],
    ['answers []', () => answer('[]'), 'answered garbage: something that is no answer to the question', 'incomplete-answer', 3],
    ['answers deep JSON', () => answer(DEEP), 'answered garbage: JSON nested over 200 levels deep', 'incomplete-answer', 1],
    [
      'answers 50 MB',
      () => answer(Buffer.alloc(50 * 1024 * 1024, 32)),
      'answered garbage: more than 32 MB',
      'incomplete-answer',
      1,
    ],
    [
      'breaks off in the middle',
      () => ({ kind: 'truncate', bytes: 200 }),
      'answered garbage: only a part of its answer arrived',
      'incomplete-answer',
      3,
    ],
    ['breaks the connection', () => ({ kind: 'reset' }), 'broke the connection', 'unreachable', 3],
    ['is ill', () => answer('oops', 503, { 'content-type': 'text/plain' }), 'answers HTTP 503', 'unreachable', 3],
    ['forbids', () => answer('{"error":"key"}', 403), 'refuses us (HTTP 403)', 'access', 1],
    [
      'wants another key',
      () => answer('{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"Must be authenticated!"}}', 401),
      'refuses us (HTTP 401)',
      'access',
      1,
    ],
    [
      'limits us',
      () => answer('{}', 429, { 'retry-after': '30' }),
      'limits our requests (HTTP 429; it asks to wait 30 s)',
      'unreachable',
      1,
    ],
    [
      'redirects',
      () => answer('', 307, { location: 'http://127.0.0.1:1/' }),
      'answers with a redirect, which is not followed',
      'unreachable',
      1,
    ],
    ['never answers', () => ({ kind: 'hang' }), 'did not answer within 0.4 s', 'unreachable', 1],
    ['answers one byte a second', () => ({ kind: 'drip', msPerByte: 1_000 }), 'did not answer within 0.4 s', 'unreachable', 1],
  ]
  test.each(CASES)('%s', async (_, rule, what, code, requests) => {
    const error = await faultOf(read(rule, { tools: { requestMs: what.includes('0.4 s') ? 400 : 20_000 } }))
    expect(error.message).toBe(`Sandbox ${what}.`)
    expect(error).toMatchObject({ code })
    expect(proxy.requests).toHaveLength(requests)
    expect(error.shown).not.toContain(MARKED_KEY)
    expect(error.shown).not.toContain(new URL(proxy.url).port)
  })

  test('says in the body that it limits us', async () => {
    const error = await faultOf(read(({ calls }) => refusal(calls, -32005, `see ${proxy.url}/${MARKED_KEY}`)))
    expect(error.message).toBe('Sandbox limits our requests (HTTP 429).')
    expect(error.shown).not.toContain(MARKED_KEY)
  })

  test('is not there', async () => {
    const gone = await openRpcProxy(chain.url)
    await gone.close()
    const error = await faultOf(readChain(sandboxQuery(chain, gone.url, [user]), readTools()))
    expect(error.message).toBe('Sandbox refused the connection.')
    expect(error.shown).not.toContain(MARKED_KEY)
  })

  test('a public node is named by its host, without the path', async () => {
    const query = sandboxQuery(chain, proxy.url, [user])
    proxy.rule(() => ({ kind: 'reset' }))
    const error = await faultOf(
      readChain(
        {
          ...query,
          endpoint: { ...query.endpoint, nodes: query.endpoint.nodes.map((node) => ({ ...node, publicDefault: true })) },
        },
        readTools(),
      ),
    )
    expect(error.message).toBe(`Sandbox (${new URL(proxy.url).host}) broke the connection.`)
    expect(error.shown).not.toContain(MARKED_KEY)
  })

  test.each([
    ['a broken connection', (): Reaction => ({ kind: 'reset' })],
    ['an ill moment', (): Reaction => answer('', 502)],
    ['a short limit', (): Reaction => answer('', 429, { 'retry-after': '0' })],
  ])('%s is tried again', async (_, once) => {
    const reading = await read((__, index) => (index === 0 ? once() : PASS))
    await expectTheLoan(reading)
    expect(proxy.requests).toHaveLength(2)
  })

  test('the end of the pass ends the wait', async () => {
    const pass = new AbortController()
    setTimeout(() => pass.abort(), 150)
    const start = performance.now()
    const error = await faultOf(read(() => ({ kind: 'hang' }), { tools: { signal: pass.signal, requestMs: 60_000 } }))
    expect(error.message).toBe('Sandbox had not answered when the time for the run was over.')
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(error.shown).not.toContain(MARKED_KEY)
  })

  test('the end of the pass ends the pause before another try', async () => {
    const pass = new AbortController()
    setTimeout(() => pass.abort(), 150)
    const error = await faultOf(read(() => answer('', 429, { 'retry-after': '2' }), { tools: { signal: pass.signal } }))
    expect(error.message).toBe('Sandbox had not answered when the time for the run was over.')
    expect(proxy.requests).toHaveLength(1)
  })
})

describe('bytes that the lens did not write', () => {
  const rewritten =
    (change: (result: string) => unknown): Rule =>
    () => ({
      kind: 'pass',
      rewrite: (given, { method }) => (method === 'eth_call' ? { ...given, result: change(given.result as string) } : given),
    })

  test.each([
    ['a word of zeros', () => `0x${'00'.repeat(32)}`],
    ['half of them', (real: string) => real.slice(0, real.length / 2)],
    ['a number', () => 5],
    ['another magic', (real: string) => real.replace(/^0x(.{64}).{64}/, `0x$1${'22'.repeat(32)}`)],
  ])('%s: nothing is used', async (_, change) => {
    const error = await faultOf(read(rewritten(change as (result: string) => unknown)))
    expect(error.message).toBe('Sandbox answered garbage: not what the lens wrote.')
    expect(error).toMatchObject({ code: 'incomplete-answer' })
  })

  test('a figure that cannot be: the whole market is a gap, not a part of it', async () => {
    // The decimals of every reserve stand in its configuration; 200 decimals cannot be.
    proxy.rule(() => PASS)
    const real = await readChain(sandboxQuery(chain, proxy.url, [user]), readTools())
    expect(onlyPosition(real).reserves).toHaveLength(2)
    const configuration = 8050n | (8300n << 16n) | (10500n << 32n) | (18n << 48n)
    const low = configuration.toString(16).padStart(16, '0').slice(-14)
    const reading = await read(rewritten((bytes) => bytes.replace(low, `c8${low.slice(2)}`)))
    expect(reading.positions).toEqual([])
    expect(reading.gaps.map(({ reason }) => reason)).toEqual(['Aave v3 Sandbox returned no usable "market".'])
  })
})
