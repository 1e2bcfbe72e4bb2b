import { describe, expect, test } from 'vitest'
import { dec, toUnits } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import { bareLeg, type LegSteps, legSteps } from '../../src/risk/legSteps.ts'
import type {
  AaveV3Position,
  AaveV3Reserve,
  AaveV4Position,
  AaveV4Reserve,
  CompoundV3Position,
} from '../../src/risk/lendingPosition.ts'
import { AAVE_V3_KIND, AAVE_V4_KIND, COMPOUND_V3_KIND } from '../../src/risk/loanKinds.ts'
import { aChainSource, aComet, aLoan, anAsset, aPool, aReserve, aSpoke, NOW, SPOKE_RULES, USDC, WETH } from '../support/books.ts'

const DAY = 86_400_000
/** 10 % a year, in ray. */
const TEN_PERCENT = 10n ** 26n
const RAY = 10n ** 27n
const LINK = anAsset('LINK', 'LINK')

/** Read at a time, by our clock and by the block's. */
const readAt = (time: number) => ({
  source: aChainSource({
    readAt: time,
    block: { chainId: 1, number: 24_100_000n, hash: '0xaa', timestamp: BigInt(time / 1000 - 8) },
  }),
})
const THEN = readAt(NOW - DAY)

const steps = (before: Leg, now: Leg): LegSteps => {
  const found = legSteps(before, now)
  if (found === null) return expect.unreachable()
  return found
}
/** What, of what, and from what to what. */
const termsOf = (before: Leg, now: Leg) =>
  steps(before, now).terms.map(({ what, label, before: was, now: is }) => [what, label, was, is])
const amountsOf = (before: Leg, now: Leg) =>
  steps(before, now).amounts.map(({ what, label, before: was, now: is, interest }) =>
    [what, label, was.toFixed(), is.toFixed(), interest?.toFixed() ?? null].join(' '),
  )

/** A leg at one stage of its way. */
function v3At(stage: Leg): AaveV3Position {
  return stage.kind === 'lending' && stage.protocol === 'aave-v3' ? stage : expect.unreachable()
}
function v4At(stage: Leg): AaveV4Position {
  return stage.kind === 'lending' && stage.protocol === 'aave-v4' ? stage : expect.unreachable()
}
function cometAt(stage: Leg): CompoundV3Position {
  return stage.kind === 'lending' && stage.protocol === 'compound-v3' ? stage : expect.unreachable()
}

/** Both sides of an ETH reserve and of a USDC reserve; no two of their terms or amounts are the same. */
const ETH_ROW = aReserve({
  ...{ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 100n * 10n ** 18n, debt: 10n ** 18n },
  ...{ ltv: 8050n, liquidationThreshold: 8300n, liquidationBonus: 10_500n, inEMode: true, collateral: true },
})
const USDC_ROW = aReserve({
  ...{ asset: USDC, id: 1, decimals: 6, supplied: 500n * 10n ** 6n, debt: 15_000n * 10n ** 6n },
  ...{ ltv: 7500n, liquidationThreshold: 7800n, liquidationBonus: 10_450n, inEMode: false, collateral: false, frozen: true },
})
const LINK_ROW = aReserve({ asset: LINK, id: 2, decimals: 18, price: 20n * 10n ** 8n, supplied: 10n ** 18n, ltv: 6000n })
const v3 = (reserves: readonly AaveV3Reserve[], over: Partial<AaveV3Position> = {}) => aLoan({ reserves, ...over })

describe('Aave v3', () => {
  test('amounts: what is supplied and what is owed, where there is any', () => {
    const some = AAVE_V3_KIND.amounts(v3([ETH_ROW, { ...USDC_ROW, supplied: 0n }, { ...LINK_ROW, supplied: 0n }]))
    expect(some.map(({ what, label, value }) => `${what} ${label} ${value.toFixed()}`)).toEqual([
      'supplied WETH 100',
      'debt WETH 1',
      'debt USDC 15000',
    ])
    expect(new Set(some.map(({ key }) => key)).size).toBe(3)
  })

  test('the order of the rows says nothing', () => {
    const { amounts, terms } = steps(v3([ETH_ROW, USDC_ROW]), v3([USDC_ROW, ETH_ROW]))
    expect([amounts, terms]).toEqual([[], []])
  })

  test('each term of a reserve and of the account', () => {
    const now = {
      ...ETH_ROW,
      ...{ ltv: 7000n, liquidationThreshold: 7550n, liquidationBonus: 10_625n },
      ...{ inEMode: false, frozen: true, collateral: false },
    }
    expect(termsOf(v3([ETH_ROW]), v3([now], { revision: 2, eModeCategory: 3 }))).toEqual([
      ['e-mode', null, '0', '3'],
      ['revision', null, '1', '2'],
      ['threshold', 'WETH', '0.83', '0.755'],
      ['ltv', 'WETH', '0.805', '0.7'],
      // 10,500 pays the liquidator 5 %.
      ['bonus', 'WETH', '0.05', '0.0625'],
      ['e-mode', 'WETH', 'in', 'out'],
      ['state', 'WETH', 'open', 'frozen'],
      ['collateral', 'WETH', 'on', 'off'],
    ])
  })

  test('what came has no terms to compare, and what went none either', () => {
    expect(termsOf(v3([ETH_ROW]), v3([ETH_ROW, LINK_ROW]))).toEqual([])
    expect(termsOf(v3([ETH_ROW, LINK_ROW]), v3([ETH_ROW]))).toEqual([])
  })

  test('a reserve that is no collateral pays no bonus: 0, not less', () => {
    // The pool holds 0 in place of 10,000 there.
    const none = { ...ETH_ROW, liquidationBonus: 0n }
    expect(termsOf(v3([none]), v3([ETH_ROW]))).toEqual([['bonus', 'WETH', '0', '0.05']])
  })

  test.each([
    [{ active: false }, 'inactive'],
    [{ frozen: true }, 'frozen'],
    [{ paused: true }, 'paused'],
    [{ active: false, paused: true }, 'inactive and paused'],
    [{ active: false, frozen: true, paused: true }, 'inactive and frozen and paused'],
  ])('the state of a reserve, %#', (over, state) => {
    expect(termsOf(v3([ETH_ROW]), v3([{ ...ETH_ROW, ...over }]))).toEqual([['state', 'WETH', 'open', state]])
  })

  test('supplied grows by the rate of suppliers, owed by that of borrowers', () => {
    // A day at 10 % is 100 x 0.1 / 365 = 0.0274 ETH and 4.11 USDC; half of it to twice as much is interest.
    const rows = [
      { ...ETH_ROW, debt: 0n, supplyRate: TEN_PERCENT },
      { ...USDC_ROW, supplied: 0n, borrowRate: TEN_PERCENT },
    ]
    const later = [
      { ...ETH_ROW, debt: 0n, supplyRate: TEN_PERCENT, supplied: toUnits(dec('100.02'), 18, 'down') },
      { ...USDC_ROW, supplied: 0n, borrowRate: TEN_PERCENT, debt: 15_003n * 10n ** 6n },
    ]
    const [before, now] = [v3(rows, THEN), v3(later)]
    expect(amountsOf(before, now)).toEqual(['supplied WETH 100 100.02 0.02', 'debt USDC 15000 15003 3'])
    const grown = v3At(steps(before, now).grown).reserves
    expect(grown.map(({ supplied, debt }) => [supplied, debt])).toEqual([
      [100_020_000_000_000_000_000n, 0n],
      [0n, 15_003_000_000n],
    ])
  })

  test('without a rate two units of its own token are rounding, three are not', () => {
    const rows = (debt: bigint) => [ETH_ROW, { ...USDC_ROW, debt }]
    const before = v3(rows(15_000n * 10n ** 6n), THEN)
    expect(amountsOf(before, v3(rows(15_000n * 10n ** 6n + 2n)))).toEqual(['debt USDC 15000 15000.000002 0.000002'])
    expect(amountsOf(before, v3(rows(15_000n * 10n ** 6n + 3n)))).toEqual(['debt USDC 15000 15000.000003 0'])
  })

  test('what was not there earned nothing, and what is gone keeps the price it had', () => {
    const before = v3([ETH_ROW, LINK_ROW], THEN)
    const now = v3([
      { ...ETH_ROW, price: 2500n * 10n ** 8n },
      { ...USDC_ROW, supplied: 0n, borrowRate: TEN_PERCENT },
    ])
    expect(amountsOf(before, now)).toEqual(['supplied LINK 1 0 0', 'debt USDC 0 15000 0'])
    expect(v3At(steps(before, now).priced).reserves.map(({ price }) => price)).toEqual([2500n * 10n ** 8n, 20n * 10n ** 8n])
  })
})

/** Two rows of a spoke; no two of their terms or amounts are the same. */
const SPOKE_ETH: AaveV4Reserve = {
  ...{ asset: WETH, id: 0, decimals: 18, price: 3000n * 10n ** 8n, supplied: 10n ** 19n, debtRay: 10n ** 18n * RAY },
  ...{ collateral: true, frozen: false, paused: false },
  ...{ collateralFactor: 8500n, latestCollateralFactor: 8400n, maxLiquidationBonus: 10_500n },
}
const SPOKE_USDC: AaveV4Reserve = {
  ...{ asset: USDC, id: 1, decimals: 6, price: 10n ** 8n, supplied: 500n * 10n ** 6n, debtRay: 2_000n * 10n ** 6n * RAY },
  ...{ collateral: false, frozen: true, paused: false },
  ...{ collateralFactor: 7800n, latestCollateralFactor: 7700n, maxLiquidationBonus: 10_450n },
}
const SPOKE_LINK: AaveV4Reserve = {
  ...SPOKE_ETH,
  asset: LINK,
  id: 2,
  price: 20n * 10n ** 8n,
  debtRay: 0n,
  collateralFactor: 6000n,
}
const v4 = (reserves: readonly AaveV4Reserve[], over: Partial<AaveV4Position> = {}) => aSpoke({ reserves, ...over })

describe('Aave v4', () => {
  test('amounts: what is supplied and what is owed, where there is any', () => {
    const some = AAVE_V4_KIND.amounts(v4([SPOKE_ETH, { ...SPOKE_USDC, supplied: 0n }, { ...SPOKE_LINK, supplied: 0n }]))
    expect(some.map(({ what, label, value }) => `${what} ${label} ${value.toFixed()}`)).toEqual([
      'supplied WETH 10',
      'debt WETH 1',
      'debt USDC 2000',
    ])
  })

  test('the order of the rows says nothing, nor that of the rules', () => {
    const { targetHealthFactor, healthFactorForMaxBonus, liquidationBonusFactor, dust } = SPOKE_RULES
    const turned = { dust, liquidationBonusFactor, healthFactorForMaxBonus, targetHealthFactor }
    const { amounts, terms } = steps(v4([SPOKE_ETH, SPOKE_USDC]), v4([SPOKE_USDC, SPOKE_ETH], { liquidation: turned }))
    expect([amounts, terms]).toEqual([[], []])
  })

  test('each term of a reserve', () => {
    const now = {
      ...SPOKE_ETH,
      ...{ collateralFactor: 8000n, latestCollateralFactor: 7900n, maxLiquidationBonus: 10_800n },
      ...{ frozen: true, paused: true, collateral: false },
    }
    expect(termsOf(v4([SPOKE_ETH]), v4([now]))).toEqual([
      ['threshold', 'WETH', '0.85', '0.8'],
      ['ltv', 'WETH', '0.84', '0.79'],
      ['bonus', 'WETH', '0.05', '0.08'],
      ['state', 'WETH', 'open', 'frozen and paused'],
      ['collateral', 'WETH', 'on', 'off'],
    ])
    expect(termsOf(v4([SPOKE_USDC]), v4([{ ...SPOKE_USDC, frozen: false, paused: true, collateral: true }]))).toEqual([
      ['state', 'USDC', 'frozen', 'paused'],
      ['collateral', 'USDC', 'off', 'on'],
    ])
  })

  test('each rule of a liquidation', () => {
    const liquidation = { targetHealthFactor: 1n, healthFactorForMaxBonus: 2n, liquidationBonusFactor: 3n, dust: 4n }
    const terms = termsOf(v4([SPOKE_ETH], { liquidation }), v4([SPOKE_ETH]))
    expect(terms.map(([what, label, before]) => [what, label, before])).toEqual([
      ['liquidation', null, 'targetHealthFactor 1'],
      ['liquidation', null, 'healthFactorForMaxBonus 2'],
      ['liquidation', null, 'liquidationBonusFactor 3'],
      ['liquidation', null, 'dust 4'],
    ])
    expect(terms.map(([, , , now]) => now)[2]).toBe('liquidationBonusFactor 5000')
  })

  test('at the prices of now; what is gone keeps the price it had', () => {
    const now = v4([{ ...SPOKE_ETH, price: 2500n * 10n ** 8n, supplied: 1n }])
    const { reserves } = v4At(steps(v4([SPOKE_ETH, SPOKE_LINK], THEN), now).priced)
    expect(reserves.map(({ price, supplied }) => [price, supplied])).toEqual([
      [2500n * 10n ** 8n, 10n ** 19n],
      [20n * 10n ** 8n, 10n ** 19n],
    ])
  })

  test('as it is now on the terms of before; what is new has its own', () => {
    const now = v4([{ ...SPOKE_ETH, collateralFactor: 8000n, supplied: 1n }, SPOKE_LINK], {
      liquidation: { ...SPOKE_RULES, dust: 4n },
    })
    const { reserves, liquidation } = v4At(steps(v4([SPOKE_ETH], THEN), now).moved)
    expect(reserves.map(({ collateralFactor, supplied }) => [collateralFactor, supplied])).toEqual([
      [8500n, 1n],
      [6000n, 10n ** 19n],
    ])
    expect(liquidation).toEqual(SPOKE_RULES)
  })

  test('what had no time, or was not there, earned nothing, whatever its rates', () => {
    const more = v4([{ ...SPOKE_ETH, supplied: 11n * 10n ** 18n }, SPOKE_USDC])
    const once = steps(v4([SPOKE_ETH, SPOKE_USDC]), more)
    expect(once.amounts.map(({ interest }) => interest?.toFixed())).toEqual(['0'])
    expect(once.split).toBe(true)
    expect(amountsOf(v4([SPOKE_ETH], THEN), v4([SPOKE_ETH, SPOKE_USDC]))).toEqual(['supplied USDC 0 500 0', 'debt USDC 0 2000 0'])
    expect(steps(v4([SPOKE_ETH, SPOKE_USDC], THEN), more).split).toBe(false)
  })
})

const SHARE = 10n ** 15n
const [COMET_ETH] = aComet().collateral
if (COMET_ETH === undefined) throw new Error('a comet holds ETH')
const COMET_LINK = {
  ...{ ...COMET_ETH, asset: LINK, balance: 2n * 10n ** 18n, price: 20n * 10n ** 8n },
  ...{ borrowFactor: 600n * SHARE, liquidateFactor: 700n * SHARE, liquidationFactor: 800n * SHARE },
}
const comet = (collateral: CompoundV3Position['collateral'], over: Partial<CompoundV3Position> = {}) =>
  aComet({ collateral, ...over })

describe('Compound III', () => {
  test('amounts: the base is supplied or owed, never both', () => {
    const told = (baseBalance: bigint) =>
      COMPOUND_V3_KIND.amounts(comet([COMET_ETH], { baseBalance })).map(
        ({ what, label, value }) => `${what} ${label} ${value.toFixed()}`,
      )
    expect(told(-40_000n * 10n ** 6n)).toEqual(['debt USDC 40000', 'supplied WETH 10'])
    expect(told(7_000_000n)).toEqual(['supplied USDC 7', 'supplied WETH 10'])
    expect(told(0n)).toEqual(['supplied WETH 10'])
  })

  test('the order of the rows says nothing', () => {
    const { amounts, terms } = steps(comet([COMET_ETH, COMET_LINK]), comet([COMET_LINK, COMET_ETH]))
    expect([amounts, terms]).toEqual([[], []])
  })

  test('each term of a collateral, and the pause', () => {
    const now = {
      ...COMET_ETH,
      ...{ borrowFactor: 800n * SHARE, liquidateFactor: 850n * SHARE, liquidationFactor: 930n * SHARE },
    }
    expect(termsOf(comet([COMET_ETH]), comet([now], { absorbPaused: true }))).toEqual([
      ['state', null, 'open', 'paused'],
      ['threshold', 'WETH', '0.895', '0.85'],
      ['ltv', 'WETH', '0.825', '0.8'],
      ['factor', 'WETH', '0.95', '0.93'],
    ])
  })

  test('at the prices of now; what is gone keeps the price it had', () => {
    const now = comet([{ ...COMET_ETH, price: 2500n * 10n ** 8n }], { base: { ...aComet().base, price: 99_000_000n } })
    const { collateral, base } = cometAt(steps(comet([COMET_ETH, COMET_LINK], THEN), now).priced)
    expect(collateral.map(({ price }) => price)).toEqual([2500n * 10n ** 8n, 20n * 10n ** 8n])
    expect(base.price).toBe(99_000_000n)
  })

  test('as it is now on the terms of before; what is new has its own', () => {
    const now = comet([{ ...COMET_ETH, balance: 1n, liquidateFactor: 850n * SHARE }, COMET_LINK], { absorbPaused: true })
    const moved = cometAt(steps(comet([COMET_ETH], THEN), now).moved)
    expect(moved.collateral.map(({ balance, liquidateFactor }) => [balance, liquidateFactor])).toEqual([
      [1n, 895n * SHARE],
      [2n * 10n ** 18n, 700n * SHARE],
    ])
    expect(moved.absorbPaused).toBe(false)
  })

  describe('the interest of the base', () => {
    // 2e9 and 4e9 of 1e18 a second, for a day of 86,400: 0.0173 and 0.0346 %; of 7,000 USDC 1.21 and 2.42.
    const rates = (supply: bigint, borrow: bigint) => ({ rates: { utilization: 0n, supply, borrow, curve: null } })
    const [slow, fast] = [2n * 10n ** 9n, 4n * 10n ** 9n]
    const based = (baseBalance: bigint, over: Partial<CompoundV3Position> = {}) => comet([COMET_ETH], { baseBalance, ...over })

    test('what the rates explain is interest, owed or supplied', () => {
      const owed = [based(-7_000_000_000n, { ...THEN, ...rates(0n, slow) }), based(-7_001_210_000n, rates(0n, slow))] as const
      expect(amountsOf(...owed)).toEqual(['debt USDC 7000 7001.21 1.21'])
      expect(steps(...owed).split).toBe(true)
      expect(cometAt(steps(...owed).grown).baseBalance).toBe(-7_001_210_000n)
      const supplied = [based(7_000_000_000n, { ...THEN, ...rates(slow, 0n) }), based(7_001_210_000n, rates(slow, 0n))] as const
      expect(amountsOf(...supplied)).toEqual(['supplied USDC 7000 7001.21 1.21'])
      expect(cometAt(steps(...supplied).grown).baseBalance).toBe(7_001_210_000n)
    })

    test('a change of rates lies between the two; what is more was borrowed', () => {
      const before = based(-7_000_000_000n, { ...THEN, ...rates(0n, slow) })
      expect(amountsOf(before, based(-7_002_000_000n, rates(0n, fast)))).toEqual(['debt USDC 7000 7002 2'])
      const [drawn] = steps(before, based(-7_100_000_000n, rates(0n, slow))).amounts
      // 7,000 x ((1 + 2e-9)^86,400 - 1)
      expect(drawn?.interest?.toFixed(8)).toBe('1.20970451')
      const { grown, moved } = steps(before, based(-7_100_000_000n, rates(0n, slow)))
      expect([cometAt(grown).baseBalance, cometAt(moved).baseBalance]).toEqual([-7_001_209_704n, -7_100_000_000n])
    })

    test('a reading of before the rates were kept: those of the other one explain it', () => {
      expect(amountsOf(based(-7_000_000_000n, THEN), based(-7_001_210_000n, rates(0n, slow)))).toEqual([
        'debt USDC 7000 7001.21 1.21',
      ])
    })
  })

  test('collateral earns nothing; of the base nobody knows where no rates were read, supplied or owed', () => {
    const more = { ...COMET_ETH, balance: 11n * 10n ** 18n }
    expect(amountsOf(comet([COMET_ETH], THEN), comet([more]))).toEqual(['supplied WETH 10 11 0'])
    const based = (baseBalance: bigint, over = {}) => comet([COMET_ETH], { baseBalance, ...over })
    expect(amountsOf(based(7_000_000n, THEN), based(8_000_000n))).toEqual(['supplied USDC 7 8 '])
    expect(amountsOf(based(-7_000_000n, THEN), based(-8_000_000n))).toEqual(['debt USDC 7 8 '])
  })

  test('another base coin is another loan', () => {
    const base = { ...aComet().base, asset: WETH }
    expect(legSteps(aComet(), aComet({ base }))).toBeNull()
    expect(legSteps(aComet(), aComet())).not.toBeNull()
  })
})

describe('legs of different kinds', () => {
  test('are one that was closed and another that was opened', () => {
    const kinds: readonly Leg[] = [aLoan(), aSpoke(), aComet(), aPool()]
    const same = kinds.map((before) => kinds.map((now) => legSteps(before, now) !== null))
    expect(same).toEqual([
      [true, false, false, false],
      [false, true, false, false],
      [false, false, true, false],
      [false, false, false, true],
    ])
  })

  test('each without what its own venue says of it', () => {
    const reported = (leg: Leg) => bareLeg(leg).reported
    expect(reported(aLoan())).toEqual({ totalCollateral: 0n, totalDebt: 0n, healthFactor: null })
    expect(reported(aSpoke())).toEqual({ totalCollateralValue: 0n, totalDebtValueRay: 0n, healthFactor: null })
    expect(reported(aComet({ reported: { liquidatable: true } }))).toEqual({ liquidatable: false })
  })
})
