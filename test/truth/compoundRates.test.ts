import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromUnits } from '../../src/risk/decimal.ts'
import { projection } from '../../src/risk/projection.ts'
import { asCompoundV3, type Comet, type CometStage, openCometStage } from '../support/cometStage.ts'

const DAY = 86_400n
const LENDER: Address = '0x00000000000000000000000000000000000f00d5'
const WALLET: Address = '0x00000000000000000000000000000000000ace01'
const percent = (value: bigint): bigint => value * 10n ** 16n
const aSecond = (percentAYear: bigint): bigint => percent(percentAYear) / 31_536_000n

let stage: CometStage
const markets: Comet[] = []
beforeAll(async () => {
  stage = await openCometStage()
  for (const [symbol, decimals] of [
    ['USDC', 6],
    ['WETH', 18],
  ] as const) {
    const comet = await stage.openComet({
      base: { symbol, decimals, price: 10n ** 8n },
      collateral: [{ symbol: 'T', decimals: 18, price: 2_000n * 10n ** 8n }],
    })
    const [token] = comet.collateral
    if (token === undefined) throw new RangeError('no collateral')
    const unit = 10n ** BigInt(decimals)
    // 80,000.000001 of 100,000: 80 % used.
    await stage.send(
      comet.supply(LENDER, comet.base, 100_000n * unit),
      comet.supply(WALLET, token, 100n * 10n ** 18n),
      comet.withdraw(WALLET, comet.base, 80_000n * unit + 1n),
    )
    markets.push(comet)
  }
  await stage.wait(11n * DAY)
}, 120_000)
afterAll(() => stage.stop())

test.each([0, 1])('market %i: the rates are those that the market counts with', async (which) => {
  const comet = markets[which] as Comet
  const { positions, gaps } = await stage.read([comet.market], [WALLET])
  expect(gaps).toEqual([])
  const { rates } = asCompoundV3(positions[0])
  const utilization = await comet.view('getUtilization')
  const asked = ['getSupplyRate', 'getBorrowRate'].map((name) => comet.view(name, utilization))
  expect(rates).toMatchObject({ utilization, supply: await asked[0], borrow: await asked[1] })
  // 6 % a year, and the index moves by it.
  expect(rates?.borrow).toBe(aSecond(6n))
})

test.each([0, 1])("market %i: the debt of a block, an hour and a month later is at least the contract's own", async (which) => {
  const comet = markets[which] as Comet
  for (const ahead of [12n, 3_600n, 30n * DAY]) {
    const { positions } = await stage.read([comet.market], [WALLET])
    const loan = asCompoundV3(positions[0])
    const ours = projection(loan, ahead)
    await stage.wait(ahead)
    const owed = (await comet.view('borrowBalanceOf', WALLET)) as bigint
    const over = ours?.debt.minus(fromUnits(owed, loan.base.decimals))
    expect(over?.gte(0), `${ahead} s: ${over}`).toBe(true)
    // Compounded, also on what had grown for weeks, where nobody used the market: (0.06 / 31,536,000)^2 x 12 x 41 days = 1.5e-10 of
    // it for a block, and (0.06 x 30 / 365)^2 = 2.4e-5 for a month.
    expect(over?.lt(ours?.debt.times(ahead === 12n ? '1e-9' : '1e-4') ?? 0), `${ahead} s: ${over}`).toBe(true)
  }
})

test('how the rate follows use is what the market answers, and what it charges once so much is borrowed', async () => {
  const comet = await stage.openComet({
    base: { symbol: 'USDT', decimals: 6, price: 10n ** 8n },
    collateral: [{ symbol: 'T', decimals: 18, price: 2_000n * 10n ** 8n }],
  })
  const [token] = comet.collateral
  if (token === undefined) throw new RangeError('no collateral')
  const unit = 10n ** 6n
  // 90 %; 1.5 % at no use, 4 % for each 100 % up to there, 400 % for each beyond: 5.1 % at the kink, 45.1 % at full use.
  const curve = [percent(90n), aSecond(150n) / 100n, aSecond(4n), aSecond(400n)] as const
  await comet.setCurve(curve)
  await stage.send(
    comet.supply(LENDER, comet.base, 100_000n * unit),
    comet.supply(WALLET, token, 100n * 10n ** 18n),
    comet.withdraw(WALLET, comet.base, 82_000n * unit),
  )
  const ratesNow = async () => {
    const { positions } = await stage.read([comet.market], [WALLET, LENDER])
    expect(asCompoundV3(positions[1]).rates?.curve).toBeNull()
    return asCompoundV3(positions[0]).rates ?? expect.unreachable()
  }
  const before = await ratesNow()
  expect(before.utilization).toBe(percent(82n))
  const low = (curve[2] * percent(90n)) / 10n ** 18n
  const [atKink, atFull] = [curve[1] + low, curve[1] + low + (curve[3] * percent(10n)) / 10n ** 18n]
  expect(before.curve).toEqual({ kink: percent(90n), rateAtKink: atKink, rateAtFull: atFull })

  await stage.send(comet.withdraw(WALLET, comet.base, 8_000n * unit))
  expect(await ratesNow()).toMatchObject({ utilization: percent(90n), borrow: atKink })
  await stage.send(comet.withdraw(WALLET, comet.base, 10_000n * unit))
  expect(await ratesNow()).toMatchObject({ utilization: percent(100n), borrow: atFull, curve: before.curve })
  const owed = (await comet.view('borrowBalanceOf', WALLET)) as bigint
  await stage.wait(DAY)
  // A day at that rate, on the index that was just stored.
  const later = (await comet.view('borrowBalanceOf', WALLET)) as bigint
  const interest = (owed * atFull * DAY) / 10n ** 18n
  expect(later - owed - interest >= -1n && later - owed - interest <= 1n).toBe(true)
})
