import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSandbox, type Sandbox } from '../sandbox/openSandbox.ts'
import { reportOf } from '../support/hullmark.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await openSandbox()
})
afterAll(() => sandbox.stop())

/** What the report says of both legs at a price of ETH that the chain and the exchange share. */
async function gradesAt(price: string): Promise<{ loan: boolean; futures: boolean | null; verdict: boolean }> {
  await sandbox.setPrice('WETH', price)
  const { code, report } = await reportOf(sandbox.env)
  expect([code, report.gaps]).toEqual([0, []])
  const dead = (kind: string): boolean | null => {
    const leg = report.legs.find((one) => one.kind === kind)
    return leg === undefined ? null : leg.grade === 'liquidatable'
  }
  return { loan: dead('lending') ?? false, futures: dead('futures'), verdict: report.verdict.grade === 'liquidatable' }
}

const timestamp = async (): Promise<bigint> => (await sandbox.chain.block()).timestamp

test('one price walks down through both legs of the demo book, and each says LIQUIDATABLE when its venue acts', async () => {
  const { chain, binance } = sandbox
  // 12,000 + 20 (P - 3,000) = 20 P x 0.004 at 2,409.6385...
  binance.exchange.engine = 'halted'
  for (const price of ['2409.66', '2409.65', '2409.64']) {
    expect(await gradesAt(price), price).toEqual({ loan: false, futures: false, verdict: false })
    expect(binance.wouldLiquidate('ETHUSDT', price)).toBe(false)
  }
  for (const price of ['2409.63', '2409.62']) {
    expect(await gradesAt(price), price).toEqual({ loan: false, futures: true, verdict: true })
    expect(binance.wouldLiquidate('ETHUSDT', price)).toBe(true)
  }
  binance.exchange.engine = 'running'
  expect(await gradesAt('2409.64'), 'back on the safe side nothing has happened').toMatchObject({ futures: false })
  expect(binance.liquidations).toEqual([])
  expect(await gradesAt('2409.63'), 'liquidated, the pool is gone').toEqual({ loan: false, futures: null, verdict: false })
  expect(binance.liquidations).toMatchObject([{ symbol: 'ETHUSDT', mark: '2409.63000000' }])

  // (10 P + 18,000) x 0.7973 = 22,000 at 959.3126802...
  const wanted = {
    ...{ liquidator: chain.accounts.liquidator, user: chain.accounts.borrower },
    ...({ collateral: 'WETH', debt: 'USDC', amount: 'max' } as const),
  }
  const outcomes: boolean[] = []
  for (const price of ['959.31268032', '959.31268031', '959.31268030', '959.31268029', '959.31268028']) {
    const { loan, verdict } = await gradesAt(price)
    const { ok } = await chain.rehearse(async () => chain.liquidate({ ...wanted, timestamp: await timestamp() }))
    expect([loan, verdict], price).toEqual([ok, ok])
    outcomes.push(ok)
  }
  expect(outcomes).toEqual([false, false, false, true, true])
  expect(await chain.liquidate({ ...wanted, timestamp: await timestamp() })).toEqual({ ok: true })
})
