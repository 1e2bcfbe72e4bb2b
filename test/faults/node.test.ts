import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportJson } from '../../src/report/schema.ts'
import { hullmark } from '../support/hullmark.ts'
import { openRpcProxy, type Reaction, type Rule, type WireAnswer } from '../support/rpcProxy.ts'
import { always, expectFault, openStage, type Stage } from './stage.ts'

/** What the user reads when the node fails: each through real sockets, with the futures still told. */

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.stop())

const body = (text: string | Uint8Array, status = 200, headers = {}): Reaction => ({
  kind: 'answer',
  body: text,
  status,
  headers,
})
const later =
  (seconds: number) =>
  (answer: WireAnswer): WireAnswer => {
    const header = answer.result as { timestamp?: string } | string
    return typeof header === 'object' && header.timestamp !== undefined
      ? { ...answer, result: { ...header, timestamp: `0x${(BigInt(header.timestamp) + BigInt(seconds)).toString(16)}` } }
      : answer
  }

const FAULTS: readonly (readonly [string, Rule, RegExp])[] = [
  ['slow', always({ kind: 'pass', delayMs: 1500 }), /Sandbox did not answer within 1 s/],
  ['never answers', always({ kind: 'hang' }), /Sandbox did not answer within 1 s/],
  ['one byte a second', always({ kind: 'drip', msPerByte: 1000 }), /Sandbox did not answer within 1 s/],
  ['breaks the connection', always({ kind: 'reset' }), /Sandbox broke the connection/],
  [
    'rate-limited',
    always(body('slow down', 429, { 'retry-after': '60' })),
    /Sandbox limits our requests \(HTTP 429; it asks to wait 60 s\)\. Read less often, or use a node with a larger allowance/,
  ],
  [
    'rate-limited in the words of its answer',
    ({ calls }) =>
      body(JSON.stringify(calls.map(({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32005, message: 'limit exceeded' } })))),
    /Sandbox limits our requests/,
  ],
  ['refuses us', always(body('no', 403)), /Sandbox refuses us \(HTTP 403\)\. Check the key in its RPC address/],
  ['HTTP 503', always(body('busy', 503)), /Sandbox answers HTTP 503\. .*Run it again/],
  [
    'a redirect',
    always(body('', 302, { location: 'http://127.0.0.1:9/' })),
    /Sandbox answers with a redirect, which is not followed/,
  ],
  ['HTML with 200', always(body('<html>hello</html>')), /Sandbox answered garbage: something that is not JSON/],
  ['broken JSON', always(body('[{"jsonrpc":"2.0","id":')), /Sandbox answered garbage: something that is not JSON/],
  ['half a body', always({ kind: 'truncate', bytes: 200 }), /Sandbox answered garbage: only a part of its answer arrived/],
  [
    'a header that is not of the block read',
    always({ kind: 'pass', rewrite: later(5) }),
    /Sandbox answered from two different blocks, twice/,
  ],
]

describe.each(FAULTS)('the node: %s', (_name, rule, sentence) => {
  test('says so, and the grade is not better than without', async () => {
    await stage.calm()
    stage.proxy.rule(rule)
    expectFault(await stage.report(), sentence, 'ok')
  })

  test('the futures in danger are still told, with their bound', async () => {
    await stage.danger()
    stage.proxy.rule(rule)
    const outcome = await stage.report()
    expectFault(outcome, sentence, 'warning')
    expect(outcome.report.verdict.atMost).toMatch(/^-0\.1967/)
    expect(outcome.report.legs.map(({ kind }) => kind)).toEqual(['futures'])
  })
})

test('nobody listens', async () => {
  await stage.calm()
  const gone = await openRpcProxy(stage.sandbox.chain.url)
  await gone.close()
  expectFault(await stage.report({ SANDBOX_RPC_URL: gone.url }), /Sandbox refused the connection\. .*check your connection/, 'ok')
})

test('check: 3 where the node hides everything that is near, 1 where the futures alone are in danger', async () => {
  for (const [prepare, code, line] of [
    [stage.calm, 3, /^UNKNOWN not read: Sandbox; .* \| at_most=-0\.49\d+\n$/],
    [stage.danger, 1, /^WARNING first liquidation at -19\.6 % .*not read: Sandbox \| at_most=-0\.196\d+\n$/],
  ] as const) {
    await prepare()
    stage.proxy.rule(always({ kind: 'reset' }))
    const said = await hullmark(['check'], { env: stage.env })
    expect(said).toMatchObject({ code, out: expect.stringMatching(line) })
  }
})

test('a node of another chain', async () => {
  await stage.calm()
  const book = await stage.sandbox.book({ extra: 'deadlines: { request: 1 s, pass: 8 s }', chainId: 421610 })
  expectFault(await stage.report({ HULLMARK_BOOK: book }), /is on chain 31337, not 421610/, 'ok')
})

test('a head ten minutes old is stale, though the node answers at once', async () => {
  await stage.calm()
  const ten = 600_000
  // Our clock and the exchange's agree; the chain stays behind.
  stage.sandbox.binance.clock.offsetMs = ten
  const { code, out } = await hullmark(['report', '--format', 'json'], { env: stage.env, now: () => Date.now() + ten })
  const { verdict, gaps } = JSON.parse(out)
  expect(gaps[0].reason).toMatch(/Aave v3 Sandbox: block \d+ is 10 min old/)
  expect({ code, verdict }).toMatchObject({ code: 3, verdict: { complete: false, grade: 'unknown', room: null } })
})

describe('a node that can do less is read all the same, and the report says how', () => {
  /** All that the chain tells of the loan, and what is concluded from it. */
  const figures = ({ verdict, corridors, totals, legs: [loan] }: ReportJson) => {
    const { source, notes, ...leg } = loan as ReportJson['legs'][number]
    return { verdict, corridors, totals, leg, block: source.block }
  }
  const refuse =
    (message: string): Rule =>
    ({ calls }) =>
      calls.some(({ method, params }) => method === 'eth_call' && params.length > 2)
        ? body(JSON.stringify(calls.map(({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32602, message } }))))
        : { kind: 'pass' }
  test('overrides refused', async () => {
    await stage.danger()
    const whole = await stage.report()
    stage.proxy.rule(refuse('too many arguments, want at most 2'))
    const { code, report } = await stage.report()
    expect(code).toBe(0)
    expect(figures(report)).toEqual(figures(whole.report))
    expect(report.legs[0]?.notes.join()).toContain('refuses state overrides')
  })

  test('batches refused', async () => {
    await stage.danger()
    const whole = await stage.report()
    stage.proxy.rule(({ batch }) => (batch ? body('Bad Request', 400, { 'content-type': 'text/plain' }) : { kind: 'pass' }))
    const { code, report } = await stage.report()
    expect(code).toBe(0)
    expect(figures(report)).toEqual(figures(whole.report))
    expect(report.legs[0]?.notes.join()).toContain('refuses batches')
  })
})
