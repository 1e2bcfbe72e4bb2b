import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChain } from './chain.ts'
import { type Chain, connectChain } from './connectChain.ts'
import { openDemoLoan } from './demoLoan.ts'

const WAD = 10n ** 18n
const ether = (whole: bigint): bigint => whole * WAD
const usdc = (whole: bigint): bigint => whole * 10n ** 6n
const realTime = (): bigint => BigInt(Math.floor(Date.now() / 1000))

let chain: Chain
beforeAll(async () => {
  chain = await openChain()
}, 60_000)
afterAll(() => chain.stop())

/** Each test on the chain as it was opened. */
const onChain = (name: string, work: () => Promise<void>): void => test(name, () => chain.rehearse(work), 20_000)

describe('openChain', () => {
  test('lists four reserves of a real Aave v3.0 pool at their start prices', async () => {
    const POOL = parseAbi([
      'function POOL_REVISION() view returns (uint256)',
      'function getReservesList() view returns (address[])',
    ])
    const { pool, tokens } = chain
    expect(await chain.public.readContract({ address: pool, abi: POOL, functionName: 'POOL_REVISION' })).toBe(1n)
    const listed = await chain.public.readContract({ address: pool, abi: POOL, functionName: 'getReservesList' })
    expect(listed).toEqual([tokens.WETH, tokens.WBTC, tokens.USDC, tokens.wstETH].map(({ address }) => address))
    expect(await chain.price('WETH')).toBe(3_000n * 10n ** 8n)
    expect(await chain.price('WBTC')).toBe(90_000n * 10n ** 8n)
    expect(await chain.price('USDC')).toBe(10n ** 8n)
    expect(await chain.price('wstETH')).toBe(3_600n * 10n ** 8n)
    expect(await chain.public.getChainId()).toBe(31337)
  })

  test('has a head as young as the real clock', async () => {
    expect(Number(realTime() - (await chain.block()).timestamp)).toBeLessThan(30)
  })

  test('is the same market for whoever connects to its URL', async () => {
    const { tokens, pool, url } = await connectChain(chain.url)
    expect({ tokens, pool, url }).toEqual({ tokens: chain.tokens, pool: chain.pool, url: chain.url })
  })

  test('opens at a wanted time with further reserves, the main addresses unmoved, and keeps its state through a broken file', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'hullmark-state-'))
    const open = async (): Promise<{ timestamp: bigint; symbols: string[]; provider: string; health: bigint }> => {
      const other = await openChain({ stateFolder, extraReserves: 1, at: 1_800_000_000n })
      try {
        const { timestamp } = await other.block()
        await other.supply(other.accounts.borrower, 'X1', ether(30n))
        await other.borrow(other.accounts.borrower, 'WETH', WAD / 2n)
        const { healthFactor: health } = await other.accountData(other.accounts.borrower)
        return { timestamp, symbols: Object.keys(other.tokens), provider: other.provider, health }
      } finally {
        await other.stop()
      }
    }
    try {
      // 30 X1 x 100 USD x 0.70 = 2,100 against 0.5 WETH = 1,500: 1.4.
      const symbols = ['WETH', 'WBTC', 'USDC', 'wstETH', 'X1']
      const expected = { timestamp: 1_800_000_000n, symbols, provider: chain.provider, health: (14n * WAD) / 10n }
      expect(await open()).toEqual(expected)
      const [kept = ''] = await readdir(stateFolder)
      const file = join(stateFolder, kept)
      const whole = await readFile(file, 'utf8')
      expect(await open()).toEqual(expected)
      expect(await readFile(file, 'utf8'), 'a kept state is used, not written again').toBe(whole)

      await writeFile(file, whole.slice(0, whole.length / 2))
      expect(await open()).toEqual(expected)
      expect((await readFile(file, 'utf8')).length, 'a broken file is replaced').toBeGreaterThan(whole.length / 2)
      expect(await readdir(stateFolder), 'nothing half-written stays').toEqual([kept])
    } finally {
      await rm(stateFolder, { recursive: true })
    }
  }, 40_000)
})

describe('the demo loan', () => {
  onChain('has the health of the demo book, to the last digit, in a fresh block', async () => {
    const account = await openDemoLoan(chain)
    // (30,000 + 18,000) x 0.8112 = 38,937.6; / 22,000 = 1.7698(90), the pool rounding the last of 18 digits half up.
    expect(await chain.accountData(account)).toMatchObject({
      totalCollateralBase: 48_000n * 10n ** 8n,
      totalDebtBase: 22_000n * 10n ** 8n,
      currentLiquidationThreshold: 8112n,
      healthFactor: 1_769_890_909_090_909_091n,
    })
    expect(Number(realTime() - (await chain.block()).timestamp)).toBeLessThan(5)
    const BALANCE = parseAbi(['function balanceOf(address) view returns (uint256)'])
    const { address } = chain.tokens.USDC
    expect(await chain.public.readContract({ address, abi: BALANCE, functionName: 'balanceOf', args: [account] })).toBe(
      usdc(10_000n),
    )
  })

  onChain('keeps that health while the real clock goes on, and bears interest once time is moved', async () => {
    const account = await openDemoLoan(chain)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await chain.accountData(account)).healthFactor).toBe(1_769_890_909_090_909_091n)
    const { number, timestamp } = await chain.block()
    await chain.mine(timestamp + 31_536_000n)
    // A year at 5.19218 %, compounded (Taylor to the third order): 22,000 x 1.053293 = 23,172.4.
    const { totalDebtBase } = await chain.accountData(account)
    expect(Number(totalDebtBase) / 1e8).toBeCloseTo(23_172.4, 0)
    expect((await chain.accountData(account, number)).totalDebtBase, 'the old block as it was').toBe(22_000n * 10n ** 8n)
  })
})

describe('moving prices', () => {
  onChain('changes the health from a new block of the same time on', async () => {
    const account = await openDemoLoan(chain)
    const before = await chain.block()
    await chain.setPrice('WETH', 2_400n * 10n ** 8n)
    // 24,000 of 42,000 at 0.83, 18,000 at 0.78: 0.80857 is cut to 0.8085; 42,000 x 0.8085 / 22,000 = 1.5434(99)...
    expect((await chain.accountData(account)).healthFactor).toBe((42_000n * 8_085n * WAD + 110_000_000n) / 220_000_000n)
    const after = await chain.block()
    expect(after.timestamp).toBe(before.timestamp)
    expect(after.number).toBeGreaterThan(before.number)
    expect((await chain.accountData(account, before.number)).healthFactor).toBe(1_769_890_909_090_909_091n)
  })

  onChain('can kill a feed: the pool then refuses to tell the health', async () => {
    const account = await openDemoLoan(chain)
    await chain.setPrice('WETH', 0n)
    await expect(chain.accountData(account)).rejects.toThrow()
  })
})

describe('keepFresh', () => {
  onChain('is held while something is rehearsed', async () => {
    const { number } = await chain.block()
    const end = chain.keepFresh(20)
    await new Promise((resolve) => setTimeout(resolve, 150))
    end()
    expect((await chain.block()).number).toBe(number)
  })

  test('mines at the real time until it is ended', async () => {
    const { number } = await chain.block()
    const end = chain.keepFresh(20)
    await expect.poll(async () => (await chain.block()).number, { timeout: 5_000 }).toBeGreaterThan(number + 1n)
    end()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const still = await chain.block()
    expect(Number(realTime() - still.timestamp)).toBeLessThan(5)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await chain.block()).number).toBe(still.number)
  })
})
