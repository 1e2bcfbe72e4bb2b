import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../sandbox/venue/faults.ts'
import { ACCOUNT, status } from './exchangeFaults.ts'
import { expectFault, openStage, type Stage } from './stage.ts'

/** Answers that are made to drown their reader: dropped at once, with time enough that no deadline can be the reason. */

let stage: Stage
beforeAll(async () => {
  stage = await openStage('deadlines: { request: 20 s, pass: 40 s }')
})
afterAll(() => stage.stop())

const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
/** 3 MB on the wire, hundreds when they are parsed. */
const teeming = `[${'{},'.repeat(1_000_000)}{}]`
const blanks = Buffer.alloc(50_000_000, 32)

type Heavy = { readonly body: string | Uint8Array; readonly headers?: Record<string, string>; readonly fault: Fault }

const ANSWERS: readonly (readonly [string, Heavy, string])[] = [
  ['50 MB', { body: blanks, fault: { kind: 'huge' } }, 'more than 32 MB'],
  ['50 MB, announced', { body: blanks, headers: { 'content-length': '50000000' }, fault: { kind: 'huge' } }, 'more than 32 MB'],
  ['a gzip bomb', { body: blanks, fault: { kind: 'bomb', bytes: 500_000_000 } }, 'more than 32 MB'],
  ['lists nested without end', { body: nested, fault: { kind: 'nested' } }, 'JSON nested over 200 levels deep'],
  ['a million values', { body: teeming, fault: status(200, teeming) }, 'JSON of over 500,000 values'],
]

describe.each(ANSWERS)('%s', (_name, { body, headers = {}, fault }, excess) => {
  test('from the node: the futures in danger are still told', async () => {
    await stage.danger()
    stage.proxy.rule(() => ({ kind: 'answer', body, headers }))
    const outcome = await stage.report()
    expectFault(outcome, new RegExp(`Sandbox answered garbage: ${excess}\\.`), 'warning')
    expect(outcome.report.verdict.atMost).toMatch(/^-0\.1967/)
    expect(stage.proxy.requests).toHaveLength(1)
  })

  test('from the exchange: the loan in danger is still told', async () => {
    await stage.calm()
    stage.sandbox.binance.faults.set(ACCOUNT, fault)
    const outcome = await stage.report({ HULLMARK_BOOK: stage.loanInDanger })
    expectFault(outcome, new RegExp(`Binance answered garbage: ${excess}\\.`), 'warning')
    expect(outcome.report.verdict.atMost).toMatch(/^-0\.1767/)
    expect(stage.sandbox.binance.requests.byPath[ACCOUNT]).toBe(1)
  })

  test('from both, with nothing in danger: unknown, never calm', async () => {
    await stage.calm()
    stage.proxy.rule(() => ({ kind: 'answer', body, headers }))
    stage.sandbox.binance.faults.set(ACCOUNT, fault)
    const outcome = await stage.report()
    expectFault(outcome, /Sandbox answered garbage[\s\S]*Binance answered garbage/, 'ok')
    expect(outcome.report.verdict.grade).toBe('unknown')
  })
})
