import { describe, expect, test } from 'vitest'
import { assess } from '../../src/risk/assess.ts'
import { dec } from '../../src/risk/decimal.ts'
import { DEFAULT_POLICY, GRADES } from '../../src/risk/grade.ts'
import type { Gap, Snapshot } from '../../src/risk/leg.ts'
import { aChainSource, aLoan, anAsset, aPool, aPosition, aReserve, aSnapshot, NOW, USDC, WETH, WSTETH } from '../support/books.ts'

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
    expect(gaps[0]).toMatchObject({ code: 'stale', reason: 'Aave v3 Ethereum: block 7 is 10 min old' })
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
