import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assess } from '../../../src/risk/assess.ts'
import { deathsOf } from '../../../src/risk/deaths.ts'
import { dec } from '../../../src/risk/decimal.ts'
import { DEFAULT_POLICY } from '../../../src/risk/grade.ts'
import type { CompoundV3Position } from '../../../src/risk/lendingPosition.ts'
import { liquidationsOf } from '../../../src/risk/liquidations.ts'
import { alongFactor } from '../../../src/risk/path.ts'
import { accountOf, trigger, trips } from '../../../src/risk/rules/compoundV3.ts'
import { absorb } from '../../../src/risk/rules/compoundV3Absorb.ts'
import { lendingRule } from '../../../src/risk/rules/lending.ts'
import { shocked } from '../../../src/risk/shock.ts'
import { solvency } from '../../../src/risk/solvency.ts'
import { aComet, aSnapshot, USDC, WBTC, WETH, WSTETH } from '../../support/books.ts'

/** The position with another price of one asset. */
function priced(position: CompoundV3Position, key: string, price: bigint | null): CompoundV3Position {
  const { base } = position
  return {
    ...position,
    base: base.asset.key === key ? { ...base, price } : base,
    collateral: position.collateral.map((held) => (held.asset.key === key ? { ...held, price } : held)),
  }
}

/** A market quoted in ETH: 10 wstETH at 1.2 ETH, 90 % of them count, against 9 WETH. */
function inEther(): CompoundV3Position {
  const [held] = aComet().collateral
  if (held === undefined) throw new RangeError('no collateral')
  const wrapped = { ...held, asset: WSTETH, price: 120_000_000n, liquidateFactor: 9n * 10n ** 17n }
  return aComet({
    base: { asset: WETH, decimals: 18, price: 10n ** 8n, priceUpdatedAt: null },
    baseBalance: -9n * 10n ** 18n,
    collateral: [wrapped],
    quote: WETH,
    quoteUsd: dec(3000),
  })
}

describe('health', () => {
  test('two collaterals with their own factors', () => {
    // 30,000 + 27,000; 30,000 x 0.825 + 27,000 x 0.7; 30,000 x 0.895 + 27,000 x 0.77; 47,640 / 40,000
    expect(accountOf(aComet())).toEqual({
      collateral: 57_000n * 10n ** 8n,
      borrowable: 43_650n * 10n ** 8n,
      weighted: 47_640n * 10n ** 8n,
      debt: 40_000n * 10n ** 8n,
      healthFactor: 1_191_000_000_000_000_000n,
    })
  })

  test('every step rounds down, the debt as well', () => {
    const [held] = aComet().collateral
    if (held === undefined) throw new RangeError('no collateral')
    // floor(3 x 7 / 10) = 2, floor(2 x 0.6) = 1, floor(2 x 0.5) = 1; floor(19 x 1 / 10) = 1: a health of exactly 1 is safe
    const one = { ...held, decimals: 1, balance: 3n, price: 7n, liquidateFactor: 6n * 10n ** 17n, borrowFactor: 5n * 10n ** 17n }
    const position = aComet({
      base: { asset: USDC, decimals: 1, price: 1n, priceUpdatedAt: null },
      baseBalance: -19n,
      collateral: [one],
    })
    expect(accountOf(position)).toEqual({ collateral: 2n, borrowable: 1n, weighted: 1n, debt: 1n, healthFactor: 10n ** 18n })
    expect(trips(position)).toBe(false)
    // floor(20 / 10) = 2 > 1
    expect(trips({ ...position, baseBalance: -20n })).toBe(true)
  })

  test('who supplies the base asset owes nothing and never dies', () => {
    const supplier = aComet({ baseBalance: 40_000n * 10n ** 6n })
    expect(accountOf(supplier)).toMatchObject({ debt: 0n, healthFactor: null })
    expect(deathsOf(supplier, alongFactor('ETH'))).toEqual({ down: null, up: null })
    // 57,000 + 40,000
    expect(solvency(supplier)).toMatchObject({ tripped: false, health: null })
    expect(solvency(supplier).equity.toFixed()).toBe('97000')
    expect(absorb(supplier)).toBeNull()
  })

  test('a missing price, or one of 0, is no figure', () => {
    for (const key of [WETH.key, USDC.key]) {
      for (const price of [null, 0n]) expect(() => accountOf(priced(aComet(), key, price))).toThrow('oracle price of')
    }
    // What is not held needs none.
    const idle = aComet().collateral.map((held) => (held.asset === WBTC ? { ...held, balance: 0n, price: null } : held))
    expect(accountOf(aComet({ collateral: idle })).collateral).toBe(30_000n * 10n ** 8n)
  })
})

describe('the last safe price', () => {
  test('of a collateral', () => {
    // (40,000 - 20,790) / (10 x 0.895) = 2,146.36871508..., and the next tick up covers it
    expect(trigger(aComet(), WETH.key, 'down')).toEqual({ kind: 'price', price: 214_636_871_509n, exact: true })
    expect(trips(priced(aComet(), WETH.key, 214_636_871_509n))).toBe(false)
    expect(trips(priced(aComet(), WETH.key, 214_636_871_508n))).toBe(true)
    expect(trigger(aComet(), WETH.key, 'up')).toEqual({ kind: 'none' })
  })

  test('of the base asset, which kills on its way up', () => {
    // 47,640 / 40,000, where health is exactly 1
    expect(trigger(aComet(), USDC.key, 'up')).toEqual({ kind: 'price', price: 119_100_000n, exact: true })
    expect(trips(priced(aComet(), USDC.key, 119_100_001n))).toBe(true)
    expect(trigger(aComet(), USDC.key, 'down')).toEqual({ kind: 'none' })
  })

  test('dead today; an asset that is not there', () => {
    expect(trigger(aComet({ baseBalance: -48_000n * 10n ** 6n }), WETH.key, 'down')).toEqual({ kind: 'liquidatable' })
    expect(() => trigger(aComet(), WSTETH.key, 'down')).toThrow('asset')
  })

  test('equals the walk tick by tick', () => {
    const amount = fc.bigInt({ min: 0n, max: 5000n })
    const factor = fc.bigInt({ min: 0n, max: 10n ** 18n })
    const price = fc.bigInt({ min: 1n, max: 400n })
    const held = fc.record({ balance: amount, price, liquidateFactor: factor, decimals: fc.integer({ min: 0, max: 3 }) })
    const book = fc.record({
      first: held,
      second: held,
      owed: amount,
      basePrice: price,
      decimals: fc.integer({ min: 0, max: 3 }),
    })
    const seen = { down: 0, up: 0 }
    fc.assert(
      fc.property(book, ({ first, second, owed, basePrice, decimals }) => {
        const [weth, wbtc] = aComet().collateral
        if (weth === undefined || wbtc === undefined) throw new RangeError('no collateral')
        const base = { asset: USDC, decimals, price: basePrice, priceUpdatedAt: null }
        const position = aComet({
          base,
          baseBalance: -owed,
          collateral: [
            { ...weth, ...first },
            { ...wbtc, ...second },
          ],
        })
        const dead = trips(position)
        const down = trigger(position, WETH.key, 'down')
        const up = trigger(position, USDC.key, 'up')
        if (dead) {
          expect([down.kind, up.kind]).toEqual(['liquidatable', 'liquidatable'])
          return
        }
        let safe = first.price
        while (safe > 1n && !trips(priced(position, WETH.key, safe - 1n))) safe -= 1n
        expect(down).toEqual(safe === 1n ? { kind: 'none' } : { kind: 'price', price: safe, exact: true })
        if (down.kind === 'price') seen.down += 1
        if (up.kind === 'none') {
          expect(trips(priced(position, USDC.key, basePrice * 1_000_000n))).toBe(false)
          return
        }
        if (up.kind !== 'price') throw new RangeError(up.kind)
        seen.up += 1
        expect(trips(priced(position, USDC.key, up.price))).toBe(false)
        expect(trips(priced(position, USDC.key, up.price + 1n))).toBe(true)
      }),
      { numRuns: 500, seed: 13 },
    )
    expect(Math.min(seen.down, seen.up)).toBeGreaterThan(50)
  })
})

describe('a market quoted in ETH', () => {
  test('ETH itself moves nothing, the ratio of the wrapped coin does', () => {
    expect(deathsOf(inEther(), alongFactor('ETH'))).toEqual({ down: null, up: null })
    // 9 / (12 x 0.9) = 0.8333
    expect(deathsOf(inEther(), alongFactor('wstETH/ETH')).down?.toFixed(6)).toBe('0.833333')
    // (12 x 0.9 - 9) x 3,000; (12 - 9) x 3,000
    expect(solvency(inEther())).toMatchObject({ tripped: false })
    expect(solvency(inEther()).slack.toFixed()).toBe('5400')
    expect(solvency(inEther()).modelGap.toFixed()).toBe('0')
    expect(solvency(inEther()).equity.toFixed()).toBe('9000')
  })

  test('a shock of the quote unit leaves its prices where they are', () => {
    const half = shocked(inEther(), new Map([['ETH', dec('0.5')]])) as CompoundV3Position
    expect([half.base.price, half.collateral[0]?.price, half.quoteUsd.toFixed()]).toEqual([10n ** 8n, 120_000_000n, '1500'])
    const broken = shocked(inEther(), new Map([['wstETH/ETH', dec('0.9')]])) as CompoundV3Position
    expect([broken.base.price, broken.collateral[0]?.price, broken.quoteUsd.toFixed()]).toEqual([10n ** 8n, 108_000_000n, '3000'])
  })

  test('the price of the wrapped coin is told in USD, and that of ETH in itself not at all', () => {
    // 9 / (10 x 0.9) = 1 ETH
    const [only, ...rest] = liquidationsOf(inEther(), [])
    expect(rest).toEqual([])
    expect(only).toMatchObject({ key: WSTETH.key, side: 'down', exact: true })
    expect(only?.price?.toFixed()).toBe('3000')
  })
})

describe('an absorption', () => {
  const fallen = (share: string) => {
    const shock = new Map([
      ['ETH', dec(share)],
      ['BTC', dec(share)],
    ])
    return shocked(aComet(), shock) as CompoundV3Position
  }

  test('takes all collateral and leaves the rest of the credit as base supply', () => {
    // 45,600 x 0.95 - 40,000
    const done = absorb(fallen('0.8'))
    expect(done?.after).toMatchObject({ collateral: [], baseBalance: 3320n * 10n ** 6n })
    expect(done?.lossUsd.toFixed()).toBe('2280')
    expect([done?.seizedUsd, done?.creditUsd, done?.forgivenUsd].map(String)).toEqual(['45600', '43320', '0'])
  })

  test('forgives what the collateral does not cover', () => {
    // 34,200 x 0.95 = 32,490 against 40,000
    const done = absorb(fallen('0.6'))
    expect(done?.after.baseBalance).toBe(0n)
    expect(done?.forgivenUsd.toFixed()).toBe('7510')
    expect([done?.equityBeforeUsd, done?.equityAfterUsd, done?.lossUsd].map(String)).toEqual(['-5800', '0', '-5800'])
  })

  test('does not come while health is 1', () => {
    // 57,000 x s x weights = 40,000 at s = 1 / 1.191
    expect(absorb(fallen('0.8397'))).toBeNull()
    expect(absorb(fallen('0.8396'))).not.toBeNull()
  })
})

describe('in the risk view', () => {
  test("the market's yes is a yes; its no may lag behind", () => {
    const said = assess(aSnapshot({ legs: [aComet({ reported: { liquidatable: true } })] }), DEFAULT_POLICY)
    expect(said.legs[0]).toMatchObject({ grade: 'liquidatable', agreement: 'disputed' })
    const silent = assess(aSnapshot({ legs: [aComet({ baseBalance: -48_000n * 10n ** 6n })] }), DEFAULT_POLICY)
    expect(silent.legs[0]).toMatchObject({ grade: 'liquidatable', agreement: 'none' })
    expect(silent.legs[0]?.notes.join()).toContain('the market still calls it safe')
  })

  test('what holds nobody back today is said', () => {
    const { legs } = assess(aSnapshot({ legs: [aComet({ absorbPaused: true })] }), DEFAULT_POLICY)
    expect(legs[0]?.notes).toEqual(['absorption paused: no liquidation while it lasts'])
    expect(legs[0]?.checks.map(({ figure, agreement }) => [figure, agreement])).toEqual([['liquidatable', 'agree']])
  })
})

test('what the market counts in has no price of its own to die at; another token of the same coin has', () => {
  const owed = aComet({ base: { asset: WBTC, decimals: 8, price: 10n ** 8n, priceUpdatedAt: null }, baseBalance: -100_000_000n })
  const priced = (quote: typeof WBTC) =>
    lendingRule(owed)
      .oraclePrices({ ...owed, quote, quoteUsd: dec(90_000) })
      .map(({ asset }) => asset.symbol)
  expect(priced(WBTC)).toEqual(['WETH'])
  expect(priced({ ...WBTC, key: 'eip155:1/0xbb', symbol: 'BTC' })).toEqual(['WETH', 'WBTC', 'WBTC'])
})
