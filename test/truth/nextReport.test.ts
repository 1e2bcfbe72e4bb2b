import { afterAll, beforeAll, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import { type LoanStage, openLoan, openLoanStage } from './loanStage.ts'

const ETHER = 10n ** 18n

let stage: LoanStage
beforeAll(async () => {
  stage = await openLoanStage(undefined, 'schedule: { reports: ["0 8 * * *"], timeZone: UTC }')
  await openLoan(stage, { supplied: { WETH: 10n * ETHER }, owed: { USDC: 22_000n * 10n ** 6n } })
}, 120_000)
afterAll(() => stage?.stop())

test('by hand, the next report is the one of the book file, and its health is no better than the pool itself tells then', async () => {
  const before = Date.now()
  const { projection, health } = await stage.leg()
  const next = projection?.nextReport ?? expect.unreachable()
  const at = new Date(next.at)
  expect([at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]).toEqual([8, 0, 0])
  expect(at.getTime()).toBeGreaterThan(before)
  expect(at.getTime()).toBeLessThanOrEqual(Date.now() + 86_400_000)
  const { chain, user } = stage
  expect(BigInt(next.seconds)).toBe(BigInt(at.getTime() / 1000) - (await chain.block()).timestamp)

  await chain.mine(BigInt(at.getTime() / 1000))
  const told = await chain.accountData(user)
  const pool = dec(told.healthFactor).div('1e18')
  const ours = dec(next.health ?? expect.unreachable())
  expect(ours.lt(health ?? 0)).toBe(true)
  // What it supplies earns next to nothing here, so that only the rounding lies between the two.
  expect(pool.minus(ours).gte(0) && pool.minus(ours).lt('0.00001'), `${pool} against ${ours}`).toBe(true)
  expect(dec(next.debt).minus(dec(told.totalDebtBase).div('1e8')).abs().lt('0.001')).toBe(true)
})
