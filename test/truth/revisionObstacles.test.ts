import { type Address, encodeFunctionData, maxUint256 } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { DEFAULT_POLICY } from '../../src/risk/grade.ts'
import type { AaveV3Position } from '../../src/risk/lendingPosition.ts'
import { accountOf, blockedUntil } from '../../src/risk/rules/aaveV3.ts'
import { liquidate } from '../../src/risk/rules/aaveV3Liquidation.ts'
import { configurationOf, type Reserve } from '../contracts/aave/planMarkets.ts'
import { aSnapshot } from '../support/books.ts'
import { onlyPosition } from '../support/chainRead.ts'
import type { RevisionAccount } from './revisionAccount.ts'
import {
  ANYBODY,
  type Answer,
  accountQuestion,
  ask,
  openRevisionStage,
  placing,
  REVISIONS,
  type RevisionStage,
  readRevision,
  refusalOf,
  toldIn,
  walletOf,
} from './revisionStage.ts'

const WAD = 10n ** 18n
const UNKNOWN = [0, 12, 99]
const HEALTHS = { shaken: '0.97', sunk: '0.9', ruined: '0.5' } as const

let stage: RevisionStage
beforeAll(async () => {
  stage = await openRevisionStage([...REVISIONS, ...UNKNOWN])
  for (const { revision } of stage.markets) {
    const calls = Object.values(HEALTHS).map((health, i) =>
      placing(stage, stage.marketOf(revision), walletOf(revision, i), loanAt(health)),
    )
    await stage.node.miner.send(calls)
  }
}, 120_000)
afterAll(() => stage.stop())

const reserveOf = (symbol: string): Reserve => stage.reserves.find((reserve) => reserve.symbol === symbol) as Reserve

/** 10 WETH, scaled, at 83 %, and USDC owed for about so much health. */
function loanAt(health: string): RevisionAccount {
  const [weth, usdc] = [reserveOf('WETH'), reserveOf('USDC')]
  const cover = (10n * weth.price * weth.liquidityIndex * 83n) / (100n * 10n ** 27n)
  const debt =
    (cover * 10n ** 6n * 10n ** 27n * 100n) / (usdc.price * usdc.borrowIndex * BigInt(Math.round(Number(health) * 100)))
  const none = { scaledDebt: 0n, scaledSupply: 0n, collateral: false, stableDebt: 0n, discountPercent: 0n, previousIndex: 0n }
  return {
    mode: 0,
    holdings: [
      { ...none, reserve: weth, scaledSupply: 10n * WAD, collateral: true },
      { ...none, reserve: usdc, scaledDebt: debt },
    ],
  }
}

const walletAt = (revision: number, health: keyof typeof HEALTHS): Address =>
  walletOf(revision, Object.keys(HEALTHS).indexOf(health))

async function positionAt(revision: number, health: keyof typeof HEALTHS): Promise<AaveV3Position> {
  return onlyPosition(await readRevision(stage, stage.marketOf(revision), [walletAt(revision, health)]))
}

function liquidationData(wallet: Address) {
  const args = [reserveOf('WETH').token, reserveOf('USDC').token, wallet, maxUint256, false]
  return encodeFunctionData({ abi: stage.poolAbi, functionName: 'liquidationCall', args })
}

/** Why the pool refuses to liquidate the wallet now; null: it does not. */
async function refusalNow(revision: number, health: keyof typeof HEALTHS): Promise<string | null> {
  const data = liquidationData(walletAt(revision, health))
  const [answer] = await ask(stage, [{ to: stage.marketOf(revision).pool, data }])
  return refusalOf(answer as Answer, stage.poolAbi)
}

/** Does something to the market of a revision, looks, and takes it back. */
async function rehearsed(calls: readonly { to: Address; data: `0x${string}` }[], work: () => Promise<void>): Promise<void> {
  const before = await stage.node.rpc('evm_snapshot')
  try {
    await stage.node.miner.send(calls.map((call) => ({ from: ANYBODY, ...call })))
    await work()
  } finally {
    await stage.node.rpc('evm_revert', [before])
  }
}

const inPool = (revision: number, functionName: string, ...args: readonly unknown[]) => ({
  to: stage.marketOf(revision).pool,
  data: encodeFunctionData({ abi: stage.poolAbi, functionName, args: [...args] }),
})

/** What the report says of the loan. */
function viewOf(position: AaveV3Position) {
  const { legs, verdict } = assess(aSnapshot({ at: position.source.readAt, legs: [position] }), DEFAULT_POLICY)
  return { grade: legs[0]?.grade, verdict: verdict.grade, notes: legs[0]?.notes ?? [] }
}

describe.each(REVISIONS)('what stands in the way of a liquidation in pool revision %d', (revision) => {
  test('nothing: both loans below 1 can be liquidated, and are told so', async () => {
    for (const health of ['shaken', 'sunk'] as const) {
      const position = await positionAt(revision, health)
      expect(position.reported.healthFactor).toBe(accountOf(position).healthFactor)
      expect([(position.reported.healthFactor ?? 0n) > (95n * WAD) / 100n, position.sentinel]).toEqual([
        health === 'shaken',
        null,
      ])
      expect(await refusalNow(revision, health)).toBeNull()
      expect(viewOf(position)).toMatchObject({ grade: 'liquidatable', verdict: 'liquidatable' })
    }
  })

  test.each(['paused', 'inactive'] as const)('a reserve that is %s', async (what) => {
    const weth = reserveOf('WETH')
    const bits = configurationOf(weth, revision, what === 'paused' ? { paused: true } : { active: false })
    await rehearsed([inPool(revision, 'setConfiguration', weth.token, bits)], async () => {
      const position = await positionAt(revision, 'sunk')
      expect(await refusalNow(revision, 'sunk')).toBe(what === 'paused' ? 'ReservePaused' : 'ReserveInactive')
      expect(blockedUntil(position)).toEqual({ paused: [weth.id], everyPairPaused: true, graceUntil: null })
      expect(viewOf(position).grade).toBe('liquidatable')
    })
  })

  test('a grace period, from v3.1 on: up to and including its end', async () => {
    const { timestamp } = await stage.node.public.getBlock()
    const until = timestamp + 3600n
    await rehearsed([inPool(revision, 'setGrace', reserveOf('USDC').token, until)], async () => {
      const told = revision >= 4 ? until : null
      expect(blockedUntil(await positionAt(revision, 'sunk')).graceUntil).toBe(told)
      const refusal = revision >= 4 ? 'LiquidationGraceSentinelCheckFailed' : null
      expect(await refusalNow(revision, 'sunk')).toBe(refusal)
      await stage.node.miner.send([], until)
      expect(await refusalNow(revision, 'sunk')).toBe(refusal)
      expect(blockedUntil(await positionAt(revision, 'sunk')).graceUntil).toBe(told)
      await stage.node.miner.send([], until + 1n)
      expect(await refusalNow(revision, 'sunk')).toBeNull()
      expect(blockedUntil(await positionAt(revision, 'sunk')).graceUntil).toBeNull()
    })
  })

  test('a sentinel that bars, before v3.7: health of 0.95 and more alone, and the user is told of both', async () => {
    const setSentinel = {
      to: stage.marketOf(revision).provider,
      data: encodeFunctionData({ abi: stage.providerAbi, functionName: 'setPriceOracleSentinel', args: [stage.sentinel] }),
    }
    const letting = (allowed: boolean) => ({
      to: stage.sentinel,
      data: encodeFunctionData({ abi: stage.sentinelAbi, functionName: 'set', args: [allowed] }),
    })
    const asked = revision < 11
    await rehearsed([setSentinel], async () => {
      expect((await positionAt(revision, 'shaken')).sentinel).toBe(asked ? 'lets' : null)
      expect(await refusalNow(revision, 'shaken')).toBeNull()
    })
    await rehearsed([setSentinel, letting(false)], async () => {
      const position = await positionAt(revision, 'shaken')
      expect(position.sentinel).toBe(asked ? 'bars' : null)
      expect(await refusalNow(revision, 'shaken')).toBe(asked ? 'PriceOracleSentinelCheckFailed' : null)
      expect(await refusalNow(revision, 'sunk')).toBeNull()
      const { grade, notes } = viewOf(position)
      const barred = 'the sequencer is down or was lately: no liquidation while health is 0.95 or more'
      expect([grade, notes.includes(barred)]).toEqual(['liquidatable', asked])
    })
  })

  test('a sentinel that gives no answer lets nobody of 0.95 and more be liquidated, and is told as unread', async () => {
    const nobody = walletOf(revision, 99)
    const data = encodeFunctionData({ abi: stage.providerAbi, functionName: 'setPriceOracleSentinel', args: [nobody] })
    await rehearsed([{ to: stage.marketOf(revision).provider, data }], async () => {
      const position = await positionAt(revision, 'shaken')
      expect(position.sentinel).toBe(revision < 11 ? 'silent' : null)
      expect(await refusalNow(revision, 'shaken')).toBe(revision < 11 ? 'without a word' : null)
      const said = viewOf(position).notes.includes('whether the sequencer bars liquidations could not be read')
      expect(said).toBe(revision < 11)
    })
  })

  test('a debt that no collateral is left for: written off from v3.3 on, before that it stays', async () => {
    const wallet = walletAt(revision, 'ruined')
    const { pool } = stage.marketOf(revision)
    const course = liquidate(await positionAt(revision, 'ruined')).worst
    await rehearsed([{ to: pool, data: liquidationData(wallet) }], async () => {
      const [answer] = await ask(stage, [accountQuestion(stage, pool, wallet)])
      const { totalDebt, healthFactor } = toldIn(stage, answer as Answer)
      const after = accountOf(course.after)
      expect(course.steps).toHaveLength(1)
      if (revision < 7) {
        // A base unit of the token is 100 base currency units here, and burning it rounds to the next scaled one.
        expect(Number(totalDebt - after.totalDebt)).toBeLessThanOrEqual(200)
        expect([healthFactor, after.healthFactor]).toEqual([0n, 0n])
        expect(course.badDebtUsd.isZero()).toBe(true)
      } else {
        expect([totalDebt, healthFactor]).toEqual([0n, maxUint256])
        expect([after.totalDebt, after.healthFactor]).toEqual([0n, null])
        const [deficit] = await ask(stage, [inPool(revision, 'getReserveDeficit', reserveOf('USDC').token)])
        // At 0.99987654 USD, 6 decimals.
        const usd = (BigInt((deficit as Answer).bytes) * reserveOf('USDC').price) / 10n ** 6n
        expect(course.badDebtUsd.times(1e8).floor().toFixed()).toBe(usd.toString())
        expect((await readRevision(stage, stage.marketOf(revision), [wallet])).positions).toEqual([])
      }
    })
  })
})

test.each(UNKNOWN)('pool revision %d is not known: the loan is unknown, and nothing is guessed', async (revision) => {
  const position = await positionAt(revision, 'shaken')
  const { legs, gaps, verdict } = assess(aSnapshot({ at: position.source.readAt, legs: [position] }), DEFAULT_POLICY)
  expect([legs, verdict.grade]).toEqual([[], 'unknown'])
  expect(gaps).toMatchObject([{ leg: position.id, code: 'unsupported' }])
  expect(gaps[0]?.reason).toContain(`runs pool revision ${revision}, whose rounding is not known`)
})
