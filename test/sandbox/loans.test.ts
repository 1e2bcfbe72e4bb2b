import { maxUint256 } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Chain, openChain } from './chain.ts'
import { SandboxError } from './sandboxError.ts'

const WAD = 10n ** 18n
const ether = (whole: bigint): bigint => whole * WAD
const usdc = (whole: bigint): bigint => whole * 10n ** 6n

let chain: Chain
beforeAll(async () => {
  chain = await openChain()
}, 60_000)
afterAll(() => chain.stop())

/** Each test on the chain as it was opened. */
const onChain = (name: string, work: () => Promise<void>): void => test(name, () => chain.rehearse(work), 20_000)

describe('liquidate', () => {
  // Any address may act, known to anvil or not.
  const liquidator = '0x000000000000000000000000000000000000dEaD'

  onChain('reverts on the last healthy tick and succeeds one tick lower, at a pinned time', async () => {
    const user = chain.accounts.users[0]
    // 10 WETH x 0.83 against 20,000 USDC: health 1 at 20,000 / 8.3 = 2,409.63855421..., so 2,409.63855421 is under it.
    await chain.supply(user, 'WETH', ether(10n))
    await chain.borrow(user, 'USDC', usdc(20_000n))
    const wanted = { liquidator, user, collateral: 'WETH', debt: 'USDC', amount: 'max' } as const
    await chain.setPrice('WETH', 240_963_855_422n)
    const { number, timestamp } = await chain.block()
    expect((await chain.accountData(user)).healthFactor).toBeGreaterThanOrEqual(WAD)
    expect(await chain.liquidate({ ...wanted, timestamp })).toEqual({ ok: false, reason: '45 HEALTH_FACTOR_NOT_BELOW_THRESHOLD' })
    expect(await chain.block(), 'a liquidation that failed leaves no trace').toMatchObject({ number, timestamp })

    await chain.setPrice('WETH', 240_963_855_421n)
    expect((await chain.accountData(user)).healthFactor).toBeLessThan(WAD)
    expect(await chain.rehearse(() => chain.liquidate({ ...wanted, timestamp }))).toEqual({ ok: true })
    expect((await chain.accountData(user)).totalDebtBase, 'rehearsed only').toBe(20_000n * 10n ** 8n)
    expect(await chain.liquidate({ ...wanted, timestamp })).toEqual({ ok: true })
    // Above 0.95 the pool lets half of the debt be repaid.
    expect((await chain.accountData(user)).totalDebtBase).toBe(10_000n * 10n ** 8n)
    expect((await chain.block()).timestamp).toBe(timestamp)
  })

  onChain('succeeds on the healthy tick too when its block comes a second later: interest moves the edge', async () => {
    const user = chain.accounts.users[0]
    await chain.supply(user, 'WETH', ether(10n))
    await chain.borrow(user, 'USDC', usdc(20_000n))
    await chain.setPrice('WETH', 240_963_855_422n)
    const wanted = { liquidator, user, collateral: 'WETH', debt: 'USDC', amount: usdc(1_000n) } as const
    const { timestamp } = await chain.block()
    expect(await chain.liquidate({ ...wanted, timestamp })).toMatchObject({ ok: false })
    expect(await chain.liquidate({ ...wanted, timestamp: timestamp + 1n })).toEqual({ ok: true })
  })

  onChain('is refused while the reserve is paused', async () => {
    const user = chain.accounts.users[0]
    await chain.supply(user, 'WETH', ether(10n))
    await chain.borrow(user, 'USDC', usdc(20_000n))
    await chain.setPrice('WETH', 2_000n * 10n ** 8n)
    const wanted = { liquidator, user, collateral: 'WETH', debt: 'USDC', amount: 'max' } as const
    await chain.setReserveFlags('WETH', { paused: true })
    expect(await chain.liquidate(wanted)).toEqual({ ok: false, reason: '29 RESERVE_PAUSED' })
    await chain.setReserveFlags('WETH', { paused: false, frozen: true })
    expect(await chain.liquidate(wanted)).toEqual({ ok: true })
  })

  onChain('cannot be put before the head: said, and nothing is left in the way of the next block', async () => {
    const user = chain.accounts.users[0]
    const { number, timestamp } = await chain.block()
    const early = chain.liquidate({ liquidator, user, collateral: 'WETH', debt: 'USDC', amount: 1n, timestamp: timestamp - 1n })
    await expect(early).rejects.toThrow(SandboxError)
    await chain.mine(timestamp)
    expect(await chain.public.getBlock()).toMatchObject({ number: number + 1n, transactions: [] })
  })
})

describe('switches', () => {
  onChain('e-mode lifts the threshold of what is correlated', async () => {
    const user = chain.accounts.users[1]
    await chain.supply(user, 'wstETH', ether(10n))
    await chain.borrow(user, 'WETH', ether(9n))
    // 36,000 x 0.81 / 27,000 = 1.08; in the category 36,000 x 0.95 / 27,000 = 1.2666...
    expect((await chain.accountData(user)).healthFactor).toBe((108n * WAD) / 100n)
    await chain.setEMode(user, 1)
    expect((await chain.accountData(user)).healthFactor).toBe((38n * WAD) / 30n + 1n)
    expect((await chain.accountData(user)).ltv).toBe(9300n)
  })

  onChain('a supply with its collateral switch off does not count', async () => {
    const user = chain.accounts.users[2]
    await chain.supply(user, 'WETH', ether(10n))
    await chain.supply(user, 'WBTC', 10n ** 8n, { collateral: false })
    await chain.borrow(user, 'USDC', usdc(10_000n))
    // 30,000 x 0.83 / 10,000; with the WBTC (30,000 x 0.83 + 90,000 x 0.78 = 95,100 of 120,000: 0.7925): 9.51.
    expect((await chain.accountData(user)).healthFactor).toBe((249n * WAD) / 100n)
    await chain.setCollateral(user, 'WBTC', true)
    expect((await chain.accountData(user)).healthFactor).toBe((951n * WAD) / 100n)
  })

  onChain('a debt of both kinds is repaid to nothing', async () => {
    const user = chain.accounts.users[3]
    await chain.supply(user, 'WETH', ether(10n))
    await chain.borrow(user, 'USDC', usdc(5_000n))
    await chain.borrow(user, 'USDC', usdc(1_000n), 'stable')
    expect((await chain.accountData(user)).totalDebtBase).toBe(6_000n * 10n ** 8n)
    await chain.mine((await chain.block()).timestamp + 86_400n)
    await chain.repay(user, 'USDC', usdc(1_000n))
    await chain.repay(user, 'USDC', 'all')
    await chain.repay(user, 'USDC', 'all', 'stable')
    expect(await chain.accountData(user)).toMatchObject({ totalDebtBase: 0n, healthFactor: maxUint256 })
  })

  onChain('what the market refuses is an error with its reason', async () => {
    const user = chain.accounts.users[4]
    await chain.supply(user, 'WETH', ether(1n))
    await expect(chain.borrow(user, 'USDC', usdc(2_500n))).rejects.toThrow('36 COLLATERAL_CANNOT_COVER_NEW_BORROW')
  })
})
