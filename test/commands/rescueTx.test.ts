import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { transactionsSchema } from '../../src/report/transactionSchema.ts'
import type { Snapshot } from '../../src/risk/leg.ts'
import { snapshotText } from '../../src/snapshot.ts'
import { SNAPSHOT_VERSION } from '../../src/snapshotForm.ts'
import { aSnapshot, NOW } from '../support/books.ts'
import { hullmark } from '../support/hullmark.ts'
import { aaveLoan, coins, cometLoan } from '../support/payBook.ts'

/** `rescue --tx` of a saved snapshot: written without a connection, and only while what was read is fresh. */

const folder = mkdtempSync(join(tmpdir(), 'hullmark-tx-'))
const connected = vi.spyOn(Socket.prototype, 'connect')
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  expect(connected).not.toHaveBeenCalled()
})

const saved = (name: string, over: Partial<Snapshot> = {}, version: number = SNAPSHOT_VERSION): string => {
  const path = join(folder, `${name}.json`)
  const text = snapshotText(aSnapshot({ legs: [aaveLoan()], cash: [coins('10000')], ...over }))
  const lacking = version < 5 ? ['contract', 'stableDebt'] : []
  const older = JSON.stringify(JSON.parse(text, (key, value) => (lacking.includes(key) ? undefined : value)))
  writeFileSync(path, older.replace(`"version":${SNAPSHOT_VERSION}`, `"version":${version}`), { mode: 0o600 })
  return path
}
const WHOLE = saved('whole')
const run = (args: readonly string[], now = NOW) => hullmark(args, { env: {}, cwd: folder, now: () => now })
/** Lines that went on below each other as one. */
const flat = (text: string): string => text.replace(/\s+/g, ' ')

/** Must stand first: what is loaded once stays. */
test('ethers is loaded for the transactions alone', async () => {
  const loaded = (name: string): number =>
    Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes(`/node_modules/${name}/`)).length
  for (const args of [['assess', WHOLE], ['rescue', WHOLE, '-t', '60%'], ['demo'], ['venues'], ['schema'], ['--help']])
    await run(args)
  expect([loaded('ethers'), loaded('@aave/contract-helpers')]).toEqual([0, 0])
  // Nothing to be moved, and nothing that may be moved.
  await run(['rescue', WHOLE, '--tx', '-t', '1%'])
  await run(['rescue', WHOLE, '--tx'], NOW + 3_600_000)
  expect([loaded('ethers'), loaded('@aave/contract-helpers')]).toEqual([0, 0])
  await run(['rescue', WHOLE, '--tx'])
  expect(loaded('ethers')).toBeGreaterThan(0)
  // The part of it that could ask the network is not.
  expect([loaded('isomorphic-unfetch'), loaded('node-fetch')]).toEqual([0, 0])
})

describe('the page', () => {
  test('whole, without --target: the best use of the cash, and its transactions', async () => {
    const { code, out, err } = await run(['rescue', WHOLE, '--tx'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.slice(out.indexOf('BEST USE'))).toBe(
      [
        'BEST USE NOW    Repay 10,000 USDC of the loan (the wallet holds no coin for',
        '                gas): room grows to -69.1 %.',
        '',
        'TRANSACTIONS    Nothing is signed or sent. Compare what your wallet shows with',
        '                chain, recipient, call and amounts here before you sign, and',
        '                send them in this order, each once the one before is mined.',
        '                The amounts are those of block 24100000 of Ethereum: send them',
        '                soon, or run this again.',
        '                Should an approval fail, an allowance may be left from before:',
        '                some tokens want it set to 0 first.',
        '',
        '1               Allow the Pool of Aave v3 Ethereum to take exactly 10,000 USDC',
        '                from 0x90f7..b906.',
        '  chain               1 (Ethereum)',
        '  from                0x90F79bf6EB2c4f870365E785982E1f101E93b906',
        '  to                  0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
        '  value               0',
        '  call                approve(address spender, uint256 amount)',
        '    spender           0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2',
        '    amount            10000000000',
        '  data                0x095ea7b300000000000000000000000087870bca3f3fd6335c3f4ce8392d69350b4fa4e200000000000000000000000000000000000000000000000000000002540be400',
        '',
        '2               Repay 10,000 USDC to Aave v3 Ethereum.',
        '  chain               1 (Ethereum)',
        '  from                0x90F79bf6EB2c4f870365E785982E1f101E93b906',
        '  to                  0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2',
        '  value               0',
        '  call                repay(address asset, uint256 amount, uint256 interestRateMode, address onBehalfOf)',
        '    asset             0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
        '    amount            10000000000',
        '    interestRateMode  2',
        '    onBehalfOf        0x90F79bf6EB2c4f870365E785982E1f101E93b906',
        '  data                0x573ade81000000000000000000000000a0b86991c6218b36c1d19d4a2e9eb0ce3606eb4800000000000000000000000000000000000000000000000000000002540be400000000000000000000000000000000000000000000000000000000000000000200000000000000000000000090f79bf6eb2c4f870365e785982e1f101e93b906',
        '',
      ].join('\n'),
    )
  })

  test('with --target: what is needed for that, no more', async () => {
    const { out } = await run(['rescue', WHOLE, '--tx', '-t', '60%'])
    // 19,200 x 0.81125 = 15,576 of 22,000, by v3.5's unrounded average; and three base units for the pool's own rounding
    expect(out).toContain('6,424 USD are needed to survive -60 %')
    expect(out).toContain('2               Repay 6,424.000003 USDC to Aave v3 Ethereum.')
  })

  test('nothing to be moved', async () => {
    const { code, out } = await run(['rescue', WHOLE, '--tx', '-t', '10%'])
    expect(out).toContain('TRANSACTIONS    none: there is nothing to be moved.')
    expect(code).toBe(0)
  })

  test('all of a debt: what may be left approved is said', async () => {
    const { out } = await run(['rescue', saved('rich', { cash: [coins('30000')] }), '--tx'])
    expect(flat(out)).toContain(
      'take exactly 22,022.000001 USDC from 0x90f7..b906: what is owed, and 0.1 % for the interest until it is mined. What is not taken of it stays allowed.',
    )
    expect(flat(out)).toContain('Repay all USDC that Aave v3 Ethereum is owed when it is mined, at most 22,022.000001.')
  })

  test('Compound: the whole debt is named in words', async () => {
    const path = saved('comet', { legs: [cometLoan()], cash: [coins('50000')] })
    expect((await run(['rescue', path, '--tx'])).out).toMatch(/ {4}amount {12}1157920892\d+ \(all that is owed then\)\n/)
  })

  test('what is by hand, and what was not read, is said', async () => {
    const gaps = [{ leg: 'bybit/main', code: 'unreachable', reason: 'Bybit is away.', hint: '', retryable: true }]
    const { code, out } = await run(['rescue', saved('gap', { gaps }), '--tx'])
    expect(flat(out)).toContain('Not everything was read: these are the moves for what was.')
    expect(code).toBe(3)
    const nowhere = saved('nowhere', { legs: [aaveLoan({ contract: `0x${'ab'.repeat(20)}` })] })
    expect(flat((await run(['rescue', nowhere, '--tx'])).out)).toContain(
      'BY HAND No transaction is built for Aave v3 Ethereum: the node names another contract as its Pool than the Aave address book does.',
    )
  })
})

describe('old is not a value', () => {
  test('a snapshot whose block is older than two minutes gets none; up to then it does', async () => {
    // The block is 8 seconds older than the snapshot.
    expect((await run(['rescue', WHOLE, '--tx'], NOW + 112_000)).out).toContain('0x573ade81')
    const { out } = await run(['rescue', WHOLE, '--tx'], NOW + 113_000)
    expect(flat(out)).toContain(
      'TRANSACTIONS none, for they are built from fresh figures only. Ethereum: block 24100000 is 2 min old.',
    )
    expect(out).not.toContain('0x573ade81')
  })

  test('nor does one from a future that no clock confirms', async () => {
    expect((await run(['rescue', WHOLE, '--tx', '-f', 'json'], NOW - 3_600_000)).out).not.toContain('0x573ade81')
  })

  test('a file of an older version does not say the contract', async () => {
    const { out } = await run(['rescue', saved('four', {}, 4), '--tx'])
    expect(flat(out)).toContain('the snapshot does not say which contract takes it, so no transaction is built.')
  })
})

describe('as JSON', () => {
  const json = async (...args: string[]) => JSON.parse((await run(['rescue', ...args, '-f', 'json'])).out)

  test('by its schema', async () => {
    const { transactions, target } = await json(WHOLE, '--tx')
    expect(target).toBeNull()
    expect(transactionsSchema.parse(transactions)?.steps).toMatchObject([
      {
        byHand: null,
        sentence: null,
        contractBy: 'published',
        transactions: [{ what: 'approve' }, { what: 'repay', value: '0' }],
      },
    ])
  })

  test('not asked for is null, withheld has its reason', async () => {
    expect((await json(WHOLE, '-t', '60%')).transactions).toBeNull()
    const { out } = await run(['rescue', WHOLE, '--tx', '-f', 'json'], NOW + 3_600_000)
    expect(transactionsSchema.parse(JSON.parse(out).transactions)).toEqual({
      withheld: ['Ethereum: block 24100000 is 60 min old'],
      cautions: [],
      steps: [],
    })
  })
})
