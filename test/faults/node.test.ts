import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hullmark } from '../support/hullmark.ts'
import type { Reaction, Rule, WireAnswer } from '../support/rpcProxy.ts'
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
const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
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
  ['rate-limited', always(body('slow down', 429, { 'retry-after': '60' })), /Sandbox .*(limit|429|too many)/i],
  ['refuses us', always(body('no', 403)), /Sandbox .*(refuse|403|access)/i],
  ['HTTP 503', always(body('busy', 503)), /Sandbox .*503/],
  ['HTML with 200', always(body('<html>hello</html>')), /Sandbox answered garbage/],
  ['broken JSON', always(body('[{"jsonrpc":"2.0","id":')), /Sandbox answered garbage/],
  ['half a body', always({ kind: 'truncate', bytes: 200 }), /Sandbox answered garbage: only a part of its answer arrived/],
  ['50 MB', always(body(Buffer.alloc(50_000_000, 32))), /Sandbox answered garbage: more than 32 MB/],
  ['nested 100,000 deep', always(body(nested)), /Sandbox answered garbage: JSON nested over 200 levels deep/],
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
  expectFault(
    await stage.report({ SANDBOX_RPC_URL: 'http://127.0.0.1:9' }),
    /Sandbox (refused the connection|could not be reached)/,
    'ok',
  )
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
    expect(report.legs[0]).toMatchObject({ health: whole.report.legs[0]?.health, class: 'agree' })
    expect(report.legs[0]?.notes.join()).toContain('refuses state overrides')
  })

  test('batches refused', async () => {
    await stage.danger()
    stage.proxy.rule(({ batch }) => (batch ? body('Bad Request', 400, { 'content-type': 'text/plain' }) : { kind: 'pass' }))
    const { code, report } = await stage.report()
    expect(code).toBe(0)
    expect(report.legs[0]?.notes.join()).toContain('refuses batches')
    expect(report.legs[0]?.class).toBe('agree')
  })
})
