import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assess } from '../../../src/risk/assess.ts'
import { deathsOf } from '../../../src/risk/deaths.ts'
import { DEFAULT_POLICY } from '../../../src/risk/grade.ts'
import type { AaveV4Position, AaveV4Reserve } from '../../../src/risk/lendingPosition.ts'
import { liquidationsOf } from '../../../src/risk/liquidations.ts'
import { alongFactor } from '../../../src/risk/path.ts'
import { accountOf, refreshed, trigger, trips } from '../../../src/risk/rules/aaveV4.ts'
import { liquidate } from '../../../src/risk/rules/aaveV4Liquidate.ts'
import { solvency } from '../../../src/risk/solvency.ts'
import { aSnapshot, aSpoke, WBTC } from '../../support/books.ts'

const RAY = 10n ** 27n
const WAD = 10n ** 18n

/** `aSpoke` with some fields of a reserve replaced. */
function withReserve(id: number, over: Partial<AaveV4Reserve>, position = aSpoke()): AaveV4Position {
  return { ...position, reserves: position.reserves.map((reserve) => (reserve.id === id ? { ...reserve, ...over } : reserve)) }
}

/** USDC owed, whole. */
const owing = (usdc: bigint, position = aSpoke()): AaveV4Position => withReserve(1, { debtRay: usdc * 10n ** 6n * RAY }, position)

describe('health', () => {
  test('a reserve without balance and debt needs no price', () => {
    const [eth] = aSpoke().reserves as [AaveV4Reserve]
    const idle = { ...eth, id: 5, supplied: 0n, price: null }
    expect(accountOf({ ...aSpoke(), reserves: [...aSpoke().reserves, idle] })).toEqual(accountOf(aSpoke()))
  })

  test('of one collateral and one debt', () => {
    expect(accountOf(aSpoke())).toEqual({
      totalCollateralValue: 30_000n * 10n ** 26n,
      weighted: 30_000n * 10n ** 26n * 8500n,
      totalDebtValueRay: 20_000n * 10n ** 53n,
      healthFactor: 1_275_000_000_000_000_000n,
    })
  })

  test('a debt counts with every digit of its ray, and health is cut, never rounded up', () => {
    // 25,500 / 20,000.000...1: 1.275 less a trace
    const owed = 20_000n * 10n ** 33n
    expect(accountOf(withReserve(1, { debtRay: owed + 1n })).healthFactor).toBe(1_274_999_999_999_999_999n)
    // 25,500 USDC is a health of exactly 1; one part in ray more is not
    expect(trips(owing(25_500n))).toBe(false)
    expect(trips(withReserve(1, { debtRay: 25_500n * 10n ** 33n + 1n }))).toBe(true)
  })

  test('a switched-off collateral and one without a factor back nothing', () => {
    for (const over of [{ collateral: false }, { collateralFactor: 0n }, { supplied: 0n }])
      expect(accountOf(withReserve(0, over))).toMatchObject({ totalCollateralValue: 0n, healthFactor: 0n })
    expect(accountOf(owing(0n)).healthFactor).toBeNull()
  })

  test('a missing price, or one of 0, is no figure; nor is a token nobody could list', () => {
    for (const price of [null, 0n]) expect(() => accountOf(withReserve(0, { price }))).toThrow('oracle price of WETH')
    expect(() => solvency(withReserve(0, { price: null, collateral: false }))).toThrow('oracle price of WETH')
    expect(() => accountOf(withReserve(0, { decimals: 19 }))).toThrow('lists WETH with 19 decimals')
  })

  test('the same asset twice in one spoke has two prices', () => {
    const [weth, usdc] = aSpoke().reserves
    if (weth === undefined || usdc === undefined) throw new RangeError('no reserves')
    const twice = aSpoke({ reserves: [weth, usdc, { ...weth, id: 2, supplied: 10n ** 18n }] })
    // 20,000 - 3,000 x 0.85 = 17,450; / 8.5 = 2,052.94117647...
    expect(trigger(twice, 0, 'down')).toEqual({ kind: 'price', price: 205_294_117_648n, exact: true })
    // (20,000 - 25,500) < 0: the second can fall to nothing
    expect(trigger(twice, 2, 'down')).toEqual({ kind: 'none' })
    expect(liquidationsOf(twice, []).map(({ asset, side }) => [asset, side])).toEqual([
      ['WETH', 'down'],
      ['USDC', 'up'],
    ])
  })
})

describe('the last safe price', () => {
  test('of the collateral and of the debt', () => {
    // 20,000 / 8.5 = 2,352.941176470...
    expect(trigger(aSpoke(), 0, 'down')).toEqual({ kind: 'price', price: 235_294_117_648n, exact: true })
    // 25,500 / 20,000: health is exactly 1 there
    expect(trigger(aSpoke(), 1, 'up')).toEqual({ kind: 'price', price: 127_500_000n, exact: true })
    expect(trigger(aSpoke(), 0, 'up')).toEqual({ kind: 'none' })
    expect(trigger(aSpoke(), 1, 'down')).toEqual({ kind: 'none' })
    expect(trigger(owing(25_501n), 0, 'down')).toEqual({ kind: 'liquidatable' })
    expect(() => trigger(aSpoke(), 7, 'down')).toThrow('reserve 7')
  })

  test('equals the walk tick by tick, also where an asset is on both sides', () => {
    const amount = fc.bigInt({ min: 0n, max: 3000n })
    const one = fc.record({
      price: fc.bigInt({ min: 1n, max: 300n }),
      supplied: amount,
      debtRay: amount.map((raw) => raw * RAY),
      collateralFactor: fc.bigInt({ min: 0n, max: 9_900n }),
      decimals: fc.integer({ min: 0, max: 3 }),
      collateral: fc.boolean(),
    })
    const seen = { down: 0, up: 0 }
    fc.assert(
      fc.property(one, one, (first, second) => {
        const position = withReserve(0, first, withReserve(1, second))
        const at = (price: bigint): boolean => trips(withReserve(0, { price }, position))
        const [down, up] = [trigger(position, 0, 'down'), trigger(position, 0, 'up')]
        if (trips(position)) {
          expect([down.kind, up.kind]).toEqual(['liquidatable', 'liquidatable'])
          return
        }
        let safe = first.price
        while (safe > 1n && !at(safe - 1n)) safe -= 1n
        expect(down).toEqual(safe === 1n ? { kind: 'none' } : { kind: 'price', price: safe, exact: true })
        if (down.kind === 'price') seen.down += 1
        if (up.kind === 'none') {
          expect(at(first.price * 1_000_000n)).toBe(false)
          return
        }
        if (up.kind !== 'price') throw new RangeError(up.kind)
        seen.up += 1
        expect([at(up.price), at(up.price + 1n)]).toEqual([false, true])
      }),
      { numRuns: 1200, seed: 17 },
    )
    expect(Math.min(seen.down, seen.up)).toBeGreaterThan(30)
  })
})

describe('the affine model', () => {
  test('agrees with the spoke, which rounds nothing', () => {
    const { cover, required, slack, modelGap, health } = solvency(aSpoke())
    expect([cover, required, slack, modelGap, health].map(String)).toEqual(['25500', '20000', '5500', '0', '1.275'])
    // 20,000 / 25,500
    expect(deathsOf(aSpoke(), alongFactor('ETH')).down?.toFixed(9)).toBe('0.784313725')
  })
})

describe('a liquidation', () => {
  test('restores the target health', () => {
    // RISK V17: health 51 / 52; bonus 1.025 + 0.025 x (1 / 52) / 0.1; debt 26,000 (1.05 - 51/52) / (1.05 - 0.85 bonus)
    const done = liquidate(owing(26_000n))
    expect(done?.bonus.toFixed(12)).toBe('1.029807692308')
    expect(done?.repaidUsd.toFixed(9)).toBe('10305.532617671')
    expect(done?.lossUsd.toFixed(9)).toBe('307.184145334')
    expect(done?.healthAfter?.toFixed(30)).toBe(`1.05${'0'.repeat(28)}`)
    expect(accountOf((done as { after: AaveV4Position }).after).healthFactor).toBeGreaterThan(1_049_999_999_999_999n * 1000n)
  })

  test('leaves no dust of the debt', () => {
    // 0.55 WETH, 1,650 x 0.85 = 1,402.5; / 1,500 = 0.935; bonus 1.025 + 0.025 x 0.65 = 1.04125
    // to the target 1,500 x 0.115 / (1.05 - 0.85 x 1.04125) = 1,045.9: 454 would be left, so all of it
    const done = liquidate(withReserve(0, { supplied: 550_000_000_000_000_000n }, owing(1500n)))
    expect([done?.bonus, done?.repaidUsd, done?.seizedUsd, done?.lossUsd].map(String)).toEqual([
      '1.04125',
      '1500',
      '1561.875',
      '61.875',
    ])
    expect(done?.healthAfter).toBeNull()
    // 1,561.875 / 3,000 = 0.520625
    expect(done?.after.reserves.map(({ supplied, debtRay }) => [supplied, debtRay])).toEqual([
      [29_375_000_000_000_000n, 0n],
      [0n, 0n],
    ])
  })

  test('leaves no dust of the collateral', () => {
    const [weth, usdc] = aSpoke().reserves
    if (weth === undefined || usdc === undefined) throw new RangeError('no reserves')
    const small = { ...weth, supplied: 7n * 10n ** 17n, collateralFactor: 8000n, maxLiquidationBonus: 11_000n }
    const large = { ...weth, id: 2, asset: WBTC, decimals: 8, price: 90_000n * 10n ** 8n, supplied: 20_000_000n }
    const reserves = [small, usdc, { ...large, maxLiquidationBonus: 10_000n }]
    const liquidation = { ...aSpoke().liquidation, targetHealthFactor: WAD }
    const done = liquidate(owing(17_170n, aSpoke({ reserves, liquidation })))
    // 2,100 x 0.8 + 18,000 x 0.85 = 16,980; health 16,980 / 17,170; bonus 1.05 + 0.05 x (190 / 17,170) / 0.1 = 1.055532906
    // to 1: 190 / (1 - 0.8 x 1.055532906) = 1,221.29 takes 1,289.11 of 2,100: 810.89 would be left, so all of it
    expect(done?.collateral).toBe(0)
    expect(done?.bonus.toFixed(9)).toBe('1.055532906')
    expect(done?.seizedUsd.toFixed()).toBe('2100')
    expect(done?.repaidUsd.toFixed(3)).toBe('1989.516')
    expect(done?.after.reserves.map(({ supplied }) => supplied)).toEqual([0n, 0n, 20_000_000n])
    // (16,980 - 1,680) / (17,170 - 1,989.516): above the target
    expect(done?.healthAfter?.toFixed(4)).toBe('1.0079')
    expect(done?.forgivenUsd.toFixed()).toBe('0')
  })

  test('takes the pair that costs most, and all of one reserve where that is not enough', () => {
    const [weth, usdc] = aSpoke().reserves
    if (weth === undefined || usdc === undefined) throw new RangeError('no reserves')
    const large = { ...weth, supplied: 9n * 10n ** 18n }
    const small = { ...weth, id: 2, asset: WBTC, decimals: 8, price: 90_000n * 10n ** 8n, supplied: 1_666_667n }
    const reserves = [{ ...small, maxLiquidationBonus: 11_000n }, usdc, large].map((reserve, id) => ({ ...reserve, id }))
    // 27,000 x 0.85 + 1,500 x 0.85 = 24,225 of 27,000 is below 0.9: the largest bonuses. WBTC: 1,500 - 1,500 / 1.1 = 136
    // WETH: 27,000 x (1.05 - 0.8972) / (1.05 - 0.8925) x 1.05 = 27,500 > 27,000: all of it, for 25,714.29
    const done = liquidate(owing(27_000n, aSpoke({ reserves })))
    expect(done).toMatchObject({ collateral: 2, debt: 1 })
    expect([done?.seizedUsd.toFixed(), done?.repaidUsd.toFixed(2), done?.forgivenUsd.toFixed()]).toEqual([
      '27000',
      '25714.29',
      '0',
    ])
    expect(done?.after.reserves.map(({ supplied }) => supplied)).toEqual([1_666_667n, 0n, 0n])
    // The account dies on: 1,275 of 1,285.71
    expect(trips((done as { after: AaveV4Position }).after)).toBe(true)
  })

  test('writes off what is owed when no collateral is left', () => {
    // 25,500 / 31,000 = 0.82; bonus 1.05; 31,000 x 1.05 > 30,000, so all collateral for 30,000 / 1.05
    const done = liquidate(owing(31_000n))
    expect(done?.repaidUsd.toFixed(2)).toBe('28571.43')
    expect(done?.penaltyUsd.toFixed(2)).toBe('1428.57')
    expect(done?.forgivenUsd.toFixed(2)).toBe('2428.57')
    // Equity was -1,000 and is 0.
    expect(done?.lossUsd.toFixed(20)).toBe('-1000.00000000000000000000')
    expect(done?.after.reserves.every(({ supplied, debtRay }) => supplied === 0n && debtRay === 0n)).toBe(true)
  })

  test('is not possible at a health of 1', () => {
    expect(liquidate(owing(25_500n))).toBeNull()
    expect(liquidate(owing(0n))).toBeNull()
  })

  test('costs what equity falls by, restores the target or takes all of one side, and leaves nothing below 0', () => {
    const reserve = fc.record({
      price: fc.bigInt({ min: 10n ** 6n, max: 10n ** 12n }),
      supplied: fc.bigInt({ min: 0n, max: 10n ** 13n }),
      debtRay: fc.bigInt({ min: 0n, max: 10n ** 40n }),
      collateralFactor: fc.bigInt({ min: 0n, max: 8_800n }),
      maxLiquidationBonus: fc.bigInt({ min: 10_000n, max: 11_000n }),
      decimals: fc.integer({ min: 6, max: 9 }),
      collateral: fc.boolean(),
    })
    let seen = 0
    fc.assert(
      fc.property(reserve, reserve, (first, second) => {
        const position = withReserve(0, first, withReserve(1, second))
        const done = liquidate(position)
        if (done === null || !trips(position)) {
          expect(done === null || trips(position)).toBe(true)
          return
        }
        seen += 1
        const { after } = done
        for (const { supplied, debtRay } of after.reserves) expect(supplied >= 0n && debtRay >= 0n).toBe(true)
        const fallen = solvency(position).equity.minus(solvency(after).equity)
        const gross = solvency(position).required.plus(1)
        // The rounding of the position afterwards: less than a base unit of the token.
        expect(fallen.minus(done.lossUsd).abs().lte(gross.times('1e-9').plus('0.02'))).toBe(true)
        const gone = after.reserves.some(({ id, supplied }) => id === done.collateral && supplied === 0n)
        const paid = after.reserves.some(({ id, debtRay }) => id === done.debt && debtRay === 0n)
        expect(gone || paid || done.healthAfter?.minus('1.05').abs().lte('1e-30')).toBe(true)
      }),
      { numRuns: 400, seed: 4 },
    )
    expect(seen).toBeGreaterThan(60)
  })
})

describe('new risk terms', () => {
  // 60 % from the next borrow on: 18,000 / 20,000
  const stale = withReserve(0, { latestCollateralFactor: 6000n })

  test('do not touch health yet, and the report says what they would make of it', () => {
    expect(accountOf(stale).healthFactor).toBe(1_275_000_000_000_000_000n)
    expect(accountOf(refreshed(stale)).healthFactor).toBe((9n * WAD) / 10n)
    const { legs } = assess(aSnapshot({ legs: [stale] }), DEFAULT_POLICY)
    expect(legs[0]?.notes).toEqual(['the risk terms have changed: the next borrow or withdrawal takes health to 0.9000'])
    expect(legs[0]).toMatchObject({ agreement: 'agree', tripped: false })
  })

  test('pauses and freezes are notes', () => {
    const { legs } = assess(aSnapshot({ legs: [withReserve(0, { paused: true, frozen: true })] }), DEFAULT_POLICY)
    expect(legs[0]?.notes).toEqual([
      'WETH paused: neither liquidation nor repayment is possible while it lasts',
      'WETH frozen: it can still be liquidated',
    ])
  })

  test("a health of the contract's that is lower than ours counts", () => {
    const { legs } = assess(
      aSnapshot({ legs: [aSpoke({ reported: { ...aSpoke().reported, healthFactor: WAD - 1n } })] }),
      DEFAULT_POLICY,
    )
    expect(legs[0]).toMatchObject({ agreement: 'disputed', grade: 'liquidatable' })
  })
})
