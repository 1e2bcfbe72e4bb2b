import { describe, expect, test } from 'vitest'
import { afterDeath, type Range } from '../../src/risk/afterDeath.ts'
import { dec } from '../../src/risk/decimal.ts'
import type { AaveV3Position, CompoundV3Position } from '../../src/risk/lendingPosition.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { aComet, anAsset, aReserve, WETH, WSTETH } from '../support/books.ts'
import { theLoan } from '../support/stressBook.ts'

const WETH_QUOTE = anAsset('quoted', 'ETH')

const texts = ({ best, worst }: Range) => [best.toFixed(2), worst.toFixed(2)]

describe('coarse oracle prices', () => {
  const coins = (owned: bigint, owed: bigint, amount: number): AaveV3Position => {
    const loan = theLoan()
    const [collateral, , debt] = loan.reserves
    if (collateral === undefined || debt === undefined) throw new RangeError('no reserves')
    // 1,000,000 of the one at 0.83 against so many of the other
    const reserves = [
      { ...collateral, price: owned, supplied: 10n ** 24n },
      { ...debt, price: owed, debt: BigInt(amount) * 10n ** 6n },
    ]
    return { ...loan, revision: 11, reserves }
  }

  test.each([
    // 1,000,000 x 100 x 0.83 = 83,000,000 of 82,999,999: dead one unit lower, not a ten-millionth lower.
    [100n, 1n, 82_999_999, true],
    // 1,000,000 x 3,000 x 0.83 = 2.49e9 of 3 x 830,000,000: health 1, dead a unit lower.
    [3000n, 3n, 830_000_000, true],
    // 1,000,000 x 1 x 0.83 = 100 x 8,300: the collateral has nowhere to go, the debt dies one unit dearer.
    [1n, 100n, 8300, true],
    // 1 unit of price on either side: nowhere to go.
    [1n, 1n, 830_000, false],
    // 82,000,000: a unit of 100 lower covers 82,170,000.
    [100n, 1n, 82_000_000, false],
  ])('%i for %i units: a loan of %i is liquidated: %s', (owned, owed, amount, dies) => {
    const loan = coins(owned, owed, amount)
    expect(solvency(loan).tripped).toBe(false)
    expect(afterDeath(loan).steps.worst.length > 0).toBe(dies)
  })
})

describe('prices that a liquidation borrows are given back', () => {
  // 1e12 coins at one unit, which cannot fall: 10,000 USD, 8,950 of them count, all of it owed. A ten-millionth dearer it is dead.
  const [weth] = aComet().collateral
  const coarse = (over: Partial<CompoundV3Position> = {}) =>
    aComet({
      ...{ baseBalance: -8950n * 10n ** 6n, collateral: [{ ...weth, balance: 10n ** 30n, price: 1n } as typeof weth & object] },
      ...over,
    })

  test('of a base asset that had to be pushed', () => {
    const { leg, equityBefore, bill, equityAfter } = afterDeath(coarse())
    // 9,500 are credited at 1.0000001: 9,499.999050; less 8,950
    expect(leg).toMatchObject({ baseBalance: 549_999_050n, collateral: [], base: { price: 10n ** 8n } })
    expect([equityBefore.toFixed(), texts(bill), texts(equityAfter)]).toEqual([
      '1050',
      ['500.00', '500.00'],
      ['550.00', '550.00'],
    ])
  })

  test('of a market that counts in a coin which the account does not hold', () => {
    // Prices in ETH at 3,000 USD: the same, 3,000 times.
    const { leg, equityBefore } = afterDeath(coarse({ quote: WETH_QUOTE, quoteUsd: dec(3000) }))
    expect(leg).toMatchObject({ baseBalance: 549_999_050n, quoteUsd: dec(3000), base: { price: 10n ** 8n } })
    expect(equityBefore.toFixed()).toBe('3150000')
  })

  test('of a market that counts in what secures the loan', () => {
    // 10 WETH count 8.95 of its own units, all owed at 1: as WETH falls by a ten-millionth, so does the unit, and the base rises.
    const own = coarse({
      ...{ quote: WETH, quoteUsd: dec(3000), baseBalance: -8_950_000n },
      collateral: [{ ...weth, price: 10n ** 8n } as typeof weth & object],
    })
    const { leg } = afterDeath(own)
    expect(leg).toMatchObject({ collateral: [], quoteUsd: dec(3000), base: { price: 10n ** 8n } })
  })

  test('of every reserve, also of one without a balance, when a debt had to be pushed', () => {
    const idle = aReserve({ asset: WSTETH, id: 7, decimals: 18, price: 3600n * 10n ** 8n })
    const [collateral, , debt] = theLoan().reserves
    const reserves = [
      idle,
      { ...collateral, price: 1n, supplied: 10n ** 24n },
      { ...debt, price: 100n, debt: 8300n * 10n ** 6n },
    ] as AaveV3Position['reserves']
    const { leg, bestLeg, steps } = afterDeath({ ...theLoan(), revision: 11, reserves })
    expect(steps.worst.length).toBeGreaterThan(0)
    for (const after of [leg, bestLeg]) {
      expect(after).toMatchObject({
        protocol: 'aave-v3',
        reserves: [{ price: 3600n * 10n ** 8n }, { price: 1n }, { price: 100n }],
      })
    }
  })
})
