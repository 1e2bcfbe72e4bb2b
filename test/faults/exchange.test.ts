import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../sandbox/venue/faults.ts'
import { empty, withField, withHole, withoutField, withoutRow } from '../sandbox/venue/rewrites.ts'
import { hullmark } from '../support/hullmark.ts'
import { expectFault, openStage, type Stage } from './stage.ts'

/** What the user reads when the exchange fails: each through real sockets, with the loan still told. */

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.stop())

const ACCOUNT = '/fapi/v3/account'
const RISK = '/fapi/v3/positionRisk'
const BRACKETS = '/fapi/v1/leverageBracket'
const rewrite = (bend: ReturnType<typeof withField>): Fault => ({ kind: 'rewrite', rewrite: bend })
const status = (code: number, body: Record<string, unknown> = {}, headers = {}): Fault => ({
  kind: 'status',
  status: code,
  body: body as never,
  headers,
})

const FAULTS: readonly (readonly [string, string, Fault, RegExp])[] = [
  ['hangs', ACCOUNT, { kind: 'hang' }, /Binance did not answer within 1 s/],
  ['is slow', RISK, { kind: 'delay', ms: 1500 }, /Binance did not answer within 1 s/],
  ['sends one byte a second', ACCOUNT, { kind: 'drip', msPerByte: 1000 }, /Binance did not answer within 1 s/],
  ['breaks the connection', ACCOUNT, { kind: 'reset' }, /Binance broke the connection/],
  ['answers HTML', ACCOUNT, { kind: 'html' }, /Binance (answered garbage|returned no usable)/],
  ['answers half a body', ACCOUNT, { kind: 'truncate' }, /Binance answered garbage/],
  ['answers 50 MB', ACCOUNT, { kind: 'huge' }, /Binance answered garbage: more than 32 MB/],
  ['answers a gzip bomb', ACCOUNT, { kind: 'bomb' }, /Binance answered garbage: more than 32 MB/],
  ['answers JSON nested without end', ACCOUNT, { kind: 'nested' }, /Binance answered garbage: JSON nested over 200 levels deep/],
  ['429 without a time', ACCOUNT, status(429, { code: -1003, msg: 'Too many requests' }), /Binance .*(limit|too many)/i],
  ['451', ACCOUNT, status(451), /Binance .*blocked|Binance .*this location/i],
  ['403', ACCOUNT, status(403), /Binance .*this network/i],
  ['500 each time', ACCOUNT, status(500), /Binance could not answer \(HTTP 500/],
  ['502 each time', ACCOUNT, status(502), /Binance could not answer \(HTTP 502/],
  ['an empty list while the account holds margin', RISK, rewrite(empty), /Binance returned no usable/],
  ['one row missing', ACCOUNT, rewrite(withoutRow('ETHUSDT')), /Binance returned no usable/],
  ['no wallet of the margin asset', ACCOUNT, rewrite(withoutRow('USDT')), /Binance returned no usable/],
  ['a mark of 0', RISK, rewrite(withField('markPrice', '0', 'ETHUSDT')), /Binance returned no usable ".*[mM]ark/],
  ['no entry price', RISK, rewrite(withoutField('entryPrice')), /Binance returned no usable ".*entryPrice/],
  ['a wallet that is no number', ACCOUNT, rewrite(withField('crossWalletBalance', 'NaN')), /Binance returned no usable/],
  ['a market that nobody lists', '/fapi/v1/exchangeInfo', rewrite(withoutRow('ETHUSDT')), /Binance returned no usable/],
  ['a tier table with a hole', BRACKETS, rewrite(withHole('ETHUSDT', 2)), /Binance returned no usable/],
  ['no tier table of the market', BRACKETS, rewrite(withoutRow('ETHUSDT')), /Binance returned no usable/],
  [
    'an account mode that is not told',
    '/fapi/v1/accountConfig',
    rewrite(withoutField('multiAssetsMargin')),
    /Binance does not say whether/,
  ],
]

describe.each(FAULTS)('the exchange: %s', (_name, path, fault, sentence) => {
  test('says so; the loan is still told, and the grade is not better than without', async () => {
    await stage.calm()
    stage.sandbox.binance.faults.set(path, fault)
    const outcome = await stage.report()
    expectFault(outcome, sentence, 'ok')
    expect(outcome.report.legs.map(({ kind }) => kind)).toEqual(['lending'])
    expect(stage.sandbox.binance.violations).toEqual([])
  })
})

test('futures in danger that cannot be read are unknown, never calm', async () => {
  await stage.danger()
  stage.sandbox.binance.faults.set('*', { kind: 'reset' })
  const { report } = await stage.report()
  expect(report.verdict.grade).toBe('unknown')
})

test('both legs fail: nothing is known, and both are named', async () => {
  await stage.calm()
  stage.proxy.rule(() => ({ kind: 'reset' }))
  stage.sandbox.binance.faults.set('*', { kind: 'hang' })
  const outcome = await stage.report()
  expectFault(outcome, /Sandbox[\s\S]*binance\/main/, 'ok')
  expect(outcome.report.legs).toEqual([])
})

test('everything hangs: the pass ends by its own deadline', async () => {
  const patient = await stage.sandbox.book({ extra: 'deadlines: { request: 2 s, pass: 2 s }' })
  await stage.calm()
  stage.proxy.rule(() => ({ kind: 'hang' }))
  stage.sandbox.binance.faults.set('*', { kind: 'hang' })
  const start = Date.now()
  const { report } = await stage.report({ HULLMARK_BOOK: patient })
  expect(report.gaps).toHaveLength(2)
  // The limit is 2 s; the rest is the machine's.
  expect(Date.now() - start).toBeLessThan(6000)
})

describe('the key', () => {
  const { env } = { env: {} as Record<string, string> }
  test('wrong, or expired, or used from another address', async () => {
    for (const spoil of [
      async () => ({ SANDBOX_BINANCE_KEY: 'x'.repeat(64) }),
      async () => ({ SANDBOX_BINANCE_SECRET: 'x'.repeat(64) }),
      async () => Object.assign(stage.sandbox.binance.key, { expired: true }) && env,
      async () => Object.assign(stage.sandbox.binance.key, { addressAllowed: false }) && env,
    ]) {
      await stage.calm()
      expectFault(await stage.report(await spoil()), /Binance .*key/i, 'ok')
    }
  })

  test('that can withdraw is refused, whatever the book allows', async () => {
    await stage.calm()
    stage.sandbox.binance.key.flags.enableWithdrawals = true
    expectFault(await stage.report(), /Binance says the key can withdraw or transfer.*create a read-only key/, 'ok')
    stage.sandbox.binance.key.flags.enableWithdrawals = false
  })

  test('that can trade is refused, and accepted when the book says so', async () => {
    await stage.calm()
    stage.sandbox.binance.key.flags.enableFutures = true
    expectFault(await stage.report(), /Binance says the key can trade/, 'ok')
    const { readFile, writeFile } = await import('node:fs/promises')
    const book = await stage.sandbox.book({})
    await writeFile(book, (await readFile(book, 'utf8')).replace('    name: main\n', '    name: main\n    allowTrading: true\n'))
    const { code, report } = await stage.report({ HULLMARK_BOOK: book })
    expect(code).toBe(0)
    expect(report.notes.join()).toContain('the key can trade, which the book allows')
    stage.sandbox.binance.key.flags.enableFutures = false
  })

  test('whose rights cannot be asked loses no figure, and the report says so', async () => {
    await stage.calm()
    stage.sandbox.binance.faults.set('/sapi/v1/account/apiRestrictions', { kind: 'reset' })
    const { code, report } = await stage.report()
    expect(code).toBe(0)
    expect(report.notes.join()).toMatch(/rights not provable today/)
    expect(report.legs).toHaveLength(2)
  })
})

describe('the clock', () => {
  for (const [words, venueAhead] of [
    ['1.5 s ahead of', -1500],
    ['12.0 s behind', 12_000],
    ['1.5 s behind', 1500],
    ['12.0 s ahead of', -12_000],
  ] as const) {
    test(`ours ${words} the venue's: corrected, and said`, async () => {
      await stage.danger()
      stage.sandbox.binance.clock.offsetMs = venueAhead
      const { code, report } = await stage.report()
      expect(code).toBe(0)
      expect(report.verdict.grade).toBe('warning')
      expect(report.legs[1]?.notes.join()).toMatch(new RegExp(`our clock is ${words.replace(/\d\.\d/, '\\d+\\.\\d')} Binance's`))
    })
  }
})

test('a passing 502 is tried again, and nothing is lost', async () => {
  await stage.danger()
  stage.sandbox.binance.faults.set(ACCOUNT, { ...status(502), times: 1 })
  const { code, report } = await stage.report()
  expect([code, report.verdict.grade]).toEqual([0, 'warning'])
})

test('418: no request before the end of the ban, in another process either', async () => {
  await stage.calm()
  const { binance } = stage.sandbox
  const until = Date.now() + 3_600_000
  const message = `Way too many requests; IP(127.0.0.1) banned until ${until}. Please use the websocket for live updates.`
  binance.faults.set('*', status(418, { code: -1003, msg: message }))
  expectFault(await stage.report(), /Binance has banned this IP address until \d\d:\d\d/, 'ok')
  binance.faults.clear()
  binance.requests.reset()
  // Another process shares nothing but the cache folder.
  expectFault(await stage.report(), /Binance has banned this IP address until \d\d:\d\d/, 'ok')
  expect([binance.requests.total, binance.requests.sockets]).toEqual([0, 0])
})

describe('figures of the venue that say less than they seem to', () => {
  test('a liquidation price of "0" is no safety: ours stands, and the grade stays', async () => {
    await stage.danger()
    stage.sandbox.binance.faults.set(RISK, rewrite(withField('liquidationPrice', '0')))
    const { code, report } = await stage.report()
    expect(code).toBe(0)
    expect(report.verdict).toMatchObject({ grade: 'warning', firstLiquidation: { price: '2409.64' } })
    expect(report.legs[1]?.class).toBe('ours-only')
  })

  test('a liquidation price nearer than ours is disputed, and the nearer counts', async () => {
    await stage.danger()
    stage.sandbox.binance.faults.set(RISK, rewrite(withField('liquidationPrice', '2900')))
    const { code, report } = await stage.report()
    expect(code).toBe(3)
    expect(report.verdict).toMatchObject({ grade: 'critical', complete: false })
  })
})

test('a cache folder that cannot be written: one warning, the same figures', async () => {
  await stage.danger()
  const { out, err, code } = await hullmark(['report'], { env: { ...stage.env, HULLMARK_CACHE_DIR: '/dev/null/cache' } })
  expect(code).toBe(0)
  expect(err).toMatch(/cache/i)
  expect(out).toContain('first liquidation at -19.6 % (ETH 2,409.64)')
})
