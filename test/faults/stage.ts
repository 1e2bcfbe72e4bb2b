import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ReportJson } from '../../src/report/schema.ts'
import { GRADES, type Grade } from '../../src/risk/grade.ts'
import { openSandbox, type Sandbox } from '../sandbox/openSandbox.ts'
import { hullmark } from '../support/hullmark.ts'
import { openRpcProxy, type RpcProxy, type Rule } from '../support/rpcProxy.ts'

/** A book that a fault is done to: the chain behind a proxy, the exchange with its faults, short deadlines. */
export type Stage = {
  readonly sandbox: Sandbox
  readonly proxy: RpcProxy
  readonly env: Readonly<Record<string, string>>
  /** Nothing is wrong, nothing is in danger: the grade is `ok`. */
  readonly calm: () => Promise<void>
  /** Nothing is wrong, and the futures are at a `warning`. */
  readonly danger: () => Promise<void>
  /** The book file of another wallet, whose loan is at a `warning` by itself. */
  readonly loanInDanger: string
  readonly report: (env?: Readonly<Record<string, string>>, args?: readonly string[]) => Promise<Outcome>
  readonly stop: () => Promise<void>
}

export type Outcome = { readonly code: number; readonly report: ReportJson; readonly page: string; readonly err: string }

export async function openStage(extra = 'deadlines: { request: 1 s, pass: 8 s }'): Promise<Stage> {
  const sandbox = await openSandbox()
  const proxy = await openRpcProxy(sandbox.chain.url)
  const env = { ...sandbox.env, HULLMARK_BOOK: await sandbox.book({ extra }), SANDBOX_RPC_URL: proxy.url }
  const reset = async (margin: string): Promise<void> => {
    proxy.rule(() => ({ kind: 'pass' }))
    const { binance, chain } = sandbox
    binance.faults.clear()
    binance.clock.offsetMs = 0
    // Its minute begins anew, and no ban is left of it.
    binance.limits.fapi.reset()
    Object.assign(binance.key, { expired: false, addressAllowed: true })
    const positions = [{ symbol: 'ETHUSDT', side: 'BOTH', amount: '20', entryPrice: '3000' }] as const
    binance.account({ mode: 'single', hedge: false, wallets: { USDT: margin }, positions })
    binance.requests.reset()
    await rm(join(sandbox.folder, 'cache'), { recursive: true, force: true })
    await chain.mine()
  }
  const [borrower] = sandbox.chain.accounts.users
  await sandbox.chain.supply(borrower, 'WETH', 10n * 10n ** 18n, { collateral: true })
  await sandbox.chain.borrow(borrower, 'USDC', 20_500_000_000n)
  const loanInDanger = await sandbox.book({ extra, wallets: [borrower] })
  return {
    ...{ sandbox, proxy, env, loanInDanger },
    calm: () => reset('30000'),
    danger: () => reset('12000'),
    report: async (over = {}, args = []) => {
      const { code, out, err } = await hullmark(['report', '--format', 'json', ...args], { env: { ...env, ...over } })
      const report = JSON.parse(out) as ReportJson
      return { code, report, page: report.gaps.map(({ leg, reason, hint }) => `${leg}: ${reason} ${hint}`).join('\n'), err }
    },
    stop: async () => {
      await proxy.close()
      await sandbox.stop()
    },
  }
}

/** A rule for every request to the node. */
export const always =
  (reaction: ReturnType<Rule>): Rule =>
  () =>
    reaction

/** Whether a grade is at least as bad as another. */
export function notBetter(grade: Grade, than: Grade): boolean {
  return GRADES.indexOf(grade) <= GRADES.indexOf(than)
}

/** The sentence, the exit code, and that nothing looks better than it would without the fault. */
export function expectFault({ code, report, page }: Outcome, sentence: RegExp, without: Grade): void {
  expect(page).toMatch(sentence)
  expect(code).toBe(3)
  expect(report.verdict.complete).toBe(false)
  expect(report.verdict.room).toBeNull()
  expect(notBetter(report.verdict.grade, without), `${report.verdict.grade} instead of ${without}`).toBe(true)
}
