import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withField } from '../sandbox/venue/rewrites.ts'
import { ACCOUNT, EXCHANGE_FAULTS, RISK, rewrite, status } from './exchangeFaults.ts'
import { expectFault, openStage, type Stage } from './stage.ts'

/** What the user reads when the exchange fails: each through real sockets, with the loan still told. */

let stage: Stage
beforeAll(async () => {
  stage = await openStage('deadlines: { request: 600 ms, pass: 5 s }')
})
afterAll(() => stage.stop())

describe.each(EXCHANGE_FAULTS)('the exchange: %s', (_name, path, fault, sentence) => {
  test('says so; the loan is still told, and the grade is not better than without', async () => {
    await stage.calm()
    stage.sandbox.binance.faults.set(path, fault)
    const outcome = await stage.report()
    expectFault(outcome, sentence, 'ok')
    expect(outcome.report.legs.map(({ kind }) => kind)).toEqual(['lending'])
    expect(stage.sandbox.binance.violations).toEqual([])
  })

  test('a loan in danger is still told, with its bound', async () => {
    await stage.calm()
    stage.sandbox.binance.faults.set(path, fault)
    const outcome = await stage.report({ HULLMARK_BOOK: stage.loanInDanger })
    expectFault(outcome, sentence, 'warning')
    expect(outcome.report.verdict.grade).toBe('warning')
    // 20,500 of debt against 10 x 3,000 x 0.83 = 24,900: 1 - 20,500 / 24,900 = 0.1767.
    expect(outcome.report.verdict.atMost).toMatch(/^-0\.1767/)
    expect(outcome.report.verdict.firstLiquidation?.legs).toEqual([outcome.report.legs[0]?.id])
  })
})

test('the control: without a fault both legs of that book are read', async () => {
  await stage.calm()
  const { code, report } = await stage.report({ HULLMARK_BOOK: stage.loanInDanger })
  expect([code, report.verdict.grade, report.legs.length]).toEqual([0, 'warning', 2])
  expect(report.verdict.room).toMatch(/^-0\.1767/)
})

test('futures in danger that cannot be read are unknown, never calm', async () => {
  await stage.danger()
  stage.sandbox.binance.faults.set('*', { kind: 'reset' })
  const { report } = await stage.report()
  expect(report.verdict.grade).toBe('unknown')
})

test('one garbled position costs its own leg alone', async () => {
  await stage.calm()
  stage.sandbox.binance.account({
    ...{ mode: 'single', hedge: false, wallets: { USDT: '13000' } },
    positions: [
      { symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' },
      { symbol: 'BTCUSDT', side: 'BOTH', amount: '0.1', entryPrice: '90000', isolatedWallet: '1000' },
    ],
  })
  stage.sandbox.binance.faults.set(RISK, rewrite(withField('markPrice', '0', 'BTCUSDT')))
  const outcome = await stage.report()
  expectFault(outcome, /BTCUSDT-long: Binance returned no usable "markPrice of BTCUSDT"/, 'warning')
  expect(outcome.report.legs.map(({ kind }) => kind)).toEqual(['lending', 'futures'])
  // The cross pool keeps 12,000 of the wallet, as in the ordinary danger.
  expect(outcome.report.verdict.atMost).toMatch(/^-0\.1967/)
})

test.each(['/fapi/v1/premiumIndex', '/fapi/v1/fundingInfo'])(
  'funding that cannot be read (%s hangs) costs no leg: its price is not known, and the report says so',
  async (path) => {
    await stage.danger()
    stage.sandbox.binance.faults.set(path, { kind: 'hang' })
    const { code, report } = await stage.report()
    expect([code, report.verdict.grade, report.legs.length, report.gaps]).toEqual([0, 'warning', 2, []])
    expect(report.verdict.firstLiquidation?.price).toBe('2409.64')
    expect(report.legs[1]?.notes).toContain('funding is not known: Binance did not answer within 600 ms.')
    expect(report.carry.funding).toBeNull()
  },
)

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

test('a clock that moves between two runs: refused, measured anew, read, and said', async () => {
  await stage.danger()
  await stage.report()
  for (const offset of [12_000, -12_000, 1500]) {
    stage.sandbox.binance.clock.offsetMs = offset
    stage.sandbox.binance.requests.reset()
    const { code, report } = await stage.report()
    expect([code, report.verdict.grade]).toEqual([0, 'warning'])
    expect(report.legs[1]?.notes.join()).toMatch(/our clock is \d+\.\d s (behind|ahead of) Binance's/)
    expect(stage.sandbox.binance.requests.byPath['/fapi/v1/time']).toBe(1)
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
