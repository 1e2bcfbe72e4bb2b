import { describe, expect, test } from 'vitest'
import { deathsOf } from '../../src/risk/deaths.ts'
import { dec, ZERO } from '../../src/risk/decimal.ts'
import type { Leg } from '../../src/risk/leg.ts'
import type { AaveV3Position, AaveV3Reserve } from '../../src/risk/lendingPosition.ts'
import { type NeedCurve, needCurve } from '../../src/risk/need.ts'
import { ALL_MARKET, alongFactor, type Path } from '../../src/risk/path.ts'
import { curveRoom } from '../../src/risk/room.ts'
import type { Direction } from '../../src/risk/slackLine.ts'
import { aLoan, anAsset, aPool, aPosition, aReserve, BINANCE_RULES, USDC, USDT } from '../support/books.ts'

const ETH = alongFactor('ETH')
const DOLLAR = alongFactor('USD:USDC')

/** Figures as text: usd, then the form's fixed, fall and rise. */
const asked = (
  leg: Leg,
  { path = ETH, direction = 'down' as Direction, h }: { path?: Path; direction?: Direction; h: string },
) => {
  const curve = needCurve(leg, { paths: [path], sides: [direction] }, USDC)
  if (curve === null) return null
  const { usd, form, ...where } = curve.at(dec(h))
  expect([curve.leg, where]).toEqual([leg.id, { path: path.name, direction }])
  return [usd, form.fixed, form.fall, form.rise].map((figure) => figure.toFixed())
}

const [WETH, WBTC, OWED] = aLoan().reserves as [AaveV3Reserve, AaveV3Reserve, AaveV3Reserve]
const loanOf = (reserves: readonly AaveV3Reserve[], over: Partial<AaveV3Position> = {}): AaveV3Position =>
  aLoan({ reserves, ...over })

describe('the need of a loan', () => {
  // 24,900 of ETH and 14,040 of BTC cover 22,000. At h = 4 ETH is at a quarter: 22,000 - 14,040 - 6,225 = 1,735.
  test('is what is missing at the distance, and what is missing now where that is more', () => {
    const loan = aLoan({ revision: 11 })
    expect(asked(loan, { h: '4' })).toEqual(['1735', '7960', '-24900', '0'])
    expect(asked(loan, { h: '1' })).toEqual(['-16940', '-16940', '0', '0'])
    expect(asked(loan, { direction: 'up', h: '4' })).toEqual(['-16940', '-16940', '0', '0'])
  })

  test('with the average cut to basis points: a whole one of what is counted, where the average moves', () => {
    // A basis point of 30,000 moves along (3 USD), one of 18,000 stands still (1.8): 7,961.8 - 24,897 / 4 = 1,737.55
    expect(asked(aLoan(), { h: '4' })).toEqual(['1737.55', '7961.8', '-24897', '0'])
    // Neither what is switched off, nor what covers nothing, nor what is empty and has no price counts.
    const off = aReserve({ asset: anAsset('LINK', 'LINK'), id: 3, decimals: 0, supplied: 7000n, collateral: false })
    const junk = aReserve({ asset: anAsset('JUNK', 'JUNK'), id: 4, decimals: 0, supplied: 5000n, liquidationThreshold: 0n })
    const empty = aReserve({ asset: anAsset('OLD', 'OLD'), id: 5, decimals: 0, price: null })
    const among = loanOf([off, WETH, junk, WBTC, empty, OWED])
    expect(asked(among, { h: '4' })).toEqual(['1737.55', '7961.8', '-24897', '0'])
  })

  test('with the average cut to basis points: exactly the cut where all moves, or nothing does', () => {
    // 38,940 / 48,000 = 8112.5 basis points, cut to 8112: 38,937.6 are left. At half the price: 22,000 - 19,468.8.
    expect(asked(aLoan(), { path: ALL_MARKET, h: '2' })).toEqual(['2531.2', '22000', '-38937.6', '0'])
    // The debt doubles, and a dollar repaid then counts twice: (44,000 - 38,937.6) / 2
    expect(asked(aLoan(), { path: DOLLAR, direction: 'up', h: '2' })).toEqual(['2531.2', '22000', '-38937.6', '0'])
    // One asset alone stands at a whole number of basis points: nothing is cut. 22,000 - 24,900 / 2
    expect(asked(loanOf([WETH, OWED]), { h: '2' })).toEqual(['9550', '22000', '-24900', '0'])
  })

  test('without any collateral is the debt', () => {
    const bare = loanOf([{ ...WETH, collateral: false }, OWED])
    for (const path of [ETH, ALL_MARKET]) expect(asked(bare, { path, h: '2' })).toEqual(['22000', '22000', '0', '0'])
  })

  test('of one that owes nothing is none', () => {
    expect(asked(loanOf([WETH, WBTC]), { h: '2' })).toBeNull()
    expect(asked(loanOf([]), { h: '2' })).toBeNull()
  })
})

describe('the need of a pool', () => {
  test('without positions is none, also where its coin counts for more when owned', () => {
    expect(asked(aPool({ positions: [] }), { h: '2' })).toBeNull()
    const held = { asset: USDT, amount: dec(12_000), price: dec(1), priceFrom: 'par', ratio: dec('1.1') } as const
    expect(asked(aPool({ positions: [], wallet: [held] }), { h: '2' })).toBeNull()
  })

  test('that dies of a bracket as it rises is asked for where it dies', () => {
    // 60,000 of notional on 1,000; from 60,060 on 2 % are required: 1,060 less 1,201.2.
    const tiers = [
      { floor: dec(0), cap: dec(60_060), rate: dec('0.004'), deduction: dec(0) },
      { floor: dec(60_060), cap: null, rate: dec('0.02'), deduction: dec(0) },
    ]
    const wallet = aPool().wallet.map((held) => ({ ...held, amount: dec(1000) }))
    const pool = aPool({ wallet, rules: { ...BINANCE_RULES, tiers: 'flat' }, positions: [aPosition({ tiers })] })
    expect(deathsOf(pool, ETH).up?.toFixed(12)).toBe('1.001000000000')
    const curve = needCurve(pool, { paths: [ETH], sides: ['up'] }, USDT) as NeedCurve
    expect(curve.at(dec('1.002')).usd.toFixed(12)).toBe('141.200000000000')
    const room = curveRoom(curve, ZERO)
    expect([room?.distance.toFixed(12), room?.direction]).toEqual(['1.001000000000', 'up'])
    expect(curveRoom(curve, dec('141.2001'))).toBeNull()
  })

  test('on two paths that ask the same names the first', () => {
    // 20 ETH bought at 3,000 lose 12,000 at 2,400: all of the balance, and 48,000 x 0.4 % = 192 are required.
    const both = (paths: readonly Path[]) => needCurve(aPool(), { paths, sides: ['down'] }, USDT)?.at(dec('1.25'))
    expect(both([ETH, ALL_MARKET])).toMatchObject({ path: 'ETH' })
    expect(both([ALL_MARKET, ETH])).toMatchObject({ path: 'ALL' })
    expect(both([ETH, ALL_MARKET])?.usd.toFixed()).toBe('192')
  })
})
