import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { afterDeath, type Range } from '../../src/risk/afterDeath.ts'
import { bookAfter } from '../../src/risk/bookAfter.ts'
import { corridor } from '../../src/risk/corridor.ts'
import { type Decimal, dec } from '../../src/risk/decimal.ts'
import type { Cash, Leg, Snapshot } from '../../src/risk/leg.ts'
import type { AaveV3Position, AaveV4Position, LendingPosition } from '../../src/risk/lendingPosition.ts'
import { ALL_MARKET, alongFactor } from '../../src/risk/path.ts'
import { lendingRule } from '../../src/risk/rules/lending.ts'
import { shocked } from '../../src/risk/shock.ts'
import { solvency } from '../../src/risk/solvency.ts'
import { aComet, aLoan, aPool, aPosition, aSpoke, USDC, WBTC } from '../support/books.ts'
import { type VectorBook, vectorSnapshot } from '../support/vectorBook.ts'
import type { Vector } from '../vectors/checkBook.ts'
import { openComparison } from '../vectors/comparison.ts'
import { aaveLiquidation, gapScenario } from '../vectors/deathExtras.ts'

const { vectors } = JSON.parse(readFileSync(new URL('../fixtures/risk-vectors.json', import.meta.url), 'utf8')) as {
  readonly vectors: readonly Vector[]
}

/** The bonus of the book itself, whatever the snapshot's reserves were given. */
function withBonus(snapshot: Snapshot, book: VectorBook): Snapshot {
  const legs = snapshot.legs.map((leg): Leg => {
    if (leg.kind !== 'lending' || leg.protocol !== 'aave-v3') return leg
    const supplies = book.legs.find(({ id }) => id === leg.id)?.supplies
    const bonus = (name: string): bigint =>
      10_000n +
      BigInt(
        dec(supplies?.find(({ asset }) => asset === name)?.bonus ?? '0')
          .times(10_000)
          .toFixed(0),
      )
    return { ...leg, reserves: leg.reserves.map((one) => ({ ...one, liquidationBonus: bonus(one.asset.key) })) }
  })
  return { ...snapshot, legs }
}

describe('the worked books', () => {
  const said = vectors.flatMap(({ id, book, extra }) =>
    Object.entries(extra ?? {}).map(([name, expected]) => ({ id, name, book, expected })),
  )
  const of = (name: string) => said.filter((one) => one.name === name)

  test.each(of('aaveLiquidation'))('$id $name', ({ name, book, expected }) => {
    const comparison = openComparison()
    comparison.same(name, aaveLiquidation(withBonus(vectorSnapshot(book), book)), expected)
    expect(comparison.differences).toEqual([])
    expect(comparison.compared()).toBeGreaterThan(8)
  })

  test.each(of('gapScenario'))('$id $name', ({ name, book, expected }) => {
    const comparison = openComparison()
    comparison.same(name, gapScenario(withBonus(vectorSnapshot(book), book), expected as never), expected)
    expect(comparison.differences).toEqual([])
    expect(comparison.compared()).toBeGreaterThan(30)
  })

  test('there are such books', () => {
    expect([of('aaveLiquidation').map(({ id }) => id), of('gapScenario').map(({ id }) => id)]).toEqual([['V11a'], ['V01']])
  })
})

const texts = ({ best, worst }: Range) => [best.toFixed(2), worst.toFixed(2)]

/** REPORT's loan; every collateral pays a liquidator 5 %. */
const theLoan = (): AaveV3Position => {
  const loan = aLoan()
  return { ...loan, reserves: loan.reserves.map((reserve) => ({ ...reserve, liquidationBonus: 10_500n })) }
}
const CASH: readonly Cash[] = [{ id: 'wallet', place: 'wallet', asset: USDC, amount: dec(10_000), price: dec(1) }]

/** The legs at the death of the first of them along a path. */
const atFloor = (legs: readonly Leg[], path = alongFactor('ETH')): readonly Leg[] => {
  const { floor } = corridor(legs, path)
  const names = path === ALL_MARKET ? ['ETH', 'BTC'] : [path.name]
  const at = floor?.at as Decimal
  return legs.map((leg) => shocked(leg, new Map(names.map((name) => [name, at]))))
}

describe("REPORT's book", () => {
  test('193 to the venue: the maintenance that is left when the futures die', () => {
    // 48,000 / 19.92 = 2,409.638554..: 12,000 - 20 x 590.361446 = 192.771084 = 0.4 % of 48,192.77
    const [pool] = atFloor([aPool()])
    const { bill, equityBefore, equityAfter, writtenOff, steps, leg } = afterDeath(pool as Leg)
    expect(texts(bill)).toEqual(['0.00', '192.77'])
    expect(bill.worst.ceil().toFixed()).toBe('193')
    expect(equityBefore.toFixed(6)).toBe('192.771084')
    expect([texts(equityAfter), texts(writtenOff)]).toEqual([
      ['192.77', '0.00'],
      ['0.00', '0.00'],
    ])
    expect(steps).toEqual({ best: [], worst: [] })
    expect(leg).toMatchObject({ positions: [], wallet: [] })
  })

  test('550: 5 % of half of the debt, when the loan dies with all markets falling', () => {
    // 11,000 are repaid for 11,550. At -43.4 % 0.2 WBTC are worth 10,186: by it 9,700.7 are repaid, 485.0 lost, and the loan lives.
    const [loan] = atFloor([theLoan()], ALL_MARKET)
    const { bill, steps, leg, writtenOff } = afterDeath(loan as Leg)
    expect(bill.worst.toFixed(4)).toBe('550.0000')
    expect(bill.best.gt(480) && bill.best.lt(490)).toBe(true)
    expect(steps.worst.map(({ collateral, debt, repaid }) => [collateral, debt, repaid])).toEqual([[0, 2, 11_000_000_000n]])
    expect(steps.best.map(({ collateral, debt, seized }) => [collateral, debt, seized])).toEqual([[1, 2, 20_000_000n]])
    expect(texts(writtenOff)).toEqual(['0.00', '0.00'])
    expect(solvency(leg).health?.gt(1)).toBe(true)
  })

  test('if the futures die: 11,808 to 12,000 lost, 22,000 of debt stay, 10,000 in cash', () => {
    const legs = atFloor([theLoan(), aPool()])
    const { equity, debt, stable, orphanDebt, netDelta, safetyFactor, deaths, legs: left } = bookAfter(legs, CASH, [aPool().id])
    // Loan: 10 x 2,409.638554 + 18,000 - 22,000 = 20,096.385542; pool 192.771084; cash 10,000.
    expect(equity.before.toFixed(4)).toBe('30289.1566')
    expect(texts(equity.after)).toEqual(['30289.16', '30096.39'])
    expect([
      dec(12_000)
        .minus(deaths[0]?.equityAfter.best ?? 0)
        .ceil()
        .toFixed(),
      texts(stable),
    ]).toEqual(['11808', ['10192.77', '10000.00']])
    expect(texts(debt)).toEqual(['22000.00', '22000.00'])
    expect(texts(orphanDebt)).toEqual(['11807.23', '12000.00'])
    // 30 ETH before, 10 after, at 2,409.638554; 0.2 BTC at 90,000 throughout.
    expect(netDelta.before?.get('ETH')?.toFixed(2)).toBe('72289.16')
    expect(netDelta.after?.get('ETH')?.toFixed(2)).toBe('24096.39')
    expect(netDelta.after?.get('BTC')?.toFixed(2)).toBe('18000.00')
    // Before: dead now. After: the loan along all markets, (24,096.39 x 0.83 + 18,000 x 0.78) = 34,040 of 22,000 and a little less.
    expect(safetyFactor.before?.toFixed(6)).toBe('1.000000')
    expect(safetyFactor.after?.toFixed(3)).toBe('1.547')
    expect(left[0]).toBe(legs[0])
  })

  test('the death of nothing changes nothing', () => {
    const legs = [theLoan(), aPool()]
    const { equity, netDelta, safetyFactor, deaths, legs: left } = bookAfter(legs, CASH, [])
    expect([deaths, left]).toEqual([[], legs])
    expect(texts(equity.after)).toEqual([equity.before.toFixed(2), equity.before.toFixed(2)])
    expect(netDelta.after).toEqual(netDelta.before)
    expect(safetyFactor.after?.toFixed()).toBe(safetyFactor.before?.toFixed())
  })

  test('when the hedge dies its delta is open', () => {
    // 10 ETH short at 3,000 on 2,000: at 3,200 nothing is left of 2,000 - 2,000, and the loan's 10 ETH stand alone.
    const short = aPool({
      positions: [aPosition({ side: 'short', size: dec(10) })],
      wallet: aPool().wallet.map((w) => ({ ...w, amount: dec(2000) })),
    })
    const legs = [theLoan(), short].map((leg) => shocked(leg, new Map([['ETH', dec('1.08')]])))
    const { netDelta, deaths } = bookAfter(legs, [], [short.id])
    expect([netDelta.before?.get('ETH')?.toFixed() ?? '0', netDelta.after?.get('ETH')?.toFixed()]).toEqual(['0', '32400'])
    // 2,000 - 10 x 240
    expect(deaths[0]?.writtenOff.worst.toFixed()).toBe('400')
  })
})

describe('legs that are not dead', () => {
  test('come back untouched, unless they stand at their trigger', () => {
    for (const leg of [theLoan(), aPool(), aComet(), aSpoke(), aPool({ positions: [] })]) {
      const { leg: after, bestLeg, bill, equityBefore, equityAfter, writtenOff, steps } = afterDeath(leg)
      expect([after, bestLeg, texts(bill)]).toEqual([leg, leg, ['0.00', '0.00']])
      expect([texts(writtenOff), steps]).toEqual([['0.00', '0.00'], { best: [], worst: [] }])
      expect(texts(equityAfter)).toEqual([equityBefore.toFixed(2), equityBefore.toFixed(2)])
    }
  })

  test('a pool one tick above its end is closed, two ticks above it is not', () => {
    // It dies below 2,409.638554
    const at = (mark: string) => afterDeath(aPool({ positions: [aPosition({ mark: dec(mark) })] })).bill.worst.toFixed(4)
    expect([at('2409.64'), at('2409.65')]).toEqual(['192.8000', '0.0000'])
  })

  test('a short one tick below its end is closed, two ticks below it is not', () => {
    // 12,000 + 20 (3,000 - P) = 0.1 P - 50 at P = 72,050 / 20.1 = 3,584.577: at 3,584.57 equity is 308.6
    const at = (mark: string) =>
      afterDeath(aPool({ positions: [aPosition({ side: 'short', mark: dec(mark) })] })).bill.worst.toFixed(4)
    expect([at('3584.57'), at('3584.56')]).toEqual(['308.6000', '0.0000'])
  })

  test('a dead pool whose mark has no tick below it is closed', () => {
    // 12,000 - 20 x 2,999.99 is 47,999.80 short.
    const { writtenOff, leg } = afterDeath(aPool({ positions: [aPosition({ mark: dec('0.01') })] }))
    expect([texts(writtenOff), leg]).toMatchObject([['47999.80', '47999.80'], { positions: [] }])
  })

  test('a pool that lives, one of whose marks has no tick below it, is not pushed to where that one is nothing', () => {
    // The other dies one tick further: see above.
    const dust = aPosition({ symbol: 'DUSTUSDT', factor: 'DUST', size: dec('0.001'), entry: dec('0.01'), mark: dec('0.01') })
    const { bill } = afterDeath(aPool({ positions: [aPosition({ mark: dec('2409.64') }), dust] }))
    expect(bill.worst.toFixed()).toBe('0')
  })

  test.each([
    ['Aave v3', theLoan()],
    ['Compound III', aComet()],
    ['Aave v4', aSpoke()],
  ])('%s at its trigger is liquidated, and keeps its prices', (_, loan) => {
    for (const path of [alongFactor('ETH'), alongFactor('USD:USDC')]) {
      const { floor, ceiling } = corridor([loan], path)
      const at = floor?.at ?? (ceiling?.at as Decimal)
      const dying = shocked(loan, new Map([[path.name, at]])) as LendingPosition
      const { leg, bill, equityBefore, equityAfter, writtenOff } = afterDeath(dying)
      expect(bill.worst.gt(0)).toBe(true)
      const drift = equityBefore.minus(bill.worst).plus(writtenOff.worst).minus(equityAfter.worst)
      // A liquidation at prices a ten-millionth further.
      expect(drift.abs().lt('0.01')).toBe(true)
      const prices = (position: Leg) => position.kind === 'lending' && lendingRule(position).oraclePrices(position)
      const now = new Map((prices(dying) || []).map(({ asset, price }) => [asset.key, price]))
      for (const { asset, price } of prices(leg) || []) expect(price).toBe(now.get(asset.key))
    }
  })
})

describe('other protocols', () => {
  test('Aave v4: a collateral or a debt after the other', () => {
    // 10 ETH and 0.2 BTC, both at 0.78, against 20,000 USDC at 3,000 and 15,000, 31,000 in all: far below, so the full 5 % on each.
    // 30,000 of ETH repay 28,571.43 or all 20,000 of the USDC for 21,000; each step leaves less to take.
    const [weth, usdc] = aSpoke().reserves
    const reserves = [
      { ...weth, price: 1500n * 10n ** 8n },
      { ...weth, asset: WBTC, id: 2, decimals: 8, price: 5000n * 10n ** 8n, supplied: 10n ** 8n },
      usdc,
    ] as AaveV4Position['reserves']
    const { steps, bill, writtenOff, equityAfter, equityBefore } = afterDeath(aSpoke({ reserves }))
    // 15,000 of ETH repay 14,285.71, then 5,000 of BTC 4,761.90: 714.29 + 238.10 taken; 952.38 of 20,000 are left unpaid.
    expect(
      steps.worst.map(({ collateral, debt, seizedUsd, lossUsd }) => [collateral, debt, seizedUsd.toFixed(2), lossUsd.toFixed(2)]),
    ).toEqual([
      [0, 1, '15000.00', '714.29'],
      [2, 1, '5000.00', '238.10'],
    ])
    expect([texts(bill), texts(writtenOff), texts(equityAfter), equityBefore.toFixed()]).toEqual([
      ['952.38', '952.38'],
      ['952.38', '952.38'],
      ['0.00', '0.00'],
      '0',
    ])
    expect(steps.best).toEqual(steps.worst)
  })

  test('Compound III takes the whole account', () => {
    // At -20 %: 24,000 + 21,600 of collateral, 0.8 x 47,640 = 38,112 of 40,000; credit 95 % of 45,600 is 43,320, 3,320 are left.
    const dead = shocked(
      aComet(),
      new Map([
        ['ETH', dec('0.8')],
        ['BTC', dec('0.8')],
      ]),
    )
    const { bill, equityBefore, equityAfter, writtenOff, steps } = afterDeath(dead)
    expect([equityBefore.toFixed(), texts(equityAfter), texts(bill)]).toEqual([
      '5600',
      ['3320.00', '3320.00'],
      ['2280.00', '2280.00'],
    ])
    expect([texts(writtenOff), steps]).toEqual([['0.00', '0.00'], { best: [], worst: [] }])
  })

  test('Aave v4 goes on until the target health is reached or nothing is left', () => {
    // 10 ETH at 1,900: 16,150 of 20,000, and 19,000 buy 18,095.24 at the full bonus: 904.76 taken, 1,904.76 written off.
    const dead = shocked(aSpoke(), new Map([['ETH', dec(1900).div(3000)]]))
    const { bill, writtenOff, equityAfter, steps } = afterDeath(dead)
    expect(texts(bill)).toEqual(['904.76', '904.76'])
    expect(texts(writtenOff)).toEqual(['1904.76', '1904.76'])
    expect(texts(equityAfter)).toEqual(['0.00', '0.00'])
    expect(steps.worst.map(({ healthBefore }) => healthBefore.toFixed(4))).toEqual(['0.8075'])
  })
})
