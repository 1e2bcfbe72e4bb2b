import { describe, expect, test } from 'vitest'
import { dec } from '../../../src/risk/decimal.ts'
import type { AaveV3Position, AaveV3Reserve } from '../../../src/risk/lendingPosition.ts'
import { ALL_MARKET, alongFactor, type Path } from '../../../src/risk/path.ts'
import { flooredDeath, loanSlack } from '../../../src/risk/rules/aaveV3Slack.ts'
import type { Direction } from '../../../src/risk/slackLine.ts'
import { aLoan, anAsset, aReserve, USDC } from '../../support/books.ts'

const ETH = alongFactor('ETH')
const loanOf = (reserves: readonly AaveV3Reserve[]): AaveV3Position => aLoan({ reserves })
const [eth, btc, owed] = aLoan().reserves as [AaveV3Reserve, AaveV3Reserve, AaveV3Reserve]
/** Whole USD of a coin that stands still, by its threshold. */
const still = (symbol: string, usd: bigint, liquidationThreshold: bigint): AaveV3Reserve =>
  aReserve({ asset: anAsset(symbol, symbol), id: 9, decimals: 0, supplied: usd, liquidationThreshold })
const owes = (usd: bigint): AaveV3Reserve =>
  aReserve({ asset: USDC, id: 2, decimals: 6, debt: usd * 10n ** 6n, collateral: false })

/** Nothing of these counts: switched off, without a threshold, empty. */
const IDLE = [
  { ...still('LINK', 7000n, 7800n), collateral: false },
  still('JUNK', 5000n, 0n),
  { ...still('OLD', 0n, 7800n), price: null },
]

describe('the affine slack of a loan', () => {
  // 24,900 of ETH and 14,040 of BTC against 22,000
  test('is what covers less what is owed, and nothing else counts', () => {
    for (const loan of [aLoan(), loanOf([...IDLE, ...aLoan().reserves])]) {
      const line = loanSlack(loan, ETH)
      expect([1, 0].map((s) => line?.at(dec(s)).toFixed())).toEqual(['16940', '-7960'])
      expect(line?.at(dec('0.5')).toFixed()).toBe('4490')
      expect(line?.edges).toEqual([])
      expect(line?.whole?.alive).toBe(true)
    }
  })

  test('asks no price of what does not count', () => {
    const unpriced = IDLE.map((reserve) => ({ ...reserve, price: null }))
    expect(
      loanSlack(loanOf([...unpriced, eth, btc, owed]), ETH)
        ?.at(dec(1))
        .toFixed(),
    ).toBe('16940')
  })

  test('at 0 is not alive, a millionth above it is', () => {
    expect(loanSlack(loanOf([eth, btc, owes(38_940n)]), ETH)?.whole?.alive).toBe(false)
    const less = { ...owes(38_940n), debt: 38_940n * 10n ** 6n - 1n }
    expect(loanSlack(loanOf([eth, btc, less]), ETH)?.whole?.alive).toBe(true)
  })

  test('is none where nothing is owed', () => {
    expect(loanSlack(loanOf([eth, btc]), ETH)).toBeNull()
    expect(loanSlack(loanOf([]), ETH)).toBeNull()
  })
})

describe('the death of a loan whose average threshold is cut to basis points', () => {
  const death = (reserves: readonly AaveV3Reserve[], direction: Direction, path: Path = ETH): string | null =>
    flooredDeath(loanOf(reserves), path, direction)?.toSignificantDigits(40).toFixed() ?? null
  const share = (over: string, under: string): string => dec(over).div(under).toSignificantDigits(40).toFixed()

  test('is where the cut average no longer covers', () => {
    // At 7973 basis points 30,000 s + 18,000 have to be 220,000,000 / 7973 (27,593.13, where the average is 7973.8).
    const end = dec(220_000_000).div(7973).minus(18_000).div(30_000).toSignificantDigits(40).toFixed()
    expect(death([eth, btc, owed], 'down')).toBe(end)
    expect(death([...IDLE, eth, btc, owed], 'down')).toBe(end)
    expect(death([eth, btc, owed], 'up')).toBeNull()
    // All of it moves: 8112.5 are cut to 8112 whatever the price. 22,000 / 38,937.6
    expect(death([eth, btc, owed], 'down', ALL_MARKET)).toBe(share('22000', '38937.6'))
    // Nothing of it moves, but the debt does: 38,937.6 / 22,000
    expect(death([eth, btc, owed], 'up', alongFactor('USD:USDC'))).toBe(share('38937.6', '22000'))
  })

  test('asks no price of what does not count', () => {
    const idle = { ...still('OLD', 5000n, 0n), price: null }
    const off = { ...still('LINK', 5000n, 7800n), price: null, collateral: false }
    expect(death([idle, off, eth, owed], 'down')).toBe(share('22000', '24900'))
  })

  test('also where without the cut it would outlive every fall', () => {
    // What stands still covers 36,000 x 78.005 % = 28,081.80 of 28,081; cut to 78 % it covers 28,080.
    // The average passes 7801 at (28,083.6 - 28,081.8) / (24,900 - 23,403) = 0.0012; below, 23,400 s + 28,080 = 28,081.
    const loan = [eth, still('LINK', 18_000n, 7800n), still('UNI', 18_000n, 7801n), owes(28_081n)]
    expect(death(loan, 'down')).toBe(share('1', '23400'))
    expect(death(loan, 'up')).toBeNull()
  })

  test('also where without the cut it would outlive every rise', () => {
    // 8.3 ETH are owed against 10 at 83 %: what ETH covers, it owes. 14,040 of BTC against 13,000 more.
    // From s = 299.4 on the average is 8299 and something: 0.8299 (30,000 s + 18,000) = 24,900 s + 13,000 at 1,938.2 / 3.
    const ethOwed = { ...eth, debt: 83n * 10n ** 17n }
    expect(death([ethOwed, btc, owes(13_000n)], 'up')).toBe(share('1938.2', '3'))
    expect(death([ethOwed, btc, owes(13_000n)], 'down')).toBeNull()
  })

  test('is now where nothing covers the debt, and never where nothing is owed', () => {
    expect(death([owed], 'down')).toBe('1')
    expect(death([...IDLE, owed], 'up', ALL_MARKET)).toBe('1')
    expect(death([eth, btc], 'down')).toBeNull()
    expect(death([], 'down')).toBeNull()
  })
})
