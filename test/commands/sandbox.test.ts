import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox, type Sandbox } from '../sandbox/openSandbox.ts'
import { hullmark, reportOf } from '../support/hullmark.ts'

/** Every command against the whole sandbox: real contracts, a real server, the ordinary code path. */

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox.stop())

describe('report', () => {
  test('the book of the documentation: who dies first, at what price, how far away', async () => {
    const { code, out, err } = await hullmark(['report'], { env: sandbox.env })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('SANDBOX: binance/main is a stand-in on this machine, not the exchange.')
    expect(out).toContain('WARNING  first liquidation at -19.6 % (ETH 2,409.64)')
    expect(out).toContain('The futures account dies first. The loan would hold to -43.4 %.')
    expect(out).toContain('ETH alone -68.0 %')
    expect(out).toContain('HF 1.7698 = contract; liq 2,409.64 = venue. No drift.')
  })

  test('as JSON: the exact health, the idle cash of the wallet, block and hash of the source', async () => {
    const { report } = await reportOf(sandbox.env)
    const [loan, pool] = report.legs
    expect(loan?.health).toMatch(/^1\.769890909/)
    expect(loan).toMatchObject({ class: 'agree', revision: 1 })
    expect(pool?.liquidation.find(({ symbol }) => symbol === 'ETHUSDT')).toMatchObject({ price: '2409.64', side: 'down' })
    expect(report.cash.find(({ asset }) => asset === 'USDC')).toMatchObject({ amount: '10000', usd: '10000' })
    expect(loan?.source).toMatchObject({ chainId: 31337, confirmed: false })
    expect(loan?.source.hash).toMatch(/^0x[0-9a-f]{64}$/)
  })

  test('a price moved in the sandbox shows on both legs', async () => {
    await sandbox.setPrice('WETH', '2700')
    const { report } = await reportOf(sandbox.env)
    // (27,000 x 0.83 + 18,000 x 0.78) / 45,000 = 0.81, whole basis points; x 45,000 / 22,000
    expect(report.legs[0]?.health).toMatch(/^1\.656818181/)
    // equity 12,000 - 20 x 300 = 6,000; maintenance 54,000 x 0.5 % - 50 = 220
    expect(report.legs[1]).toMatchObject({ cover: '6000', required: '220' })
    expect(report.verdict.firstLiquidation?.price).toBe('2409.64')
    await sandbox.setPrice('WETH', '3000')
  })

  test('--fail-on exits with 5 from that grade on', async () => {
    expect((await hullmark(['report', '--fail-on', 'warning'], { env: sandbox.env })).code).toBe(5)
    expect((await hullmark(['report', '--fail-on', 'critical'], { env: sandbox.env })).code).toBe(0)
  })

  test('a saved snapshot gives the same figures again', async () => {
    const file = join(sandbox.folder, 'saved.json')
    const { code } = await hullmark(['report', '--save-snapshot', file], { env: sandbox.env })
    const again = await hullmark(['assess', file, '--format', 'json'], { env: {} })
    expect([code, again.code]).toEqual([0, 0])
    const report = JSON.parse(again.out)
    expect(report.verdict.firstLiquidation.price).toBe('2409.64')
    expect(report.banners[0]).toMatch(/^SNAPSHOT of /)
    expect(readFileSync(file, 'utf8')).not.toContain(sandbox.env.SANDBOX_BINANCE_SECRET)
  })
})

test('check: one line with the figure, and the exit code of its grade', async () => {
  const { code, out } = await hullmark(['check'], { env: sandbox.env })
  expect(code).toBe(1)
  expect(out).toBe('WARNING first liquidation at -19.6 % (ETH 2,409.64) | room=-0.196787\n')
})

test('doctor: chain, clock, key rights and cache, each proven', async () => {
  const { code, out } = await hullmark(['doctor'], { env: sandbox.env })
  expect(out).toContain('ok    Sandbox: chain id 31337, 1 markets, 1 positions found')
  expect(out).toContain('the key can not withdraw')
  expect(out).toMatch(/ok {4}cache: .* can be written/)
  expect(out).not.toContain('FAIL')
  expect(code).toBe(0)
})

test('venues: what is supported, and every request that may leave', async () => {
  const { out } = await hullmark(['venues', '--format', 'json'], { env: {} })
  const { lending, futures } = JSON.parse(out)
  expect(lending[0].markets.map(({ name }: { name: string }) => name)).toContain('ethereum-core')
  expect(futures[0].reads).toContain('GET fapi.binance.com/fapi/v3/account')
  expect((await hullmark(['venues'], { env: {} })).out).toContain('binance: Binance USDⓈ-M')
})

test('schema and help print, and need no configuration', async () => {
  const schema = JSON.parse((await hullmark(['schema'], { env: {} })).out)
  expect(schema.properties.verdict.properties.grade.enum).toContain('liquidatable')
  const help = await hullmark(['--help'], { env: {} })
  expect(help.code).toBe(0)
  expect(help.out).toContain('never needs a private key')
})

test('demo: the recorded book, without a network', async () => {
  const { code, out } = await hullmark(['demo'], { env: {} })
  expect(code).toBe(0)
  expect(out).toMatch(/^DEMO: recorded/)
  expect(out).toContain('WARNING  first liquidation at -19.6 % (ETH 2,409.64)')
})

test('a command that does not exist is a usage error, and for check everything is 3', async () => {
  expect((await hullmark(['reprot'], { env: {} })).code).toBe(2)
  expect((await hullmark(['report', '--format', 'xml'], { env: {} })).code).toBe(2)
  expect((await hullmark(['check', '--nonsense'], { env: {} })).code).toBe(3)
})
