import { type Address, type Hex, pad, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deadline } from '../../src/deadline.ts'
import { aaveV3 } from '../../src/lending/aaveV3.ts'
import { decodeSight, walletsTold } from '../../src/lending/aaveV3Sight.ts'
import { readChain } from '../../src/lending/chainReader.ts'
import { lensCall, readLens } from '../../src/lending/lensCall.ts'
import type { ChainReading, Market, ReadTools } from '../../src/lending/protocol.ts'
import { openChain } from '../sandbox/chain.ts'
import type { Chain } from '../sandbox/connectChain.ts'
import { faultOf, readTools, sandboxMarket, sandboxQuery } from '../support/chainRead.ts'
import { gasCap } from '../support/gasCap.ts'
import { openRpcProxy, PASS, type Reaction, type RpcProxy, type Rule, type WireCall } from '../support/rpcProxy.ts'

/** 1,000 wallets of a market of 63 reserves: more than most nodes do in one call. */

const ETHER = 10n ** 18n
const MILLION = 1_000_000
const WALLETS = Array.from({ length: 1000 }, (_, i): Address => pad(toHex(0xabc0000 + i), { size: 20 }))
/** Those that have something; the loan stands in the middle of what is split. */
const HOLDERS = [0, 499, 777, 999]

let chain: Chain
let proxy: RpcProxy
let truth: ChainReading

beforeAll(async () => {
  chain = await openChain({ extraReserves: 59 })
  proxy = await openRpcProxy(chain.url)
  for (const index of HOLDERS) await chain.supply(WALLETS[index] as Address, 'WETH', 10n * ETHER)
  await chain.borrow(WALLETS[499] as Address, 'USDC', 12_000_000_000n)
  await chain.fund(WALLETS[500] as Address, 'X59', 7n)
  truth = await read(() => PASS)
}, 120_000)

afterAll(async () => {
  await proxy?.close()
  await chain?.stop()
})

type Changes = {
  readonly tools?: Partial<ReadTools>
  readonly wallets?: readonly Address[]
  readonly markets?: readonly Market[]
}

function read(rule: Rule, { tools = {}, wallets = WALLETS, markets }: Changes = {}): Promise<ChainReading> {
  proxy.rule(rule)
  const query = sandboxQuery(chain, proxy.url, wallets)
  return readChain(
    { ...query, markets: markets ?? query.markets },
    readTools({ requestMs: 60_000, signal: deadline(null), ...tools }),
  )
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1)
/** Positions and cash without where, when, how and in which order they were read. */
const told = ({ positions, cash, gaps }: ChainReading) => ({
  positions: positions.map(({ source: _, ...position }) => position).toSorted(byId),
  cash: cash.toSorted(byId),
  gaps,
})
const blocks = (): unknown[] =>
  proxy.requests.flatMap(({ calls }) => calls.filter(({ method }) => method === 'eth_call').map(({ params }) => params[1]))
const isCall = ({ method }: WireCall): boolean => method === 'eth_call'
/** How many wallets a lens call asks for: each is a word of its own, and only these begin with 16 bytes of 0 and hold our number. */
const asked = (call: WireCall): number => ((call.params[0] as { data: Hex }).data.match(/0{33}abc[0-9a-f]{4}/g) ?? []).length

test('the whole book stands in one request where the node does not mind', () => {
  expect(truth.gaps).toEqual([])
  expect(truth.positions.map(({ wallet }) => wallet)).toEqual(HOLDERS.map((index) => WALLETS[index]))
  expect(truth.cash.map(({ amount }) => amount.toFixed())).toEqual(['12000', '0.000000000000000007'])
})

describe('a node that caps the gas of a call', () => {
  let whole: number

  beforeAll(async () => {
    // What all of it takes, by the node's own count.
    const [input] = aaveV3.ask([sandboxMarket(chain)], WALLETS) as [Hex]
    const [call, tag, stateOverrides] = lensCall([{ lens: aaveV3.lens, input }], 'override', 'latest').params as [
      object,
      string,
      object,
    ]
    const options = { tracer: 'callTracer', tracerConfig: { onlyTopCall: true }, stateOverrides }
    const request = { method: 'debug_traceCall', params: [{ ...call, gas: toHex(900 * MILLION) }, tag, options] }
    whole = Number(((await chain.public.request(request as never)) as { gasUsed: Hex }).gasUsed)
    // 63 reserves once, and for each wallet 126 balances that the state is opened for, at 2,100 gas each.
    expect(whole).toBeGreaterThan(1000 * 126 * 2100)
  })

  test.each([30, 50, 550])('at %i million: everybody is read, in hardly more calls than the gas takes', async (cap) => {
    const reading = await read(() => gasCap(cap * MILLION))
    expect(told(reading)).toEqual(told(truth))
    expect(proxy.requests.length).toBeLessThanOrEqual(Math.ceil(whole / (0.8 * cap * MILLION)) + 1)
    const { hash } = await chain.block()
    const [first, ...others] = blocks()
    expect(first).toBe('latest')
    for (const block of others) expect(block).toEqual({ blockHash: hash, requireCanonical: true })
  })

  test('wherever it cuts: a wallet is told whole or not at all', async () => {
    // The loan again and again: where the gas ends within a call to the pool, it must not pass for a pool that gives no answer.
    const wallets = Array.from({ length: 8 }, () => WALLETS[499] as Address)
    const [input] = aaveV3.ask([sandboxMarket(chain)], wallets) as [Hex]
    const [call, tag, overrides] = lensCall([{ lens: aaveV3.lens, input }], 'override', 'latest').params as [
      object,
      string,
      object,
    ]
    const seenWith = async (gas: number) => {
      const request = { method: 'eth_call', params: [{ ...call, gas: toHex(gas) }, tag, overrides] }
      const sight = readLens({ ok: true, result: await chain.public.request(request as never) }, 'override')
      const answer = typeof sight === 'string' ? undefined : sight.answers[0]
      if (answer === undefined || !answer.ok) return []
      return decodeSight(answer.bytes, walletsTold(answer.bytes, wallets.length))?.accounts ?? null
    }
    const all = await seenWith(100 * MILLION)
    expect(all).toHaveLength(wallets.length)
    const counts = new Set<number>()
    for (let gas = 3_900_000; gas < 6_400_000; gas += 9_973) {
      const seen = await seenWith(gas)
      counts.add(seen?.length ?? -1)
      expect(seen, `${gas} gas`).toEqual(all?.slice(0, seen?.length))
    }
    // From none to all, and most of what lies between.
    expect(counts.size).toBeGreaterThan(6)
    expect(counts).toContain(wallets.length)
  })

  test('never has more than three calls of ours at once', async () => {
    let under = 0
    let most = 0
    await read(() => {
      under++
      most = Math.max(most, under)
      return {
        ...gasCap(30 * MILLION),
        rewrite: (answer, call) => {
          if (isCall(call)) under--
          return answer
        },
      } as Reaction
    })
    expect(most).toBe(3)
  })

  test('two markets: the second is not lost behind the first', async () => {
    const wallets = [...WALLETS.slice(0, 60), ...WALLETS.slice(495, 505)]
    const twin = { ...sandboxMarket(chain), name: 'twin', title: 'Twin' }
    const reading = await read(() => gasCap(30 * MILLION), { wallets, markets: [sandboxMarket(chain), twin] })
    expect(reading.gaps).toEqual([])
    expect(reading.positions.map(({ id }) => id).sort()).toEqual(
      [0, 499].flatMap((index) => ['sandbox', 'twin'].map((name) => `aave-v3/${name}/${WALLETS[index]}`)).sort(),
    )
    // Of 70 wallets a call takes some 60: the first market needs two, the second no more than that.
    expect(proxy.requests.length).toBeLessThanOrEqual(4)
  })

  test('and meters by itself, refusing what is too much outright: the size that it takes is found and kept', async () => {
    const refused: number[] = []
    const reading = await read(({ calls }) => {
      const wallets = asked(calls.find(isCall) as WireCall)
      if (wallets <= 70) return PASS
      refused.push(wallets)
      return {
        kind: 'pass',
        forward: (call) => (isCall(call) ? { ...call, params: [{ data: '0x00' }, 'latest'] } : call),
        rewrite: ({ id, jsonrpc, ...answer }, call) =>
          isCall(call) ? { id, jsonrpc, error: { code: -32000, message: 'out of gas' } } : { id, jsonrpc, ...answer },
      }
    })
    expect(told(reading)).toEqual(told(truth))
    expect(refused).toEqual([1000, 500, 250, 125])
    // 62 at a time.
    expect(proxy.requests.length - refused.length).toBe(Math.ceil(1000 / 62))
  })
})

test('a second operator that caps the gas confirms all of it, at the block of the first', async () => {
  const second = await openRpcProxy(chain.url)
  try {
    proxy.rule(() => PASS)
    second.rule(() => gasCap(50 * MILLION))
    const reading = await readChain(
      sandboxQuery(chain, [proxy.url, second.url], WALLETS),
      readTools({ requestMs: 60_000, signal: deadline(null) }),
    )
    expect(reading).toMatchObject({ confirmed: true, disputes: [], gaps: [] })
    expect(told(reading)).toEqual(told(truth))
    expect(proxy.requests).toHaveLength(1)
    expect(second.requests.length).toBeGreaterThan(5)
  } finally {
    await second.close()
  }
})

test('a node that caps the size of an answer', async () => {
  let largest = 0
  const reading = await read(() => ({
    kind: 'pass',
    rewrite: (answer, call) => {
      const size = String(answer.result).length
      if (!isCall(call)) return answer
      if (size <= 59_100) {
        largest = Math.max(largest, size)
        return answer
      }
      const { id, jsonrpc } = answer
      return { id, jsonrpc, error: { code: -32008, message: 'Response is too big: exceeded max limit of 59100' } }
    },
  }))
  expect(told(reading)).toEqual(told(truth))
  expect(largest).toBeGreaterThan(54_000)
  expect(proxy.requests.length).toBeLessThanOrEqual(8)
})

describe('the block of all parts', () => {
  /** Puts another block in the place of the newest: nothing happens in it, but it bears another time. */
  let below: unknown
  let time: bigint
  const request = (method: string, params: readonly unknown[] = []) => chain.public.request({ method, params } as never)
  beforeAll(async () => {
    below = await request('evm_snapshot')
    time = (await chain.block()).timestamp + 1n
    await chain.mine(time)
  })
  let last: Promise<void> = Promise.resolve()
  const replace = (): Promise<void> => {
    last = last.then(async () => {
      await request('evm_revert', [below])
      below = await request('evm_snapshot')
      time++
      await chain.mine(time)
    })
    return last
  }
  const reorganised =
    (indexes: readonly number[], rule: Reaction): Rule =>
    (_, index) =>
      indexes.includes(index) && rule.kind === 'pass' ? { ...rule, before: replace } : rule
  const noHashes: Reaction = {
    ...gasCap(50 * MILLION),
    rewrite: (answer, { params }) => {
      const { id, jsonrpc } = answer
      return typeof params[1] === 'object'
        ? { id, jsonrpc, error: { code: -32602, message: 'invalid argument 1: hex string expected' } }
        : answer
    },
  } as Reaction

  test('is replaced between two parts: everything is read again, at the new one', async () => {
    const before = await chain.block()
    const reading = await read(reorganised([2], gasCap(50 * MILLION)))
    const after = await chain.block()
    expect(after.hash).not.toBe(before.hash)
    for (const { source } of reading.positions) expect(source.block?.hash).toBe(after.hash)
    const latest = blocks().lastIndexOf('latest')
    expect(latest).toBeGreaterThan(1)
    for (const block of blocks().slice(latest + 1)) expect(block).toEqual({ blockHash: after.hash, requireCanonical: true })
    expect(told(reading)).toEqual(told(await read(() => PASS)))
  })

  test('is not the one that a node answers from, whatever it was asked for: noticed, and all read again', async () => {
    // It takes a hash, and looks at its newest block.
    const inattentive = (index: number): Reaction => ({
      ...(index === 2 || index === 8 ? { before: replace } : {}),
      kind: 'pass',
      forward: (call) => {
        const [what, block, ...rest] = call.params
        const asked = typeof block === 'object' ? 'latest' : block
        return isCall(call) ? { ...call, params: [{ ...(what as object), gas: toHex(50 * MILLION) }, asked, ...rest] } : call
      },
    })
    const reading = await read((_, index) => inattentive(index)).catch((error: Error) => error)
    const hashes = reading instanceof Error ? [] : reading.positions.map(({ source }) => source.block?.hash)
    // Read again at the newest block as a whole, or not at all.
    expect(new Set(hashes).size).toBeLessThanOrEqual(1)
    expect(blocks().filter((block) => block === 'latest')).toHaveLength(2)
  })

  test('is replaced again and again: nothing is told', async () => {
    const always = reorganised(
      Array.from({ length: 40 }, (_, i) => i),
      gasCap(50 * MILLION),
    )
    const error = await faultOf(read(always))
    expect(error.message).toBe('Sandbox answered from two different blocks, twice.')
  })

  test('is named by number to a node that takes no hashes, and its header looked at after every few', async () => {
    const reading = await read(() => noHashes)
    const { number } = await chain.block()
    const calls = proxy.requests.map(({ calls: [one] }) => [
      one?.method,
      one?.method === 'eth_call' ? one.params[1] : one?.params[0],
    ])
    expect(calls.filter(([method, block]) => method === 'eth_call' && block === toHex(number)).length).toBeGreaterThan(5)
    // After three parts at most, and after the last.
    expect(
      calls.filter(([method, block]) => method === 'eth_getBlockByNumber' && block === toHex(number)).length,
    ).toBeGreaterThan(2)
    expect(calls.at(-1)).toEqual(['eth_getBlockByNumber', toHex(number)])
    expect(told(reading)).toEqual(told(await read(() => PASS)))
  })

  test('is replaced by one of the same parent and time, on a node that takes no hashes: noticed, too', async () => {
    const forged: Rule = (_, index) => ({
      ...(noHashes as Extract<Reaction, { kind: 'pass' }>),
      rewrite: (answer, call) => {
        if (isCall(call)) return (noHashes as Extract<Reaction, { kind: 'pass' }>).rewrite?.(answer, call) ?? answer
        const header = answer.result as Record<string, string>
        return index < 6 ? answer : { ...answer, result: { ...header, hash: pad(toHex(index), { size: 32 }) } }
      },
    })
    expect((await faultOf(read(forged))).message).toBe('Sandbox answered from two different blocks, twice.')
  })
})

describe('parts that are not read', () => {
  test('are a gap that says whose, beside those that are', async () => {
    const reading = await read((_, index) => (index < 6 ? gasCap(30 * MILLION) : { kind: 'reset' }))
    const [gap, ...others] = reading.gaps
    const read_ = reading.positions.length
    expect(read_).toBeGreaterThan(0)
    expect(read_).toBeLessThan(HOLDERS.length)
    expect(others.length).toBeLessThan(4)
    expect(gap).toMatchObject({ leg: 'Aave v3 Sandbox', code: 'incomplete-answer' })
    const count = reading.gaps.reduce((sum, { reason }) => sum + Number(/\((\d+) of 1000 wallets: 0x/.exec(reason)?.[1]), 0)
    for (const { reason } of reading.gaps)
      expect(reason).toMatch(/^Aave v3 Sandbox was not read to the end: Sandbox broke the connection/)
    // Six calls of some 60 wallets were answered.
    expect(1000 - count).toBeGreaterThan(300)
    expect(1000 - count).toBeLessThan(6 * 75)
    // Nobody is said to have no position.
    expect(reading.notes.join()).not.toContain('no position')
  })

  test('for the pass is over: told, and at once', async () => {
    const pass = new AbortController()
    const begin = performance.now()
    const reading = await read(
      (_, index) => {
        if (index < 3) return gasCap(30 * MILLION)
        setTimeout(() => pass.abort(), 50)
        return { kind: 'hang' }
      },
      { tools: { signal: deadline(null, pass.signal) } },
    )
    expect(performance.now() - begin).toBeLessThan(20_000)
    expect(reading.gaps.map(({ reason }) => reason).join()).toContain('had not answered when the time for the run was over')
    expect(reading.positions.map(({ wallet }) => wallet)).toEqual([WALLETS[0]])
  })

  test('for everything at once takes it too long: it is asked for less, at one block', async () => {
    const reading = await read(({ calls }) => (calls.filter(isCall).some((call) => asked(call) > 30) ? { kind: 'hang' } : PASS), {
      tools: { requestMs: 2_500 },
      wallets: WALLETS.slice(0, 100),
    })
    // The newest block is asked for alone, and then named in every call: by its hash.
    expect(proxy.requests.map(({ calls }) => calls.map(({ method }) => method).join()).slice(0, 2)).toEqual([
      'eth_call,eth_getBlockByNumber',
      'eth_getBlockByNumber',
    ])
    expect(
      new Set(
        blocks()
          .slice(1)
          .map((block) => JSON.stringify(block)),
      ).size,
    ).toBe(1)
    expect(told(reading)).toEqual(told(await read(() => PASS, { wallets: WALLETS.slice(0, 100) })))
  })

  test('for a few wallets takes it too long: it is not asked again', async () => {
    const fault = await faultOf(read(() => ({ kind: 'hang' }), { wallets: WALLETS.slice(0, 19), tools: { requestMs: 400 } }))
    expect(fault.message).toBe('Sandbox did not answer within 0.4 s.')
    expect(proxy.requests).toHaveLength(1)
  })

  test('for one alone is too much: the others are read', async () => {
    const bad = WALLETS[20] as Address
    const reading = await read(
      ({ calls }) => {
        const data = (calls.find(isCall)?.params[0] as { data: string } | undefined)?.data ?? ''
        const has = data.includes(bad.slice(2))
        return {
          kind: 'pass',
          rewrite: (answer, call) => {
            const { id, jsonrpc } = answer
            return has && isCall(call) ? { id, jsonrpc, error: { code: -32000, message: 'execution timeout' } } : answer
          },
        }
      },
      { wallets: WALLETS.slice(0, 64) },
    )
    expect(reading.positions.map(({ wallet }) => wallet)).toEqual([WALLETS[0]])
    expect(reading.gaps.map(({ reason }) => reason)).toEqual([
      'Aave v3 Sandbox needs more gas or room than the node allows for one call (1 of 64 wallets: 0x0000..0014).',
    ])
  })
})
