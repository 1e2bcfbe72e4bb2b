import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY, GRADES } from '../../src/risk/grade.ts'
import type { Gap, Leg, Snapshot } from '../../src/risk/leg.ts'
import {
  aChainSource,
  aComet,
  aLoan,
  anAsset,
  aPool,
  aPosition,
  aReserve,
  aSnapshot,
  ETH_TIERS,
  NOW,
  USDC,
  WETH,
  WSTETH,
} from '../support/books.ts'

const view = (over: Partial<Snapshot> = {}) => assess(aSnapshot(over), DEFAULT_POLICY)
const GAP: Gap = { leg: 'bybit/main', code: 'unreachable', reason: 'Bybit did not answer.', hint: '', retryable: true }
const WAD = 10n ** 18n

describe('the book of the documentation', () => {
  const { verdict, legs, totals, safetyFactor } = view()

  test('the futures die first, at -19.67 % and 2,409.64', () => {
    expect(verdict).toMatchObject({ grade: 'warning', reason: 'market', complete: true, atMost: null })
    expect(verdict.firstLiquidation).toMatchObject({
      legs: ['binance/main/USDT-cross'],
      factor: 'ETH',
      direction: 'down',
      ambiguous: false,
    })
    // 48,000 / 19.92 / 3,000 - 1
    expect(verdict.room?.toFixed(6)).toBe('-0.196787')
    expect(verdict.firstLiquidation?.price?.toFixed()).toBe('2409.64')
    expect(safetyFactor?.toFixed(4)).toBe('1.2450')
  })

  test("the loan holds longer, its health is the contract's", () => {
    const loan = legs.find(({ kind }) => kind === 'lending')
    expect(loan).toMatchObject({ grade: 'ok', agreement: 'agree', tripped: false })
    expect(loan?.health?.toFixed(9)).toBe('1.769890909')
    expect(loan?.liquidation.find(({ factor }) => factor === 'ALL')?.move.toFixed(4)).toBe('-0.4350')
    // 38,940 - 22,000 less 48,000 x 0.8112 - 22,000
    expect(loan?.modelGap.toFixed(4)).toBe('2.4000')
  })

  test('totals: what is owned less what is owed, and the delta of both legs together', () => {
    // 48,000 - 22,000 + 12,000; ETH 30,000 + 60,000, BTC 18,000
    expect(totals.equity?.toFixed()).toBe('38000')
    expect(totals.netDelta?.get('ETH')?.toFixed()).toBe('90000')
    expect(totals.netDelta?.get('BTC')?.toFixed()).toBe('18000')
    expect(totals.grossLeverage?.toFixed(4)).toBe('2.8421')
  })
})

describe('what is not known', () => {
  test('a gap never improves the grade: it is unknown, or the bound that the rest proves', () => {
    const calm = { legs: [aLoan()] }
    expect(view(calm).verdict).toMatchObject({ grade: 'ok', complete: true })
    expect(view({ ...calm, gaps: [GAP] }).verdict).toMatchObject({
      grade: 'unknown',
      reason: 'unknown',
      complete: false,
      room: null,
    })
    expect(view({ gaps: [GAP] }).verdict).toMatchObject({ grade: 'warning', complete: false, room: null })
    expect(view({ gaps: [GAP] }).verdict.atMost?.toFixed(4)).toBe('-0.1968')
  })

  test('totals and the safety factor are missing, not partial', () => {
    const { totals, safetyFactor } = view({ gaps: [GAP] })
    expect(totals).toEqual({ equity: null, netDelta: null, grossLeverage: null, netLeverage: null })
    expect(safetyFactor).toBeNull()
  })

  test('a book of which nothing is known is unknown, an empty one is without risk', () => {
    expect(view({ legs: [], gaps: [GAP] }).verdict.grade).toBe('unknown')
    expect(view({ legs: [] }).verdict.grade).toBe('no-risk')
  })

  test('a reserve without a price makes the whole loan unknown', () => {
    const loan = aLoan()
    const reserves = loan.reserves.map((reserve) => (reserve.asset === WETH ? { ...reserve, price: null } : reserve))
    const { gaps, legs, verdict } = view({ legs: [{ ...loan, reserves }] })
    expect(legs).toEqual([])
    expect(gaps[0]?.reason).toContain('WETH')
    expect(verdict.grade).toBe('unknown')
  })

  test('so does a balance without a price that is no collateral: its equity would be a guess', () => {
    const loan = aLoan()
    const idle = aReserve({ asset: anAsset('LINK', 'LINK'), id: 3, decimals: 18, supplied: WAD, collateral: false, price: null })
    const { gaps } = view({ legs: [{ ...loan, reserves: [...loan.reserves, idle] }] })
    expect(gaps[0]).toMatchObject({
      code: 'incomplete-answer',
      reason: 'Aave v3 Ethereum returned no usable "oracle price of LINK".',
    })
  })

  test('a revision of the pool that nobody taught us is unknown', () => {
    const { gaps, verdict } = view({ legs: [aLoan({ revision: 99 })] })
    expect(gaps[0]).toMatchObject({ code: 'unsupported' })
    expect(verdict.grade).toBe('unknown')
  })

  test('an old block is a gap, and the futures still prove their bound', () => {
    const source = aChainSource({ block: { chainId: 1, number: 7n, hash: '0x', timestamp: BigInt(NOW / 1000 - 600) } })
    const { gaps, verdict } = view({ legs: [aLoan({ source }), aPool()] })
    expect(gaps).toEqual([
      {
        leg: aLoan().id,
        code: 'stale',
        reason: 'Aave v3 Ethereum: block 7 is 10 min old',
        hint: 'An old figure is not a figure: the leg is unknown until the source is fresh again.',
        retryable: true,
      },
    ])
    expect(verdict).toMatchObject({ grade: 'warning', complete: false })
  })
})

describe('what the venue says of the same thing', () => {
  test('a health that differs in the last digit is disputed, and the worse of the two counts', () => {
    const lower = aLoan({ reported: { ...aLoan().reported, healthFactor: WAD } })
    const { legs, verdict } = view({ legs: [lower] })
    expect(legs[0]).toMatchObject({ agreement: 'disputed', tripped: false })
    expect(legs[0]?.health?.toFixed()).toBe('1')
    expect(verdict.complete).toBe(false)
    expect(GRADES.indexOf(verdict.grade)).toBeLessThanOrEqual(GRADES.indexOf('warning'))
    const higher = aLoan({ reported: { ...aLoan().reported, healthFactor: 5n * WAD } })
    expect(view({ legs: [higher] }).legs[0]?.health?.toFixed(9)).toBe('1.769890909')
    expect(view({ legs: [aLoan({ reported: { ...aLoan().reported, healthFactor: WAD - 1n } })] }).verdict.grade).toBe(
      'liquidatable',
    )
  })

  test('a liquidation price far from ours is disputed, and the nearer one counts', () => {
    const reported = { liquidationPrice: dec(2900), maintenance: null, unrealized: null }
    const { verdict, legs } = view({ legs: [aPool({ positions: [aPosition({ reported })] })] })
    expect(legs[0]?.agreement).toBe('disputed')
    // 2,900 / 3,000 - 1 = -3.3 %
    expect(verdict).toMatchObject({ grade: 'critical', complete: false })
    expect(verdict.atMost?.toFixed(4)).toBe('-0.0333')
  })

  test('a price that agrees to the tick is no drift; none from the venue is neither safe nor danger', () => {
    const at = (liquidationPrice: string | null) => {
      const reported = {
        liquidationPrice: liquidationPrice === null ? null : dec(liquidationPrice),
        maintenance: dec(250),
        unrealized: null,
      }
      const pool = aPool({
        positions: [aPosition({ reported })],
        reported: { equity: dec(12_000), maintenance: dec(250), initialMargin: null, withdrawable: null },
      })
      return view({ legs: [pool] })
    }
    expect(at('2409.63').legs[0]?.agreement).toBe('agree')
    expect(at(null).legs[0]?.agreement).toBe('ours-only')
    expect(at(null).verdict).toMatchObject({ grade: 'warning', complete: true })
    expect(at('2420').legs[0]?.agreement).toBe('drift')
  })

  test('a maintenance margin of the venue that is twice ours is disputed', () => {
    const pool = aPool({ reported: { equity: dec(12_000), maintenance: dec(500), initialMargin: null, withdrawable: null } })
    expect(view({ legs: [pool] }).verdict.complete).toBe(false)
  })
})

describe('grades of other kinds', () => {
  test('a stable loop has no market trigger, but its health is low and its peg near', () => {
    // 10,000 DAI x 0.77 = 7,700 against 7,600 USDC: 1.013; DAI may lose 1.3 %
    const DAI = anAsset('DAI', 'USD:DAI')
    const reserves = [
      aReserve({ asset: DAI, id: 0, decimals: 18, supplied: 10_000n * WAD, liquidationThreshold: 7700n }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: 7_600n * 10n ** 6n, collateral: false }),
    ]
    const reported = { totalCollateral: 10n ** 12n, totalDebt: 76n * 10n ** 10n, healthFactor: 1_013_157_894_736_842_105n }
    const { verdict } = view({ legs: [aLoan({ reserves, reported })] })
    expect(verdict).toMatchObject({ grade: 'critical', reason: 'peg', firstLiquidation: null, room: null })
    expect(verdict.firstPeg?.move.abs().toFixed(4)).toBe('0.0130')
  })

  test('a staked-ETH loop breaks on its ratio, never on the price of ETH', () => {
    const reserves = [
      aReserve({
        asset: WSTETH,
        id: 0,
        decimals: 18,
        price: 3600n * 10n ** 8n,
        supplied: 10n * WAD,
        liquidationThreshold: 9500n,
      }),
      aReserve({ asset: WETH, id: 1, decimals: 18, price: 3000n * 10n ** 8n, debt: 10n * WAD, collateral: false }),
    ]
    const reported = {
      totalCollateral: 36_000n * 10n ** 8n,
      totalDebt: 30_000n * 10n ** 8n,
      healthFactor: 1_140_000_000_000_000_000n,
    }
    const { corridors } = view({ legs: [aLoan({ reserves, reported })] })
    expect(corridors.find(({ factor }) => factor === 'ETH')).toMatchObject({ floor: null, ceiling: null })
    // 34,200 x = 30,000 -> x = 0.8772
    expect(corridors.find(({ factor }) => factor === 'wstETH/ETH')?.floor?.at.toFixed(4)).toBe('0.8772')
  })

  test('no debt has no health, and dies of nothing', () => {
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    const { legs, verdict } = view({
      legs: [aLoan({ reserves, reported: { totalCollateral: 48_000n * 10n ** 8n, totalDebt: 0n, healthFactor: null } })],
    })
    expect(legs[0]).toMatchObject({ health: null, grade: 'no-risk', liquidation: [] })
    expect(verdict).toMatchObject({ grade: 'no-risk', firstLiquidation: null })
  })

  test('an underwater loan can be liquidated now', () => {
    const loan = aLoan()
    const reserves = loan.reserves.map((r) => (r.asset === USDC ? { ...r, debt: 40_000n * 10n ** 6n } : r))
    const reported = { ...loan.reported, totalDebt: 40_000n * 10n ** 8n, healthFactor: 973_440_000_000_000_000n }
    const { verdict } = view({ legs: [{ ...loan, reserves, reported }, aPool()] })
    expect(verdict).toMatchObject({ grade: 'liquidatable', reason: 'tripped' })
    expect(verdict.firstLiquidation).toMatchObject({ legs: [loan.id] })
  })

  test('legs that die at the same point are both named', () => {
    const pools = ['a', 'b'].map((id) => aPool({ id }))
    expect(view({ legs: pools }).verdict.firstLiquidation).toMatchObject({ legs: ['a', 'b'], ambiguous: true })
  })
})

describe('an error in one leg', () => {
  const told = (leg: Leg) => {
    const bugs: unknown[] = []
    const { gaps, legs } = assess(aSnapshot({ legs: [leg, aPool()] }), DEFAULT_POLICY, (error) => bugs.push(error))
    return { bugs, codes: gaps.map(({ code }) => code), known: legs.map(({ id }) => id) }
  }

  test('that nobody expected is told once, and hides no other leg', () => {
    const broken = aPool({ id: 'broken', positions: [aPosition({ size: undefined as never })] })
    const { bugs, codes, known } = told(broken)
    expect({ codes, known }).toEqual({ codes: ['bug'], known: [aPool().id] })
    expect(bugs).toHaveLength(1)
    expect(bugs[0]).toBeInstanceOf(TypeError)
  })

  test('that has a name is no bug', () => {
    expect(told(aLoan({ revision: 99 }))).toEqual({ bugs: [], codes: ['unsupported'], known: [aPool().id] })
  })
})

describe('where the prices of one thing differ', () => {
  const dollar = (id: string, price: bigint): Leg => {
    const reserves = aLoan().reserves.map((reserve) => (reserve.asset === USDC ? { ...reserve, price } : reserve))
    return aLoan({ id, reserves })
  }

  test('a peg is not anchored: each loan dies by its own oracle', () => {
    expect(view({ legs: [dollar('a', 100_000_000n), dollar('b', 99_000_000n)] }).anchoring).toEqual([])
  })

  test('nothing is anchored while a leg is unknown', () => {
    const pool = aPool({ positions: [aPosition({ mark: dec(2990) })] })
    expect(view({ legs: [aLoan(), pool] }).anchoring.map(({ factor }) => factor)).toEqual(['ETH', 'ALL'])
    expect(view({ legs: [aLoan(), pool], gaps: [GAP] }).anchoring).toEqual([])
  })
})

describe('the grade of a leg', () => {
  /** 10,000 DAI that count for 7,700 USD against so many USDC. */
  const stable = (debt: bigint): Leg => {
    const reserves = [
      aReserve({ asset: anAsset('DAI', 'USD:DAI'), id: 0, decimals: 18, supplied: 10_000n * WAD, liquidationThreshold: 7700n }),
      aReserve({ asset: USDC, id: 1, decimals: 6, debt: debt * 10n ** 6n, collateral: false }),
    ]
    const healthFactor = (7700n * WAD) / debt
    return aLoan({ reserves, reported: { totalCollateral: 10n ** 12n, totalDebt: debt * 10n ** 8n, healthFactor } })
  }
  const gradeOf = (leg: Leg, policy = DEFAULT_POLICY) =>
    assess(aSnapshot({ legs: [leg] }), policy).legs.map(({ grade, unmet }) => ({ grade, unmet }))

  test('weighs markets by the limits of markets, and pegs by those of pegs', () => {
    // The loan dies at -43.5 %; the pool at -19.67 %, which were no concern of a peg.
    expect(view().legs.map(({ grade }) => grade)).toEqual(['ok', 'warning'])
    // DAI dies at 0.9091 and USDC at 1.1: nine per cent are a notice of a peg, of a market they were critical.
    expect(gradeOf(stable(7000n))).toEqual([{ grade: 'notice', unmet: false }])
    // 0.974: between 2 and 5 per cent.
    expect(gradeOf(stable(7500n))).toEqual([{ grade: 'warning', unmet: false }])
    // The rise of USDC alone: 7,700 / 7,500.
    const peg = { notice: dec('0.02'), warning: dec('0.01'), critical: dec('0.001') }
    expect(gradeOf(stable(7500n), { ...DEFAULT_POLICY, peg, lowHealth: dec(1) })).toEqual([{ grade: 'ok', unmet: false }])
  })

  test('is at least a warning where the health of a loan is low', () => {
    const [far, low] = [{ notice: dec(0), warning: dec(0), critical: dec(0) }, dec('1.05')]
    const policy = { ...DEFAULT_POLICY, room: far, peg: far, lowHealth: low }
    // 7,700 / 7,400 = 1.0405
    expect(gradeOf(stable(7400n), policy)).toEqual([{ grade: 'warning', unmet: false }])
    expect(gradeOf(stable(7300n), policy)).toEqual([{ grade: 'ok', unmet: false }])
  })

  test('asks no health of a pool', () => {
    // 10 long and 10 short, 120 + 120 on the entry whatever the mark: 250 cover it 1.04 times over, and for ever.
    const side = (one: 'long' | 'short') => aPosition({ side: one, size: dec(10) })
    const pool = aPool({
      ...{ hedgeMode: true, positions: [side('long'), side('short')] },
      wallet: aPool().wallet.map((held) => ({ ...held, amount: dec(250) })),
      rules: { ...aPool().rules, basis: 'entry' },
    })
    const policy = { ...DEFAULT_POLICY, peg: { notice: dec(0), warning: dec(0), critical: dec(0) } }
    const found = assess(aSnapshot({ legs: [pool] }), policy)
    expect(found.legs[0]?.health?.toFixed(4)).toBe('1.0417')
    expect(found.corridors.find(({ factor }) => factor === 'ETH')).toMatchObject({ floor: null, ceiling: null })
    expect(['warning', 'critical']).not.toContain(found.legs[0]?.grade)
  })

  test('is a notice at best where its maintenance table does not meet', () => {
    const tiers = ETH_TIERS.map((tier) => ({ ...tier, deduction: dec(0) }))
    const pool = aPool({
      positions: [aPosition({ tiers })],
      wallet: aPool().wallet.map((held) => ({ ...held, amount: dec(60_000) })),
    })
    expect(gradeOf(pool)).toEqual([{ grade: 'notice', unmet: true }])
    expect(gradeOf({ ...pool, positions: [aPosition()] })[0]?.unmet).toBe(false)
  })

  test('tells the revision of a pool, and none of what has none', () => {
    expect(view({ legs: [aLoan(), aPool(), aComet()] }).legs.map(({ revision }) => revision)).toEqual([1, null, null])
  })
})

describe('where the venue is the more careful one', () => {
  const reportedHealth = (healthFactor: bigint | null) => aLoan({ reported: { ...aLoan().reported, healthFactor } })
  const corridorsOf = (leg: Leg) =>
    Object.fromEntries(
      view({ legs: [leg] }).corridors.map(({ factor, floor, ceiling }) => [
        factor,
        [floor, ceiling].map((wall) => wall?.at.toFixed(4) ?? null),
      ]),
    )

  test('its health of a loan is how far all that can kill it may fall', () => {
    // 1 / 1.1. BTC alone never kills it: 10 WETH cover 24,900 of 22,000. A rise of the debt is ours still: 1.77.
    expect(corridorsOf(reportedHealth(11n * 10n ** 17n))).toEqual({
      BTC: [null, null],
      ETH: ['0.9091', null],
      ALL: ['0.9091', null],
      'USD:USDC': [null, '1.7699'],
    })
    // Below 1 it is dead, not beyond.
    expect(corridorsOf(reportedHealth(9n * 10n ** 17n))).toMatchObject({ ETH: ['1.0000', null], BTC: [null, null] })
  })

  test('its price of a pool counts on its own side of the mark', () => {
    const pool = (liquidationPrice: string) =>
      aPool({
        positions: [aPosition({ reported: { liquidationPrice: dec(liquidationPrice), maintenance: null, unrealized: null } })],
      })
    // 2,900 / 3,000, and 3,030 / 3,000; ours is 2,409.64 and never on the way up.
    expect(corridorsOf(pool('2900'))).toMatchObject({ ETH: ['0.9667', null], ALL: ['0.9667', null] })
    expect(corridorsOf(pool('3030'))).toMatchObject({ ETH: ['0.8032', '1.0100'], ALL: ['0.8032', '1.0100'] })
  })

  test('its price counts where we have none at all, and worse needs no second witness', () => {
    const reported = { liquidationPrice: dec(3030), maintenance: null, unrealized: null }
    const { legs, verdict } = view({ legs: [aPool({ positions: [aPosition({ reported })] })] })
    expect(legs[0]?.agreement).toBe('venue-only')
    expect(verdict).toMatchObject({ grade: 'critical', reason: 'market', complete: true, room: dec('0.01') })
    expect(verdict.firstLiquidation).toMatchObject({ direction: 'up', price: null })
  })

  test('its health counts where ours says that nothing is owed', () => {
    const reserves = aLoan().reserves.filter(({ debt }) => debt === 0n)
    const reported = { totalCollateral: 48_000n * 10n ** 8n, totalDebt: 1n, healthFactor: 2n * WAD }
    const { legs, verdict } = view({ legs: [aLoan({ reserves, reported })] })
    expect(legs[0]).toMatchObject({ health: dec(2), agreement: 'disputed' })
    expect(verdict.complete).toBe(false)
  })

  test('a loan that only the market itself calls dead has no room at all', () => {
    const { legs, safetyFactor, verdict, corridors } = view({ legs: [aComet({ reported: { liquidatable: true } })] })
    // Ours: 47,640 cover 40,000.
    expect(legs[0]).toMatchObject({ tripped: true, grade: 'liquidatable' })
    expect(corridors.find(({ factor }) => factor === 'ALL')?.floor?.at.toFixed(4)).toBe('0.8396')
    expect(verdict.room).toBeNull()
    expect(verdict.atMost?.toFixed()).toBe('0')
    expect(safetyFactor?.toFixed()).toBe('1')
  })
})

describe('two nodes that say different things of one loan', () => {
  const loan = aLoan()
  /** A tenth more debt than the leg has: 24,200 of 22,000. */
  const more = aLoan({ reserves: loan.reserves.map((one) => ({ ...one, debt: (one.debt * 11n) / 10n })) })
  const disputed = (said: typeof loan | null) => view({ legs: [loan], disputes: [{ leg: loan.id, by: 'other.example', said }] })

  test('the nearer death of both counts, and the view is not complete', () => {
    const { verdict, legs } = disputed(more)
    // 38,940 cover 24,200 down to -37.85 %, and 22,000 down to -43.5 %.
    expect(verdict.firstLiquidation?.move.toFixed(4)).toBe('-0.3785')
    expect(verdict).toMatchObject({ complete: false, room: null })
    expect(legs[0]?.agreement).toBe('disputed')
  })

  test('one that denies the loan changes no distance', () => {
    const { verdict, legs } = disputed(null)
    expect(verdict.firstLiquidation?.move.toFixed(4)).toBe('-0.4350')
    expect(verdict.complete).toBe(false)
    expect(legs[0]?.checks.at(-1)).toMatchObject({ figure: 'health', by: 'other.example', venue: null, agreement: 'disputed' })
  })

  test('one that knows of another collateral: the fall of that one counts, too', () => {
    const first = loan.reserves[0] as (typeof loan.reserves)[number]
    const other = aLoan({
      reserves: loan.reserves.map((one, i) => (i === 0 ? { ...first, asset: anAsset('LINK', 'LINK') } : one)),
    })
    const { corridors } = disputed(other)
    expect(corridors.map(({ factor }) => factor)).toContain('LINK')
  })
})
