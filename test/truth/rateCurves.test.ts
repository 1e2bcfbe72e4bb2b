import { type Address, pad, parseAbi, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import { type Chain, openChain } from '../sandbox/chain.ts'
import { openNode } from '../sandbox/node.ts'
import { onlyPosition, readAtHead, sandboxMarket } from '../support/chainRead.ts'

const POOL = parseAbi([
  'function getReserveData(address) view returns (uint256 configuration, uint256 liquidityIndex, uint256 supplyRate, uint256 borrowIndex, uint256 borrowRate, uint256 stableRate, uint256 updatedAt, uint256 id, address aToken, address stableDebt, address variableDebt, address strategy, uint256 treasury, uint256 unbacked, uint256 isolated)',
])
const STRATEGY = parseAbi([
  'struct Params { uint256 unbacked; uint256 liquidityAdded; uint256 liquidityTaken; uint256 totalStableDebt; uint256 totalVariableDebt; uint256 averageStableBorrowRate; uint256 reserveFactor; address reserve; address aToken; }',
  'function calculateInterestRates(Params) view returns (uint256 liquidityRate, uint256 stableRate, uint256 variableRate)',
])
const RAY = 10n ** 27n
const percent = (value: bigint): bigint => value * 10n ** 25n
const ETHER = 10n ** 18n
const DOLLAR = 10n ** 6n
const WALLET: Address = pad(toHex(0xcafe01), { size: 20 })
const OTHER: Address = pad(toHex(0xcafe02), { size: 20 })

let chain: Chain
beforeAll(async () => {
  chain = await openChain()
}, 60_000)
afterAll(() => chain?.stop())

const read = (wallet: Address) => readAtHead(openNode(chain.url), { markets: [sandboxMarket(chain)], wallets: [wallet] })

async function usdcOf(wallet: Address): Promise<AaveV3Reserve> {
  const reading = await read(wallet)
  const usdc = onlyPosition(reading).reserves.find(({ asset }) => asset.symbol === 'USDC')
  return usdc ?? expect.unreachable()
}

const poolData = () =>
  chain.public
    .readContract({ address: chain.pool, abi: POOL, functionName: 'getReserveData', args: [chain.tokens.USDC.address] })
    .then(([, , , , borrowRate, , , , aToken, , , strategy]) => ({ borrowRate, aToken, strategy }))

/** What the real strategy asks for at so much debt, all of it variable, the money in the aToken as it is now. */
async function strategyRate(totalVariableDebt: bigint, liquidityTaken: bigint): Promise<bigint> {
  const { strategy, aToken } = await poolData()
  const [, , rate] = await chain.public.readContract({
    ...{ address: strategy, abi: STRATEGY, functionName: 'calculateInterestRates' },
    args: [
      {
        ...{ unbacked: 0n, liquidityAdded: 0n, liquidityTaken, totalStableDebt: 0n, totalVariableDebt },
        ...{ averageStableBorrowRate: 0n, reserveFactor: 1000n, reserve: chain.tokens.USDC.address, aToken },
      },
    ],
  })
  return rate
}

describe('a real pool of v3.0, its own strategy', () => {
  test('utilization and the rates at the kink and at 100 % are those the pool sets once so much is borrowed', async () => {
    await chain.supply(WALLET, 'WETH', 100n * ETHER)
    await chain.supply(OTHER, 'WETH', 40_000n * ETHER)
    await chain.borrow(WALLET, 'USDC', 50_000n * DOLLAR)
    const free = await usdcOf(WALLET)
    // 4 % at no use, 4 % more at 90 %, 60 % more at 100 %.
    expect(free.curve).toEqual({ kink: percent(90n), rateAtKink: percent(8n), rateAtFull: percent(68n) })
    const { aToken } = await poolData()
    const lent = await chain.public.readContract({
      ...{ address: chain.tokens.USDC.address, abi: parseAbi(['function balanceOf(address) view returns (uint256)']) },
      ...{ functionName: 'balanceOf', args: [aToken] },
    })
    expect(free.availableLiquidity).toBe(lent)

    // Up to the kink, to the unit: 90 % of all there is.
    const all = lent + free.debt
    const toKink = (all * 9n) / 10n - free.debt
    expect(await strategyRate(free.debt + toKink, toKink)).toBe(free.curve?.rateAtKink)
    await chain.borrow(OTHER, 'USDC', toKink)
    const atKink = await usdcOf(WALLET)
    expect(atKink.utilization).toBe(percent(90n))
    expect((await poolData()).borrowRate).toBe(free.curve?.rateAtKink)
    expect(atKink.borrowRate).toBe(free.curve?.rateAtKink)

    // Beyond it: the pool's rate lies on the line between our two points.
    await chain.borrow(OTHER, 'USDC', all / 20n)
    const beyond = await usdcOf(WALLET)
    const climbed = percent(60n) * ((beyond.utilization as bigint) - percent(90n))
    expect(near((await poolData()).borrowRate, percent(8n) + climbed / percent(10n))).toBe(true)

    // And to the last unit.
    await chain.borrow(OTHER, 'USDC', beyond.availableLiquidity)
    const full = await usdcOf(WALLET)
    expect([full.utilization, full.availableLiquidity]).toEqual([RAY, 0n])
    expect((await poolData()).borrowRate).toBe(free.curve?.rateAtFull)
    expect(full.curve).toEqual(free.curve)
  })

  test('stable debt counts in the use as well; a wallet that owes nothing has neither', async () => {
    const third: Address = pad(toHex(0xcafe03), { size: 20 })
    await chain.supply(third, 'WETH', 100n * ETHER)
    const idle = await read(third)
    expect(onlyPosition(idle).reserves).toMatchObject([{ utilization: null, curve: null }])
    await chain.supply(chain.accounts.supplier, 'USDC', 1_000_000n * DOLLAR)
    await chain.borrow(third, 'USDC', 1_000n * DOLLAR, 'stable')
    const usdc = await usdcOf(third)
    const supplies = await Promise.all(
      [chain.tokens.USDC.variableDebt, chain.tokens.USDC.stableDebt].map((address) =>
        chain.public.readContract({
          address,
          abi: parseAbi(['function totalSupply() view returns (uint256)']),
          functionName: 'totalSupply',
        }),
      ),
    )
    expect(supplies[1]).toBe(usdc.debt)
    const debt = (supplies[0] as bigint) + (supplies[1] as bigint)
    const total = debt + usdc.availableLiquidity
    expect(usdc.utilization).toBe((debt * RAY + total / 2n) / total)
  })
})

/** To a millionth of a millionth: the strategy rounds at each step. */
const near = (a: bigint, b: bigint): boolean => (a > b ? a - b : b - a) < percent(1n) / 10n ** 12n
