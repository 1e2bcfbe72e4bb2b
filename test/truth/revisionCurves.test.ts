import { type Address, parseAbi } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import type { Reserve } from '../contracts/aave/planMarkets.ts'
import { onlyPosition } from '../support/chainRead.ts'
import { openRevisionStage, placing, REVISIONS, type RevisionStage, readRevision, walletOf } from './revisionStage.ts'

const RAY = 10n ** 27n
const WAD = 10n ** 18n
/** As basis points of a ray. */
const bps = (value: bigint): bigint => value * 10n ** 23n
const STRATEGY = parseAbi(['function rateAt(address, uint256 debt, uint256 available) view returns (uint256)'])
const TOKEN = parseAbi(['function totalSupply() view returns (uint256)'])

let stage: RevisionStage
beforeAll(async () => {
  stage = await openRevisionStage(REVISIONS)
}, 120_000)
afterAll(() => stage?.stop())

const reserveOf = (symbol: string): Reserve => stage.reserves.find((reserve) => reserve.symbol === symbol) ?? expect.unreachable()

type Words = readonly bigint[]
const addressIn = (words: Words, place: number): Address => `0x${(words[place] as bigint).toString(16).padStart(40, '0')}`

test.each(REVISIONS)(
  'pool revision %d: how the rate of what is owed follows use is what its strategy answers',
  async (revision) => {
    const none = { scaledSupply: 0n, collateral: false, scaledDebt: 0n, stableDebt: 0n, discountPercent: 0n, previousIndex: 0n }
    const [weth, usdc, gho] = [reserveOf('WETH'), reserveOf('USDC'), reserveOf('GHO')]
    const market = stage.marketOf(revision)
    const [first, second] = [walletOf(revision, 1), walletOf(revision, 2)]
    const owing = (reserve: Reserve, scaledDebt: bigint, stableDebt = 0n) => ({ ...none, reserve, scaledDebt, stableDebt })
    const backed = { ...none, reserve: weth, scaledSupply: 100n * WAD, collateral: true }
    const stable = revision < 5 ? 7_000n * 10n ** 6n : 0n
    const accounts = [
      { mode: 0, holdings: [backed, owing(usdc, 30_000n * 10n ** 6n, stable), owing(gho, 1_000n * WAD)] },
      { mode: 0, holdings: [backed, owing(usdc, 50_000n * 10n ** 6n)] },
    ] as const
    await stage.node.miner.send([placing(stage, market, first, accounts[0]), placing(stage, market, second, accounts[1])])
    const { reserves } = onlyPosition(await readRevision(stage, market, [first]))
    const told = (symbol: string): AaveV3Reserve => reserves.find(({ asset }) => asset.symbol === symbol) ?? expect.unreachable()

    // 92 % of use; 0.5 and 5.5 % at it, 40 % more at full.
    expect(told('USDC').curve).toEqual({ kink: bps(9200n), rateAtKink: bps(600n), rateAtFull: bps(4600n) })
    const words = (await stage.node.public.readContract({
      ...{ address: market.pool, abi: stage.poolAbi, functionName: 'getReserveData', args: [usdc.token] },
    })) as Words
    const shared =
      revision < 8
        ? addressIn(words, 11)
        : await stage.node.public.readContract({
            ...{ address: market.pool, abi: stage.poolAbi, functionName: 'RESERVE_INTEREST_RATE_STRATEGY' },
          })
    const rateAt = (debt: bigint, available: bigint) =>
      stage.node.public.readContract({
        ...{ address: shared as Address, abi: STRATEGY, functionName: 'rateAt', args: [usdc.token, debt, available] },
      })
    expect(await rateAt(92n, 8n)).toBe(told('USDC').curve?.rateAtKink)
    expect(await rateAt(1n, 0n)).toBe(told('USDC').curve?.rateAtFull)

    // Both wallets' debt counts, and the stable debt of before v3.2.
    const places = revision < 5 ? [10, 9] : [10]
    const supplies = await Promise.all(
      places.map((place) =>
        stage.node.public.readContract({ address: addressIn(words, place), abi: TOKEN, functionName: 'totalSupply' }),
      ),
    )
    const debt = supplies.reduce((sum, supply) => sum + supply, 0n)
    expect(debt).toBeGreaterThan(told('USDC').debt)
    const all = debt + told('USDC').availableLiquidity
    expect(told('USDC').utilization).toBe((debt * RAY + all / 2n) / all)

    // Without a virtual balance, as GHO was from v3.1 to v3.3, a rate does not follow use.
    const flat = revision >= 4 && revision < 8
    expect(told('GHO').curve).toEqual(flat ? null : { kink: bps(8000n), rateAtKink: bps(500n), rateAtFull: bps(6500n) })
    expect(told('GHO').utilization === null).toBe(flat)
    expect(told('WETH')).toMatchObject({ utilization: null, curve: null })
  },
)
