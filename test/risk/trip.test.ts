import { describe, expect, test } from 'vitest'
import { dec } from '../../src/risk/decimal.ts'
import type { Cash, Leg } from '../../src/risk/leg.ts'
import type { Scenario } from '../../src/risk/scenarios.ts'
import { type TripStop, tripOf } from '../../src/risk/trip.ts'
import { aComet, aLoan, anAsset, aPool, aPosition, USDC, WBTC, WETH } from '../support/books.ts'
import { CASH, falls, LOAN, POOL, theLoan } from '../support/stressBook.ts'

const names = (stops: readonly TripStop[] | undefined) => stops?.map(({ leg }) => leg.id)
const covering = (covers: readonly string[] | null): Scenario => ({
  ...falls({ ALL: '0.9' }),
  covers: covers === null ? null : new Set(covers),
})

describe('who dies on the way', () => {
  // At -10 % the loan of 37,000 dies. By the worst course its ETH goes, 11,285.71 are owed and BTC at 16,200 x 0.78 = 12,636 cover it;
  // by the best its BTC, 21,571.43 are owed and ETH at 27,000 x 0.83 = 22,410 cover it. (Worked in aftermath.test.ts.)
  test('also a leg that dies by one of the two courses alone', () => {
    const course = (moves: Readonly<Record<string, string>>) => {
      const { ahead } = tripOf([theLoan(37_000n), aPool()], CASH, falls({ ALL: '0.9' }, moves))
      expect(names(ahead[0]?.dying)).toEqual([LOAN])
      const [one] = ahead[1]?.dying ?? []
      return [names(ahead[1]?.dying), one?.best.death === null, one?.worst.death === null]
    }
    // At -15 % BTC still cover 11,934; ETH no more than 21,165: only the course that kept them dies.
    expect(course({ ALL: '0.85' })).toEqual([[LOAN], false, true])
    // BTC at -25 %: 13,500 x 0.78 = 10,530, and ETH as before: only the other one.
    expect(course({ ETH: '0.9', BTC: '0.75' })).toEqual([[LOAN], true, false])
    expect(course({ ALL: '0.9' })[0]).toEqual([])
  })

  test('today, and stage by stage, in the order of their deaths', () => {
    const { today, ahead } = tripOf([aPool(), theLoan(40_000n)], CASH, falls({ ALL: '0.8' }))
    expect([today.stage, names(today.stops), names(today.dying)]).toEqual([null, [POOL, LOAN], [LOAN]])
    expect(ahead.map(({ stage, stops }) => [stage, names(stops)])).toEqual([[0, [POOL, LOAN]]])
    expect(names(ahead[0]?.dying)).toContain(POOL)
    // 35,000 die at -10.2 %, the pool at -19.7 %.
    const both = tripOf([aPool(), theLoan(35_000n)], CASH, falls({ ALL: '0.7' }))
    expect(names(both.ahead[0]?.dying)).toEqual([LOAN, POOL])
  })
})

describe('a factor that is named beside ALL', () => {
  test('keeps its own figure', () => {
    // 10 x 3,000 x 0.9 + 0.2 x 90,000 x 0.5 - 22,000
    const { ahead } = tripOf([aLoan()], [], falls({ ALL: '0.5', ETH: '0.9' }))
    expect(ahead[0]?.stops[0]?.worst.equity.toFixed()).toBe('14000')
  })
})

describe('what a scenario has no figure for', () => {
  const sol = aPool({ id: 'sol', positions: [aPosition({ symbol: 'SOLUSDT', factor: 'SOL' })] })
  const spread = aPool({
    id: 'both',
    positions: [aPosition(), aPosition({ symbol: 'SOLUSDT', factor: 'SOL' }), aPosition({ symbol: 'SOLUSDC', factor: 'SOL' })],
  })
  const unknown = (legs: readonly Leg[], covers: readonly string[] | null) => tripOf(legs, [], covering(covers)).unknown

  test('is unknown for the legs that hold it, with all the names once', () => {
    expect(unknown([aLoan(), sol], ['ETH', 'BTC'])).toEqual([{ leg: 'sol', why: 'no figure for SOL' }])
    expect(unknown([spread], [])).toEqual([{ leg: 'both', why: 'no figure for ETH, SOL' }])
    expect(unknown([spread, aLoan()], null)).toEqual([])
  })

  test('a balance of nothing depends on nothing, a peg stands still where it is not named', () => {
    const held = { asset: WBTC, amount: dec(0), price: dec(90_000), priceFrom: 'venue', ratio: dec(1) } as const
    expect(unknown([aPool({ wallet: [...aPool().wallet, held] })], ['ETH'])).toEqual([])
    expect(unknown([aPool({ wallet: [...aPool().wallet, { ...held, amount: dec(1) }] })], ['ETH'])).toEqual([
      { leg: POOL, why: 'no figure for BTC' },
    ])
  })

  test('a price that rounds to nothing makes its leg unknown, not the others', () => {
    const found = tripOf([aComet(), aPool()], [], falls({ BTC: '1e-20' }))
    expect(found.unknown.map(({ leg }) => leg)).toEqual([aComet().id])
    expect(names(found.ahead[0]?.stops)).toEqual([POOL])
  })

  test('cash counts where it has a price and is not nothing', () => {
    const cash = (over: Partial<Cash>): Cash => ({
      id: 'eth',
      place: 'wallet',
      asset: WETH,
      amount: dec(1),
      price: dec(3000),
      ...over,
    })
    const known = (one: Cash) => tripOf([], [one], covering(['BTC'])).cashKnown
    expect(known(cash({}))).toBe(false)
    expect(known(cash({ asset: WBTC }))).toBe(true)
    expect(known(cash({ asset: USDC }))).toBe(true)
    expect(known(cash({ amount: dec(0) }))).toBe(true)
    expect(known(cash({ price: null }))).toBe(true)
    const { ahead, today } = tripOf(
      [],
      [cash({}), cash({ price: null }), cash({ asset: anAsset('X', 'X') })],
      falls({ ETH: '0.9' }),
    )
    expect(ahead[0]?.cash.map(({ price }) => price?.toFixed() ?? null)).toEqual(['2700', null, '3000'])
    expect(today.cash.map(({ price }) => price?.toFixed() ?? null)).toEqual(['3000', null, '3000'])
  })
})
