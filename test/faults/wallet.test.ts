import { pad } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReportJson } from '../../src/report/schema.ts'
import { openSandbox, type Sandbox } from '../sandbox/openSandbox.ts'
import { hullmark } from '../support/hullmark.ts'

/** What the user reads of wallets that are not the ordinary loan, on the real contracts. */

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox.stop())

const ETHER = 10n ** 18n
const wallet = (n: number) => pad(`0xfa${n.toString(16).padStart(4, '0')}`, { size: 20 })

async function read(address: string): Promise<{ code: number; page: string; report: ReportJson }> {
  await sandbox.chain.mine()
  const env = { ...sandbox.env, HULLMARK_BOOK: await sandbox.book({ wallets: [address], exchange: false }) }
  const { out: page } = await hullmark(['report'], { env })
  const { code, out } = await hullmark(['report', '--format', 'json'], { env })
  return { code, page, report: JSON.parse(out) }
}

test('a wallet without any position: nothing at risk, and where was looked', async () => {
  const { code, page, report } = await read(wallet(1))
  expect(code).toBe(0)
  expect(page).toContain('NO RISK  nothing is borrowed and no position is open')
  expect(report.notes.join()).toMatch(/no position found on Sandbox for 0x.* \(looked in Aave v3 Sandbox\)/)
})

test('a supply without debt: health is null, shown "no debt", never as a number', async () => {
  await sandbox.chain.supply(wallet(2), 'WETH', ETHER, { collateral: true })
  const { code, page, report } = await read(wallet(2))
  expect(code).toBe(0)
  expect(report.legs[0]).toMatchObject({ health: null, grade: 'no-risk', liquidation: [] })
  // With the interest of the seconds in between.
  expect(report.legs[0]?.equity).toMatch(/^3000(\.0000\d+)?$/)
  expect(page).toMatch(/Aave v3 Sandbox +no debt/)
  expect(page).not.toMatch(/1\.15e|11579/)
})

test('only dust: its health is exact and finite, its worth next to nothing', async () => {
  await sandbox.chain.supply(wallet(3), 'WETH', 10n ** 12n, { collateral: true })
  await sandbox.chain.borrow(wallet(3), 'USDC', 1000n)
  const { code, report } = await read(wallet(3))
  expect(code).toBe(0)
  expect(report.legs[0]?.class).toBe('agree')
  expect(Number(report.legs[0]?.required)).toBeLessThan(0.01)
})

describe('an underwater loan', () => {
  test('can be liquidated now, and a monitoring system is told so', async () => {
    const user = wallet(4)
    await sandbox.chain.supply(user, 'WETH', 10n * ETHER, { collateral: true })
    await sandbox.chain.borrow(user, 'USDC', 20_000_000_000n)
    await sandbox.chain.setPrice('WETH', 1500n * 10n ** 8n)
    const { code, page, report } = await read(user)
    await sandbox.chain.setPrice('WETH', 3000n * 10n ** 8n)
    expect(code).toBe(0)
    expect(report.verdict).toMatchObject({ grade: 'liquidatable', complete: true, room: '0' })
    expect(page).toContain('LIQUIDATABLE  Aave v3 Sandbox can be liquidated now')
    expect(page).toMatch(/Aave v3 Sandbox +HF 0\.6\d+ +NOW/)
    // Owes more than it has.
    expect(Number(report.legs[0]?.equity)).toBeLessThan(0)
  })
})

describe('a dead price feed', () => {
  test('makes the loan unknown and names the asset; the futures are told as before', async () => {
    await sandbox.chain.setPrice('WBTC', 0n)
    await sandbox.chain.mine()
    const { code, out } = await hullmark(['report', '--format', 'json'], { env: sandbox.env })
    await sandbox.chain.setPrice('WBTC', 90_000n * 10n ** 8n)
    const report: ReportJson = JSON.parse(out)
    expect(code).toBe(3)
    expect(report.gaps[0]?.reason).toMatch(/WBTC/)
    expect(report.verdict).toMatchObject({ grade: 'warning', complete: false, room: null })
    expect(report.verdict.atMost).toMatch(/^-0\.1967/)
    expect(report.legs.map(({ kind }) => kind)).toEqual(['futures'])
    expect(report.totals).toEqual({ equity: null, netDelta: null, grossLeverage: null, netLeverage: null })
  })

  test('of an asset that the wallet does not hold changes nothing', async () => {
    await sandbox.chain.setPrice('wstETH', 0n)
    await sandbox.chain.mine()
    const { code, out } = await hullmark(['report', '--format', 'json'], { env: sandbox.env })
    await sandbox.chain.setPrice('wstETH', 3600n * 10n ** 8n)
    expect([code, JSON.parse(out).verdict.grade]).toEqual([0, 'warning'])
  })
})

test('a paused reserve is said beside the figures, which it does not change', async () => {
  await sandbox.chain.setReserveFlags('WETH', { paused: true })
  await sandbox.chain.mine()
  const { out } = await hullmark(['report'], { env: sandbox.env })
  await sandbox.chain.setReserveFlags('WETH', { paused: false })
  expect(out).toContain('WETH paused')
  expect(out).toContain('HF 1.7698')
})
