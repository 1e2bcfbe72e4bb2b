import { describe, expect, test } from 'vitest'
import { aftermathsOf } from '../../src/risk/aftermath.ts'
import { builtInScenarios } from '../../src/risk/builtInScenarios.ts'
import { type Decimal, dec, ONE } from '../../src/risk/decimal.ts'
import type { Cash } from '../../src/risk/leg.ts'
import type { Scenario } from '../../src/risk/scenarios.ts'
import { type Outcome, play, survivalOf } from '../../src/risk/stress.ts'
import { aComet, anAsset, aPool, aReserve, aSpoke } from '../support/books.ts'
import { CASH, course, dead, falls, LOAN, POOL, texts, theLoan } from '../support/stressBook.ts'

describe("REPORT's book through the twelve falls", () => {
  const legs = [theLoan(), aPool()]
  const replays = builtInScenarios(legs).filter(({ kind }) => kind === 'replay')
  const outcomes = replays.map((scenario) => play(legs, CASH, scenario))

  test('today 1 of 12', () => {
    // The pool lives while 12,000 + 60,000 (x - 1) >= 240 x: x >= 48,000 / 59,760 = 0.80321. ETH fell less than 19.68 % only once.
    expect(survivalOf(outcomes)).toEqual({ survived: 1, unknown: 0, of: 12 })
    expect(outcomes.filter(({ survived }) => survived).map(({ name }) => name)).toEqual(['2023-03 USDC/SVB'])
    // 10 x 3,000 x 0.8711 + 0.2 x 90,000 x 0.8772 - 22,000 + 12,000 - 60,000 x 0.1289 + 10,000
    expect(texts(outcomes[5]?.equity?.after)).toEqual(['34188.60', '34188.60'])
    expect(outcomes[5]?.equity?.before.toFixed()).toBe('48000')
  })

  test('12 March 2020: what both venues take, and what they bear', () => {
    const [{ equity, bill, writtenOff, stages, survived, hours } = {} as Outcome] = outcomes
    expect([survived, hours, dead(outcomes[0] as Outcome)]).toEqual([
      false,
      32,
      [
        [0, POOL],
        [0, LOAN],
      ],
    ])
    // Pool: 12,000 - 60,000 x 0.5603 = -21,618, which the exchange bears. Loan: 13,191 of ETH and 8,532 of BTC, all taken at 5 %:
    // 21,723 x 5 / 105 = 1,034.43; a v3.0 pool leaves the rest of the debt, 22,000 - 20,688.57 = 1,311.43, where it is.
    expect([texts(bill), texts(writtenOff)]).toEqual([
      ['1034.43', '1034.43'],
      ['21618.00', '21618.00'],
    ])
    // 48,000 - 26,277 - 33,618 - 1,034.43 + 21,618 = 10,000 - 1,311.43
    expect(texts(equity?.after)).toEqual(['8688.57', '8688.57'])
    expect(stages).toHaveLength(1)
    expect(stages[0]?.dead.map(({ writtenOff: borne }) => borne.worst.toFixed())).toEqual(['21618', '0'])
  })

  test('from v3.3 on the pool writes the rest of the debt off', () => {
    const outcome = play([theLoan(22_000n, { revision: 11 })], CASH, replays[0] as Scenario)
    // Whichever collateral goes first, both are gone in the end, but for a unit of rounding.
    expect([texts(outcome.writtenOff), texts(outcome.equity?.after)]).toEqual([
      ['1311.43', '1311.43'],
      ['10000.00', '10000.00'],
    ])
  })

  test('June 2022: the bill and the worth depend on which collateral is taken', () => {
    // 14,658 of ETH and 10,440 of BTC cover 20,309.34 of 22,000: health 0.923, so all may be repaid. With all of the ETH
    // 14,658 x 5 / 105 = 698.00 are lost, with all of the BTC 497.14, and either way the loan lives.
    const outcome = outcomes[3] as Outcome
    expect([outcome.name, texts(outcome.bill)]).toEqual(['2022-06 Celsius/3AC', ['497.14', '698.00']])
    // 25,098 - 22,000 + 10,000 less that; the pool is gone.
    expect(texts(outcome.equity?.after)).toEqual(['12600.86', '12400.00'])
  })
})

describe("REPORT's page, at the prices of its deaths", () => {
  const legs = [theLoan(), aPool()]

  test('the futures die: 193 to the venue at most, 11,808 to 12,000 lost, 22,000 of debt against 10,000 of cash', () => {
    // The first dead tick is 2,409.63: 12,000 - 20 x 590.37 = 192.60 of 192.77 required.
    const scenario = falls({ ETH: dec('2409.63').div(3000).toFixed() })
    const { stages, bill, equity } = play(legs, CASH, scenario)
    expect([stages[0]?.dead.map(({ leg }) => leg), texts(bill), bill.worst.ceil().toFixed()]).toEqual([
      [POOL],
      ['0.00', '192.60'],
      '193',
    ])
    // Of 48,000: 10 x 590.37 by the loan, which lives; and of the 12,000 all, or all but 192.60: 11,807.40, said as 11,808.
    const lost = (after: Decimal | undefined) =>
      dec(48_000 - 5_903)
        .minus('0.70')
        .minus(after ?? 0)
    expect([lost(equity?.after.best).toFixed(2), lost(equity?.after.worst).toFixed(2)]).toEqual(['11807.40', '12000.00'])
    expect(lost(equity?.after.best).ceil().toFixed()).toBe('11808')
    const [after] = aftermathsOf(legs, CASH, scenario) ?? []
    expect([texts(after?.debt), texts(after?.stable), texts(after?.orphanDebt)]).toEqual([
      ['22000.00', '22000.00'],
      ['10192.60', '10000.00'],
      ['11807.40', '12000.00'],
    ])
    expect(play(legs, CASH, falls({ ETH: dec('2409.64').div(3000).toFixed() })).survived).toBe(true)
  })

  test('the loan dies: 550 at most, 5 % of half', () => {
    // 81.12 % of 48,000 x 0.565 = 21,999.7: half, 11,000, for 11,550 of ETH; or 9,685.71 for all of the BTC, 10,170.
    const { stages } = play(legs, CASH, falls({ ALL: '0.565' }))
    const loan = stages[0]?.dead.find(({ leg }) => leg === LOAN)
    expect(texts(loan?.bill)).toEqual(['484.29', '550.00'])
    expect(dead(play(legs, CASH, falls({ ALL: '0.5651' })))).toEqual([[0, POOL]])
    // The 5 % are the market's, not a law: at 4.5 % it were 495.
    const cheaper = theLoan(22_000n, { reserves: theLoan().reserves.map((one) => ({ ...one, liquidationBonus: 10_450n })) })
    expect(play([cheaper], [], falls({ ALL: '0.565' })).bill.worst.toFixed(6)).toBe('495.000000')
  })
})

describe('several stages', () => {
  /** 10 WETH at a threshold of 83 % against 22,000 USDC. */
  const weth = theLoan(22_000n, { reserves: theLoan().reserves.filter(({ id }) => id !== 1) })

  test('a loan that is liquidated in part dies again, and comes back with the price', () => {
    // 2,640: 21,912 of 22,000, health 0.996: half, 11,000 for 11,550, 4.375 WETH. 2,250: 5.625 WETH cover 10,504.69 of 11,000,
    // health 0.955: half, 5,500 for 5,775, 2.5667 WETH. 3.0583 WETH are left, and 5,500 of debt.
    const outcome = play([weth], [], falls({ ETH: '0.88' }, { ETH: '0.75' }, {}))
    expect(dead(outcome)).toEqual([
      [0, LOAN],
      [1, LOAN],
    ])
    expect(outcome.stages.map(({ bill, equity }) => [texts(bill)[1], texts(equity)[1]])).toEqual([
      // 26,400 - 22,000 - 550
      ['550.00', '3850.00'],
      // 3,850 - 5.625 x 390 - 275
      ['275.00', '1381.25'],
      // 3.0583 x 3,000 - 5,500
      ['0.00', '3675.00'],
    ])
    expect([outcome.equity?.before.toFixed(), ...texts(outcome.bill)]).toEqual(['8000', '825.00', '825.00'])
  })

  test('prices are of today, not of the stage before', () => {
    const there = play([weth, aPool()], CASH, falls({ ETH: '0.9' }, { ETH: '0.9' }, { ETH: '1.3' }, {}))
    expect(there.survived).toBe(true)
    // 8,000 + 12,000 + 10,000; 30 ETH move by 300, and by 900
    expect(there.stages.map(({ equity }) => equity?.worst.toFixed())).toEqual(['21000', '21000', '57000', '30000'])
  })

  test('no rounding of one stage reaches the next', () => {
    // 3 units of price: x 0.5 is 2, rounded half up; back at 1 it is 3 again.
    const coarse = theLoan(0n, {
      reserves: [aReserve({ asset: anAsset('X', 'X'), id: 0, decimals: 0, price: 3n, supplied: 10n ** 8n })],
    })
    const { stages } = play([coarse], [], falls({ X: '0.5' }, {}))
    expect(stages.map(({ equity }) => equity?.worst.toFixed())).toEqual(['2', '3'])
  })

  test('a debt that nothing is left for is told once', () => {
    const outcome = play([theLoan()], [], falls({ ALL: '0.2' }, { ALL: '0.2' }, { ALL: '0.1' }))
    expect(dead(outcome)).toEqual([[0, LOAN]])
    // 9,600 of collateral buy 9,142.86
    expect(outcome.stages.map(({ equity }) => equity?.worst.toFixed(2))).toEqual(['-12857.14', '-12857.14', '-12857.14'])
  })

  test('Compound III and Aave v4 go on with what is left', () => {
    // Compound at 0.8: 45,600 of collateral at 95 % less 40,000 leaves 3,320 USDC, which no price moves any more.
    const comet = play([aComet()], [], falls({ ALL: '0.8' }, { ALL: '0.5' }))
    expect([dead(comet), comet.stages.map(({ equity }) => equity?.worst.toFixed())]).toEqual([
      [[0, aComet().id]],
      ['3320', '3320'],
    ])
    // v4 at 2,300: health 0.9775, repaid until 1.05, then alive at 2,200.
    const spoke = play([aSpoke()], [], falls({ ETH: dec(2300).div(3000).toFixed() }, { ETH: dec(2200).div(3000).toFixed() }, {}))
    expect(dead(spoke)).toEqual([[0, aSpoke().id]])
    const [first, second, third] = spoke.stages.map(({ equity }) => equity?.worst ?? ONE)
    // What is left of the 10 WETH moves by 100 and by 800 USD each.
    const left = first?.minus(second ?? 0).div(100)
    expect(left?.gt(5) && left.lt(10)).toBe(true)
    expect(
      third
        ?.minus(second ?? 0)
        .div(800)
        .minus(left ?? 0)
        .abs()
        .lt('1e-9'),
    ).toBe(true)
  })
})

describe('the order of the dead', () => {
  test('of one gap: who dies first on the way there', () => {
    // The pool dies at -19.7 %, the loan at -43.4 % of all markets, a loan of 37,000 at 37,000 / 38,940: -5 %.
    const deep = theLoan(37_000n, { id: 'deep' })
    const outcome = play([theLoan(), aPool(), deep], [], falls({ ALL: '0.5' }))
    expect(dead(outcome).map(([, leg]) => leg)).toEqual(['deep', POOL, LOAN])
  })

  test('from where the stage before stood; together as they stand in the book', () => {
    // All the way from today the pool dies at 0.1968 / 0.4 = 0.49 of it, the loan at (38,940 - 29,000) / 16,980 = 0.59.
    // Where BTC has lost half before, at (31,920 - 29,000) / 9,960 = 0.29.
    const loan = theLoan(29_000n)
    const way = (...first: readonly Readonly<Record<string, string>>[]) =>
      dead(play([aPool(), loan], [], falls(...first, { ETH: '0.6', BTC: '0.5' }))).map(([, leg]) => leg)
    expect([way(), way({ BTC: '0.5' })]).toEqual([
      [POOL, LOAN],
      [LOAN, POOL],
    ])
    const twins = [aPool({ id: 'b' }), aPool({ id: 'a' })]
    expect(dead(play(twins, [], falls({ ETH: '0.5' }))).map(([, leg]) => leg)).toEqual(['b', 'a'])
  })
})

describe('books at the ends', () => {
  test('an empty book survives, and cash moves with its coin', () => {
    const eth: Cash = { id: 'e', place: 'w', asset: anAsset('WETH', 'ETH'), amount: dec(2), price: dec(3000) }
    const outcome = play([], [...CASH, eth, { ...eth, id: 'f', price: null }], falls({ ALL: '0.9', 'USD:USDC': '0.88' }))
    expect([outcome.survived, outcome.unknown, outcome.equity?.before.toFixed(), ...texts(outcome.equity?.after)]).toEqual([
      true,
      [],
      '16000',
      // 8,800 + 5,400
      '14200.00',
      '14200.00',
    ])
  })

  test('what is dead today is liquidated today, and no rise saves it', () => {
    // 38,940 of 40,000: half, 20,000, by the WETH or all of the BTC.
    const legs = [theLoan(40_000n), aPool()]
    for (const scenario of builtInScenarios(legs)) {
      const outcome = play(legs, CASH, scenario)
      expect([outcome.survived, dead(outcome)[0]], scenario.name).toEqual([false, [null, LOAN]])
      expect(texts(outcome.stages[0]?.bill)).toEqual(['857.14', '1000.00'])
      expect(texts(outcome.stages[0]?.equity)).toEqual(['29142.86', '29000.00'])
      expect(outcome.equity?.before.toFixed()).toBe('30000')
    }
  })

  test('a stage in which nothing moves changes nothing', () => {
    for (const still of [falls({}), falls({ ETH: '1', 'USD:USDT': '1', ALL: '1' }), course([])]) {
      const { survived, bill, writtenOff, equity, stages } = play([theLoan(), aPool(), aComet(), aSpoke()], CASH, still)
      // 26,000 + 12,000 + 17,000 + 10,000 + 10,000
      expect([survived, texts(bill), texts(writtenOff), equity?.before.toFixed()]).toEqual([
        true,
        ['0.00', '0.00'],
        ['0.00', '0.00'],
        '75000',
      ])
      expect(texts(equity?.after)).toEqual(['75000.00', '75000.00'])
      expect(stages.every(({ dead: none }) => none.length === 0)).toBe(true)
    }
  })
})
